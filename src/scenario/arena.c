/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	CHUNK_SIZE_FIRST = 1 << 12,
	CHUNK_SIZE_LAST = 1 << 20, /* chunks double up to here */
};

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

static struct arena_chunk *chunk_new(struct arena *arena, size_t wanted)
{
	size_t size = CHUNK_SIZE_FIRST;
	struct arena_chunk *chunk;

	if (arena->chunk && arena->chunk->size < CHUNK_SIZE_LAST)
		size = 2 * arena->chunk->size;
	else if (arena->chunk)
		size = CHUNK_SIZE_LAST;
	if (size < wanted)
		size = wanted;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->older = arena->chunk;
	chunk->size = size;
	arena->chunk = chunk;
	return chunk;
}

void *arena_take(struct arena *arena, size_t size)
{
	const size_t unit = alignof(max_align_t);
	struct arena_chunk *chunk = arena->chunk;
	void *taken;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + unit) / unit * unit;
	if (!chunk || chunk->size - chunk->used < size)
		chunk = chunk_new(arena, size);
	if (!chunk)
		return NULL;
	taken = chunk->bytes + chunk->used;
	chunk->used += size;
	return taken;
}

void *arena_take_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		return NULL;
	return arena_take(arena, count * size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t size)
{
	char *copy = size < SIZE_MAX ? arena_take(arena, size + 1) : NULL;

	if (copy && size)
		memcpy(copy, bytes, size);
	return copy;
}

void arena_free(struct arena *arena)
{
	while (arena->chunk) {
		struct arena_chunk *older = arena->chunk->older;

		free(arena->chunk);
		arena->chunk = older;
	}
}
