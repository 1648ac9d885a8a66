/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From state to state by what changes: noted in the order of the steps, put back, and made again.
 * Going over several steps moves numbers alone; bytes are put where the way ends.
 */
#include <stdlib.h>
#include <string.h>

#include "harness/area.h"

static bool change_room(struct undo_log *log)
{
	size_t capacity = log->capacity ? 2 * log->capacity : 1024;
	struct change *items;

	if (log->count < log->capacity)
		return true;
	items = realloc(log->items, capacity * sizeof(*items));
	if (!items)
		return false;
	log->items = items;
	log->capacity = capacity;
	return true;
}

static size_t chunk_size(const struct area *area, size_t at)
{
	return area->size - at < STATE_CHUNK ? area->size - at : (size_t)STATE_CHUNK;
}

/* What lies there, filled up with zeros where the area ends. */
static uint32_t change_number(struct state *st, uint32_t index, size_t at,
			      const unsigned char *from)
{
	const struct area *area = &st->areas[index];
	uint32_t chunk = (uint32_t)(at / STATE_CHUNK);
	unsigned char bytes[STATE_CHUNK] = { 0 };

	if (chunk_size(area, at) == STATE_CHUNK)
		return content_number(st, index, chunk, from + at);
	memcpy(bytes, from + at, chunk_size(area, at));
	return content_number(st, index, chunk, bytes);
}

static bool change_note(struct state *st, uint32_t index, size_t at, struct undo_log *log,
		       struct fingerprint *print)
{
	struct area *area = &st->areas[index];
	struct slot *slot = &area->slots[at / STATE_CHUNK];
	struct change change;

	if (!slot->held)
		slot->held = change_number(st, index, at, area->copy);
	change.before = slot->held;
	change.after = change_number(st, index, at, area->live);
	if (!change.before || !change.after || !change_room(log))
		return false;
	log->items[log->count++] = change;
	slot->held = slot->wanted = change.after;
	if (area->hashed) {
		const struct content *items = st->contents.items;
		const struct fingerprint *before = &items[change.before - 1].print;
		const struct fingerprint *after = &items[change.after - 1].print;

		print->a += after->a - before->a;
		print->b += after->b - before->b;
	}
	memcpy(area->copy + at, st->contents.items[change.after - 1].bytes, chunk_size(area, at));
	return true;
}

static bool note_area(struct state *st, uint32_t index, struct undo_log *log,
		      struct fingerprint *print)
{
	struct area *area = &st->areas[index];
	size_t now = area_used(area), used = now > area->copied ? now : area->copied;
	size_t end = area_end(area, used);
	size_t at = area_next_change(area, area_first(area, used), end);

	for (; at < end; at = area_next_change(area, at + STATE_CHUNK, end))
		if (!change_note(st, index, at, log, print))
			return false;
	area->copied = now;
	return true;
}

bool state_note(struct teeq_harness *h, struct undo_log *log, struct fingerprint *print)
{
	struct state *st = h->state;
	bool noted = true;

	state_note_where(h);
	for (size_t i = 0; noted && i < st->count; i++)
		noted = note_area(st, (uint32_t)i, log, print);
	return noted;
}

static struct slot *change_slot(const struct state *st, uint32_t number)
{
	return st->contents.items[number - 1].slot;
}

/* Its chunk is to hold that. False: no memory. */
static bool change_want(struct state *st, uint32_t number)
{
	struct slot *slot = change_slot(st, number);

	if (slot->wanted == slot->held && st->moved_count == st->moved_capacity) {
		size_t capacity = st->moved_capacity ? 2 * st->moved_capacity : 256;
		uint32_t *moved = realloc(st->moved, capacity * sizeof(*moved));

		if (!moved)
			return false;
		st->moved = moved;
		st->moved_capacity = capacity;
	}
	if (slot->wanted == slot->held)
		st->moved[st->moved_count++] = number;
	slot->wanted = number;
	return true;
}

bool state_undo(struct teeq_harness *h, struct undo_log *log, size_t count)
{
	bool wanted = true;

	while (wanted && log->count > count)
		wanted = change_want(h->state, log->items[--log->count].before);
	return wanted;
}

void state_changes(const struct undo_log *log, size_t first, uint32_t *after)
{
	for (size_t i = first; i < log->count; i++)
		*after++ = log->items[i].after;
}

bool state_redo(struct teeq_harness *h, struct undo_log *log, const uint32_t *after, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!change_room(log))
			return false;
		log->items[log->count++] =
			(struct change){ change_slot(h->state, after[i])->wanted, after[i] };
		if (!change_want(h->state, after[i]))
			return false;
	}
	return true;
}

static void change_put(struct state *st, struct slot *slot)
{
	const struct content *content = &st->contents.items[slot->wanted - 1];
	struct area *area = &st->areas[content->area];
	size_t at = (size_t)content->chunk * STATE_CHUNK, size = chunk_size(area, at);

	if (slot->wanted == slot->held)
		return;
	slot->held = slot->wanted;
	/* Nearly all are whole, and a size that is known is no call. */
	if (size == STATE_CHUNK) {
		memcpy(area->live + at, content->bytes, STATE_CHUNK);
		memcpy(area->copy + at, content->bytes, STATE_CHUNK);
	} else {
		memcpy(area->live + at, content->bytes, size);
		memcpy(area->copy + at, content->bytes, size);
	}
}

void state_settle(struct teeq_harness *h)
{
	struct state *st = h->state;

	if (st->moved_count == 0)
		return;
	for (size_t i = 0; i < st->moved_count; i++)
		change_put(st, change_slot(st, st->moved[i]));
	st->moved_count = 0;
	for (size_t i = 0; i < st->count; i++)
		st->areas[i].copied = area_used(&st->areas[i]);
	state_go_on(h);
}

size_t state_memory(const struct teeq_harness *h)
{
	return h->state ? content_memory(&h->state->contents) : 0;
}
