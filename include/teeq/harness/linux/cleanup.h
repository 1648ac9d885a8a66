/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CLEANUP_H
#define TEEQ_LINUX_CLEANUP_H

#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/*
 * guard(mutex)(&lock) holds the lock to the end of the block, scoped_guard(mutex, &lock) for the
 * statement behind it; a variable with __free(kfree) is given back where its block ends. Of guards
 * there are mutex, spinlock, spinlock_irq and spinlock_irqsave.
 */
#define __cleanup(function) __attribute__((cleanup(function)))

#define DEFINE_FREE(name, type, statement)                    \
	static inline void teeq_free_##name(void *place)      \
	{                                                     \
		type _T = *(type *)place;                     \
		statement;                                    \
	}
#define __free(name) __cleanup(teeq_free_##name)
/* The pointer, which is then NULL and is not given back. */
#define no_free_ptr(pointer)                       \
	__extension__({                            \
		__typeof__(pointer) teeq_p = (pointer); \
		(pointer) = NULL;                  \
		teeq_p;                            \
	})
#define return_ptr(pointer) return no_free_ptr(pointer)

DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))

/* What a guard holds; the lock is named, and the place is that of the guard. */
struct teeq_mutex_guard {
	struct mutex *lock;
	const struct teeq_site *site;
};

struct teeq_spinlock_guard {
	spinlock_t *lock;
	const struct teeq_site *site;
};

static inline struct teeq_mutex_guard teeq_guard_mutex(struct mutex *lock,
						       const struct teeq_site *site)
{
	teeq_kernel_mutex_lock(lock, TASK_UNINTERRUPTIBLE, site);
	return (struct teeq_mutex_guard){ lock, site };
}

static inline void teeq_unguard_mutex(struct teeq_mutex_guard *guard)
{
	if (guard->lock)
		teeq_kernel_mutex_unlock(guard->lock, guard->site);
	guard->lock = NULL;
}

static inline struct teeq_spinlock_guard teeq_guard_spinlock(spinlock_t *lock,
							     const struct teeq_site *site)
{
	teeq_kernel_spin_lock(lock, site);
	return (struct teeq_spinlock_guard){ lock, site };
}

static inline void teeq_unguard_spinlock(struct teeq_spinlock_guard *guard)
{
	if (guard->lock)
		teeq_kernel_spin_unlock(guard->lock, guard->site);
	guard->lock = NULL;
}

#define teeq_guard_begin_mutex(l)	  teeq_guard_mutex(l, TEEQ_SITE(#l))
#define teeq_guard_begin_spinlock(l)	  teeq_guard_spinlock(l, TEEQ_SITE(#l))
#define teeq_guard_end_mutex		  teeq_unguard_mutex
#define teeq_guard_end_spinlock		  teeq_unguard_spinlock
#define teeq_guard_type_mutex		  struct teeq_mutex_guard
#define teeq_guard_type_spinlock	  struct teeq_spinlock_guard
#define teeq_guard_begin_spinlock_irq	  teeq_guard_begin_spinlock
#define teeq_guard_begin_spinlock_irqsave teeq_guard_begin_spinlock
#define teeq_guard_end_spinlock_irq	  teeq_unguard_spinlock
#define teeq_guard_end_spinlock_irqsave	  teeq_unguard_spinlock
#define teeq_guard_type_spinlock_irq	  struct teeq_spinlock_guard
#define teeq_guard_type_spinlock_irqsave  struct teeq_spinlock_guard

#define TEEQ_GUARD_PASTE2(a, b) a##b
#define TEEQ_GUARD_PASTE(a, b)	TEEQ_GUARD_PASTE2(a, b)
#define TEEQ_GUARD(kind, name)                                                         \
	teeq_guard_type_##kind name __cleanup(teeq_guard_end_##kind) __maybe_unused = \
		teeq_guard_begin_##kind
#define guard(kind) TEEQ_GUARD(kind, TEEQ_GUARD_PASTE(teeq_guard_, __COUNTER__))
#define scoped_guard(kind, lock)                                                             \
	for (teeq_guard_type_##kind teeq_scope __cleanup(teeq_guard_end_##kind) =            \
		     teeq_guard_begin_##kind(lock), *teeq_once = &teeq_scope;                \
	     teeq_once; teeq_once = NULL)

#endif
