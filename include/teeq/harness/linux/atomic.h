/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ATOMIC_H
#define TEEQ_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/* Each is one step, and a preemption point before it. */
#define TEEQ_ATOMIC(what, v, how) teeq_kernel_marked(what, &(v)->counter, sizeof((v)->counter), how)
#define ATOMIC_INIT(value) { (value) }

static inline int atomic_read(const atomic_t *v)
{
	TEEQ_ATOMIC("atomic_read()", v, TEEQ_MARKED_READ);
	return teeq_load(&v->counter);
}

static inline void atomic_set(atomic_t *v, int value)
{
	TEEQ_ATOMIC("atomic_set()", v, TEEQ_MARKED_WRITE);
	teeq_store(&v->counter, value);
}

static inline int atomic_add_return(int n, atomic_t *v)
{
	TEEQ_ATOMIC("atomic_add()", v, TEEQ_MARKED_BOTH);
	return (int)teeq_add((unsigned int *)&v->counter, (unsigned int)n);
}

static inline int atomic_sub_return(int n, atomic_t *v)
{
	TEEQ_ATOMIC("atomic_sub()", v, TEEQ_MARKED_BOTH);
	return (int)teeq_add((unsigned int *)&v->counter, 0u - (unsigned int)n);
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

static inline int atomic_xchg(atomic_t *v, int value)
{
	TEEQ_ATOMIC("atomic_xchg()", v, TEEQ_MARKED_BOTH);
	return teeq_swap(&v->counter, value);
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
	int old;

	TEEQ_ATOMIC("atomic_add_unless()", v, TEEQ_MARKED_BOTH);
	old = teeq_load(&v->counter);
	do
		if (old == except)
			return false;
	while (!teeq_replace(&v->counter, &old, (int)((unsigned int)old + (unsigned int)n)));
	return true;
}

static inline bool atomic_inc_not_zero(atomic_t *v)
{
	return atomic_add_unless(v, 1, 0);
}

/* The old value; @value is stored only where that was @expected. */
static inline int atomic_cmpxchg(atomic_t *v, int expected, int value)
{
	TEEQ_ATOMIC("atomic_cmpxchg()", v, TEEQ_MARKED_BOTH);
	(void)teeq_replace(&v->counter, &expected, value);
	return expected;
}

/* The old value of any integer or pointer. */
#define xchg(pointer, value)                              \
	__extension__({                                   \
		__typeof__(pointer) teeq_at = (pointer);  \
		__typeof__(*teeq_at) teeq_new = (value);  \
		teeq_kernel_marked("xchg()", teeq_at, sizeof(*teeq_at), TEEQ_MARKED_BOTH); \
		teeq_swap(teeq_at, teeq_new);             \
	})
#define cmpxchg(pointer, expected, value)                 \
	__extension__({                                   \
		__typeof__(pointer) teeq_at = (pointer);  \
		__typeof__(*teeq_at) teeq_new = (value);  \
		__typeof__(*teeq_at) teeq_want = (expected); \
		teeq_kernel_marked("cmpxchg()", teeq_at, sizeof(*teeq_at), TEEQ_MARKED_BOTH); \
		(void)teeq_replace(teeq_at, &teeq_want, teeq_new); \
		teeq_want;                                \
	})

#endif
