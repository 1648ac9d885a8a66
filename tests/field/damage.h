/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_FIELD_DAMAGE_H
#define TEST_FIELD_DAMAGE_H

/* What happens to text on its way from a board: lines and bytes that go, come twice, move or change. */

#include <stdio.h>
#include <string.h>

#include "base/prng.h"

#define DAMAGED_SIZE_MAX  (1 << 16)
#define DAMAGED_STEPS_MAX 6

struct damaged {
	char text[DAMAGED_SIZE_MAX];
	size_t size;
	struct prng prng;
};

static void damaged_read(struct damaged *d, const char *folder, const char *name)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/field/%s/%s", TEEQ_SOURCE_DIR, folder, name);
	file = fopen(path, "r");
	d->size = file ? fread(d->text, 1, sizeof(d->text), file) : 0;
	if (file)
		fclose(file);
}

static size_t pick(struct damaged *d, size_t bound)
{
	return bound ? prng_below(&d->prng, (uint32_t)bound) : 0;
}

static void cut(struct damaged *d, size_t at, size_t count)
{
	memmove(d->text + at, d->text + at + count, d->size - at - count);
	d->size -= count;
}

static void insert(struct damaged *d, size_t at, const char *bytes, size_t count)
{
	if (d->size + count > sizeof(d->text))
		return;
	memmove(d->text + at + count, d->text + at, d->size - at);
	memcpy(d->text + at, bytes, count);
	d->size += count;
}

/* The line around a place: its first byte, and how long it is with its end. */
static size_t line_around(const struct damaged *d, size_t at, size_t *length)
{
	size_t end = at;

	while (at > 0 && d->text[at - 1] != '\n')
		at--;
	while (end < d->size && d->text[end] != '\n')
		end++;
	*length = end - at + (end < d->size);
	return at;
}

/* One line goes, comes twice, or stands somewhere else. */
static void damage_line(struct damaged *d)
{
	char line[1024];
	size_t length, kept, at = line_around(d, pick(d, d->size), &length);
	uint32_t how = prng_below(&d->prng, 3);

	if (length > sizeof(line))
		return;
	memcpy(line, d->text + at, length);
	kept = length;
	if (how != 1)
		cut(d, at, length);
	if (how == 0)
		return;
	at = line_around(d, pick(d, d->size), &length);
	insert(d, at, line, kept);
}

static void damage_bytes(struct damaged *d, const char *const pieces[], size_t piece_count)
{
	size_t at = pick(d, d->size);
	const char *piece = pieces[pick(d, piece_count)];

	switch (prng_below(&d->prng, 4)) {
	case 0:
		if (d->size > 0)
			d->text[at] = (char)prng_next(&d->prng);
		break;
	case 1:
		/* A digit for a digit: what can still be read is another story. */
		for (; at < d->size; at++)
			if (d->text[at] >= '0' && d->text[at] <= '9')
				break;
		if (at < d->size)
			d->text[at] = (char)('0' + prng_below(&d->prng, 10));
		break;
	case 2:
		insert(d, at, piece, strlen(piece));
		break;
	default:
		cut(d, at, pick(d, d->size - at < 40 ? d->size - at : 40));
		break;
	}
}

/* One damage or some, as @d->prng has it; @pieces: what may come in between. */
static void damage(struct damaged *d, const char *const pieces[], size_t piece_count)
{
	uint32_t steps = 1 + prng_below(&d->prng, DAMAGED_STEPS_MAX);

	while (steps-- > 0)
		if (prng_below(&d->prng, 2))
			damage_line(d);
		else
			damage_bytes(d, pieces, piece_count);
}

#endif
