/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/builder.h"

#include <stdlib.h>
#include <string.h>

static void sum_up(struct builder *builder)
{
	struct teeq_wait_graph *graph = builder->graph;
	unsigned int count = (unsigned int)teeq_model_thread_count(builder->model);

	graph->exhausted = true;
	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		teeq_world_context(builder->model, builder->world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE)
			graph->exhausted = false;
	}
	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph->edges[i].kind == TEEQ_WAIT_WAKE)
			graph->lost_wakeup = true;
}

enum teeq_status teeq_wait_graph_new(const struct teeq_model *model,
				     const struct teeq_world *world,
				     struct teeq_wait_graph *graph)
{
	if (!model || !world || !graph)
		return TEEQ_EINPUT;

	struct builder builder = { .model = model, .world = world, .graph = graph };
	struct graph_needs needs;
	unsigned int count = (unsigned int)teeq_model_task_count(model);

	memset(graph, 0, sizeof(*graph));
	for (unsigned int task = 0; task < count; task++)
		builder_add_waiter(&builder, task);
	sum_up(&builder);
	if (!builder.failed)
		graph_find_needs(model, world, graph, &needs);
	if (builder.failed || !graph_find_cycle(graph, &needs) || !graph_find_knot(graph, &needs)) {
		teeq_wait_graph_free(graph);
		return TEEQ_ENOMEM;
	}
	return TEEQ_OK;
}

void teeq_wait_graph_free(struct teeq_wait_graph *graph)
{
	if (!graph)
		return;
	free(graph->edges);
	free(graph->cycle);
	free(graph->knot);
	memset(graph, 0, sizeof(*graph));
}
