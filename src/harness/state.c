/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All bytes that tasks can change: copied, compared, put back. They are the stacks from where each
 * task stands, the blocks, what the harness notes of tasks, locks and the secure world, and
 * whatever was named to harness_watch() or teeq_harness_restore().
 */
/* _DEFAULT_SOURCE: MAP_ANONYMOUS, which POSIX of 2008 does not have. */
#define _DEFAULT_SOURCE
#include "harness/state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/memory.h"

/* Which bytes of an area count. The others are zero in the copy. */
enum extent {
	EXTENT_ALL,
	EXTENT_UP, /* so many from the beginning */
	EXTENT_STACK /* from where its task goes on to the end */
};

/*
 * @used       of EXTENT_UP: where it is said how many, in units of @unit bytes
 * @copied     bytes that count in the copy
 * @hashed     a difference makes another state
 */
struct area {
	unsigned char *live;
	unsigned char *copy;
	size_t size;
	enum extent extent;
	bool hashed;
	bool mapped;
	const size_t *used;
	size_t unit;
	const struct harness_task *task;
	size_t copied;
};

struct state {
	struct area *areas;
	size_t count, capacity;
	bool captured;
	uint64_t run;
};

bool state_is_possible(const struct teeq_harness *h)
{
	return fiber_can_be_copied() && !h->options.log;
}

bool state_is_captured(const struct teeq_harness *h)
{
	return h->state && h->state->captured;
}

void state_forget(struct teeq_harness *h)
{
	if (h->state)
		h->state->captured = false;
}

/* ------------------------------------------ areas --------------------------------------------- */

static void free_areas(struct state *st)
{
	for (size_t i = 0; i < st->count; i++) {
		if (st->areas[i].mapped && st->areas[i].copy)
			munmap(st->areas[i].copy, st->areas[i].size);
		else
			free(st->areas[i].copy);
	}
	st->count = 0;
}

void state_free(struct teeq_harness *h)
{
	if (!h->state)
		return;
	free_areas(h->state);
	free(h->state->areas);
	free(h->state);
	h->state = NULL;
}

/* Large ones are hardly used, and cost memory where they are. */
static void *new_copy(const struct area *area)
{
	void *map;

	if (!area->mapped)
		return calloc(1, area->size);
	map = mmap(NULL, area->size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return map == MAP_FAILED ? NULL : map;
}

static size_t used_bytes(const struct area *area)
{
	switch (area->extent) {
	case EXTENT_UP:
		return *area->used * area->unit;
	case EXTENT_STACK:
		return (size_t)((unsigned char *)area->live + area->size -
				(unsigned char *)area->task->resume);
	default:
		return area->size;
	}
}

/* Of the longer of both: from where, in whole chunks. */
static size_t first_byte(const struct area *area, size_t used)
{
	return area->extent == EXTENT_STACK ? (area->size - used) / STATE_CHUNK * STATE_CHUNK : 0;
}

static size_t end_byte(const struct area *area, size_t used)
{
	return area->extent == EXTENT_STACK ? area->size : used;
}

static bool add_area(struct state *st, struct area area)
{
	if (area.size == 0)
		return true;
	if (st->count == st->capacity) {
		size_t capacity = st->capacity ? 2 * st->capacity : 64;
		struct area *areas = realloc(st->areas, capacity * sizeof(*areas));

		if (!areas)
			return false;
		st->areas = areas;
		st->capacity = capacity;
	}
	area.copy = new_copy(&area);
	if (!area.copy)
		return false;
	st->areas[st->count++] = area;
	return true;
}

static bool add_bytes(struct state *st, void *bytes, size_t size, bool hashed)
{
	return add_area(st, (struct area){ .live = bytes, .size = size, .hashed = hashed });
}

static bool add_counted(struct state *st, void *bytes, size_t size, const size_t *used, size_t unit,
			bool hashed)
{
	return add_area(st, (struct area){ .live = bytes,
					   .size = size,
					   .extent = EXTENT_UP,
					   .hashed = hashed,
					   .mapped = size >= 1 << 20,
					   .used = used,
					   .unit = unit });
}

static bool add_task_areas(struct state *st, struct harness_task *task)
{
	return add_bytes(st, &task->state,
			 offsetof(struct harness_task, last_place) -
				 offsetof(struct harness_task, state),
			 true) &&
	       add_area(st, (struct area){ .live = (unsigned char *)task->fiber.stack,
					   .size = task->fiber.stack_bytes,
					   .extent = EXTENT_STACK,
					   .hashed = true,
					   .mapped = true,
					   .task = task });
}

static bool add_blocks(struct state *st, struct arena *a)
{
	bool added = add_bytes(st, a->small, a->part_count * sizeof(a->small[0]), true) &&
		     add_bytes(st, a->large, a->part_count * sizeof(a->large[0]), true);

	for (unsigned int i = 0; added && i < a->part_count; i++)
		added = add_counted(st, arena_small(a, i), ARENA_SMALL, &a->small[i], 1, true) &&
			add_counted(st, arena_large(a, i), ARENA_LARGE, &a->large[i], 1, true);
	return added;
}

/* Where locks were taken is for what is said of them: who has them is in the locks. */
static bool add_harness(struct teeq_harness *h, struct state *st)
{
	return add_bytes(st, &h->now, sizeof(h->now), true) &&
	       add_bytes(st, &h->held_count, sizeof(h->held_count), true) &&
	       add_counted(st, h->held, sizeof(h->held), &h->held_count, sizeof(h->held[0]),
			   false) &&
	       add_bytes(st, h->contexts, h->options.thread_count * sizeof(h->contexts[0]), true) &&
	       add_bytes(st, h->pool, pool_size(h->options.thread_count), true);
}

static bool add_watched(struct state *st, const struct region *watched)
{
	if (!watched->used)
		return add_bytes(st, watched->object, watched->size, true);
	return add_counted(st, watched->object, watched->size, watched->used, watched->unit, true);
}

static bool add_all(struct teeq_harness *h, struct state *st)
{
	bool added = add_harness(h, st) && add_blocks(st, &h->memory->arena);

	for (unsigned int i = 0; added && i < h->task_count; i++)
		added = add_task_areas(st, &h->tasks[i]);
	for (size_t i = 0; added && i < h->region_count; i++)
		added = add_bytes(st, h->regions[i].object, h->regions[i].size, true);
	for (size_t i = 0; added && i < h->watched_count; i++)
		added = add_watched(st, &h->watched[i]);
	return added;
}

/* --------------------------------------- copy and back ---------------------------------------- */

static void note_where(struct teeq_harness *h)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		h->tasks[i].resume = h->tasks[i].fiber.context;
}

static void go_where(struct teeq_harness *h)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		h->tasks[i].fiber.context = h->tasks[i].resume;
}

static void copy_area(struct area *area)
{
	size_t used = used_bytes(area), from = first_byte(area, used);

	memcpy(area->copy + from, area->live + from, end_byte(area, used) - from);
	area->copied = used;
}

bool state_capture(struct teeq_harness *h)
{
	if (!h->state)
		h->state = calloc(1, sizeof(*h->state));
	if (!h->state)
		return false;
	free_areas(h->state);
	note_where(h);
	if (!add_all(h, h->state))
		return false;
	for (unsigned int i = 0; i < h->task_count; i++)
		fiber_clean_all(&h->tasks[i].fiber);
	for (size_t i = 0; i < h->state->count; i++)
		copy_area(&h->state->areas[i]);
	h->state->run = h->run;
	h->state->captured = true;
	return true;
}

enum {
	PIECE = 1024
};

static void restore_piece(unsigned char *live, const unsigned char *copy, size_t size)
{
	if (memcmp(live, copy, size) != 0)
		memcpy(live, copy, size);
}

static void restore_area(struct area *area)
{
	size_t now = used_bytes(area), used = now > area->copied ? now : area->copied;
	size_t from = area->extent == EXTENT_STACK ? first_byte(area, area->copied) : 0;
	size_t end = end_byte(area, used);

	for (size_t at = from; at < end; at += PIECE)
		restore_piece(area->live + at, area->copy + at,
			      end - at < PIECE ? end - at : PIECE);
}

void state_restore(struct teeq_harness *h)
{
	struct state *st = h->state;

	/* How much of the others is in use, that is in areas before them, or changes with them. */
	for (size_t i = st->count; i-- > 0;)
		restore_area(&st->areas[i]);
	go_where(h);
	h->run = st->run;
}

/* -------------------------------------- what is watched --------------------------------------- */

void harness_watch_used(struct teeq_harness *h, void *bytes, size_t size, const size_t *used,
			size_t unit)
{
	struct region *watched;

	for (size_t i = 0; i < h->watched_count; i++)
		if (h->watched[i].object == bytes)
			return;
	watched = realloc(h->watched, (h->watched_count + 1) * sizeof(*watched));
	h->no_memory |= !watched;
	if (!watched)
		return;
	h->watched = watched;
	h->watched[h->watched_count++] =
		(struct region){ .object = bytes, .size = size, .used = used, .unit = unit };
}

void harness_watch(struct teeq_harness *h, void *bytes, size_t size)
{
	harness_watch_used(h, bytes, size, NULL, 0);
}

/* ---------------------------------------- fingerprints ---------------------------------------- */

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

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

static bool room_in(struct undo_log *log)
{
	size_t capacity = log->capacity ? 2 * log->capacity : 1024;
	struct undo *items;

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

/* Into @bytes, filled up with zeros where the area ends. */
static size_t chunk_bytes(const struct area *area, size_t at, const unsigned char *from,
			  unsigned char *bytes)
{
	size_t size = chunk_size(area, at);

	if (size < STATE_CHUNK)
		memset(bytes, 0, STATE_CHUNK);
	memcpy(bytes, from + at, size);
	return size;
}

static bool note_chunk(struct state *st, unsigned int index, size_t at, struct undo_log *log,
		       struct fingerprint *print)
{
	struct area *area = &st->areas[index];
	unsigned char now[STATE_CHUNK];
	struct undo *undo;
	size_t size;

	if (!room_in(log))
		return false;
	undo = &log->items[log->count++];
	undo->area = index;
	undo->chunk = (uint32_t)(at / STATE_CHUNK);
	chunk_bytes(area, at, area->copy, undo->bytes);
	size = chunk_bytes(area, at, area->live, now);
	if (area->hashed) {
		uint64_t key = (uint64_t)index << 32 | undo->chunk;
		struct fingerprint before = print_of(key, undo->bytes), after = print_of(key, now);

		print->a += after.a - before.a;
		print->b += after.b - before.b;
	}
	memcpy(area->copy + at, now, size);
	return true;
}

/* Of a whole chunk; a call for each would cost more than the comparison. */
static bool chunk_differs(const unsigned char *a, const unsigned char *b)
{
	uint64_t x[STATE_CHUNK / 8], y[STATE_CHUNK / 8], differs = 0;

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	for (size_t i = 0; i < STATE_CHUNK / 8; i++)
		differs |= x[i] ^ y[i];
	return differs != 0;
}

static bool note_piece(struct state *st, unsigned int index, size_t at, size_t size,
		       struct undo_log *log, struct fingerprint *print)
{
	const struct area *area = &st->areas[index];

	if (memcmp(area->live + at, area->copy + at, size) == 0)
		return true;
	for (size_t end = at + size; at < end; at += STATE_CHUNK) {
		const unsigned char *live = area->live + at, *copy = area->copy + at;
		bool differs = end - at < STATE_CHUNK ? memcmp(live, copy, end - at) != 0 :
							chunk_differs(live, copy);

		if (differs && !note_chunk(st, index, at, log, print))
			return false;
	}
	return true;
}

static bool note_area(struct state *st, unsigned int index, struct undo_log *log,
		      struct fingerprint *print)
{
	struct area *area = &st->areas[index];
	size_t now = used_bytes(area), used = now > area->copied ? now : area->copied;
	size_t end = end_byte(area, used);
	bool noted = true;

	for (size_t at = first_byte(area, used); noted && at < end; at += PIECE)
		noted = note_piece(st, index, at, end - at < PIECE ? end - at : PIECE, log, print);
	area->copied = now;
	return noted;
}

bool state_note(struct teeq_harness *h, struct undo_log *log, struct fingerprint *print)
{
	struct state *st = h->state;
	bool noted = true;

	note_where(h);
	for (size_t i = 0; noted && i < st->count; i++)
		noted = note_area(st, (unsigned int)i, log, print);
	return noted;
}

static void put_chunk(struct state *st, const struct undo *chunk)
{
	struct area *area = &st->areas[chunk->area];
	size_t at = (size_t)chunk->chunk * STATE_CHUNK, size = chunk_size(area, at);

	memcpy(area->live + at, chunk->bytes, size);
	memcpy(area->copy + at, chunk->bytes, size);
}

/* Chunks were put to where they were. */
static void state_moved(struct teeq_harness *h)
{
	struct state *st = h->state;

	for (size_t i = 0; i < st->count; i++)
		st->areas[i].copied = used_bytes(&st->areas[i]);
	go_where(h);
}

void state_undo(struct teeq_harness *h, struct undo_log *log, size_t count)
{
	while (log->count > count)
		put_chunk(h->state, &log->items[--log->count]);
	state_moved(h);
}

void state_changes(const struct teeq_harness *h, const struct undo_log *log, size_t first,
		   struct undo *items)
{
	for (size_t i = first; i < log->count; i++) {
		const struct undo *from = &log->items[i];
		const struct area *area = &h->state->areas[from->area];

		*items = *from;
		chunk_bytes(area, (size_t)from->chunk * STATE_CHUNK, area->copy, items->bytes);
		items++;
	}
}

bool state_redo(struct teeq_harness *h, struct undo_log *log, const struct undo *items,
		size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct area *area = &h->state->areas[items[i].area];
		struct undo *before;

		if (!room_in(log))
			return false;
		before = &log->items[log->count++];
		*before = items[i];
		chunk_bytes(area, (size_t)items[i].chunk * STATE_CHUNK, area->copy, before->bytes);
		put_chunk(h->state, &items[i]);
	}
	state_moved(h);
	return true;
}

size_t state_bytes(const struct teeq_harness *h)
{
	size_t bytes = 0;

	for (size_t i = 0; h->state && i < h->state->count; i++)
		bytes += used_bytes(&h->state->areas[i]);
	return bytes;
}
