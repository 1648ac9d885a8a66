/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/livelock_graph.h"

#include <stdlib.h>
#include <string.h>

#include "explore/expand.h"

bool graph_init(struct graph *g, const struct teeq_model *m, uint64_t storms)
{
	*g = (struct graph){ .m = m, .storms = storms, .moved = teeq_world_new(m) };
	return g->moved && store_init(&g->store, 1, 0, NULL);
}

void graph_free(struct graph *g)
{
	for (size_t i = 0; i < g->count; i++)
		free(g->vertices[i].world);
	for (size_t i = 0; i < g->later_count; i++)
		free(g->later[i].world);
	free(g->later);
	free(g->vertices);
	free(g->stack);
	teeq_world_free(g->moved);
	store_free(&g->store);
}

static uint64_t fingerprint_of(const struct graph *g, const struct teeq_world *w)
{
	const struct expander expander = { .canon.m = g->m, .size = g->m->layout.size };

	return expander_fingerprint(&expander, w);
}

static bool livelock_graph_reserve(struct graph *g)
{
	size_t capacity = g->capacity ? 2 * g->capacity : 256;
	struct vertex *vertices;
	size_t *stack;

	if (g->count < g->capacity)
		return true;
	vertices = realloc(g->vertices, capacity * sizeof(*vertices));
	if (vertices)
		g->vertices = vertices;
	stack = realloc(g->stack, capacity * sizeof(*stack));
	if (stack)
		g->stack = stack;
	if (!vertices || !stack)
		return false;
	g->capacity = capacity;
	return true;
}

enum store_answer graph_discover(struct graph *g, const struct teeq_world *w, size_t from,
				 unsigned int task, size_t *number)
{
	const struct state state = { .fingerprint = fingerprint_of(g, w), .parent = STATE_NONE };
	enum store_answer answer;
	struct vertex *vertex;
	state_id id;

	answer = store_add(&g->store, &state, (const unsigned char *)w, &id);
	*number = (size_t)id;
	if (answer != STORE_NEW)
		return answer;
	if (!livelock_graph_reserve(g))
		return STORE_NOMEM;
	vertex = &g->vertices[g->count];
	*vertex = (struct vertex){ .low = g->count, .from = from, .task = (uint8_t)task,
				   .on_stack = true, .world = malloc(g->m->layout.size) };
	if (!vertex->world)
		return STORE_NOMEM;
	memcpy(vertex->world, w, g->m->layout.size);
	vertex->enabled = teeq_world_check(g->m, w) ? 0 : teeq_world_enabled(g->m, w);
	vertex->left = vertex->enabled;
	g->stack[g->stack_count++] = g->count++;
	return STORE_NEW;
}

uint64_t graph_memory(const struct graph *g)
{
	return g->count * (uint64_t)g->m->layout.size +
	       g->capacity * (uint64_t)(sizeof(*g->vertices) + sizeof(*g->stack)) +
	       store_memory(&g->store);
}
