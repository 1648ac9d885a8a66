/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A text that grows. Initialise with {0}. When memory runs out, @failed is set and everything that
 * follows is ignored, so one test at the end will do. text_take() hands the bytes to the caller, to
 * be given to free(), or NULL if it failed.
 */
struct text {
	char *bytes;
	size_t size;
	size_t capacity;
	bool failed;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *text_take(struct text *text);
void text_free(struct text *text);

#endif
