/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_KTIME_H
#define TEEQ_LINUX_KTIME_H

#include <linux/jiffies.h>
#include <linux/types.h>

/* The clock is that of jiffies.h: the same run has the same time, whenever it is run. */
typedef s64 ktime_t;
typedef s64 time64_t;

struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC  1000000000L

static inline ktime_t ktime_get(void)
{
	return (s64)jiffies * NSEC_PER_MSEC;
}

static inline ktime_t ktime_add_ms(ktime_t time, u64 milliseconds)
{
	return time + (s64)milliseconds * NSEC_PER_MSEC;
}

static inline bool ktime_after(ktime_t a, ktime_t b)
{
	return a > b;
}

static inline void ktime_get_real_ts64(struct timespec64 *time)
{
	unsigned long now = jiffies;

	time->tv_sec = (time64_t)(now / 1000);
	time->tv_nsec = (long)(now % 1000) * NSEC_PER_MSEC;
}

#endif
