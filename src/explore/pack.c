/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/pack.h"

#include <stdlib.h>
#include <string.h>

size_t pack_bytes(const unsigned char *bytes, size_t size, unsigned char *packed)
{
	static const unsigned char none[8];
	size_t at = (size + 7) / 8;

	for (size_t i = 0; i < size; i += 8) {
		size_t end = size - i < 8 ? size : i + 8;

		packed[i / 8] = 0;
		/* Most often there is nothing. */
		if (memcmp(bytes + i, none, end - i) == 0)
			continue;
		for (size_t j = i; j < end; j++) {
			if (bytes[j] == 0)
				continue;
			packed[i / 8] |= (unsigned char)(1u << j % 8);
			packed[at++] = bytes[j];
		}
	}
	return at;
}

unsigned char *pack_state(const unsigned char *bytes, size_t size, size_t *packed_size)
{
	size_t count = (size + 7) / 8;
	unsigned char *packed;

	for (size_t i = 0; i < size; i++)
		count += bytes[i] != 0;
	packed = malloc(count);
	if (packed)
		*packed_size = pack_bytes(bytes, size, packed);
	return packed;
}

size_t unpack_state(const unsigned char *packed, unsigned char *bytes, size_t size)
{
	size_t at = (size + 7) / 8;

	memset(bytes, 0, size);
	for (size_t i = 0; i < size; i += 8)
		for (unsigned int map = packed[i / 8]; map != 0; map &= map - 1)
			bytes[i + (unsigned int)__builtin_ctz(map)] = packed[at++];
	return at;
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
