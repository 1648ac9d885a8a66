/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_BITFIELD_H
#define TEEQ_LINUX_BITFIELD_H

#include <linux/bits.h>
#include <linux/types.h>

/* A field of a word is where the bits of @mask are set. */
#define TEEQ_FIELD_SHIFT(mask) __builtin_ctzll(mask)
#define FIELD_GET(mask, value) \
	((__typeof__(mask))(((value) & (mask)) >> TEEQ_FIELD_SHIFT(mask)))
#define FIELD_PREP(mask, value) \
	((__typeof__(mask))(((__typeof__(mask))(value) << TEEQ_FIELD_SHIFT(mask)) & (mask)))
#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> TEEQ_FIELD_SHIFT(mask)))
#define FIELD_FIT(mask, value) \
	(!((((__typeof__(mask))(value)) << TEEQ_FIELD_SHIFT(mask)) & ~(mask)))

static inline u32 u32_get_bits(u32 value, u32 mask)
{
	return FIELD_GET(mask, value);
}

static inline u32 u32_encode_bits(u32 value, u32 mask)
{
	return FIELD_PREP(mask, value);
}

#define le32_get_bits(value, mask)    u32_get_bits(value, mask)
#define le32_encode_bits(value, mask) u32_encode_bits(value, mask)

#endif
