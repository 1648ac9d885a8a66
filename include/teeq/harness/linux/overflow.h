/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_OVERFLOW_H
#define TEEQ_LINUX_OVERFLOW_H

#include <linux/types.h>

/* True where the result did not fit; it is stored, wrapped, in any case. */
#define check_add_overflow(a, b, result) __builtin_add_overflow(a, b, result)
#define check_sub_overflow(a, b, result) __builtin_sub_overflow(a, b, result)
#define check_mul_overflow(a, b, result) __builtin_mul_overflow(a, b, result)

/* SIZE_MAX where the result does not fit. */
static inline size_t size_add(size_t a, size_t b)
{
	size_t sum;

	return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static inline size_t size_mul(size_t a, size_t b)
{
	size_t product;

	return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

#define array_size(a, b) size_mul(a, b)
/* Of *@pointer with @count elements in its last member. */
#define struct_size(pointer, member, count) \
	size_add(sizeof(*(pointer)), size_mul(count, sizeof((pointer)->member[0])))

#endif
