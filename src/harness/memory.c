/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of the code under test: all of it is known, so that a leak shows and ends with the run. A
 * block ends where a page ends, behind which lies one that nobody may touch, and what was freed is
 * closed for the rest of the run: who uses it then, reading or writing, is stopped in the act.
 */
/* _DEFAULT_SOURCE: MAP_ANONYMOUS, which POSIX of 2008 does not have. */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/harness.h"
#include "harness/sanitizer.h"

#include <linux/gfp.h>

/* What lies around a block up to its page, and what a block is full of when it is new. */
enum { SLACK = 0x5a, FRESH = 0xa5, SLACK_BYTES = 32, BLOCK_ALIGN = 8 };

/* Closed maps that a run keeps; beyond them, the addresses may be given out again. */
enum { KEPT_MAX = 4096 };

enum { SLOT_COUNT = 8192 };

/* Below that no user has memory. */
#define USER_FIRST ((uintptr_t)0x10000)

/*
 * Pages for blocks, each with a closed one behind it. What does not fit has a map of its own.
 *
 * @opened     slots whose page was ever made usable; the others never were
 * @used       slots that this run gave out: each only once, so that what is freed stays closed
 * @closed     the slot's page was closed in an earlier run, or in this one
 * @kept       maps that were closed and are still there
 */
struct memory {
	unsigned char *base;
	size_t page;
	size_t opened;
	size_t used;
	size_t kept;
	bool closed[SLOT_COUNT];
	uint32_t buckets[BUCKET_COUNT];
	struct block *blocks; /* of the run, from 1, in order of allocation */
	uint32_t count, capacity;
};

/* With a sanitizer that follows malloc() blocks come from there: it sees more than closed pages do. */
static bool is_guarded(void)
{
	return !asan_is_there() && !tsan_is_there();
}

bool memory_create(struct teeq_harness *h)
{
	struct memory *m = h->memory = calloc(1, sizeof(*m));
	void *base;

	if (!m)
		return false;
	m->page = (size_t)sysconf(_SC_PAGESIZE);
	base = mmap(NULL, 2 * SLOT_COUNT * m->page, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	m->base = base == MAP_FAILED ? NULL : base;
	return m->base != NULL;
}

void memory_destroy(struct teeq_harness *h)
{
	struct memory *m = h->memory;

	if (!m)
		return;
	memory_release(h);
	if (m->base)
		munmap(m->base, 2 * SLOT_COUNT * m->page);
	free(m->blocks);
	free(m);
}

/* Where it lies decides only how fast it is found. */
static uint32_t *bucket_of(struct memory *m, const void *bytes)
{
	return &m->buckets[((uintptr_t)bytes >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 40 &
			   (BUCKET_COUNT - 1)];
}

static struct block *find(struct memory *m, const void *bytes)
{
	uint32_t i = *bucket_of(m, bytes);

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

/* ---------------------------------------- the pages ------------------------------------------- */

static bool open_page(unsigned char *page, size_t bytes)
{
	return mprotect(page, bytes, PROT_READ | PROT_WRITE) == 0;
}

static bool place_in_slot(struct memory *m, struct block *block)
{
	size_t slot = m->used;

	block->map = m->base + 2 * slot * m->page;
	block->map_bytes = m->page;
	block->slot = true;
	if ((slot >= m->opened || m->closed[slot]) && !open_page(block->map, m->page))
		return false;
	m->closed[slot] = false;
	m->used++;
	if (m->opened < m->used)
		m->opened = m->used;
	return true;
}

static bool place_in_map(struct memory *m, struct block *block, size_t room)
{
	void *map;

	block->map_bytes = (room + m->page - 1) / m->page * m->page;
	map = mmap(NULL, block->map_bytes + m->page, PROT_NONE,
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
static bool place(struct memory *m, struct block *block)
{
	size_t room = (block->size + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
	bool placed;

	if (!is_guarded() && block->pages) {
		block->bytes = aligned_alloc(m->page, block->size);
		return block->bytes != NULL;
	}
	if (!is_guarded()) {
		block->bytes = malloc(block->size ? block->size : 1);
		return block->bytes != NULL;
	}
	if (room <= m->page && m->used < SLOT_COUNT)
		placed = place_in_slot(m, block);
	else
		placed = place_in_map(m, block, room);
	if (!placed)
		return false;
	block->bytes = block->map + block->map_bytes - room;
	memset(block->bytes - front_slack(block), SLACK, front_slack(block));
	memset(block->bytes + block->size, SLACK, back_slack(block));
	return true;
}

static bool is_full_of_slack(const unsigned char *bytes, size_t size)
{
	while (size > 0 && bytes[size - 1] == SLACK)
		size--;
	return size == 0;
}

static bool is_intact(const struct block *block)
{
	return !block->map || (is_full_of_slack(block->bytes - front_slack(block),
						front_slack(block)) &&
			       is_full_of_slack(block->bytes + block->size, back_slack(block)));
}

/* Nobody may touch it from now on. */
static void close_block(struct memory *m, struct block *block)
{
	if (!block->map) {
		/* It stays known by its address, which the sanitizer gives to nobody for long. */
		free(block->bytes);
	} else if (block->slot) {
		mprotect(block->map, block->map_bytes, PROT_NONE);
		m->closed[(size_t)(block->map - m->base) / (2 * m->page)] = true;
	} else if (m->kept < KEPT_MAX) {
		mprotect(block->map, block->map_bytes, PROT_NONE);
		m->kept++;
	} else {
		munmap(block->map, block->map_bytes + m->page);
		block->map = NULL;
		block->bytes = NULL;
	}
}

void memory_release(struct teeq_harness *h)
{
	struct memory *m = h->memory;

	for (uint32_t i = 1; i <= m->count; i++) {
		struct block *block = &m->blocks[i];

		if (block->map && !block->slot)
			munmap(block->map, block->map_bytes + m->page);
		if (!block->map && !block->freed)
			free(block->bytes);
	}
	m->count = 0;
	m->used = 0;
	m->kept = 0;
	memset(m->buckets, 0, sizeof(m->buckets));
}

/* ----------------------------------------- from tasks ----------------------------------------- */

static void *allocate(size_t count, size_t size, unsigned int flags, bool pages,
		      const struct teeq_site *site)
{
	struct harness_task *task = harness_running(site->object);
	struct teeq_harness *h = harness_active;
	struct block *block;
	uint32_t *bucket;
	size_t bytes;

	const char *reason = flags & __GFP_RECLAIM ? harness_must_not_sleep(task) : NULL;

	if (reason)
		teeq_harness_violation("%s with GFP_KERNEL in %s() at %s:%d, and %s", site->object,
				       site->function, site->file, site->line, reason);
	if (task != &h->surroundings && !h->in_vain &&
	    ++h->result.allocation_count == h->fail_at)
		return NULL;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	block = new_block(h->memory);
	if (block) {
		block->site = *site;
		block->size = bytes;
		block->owner = harness_index(h, task);
		block->pages = pages;
	}
	/* That is the host's failure, and not one of the code under test. */
	if (!block || !place(h->memory, block)) {
		h->no_memory = true;
		return NULL;
	}
	memset(block->bytes, flags & __GFP_ZERO ? 0 : FRESH, bytes);
	bucket = bucket_of(h->memory, block->bytes);
	block->next = *bucket;
	*bucket = ++h->memory->count;
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
	return at >= USER_FIRST && at + size - 1 >= at &&
	       !memory_at(harness_active, at) && !memory_at(harness_active, at + size - 1);
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
			teeq_harness_violation("%s in %s() at %s:%d of what has %s, which is locked "
					       "since %s() at %s:%d", site->object, site->function,
					       site->file, site->line, h->held[i].site.object,
					       h->held[i].site.function, h->held[i].site.file,
					       h->held[i].site.line);
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

static void release(struct teeq_harness *h, struct block *block, const struct teeq_site *site)
{
	race_access(h, block->bytes, block->size,
		    &(const struct race_side){ .write = true, .what = "kfree()", .site = *site });
	check_unused(h, block, site);
	if (!is_intact(block))
		teeq_harness_violation("%s in %s() at %s:%d of %zu bytes by %s in %s() at %s:%d: "
				       "somebody wrote beside them", site->object, site->function,
				       site->file, site->line, block->size, block->site.object,
				       block->site.function, block->site.file, block->site.line);
	order_forget(h, block->bytes, block->size);
	block->freed = true;
	block->freed_by = harness_index(h, h->running);
	block->freed_site = *site;
	close_block(h->memory, block);
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

const struct block *memory_first(const struct teeq_harness *h, size_t *count)
{
	const struct memory *m = h->memory;
	const struct block *first = NULL;

	*count = 0;
	for (uint32_t i = 1; i <= m->count; i++) {
		if (m->blocks[i].freed || harness_may_keep(h, m->blocks[i].owner))
			continue;
		(*count)++;
		first = first ? first : &m->blocks[i];
	}
	return first;
}

const struct block *memory_at(const struct teeq_harness *h, uintptr_t at)
{
	const struct memory *m = h->memory;

	for (uint32_t i = m ? m->count : 0; i > 0; i--) {
		const struct block *block = &m->blocks[i];
		uintptr_t first = (uintptr_t)(block->map ? block->map : block->bytes);
		size_t length = block->map ? block->map_bytes + m->page : block->size;

		if (first && at >= first && at - first < length)
			return block;
	}
	return NULL;
}
