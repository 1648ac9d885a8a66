/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/hash.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpedantic"
#define XXH_INLINE_ALL
#include <xxhash.h>
#pragma GCC diagnostic pop

uint64_t hash_bytes(const void *bytes, size_t size)
{
	return XXH3_64bits(bytes, size);
}

uint64_t hash_continue(uint64_t hash, const void *bytes, size_t size)
{
	return XXH3_64bits_withSeed(bytes, size, hash);
}
