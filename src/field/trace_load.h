/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_LOAD_H
#define FIELD_TRACE_LOAD_H

#include <stdio.h>

#include "field/trace.h"

/*
 * The load of a recording as a scenario: what calls ask for becomes commands, tasks that make the
 * same calls become clients. Equal RPCs in a row count as one, and everything is bounded, as a
 * search visits every order: what is left out is counted, and stands in the file.
 */
#define TRACE_LOAD_STEPS  12u
#define TRACE_LOAD_SHAPES 255u
#define TRACE_LOAD_TASKS  1024u
#define TRACE_LOAD_DEPTH  6u /* calls inside of each other */
#define TRACE_LOAD_KINDS  8u /* of calls of one task */

/*
 * @steps  enum trace_rpc, and above the low byte 1 + the shape of a call that its service makes.
 *         Who waits for a notification waits for a lock of the secure world, and who sends one
 *         gives it back: the keys do not tell which lock, so it is one, and these two take and
 *         release it
 */
struct trace_shape {
	enum trace_purpose purpose;
	unsigned int depth; /* calls inside of each other, below it */
	unsigned int step_count;
	uint16_t steps[TRACE_LOAD_STEPS];
	uint64_t seen;
	uint64_t merged; /* RPCs that were like the one before */
	uint64_t cut; /* RPCs beyond TRACE_LOAD_STEPS */
	bool used; /* it is in the scenario */
	unsigned int number;
};

struct trace_load_task {
	const struct trace_task *task;
	unsigned int kind_count;
	struct {
		uint16_t shape;
		uint64_t count;
	} kinds[TRACE_LOAD_KINDS];
	uint64_t others; /* calls of further kinds */
};

/* Whether the step is one of the lock's. */
bool trace_load_is_lock(uint16_t step);

/* How much of it: @foreign: foreign interrupts, too. */
struct trace_load_bounds {
	uint64_t clients; /* tasks in all */
	uint64_t commands; /* kinds of calls of one task */
	uint64_t calls; /* of one kind, of one task */
	uint64_t steps; /* of one call, up to TRACE_LOAD_STEPS */
	bool foreign;
};

struct trace_load {
	struct trace_load_bounds bounds;
	struct trace_shape shapes[TRACE_LOAD_SHAPES];
	unsigned int shape_count;
	struct trace_load_task tasks[TRACE_LOAD_TASKS];
	uint32_t task_count;
	uint64_t dropped_calls; /* of which the shape could not be kept */
	uint64_t dropped_foreign;
	uint64_t dropped_inner; /* calls inside of an RPC, beside the first */
	bool without_rpc_arg; /* CALL_WITH_ARG was seen */
};

/* @load: {0} but for its bounds. It listens from then on. */
void trace_load_start(struct trace_load *load, struct trace_calls *calls);

/* ---- trace_scenario.c ---- */
/* What of the load is written, after the bounds. */
struct trace_scenario {
	uint64_t clients, tasks;
	uint64_t left_tasks, left_calls;
	unsigned int commands;
};
/* The scenario file; false: there is no call to be written. @what is filled. */
bool trace_scenario_write(FILE *out, struct trace_load *load, const struct trace *trace,
			  struct trace_scenario *what);

#endif
