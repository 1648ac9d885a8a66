/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* fopencookie() */
#include "cli/color.h"

#include "cli/terminal.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color_when;

bool cli_color_choose(const char *when)
{
	static const char *const words[] = { "auto", "always", "never" };

	for (unsigned int i = 0; i < 3; i++) {
		if (strcmp(when, words[i]) != 0)
			continue;
		color_when = i;
		return true;
	}
	return false;
}

#ifndef __GLIBC__

/* Standard output cannot be another stream here. */
void cli_color_start(void)
{
}

void cli_color_end(void)
{
}

#else

#define COLOR_END    "\033[0m"
#define COLOR_BAD    "\033[1;31m"
#define COLOR_GOOD   "\033[32m"
#define COLOR_WARN   "\033[33m"
#define COLOR_TITLE  "\033[1m"

/* @cell: only where it stands alone, at the beginning of a line or in a column of a table. */
static const struct {
	const char *word, *color;
	bool cell;
} colored[] = {
	{ "deadlock", COLOR_BAD, false },  { "lost-wakeup", COLOR_BAD, false },
	{ "livelock", COLOR_BAD, false },  { "violation", COLOR_BAD, false },
	{ "FAIL", COLOR_BAD, false },	   { "warning", COLOR_WARN, false },
	{ "limit", COLOR_WARN, true },	   { "undecided", COLOR_WARN, true },
	{ "done", COLOR_GOOD, true },	   { "ok", COLOR_GOOD, true },
};
#define COLORED (sizeof(colored) / sizeof(colored[0]))

static bool colors;       /* they are wanted; otherwise lines are folded alone */
static FILE *plain;       /* the stream that was standard output; NULL: it still is */
static char *color_bytes; /* a line that has no end yet: @color_length of @color_capacity */
static size_t color_length, color_capacity;

/* ------------------------------------------- a line ------------------------------------------- */

/* What is part of a name, a path or a quotation is no word. */
static bool color_is_inside(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("-_./'\"\\", c));
}

static bool color_fits(const char *line, size_t from, size_t to, bool cell)
{
	bool alone = from == 0 || (from >= 2 && line[from - 1] == ' ' && line[from - 2] == ' ');

	if (from > 0 && color_is_inside(line[from - 1]))
		return false;
	if (color_is_inside(line[to]) && !(line[to] == '.' && line[to + 1] == '\0'))
		return false;
	return !cell || (alone && (line[to] == '\0' || line[to] == ' ' || line[to] == ':'));
}

/* The index of the word that is at @from, or -1. */
static int color_find(const char *line, size_t from)
{
	for (size_t i = 0; i < COLORED; i++) {
		size_t length = strlen(colored[i].word);

		if (strncmp(line + from, colored[i].word, length) == 0 &&
		    color_fits(line, from, from + length, colored[i].cell))
			return (int)i;
	}
	return -1;
}

/* The bytes of @line in @from..@to - 1. */
static void color_put_piece(const char *line, size_t from, size_t to, bool title)
{
	if (title)
		fputs(COLOR_TITLE, plain);
	for (size_t at = from; at < to;) {
		int word = title || !colors ? -1 : color_find(line, at);

		if (word < 0) {
			fputc(line[at++], plain);
			continue;
		}
		fprintf(plain, "%s%s" COLOR_END, colored[word].color, colored[word].word);
		at += strlen(colored[word].word);
	}
	if (title)
		fputs(COLOR_END, plain);
}

/* @line without its end, to which @ending belongs; in several where the terminal is narrower. */
static void color_put_line(const char *line, const char *ending)
{
	size_t length = strlen(line), width = terminal_width();
	bool title = colors && length > 1 && line[length - 1] == ':' && line[0] != ' ';
	struct fold fold;

	fold_start(&fold, line, width > 0 ? width : SIZE_MAX);
	while (fold_next(&fold)) {
		if (fold.from > 0)
			fprintf(plain, "\n%*s", (int)fold.indent, "");
		color_put_piece(line, fold.from, fold.from + fold.length, title);
	}
	fputs(ending, plain);
}

/* ------------------------------------------ a stream ------------------------------------------ */

/* Those of the lines that are whole. */
static void color_put_lines(void)
{
	char *line = color_bytes;
	char *end;

	while ((end = memchr(line, '\n', color_length - (size_t)(line - color_bytes)))) {
		*end = '\0';
		color_put_line(line, "\n");
		line = end + 1;
	}
	color_length -= (size_t)(line - color_bytes);
	memmove(color_bytes, line, color_length);
}

static ssize_t color_write(void *cookie, const char *bytes, size_t size)
{
	(void)cookie;
	if (color_length + size >= color_capacity) {
		size_t capacity = 2 * (color_length + size + 1);
		char *more = realloc(color_bytes, capacity);

		if (!more)
			return 0;
		color_bytes = more;
		color_capacity = capacity;
	}
	memcpy(color_bytes + color_length, bytes, size);
	color_length += size;
	color_put_lines();
	return fflush(plain) == 0 ? (ssize_t)size : 0;
}

/* The last line may have no end. */
static int color_close(void *cookie)
{
	(void)cookie;
	if (color_length > 0) {
		color_bytes[color_length] = '\0';
		color_put_line(color_bytes, "");
	}
	free(color_bytes);
	color_bytes = NULL;
	color_length = color_capacity = 0;
	return fflush(plain);
}

static bool color_wanted(void)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (color_when != COLOR_AUTO)
		return color_when == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && !(none && none[0]) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

void cli_color_start(void)
{
	const cookie_io_functions_t functions = { .write = color_write, .close = color_close };
	FILE *stream;

	if (plain)
		return;
	colors = color_wanted();
	terminal_look();
	if (!colors && terminal_width() == 0)
		return;
	stream = fopencookie(NULL, "w", functions);
	if (!stream)
		return;
	setvbuf(stream, NULL, _IOLBF, BUFSIZ);
	plain = stdout;
	stdout = stream;
}

void cli_color_end(void)
{
	FILE *stream = stdout;

	if (!plain)
		return;
	fclose(stream);
	stdout = plain;
	plain = NULL;
}

#endif
