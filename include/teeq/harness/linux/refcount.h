/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_REFCOUNT_H
#define TEEQ_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>

/*
 * A counter that must not be raised from zero, nor go below it: either is a violation. Lowering it
 * hands the object to others, so behind that there is a preemption point, too.
 */
#define TEEQ_REFCOUNT(what, r) TEEQ_ATOMIC(what, &(r)->refs, TEEQ_MARKED_BOTH)

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n) { ATOMIC_INIT(n) }

static inline void refcount_set(refcount_t *r, int n)
{
	r->refs.counter = n;
}

static inline unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

static inline void refcount_inc(refcount_t *r)
{
	TEEQ_REFCOUNT("refcount_inc()", r);
	WARN(teeq_add(&r->refs.counter, 1) <= 1, "raised from zero: use after free");
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	return atomic_inc_not_zero(&r->refs);
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	int left;

	TEEQ_REFCOUNT("refcount_dec_and_test()", r);
	left = teeq_add(&r->refs.counter, -1);
	WARN(left < 0, "lowered below zero");
	if (left == 0)
		return true;
	teeq_kernel_shared("behind the put");
	return false;
}

/* False: it is the last one, and stays. */
static inline bool refcount_dec_not_one(refcount_t *r)
{
	int old;

	TEEQ_REFCOUNT("refcount_dec_not_one()", r);
	old = teeq_load(&r->refs.counter);
	do {
		WARN(old <= 0, "lowered below zero");
		if (old == 1)
			return false;
	} while (!teeq_replace(&r->refs.counter, &old, old - 1));
	teeq_kernel_shared("behind the put");
	return true;
}

/* For whoever knows that another reference is left. */
static inline void refcount_dec(refcount_t *r)
{
	TEEQ_REFCOUNT("refcount_dec()", r);
	WARN(teeq_add(&r->refs.counter, -1) <= 0, "lowered to zero or below");
	teeq_kernel_shared("behind the put");
}

#endif
