/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_MEMORY_H
#define HARNESS_MEMORY_H

#include "harness/harness.h"

/* What lies around a block, what a block is full of when it is new, and what was freed. */
enum {
	SLACK = 0x5a,
	FRESH = 0xa5,
	POISON = 0x6b,
	BLOCK_ALIGN = 8
};

/* ---- pages.c: a block has pages to itself, which are closed when it is freed ---- */
struct pages;
bool pages_create(struct memory *m);
void pages_destroy(struct memory *m);
/* The block's memory ends where its pages end. False: the host has none. */
bool pages_place(struct memory *m, struct block *block);
/* Nobody may touch it from now on. */
void pages_close(struct memory *m, struct block *block);
/* All blocks are gone. */
void pages_release(struct memory *m);
/* Whether nobody wrote beside the block. */
bool block_is_intact(const struct block *block);
/* Whose pages @at lies in, or behind which. */
bool pages_have(const struct memory *m, const struct block *block, uintptr_t at);

/* ---- arena.c: all blocks lie in one piece, which can be copied ---- */

/*
 * Each task has a part of its own, so that where its blocks lie depends on what it did, and not on
 * what others did in between. A part has two stretches that grow: one for blocks, each behind its
 * struct block, and one for what is whole pages.
 *
 * @small, @large   bytes that are in use of them, by task; the last is that of the setup
 * @reuses          what was freed is given out again, to the task that had it, for a block of the
 *                  same size
 * @full            a part was; nothing is said of such a run
 * @hurt            somebody had written to what was given out again
 */
struct arena {
	unsigned char *base;
	unsigned int part_count;
	bool reuses;
	bool full;
	bool hurt;
	size_t small[TEEQ_TASK_MAX + 1];
	size_t large[TEEQ_TASK_MAX + 1];
};

/* Bytes that a part has room for; they cost memory where they are used. */
#define ARENA_SMALL ((size_t)4 << 20)
#define ARENA_LARGE ((size_t)12 << 20)

bool arena_create(struct arena *a, unsigned int part_count);
void arena_destroy(struct arena *a);
/* Nothing is in use, and all of it is zero. */
void arena_clear(struct arena *a);
static inline unsigned char *arena_small(const struct arena *a, unsigned int part)
{
	return a->base + part * (ARENA_SMALL + ARENA_LARGE);
}
static inline unsigned char *arena_large(const struct arena *a, unsigned int part)
{
	return arena_small(a, part) + ARENA_SMALL;
}
/* A block of task @part; NULL: its part is full. */
struct block *arena_place(struct arena *a, unsigned int part, size_t size, bool pages);
/* The block that begins at @bytes and was not freed, or NULL. */
struct block *arena_find(const struct arena *a, const void *bytes);
/* What lies there is poison from now on. */
void arena_close(struct block *block);
bool arena_has(const struct arena *a, uintptr_t at);
/* Whose block @at lies in; it may have been freed. NULL: nobody's. */
const struct block *arena_at(const struct arena *a, uintptr_t at);
/* The next block behind @block, or the first one where that is NULL; NULL: there is none. */
struct block *arena_next(const struct arena *a, const struct block *block);
/* Whether somebody wrote beside it, or to what was freed. */
bool arena_is_damaged(const struct block *block);

/*
 * @pages     where blocks have pages to themselves
 * @arena     where runs begin with a copy of what the setup left; @in_arena: this run does
 * @blocks    of the run, from 1, in order of allocation; not of those in the arena
 */
struct memory {
	struct pages *pages;
	struct arena arena;
	bool in_arena;
	uint32_t buckets[BUCKET_COUNT];
	struct block *blocks;
	uint32_t count, capacity;
};

#endif
