/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stdbool.h>

/*
 * Whoever reads at a terminal what is longer than its screen can go back and forth in it: what is
 * printed goes through $TEEQ_PAGER, $PAGER or less. Where standard input or output is no terminal,
 * nothing changes.
 */
#define CLI_NO_PAGER 0x7ea
#define CLI_NO_PAGER_OPTION                                 \
	{                                                   \
		"no-pager", no_argument, NULL, CLI_NO_PAGER \
	}

/* None, whatever the environment says. */
void pager_refuse(void);
/*
 * From here on, unless it is already; no more progress is shown on a terminal. Whoever leaves it
 * early has read enough: the work goes on, and what is printed then is lost.
 */
void pager_start(void);
bool pager_is_used(void);
/* All is printed, and standard output closed: wait until it was read. */
void pager_end(void);

#endif
