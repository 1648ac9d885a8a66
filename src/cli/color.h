/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_COLOR_H
#define CLI_COLOR_H

#include <stdbool.h>

/*
 * What is printed gets its colours behind the commands' back, line by line, so that without them it
 * is the same byte for byte: verdicts that are bad, those that are good, warnings, and titles. So
 * do lines that are wider than a terminal their breaks.
 */
#define CLI_COLOR 0x7e8
#define CLI_COLOR_OPTION { "color", required_argument, NULL, CLI_COLOR }

/* "auto", "always" or "never". False: it is none of these. */
bool cli_color_choose(const char *when);
/* From here on standard output is coloured, where that was chosen or it is a terminal, and fits. */
void cli_color_start(void);
/* No more: somebody draws by other means. What was printed is out. */
void cli_color_end(void);

#endif
