/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks in one piece of memory, to be copied and compared. No page is closed there: what was
 * freed is full of poison, a pointer from which leads nowhere, and whoever wrote to it is found
 * out later.
 */
/* _DEFAULT_SOURCE: MAP_ANONYMOUS, which POSIX of 2008 does not have. */
#define _DEFAULT_SOURCE
#include "harness/memory.h"

#include <string.h>
#include <sys/mman.h>

#include "harness/compare.h"

enum {
	UNIT = 64,
	SLACK_MIN = 8,
	PAGE = 4096
};

/* In front of a block's bytes, or, of whole pages, alone. */
static size_t header_bytes(void)
{
	return (sizeof(struct block) + UNIT - 1) / UNIT * UNIT;
}

static size_t part_bytes(void)
{
	return ARENA_SMALL + ARENA_LARGE;
}

bool arena_create(struct arena *a, unsigned int part_count)
{
	void *base = mmap(NULL, part_count * part_bytes(), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return false;
	a->base = base;
	a->part_count = part_count;
	return true;
}

void arena_destroy(struct arena *a)
{
	if (a->base)
		munmap(a->base, a->part_count * part_bytes());
	*a = (struct arena){ .base = NULL };
}

void arena_clear(struct arena *a)
{
	for (unsigned int i = 0; i < a->part_count; i++) {
		memset(arena_small(a, i), 0, a->small[i]);
		memset(arena_large(a, i), 0, a->large[i]);
		a->small[i] = a->large[i] = 0;
	}
	a->full = false;
}

/* From one block's header to the next one's. */
static size_t stride(const struct block *block)
{
	return block->pages ? header_bytes() : header_bytes() + block->map_bytes;
}

static struct block *block_at(const struct arena *a, unsigned int part, size_t offset)
{
	return offset < a->small[part] ? (struct block *)(void *)(arena_small(a, part) + offset) :
					 NULL;
}

static struct block *next_in_part(const struct arena *a, unsigned int part,
				  const struct block *block)
{
	size_t offset = (size_t)((const unsigned char *)block - arena_small(a, part));

	return block_at(a, part, offset + stride(block));
}

bool arena_is_damaged(const struct block *block)
{
	if (block->freed)
		return !bytes_are_all(block->map, block->map_bytes, POISON);
	return !bytes_are_all(block->map + block->size, block->map_bytes - block->size, SLACK);
}

/*
 * The first that was freed and is of that size: where a block comes to lie does not depend on the
 * order.
 */
static struct block *find_freed(struct arena *a, unsigned int part, size_t room, bool pages)
{
	struct block *block = block_at(a, part, 0);

	while (block && !(block->freed && block->pages == pages && block->map_bytes == room))
		block = next_in_part(a, part, block);
	a->hurt |= block && arena_is_damaged(block);
	return block;
}

static struct block *arena_append(struct arena *a, unsigned int part, size_t room, bool pages)
{
	size_t own = header_bytes() + (pages ? 0 : room);
	struct block *block = (struct block *)(void *)(arena_small(a, part) + a->small[part]);
	unsigned char *large = arena_large(a, part) + a->large[part];

	if (own > ARENA_SMALL - a->small[part] || (pages && room > ARENA_LARGE - a->large[part])) {
		a->full = true;
		return NULL;
	}
	a->small[part] += own;
	a->large[part] += pages ? room : 0;
	block->map = pages ? large : (unsigned char *)block + header_bytes();
	return block;
}

struct block *arena_place(struct arena *a, unsigned int part, size_t size, bool pages)
{
	size_t align = pages ? (size_t)PAGE : (size_t)UNIT;
	size_t room = (size + (pages ? 0 : SLACK_MIN) + align - 1) / align * align;
	struct block *block = NULL;
	unsigned char *map;

	if (size > ARENA_LARGE) {
		a->full = true;
		return NULL;
	}
	if (a->reuses)
		block = find_freed(a, part, room, pages);
	if (!block)
		block = arena_append(a, part, room, pages);
	if (!block)
		return NULL;
	map = block->map;
	memset(block, 0, sizeof(*block));
	block->map = block->bytes = map;
	block->map_bytes = room;
	memset(map + size, SLACK, room - size);
	return block;
}

bool arena_has(const struct arena *a, uintptr_t at)
{
	return at - (uintptr_t)a->base < a->part_count * part_bytes();
}

static unsigned int part_of(const struct arena *a, uintptr_t at)
{
	return (unsigned int)((at - (uintptr_t)a->base) / part_bytes());
}

struct block *arena_find(const struct arena *a, const void *bytes)
{
	uintptr_t at = (uintptr_t)bytes;
	unsigned int part;
	struct block *block;
	size_t offset;

	if (!a->base || !arena_has(a, at))
		return NULL;
	part = part_of(a, at);
	offset = at - (uintptr_t)arena_small(a, part) - header_bytes();
	if (offset % UNIT == 0 && (block = block_at(a, part, offset)) != NULL)
		return block->bytes == bytes && !block->freed ? block : NULL;
	block = block_at(a, part, 0);
	while (block && (block->bytes != bytes || block->freed))
		block = next_in_part(a, part, block);
	return block;
}

const struct block *arena_at(const struct arena *a, uintptr_t at)
{
	const struct block *block;
	unsigned int part;

	if (!a->base || !arena_has(a, at))
		return NULL;
	part = part_of(a, at);
	block = block_at(a, part, 0);
	while (block && at - (uintptr_t)block->map >= block->map_bytes)
		block = next_in_part(a, part, block);
	return block;
}

struct block *arena_next(const struct arena *a, const struct block *block)
{
	unsigned int part = block ? part_of(a, (uintptr_t)block) : 0;
	struct block *next = block ? next_in_part(a, part, block) : block_at(a, 0, 0);

	while (!next && ++part < a->part_count)
		next = block_at(a, part, 0);
	return next;
}

void arena_close(struct block *block)
{
	unsigned char *map = block->map;
	size_t room = block->map_bytes;
	bool pages = block->pages;

	/* Equal states have equal bytes: who freed it, and where, is nothing that the code sees. */
	memset(block, 0, sizeof(*block));
	block->map = map;
	block->map_bytes = room;
	block->pages = pages;
	block->freed = true;
	memset(map, POISON, room);
}
