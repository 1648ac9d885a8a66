/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive.h"

#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "teeq/run.h"

/*
 * What is asked of the whole graph of states: fair cycles, and stretches. Each answer is found by
 * trying again until nothing changes any more; no clever order, no numbering.
 */
struct graph {
	const struct teeq_model *model;
	const struct naive *naive;
	uint64_t tasks; /* that are asked about */
	size_t task_count;
	size_t *targets; /* by state and task; the state itself: it cannot move */
	uint64_t *enabled;
};

static size_t target(const struct graph *g, size_t state, size_t task)
{
	return g->targets[state * g->task_count + task];
}

static bool moves(const struct graph *g, size_t state, size_t task)
{
	return g->enabled[state] >> task & 1;
}

static struct graph build(const struct naive *naive, const struct teeq_model *model)
{
	size_t count = naive->states.count, tasks = teeq_model_task_count(model);
	struct graph g = {
		.model = model, .naive = naive, .task_count = tasks,
		.targets = naive_need(calloc(count * tasks + 1, sizeof(size_t))),
		.enabled = naive_need(calloc(count + 1, sizeof(uint64_t))),
	};
	struct teeq_world *from = naive_need(teeq_world_new(model));
	struct teeq_world *to = naive_need(teeq_world_new(model));

	for (size_t i = 0; i < count; i++) {
		memcpy(from, blocks_at(&naive->states, i), naive->states.size);
		if (teeq_world_verdict(model, from) == TEEQ_VERDICT_LIMIT)
			g.enabled[i] = teeq_world_enabled(model, from);
		for (unsigned int task = 0; task < tasks; task++) {
			if (!moves(&g, i, task))
				continue;
			teeq_world_copy(model, to, from);
			teeq_world_step(model, to, task, NULL);
			naive_forget(model, to);
			g.targets[i * tasks + task] = blocks_find(&naive->states, to);
		}
	}
	teeq_world_free(from);
	teeq_world_free(to);
	return g;
}

static void drop(struct graph *g)
{
	free(g->targets);
	free(g->enabled);
}

/* ---------------------------------------- fair cycles ----------------------------------------- */

static bool is_fault(const struct graph *g, size_t task)
{
	return teeq_model_task_kind(g->model, task) == TEEQ_TASK_FAULT;
}

/* An interrupt may come at any time, but not each time before anything has happened. */
static bool is_endless_interrupt(const struct graph *g, size_t task)
{
	const struct teeq_model *m = g->model;

	return is_fault(g, task) &&
	       m->faults[model_fault(m, (unsigned int)task)].kind == TEEQ_FAULT_INTERRUPT &&
	       m->faults[model_fault(m, (unsigned int)task)].times == TEEQ_FAULT_ALWAYS;
}

/* Whether some move leads from @state to one of @to. */
static bool leads_to(const struct graph *g, size_t state, const bool *to)
{
	for (size_t task = 0; task < g->task_count; task++)
		if (moves(g, state, task) && !is_endless_interrupt(g, task) &&
		    to[target(g, state, task)])
			return true;
	return false;
}

/* Which of @among are reached from @start without leaving them. */
static bool *reached_from(const struct graph *g, size_t start, const bool *among)
{
	size_t count = g->naive->states.count;
	bool *reached = naive_need(calloc(count, 1));
	bool more = true;

	reached[start] = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < count; i++) {
			for (size_t task = 0; reached[i] && task < g->task_count; task++) {
				size_t to = target(g, i, task);

				if (!moves(g, i, task) || is_endless_interrupt(g, task) ||
				    !among[to] || reached[to])
					continue;
				reached[to] = more = true;
			}
		}
	}
	return reached;
}

/* From which of @among @goal is reached. */
static bool *reaching(const struct graph *g, size_t goal, const bool *among)
{
	size_t count = g->naive->states.count;
	bool *reaches = naive_need(calloc(count, 1));
	bool more = true;

	reaches[goal] = true;
	while (more) {
		more = false;
		for (size_t i = count; i-- > 0;) {
			if (!among[i] || reaches[i] || !leads_to(g, i, reaches))
				continue;
			reaches[i] = more = true;
		}
	}
	return reaches;
}

/* Leave only states that have a successor among those that are left: nobody else is on a cycle. */
static bool trim(const struct graph *g, bool *left)
{
	size_t count = g->naive->states.count, kept = 0;
	bool more = true;

	while (more) {
		more = false;
		kept = 0;
		for (size_t i = count; i-- > 0;) {
			bool goes_on = left[i] && leads_to(g, i, left);

			more |= left[i] && !goes_on;
			left[i] = goes_on;
			kept += goes_on;
		}
	}
	return kept > 0;
}

static bool is_unfinished(const struct graph *g, size_t state)
{
	struct teeq_world *world = naive_need(teeq_world_new(g->model));
	uint64_t unfinished;

	memcpy(world, blocks_at(&g->naive->states, state), g->naive->states.size);
	unfinished = teeq_world_unfinished(g->model, world);
	teeq_world_free(world);
	return unfinished & g->tasks;
}

/*
 * Of the states on a common cycle with @state: whether whoever can move in all of them does. They are
 * taken out of @left, so that they are looked at once.
 */
static bool is_fair(const struct graph *g, size_t state, bool *left)
{
	size_t count = g->naive->states.count;
	bool *same = reached_from(g, state, left), *back = reaching(g, state, same);
	uint64_t always = 0, inside = 0;

	for (size_t task = 0; task < g->task_count; task++)
		always |= (uint64_t)!is_fault(g, task) << task;
	for (size_t i = 0; i < count; i++) {
		if (!back[i])
			continue;
		always &= g->enabled[i];
		for (size_t task = 0; task < g->task_count; task++)
			if (moves(g, i, task) && !is_endless_interrupt(g, task) &&
			    back[target(g, i, task)])
				inside |= UINT64_C(1) << task;
	}
	for (size_t i = 0; i < count; i++)
		left[i] = left[i] && !back[i];
	free(same);
	free(back);
	return inside && !(always & ~inside) && is_unfinished(g, state);
}

bool naive_goes_round(const struct naive *naive, const struct teeq_model *model, uint64_t tasks)
{
	struct graph g = build(naive, model);
	bool *left = naive_need(malloc(naive->states.count));
	bool found = false;

	g.tasks = tasks;
	memset(left, true, naive->states.count);
	if (trim(&g, left))
		for (size_t i = 0; i < naive->states.count && !found; i++)
			found = left[i] && is_fair(&g, i, left);
	free(left);
	drop(&g);
	return found;
}

/* ----------------------------------------- stranded ------------------------------------------- */

/* Whether a call of @task was woken and has not got its thread yet, or is about to leave. */
static bool is_on_its_way(const struct teeq_model *model, const struct teeq_world *world,
			  unsigned int task)
{
	struct teeq_task_view view;
	struct teeq_call_view call;

	teeq_world_task(model, world, task, &view);
	if (!teeq_world_call(model, world, task, view.level, &call))
		return false;
	switch (view.action) {
	case TEEQ_ACTION_WAIT:
		return call.done;
	case TEEQ_ACTION_SMC:
		return call.context == TEEQ_NO_CONTEXT ||
		       (call.done && teeq_model_policy(model)->started);
	case TEEQ_ACTION_REQUEUE:
	case TEEQ_ACTION_RECHECK:
	case TEEQ_ACTION_STARTED:
	case TEEQ_ACTION_LEAVE:
		return true;
	case TEEQ_ACTION_SECURE: /* hands on what woke it, where it says that it has started */
		return call.done && teeq_model_policy(model)->started;
	default:
		return false;
	}
}

/* Among the tasks of one guest. */
static bool is_stranded_in(const struct teeq_model *model, const struct teeq_world *world,
			   unsigned int guest)
{
	bool stranded = false;

	for (unsigned int task = 0; task < teeq_model_task_count(model); task++) {
		if (teeq_model_task_guest(model, task) != guest)
			continue;
		if (is_on_its_way(model, world, task))
			return false;
		stranded |= teeq_world_sleeps_in_vain(model, world, task);
	}
	return stranded;
}

static bool is_stranded(const struct teeq_model *model, const struct teeq_world *world)
{
	for (unsigned int guest = 0; guest < teeq_model_guest_count(model); guest++)
		if (is_stranded_in(model, world, guest))
			return true;
	return false;
}

/* The longest way among the stranded states from each; a round that changes nothing is the last. */
static size_t longest(const struct graph *g, const bool *stranded)
{
	size_t count = g->naive->states.count, most = 0, rounds = 0;
	size_t *stretch = naive_need(calloc(count, sizeof(*stretch)));
	bool more = true;

	while (more && rounds++ <= count) {
		more = false;
		for (size_t i = count; i-- > 0;) {
			for (size_t task = 0; stranded[i] && task < g->task_count; task++) {
				size_t to = target(g, i, task), length = 1;

				if (!moves(g, i, task))
					continue;
				length += stranded[to] ? stretch[to] : 0;
				if (length <= stretch[i])
					continue;
				stretch[i] = length;
				more = true;
			}
			most = stretch[i] > most ? stretch[i] : most;
		}
	}
	free(stretch);
	return more ? SIZE_MAX : most;
}

/* Whether the task has begun, is not done, and cannot move. */
static bool waits(const struct teeq_model *model, const struct teeq_world *world, unsigned int task)
{
	struct teeq_task_view view;

	teeq_world_task(model, world, task, &view);
	return view.started && !(teeq_world_enabled(model, world) >> task & 1) &&
	       (teeq_world_unfinished(model, world) >> task & 1);
}

/* Of states that go on: where @task waits, or, with -1, where somebody is stranded. */
static size_t measure(const struct naive *naive, const struct teeq_model *model, int task,
		      size_t *stretch)
{
	struct teeq_world *world = naive_need(teeq_world_new(model));
	bool *marked = naive_need(calloc(naive->states.count + 1, 1));
	size_t count = 0;

	for (size_t i = 0; i < naive->states.count; i++) {
		memcpy(world, blocks_at(&naive->states, i), naive->states.size);
		marked[i] = teeq_world_verdict(model, world) == TEEQ_VERDICT_LIMIT &&
			    (task < 0 ? is_stranded(model, world) :
					waits(model, world, (unsigned int)task));
		count += marked[i];
	}
	*stretch = 0;
	if (count > 0) {
		struct graph g = build(naive, model);

		*stretch = longest(&g, marked);
		drop(&g);
	}
	free(marked);
	teeq_world_free(world);
	return count;
}

size_t naive_stranded(const struct naive *naive, const struct teeq_model *model, size_t *stretch)
{
	return measure(naive, model, -1, stretch);
}

size_t naive_waiting(const struct naive *naive, const struct teeq_model *model, unsigned int task,
		     size_t *stretch)
{
	return measure(naive, model, (int)task, stretch);
}
