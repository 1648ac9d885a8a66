/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_GENALLOC_H
#define TEEQ_LINUX_GENALLOC_H

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

/* One piece of memory, of which parts are given out: the first that fits, as asked for. */
struct gen_pool {
	int min_alloc_order;
	unsigned long address;
	phys_addr_t physical;
	size_t size;
	unsigned char *taken; /* one for each unit of 1 << @min_alloc_order bytes */
};

struct genpool_data_align {
	int align;
};

typedef unsigned long (*genpool_algo_t)(struct gen_pool *pool, size_t size, unsigned long align);

static inline struct gen_pool *gen_pool_create(int min_alloc_order, int node)
{
	struct gen_pool *pool = (struct gen_pool *)kzalloc(sizeof(*pool), GFP_KERNEL);

	(void)node;
	if (pool)
		pool->min_alloc_order = min_alloc_order;
	return pool;
}

static inline int gen_pool_add_virt(struct gen_pool *pool, unsigned long address,
				    phys_addr_t physical, size_t size, int node)
{
	(void)node;
	pool->taken = (unsigned char *)kzalloc(size >> pool->min_alloc_order, GFP_KERNEL);
	if (!pool->taken)
		return -ENOMEM;
	pool->address = address;
	pool->physical = physical;
	pool->size = size;
	return 0;
}

/* What has no other address: none is asked for. */
#define gen_pool_add(pool, address, size, node) gen_pool_add_virt(pool, address, 0, size, node)

static inline size_t teeq_pool_units(const struct gen_pool *pool, size_t size)
{
	return (size + (1UL << pool->min_alloc_order) - 1) >> pool->min_alloc_order;
}

/* The first place for @size bytes at a multiple of @align bytes; 0: there is none. */
static inline unsigned long gen_pool_first_fit_align(struct gen_pool *pool, size_t size,
						     unsigned long align)
{
	size_t wanted = teeq_pool_units(pool, size), all = pool->size >> pool->min_alloc_order;
	size_t step = teeq_pool_units(pool, align ? align : 1);

	for (size_t at = 0; wanted > 0 && at + wanted <= all; at += step) {
		size_t n = 0;

		while (n < wanted && !pool->taken[at + n])
			n++;
		if (n < wanted)
			continue;
		memset(pool->taken + at, 1, wanted);
		return pool->address + (at << pool->min_alloc_order);
	}
	return 0;
}

#define gen_pool_alloc(pool, size) gen_pool_first_fit_align(pool, size, 1)
#define gen_pool_alloc_algo(pool, size, algorithm, data) \
	((algorithm)(pool, size, (unsigned long)((struct genpool_data_align *)(data))->align))

static inline phys_addr_t gen_pool_virt_to_phys(struct gen_pool *pool, unsigned long address)
{
	return pool->physical + (address - pool->address);
}

static inline void gen_pool_free(struct gen_pool *pool, unsigned long address, size_t size)
{
	size_t first = (address - pool->address) >> pool->min_alloc_order;

	for (size_t n = 0; n < teeq_pool_units(pool, size); n++) {
		WARN_ON(!pool->taken[first + n]);
		pool->taken[first + n] = 0;
	}
}

/* Not while a part of it is out. */
static inline void gen_pool_destroy(struct gen_pool *pool)
{
	for (size_t n = 0; pool->taken && n < pool->size >> pool->min_alloc_order; n++)
		BUG_ON(pool->taken[n]);
	kfree(pool->taken);
	kfree(pool);
}

#endif
