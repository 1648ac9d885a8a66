/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SEMAPHORE_H
#define TEEQ_LINUX_SEMAPHORE_H

#include <linux/completion.h>
#include <linux/errno.h>

/* A number of units: down() takes one and waits where there is none, up() gives one back. */
struct semaphore {
	struct completion units;
};

#define DEFINE_SEMAPHORE(name, n) struct semaphore name = { { n, &(name).units } }

static inline void sema_init(struct semaphore *sem, int n)
{
	init_completion(&sem->units);
	sem->units.done = (unsigned int)n;
}

#define down(sem) wait_for_completion(&(sem)->units)
/* 0, or -EINTR after a signal, a fatal one for the killable form. */
#define down_interruptible(sem) (wait_for_completion_interruptible(&(sem)->units) ? -EINTR : 0)
#define down_killable(sem)	(wait_for_completion_killable(&(sem)->units) ? -EINTR : 0)
/* 0, or -ETIME where so many jiffies went by. */
#define down_timeout(sem, jiffies) \
	(wait_for_completion_timeout(&(sem)->units, jiffies) ? 0 : -ETIME)
/* 1: there was none. */
#define down_trylock(sem) (!try_wait_for_completion(&(sem)->units))
#define up(sem)		  complete(&(sem)->units)

#endif
