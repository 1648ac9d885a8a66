/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_SCREEN_H
#define CLI_STEP_SCREEN_H

#include "cli/step/command.h"

/* Whether the terminal can be written to at any place; without ncurses it never can. */
bool screen_possible(void);
/* The session on all of the terminal, until the user leaves. An exit status. */
int screen_run(struct stepper *stepper);

#endif
