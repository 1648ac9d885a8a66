/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/pack.h"

#include <stdlib.h>
#include <string.h>

unsigned char *pack_state(const unsigned char *bytes, size_t size, size_t *packed_size)
{
	size_t map_size = (size + 7) / 8, count = 0, at = map_size;
	unsigned char *packed;

	for (size_t i = 0; i < size; i++)
		count += bytes[i] != 0;
	packed = calloc(1, map_size + count);
	if (!packed)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == 0)
			continue;
		packed[i / 8] |= (unsigned char)(1u << i % 8);
		packed[at++] = bytes[i];
	}
	*packed_size = at;
	return packed;
}

void unpack_state(const unsigned char *packed, unsigned char *bytes, size_t size)
{
	size_t at = (size + 7) / 8;

	for (size_t i = 0; i < size; i++)
		bytes[i] = packed[i / 8] >> i % 8 & 1 ? packed[at++] : 0;
}

bool pack_equal(const unsigned char *packed, const unsigned char *bytes, size_t size)
{
	size_t at = (size + 7) / 8;

	for (size_t i = 0; i < size; i++) {
		unsigned char byte = packed[i / 8] >> i % 8 & 1 ? packed[at++] : 0;

		if (byte != bytes[i])
			return false;
	}
	return true;
}
