/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DELAY_H
#define TEEQ_LINUX_DELAY_H

#include <linux/jiffies.h>
#include <linux/sched.h>

/* To the end, whoever wakes the task meanwhile. */
#define msleep(msecs)                                                                   \
	do {                                                                            \
		int64_t teeq_left = (int64_t)(msecs);                                   \
		do {                                                                    \
			__set_current_state(TASK_UNINTERRUPTIBLE);                      \
			teeq_left = teeq_kernel_schedule(teeq_left, TEEQ_SITE("msleep()")); \
		} while (teeq_left > 0);                                                \
	} while (0)

/* The same, but a signal ends it: milliseconds left. */
#define msleep_interruptible(msecs) \
	teeq_msleep_interruptible((int64_t)(msecs), TEEQ_SITE("msleep_interruptible()"))

static inline unsigned long teeq_msleep_interruptible(int64_t left, const struct teeq_site *site)
{
	while (left > 0 && !signal_pending(current)) {
		__set_current_state(TASK_INTERRUPTIBLE);
		left = teeq_kernel_schedule(left, site);
	}
	return (unsigned long)left;
}

#define usleep_range(least, most) msleep(((least) + 999) / 1000)
#define udelay(usecs) ((void)(usecs))

#endif
