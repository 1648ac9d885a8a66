/* SPDX-License-Identifier: BSD-2-Clause */
#include "mutate.h"

#include <string.h>

#include "base/prng.h"

/* An input in the making: a header, then @count records. */
struct draft {
	const struct record_format *format;
	struct prng prng;
	uint8_t *data;
	size_t count;
	size_t count_max;
};

static uint8_t *record(const struct draft *draft, size_t index)
{
	return draft->data + draft->format->header_size + index * draft->format->record_size;
}

static size_t below(struct draft *draft, size_t bound)
{
	return prng_below(&draft->prng, (uint32_t)bound);
}

/* Make room for @count records at @at; returns how many there is room for. */
static size_t make_room(struct draft *draft, size_t at, size_t count)
{
	size_t size = draft->format->record_size;

	if (count > draft->count_max - draft->count)
		count = draft->count_max - draft->count;
	memmove(record(draft, at + count), record(draft, at), (draft->count - at) * size);
	draft->count += count;
	return count;
}

static void randomise(struct draft *draft, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)prng_next(&draft->prng);
}

/* ------------------------------------- one change each ---------------------------------------- */

static void insert(struct draft *draft)
{
	size_t at = below(draft, draft->count + 1);
	size_t count = make_room(draft, at, 1 + below(draft, 4));

	randomise(draft, record(draft, at), count * draft->format->record_size);
}

static void drop(struct draft *draft)
{
	size_t at = below(draft, draft->count), left = draft->count - at;
	size_t count = 1 + below(draft, left < 8 ? left : 8);

	memmove(record(draft, at), record(draft, at + count),
		(left - count) * draft->format->record_size);
	draft->count -= count;
}

static void swap(struct draft *draft)
{
	uint8_t *a = record(draft, below(draft, draft->count));
	uint8_t *b = record(draft, below(draft, draft->count));

	for (size_t i = 0; i < draft->format->record_size; i++) {
		uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

/* Some records once more, right behind themselves. */
static void duplicate(struct draft *draft)
{
	size_t at = below(draft, draft->count), left = draft->count - at;
	size_t count = 1 + below(draft, left < 8 ? left : 8);

	count = make_room(draft, at + count, count);
	memmove(record(draft, at + count), record(draft, at), count * draft->format->record_size);
}

static void change(struct draft *draft)
{
	uint8_t *bytes = record(draft, below(draft, draft->count));
	size_t byte = below(draft, draft->format->record_size);

	if (below(draft, 2))
		bytes[byte] = (uint8_t)prng_next(&draft->prng);
	else
		bytes[byte] ^= (uint8_t)(1u << below(draft, 8));
}

static void change_header(struct draft *draft)
{
	uint8_t *byte = &draft->data[below(draft, draft->format->header_size)];

	if (below(draft, 2))
		*byte = (uint8_t)prng_next(&draft->prng);
	else
		*byte ^= (uint8_t)(1u << below(draft, 8));
}

static void mutate(struct draft *draft)
{
	static void (*const changes[])(struct draft *draft) = { insert, change_header, drop, swap,
								duplicate, change, change };

	/* The first two need no record. */
	changes[below(draft, draft->count > 0 ? 7 : 2)](draft);
}

/* ------------------------------------------ public -------------------------------------------- */

/* @data becomes whole: a header, and no part of a record. */
static struct draft begin(const struct record_format *format, uint8_t *data, size_t size,
			  size_t size_max, unsigned int seed)
{
	struct draft draft = { .format = format, .data = data };

	prng_seed(&draft.prng, seed, 0x667a);
	if (size < format->header_size)
		memset(data + size, 0, format->header_size - size);
	else
		draft.count = (size - format->header_size) / format->record_size;
	draft.count_max = (size_max - format->header_size) / format->record_size;
	if (draft.count_max > format->count_max)
		draft.count_max = format->count_max;
	if (draft.count > draft.count_max)
		draft.count = draft.count_max;
	return draft;
}

static size_t end(const struct draft *draft)
{
	return draft->format->header_size + draft->count * draft->format->record_size;
}

size_t mutate_records(const struct record_format *format, uint8_t *data, size_t size,
		      size_t size_max, unsigned int seed)
{
	struct draft draft;

	if (size_max < format->header_size)
		return size;
	draft = begin(format, data, size, size_max, seed);
	for (size_t left = 1 + below(&draft, 4); left > 0; left--)
		mutate(&draft);
	return end(&draft);
}

size_t splice_records(const struct record_format *format, const uint8_t *one, size_t one_size,
		      const uint8_t *other, size_t other_size, uint8_t *data, size_t size_max,
		      unsigned int seed)
{
	size_t size = one_size < size_max ? one_size : size_max, at, from, count;
	struct draft draft;

	memcpy(data, one, size);
	if (size_max < format->header_size || other_size < format->header_size)
		return size;
	draft = begin(format, data, size, size_max, seed);
	count = (other_size - format->header_size) / format->record_size;
	at = below(&draft, draft.count + 1);
	from = below(&draft, count + 1);
	/*
	 * Half the time the other's end replaces this one's; otherwise a piece of it comes between.
	 */
	if (below(&draft, 2)) {
		draft.count = at;
		count -= from;
	} else {
		count = below(&draft, count - from + 1);
	}
	count = make_room(&draft, at, count);
	memcpy(record(&draft, at),
	       other + format->header_size + from * format->record_size,
	       count * format->record_size);
	return end(&draft);
}
