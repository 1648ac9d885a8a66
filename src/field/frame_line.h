/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_FRAME_LINE_H
#define FIELD_FRAME_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_LINE_NAME_MAX 127

/* One function that a line of a stack names. */
struct frame_name {
	char function[FRAME_LINE_NAME_MAX + 1];
	uint32_t offset;
	bool uncertain; /* "?": it may be left over on the stack */
};

/* What a line of a stack says, from the inside outwards: on 32-bit arm it names the callee, too. */
struct frame_line {
	struct frame_name callee, function;
	bool has_callee;
	bool address; /* only an address: the function has no name */
	bool proc; /* as of /proc/PID/stack */
};

/* Whether @text is a line of a stack. */
bool frame_line_parse(const char *text, struct frame_line *line);

#endif
