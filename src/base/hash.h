/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * XXH3 of @size bytes, and the same continued from an earlier hash. The result does not depend on
 * the machine as long as the bytes do not.
 */
uint64_t hash_bytes(const void *bytes, size_t size);
uint64_t hash_continue(uint64_t hash, const void *bytes, size_t size);

/* Write @value as eight bytes, least significant first: what is hashed is the same everywhere. */
static inline void hash_put64(uint8_t *to, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(to, &value, sizeof(value));
#else
	for (unsigned int i = 0; i < 8; i++)
		to[i] = (uint8_t)(value >> (8 * i));
#endif
}

#endif
