/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_BITOPS_H
#define TEEQ_LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

/*
 * Bits of an array of unsigned long, from 0. Without "__", each is one step, and a preemption point
 * before it; finding one is none.
 */
#define BITS_TO_LONGS(count)	  (((count) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, count) unsigned long name[BITS_TO_LONGS(count)]

static inline bool teeq_test_bit(long n, const volatile unsigned long *bits)
{
	return teeq_load(&bits[n / BITS_PER_LONG]) >> (n % BITS_PER_LONG) & 1;
}

static inline void teeq_mark_bit(const char *what, long n, const volatile unsigned long *bits,
				 unsigned int how)
{
	teeq_kernel_marked(what, &bits[n / BITS_PER_LONG], sizeof(*bits), how);
}

static inline bool test_bit(long n, const volatile unsigned long *bits)
{
	teeq_mark_bit("test_bit()", n, bits, TEEQ_MARKED_READ);
	return teeq_test_bit(n, bits);
}

static inline void __set_bit(long n, volatile unsigned long *bits)
{
	bits[n / BITS_PER_LONG] |= BIT(n % BITS_PER_LONG);
}

static inline void __clear_bit(long n, volatile unsigned long *bits)
{
	bits[n / BITS_PER_LONG] &= ~BIT(n % BITS_PER_LONG);
}

static inline void set_bit(long n, volatile unsigned long *bits)
{
	teeq_mark_bit("set_bit()", n, bits, TEEQ_MARKED_BOTH);
	(void)teeq_or(&bits[n / BITS_PER_LONG], BIT(n % BITS_PER_LONG));
}

static inline void clear_bit(long n, volatile unsigned long *bits)
{
	teeq_mark_bit("clear_bit()", n, bits, TEEQ_MARKED_BOTH);
	(void)teeq_and(&bits[n / BITS_PER_LONG], ~BIT(n % BITS_PER_LONG));
}

/* The old value. */
static inline bool test_and_set_bit(long n, volatile unsigned long *bits)
{
	teeq_mark_bit("test_and_set_bit()", n, bits, TEEQ_MARKED_BOTH);
	return teeq_or(&bits[n / BITS_PER_LONG], BIT(n % BITS_PER_LONG)) & BIT(n % BITS_PER_LONG);
}

static inline bool test_and_clear_bit(long n, volatile unsigned long *bits)
{
	teeq_mark_bit("test_and_clear_bit()", n, bits, TEEQ_MARKED_BOTH);
	return teeq_and(&bits[n / BITS_PER_LONG], ~BIT(n % BITS_PER_LONG)) &
	       BIT(n % BITS_PER_LONG);
}

/* @count where there is none. */
static inline unsigned long find_next_zero_bit(const unsigned long *bits, unsigned long count,
					       unsigned long from)
{
	while (from < count && teeq_test_bit((long)from, bits))
		from++;
	return from < count ? from : count;
}

static inline unsigned long find_next_bit(const unsigned long *bits, unsigned long count,
					  unsigned long from)
{
	while (from < count && !teeq_test_bit((long)from, bits))
		from++;
	return from < count ? from : count;
}

#define find_first_zero_bit(bits, count) find_next_zero_bit(bits, count, 0)
#define find_first_bit(bits, count)	 find_next_bit(bits, count, 0)

#endif
