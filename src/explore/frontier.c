/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/frontier.h"

#include <stdlib.h>
#include <string.h>

void frontier_init(struct frontier *frontier, size_t world_size, struct disk *disk)
{
	memset(frontier, 0, sizeof(*frontier));
	frontier->disk = disk;
	frontier->entry_size = sizeof(state_id) + (world_size + 7) / 8 * 8;
}

static struct bucket *frontier_bucket_of(const struct frontier *frontier, uint32_t depth)
{
	return (struct bucket *)(uintptr_t)&frontier->buckets[depth % FRONTIER_SPAN];
}

/* ------------------------------------------ blocks -------------------------------------------- */

static size_t block_size(const struct frontier *frontier)
{
	return FRONTIER_BLOCK_ENTRIES * frontier->entry_size;
}

static void put_block(struct frontier *frontier, unsigned char *block)
{
	memcpy(block, &frontier->spare, sizeof(frontier->spare));
	frontier->spare = block;
}

/* A process may have so many pieces of a file in its memory, and not more. */
#define BLOCKS_OF_PIECE 128

static unsigned char *make_block(struct frontier *frontier)
{
	unsigned char *block;

	if (!frontier->disk) {
		block = malloc(block_size(frontier));
		if (block)
			counter_add(&frontier->memory, block_size(frontier));
		return block;
	}
	if (frontier->piece_blocks == 0) {
		frontier->piece = disk_take(frontier->disk, BLOCKS_OF_PIECE * block_size(frontier),
					    false);
		frontier->piece_blocks = frontier->piece ? BLOCKS_OF_PIECE : 0;
	}
	block = frontier->piece;
	if (block) {
		frontier->piece += block_size(frontier);
		frontier->piece_blocks--;
	}
	return block;
}

static unsigned char *take_block(struct frontier *frontier)
{
	unsigned char *block = frontier->spare;

	if (block) {
		memcpy(&frontier->spare, block, sizeof(frontier->spare));
		return block;
	}
	return make_block(frontier);
}

/* A block for the entries from @bucket's count on. */
static bool add_block(struct frontier *frontier, struct bucket *bucket)
{
	size_t number = bucket->count / FRONTIER_BLOCK_ENTRIES;

	if (number == bucket->capacity) {
		size_t capacity = bucket->capacity ? 2 * bucket->capacity : 4;
		unsigned char **blocks = realloc(bucket->blocks, capacity * sizeof(*blocks));

		if (!blocks)
			return false;
		counter_add(&frontier->memory, (capacity - bucket->capacity) * sizeof(*blocks));
		bucket->blocks = blocks;
		bucket->capacity = capacity;
	}
	bucket->blocks[number] = take_block(frontier);
	return bucket->blocks[number];
}

void frontier_free(struct frontier *frontier)
{
	for (uint32_t i = 0; i < FRONTIER_SPAN; i++)
		frontier_drop(frontier, i);
	/* Those on the disk go with it. */
	while (frontier->spare && !frontier->disk)
		free(take_block(frontier));
}

/* ------------------------------------------ entries ------------------------------------------- */

static unsigned char *entry_in(const struct frontier *frontier, const struct bucket *bucket,
			       size_t index)
{
	return bucket->blocks[index / FRONTIER_BLOCK_ENTRIES] +
	       index % FRONTIER_BLOCK_ENTRIES * frontier->entry_size;
}

bool frontier_add(struct frontier *frontier, uint32_t depth, state_id id, const void *world)
{
	struct bucket *bucket = frontier_bucket_of(frontier, depth);
	unsigned char *entry;

	if (bucket->count % FRONTIER_BLOCK_ENTRIES == 0 && !add_block(frontier, bucket))
		return false;
	entry = entry_in(frontier, bucket, bucket->count++);
	memcpy(entry, &id, sizeof(id));
	memcpy(entry + sizeof(id), world, frontier->entry_size - sizeof(id));
	counter_add(&frontier->count, 1);
	return true;
}

struct entry frontier_entry(const struct frontier *frontier, uint32_t depth, size_t index)
{
	unsigned char *at = entry_in(frontier, frontier_bucket_of(frontier, depth), index);
	struct entry entry = { .world = (struct teeq_world *)(void *)(at + sizeof(state_id)) };

	memcpy(&entry.id, at, sizeof(entry.id));
	return entry;
}

size_t frontier_count(const struct frontier *frontier, uint32_t depth)
{
	return frontier_bucket_of(frontier, depth)->count;
}

struct entry frontier_take_last(struct frontier *frontier, uint32_t depth,
				struct teeq_world *world)
{
	struct bucket *bucket = frontier_bucket_of(frontier, depth);
	struct entry entry = frontier_entry(frontier, depth, --bucket->count);

	counter_add(&frontier->count, -UINT64_C(1));
	memcpy(world, entry.world, frontier->entry_size - sizeof(state_id));
	entry.world = world;
	if (bucket->count % FRONTIER_BLOCK_ENTRIES == 0)
		put_block(frontier, bucket->blocks[bucket->count / FRONTIER_BLOCK_ENTRIES]);
	return entry;
}

void frontier_drop(struct frontier *frontier, uint32_t depth)
{
	struct bucket *bucket = frontier_bucket_of(frontier, depth);

	for (size_t i = 0; i < bucket->count; i += FRONTIER_BLOCK_ENTRIES)
		put_block(frontier, bucket->blocks[i / FRONTIER_BLOCK_ENTRIES]);
	counter_add(&frontier->count, -(uint64_t)bucket->count);
	counter_add(&frontier->memory, -(uint64_t)(bucket->capacity * sizeof(*bucket->blocks)));
	free(bucket->blocks);
	*bucket = (struct bucket){ 0 };
}
