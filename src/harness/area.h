/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_AREA_H
#define HARNESS_AREA_H

#include "harness/state.h"

/* Which bytes of an area count. The others are zero in the copy. */
enum extent {
	EXTENT_ALL,
	EXTENT_UP, /* so many from the beginning */
	EXTENT_STACK /* from where its task goes on to the end */
};

/* What a chunk of an area holds, by its number among all contents; 0: that was not asked yet. */
struct slot {
	uint32_t wanted; /* what it is to hold, see state_settle() */
	uint32_t held;
};

/*
 * @used       of EXTENT_UP: where it is said how many, in units of @unit bytes
 * @copied     bytes that count in the copy
 * @hashed     a difference makes another state
 * @cold       by page, of an area that begins with one: nobody has written to it since the copy was
 *             made, so it need not be looked at; NULL: all is looked at
 * @slots      by chunk, in a search
 */
struct area {
	unsigned char *live;
	unsigned char *copy;
	size_t size;
	enum extent extent;
	bool hashed;
	bool mapped;
	bool is_setups;
	const size_t *used;
	size_t unit;
	const struct harness_task *task;
	size_t copied;
	bool *cold;
	struct slot *slots;
};

/* What a chunk was, or is: by number from 1, each content of a chunk once. */
struct content {
	struct slot *slot; /* the chunk's */
	uint32_t area;
	uint32_t chunk;
	struct fingerprint print;
	unsigned char bytes[STATE_CHUNK];
};

struct contents {
	struct content *items;
	uint32_t count;
	size_t capacity;
	uint32_t *heads; /* by open addressing */
	size_t head_count;
};

/* @moved: chunks that are to hold something else than they do, some of them more than once. */
struct state {
	struct area *areas;
	size_t count, capacity;
	bool captured;
	bool searches;
	uint64_t run;
	struct contents contents;
	uint32_t *moved;
	size_t moved_count, moved_capacity;
};

/* ---- state.c ---- */
/* Bytes of it that count now. */
size_t area_used(const struct area *area);
/* Of the longer of both: from where, in whole chunks; and to where. */
size_t area_first(const struct area *area, size_t used);
size_t area_end(const struct area *area, size_t used);
/* Each task goes on where that was noted. */
void state_go_on(struct teeq_harness *h);
void state_note_where(struct teeq_harness *h);

/*
 * The next chunk of @area in which live bytes and copy differ, from @at on, by its first byte; @end
 * where none does.
 */
size_t area_next_change(const struct area *area, size_t at, size_t end);

/* ---- cold.c: pages that nobody has written to since the copy ---- */
enum {
	AREA_PAGE = 4096
};
/* What the setup left is closed to writers, page by page, until somebody writes. */
void cold_close(struct state *st);
/* ... and not any more. */
void cold_open(struct state *st);

/* ---- content.c ---- */
/* The number of what that chunk holds with @bytes; 0: no memory. */
uint32_t content_number(struct state *st, uint32_t area, uint32_t chunk,
			const unsigned char *bytes);
void content_free(struct contents *contents);
size_t content_memory(const struct contents *contents);

#endif
