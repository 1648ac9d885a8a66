/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of locks: who holds one and takes another makes an edge from the first to the second. A
 * cycle of edges is a deadlock that may strike whenever their tasks come together, also where they
 * did not in the run at hand. Only edges of one run count, so that its schedule shows the cycle.
 */
#include "harness/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CYCLE_MAX = 16, PENDING_MAX = 64 };

struct edge {
	const void *from;
	const void *to;
	unsigned int task;
	uint64_t step;
	struct teeq_site from_site;
	struct teeq_site to_site;
};

struct order {
	struct edge *captured;
	size_t captured_count, captured_cycle_count;
	struct edge *edges;
	size_t count, capacity;
	struct edge cycle[CYCLE_MAX];
	size_t cycle_count; /* 0: none was found in this run */
	struct edge pending[PENDING_MAX]; /* of the step at hand */
	size_t pending_count;
};

void order_begin(struct teeq_harness *h)
{
	if (h->order)
		h->order->count = h->order->cycle_count = 0;
}

void order_free(struct teeq_harness *h)
{
	if (h->order)
		free(h->order->edges);
	if (h->order)
		free(h->order->captured);
	free(h->order);
	h->order = NULL;
}

bool order_capture(struct teeq_harness *h)
{
	struct order *o = h->order;
	size_t size;

	if (!o)
		o = h->order = calloc(1, sizeof(*o));
	if (!o)
		return false;
	size = o->count * sizeof(*o->edges);
	o->pending_count = 0;
	free(o->captured);
	o->captured = malloc(size ? size : 1);
	if (!o->captured)
		return false;
	if (size)
		memcpy(o->captured, o->edges, size);
	o->captured_count = o->count;
	o->captured_cycle_count = o->cycle_count;
	return true;
}

void order_restore(struct teeq_harness *h)
{
	struct order *o = h->order;

	if (!o)
		return;
	o->cycle_count = o->captured_cycle_count;
	o->count = o->captured_count;
	if (o->count)
		memcpy(o->edges, o->captured, o->count * sizeof(*o->edges));
}

void order_forget(struct teeq_harness *h, const void *bytes, size_t size)
{
	struct order *o = h->searches ? NULL : h->order;
	uintptr_t first = (uintptr_t)bytes;
	size_t left = 0;

	for (size_t i = 0; o && i < o->count; i++)
		if ((uintptr_t)o->edges[i].from - first >= size &&
		    (uintptr_t)o->edges[i].to - first >= size)
			o->edges[left++] = o->edges[i];
	if (o)
		o->count = left;
}

/*
 * The edges that lead from @from to @to, at most CYCLE_MAX - 1 of them, into the cycle from @depth
 * on.
 */
static bool leads(struct order *o, const void *from, const void *to, size_t depth)
{
	if (from == to) {
		o->cycle_count = depth;
		return true;
	}
	for (size_t i = 0; depth < CYCLE_MAX && i < o->count; i++) {
		bool passed = false;

		for (size_t k = 1; k < depth; k++)
			passed |= o->cycle[k].from == o->edges[i].from;
		if (o->edges[i].from != from || passed)
			continue;
		o->cycle[depth] = o->edges[i];
		if (leads(o, o->edges[i].to, to, depth + 1))
			return true;
	}
	return false;
}

static bool is_known(const struct order *o, const void *from, const void *to)
{
	for (size_t i = 0; i < o->count; i++)
		if (o->edges[i].from == from && o->edges[i].to == to)
			return true;
	return false;
}

static bool order_grow(struct teeq_harness *h)
{
	struct order *o = h->order;
	size_t capacity = o && o->capacity ? 2 * o->capacity : 64;
	struct edge *edges;

	if (!o)
		o = h->order = calloc(1, sizeof(*o));
	edges = o ? realloc(o->edges, capacity * sizeof(*edges)) : NULL;
	h->no_memory |= !edges;
	if (!edges)
		return false;
	o->edges = edges;
	o->capacity = capacity;
	return true;
}

static void order_add(struct teeq_harness *h, const struct edge *edge)
{
	struct order *o = h->order;

	if (o && is_known(o, edge->from, edge->to))
		return;
	if ((!o || o->count == o->capacity) && !order_grow(h))
		return;
	o = h->order;
	if (o->cycle_count == 0) {
		o->cycle[0] = *edge;
		leads(o, edge->to, edge->from, 1);
	}
	o->edges[o->count++] = *edge;
}

bool order_has_cycle(const struct teeq_harness *h)
{
	return h->order && h->order->cycle_count > 0;
}

/*
 * A search by states sees all schedules at once, but of each state only one that leads there. So
 * there the edges of all of them count together, of locks that are the same in all: those that the
 * setup left.
 */
static bool order_counts(const struct teeq_harness *h, const void *lock)
{
	const struct arena *arena = &h->memory->arena;

	if (!h->searches)
		return true;
	for (unsigned int i = 0; i < h->task_count; i++) {
		const struct fiber *fiber = &h->tasks[i].fiber;

		if ((uintptr_t)lock - (uintptr_t)fiber->stack < fiber->stack_bytes)
			return false;
	}
	return !arena_has(arena, (uintptr_t)lock) ||
	       (uintptr_t)lock >= (uintptr_t)arena_small(arena, h->task_count);
}

/* Not by the task that runs: what it would leave on its stack depends on what other paths had. */
void order_flush(struct teeq_harness *h)
{
	struct order *o = h->order;

	for (size_t i = 0; o && i < o->pending_count; i++) {
		struct edge edge = o->pending[i];

		edge.step = h->result.steps;
		order_add(h, &edge);
		o = h->order;
	}
	if (o)
		o->pending_count = 0;
}

static void order_put_off(struct order *o, const struct edge *edge)
{
	if (o && o->pending_count < PENDING_MAX)
		o->pending[o->pending_count++] = *edge;
}

void order_note(struct teeq_harness *h, const struct harness_task *task, const void *lock,
		const struct teeq_site *site)
{
	unsigned int index = harness_index(h, task);

	if (task->lock_count == 0 || h->in_vain || !order_counts(h, lock))
		return;
	for (size_t i = 0; i < h->held_count; i++) {
		struct edge edge = { .from = h->held[i].lock,
				     .to = lock,
				     .task = index,
				     .from_site = h->held[i].site,
				     .to_site = *site };

		if (h->held[i].task != index || !order_counts(h, edge.from))
			continue;
		edge.step = h->searches ? 0 : h->result.steps;
		if (h->searches)
			order_put_off(h->order, &edge);
		else
			order_add(h, &edge);
	}
}

/* Who would have to be in two places of the cycle at once, so that it takes another; or NULL. */
static const char *who_is_there_twice(const struct teeq_harness *h)
{
	const struct order *o = h->order;

	for (size_t i = 1; i < o->cycle_count; i++)
		for (size_t k = 0; k < i; k++)
			if (o->cycle[i].task == o->cycle[k].task)
				return harness_name(h, o->cycle[i].task);
	return NULL;
}

bool order_tell(const struct teeq_harness *h, char *text, size_t size)
{
	const struct order *o = h->order;
	const char *twice;
	size_t used;

	if (!o || o->cycle_count == 0)
		return false;
	twice = who_is_there_twice(h);
	if (twice)
		used = (size_t)snprintf(text, size, "lock order: %s takes these locks in no one "
					"order, a deadlock once another task meets it there:",
					twice);
	else
		used = (size_t)snprintf(text, size,
					"lock order: a deadlock that did not strike here:");
	for (size_t i = 0; i < o->cycle_count && used < size; i++) {
		const struct edge *edge = &o->cycle[i];

		used += (size_t)snprintf(text + used, size - used,
					 "\n    %s takes %s with %s held, in %s() at %s:%d, step "
					 "%" PRIu64,
					 harness_name(h, edge->task), edge->to_site.object,
					 edge->from_site.object, edge->to_site.function,
					 edge->to_site.file, edge->to_site.line, edge->step);
	}
	return true;
}
