/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_REFCOUNT_H
#define TEEQ_LINUX_REFCOUNT_H

#include <linux/atomic.h>
#include <linux/bug.h>

/* A counter that must not be raised from zero, nor go below it: either is a violation. */
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
	WARN(atomic_read(&r->refs) <= 0, "raised from zero: use after free");
	r->refs.counter++;
}

static inline bool refcount_inc_not_zero(refcount_t *r)
{
	return atomic_inc_not_zero(&r->refs);
}

static inline bool refcount_dec_and_test(refcount_t *r)
{
	WARN(atomic_read(&r->refs) <= 0, "lowered below zero");
	return --r->refs.counter == 0;
}

/* False: it is the last one, and stays. */
static inline bool refcount_dec_not_one(refcount_t *r)
{
	int old = atomic_read(&r->refs);

	WARN(old <= 0, "lowered below zero");
	r->refs.counter -= old != 1;
	return old != 1;
}

/* For whoever knows that another reference is left. */
static inline void refcount_dec(refcount_t *r)
{
	WARN(atomic_read(&r->refs) <= 1, "lowered to zero or below");
	r->refs.counter--;
}

#endif
