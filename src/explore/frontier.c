/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/frontier.h"

#include <stdlib.h>
#include <string.h>

void frontier_init(struct frontier *frontier, size_t world_size)
{
	memset(frontier, 0, sizeof(*frontier));
	frontier->entry_size = sizeof(state_id) + (world_size + 7) / 8 * 8;
}

void frontier_free(struct frontier *frontier)
{
	for (uint32_t i = 0; i < FRONTIER_SPAN; i++)
		frontier_drop(frontier, i);
}

static struct bucket *bucket_of(const struct frontier *frontier, uint32_t depth)
{
	return (struct bucket *)(uintptr_t)&frontier->buckets[depth % FRONTIER_SPAN];
}

static bool grow(struct frontier *frontier, struct bucket *bucket)
{
	size_t capacity = bucket->capacity ? bucket->capacity + bucket->capacity / 2 : 16;
	unsigned char *entries = realloc(bucket->entries, capacity * frontier->entry_size);

	if (!entries)
		return false;
	counter_add(&frontier->memory, (capacity - bucket->capacity) * frontier->entry_size);
	bucket->entries = entries;
	bucket->capacity = capacity;
	return true;
}

bool frontier_add(struct frontier *frontier, uint32_t depth, state_id id, const void *world)
{
	struct bucket *bucket = bucket_of(frontier, depth);
	unsigned char *entry;

	if (bucket->count == bucket->capacity && !grow(frontier, bucket))
		return false;
	entry = bucket->entries + bucket->count++ * frontier->entry_size;
	memcpy(entry, &id, sizeof(id));
	memcpy(entry + sizeof(id), world, frontier->entry_size - sizeof(id));
	counter_add(&frontier->count, 1);
	return true;
}

struct entry frontier_entry(const struct frontier *frontier, uint32_t depth, size_t index)
{
	unsigned char *at = bucket_of(frontier, depth)->entries + index * frontier->entry_size;
	struct entry entry = { .world = (struct teeq_world *)(void *)(at + sizeof(state_id)) };

	memcpy(&entry.id, at, sizeof(entry.id));
	return entry;
}

size_t frontier_count(const struct frontier *frontier, uint32_t depth)
{
	return bucket_of(frontier, depth)->count;
}

struct entry frontier_take_last(struct frontier *frontier, uint32_t depth,
				struct teeq_world *world)
{
	struct bucket *bucket = bucket_of(frontier, depth);
	struct entry entry = frontier_entry(frontier, depth, --bucket->count);

	counter_add(&frontier->count, -UINT64_C(1));
	memcpy(world, entry.world, frontier->entry_size - sizeof(state_id));
	entry.world = world;
	return entry;
}

void frontier_drop(struct frontier *frontier, uint32_t depth)
{
	struct bucket *bucket = bucket_of(frontier, depth);

	counter_add(&frontier->count, -(uint64_t)bucket->count);
	counter_add(&frontier->memory, -(uint64_t)(bucket->capacity * frontier->entry_size));
	free(bucket->entries);
	*bucket = (struct bucket){ 0 };
}
