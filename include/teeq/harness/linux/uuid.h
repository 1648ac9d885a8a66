/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_UUID_H
#define TEEQ_LINUX_UUID_H

#include <string.h>

#include <linux/types.h>

#define UUID_SIZE 16

typedef struct {
	u8 b[UUID_SIZE];
} uuid_t;

#define TEEQ_BYTES4(n) ((n) >> 24) & 0xff, ((n) >> 16) & 0xff, ((n) >> 8) & 0xff, (n) & 0xff
#define UUID_INIT(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                 \
	((uuid_t){ { TEEQ_BYTES4(a), ((b) >> 8) & 0xff, (b) & 0xff, ((c) >> 8) & 0xff,     \
		     (c) & 0xff, d0, d1, d2, d3, d4, d5, d6, d7 } })

static const uuid_t uuid_null __attribute__((unused));

static inline bool uuid_equal(const uuid_t *a, const uuid_t *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline bool uuid_is_null(const uuid_t *uuid)
{
	return uuid_equal(uuid, &uuid_null);
}

static inline void uuid_copy(uuid_t *to, const uuid_t *from)
{
	memcpy(to, from, sizeof(*to));
}

static inline void export_uuid(u8 *to, const uuid_t *from)
{
	memcpy(to, from, sizeof(*from));
}

static inline void import_uuid(uuid_t *to, const u8 *from)
{
	memcpy(to, from, sizeof(*to));
}

#endif
