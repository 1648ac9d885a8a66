/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All bytes that tasks can change: copied, compared, put back. They are the stacks from where each
 * task stands, the blocks, what the harness notes of tasks, locks and the secure world, and
 * whatever was named to harness_watch() or teeq_harness_restore().
 */
/* _DEFAULT_SOURCE: MAP_ANONYMOUS, which POSIX of 2008 does not have. */
#define _DEFAULT_SOURCE
#include "harness/area.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "harness/memory.h"

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
	if (!h->state)
		return;
	h->state->captured = false;
	cold_open(h->state);
}

/* ------------------------------------------ areas --------------------------------------------- */

/* Large ones are hardly used, and cost memory where they are. */
static void *new_zeros(size_t size, bool mapped)
{
	void *map;

	if (!mapped)
		return calloc(1, size);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return map == MAP_FAILED ? NULL : map;
}

static void free_zeros(void *bytes, size_t size, bool mapped)
{
	if (mapped && bytes)
		munmap(bytes, size);
	else
		free(bytes);
}

static size_t slot_bytes(const struct area *area)
{
	return (area->size + STATE_CHUNK - 1) / STATE_CHUNK * sizeof(*area->slots);
}

static void free_areas(struct state *st)
{
	cold_open(st);
	for (size_t i = 0; i < st->count; i++) {
		struct area *area = &st->areas[i];

		free_zeros(area->copy, area->size, area->mapped);
		free_zeros(area->slots, slot_bytes(area), area->mapped);
	}
	st->count = st->moved_count = 0;
	content_free(&st->contents);
}

void state_free(struct teeq_harness *h)
{
	if (!h->state)
		return;
	free_areas(h->state);
	free(h->state->areas);
	free(h->state->moved);
	free(h->state);
	h->state = NULL;
}

size_t area_used(const struct area *area)
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

size_t area_first(const struct area *area, size_t used)
{
	return area->extent == EXTENT_STACK ? (area->size - used) / STATE_CHUNK * STATE_CHUNK : 0;
}

size_t area_end(const struct area *area, size_t used)
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
	area.copy = new_zeros(area.size, area.mapped);
	if (st->searches)
		area.slots = new_zeros(slot_bytes(&area), area.mapped);
	st->areas[st->count++] = area;
	return area.copy && (area.slots || !st->searches);
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
	/* The last part is the setup's. */
	for (size_t i = st->count - 2; added && i < st->count; i++)
		st->areas[i].is_setups = true;
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

void state_note_where(struct teeq_harness *h)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		h->tasks[i].resume = h->tasks[i].fiber.context;
}

void state_go_on(struct teeq_harness *h)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		h->tasks[i].fiber.context = h->tasks[i].resume;
}

static void copy_area(struct area *area)
{
	size_t used = area_used(area), from = area_first(area, used);

	memcpy(area->copy + from, area->live + from, area_end(area, used) - from);
	area->copied = used;
}

bool state_capture(struct teeq_harness *h)
{
	if (!h->state)
		h->state = calloc(1, sizeof(*h->state));
	if (!h->state)
		return false;
	free_areas(h->state);
	h->state->searches = h->searches;
	state_note_where(h);
	if (!add_all(h, h->state))
		return false;
	for (unsigned int i = 0; i < h->task_count; i++)
		fiber_clean_all(&h->tasks[i].fiber);
	for (size_t i = 0; i < h->state->count; i++)
		copy_area(&h->state->areas[i]);
	cold_close(h->state);
	h->state->run = h->run;
	h->state->captured = true;
	return true;
}

static void restore_area(struct area *area)
{
	size_t now = area_used(area), used = now > area->copied ? now : area->copied;
	size_t from = area->extent == EXTENT_STACK ? area_first(area, area->copied) : 0;
	size_t end = area_end(area, used);

	for (size_t at = area_next_change(area, from, end); at < end;
	     at = area_next_change(area, at + STATE_CHUNK, end))
		memcpy(area->live + at, area->copy + at,
		       end - at < STATE_CHUNK ? end - at : (size_t)STATE_CHUNK);
}

void state_restore(struct teeq_harness *h)
{
	struct state *st = h->state;

	/* How much of the others is in use, that is in areas before them, or changes with them. */
	for (size_t i = st->count; i-- > 0;)
		restore_area(&st->areas[i]);
	state_go_on(h);
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
