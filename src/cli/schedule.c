/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* All of @file, with a NUL behind it; NULL after a message. */
static char *cli_schedule_read_all(FILE *file, const char *path, size_t *size)
{
	size_t capacity = 1 << 16;
	size_t length = 0;
	char *text = malloc(capacity);

	while (text) {
		char *more;

		length += fread(text + length, 1, capacity - 1 - length, file);
		if (length < capacity - 1 || length > CLI_SCHEDULE_BYTES_MAX)
			break;
		capacity *= 2;
		more = realloc(text, capacity);
		if (!more)
			free(text);
		text = more;
	}
	if (!text) {
		cli_error("%s: out of memory", path);
	} else if (ferror(file)) {
		cli_error("%s: %s", path, strerror(errno));
	} else if (length > CLI_SCHEDULE_BYTES_MAX) {
		cli_error("%s: longer than %u bytes", path, CLI_SCHEDULE_BYTES_MAX);
	} else {
		text[length] = '\0';
		*size = length;
		return text;
	}
	free(text);
	return NULL;
}

/* One line: comments fall away, white space of any sort becomes one blank. In place. */
static void normalise(char *text)
{
	char *to = text;

	for (char *from = text; *from;) {
		size_t blank = strspn(from, " \t\r\n");
		bool line_start = from == text || memchr(from, '\n', blank);
		size_t length;

		from += blank;
		if (line_start && *from == '#') {
			/* The newline stays, so that the next line is seen to start. */
			from += strcspn(from, "\n");
			continue;
		}
		length = strcspn(from, " \t\r\n");
		if (length > 0 && to > text)
			*to++ = ' ';
		memmove(to, from, length);
		to += length;
		from += length;
	}
	*to = '\0';
}

char *cli_schedule_text(const char *argument)
{
	const char *path = argument + 1;
	size_t size = 0;
	FILE *file;
	char *text;

	if (argument[0] != '@') {
		text = strdup(argument);
		if (!text)
			cli_error("out of memory");
		return text;
	}
	file = fopen(path, "rb");
	if (!file) {
		cli_error("%s: %s", path, strerror(errno));
		return NULL;
	}
	text = cli_schedule_read_all(file, path, &size);
	fclose(file);
	if (!text)
		return NULL;
	if (memchr(text, '\0', size)) {
		cli_error("%s: holds a NUL byte, so it is not a schedule", path);
		free(text);
		return NULL;
	}
	normalise(text);
	return text;
}
