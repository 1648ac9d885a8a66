/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_MESSAGE_H
#define SCENARIO_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/status.h"

/*
 * Text for one line of output, whatever bytes go in: what is not printable appears as \xNN, what
 * does not fit is cut, and "..." marks the cut. The text always ends in a NUL.
 */
struct message {
	char *text;
	size_t size;
	size_t used;
	bool cut;
};

enum {
	MESSAGE_VALUE_MAX = 40, /* bytes of a value that is quoted in a message */
};

void message_begin(struct message *message, char *text, size_t size);
void message_add(struct message *message, const char *bytes, size_t count);
void message_add_text(struct message *message, const char *text);
void message_add_number(struct message *message, uint64_t number);
/* @bytes in double quotes, cut after MESSAGE_VALUE_MAX of them. */
void message_add_quoted(struct message *message, const char *bytes, size_t count);

/*
 * The length of the character at @bytes (@count of them, at least one) and its code point, or 0
 * where there is no valid UTF-8.
 */
size_t utf8_next(const char *bytes, size_t count, uint32_t *point);
/* Whether a character can stand in a line as it is: no control, break or direction mark. */
bool utf8_is_printable(uint32_t point);

/*
 * Fill @error (may be NULL) with "PATH:LINE: KEY: text". A @line of 0 and an empty @key are left
 * out. Returns @status.
 */
enum teeq_status message_set(struct teeq_error *error, enum teeq_status status, const char *path,
			     size_t line, const char *key, const char *text);
/* The same for a failed system call: "PATH: cannot VERB: why", TEEQ_EIO or TEEQ_ENOMEM. */
enum teeq_status message_set_errno(struct teeq_error *error, const char *path, const char *verb,
				   int number);
enum teeq_status message_set_no_memory(struct teeq_error *error, const char *path);

/* [a-z][a-z0-9-]*, at most TEEQ_NAME_MAX characters. */
bool scenario_name_valid(const char *name, size_t size);
/* How messages describe that rule. */
extern const char scenario_name_rule[];

#endif
