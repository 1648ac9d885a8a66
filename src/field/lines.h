/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_LINES_H
#define FIELD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/status.h"

/*
 * The lines of what a board said: a file, compressed by gzip or not, or standard input. One line is
 * in memory at a time, whatever the length of the file.
 */
struct lines;

#define LINES_LINE_MAX	4095 /* what a line has beyond is dropped */
#define LINES_BYTES_MAX (UINT64_C(1) << 30) /* of a log, unpacked */

struct line {
	char *text; /* a zero for its end, blanks for bytes 0; until the next line */
	size_t size;
	uint64_t number; /* from 1 */
};

/* @path "-" is standard input. @byte_max: what may be read, unpacked; 0: without a bound. */
enum teeq_status lines_open(const char *path, uint64_t byte_max, struct lines **lines,
			    struct teeq_error *error);
/*
 * What a program prints, found as the shell finds it: @words, and NULL. *@lines is NULL where there
 * is no such program. lines_next() ends with TEEQ_EINPUT where it fails.
 */
enum teeq_status lines_open_program(const char *const words[], struct lines **lines,
				    struct teeq_error *error);
/*
 * The next line that is not empty; @line->text is NULL at the end, and @line->number then how many
 * there were. TEEQ_EIO where reading fails, TEEQ_EINPUT beyond byte_max. Packed data that ends
 * early or is damaged ends the lines, see lines_damaged().
 */
enum teeq_status lines_next(struct lines *lines, struct line *line, struct teeq_error *error);
/* Whether what is packed ended before its end. */
bool lines_damaged(const struct lines *lines);
/* How many bytes were read so far, unpacked. */
uint64_t lines_bytes(const struct lines *lines);
/* NULL is fine. */
void lines_close(struct lines *lines);

#endif
