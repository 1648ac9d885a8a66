/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_BITMAP_H
#define TEEQ_LINUX_BITMAP_H

#include <linux/bitops.h>
#include <linux/slab.h>

/* @count bits, all 0; NULL: no memory. */
#define bitmap_zalloc(count, flags) \
	((unsigned long *)kcalloc(BITS_TO_LONGS(count), sizeof(unsigned long), flags))
#define bitmap_free(bits) kfree(bits)

#endif
