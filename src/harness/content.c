/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What chunks hold, in all states that a search has met: each content once, with its part of the
 * fingerprint. A state differs from the next one by some numbers then.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/area.h"

/* Both halves of the product, joined. */
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}
#else
static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX), one = (a >> 32) * (b & UINT32_MAX);
	uint64_t other = (a & UINT32_MAX) * (b >> 32) + (low >> 32) + (one & UINT32_MAX);

	return ((other << 32) | (low & UINT32_MAX)) ^
	       ((a >> 32) * (b >> 32) + (one >> 32) + (other >> 32));
}
#endif

static struct fingerprint print_of(uint64_t key, const unsigned char *bytes)
{
	struct fingerprint print = {
		mix(key ^ UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xbf58476d1ce4e5b9)),
		mix(key ^ UINT64_C(0xd6e8feb86659fd93), UINT64_C(0xa0761d6478bd642f))
	};
	uint64_t words[STATE_CHUNK / 8];

	memcpy(words, bytes, sizeof(words));
	for (size_t i = 0; i < STATE_CHUNK / 8; i += 2) {
		print.a = mix(words[i] ^ UINT64_C(0xe7037ed1a0b428db), words[i + 1] ^ print.a);
		print.b = mix(words[i] ^ print.b, words[i + 1] ^ UINT64_C(0x8ebc6af09c88c6e3));
	}
	return print;
}

static void content_place(struct contents *c, uint32_t number)
{
	size_t mask = c->head_count - 1, i = (size_t)c->items[number - 1].print.a & mask;

	while (c->heads[i])
		i = (i + 1) & mask;
	c->heads[i] = number;
}

/* At most half of the heads are used. */
static bool content_grow(struct contents *c)
{
	size_t capacity = c->capacity ? 2 * c->capacity : 4096;
	struct content *items = realloc(c->items, capacity * sizeof(*items));
	uint32_t *heads;

	if (!items)
		return false;
	c->items = items;
	heads = calloc(2 * capacity, sizeof(*heads));
	if (!heads)
		return false;
	free(c->heads);
	c->heads = heads;
	c->capacity = capacity;
	c->head_count = 2 * capacity;
	for (uint32_t i = 1; i <= c->count; i++)
		content_place(c, i);
	return true;
}

uint32_t content_number(struct state *st, uint32_t area, uint32_t chunk,
			const unsigned char *bytes)
{
	struct fingerprint print = print_of((uint64_t)area << 32 | chunk, bytes);
	struct contents *c = &st->contents;
	size_t mask = c->head_count - 1;

	for (size_t i = (size_t)print.a & mask; c->head_count && c->heads[i]; i = (i + 1) & mask) {
		const struct content *item = &c->items[c->heads[i] - 1];

		if (item->print.a == print.a && item->area == area && item->chunk == chunk &&
		    memcmp(item->bytes, bytes, STATE_CHUNK) == 0)
			return c->heads[i];
	}
	if (c->count == UINT32_MAX - 1 || (c->count == c->capacity && !content_grow(c)))
		return 0;
	c->items[c->count] = (struct content){ .slot = &st->areas[area].slots[chunk],
					       .area = area,
					       .chunk = chunk,
					       .print = print };
	memcpy(c->items[c->count].bytes, bytes, STATE_CHUNK);
	content_place(c, ++c->count);
	return c->count;
}

void content_free(struct contents *c)
{
	free(c->items);
	free(c->heads);
	*c = (struct contents){ .items = NULL };
}

size_t content_memory(const struct contents *c)
{
	return c->count * sizeof(*c->items) + c->head_count * sizeof(*c->heads);
}
