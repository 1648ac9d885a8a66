/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_LINES_H
#define CLI_STEP_LINES_H

#include "cli/step/command.h"

/*
 * Commands from @path, "-" for standard input, each with what it has to say on standard output. It
 * ends at the first that is wrong or expects what is not so.
 */
int lines_script(struct stepper *stepper, const char *path);
/* Commands from standard input, one after another with a prompt; a wrong one is only told. */
int lines_converse(struct stepper *stepper);

#endif
