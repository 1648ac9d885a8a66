/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MPI_MESSAGES_H
#define MPI_MESSAGES_H

#include <stdbool.h>

/*
 * Ranks that are given one command line would all say the same on stderr: what a rank says is kept
 * until it is known which one is to be heard. Where there is nowhere to keep it, all are heard.
 */
void messages_keep(void);
/* What was said is heard, or not; what follows is in any case. */
void messages_release(bool heard);

#endif
