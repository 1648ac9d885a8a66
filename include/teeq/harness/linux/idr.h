/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_IDR_H
#define TEEQ_LINUX_IDR_H

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>

/* Pointers by number, the lowest that is free. Nothing here has a lock: that is the caller's. */
struct idr {
	void **slots;
	int count;
};

#define IDR_INIT(name) { NULL, 0 }
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

static inline void idr_init(struct idr *idr)
{
	*idr = (struct idr){ NULL, 0 };
}

static inline void idr_destroy(struct idr *idr)
{
	kfree(idr->slots);
	idr_init(idr);
}

/* A number in start..end - 1 (end <= 0: any), or -ENOSPC, or -ENOMEM. */
static inline int idr_alloc(struct idr *idr, void *pointer, int start, int end, gfp_t flags)
{
	int id = start;
	void **slots;

	while (id < idr->count && idr->slots[id])
		id++;
	if (end > 0 && id >= end)
		return -ENOSPC;
	if (id >= idr->count) {
		slots = (void **)krealloc(idr->slots, ((size_t)id + 1) * sizeof(*slots), flags);
		if (!slots)
			return -ENOMEM;
		for (idr->slots = slots; idr->count <= id; idr->count++)
			slots[idr->count] = NULL;
	}
	idr->slots[id] = pointer;
	return id;
}

static inline void *idr_find(const struct idr *idr, unsigned long id)
{
	return id < (unsigned long)idr->count ? idr->slots[id] : NULL;
}

/* What was there. */
static inline void *idr_remove(struct idr *idr, unsigned long id)
{
	void *pointer = idr_find(idr, id);

	if (pointer)
		idr->slots[id] = NULL;
	return pointer;
}

#endif
