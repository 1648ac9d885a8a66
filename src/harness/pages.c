/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of its own for each block. It ends where a page ends, behind which lies one that nobody may
 * touch, and what was freed is closed for the rest of the run: who uses it then, reading or
 * writing, is stopped in the act.
 */
/* _DEFAULT_SOURCE: MAP_ANONYMOUS, which POSIX of 2008 does not have. */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/compare.h"
#include "harness/memory.h"
#include "harness/sanitizer.h"

enum {
	SLACK_BYTES = 32
};

/* Closed maps that a run keeps; beyond them, the addresses may be given out again. */
enum {
	KEPT_MAX = 4096
};

enum {
	SLOT_COUNT = 8192
};

/*
 * Pages for blocks, each with a closed one behind it. What does not fit has a map of its own.
 *
 * @opened     slots whose page was ever made usable; the others never were
 * @used       slots that this run gave out: each only once, so that what is freed stays closed
 * @closed     the slot's page was closed in an earlier run, or in this one
 * @kept       maps that were closed and are still there
 */
struct pages {
	unsigned char *base;
	size_t page;
	size_t opened;
	size_t used;
	size_t kept;
	bool closed[SLOT_COUNT];
};

/*
 * With a sanitizer that follows malloc() blocks come from there: it sees more than closed pages do.
 */
static bool is_guarded(void)
{
	return !asan_is_there() && !tsan_is_there();
}

bool pages_create(struct memory *m)
{
	struct pages *p = m->pages = calloc(1, sizeof(*p));
	void *base;

	if (!p)
		return false;
	p->page = (size_t)sysconf(_SC_PAGESIZE);
	base = mmap(NULL, 2 * SLOT_COUNT * p->page, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	p->base = base == MAP_FAILED ? NULL : base;
	return p->base != NULL;
}

void pages_destroy(struct memory *m)
{
	if (m->pages && m->pages->base)
		munmap(m->pages->base, 2 * SLOT_COUNT * m->pages->page);
	free(m->pages);
}

static bool open_page(unsigned char *page, size_t bytes)
{
	return mprotect(page, bytes, PROT_READ | PROT_WRITE) == 0;
}

static bool place_in_slot(struct pages *p, struct block *block)
{
	size_t slot = p->used;

	block->map = p->base + 2 * slot * p->page;
	block->map_bytes = p->page;
	block->slot = true;
	if ((slot >= p->opened || p->closed[slot]) && !open_page(block->map, p->page))
		return false;
	p->closed[slot] = false;
	p->used++;
	if (p->opened < p->used)
		p->opened = p->used;
	return true;
}

static bool place_in_map(struct pages *p, struct block *block, size_t room)
{
	void *map;

	block->map_bytes = (room + p->page - 1) / p->page * p->page;
	map = mmap(NULL, block->map_bytes + p->page, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return false;
	block->map = map;
	return open_page(block->map, block->map_bytes);
}

static size_t front_slack(const struct block *block)
{
	size_t front = (size_t)(block->bytes - block->map);

	return front < SLACK_BYTES ? front : SLACK_BYTES;
}

static size_t back_slack(const struct block *block)
{
	return (size_t)(block->map + block->map_bytes - (block->bytes + block->size));
}

/* The block ends with its pages, but for what its alignment costs. */
bool pages_place(struct memory *m, struct block *block)
{
	size_t room = (block->size + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
	struct pages *p = m->pages;
	bool placed;

	if (!is_guarded() && block->pages) {
		block->bytes = aligned_alloc(p->page, block->size);
		return block->bytes != NULL;
	}
	if (!is_guarded()) {
		block->bytes = malloc(block->size ? block->size : 1);
		return block->bytes != NULL;
	}
	if (room <= p->page && p->used < SLOT_COUNT)
		placed = place_in_slot(p, block);
	else
		placed = place_in_map(p, block, room);
	if (!placed)
		return false;
	block->bytes = block->map + block->map_bytes - room;
	memset(block->bytes - front_slack(block), SLACK, front_slack(block));
	memset(block->bytes + block->size, SLACK, back_slack(block));
	return true;
}

bool block_is_intact(const struct block *block)
{
	return !block->map ||
	       (bytes_are_all(block->bytes - front_slack(block), front_slack(block), SLACK) &&
		bytes_are_all(block->bytes + block->size, back_slack(block), SLACK));
}

void pages_close(struct memory *m, struct block *block)
{
	struct pages *p = m->pages;

	if (!block->map) {
		/* It stays known by its address, which the sanitizer gives to nobody for long. */
		free(block->bytes);
	} else if (block->slot) {
		mprotect(block->map, block->map_bytes, PROT_NONE);
		p->closed[(size_t)(block->map - p->base) / (2 * p->page)] = true;
	} else if (p->kept < KEPT_MAX) {
		mprotect(block->map, block->map_bytes, PROT_NONE);
		p->kept++;
	} else {
		munmap(block->map, block->map_bytes + p->page);
		block->map = NULL;
		block->bytes = NULL;
	}
}

void pages_release(struct memory *m)
{
	struct pages *p = m->pages;

	for (uint32_t i = 1; i <= m->count; i++) {
		struct block *block = &m->blocks[i];

		if (block->map && !block->slot)
			munmap(block->map, block->map_bytes + p->page);
		if (!block->map && !block->freed)
			free(block->bytes);
	}
	m->count = 0;
	p->used = 0;
	p->kept = 0;
	memset(m->buckets, 0, sizeof(m->buckets));
}

bool pages_have(const struct memory *m, const struct block *block, uintptr_t at)
{
	uintptr_t first = (uintptr_t)(block->map ? block->map : block->bytes);
	size_t length = block->map ? block->map_bytes + m->pages->page : block->size;

	return first && at >= first && at - first < length;
}
