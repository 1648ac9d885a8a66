/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SPINLOCK_H
#define TEEQ_LINUX_SPINLOCK_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * As a mutex, but whoever holds one must not sleep. There are no interrupts here: the forms that
 * mask them do nothing more.
 */
typedef struct spinlock {
	const struct spinlock *self;
	uint64_t run;
	unsigned int owner;
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { &(name), 0, 0 }
#define DEFINE_SPINLOCK(name)	   spinlock_t name = __SPIN_LOCK_UNLOCKED(name)

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->self = lock;
	lock->run = 0;
	lock->owner = 0;
}

#define spin_lock(lock)	     teeq_kernel_spin_lock(lock, TEEQ_SITE(#lock))
#define spin_trylock(lock)   teeq_kernel_spin_trylock(lock, TEEQ_SITE(#lock))
#define spin_unlock(lock)    teeq_kernel_spin_unlock(lock, TEEQ_SITE(#lock))
#define spin_is_locked(lock) \
	(teeq_kernel_shared("spin_is_locked()"), teeq_kernel_spin_is_locked(lock))
#define spin_lock_bh(lock)    spin_lock(lock)
#define spin_unlock_bh(lock)  spin_unlock(lock)
#define spin_lock_irq(lock)   spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define spin_lock_irqsave(lock, flags)      \
	do {                                \
		(flags) = 0;                \
		spin_lock(lock);            \
	} while (0)
#define spin_unlock_irqrestore(lock, flags) \
	do {                                \
		(void)(flags);              \
		spin_unlock(lock);          \
	} while (0)

#endif
