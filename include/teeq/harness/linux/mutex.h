/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MUTEX_H
#define TEEQ_LINUX_MUTEX_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * Locking is a preemption point, unlocking is none. Only the owner may unlock, nobody may lock
 * twice, and one that was not initialised may not be used: each of these is a violation or a
 * deadlock.
 */
struct mutex {
	const struct mutex *self; /* to be told from memory that nobody initialised */
	uint64_t run;             /* an owner of an earlier run does not count */
	unsigned int owner;       /* its task's index + 1 */
};

#define __MUTEX_INITIALIZER(name) { &(name), 0, 0 }
#define DEFINE_MUTEX(name)	  struct mutex name = __MUTEX_INITIALIZER(name)

static inline void mutex_init(struct mutex *lock)
{
	lock->self = lock;
	lock->run = 0;
	lock->owner = 0;
}

#define mutex_lock(lock) \
	((void)teeq_kernel_mutex_lock(lock, TASK_UNINTERRUPTIBLE, TEEQ_SITE(#lock)))
/* 0, or -EINTR after a signal, a fatal one for the killable form. */
#define mutex_lock_interruptible(lock) \
	teeq_kernel_mutex_lock(lock, TASK_INTERRUPTIBLE, TEEQ_SITE(#lock))
#define mutex_lock_killable(lock) teeq_kernel_mutex_lock(lock, TASK_KILLABLE, TEEQ_SITE(#lock))
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
/* 1: it is locked now; 0: somebody has it. */
#define mutex_trylock(lock)   teeq_kernel_mutex_trylock(lock, TEEQ_SITE(#lock))
#define mutex_unlock(lock)    teeq_kernel_mutex_unlock(lock, TEEQ_SITE(#lock))
#define mutex_is_locked(lock) \
	(teeq_kernel_shared("mutex_is_locked()"), teeq_kernel_mutex_is_locked(lock))

/* Not while somebody holds it. */
static inline void teeq_mutex_destroy(struct mutex *lock, const struct teeq_site *site)
{
	if (teeq_kernel_mutex_is_locked(lock))
		teeq_kernel_warn(site, "is destroyed while it is locked");
	lock->self = NULL;
}
#define mutex_destroy(lock) teeq_mutex_destroy(lock, TEEQ_SITE(#lock))

/* Of a mutex or of a spinlock. */
#define lockdep_assert_held(lock)                                                            \
	do {                                                                                 \
		if (!_Generic((lock), struct mutex *: teeq_kernel_mutex_is_mine,             \
			      default: teeq_kernel_spin_is_mine)((void *)(lock)))            \
			teeq_kernel_warn(TEEQ_SITE("lockdep_assert_held(" #lock ")"), "%s", ""); \
	} while (0)

#endif
