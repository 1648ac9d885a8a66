/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_BITS_H
#define TEEQ_LINUX_BITS_H

#define BITS_PER_LONG (8 * (int)sizeof(long))
#define BIT(n)	      (1UL << (n))
#define BIT_ULL(n)    (1ULL << (n))
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (BITS_PER_LONG - 1 - (high))))

#endif
