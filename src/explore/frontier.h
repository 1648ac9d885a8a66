/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_FRONTIER_H
#define EXPLORE_FRONTIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore/expand.h"
#include "explore/store.h"

/*
 * States that wait to be expanded, by their depth: bucket d % FRONTIER_SPAN holds those of depth d.
 * A move adds at most EXPAND_CHAIN_MAX to the depth, so the buckets in use never overlap. Each
 * worker has a frontier of its own.
 */
#define FRONTIER_SPAN 1024
_Static_assert(FRONTIER_SPAN > EXPAND_CHAIN_MAX, "a move must stay within the span");

/* Entries lie in blocks, which are never moved; those of a bucket that is done with serve again. */
#define FRONTIER_BLOCK_ENTRIES 256

struct bucket {
	unsigned char **blocks;
	size_t count;    /* of entries */
	size_t capacity; /* of pointers to blocks */
};

struct frontier {
	struct bucket buckets[FRONTIER_SPAN];
	size_t entry_size;
	unsigned char *spare; /* blocks not in use: each begins with a pointer to the next */
	struct disk *disk;    /* where blocks lie; NULL: in memory */
	unsigned char *piece; /* of the disk, blocks of which are still to be used */
	size_t piece_blocks;
	counter count;  /* in all buckets */
	counter memory; /* bytes that are not on the disk */
};

/* One entry: the state's name, then its bytes. */
struct entry {
	state_id id;
	struct teeq_world *world;
};

void frontier_init(struct frontier *frontier, size_t world_size, struct disk *disk);
void frontier_free(struct frontier *frontier);
bool frontier_add(struct frontier *frontier, uint32_t depth, state_id id, const void *world);
struct entry frontier_entry(const struct frontier *frontier, uint32_t depth, size_t index);
size_t frontier_count(const struct frontier *frontier, uint32_t depth);
/* Remove the last entry of a bucket; its state is copied to @world. */
struct entry frontier_take_last(struct frontier *frontier, uint32_t depth,
				struct teeq_world *world);
/* The bucket of @depth is done with. */
void frontier_drop(struct frontier *frontier, uint32_t depth);

#endif
