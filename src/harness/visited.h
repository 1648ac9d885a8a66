/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_VISITED_H
#define HARNESS_VISITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A state that was met: by its fingerprint, and how it was come to first.
 *
 * @parent        the state before, by index
 * @task          who made the step from there
 * @depth         steps from the beginning; of a search in depth, the fewest so far
 * @changes       what that step changed: where among all that was noted, and how many chunks
 * @enabled       who can move there, where that was noted
 */
struct visited_state {
	uint64_t a, b;
	uint64_t changes;
	uint64_t enabled;
	uint32_t parent;
	uint32_t depth;
	uint32_t change_count;
	uint8_t task;
};

struct visited {
	struct visited_state *states;
	size_t count, capacity;
	uint32_t *heads; /* index + 1, by open addressing */
	size_t head_count;
};

#define VISITED_NONE UINT32_MAX

/* The index of the state with that fingerprint, or VISITED_NONE. */
uint32_t visited_find(const struct visited *v, uint64_t a, uint64_t b);
/* One more, which is not there yet: its index, or VISITED_NONE where there is no memory. */
uint32_t visited_add(struct visited *v, const struct visited_state *state);
size_t visited_bytes(const struct visited *v);
void visited_free(struct visited *v);

#endif
