/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of the code under test: all of it is known, so that a leak shows and ends with the run. */
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

#include <linux/gfp.h>

/* Where it lies decides only how fast it is found. */
static struct block **bucket_of(struct teeq_harness *h, const void *bytes)
{
	return &h->buckets[((uintptr_t)bytes >> 4) * 0x9e3779b1u >> 8 & (BUCKET_COUNT - 1)];
}

static struct block *find(struct teeq_harness *h, const void *bytes)
{
	struct block *block = *bucket_of(h, bytes);

	while (block && block->bytes != bytes)
		block = block->next;
	return block;
}

static void release(struct teeq_harness *h, struct block *block)
{
	struct block **link = bucket_of(h, block->bytes);

	while (*link != block)
		link = &(*link)->next;
	*link = block->next;
	free(block);
}

void *teeq_kernel_alloc(size_t count, size_t size, unsigned int flags,
			const struct teeq_site *site)
{
	struct harness_task *task = harness_running(site->object);
	struct teeq_harness *h = harness_active;
	struct block **bucket, *block;
	size_t bytes;

	if ((flags & __GFP_RECLAIM) && task->spin_count > 0)
		teeq_harness_violation("%s with GFP_KERNEL in %s() at %s:%d, and holds a spinlock",
				       site->object, site->function, site->file, site->line);
	h->allocation_count++;
	if (task != &h->surroundings && !h->in_vain &&
	    ++h->result.allocation_count == h->fail_at)
		return NULL;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	block = malloc(sizeof(*block) + bytes);
	/* That is the host's failure, and not one of the code under test. */
	h->no_memory |= !block;
	if (!block)
		return NULL;
	*block = (struct block){ .site = *site, .number = h->allocation_count, .size = bytes };
	memset(block->bytes, flags & __GFP_ZERO ? 0 : 0xa5, bytes);
	bucket = bucket_of(h, block->bytes);
	block->next = *bucket;
	*bucket = block;
	return block->bytes;
}

static struct block *find_or_break(const void *bytes, const struct teeq_site *site)
{
	struct block *block = find(harness_active, bytes);

	if (!block)
		teeq_harness_violation("%s of what is not allocated (freed before, or never "
				       "allocated) in %s() at %s:%d", site->object, site->function,
				       site->file, site->line);
	return block;
}

void teeq_kernel_free(const void *bytes, const struct teeq_site *site)
{
	harness_running(site->object);
	/* NULL and the zero-sized are as good as nothing. */
	if (bytes)
		release(harness_active, find_or_break(bytes, site));
}

void *teeq_kernel_realloc(const void *from, size_t size, unsigned int flags,
			  const struct teeq_site *site)
{
	struct block *old = from ? find_or_break(from, site) : NULL;
	void *bytes = teeq_kernel_alloc(1, size, flags, site);

	if (bytes && old) {
		memcpy(bytes, old->bytes, old->size < size ? old->size : size);
		release(harness_active, old);
	}
	return bytes;
}

const struct block *memory_first(const struct teeq_harness *h, size_t *count)
{
	const struct block *first = NULL;

	*count = 0;
	for (size_t i = 0; i < BUCKET_COUNT; i++)
		for (const struct block *b = h->buckets[i]; b; b = b->next) {
			(*count)++;
			if (!first || b->number < first->number)
				first = b;
		}
	return first;
}

void memory_release(struct teeq_harness *h)
{
	for (size_t i = 0; i < BUCKET_COUNT; i++)
		while (h->buckets[i])
			release(h, h->buckets[i]);
}
