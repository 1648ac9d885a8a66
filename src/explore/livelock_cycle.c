/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/livelock_graph.h"

#include <stdlib.h>
#include <string.h>

#include "explore/canon.h"

/* A walk inside one set, from state to state. */
struct walk {
	struct graph *g;
	size_t root;          /* the set is what lies on the stack from here */
	size_t at;            /* the vertex where the walk stands */
	size_t *came_from;    /* of the search for the next leg, by vertex; SIZE_MAX: not reached */
	uint8_t *came_by;
	size_t *queue;
	struct teeq_schedule *schedule;
};

static size_t target_of(struct graph *g, size_t number, unsigned int task)
{
	size_t target;

	memcpy(g->moved, g->vertices[number].world, g->m->layout.size);
	world_step(g->m, g->moved, task, NULL);
	canon_forget_counts(g->m, g->moved);
	graph_discover(g, g->moved, 0, 0, &target);
	return target;
}

/* Append the moves that lead from where the walk stands to @end. */
static enum teeq_status append_leg(struct walk *walk, size_t end)
{
	enum teeq_status status = TEEQ_OK;
	size_t count = 0;

	for (size_t at = end; at != walk->at; at = walk->came_from[at])
		walk->queue[count++] = walk->came_by[at];
	while (count > 0 && status == TEEQ_OK)
		status = teeq_schedule_add(walk->schedule, (unsigned int)walk->queue[--count]);
	walk->at = end;
	return status;
}

/*
 * Where a leg of the walk ends: at a vertex, where a move of a task stays inside, where it cannot.
 */
enum leg { TO_VERTEX, TO_MOVE, TO_REST };

static bool leg_ends(const struct graph *g, enum leg leg, size_t goal, size_t number)
{
	switch (leg) {
	case TO_VERTEX:
		return number == goal;
	case TO_MOVE:
		return g->vertices[number].inside >> goal & 1;
	default:
		return !(g->vertices[number].enabled >> goal & 1);
	}
}

/* Breadth-first inside the set to the nearest end; and behind TO_MOVE that move, too. */
static enum teeq_status livelock_cycle_walk_to(struct walk *walk, enum leg leg, size_t goal)
{
	struct graph *g = walk->g;
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < g->count; i++)
		walk->came_from[i] = SIZE_MAX;
	walk->came_from[walk->at] = walk->at;
	walk->queue[tail++] = walk->at;
	while (head < tail) {
		size_t number = walk->queue[head++];
		uint64_t inside = g->vertices[number].inside;

		if (leg_ends(g, leg, goal, number)) {
			enum teeq_status status = append_leg(walk, number);

			if (leg != TO_MOVE || status != TEEQ_OK)
				return status;
			walk->at = target_of(g, number, (unsigned int)goal);
			return teeq_schedule_add(walk->schedule, (unsigned int)goal);
		}
		for (; inside; inside &= inside - 1) {
			unsigned int mover = (unsigned int)__builtin_ctzll(inside);
			size_t target = target_of(g, number, mover);

			if (walk->came_from[target] != SIZE_MAX)
				continue;
			walk->came_from[target] = number;
			walk->came_by[target] = (uint8_t)mover;
			walk->queue[tail++] = target;
		}
	}
	return TEEQ_OK;
}

static enum teeq_status tell_stem(struct graph *g, size_t root, struct teeq_schedule *schedule)
{
	enum teeq_status status = TEEQ_OK;
	size_t count = 0;
	uint8_t *tasks;

	for (size_t at = root; at != 0; at = g->vertices[at].from)
		count++;
	tasks = malloc(count + 1);
	if (!tasks)
		return TEEQ_ENOMEM;
	for (size_t at = root, i = count; i-- > 0; at = g->vertices[at].from)
		tasks[i] = g->vertices[at].task;
	for (size_t i = 0; i < count && status == TEEQ_OK; i++)
		status = teeq_schedule_add(schedule, tasks[i]);
	free(tasks);
	return status;
}

enum teeq_status graph_tell_cycle(struct graph *g, size_t root, uint64_t movers, uint64_t others,
				  struct teeq_schedule *schedule)
{
	struct walk walk = {
		.g = g, .root = root, .at = root, .schedule = schedule,
		.came_from = malloc(g->count * sizeof(size_t)),
		.came_by = malloc(g->count),
		.queue = malloc(g->count * sizeof(size_t)),
	};
	enum teeq_status status = TEEQ_ENOMEM;

	if (walk.came_from && walk.came_by && walk.queue)
		status = tell_stem(g, root, schedule);
	for (; movers && status == TEEQ_OK; movers &= movers - 1)
		status = livelock_cycle_walk_to(&walk, TO_MOVE, (size_t)__builtin_ctzll(movers));
	for (; others && status == TEEQ_OK; others &= others - 1)
		status = livelock_cycle_walk_to(&walk, TO_REST, (size_t)__builtin_ctzll(others));
	if (status == TEEQ_OK)
		status = livelock_cycle_walk_to(&walk, TO_VERTEX, root);
	free(walk.came_from);
	free(walk.came_by);
	free(walk.queue);
	return status;
}
