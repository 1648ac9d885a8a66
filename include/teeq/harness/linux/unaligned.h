/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_UNALIGNED_H
#define TEEQ_LINUX_UNALIGNED_H

#include <string.h>

#include <linux/types.h>

/* Little-endian numbers at any address, on a machine of that order. */
static inline u32 get_unaligned_le32(const void *from)
{
	u32 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static inline void put_unaligned_le32(u32 value, void *to)
{
	memcpy(to, &value, sizeof(value));
}

static inline u64 get_unaligned_le64(const void *from)
{
	u64 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

static inline void put_unaligned_le64(u64 value, void *to)
{
	memcpy(to, &value, sizeof(value));
}

#endif
