/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_NAIVE_H
#define TESTS_EXPLORE_NAIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/world.h"
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
/* The position of a block that is there. */
size_t blocks_find(const struct blocks *blocks, const void *bytes);

/*
 * @too_large   there are more states than was allowed; the rest is not filled in
 * @states      all of them, the initial one first, the others by distance
 * @transitions actions tried
 * @depth       the greatest distance of any
 * @ends        states that are ends, nearest first, @end_count of them
 * @count       states of each kind of end
 * @distance    actions to the nearest of them, where there is any
 */
struct naive_end {
	size_t state;
	uint32_t depth;
};
struct naive {
	bool too_large;
	struct naive_end *ends;
	size_t end_count;
	struct blocks states;
	uint64_t transitions;
	uint32_t depth;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint32_t distance[TEEQ_VERDICT_COUNT];
};

/* Who wants to see every action that is tried, and the state it leads to. */
struct naive_watch {
	void (*see)(void *argument, const struct teeq_model *model, const struct teeq_world *world,
		    const struct teeq_event *event);
	void *argument;
};

/* Where no thread is tracked, the driver counts those who leave, and nobody looks at the number. */
static inline void naive_forget(const struct teeq_model *model, struct teeq_world *world)
{
	for (unsigned int guest = 0; guest < model->guest_count; guest++)
		if (world_callq(model, world, guest)->total_count == 0)
			world_callq(model, world, guest)->free_count = 0;
}

/* @memory, which must be there. */
static inline void *naive_need(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* @start: where to begin. @watch may be NULL. */
void naive_explore(struct naive *naive, const struct teeq_model *model,
		   const struct teeq_world *start, size_t state_max,
		   const struct naive_watch *watch);
void naive_free(struct naive *naive);

/*
 * Whether some fair cycle lies among the states: some from each of which all the others are reached,
 * where every task that can move in all of them does. A fault need not strike, and an interrupt that
 * may strike without end does not make a cycle. Nor do states in which all of @tasks are done.
 */
bool naive_goes_round(const struct naive *naive, const struct teeq_model *model, uint64_t tasks);

/*
 * How the ends are for @tasks alone: DONE where those have finished, whatever became of others, and
 * nothing is broken. Actions to the nearest of each kind, UINT32_MAX where there is none.
 */
void naive_ends_of(const struct naive *naive, const struct teeq_model *model, uint64_t tasks,
		   uint32_t distance[TEEQ_VERDICT_COUNT]);

/*
 * States in which somebody sleeps although it would go on, and nobody is on the way to what is free;
 * and the most actions in a row that stay among them, the one that leads out included, or SIZE_MAX
 * where they can go on for ever.
 */
size_t naive_stranded(const struct naive *naive, const struct teeq_model *model, size_t *stretch);
/* The same of states in which @task waits. */
size_t naive_waiting(const struct naive *naive, const struct teeq_model *model, unsigned int task,
		     size_t *stretch);

#endif
