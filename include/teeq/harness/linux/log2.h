/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_LOG2_H
#define TEEQ_LINUX_LOG2_H

#include <linux/types.h>

static inline int ilog2(unsigned long n)
{
	return n ? (int)(8 * sizeof(n)) - 1 - __builtin_clzl(n) : -1;
}

static inline bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << (ilog2(n - 1) + 1);
}

#endif
