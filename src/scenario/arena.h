/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_ARENA_H
#define SCENARIO_ARENA_H

#include <stddef.h>

/*
 * Memory that is given back all at once. Everything that a file is made into lives in one arena, so
 * there is nothing to free by hand on the many ways out of a parser. Initialise with {0}.
 */
struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* the newest; it leads to the others */
};

/* Zeroed, aligned for anything; never NULL for a size of 0. NULL: the host has no memory left. */
void *arena_take(struct arena *arena, size_t size);
void *arena_take_array(struct arena *arena, size_t count, size_t size);
/* A copy of @size bytes with a NUL behind them. */
char *arena_copy(struct arena *arena, const char *bytes, size_t size);
/* The arena is empty afterwards and may be used again. */
void arena_free(struct arena *arena);

#endif
