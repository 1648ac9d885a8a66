/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_FRAMES_H
#define FIELD_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "teeq/status.h"

/* What a task does that is in a function of Linux: the rows of src/field/frames.tsv. */
enum frame_role {
	FRAME_UNKNOWN,
	FRAME_WAIT_THREAD,
	FRAME_QUEUE,
	FRAME_CALL,
	FRAME_RPC,
	FRAME_WAIT_SUPPLICANT,
	FRAME_WAIT_NOTIFICATION,
	FRAME_SUPPLICANT_IDLE,
	FRAME_SUPPLICANT_ANSWER,
	FRAME_OPERATION,
	FRAME_SERVICE,
	FRAME_LOCK,
	FRAME_COMPLETION,
	FRAME_WORLD,
	FRAME_SLEEP,
	FRAME_DEVICE,
	FRAME_STOPPED,
	FRAME_EXIT,
	FRAME_INTERRUPT,
	FRAME_ASLEEP,
	FRAME_ENTRY,
	FRAME_ROLE_COUNT
};

#define FRAME_NAME_MAX		     63
#define FRAMES_ROWS_MAX		     4096
#define FRAMES_VERSION_ANY	     0xffffffffu
/* A version of Linux, comparable; 0: not known. */
#define FRAMES_VERSION(major, minor) ((uint32_t)(major) << 16 | (uint32_t)(minor))
/* From here on the driver asks how many threads there are, and counts every call. */
#define FRAMES_VERSION_COUNTS	     FRAMES_VERSION(6, 8)

struct frame_row {
	char function[FRAME_NAME_MAX + 1]; /* without the asterisk */
	char subject[FRAME_NAME_MAX + 1]; /* empty: nothing */
	uint32_t first, last; /* versions; 0 and FRAMES_VERSION_ANY: no bound */
	enum frame_role role;
	int prefix; /* it stands for all that begin so */
};

struct frames;

/* The project's own table, made from src/field/frames.tsv when it is built. */
extern const unsigned char frames_table[];
extern const size_t frames_table_size;

/* The project's own rows. */
enum teeq_status frames_new(struct frames **frames, struct teeq_error *error);
/* Rows of the file of @path on top, which come before those that are there. */
enum teeq_status frames_read(struct frames *frames, const char *path, struct teeq_error *error);
/*
 * The row of @function in Linux @version, whatever a compiler has appended to the name (".isra.0"). Where
 * rows are of other versions only, the nearest. NULL: it is in no row.
 */
const struct frame_row *frames_find(const struct frames *frames, const char *function,
				    uint32_t version);
void frames_free(struct frames *frames);

#endif
