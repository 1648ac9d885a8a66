/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DELAY_H
#define TEEQ_LINUX_DELAY_H

#include <linux/jiffies.h>
#include <linux/sched.h>

#define msleep(msecs)                                                               \
	do {                                                                        \
		current->__state = TASK_UNINTERRUPTIBLE;                            \
		(void)teeq_kernel_schedule((int64_t)(msecs), TEEQ_SITE("msleep()")); \
	} while (0)
#define usleep_range(least, most) msleep(((least) + 999) / 1000)
#define udelay(usecs) ((void)(usecs))

#endif
