/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/terminal.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned int terminal_columns;

unsigned int terminal_width_of(int file)
{
	struct winsize size;

	return isatty(file) && ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

void terminal_look(void)
{
	terminal_columns = terminal_width_of(STDOUT_FILENO);
}

void terminal_leave(void)
{
	terminal_columns = 0;
}

unsigned int terminal_width(void)
{
	return terminal_columns;
}

/* ------------------------------------------- folding ------------------------------------------ */

/* A terminal this narrow is left to break lines as it does. */
#define FOLD_LEAST 20

void fold_start(struct fold *fold, const char *line, size_t width)
{
	bool command = strstr(line, ": teeq ") ||
		       strncmp(line + strspn(line, " "), "teeq ", 5) == 0;

	*fold = (struct fold){ .line = line,
			       .width = command || width < FOLD_LEAST ? SIZE_MAX : width,
			       .length = SIZE_MAX };
}

/*
 * Where what follows a break before @end goes: below the last cell that begins before it. Cells are
 * apart by two spaces at least.
 */
static size_t fold_indent(const char *line, size_t end, size_t width)
{
	size_t start = strspn(line, " ");
	size_t indent = start + 2;

	for (size_t i = start + 2; i < end; i++)
		if (line[i] != ' ' && line[i - 1] == ' ' && line[i - 2] == ' ')
			indent = i;
	return indent <= width / 2 ? indent : start + 2 <= width / 2 ? start + 2 : 0;
}

/* The length of the piece of @text that fits into @room; it may be that of a word that does not. */
static size_t fold_length(const char *text, size_t room)
{
	size_t length = strlen(text), at = room;

	if (length <= room)
		return length;
	while (at > 0 && text[at] != ' ')
		at--;
	/* Spaces alone are no piece. */
	if (strspn(text, " ") >= at)
		at = strspn(text, " ") + strcspn(text + strspn(text, " "), " ");
	return at;
}

bool fold_next(struct fold *fold)
{
	bool first = fold->length == SIZE_MAX;

	if (!first) {
		fold->from += fold->length;
		fold->from += strspn(fold->line + fold->from, " ");
		if (!fold->line[fold->from])
			return false;
		fold->indent = fold_indent(fold->line, fold->from, fold->width);
	}
	fold->length = fold_length(fold->line + fold->from, fold->width - fold->indent);
	while (!first && fold->length > 0 && fold->line[fold->from + fold->length - 1] == ' ')
		fold->length--;
	return true;
}
