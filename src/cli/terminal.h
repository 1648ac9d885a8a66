/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Columns of the terminal that standard output was at first; 0: it was none, and nothing is cut. */
unsigned int terminal_width(void);
/* From here on lines are for programs, or are a file: none is broken, and no table is narrower. */
void terminal_leave(void);
/* Of any file that is open, as it is now. */
unsigned int terminal_width_of(int file);
/* Look, before anybody changes what standard output is. */
void terminal_look(void);

/*
 * A line that is wider than @width, in pieces: the next one is @line + @from, @length bytes, behind
 * @indent spaces. What follows a break stands below the cell that it belongs to. A command is not
 * broken, so that it can be copied.
 */
struct fold {
	const char *line;
	size_t width;
	size_t from;
	size_t length;
	size_t indent;
};
void fold_start(struct fold *fold, const char *line, size_t width);
/* False behind the last piece. There is one at least, which may be empty. */
bool fold_next(struct fold *fold);

#endif
