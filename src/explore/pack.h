/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_PACK_H
#define EXPLORE_PACK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * States as they are kept when no two may be taken for each other, and as they are sent. Most bytes
 * of a world are zero: a packed state is a bit for each byte that says whether it is not, and then
 * the bytes that are not. The size of a state is a multiple of 8.
 */

/* The packed form of @size bytes, which is written to @packed; its length, at most pack_max(). */
size_t pack_bytes(const unsigned char *bytes, size_t size, unsigned char *packed);
static inline size_t pack_max(size_t size)
{
	return size / 8 + size;
}
/* The same in memory to be given to free(), and its length; NULL: no memory. */
unsigned char *pack_state(const unsigned char *bytes, size_t size, size_t *packed_size);
/* The @size bytes again; returns the length of the packed form. */
size_t unpack_state(const unsigned char *packed, unsigned char *bytes, size_t size);
/* Whether @packed stands for exactly these @size bytes. */
bool pack_equal(const unsigned char *packed, const unsigned char *bytes, size_t size);

#endif
