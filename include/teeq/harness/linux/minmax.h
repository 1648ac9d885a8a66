/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MINMAX_H
#define TEEQ_LINUX_MINMAX_H

#include <linux/types.h>

/* Each argument is evaluated once. The numbers keep min(a, max(b, c)) from hiding its own names. */
#define TEEQ_PASTE2(a, b) a##b
#define TEEQ_PASTE(a, b)  TEEQ_PASTE2(a, b)
#define TEEQ_CHOOSE(a, op, b, x, y)   \
	__extension__({               \
		__typeof__(a) x = (a); \
		__typeof__(b) y = (b); \
		x op y ? x : y;       \
	})
#define TEEQ_MINMAX(a, op, b, n) \
	TEEQ_CHOOSE(a, op, b, TEEQ_PASTE(teeq_a, n), TEEQ_PASTE(teeq_b, n))

#define min(a, b) TEEQ_MINMAX(a, <, b, __COUNTER__)
#define max(a, b) TEEQ_MINMAX(a, >, b, __COUNTER__)
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(value, low, high) min(max(value, low), high)
#define swap(a, b)                        \
	do {                              \
		__typeof__(a) teeq_s = (a); \
		(a) = (b);                \
		(b) = teeq_s;             \
	} while (0)

#endif
