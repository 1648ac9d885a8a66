/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ATOMIC_H
#define TEEQ_LINUX_ATOMIC_H

#include <linux/types.h>

/* Tasks are switched at preemption points only, and none of these is one. */
#define ATOMIC_INIT(value) { (value) }

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline void atomic_set(atomic_t *v, int value)
{
	v->counter = value;
}

static inline int atomic_add_return(int n, atomic_t *v)
{
	return v->counter = (int)((unsigned int)v->counter + (unsigned int)n);
}

static inline int atomic_sub_return(int n, atomic_t *v)
{
	return v->counter = (int)((unsigned int)v->counter - (unsigned int)n);
}

static inline void atomic_add(int n, atomic_t *v)
{
	atomic_add_return(n, v);
}

static inline void atomic_sub(int n, atomic_t *v)
{
	atomic_sub_return(n, v);
}

static inline void atomic_inc(atomic_t *v)
{
	atomic_add_return(1, v);
}

static inline void atomic_dec(atomic_t *v)
{
	atomic_sub_return(1, v);
}

static inline int atomic_inc_return(atomic_t *v)
{
	return atomic_add_return(1, v);
}

static inline int atomic_dec_return(atomic_t *v)
{
	return atomic_sub_return(1, v);
}

static inline bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_sub_return(1, v) == 0;
}

static inline bool atomic_inc_not_zero(atomic_t *v)
{
	if (v->counter == 0)
		return false;
	atomic_inc(v);
	return true;
}

static inline int atomic_xchg(atomic_t *v, int value)
{
	int old = v->counter;

	v->counter = value;
	return old;
}

static inline int atomic_fetch_add(int n, atomic_t *v)
{
	return (int)((unsigned int)atomic_add_return(n, v) - (unsigned int)n);
}

static inline bool atomic_inc_and_test(atomic_t *v)
{
	return atomic_add_return(1, v) == 0;
}

static inline bool atomic_add_unless(atomic_t *v, int n, int except)
{
	if (v->counter == except)
		return false;
	atomic_add(n, v);
	return true;
}

/* The old value; @value is stored only where that was @expected. */
static inline int atomic_cmpxchg(atomic_t *v, int expected, int value)
{
	int old = v->counter;

	if (old == expected)
		v->counter = value;
	return old;
}

/* The old value of any integer or pointer. */
#define xchg(pointer, value)                              \
	__extension__({                                   \
		__typeof__(pointer) teeq_at = (pointer);  \
		__typeof__(*teeq_at) teeq_old = *teeq_at; \
		*teeq_at = (value);                       \
		teeq_old;                                 \
	})
#define cmpxchg(pointer, expected, value)                 \
	__extension__({                                   \
		__typeof__(pointer) teeq_at = (pointer);  \
		__typeof__(*teeq_at) teeq_old = *teeq_at; \
		if (teeq_old == (expected))               \
			*teeq_at = (value);               \
		teeq_old;                                 \
	})

#endif
