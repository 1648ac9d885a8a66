/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local struct check_note current_note;

struct check_note check_set_note(struct check_note note)
{
	struct check_note previous = current_note;

	current_note = note;
	return previous;
}

_Noreturn void check_failed(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "teeq: bug: %s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	if (current_note.print)
		current_note.print(current_note.argument);
	abort();
}
