/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_JIFFIES_H
#define TEEQ_LINUX_JIFFIES_H

#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * Time is counted in milliseconds from the start of the run, and passes only where a wait with a
 * timeout ends by it.
 */
#define HZ 1000
#define MSEC_PER_SEC 1000L
#define jiffies ((unsigned long)teeq_kernel_jiffies())

static inline unsigned long msecs_to_jiffies(unsigned int msecs)
{
	return msecs;
}

static inline unsigned int jiffies_to_msecs(unsigned long j)
{
	return (unsigned int)j;
}

#define time_after(a, b)  ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b)  ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)

#endif
