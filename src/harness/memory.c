/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of the code under test: all of it is known, so that a leak shows and ends with the run.
 * Where a block lies is a matter of pages.c, or, in runs that begin with a copy, of arena.c.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/kernel/kernel.h"
#include "harness/memory.h"
#include "harness/doors.h"

#include <linux/gfp.h>

/* Below that no user has memory. */
#define USER_FIRST ((uintptr_t)0x10000)

bool memory_create(struct teeq_harness *h)
{
	struct memory *m = h->memory = calloc(1, sizeof(*m));

	return m && pages_create(m);
}

void memory_destroy(struct teeq_harness *h)
{
	struct memory *m = h->memory;

	if (!m)
		return;
	if (m->pages)
		pages_release(m);
	pages_destroy(m);
	arena_destroy(&m->arena);
	free(m->blocks);
	free(m);
}

void memory_release(struct teeq_harness *h)
{
	if (!h->memory->in_arena)
		pages_release(h->memory);
}

/* Where it lies decides only how fast it is found. */
static uint32_t *bucket_of(struct memory *m, const void *bytes)
{
	return &m->buckets[((uintptr_t)bytes >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 40 &
			   (BUCKET_COUNT - 1)];
}

static struct block *find(struct memory *m, const void *bytes)
{
	uint32_t i = m->in_arena ? 0 : *bucket_of(m, bytes);

	if (m->in_arena)
		return arena_find(&m->arena, bytes);
	while (i && (m->blocks[i].bytes != bytes || m->blocks[i].freed))
		i = m->blocks[i].next;
	return i ? &m->blocks[i] : NULL;
}

static struct block *new_block(struct memory *m)
{
	uint32_t capacity = m->capacity ? 2 * m->capacity : 64;
	struct block *blocks = m->blocks;

	if (m->count + 1 >= m->capacity) {
		blocks = realloc(m->blocks, capacity * sizeof(*blocks));
		if (!blocks)
			return NULL;
		m->blocks = blocks;
		m->capacity = capacity;
	}
	blocks[m->count + 1] = (struct block){ 0 };
	return &blocks[m->count + 1];
}

/* Somewhere with pages of its own. NULL: the host has no memory. */
static struct block *place_in_pages(struct memory *m, size_t size, bool pages)
{
	struct block *block = new_block(m);
	uint32_t *bucket;

	if (!block)
		return NULL;
	block->size = size;
	block->pages = pages;
	if (!pages_place(m, block))
		return NULL;
	bucket = bucket_of(m, block->bytes);
	block->next = *bucket;
	*bucket = ++m->count;
	return block;
}

static struct block *place(struct teeq_harness *h, unsigned int owner, size_t size, bool pages)
{
	struct memory *m = h->memory;
	struct block *block;

	if (!m->in_arena)
		return place_in_pages(m, size, pages);
	block = arena_place(&m->arena, owner, size, pages);
	if (block)
		block->size = size;
	if (block)
		block->pages = pages;
	return block;
}

/* ----------------------------------------- from tasks ----------------------------------------- */

static void *allocate(size_t count, size_t size, unsigned int flags, bool pages,
		      const struct teeq_site *site)
{
	struct harness_task *task = harness_running(site->object);
	struct teeq_harness *h = harness_active;
	struct block *block;
	size_t bytes;

	const char *reason = flags & __GFP_RECLAIM ? harness_must_not_sleep(task) : NULL;

	if (reason)
		teeq_harness_violation("%s with GFP_KERNEL in %s() at %s:%d, and %s", site->object,
				       site->function, site->file, site->line, reason);
	if (teeq_kernel_refuses(site))
		return NULL;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	block = place(h, harness_index(h, task), bytes, pages);
	if (h->memory->arena.hurt)
		teeq_harness_violation("finds that somebody wrote to what was freed, at %s in %s() "
				       "at %s:%d", site->object, site->function, site->file,
				       site->line);
	/* That is the host's failure, and not one of the code under test. */
	if (!block) {
		h->no_memory = true;
		return NULL;
	}
	if (h->threads)
		doors_acquire(block->bytes);
	block->site = *site;
	block->owner = harness_index(h, task);
	memset(block->bytes, flags & __GFP_ZERO ? 0 : FRESH, bytes);
	return block->bytes;
}

void *teeq_kernel_alloc(size_t count, size_t size, unsigned int flags,
			const struct teeq_site *site)
{
	return allocate(count, size, flags, false, site);
}

void *teeq_kernel_alloc_pages(size_t size, unsigned int flags, const struct teeq_site *site)
{
	return allocate(1, size, flags, true, site);
}

bool teeq_kernel_user_ok(const void *address, size_t size)
{
	uintptr_t at = (uintptr_t)address;

	harness_running("access_ok()");
	if (size == 0)
		return true;
	if (at < USER_FIRST || at + size - 1 < at)
		return false;
	if (harness_active->memory->in_arena)
		return !arena_has(&harness_active->memory->arena, at) &&
		       !arena_has(&harness_active->memory->arena, at + size - 1);
	return !memory_at(harness_active, at) && !memory_at(harness_active, at + size - 1);
}

static struct block *find_or_break(const void *bytes, const struct teeq_site *site)
{
	struct block *block = find(harness_active->memory, bytes);

	if (!block)
		teeq_harness_violation("%s of what is not allocated (freed before, or never "
				       "allocated) in %s() at %s:%d", site->object, site->function,
				       site->file, site->line);
	return block;
}

static bool is_inside(const struct block *block, const void *object)
{
	uintptr_t at = (uintptr_t)object, first = (uintptr_t)block->bytes;

	return at >= first && at - first < block->size;
}

/* Who is about to use something in it, for certain. */
static void check_unused(const struct teeq_harness *h, const struct block *block,
			 const struct teeq_site *site)
{
	for (size_t i = 0; i < h->held_count; i++)
		if (is_inside(block, h->held[i].lock))
			teeq_harness_violation(
				"%s in %s() at %s:%d of what has %s, which is locked "
				"since %s() at %s:%d",
				site->object, site->function, site->file, site->line,
				h->held[i].site.object, h->held[i].site.function,
				h->held[i].site.file, h->held[i].site.line);
	for (unsigned int i = 0; i < h->task_count; i++) {
		const struct harness_task *task = &h->tasks[i];

		if (task != h->running && task->state == TASK_AT_POINT &&
		    is_inside(block, task->point.object))
			teeq_harness_violation("%s in %s() at %s:%d of what has %s, which %s waits "
					       "for in %s() at %s:%d",
					       site->object, site->function, site->file, site->line,
					       task->point.site.object, task->name,
					       task->point.site.function, task->point.site.file,
					       task->point.site.line);
	}
}

/* Nor what the kernel, or the secure world, knows of it. */
static void check_given_back(const struct block *block, const struct teeq_site *site)
{
	char text[256];

	if (kernel_taken_inside(block->bytes, block->size, text, sizeof(text)))
		teeq_harness_violation("%s in %s() at %s:%d of what has %s in it", site->object,
				       site->function, site->file, site->line, text);
}

static void release(struct teeq_harness *h, struct block *block, const struct teeq_site *site)
{
	race_access(h, block->bytes, block->size,
		    &(const struct race_side){ .write = true, .what = "kfree()", .site = *site });
	check_unused(h, block, site);
	check_given_back(block, site);
	if (h->memory->in_arena ? arena_is_damaged(block) : !block_is_intact(block))
		teeq_harness_violation("%s in %s() at %s:%d of %zu bytes by %s in %s() at %s:%d: "
				       "somebody wrote beside them", site->object, site->function,
				       site->file, site->line, block->size, block->site.object,
				       block->site.function, block->site.file, block->site.line);
	order_forget(h, block->bytes, block->size);
	if (h->threads)
		doors_release(block->bytes);
	if (h->memory->in_arena) {
		arena_close(block);
		return;
	}
	block->freed = true;
	block->freed_by = harness_index(h, h->running);
	block->freed_site = *site;
	pages_close(h->memory, block);
}

void teeq_kernel_free(const void *bytes, const struct teeq_site *site)
{
	harness_running(site->object);
	/* NULL and the zero-sized are as good as nothing. */
	if (bytes)
		release(harness_active, find_or_break(bytes, site), site);
}

void *teeq_kernel_realloc(const void *from, size_t size, unsigned int flags,
			  const struct teeq_site *site)
{
	struct block *old = from ? find_or_break(from, site) : NULL;
	void *bytes = teeq_kernel_alloc(1, size, flags, site);

	/* The table may have moved. */
	old = bytes && old ? find(harness_active->memory, from) : NULL;
	if (old) {
		memcpy(bytes, old->bytes, old->size < size ? old->size : size);
		release(harness_active, old, site);
	}
	return bytes;
}

/* ------------------------------------------ to tell ------------------------------------------- */

static const struct block *next_block(const struct memory *m, const struct block *block)
{
	if (m->in_arena)
		return arena_next(&m->arena, block);
	block = block ? block + 1 : m->blocks + 1;
	return m->count > 0 && block <= m->blocks + m->count ? block : NULL;
}

const struct block *memory_first(const struct teeq_harness *h, size_t *count)
{
	const struct memory *m = h->memory;
	const struct block *first = NULL;

	*count = 0;
	for (const struct block *block = next_block(m, NULL); block; block = next_block(m, block)) {
		if (block->freed || harness_may_keep(h, block->owner))
			continue;
		(*count)++;
		first = first ? first : block;
	}
	return first;
}

const struct block *memory_at(const struct teeq_harness *h, uintptr_t at)
{
	const struct memory *m = h->memory;

	if (m && m->in_arena)
		return arena_at(&m->arena, at);
	for (uint32_t i = m ? m->count : 0; i > 0; i--)
		if (pages_have(m, &m->blocks[i], at))
			return &m->blocks[i];
	return NULL;
}

const struct block *memory_damaged(const struct teeq_harness *h, bool of_setup)
{
	const struct memory *m = h->memory;
	const struct block *block = m->in_arena ? arena_next(&m->arena, NULL) : NULL;

	while (block && ((block->owner == h->task_count && !block->freed && !of_setup) ||
			 !arena_is_damaged(block)))
		block = arena_next(&m->arena, block);
	return block;
}
