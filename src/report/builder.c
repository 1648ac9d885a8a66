/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/builder.h"

#include <stdlib.h>

void builder_add(struct builder *builder, int holder, unsigned int holder_level)
{
	struct teeq_wait_graph *graph = builder->graph;
	struct teeq_wait_edge edge = builder->edge;

	if (builder->failed)
		return;
	if (graph->edge_count == builder->capacity) {
		size_t capacity = builder->capacity ? 2 * builder->capacity : 32;
		struct teeq_wait_edge *edges = realloc(graph->edges, capacity * sizeof(*edges));

		if (!edges) {
			builder->failed = true;
			return;
		}
		graph->edges = edges;
		builder->capacity = capacity;
	}
	edge.holder = (int16_t)holder;
	edge.holder_level = (uint8_t)holder_level;
	graph->edges[graph->edge_count++] = edge;
}

/* Nobody holds it, and nobody would bring it: then the report says so, by an edge to nobody. */
void builder_add_nobody(struct builder *builder)
{
	if (builder->graph->edge_count > builder->first)
		return;
	builder->edge.context = TEEQ_NO_CONTEXT;
	builder_add(builder, -1, 0);
}

bool builder_is_neighbour(const struct builder *builder, unsigned int task)
{
	return teeq_model_task_guest(builder->model, task) ==
	       teeq_model_task_guest(builder->model, builder->edge.waiter);
}

/*
 * Who may still have @effect, whoever waits for it. The answer is kept: where many tasks wait for
 * the same, they ask for it one after the other.
 */
static uint64_t who_may(struct builder *builder, enum teeq_effect effect, unsigned int object)
{
	uint64_t unfinished = teeq_world_unfinished(builder->model, builder->world);
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	if (builder->asked && builder->asked_effect == effect && builder->asked_object == object)
		return builder->who_may;
	builder->asked = true;
	builder->asked_effect = effect;
	builder->asked_object = object;
	builder->who_may = 0;
	for (unsigned int task = 0; task < count; task++)
		if ((unfinished >> task & 1) &&
		    teeq_world_may(builder->model, builder->world, task, effect, object))
			builder->who_may |= UINT64_C(1) << task;
	return builder->who_may;
}

/* Nobody wakes himself: a call that sleeps in the queue would have to be awake to leave it. */
void builder_add_may(struct builder *builder, enum teeq_effect effect, unsigned int object)
{
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);
	uint64_t may = who_may(builder, effect, object);

	for (unsigned int task = 0; task < count; task++)
		if ((may >> task & 1) &&
		    graph_reaches(builder->model, builder->edge.waiter, task, effect, object) &&
		    !(effect == TEEQ_EFFECT_WAKE && task == builder->edge.waiter))
			builder_add(builder, (int)task, 0);
	builder_add_nobody(builder);
}
