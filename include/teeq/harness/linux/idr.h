/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_IDR_H
#define TEEQ_LINUX_IDR_H

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/types.h>

/*
 * Pointers by number, the lowest that is free. A pointer may be NULL, and its number is taken all
 * the same. An idr has no lock: that is the caller's. An ida, which has numbers alone, needs none.
 * What is empty has no memory.
 */
struct teeq_idr_slot {
	void *pointer;
	bool taken;
};

struct idr {
	struct teeq_idr_slot *slots;
	int count; /* of slots */
	int taken;
	int next; /* where a cyclic search begins */
};

#define IDR_INIT(name) { NULL, 0, 0, 0 }
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

static inline void idr_init(struct idr *idr)
{
	*idr = (struct idr){ NULL, 0, 0, 0 };
}

static inline bool idr_is_empty(const struct idr *idr)
{
	return idr->taken == 0;
}

static inline void idr_destroy(struct idr *idr)
{
	kfree(idr->slots);
	idr_init(idr);
}

static inline bool teeq_idr_has(const struct idr *idr, unsigned long id)
{
	return id < (unsigned long)idr->count && idr->slots[id].taken;
}

/* Room for number @id. */
static inline bool teeq_idr_grow(struct idr *idr, int id, gfp_t flags)
{
	int count = idr->count > 0 ? idr->count : 8;
	struct teeq_idr_slot *slots;

	if (id < idr->count)
		return true;
	while (count <= id)
		count *= 2;
	slots = (struct teeq_idr_slot *)krealloc(idr->slots, (size_t)count * sizeof(*slots), flags);
	if (!slots)
		return false;
	for (idr->slots = slots; idr->count < count; idr->count++)
		slots[idr->count] = (struct teeq_idr_slot){ NULL, false };
	return true;
}

/* A number in start..end - 1 (end <= 0: any), or -ENOSPC, or -ENOMEM. */
static inline int idr_alloc(struct idr *idr, void *pointer, int start, int end, gfp_t flags)
{
	int id = start;

	while (teeq_idr_has(idr, (unsigned long)id))
		id++;
	if (end > 0 && id >= end)
		return -ENOSPC;
	if (!teeq_idr_grow(idr, id, flags))
		return -ENOMEM;
	idr->slots[id] = (struct teeq_idr_slot){ pointer, true };
	idr->taken++;
	return id;
}

/* As above, from the one behind the last; then from @start again. */
static inline int idr_alloc_cyclic(struct idr *idr, void *pointer, int start, int end, gfp_t flags)
{
	int id = idr_alloc(idr, pointer, idr->next > start ? idr->next : start, end, flags);

	if (id == -ENOSPC)
		id = idr_alloc(idr, pointer, start, end, flags);
	if (id >= 0)
		idr->next = id + 1;
	return id;
}

static inline void *idr_find(const struct idr *idr, unsigned long id)
{
	return teeq_idr_has(idr, id) ? idr->slots[id].pointer : NULL;
}

/* What was there; an error pointer where the number is not taken. */
static inline void *idr_replace(struct idr *idr, void *pointer, unsigned long id)
{
	void *old;

	if (!teeq_idr_has(idr, id))
		return ERR_PTR(-ENOENT);
	old = idr->slots[id].pointer;
	idr->slots[id].pointer = pointer;
	return old;
}

/* What was there. */
static inline void *idr_remove(struct idr *idr, unsigned long id)
{
	void *pointer = idr_find(idr, id);

	if (!teeq_idr_has(idr, id))
		return NULL;
	idr->slots[id] = (struct teeq_idr_slot){ NULL, false };
	if (--idr->taken > 0)
		return pointer;
	kfree(idr->slots);
	idr->slots = NULL;
	idr->count = 0;
	return pointer;
}

/* The first pointer that is not NULL, from number *@next on, which becomes its number. */
static inline void *idr_get_next(const struct idr *idr, int *next)
{
	for (int id = *next; id < idr->count; id++)
		if (idr->slots[id].taken && idr->slots[id].pointer) {
			*next = id;
			return idr->slots[id].pointer;
		}
	return NULL;
}

#define idr_for_each_entry(idr, entry, id)                                      \
	for ((id) = 0; ((entry) = (__typeof__(entry))idr_get_next(idr, &(id))) != NULL; (id)++)

static inline int idr_for_each(const struct idr *idr,
			       int (*call)(int id, void *pointer, void *data), void *data)
{
	int result = 0;

	for (int id = 0; result == 0 && id < idr->count; id++)
		if (idr->slots[id].taken)
			result = call(id, idr->slots[id].pointer, data);
	return result;
}

struct ida {
	struct idr numbers;
};

#define IDA_INIT(name) { IDR_INIT(name) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void ida_init(struct ida *ida)
{
	idr_init(&ida->numbers);
}

static inline void ida_destroy(struct ida *ida)
{
	idr_destroy(&ida->numbers);
}

static inline int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t flags)
{
	return idr_alloc(&ida->numbers, NULL, (int)min, max < INT_MAX ? (int)max + 1 : 0, flags);
}

static inline void ida_free(struct ida *ida, unsigned int id)
{
	idr_remove(&ida->numbers, id);
}

#define ida_alloc(ida, flags)		ida_alloc_range(ida, 0, INT_MAX, flags)
#define ida_alloc_min(ida, min, flags)	ida_alloc_range(ida, min, INT_MAX, flags)
#define ida_alloc_max(ida, max, flags)	ida_alloc_range(ida, 0, max, flags)
/* @end is the first that is too large; 0: none is. */
#define ida_simple_get(ida, start, end, flags) \
	ida_alloc_range(ida, start, (end) ? (end) - 1 : INT_MAX, flags)
#define ida_simple_remove(ida, id) ida_free(ida, id)

#endif
