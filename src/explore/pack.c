/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/pack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t pack_bytes(const unsigned char *bytes, size_t size, unsigned char *packed)
{
	size_t at = size / 8;

	for (size_t i = 0; i < size; i += 8) {
		unsigned int map = 0;
		uint64_t word;

		memcpy(&word, bytes + i, sizeof(word));
		/* Most often it is all zero. */
		for (unsigned int j = 0; word != 0 && j < 8; j++) {
			unsigned int some = bytes[i + j] != 0;

			packed[at] = bytes[i + j];
			at += some;
			map |= some << j;
		}
		packed[i / 8] = (unsigned char)map;
	}
	return at;
}

unsigned char *pack_state(const unsigned char *bytes, size_t size, size_t *packed_size)
{
	size_t count = size / 8;
	unsigned char *packed;

	for (size_t i = 0; i < size; i++)
		count += bytes[i] != 0;
	/* A zero is written behind the last, too, before it is found to be one. */
	packed = malloc(count + 1);
	if (packed)
		*packed_size = pack_bytes(bytes, size, packed);
	return packed;
}

size_t unpack_state(const unsigned char *packed, unsigned char *bytes, size_t size)
{
	size_t at = size / 8;

	memset(bytes, 0, size);
	for (size_t i = 0; i < size; i += 8)
		for (unsigned int map = packed[i / 8]; map != 0; map &= map - 1)
			bytes[i + (unsigned int)__builtin_ctz(map)] = packed[at++];
	return at;
}

bool pack_equal(const unsigned char *packed, const unsigned char *bytes, size_t size)
{
	size_t at = size / 8;

	for (size_t i = 0; i < size; i++) {
		unsigned char byte = packed[i / 8] >> i % 8 & 1 ? packed[at++] : 0;

		if (byte != bytes[i])
			return false;
	}
	return true;
}
