/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/graph.h"

#include <stdlib.h>
#include <string.h>

/*
 * The shortest way from a task back to itself, by breadth-first search from every task, along edges
 * without which their waiter does not get on. Among equals the lowest task and then the first edge
 * win, so that the same world always gives the same cycle.
 */
struct search {
	const struct teeq_wait_graph *graph;
	const struct graph_needs *needs;
	int edge_into[TEEQ_TASK_MAX]; /* the edge by which a task was reached; -1: it was not */
	uint8_t queue[TEEQ_TASK_MAX];
	unsigned int head, tail;
	size_t found[TEEQ_TASK_MAX]; /* the best cycle so far */
	size_t found_count; /* 0: none yet */
};

/* How many edges lead from @edge's waiter to its holder. */
static unsigned int edges_like(const struct search *search, const struct teeq_wait_edge *edge)
{
	unsigned int found = 0;

	for (size_t i = 0; i < search->graph->edge_count; i++)
		found += search->graph->edges[i].waiter == edge->waiter &&
			 search->graph->edges[i].holder == edge->holder;
	return found;
}

/*
 * Whether the waiter cannot do without this very edge. Where one task has two of the threads that
 * are waited for, either would do: that the task is needed is true then, but a sentence about one
 * of its threads would not be.
 */
static bool follows(const struct search *search, const struct teeq_wait_edge *edge)
{
	const struct teeq_wait_need *need = &search->needs->of[edge->waiter];
	unsigned int count = (unsigned int)__builtin_popcountll(need->tasks);

	if (edge->holder < 0 || edge->holder >= TEEQ_TASK_MAX ||
	    !(need->tasks >> edge->holder & 1))
		return false;
	return count == need->count && ((search->needs->every_edge >> edge->waiter & 1) ||
					edges_like(search, edge) == 1);
}

/* The cycle that ends with @last, read backwards; kept if it is shorter than the best. */
static void keep(struct search *search, unsigned int start, size_t last)
{
	const struct teeq_wait_edge *edges = search->graph->edges;
	size_t way[TEEQ_TASK_MAX];
	size_t count = 0;

	way[count++] = last;
	while (edges[way[count - 1]].waiter != start) {
		way[count] = (size_t)search->edge_into[edges[way[count - 1]].waiter];
		count++;
	}
	if (search->found_count != 0 && search->found_count <= count)
		return;
	search->found_count = count;
	for (size_t i = 0; i < count; i++)
		search->found[i] = way[count - 1 - i];
}

/* Look at the edges of @task. Returns whether one leads back to @start. */
static bool look_at(struct search *search, unsigned int start, unsigned int task)
{
	for (size_t i = 0; i < search->graph->edge_count; i++) {
		const struct teeq_wait_edge *edge = &search->graph->edges[i];

		if (edge->waiter != task || !follows(search, edge))
			continue;
		if (edge->holder == (int)start) {
			keep(search, start, i);
			return true;
		}
		if (search->edge_into[edge->holder] >= 0)
			continue;
		search->edge_into[edge->holder] = (int)i;
		search->queue[search->tail++] = (uint8_t)edge->holder;
	}
	return false;
}

static void search_from(struct search *search, unsigned int start)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		search->edge_into[i] = -1;
	search->head = 0;
	search->tail = 0;
	search->queue[search->tail++] = (uint8_t)start;
	while (search->head < search->tail)
		if (look_at(search, start, search->queue[search->head++]))
			return;
}

bool graph_find_cycle(struct teeq_wait_graph *graph, const struct graph_needs *needs)
{
	struct search search = { .graph = graph, .needs = needs };

	for (unsigned int start = 0; start < TEEQ_TASK_MAX; start++)
		search_from(&search, start);
	if (search.found_count == 0)
		return true;
	graph->cycle = malloc(search.found_count * sizeof(*graph->cycle));
	if (!graph->cycle)
		return false;
	memcpy(graph->cycle, search.found, search.found_count * sizeof(*graph->cycle));
	graph->cycle_count = search.found_count;
	return true;
}
