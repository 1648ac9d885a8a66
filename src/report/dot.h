/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_DOT_H
#define REPORT_DOT_H

#include <stdio.h>

/*
 * A text as Graphviz takes it. Names are [a-z0-9.-], and the texts that are made of them have no
 * quotes; be sure all the same. With "\n" for a line's end.
 */
void dot_quoted(FILE *out, const char *text);

#endif
