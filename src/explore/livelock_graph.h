/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_LIVELOCK_GRAPH_H
#define EXPLORE_LIVELOCK_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore/store.h"
#include "model/world.h"
#include "teeq/run.h"

/*
 * Tarjan's algorithm, without recursion. A state is a vertex with a number in the order of
 * discovery; vertices whose strongly connected set is not known yet are on a stack. What a set
 * needs to be judged is gathered while it grows: the tasks enabled in all of its states, and the
 * tasks whose moves stay inside.
 */
struct vertex {
	unsigned char *world;
	uint64_t enabled;
	uint64_t inside; /* tasks whose moves from here are known to stay in the set */
	uint64_t left;   /* moves not followed yet */
	size_t low;      /* the earliest vertex on the stack known to be reached from here */
	size_t from;     /* the vertex it was discovered from */
	uint8_t task;    /* ... by whose move; while it is followed, the move being followed */
	bool on_stack;
};

/* A state to begin from once more, when all that hangs together with those before it is known. */
struct later {
	unsigned char *world;
	size_t from;
	uint8_t task;
};

struct graph {
	const struct teeq_model *m;
	uint64_t storms; /* faults whose moves make no cycle */
	uint64_t must_finish; /* no cycle counts in which these are done; 0: all do */
	struct later *later;
	size_t later_count;
	size_t later_capacity;
	struct store store; /* maps a state to its number: one shard, so an id is a number */
	struct vertex *vertices;
	size_t count;
	size_t capacity;
	size_t *stack;
	size_t stack_count;
	struct teeq_world *moved;
};

/* False: no memory. graph_free() in any case. */
bool graph_init(struct graph *g, const struct teeq_model *m, uint64_t storms);
void graph_free(struct graph *g);
/* Bytes that the states cost in all: their own, vertices, places on the stack and in the store. */
uint64_t graph_memory(const struct graph *g);

/* The vertex of @w: *@number. STORE_NEW if it was discovered just now. */
enum store_answer graph_discover(struct graph *g, const struct teeq_world *w, size_t from,
				 unsigned int task, size_t *number);

/*
 * The way to @root, from where the set on the stack begins; then once around in it, past a move of
 * each of @movers and past a state in which each of @others rests.
 */
enum teeq_status graph_tell_cycle(struct graph *g, size_t root, uint64_t movers, uint64_t others,
				  struct teeq_schedule *schedule);

#endif
