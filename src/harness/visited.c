/* SPDX-License-Identifier: BSD-2-Clause */
/* The states that a search has met, in the order in which they were. */
#include "harness/visited.h"

#include <stdlib.h>
#include <string.h>

uint32_t visited_find(const struct visited *v, uint64_t a, uint64_t b)
{
	size_t mask = v->head_count - 1;

	if (v->head_count == 0)
		return VISITED_NONE;
	for (size_t i = (size_t)a & mask; v->heads[i]; i = (i + 1) & mask) {
		const struct visited_state *state = &v->states[v->heads[i] - 1];

		if (state->a == a && state->b == b)
			return v->heads[i] - 1;
	}
	return VISITED_NONE;
}

static void visited_place(struct visited *v, uint32_t index)
{
	size_t mask = v->head_count - 1, i = (size_t)v->states[index].a & mask;

	while (v->heads[i])
		i = (i + 1) & mask;
	v->heads[i] = index + 1;
}

/* At most half of the heads are used. */
static bool visited_grow(struct visited *v)
{
	size_t capacity = v->capacity ? 2 * v->capacity : 4096;
	struct visited_state *states = realloc(v->states, capacity * sizeof(*states));
	uint32_t *heads;

	if (!states)
		return false;
	v->states = states;
	heads = calloc(2 * capacity, sizeof(*heads));
	if (!heads)
		return false;
	v->capacity = capacity;
	free(v->heads);
	v->heads = heads;
	v->head_count = 2 * capacity;
	for (size_t i = 0; i < v->count; i++)
		visited_place(v, (uint32_t)i);
	return true;
}

uint32_t visited_add(struct visited *v, const struct visited_state *state)
{
	if (v->count == VISITED_NONE - 1 || (v->count == v->capacity && !visited_grow(v)))
		return VISITED_NONE;
	v->states[v->count] = *state;
	visited_place(v, (uint32_t)v->count);
	return (uint32_t)v->count++;
}

size_t visited_bytes(const struct visited *v)
{
	return v->capacity * sizeof(*v->states) + v->head_count * sizeof(*v->heads);
}

void visited_free(struct visited *v)
{
	free(v->states);
	free(v->heads);
	*v = (struct visited){ .states = NULL };
}
