/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_NAIVE_H
#define TESTS_EXPLORE_NAIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/world.h"

/*
 * An explorer that is too simple to be wrong, to judge the real one by: every state is kept whole,
 * every enabled task is tried, nothing is left out. It knows the public functions of a world only.
 */

/* A set of blocks of bytes of one size, in the order in which they came. */
struct blocks {
	unsigned char *bytes;
	size_t size;   /* of one */
	size_t stride; /* from one to the next */
	size_t count;
	size_t capacity;
	uint32_t *next;  /* in the chain of each block: position + 1, or 0 */
	uint32_t *heads; /* of the chains */
	size_t head_count;
};

void blocks_init(struct blocks *blocks, size_t size);
void blocks_free(struct blocks *blocks);
/* Returns whether it was not there before. */
bool blocks_add(struct blocks *blocks, const void *bytes);
const void *blocks_at(const struct blocks *blocks, size_t index);

/*
 * @too_large   there are more states than was allowed; the rest is not filled in
 * @states      all of them, the initial one first, the others by distance
 * @transitions actions tried
 * @depth       the greatest distance of any
 * @count       states of each kind of end
 * @distance    actions to the nearest of them, where there is any
 */
struct naive {
	bool too_large;
	struct blocks states;
	uint64_t transitions;
	uint32_t depth;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint32_t distance[TEEQ_VERDICT_COUNT];
};

/* @start: where to begin. */
void naive_explore(struct naive *naive, const struct teeq_model *model,
		   const struct teeq_world *start, size_t state_max);
void naive_free(struct naive *naive);

#endif
