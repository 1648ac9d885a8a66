/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every state within the bounds: in breadth, from state to state by what their paths have in
 * common, or in depth. A state is looked up by its fingerprint, and with a bound on preemptions by
 * how many were made, and who moved last.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "harness/run.h"
#include "harness/visited.h"
#include "harness/walk.h"

/*
 * @found      what ends the search: the harness's schedule leads there
 * @broke      the walk's last step is none, as it broke
 * @diverged   the same choices led elsewhere
 * @noted      the first path on which the locks taken so far made a circle
 * @passed     of hangs that are passed over, the path to the first
 * @todo       in depth: who is still to move, by depth
 * @target     in breadth: the states on the way to the one that is gone to
 * @changes    likewise: what steps changed, the last ones of all, round and round
 */
struct exploration {
	struct teeq_harness *h;
	struct teeq_harness_explore_options options;
	struct teeq_harness_explore_result *result;
	struct walk walk;
	struct visited visited;
	struct timespec begun;
	bool found, broke, diverged, ordered;
	struct teeq_schedule noted, passed;
	uint64_t *todo;
	size_t todo_capacity;
	uint32_t *target;
	size_t target_capacity;
	struct {
		uint32_t *items;
		size_t capacity;
		uint64_t noted;
	} changes;
};

bool teeq_harness_can_explore(const struct teeq_harness *h)
{
	return h && state_is_possible(h);
}

/* ------------------------------------------ budgets ------------------------------------------- */

static double seconds_since(const struct timespec *begun)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begun->tv_sec) + (double)(now.tv_nsec - begun->tv_nsec) * 1e-9;
}

/* Pages of what is kept of changes are taken as they are written. */
static uint64_t explore_bytes(const struct exploration *e)
{
	uint64_t chunks = e->changes.noted < e->changes.capacity ? e->changes.noted :
								   e->changes.capacity;

	return visited_bytes(&e->visited) + chunks * sizeof(*e->changes.items) + state_memory(e->h);
}

static bool explore_is_spent(struct exploration *e)
{
	const struct teeq_harness_explore_options *o = &e->options;
	enum teeq_harness_budget budget = TEEQ_HARNESS_BUDGET_NONE;

	if (o->state_max && e->visited.count >= o->state_max)
		budget = TEEQ_HARNESS_BUDGET_STATES;
	else if (explore_bytes(e) + (e->visited.count == e->visited.capacity ?
					     visited_bytes(&e->visited) :
					     0) > o->memory_max)
		budget = TEEQ_HARNESS_BUDGET_MEMORY;
	else if (o->second_max && e->visited.count % 256 == 0 &&
		 seconds_since(&e->begun) > (double)o->second_max)
		budget = TEEQ_HARNESS_BUDGET_SECONDS;
	if (budget != TEEQ_HARNESS_BUDGET_NONE)
		e->result->budget = budget;
	return budget != TEEQ_HARNESS_BUDGET_NONE;
}

/* ------------------------------------------ states -------------------------------------------- */

static bool is_bounded(const struct exploration *e)
{
	return e->options.preemption_max != TEEQ_HARNESS_UNBOUNDED;
}

/* What the walk's state is known by, beside its print. */
static struct fingerprint explore_mark(const struct exploration *e)
{
	const struct walk *w = &e->walk;
	struct fingerprint key = { 0, 0 };
	unsigned int last = w->depth > 0 ? w->path[w->depth - 1].task : TEEQ_TASK_MAX;

	if (!is_bounded(e))
		return key;
	/* Whoever moves behind one that cannot preempts nobody. */
	if (last < TEEQ_TASK_MAX && !(w->enabled >> last & 1))
		last = TEEQ_TASK_MAX;
	key.a += (last + 1) * UINT64_C(0x9e3779b97f4a7c15) +
		 w->preemptions * UINT64_C(0xd1342543de82ef95);
	key.b += (last + 1) * UINT64_C(0xbf58476d1ce4e5b9) +
		 w->preemptions * UINT64_C(0x94d049bb133111eb);
	return key;
}

static struct fingerprint explore_key(const struct exploration *e)
{
	struct fingerprint key = explore_mark(e);

	key.a += e->walk.print.a;
	key.b += e->walk.print.b;
	return key;
}

static void explore_copy_path(struct exploration *e, struct teeq_schedule *to)
{
	const struct teeq_schedule *path = &e->h->schedule;

	for (size_t i = 0; i < path->count; i++)
		e->h->no_memory |= teeq_schedule_add(to, path->tasks[i]) != TEEQ_OK;
}

/* Nobody can move in the state that the walk is in. */
static void explore_end(struct exploration *e)
{
	enum teeq_verdict wanted = e->options.wanted;
	enum teeq_verdict verdict = walk_judge(&e->walk, wanted != TEEQ_VERDICT_DONE);

	if (verdict == TEEQ_VERDICT_DONE)
		e->result->ends++;
	else if (wanted == TEEQ_VERDICT_DONE || verdict == wanted ||
		 verdict == TEEQ_VERDICT_VIOLATION ||
		 (wanted == TEEQ_VERDICT_DEADLOCK && verdict == TEEQ_VERDICT_LOST_WAKEUP))
		e->found = true;
	else if (e->passed.count == 0)
		explore_copy_path(e, &e->passed);
}

/* The state that the walk is in is met for the first time. */
static bool explore_meet(struct exploration *e, uint32_t parent)
{
	struct walk *w = &e->walk;
	struct fingerprint key = explore_key(e);
	struct visited_state state = { .a = key.a,
				       .b = key.b,
				       .parent = parent,
				       .depth = (uint32_t)w->depth,
				       .task = w->depth > 0 ? w->path[w->depth - 1].task : 0 };

	if (visited_find(&e->visited, key.a, key.b) != VISITED_NONE)
		return false;
	e->h->no_memory |= visited_add(&e->visited, &state) == VISITED_NONE;
	if (w->depth > e->result->depth)
		e->result->depth = w->depth;
	if (!w->enabled)
		explore_end(e);
	return true;
}

/* The locks that were taken so far, on whatever paths, make a circle. */
static void note_circle(struct exploration *e)
{
	order_flush(e->h);
	if (e->ordered || !order_has_cycle(e->h))
		return;
	e->ordered = true;
	explore_copy_path(e, &e->noted);
}

/* @task moves. True: it led to a state that was not met before, in which the walk is now. */
static bool try_task(struct exploration *e, unsigned int task, uint32_t parent)
{
	struct walk *w = &e->walk;

	if (is_bounded(e) && w->preemptions + walk_preempts(w, task) > e->options.preemption_max)
		return false;
	e->result->choices++;
	if (!walk_forth(w, task)) {
		e->found = e->broke = !e->h->no_memory;
		e->h->result = (struct teeq_harness_result){ .verdict = TEEQ_VERDICT_VIOLATION };
		return false;
	}
	note_circle(e);
	if (explore_meet(e, parent))
		return true;
	walk_back(w);
	return false;
}

static bool explore_is_over(const struct exploration *e)
{
	return e->found || e->diverged || e->h->no_memory;
}

/* ------------------------------------------ in breadth ---------------------------------------- */

static bool room_for_target(struct exploration *e, size_t depth)
{
	size_t capacity = depth + 256;
	uint32_t *target;

	if (depth <= e->target_capacity)
		return true;
	target = realloc(e->target, capacity * sizeof(*target));
	e->h->no_memory |= !target;
	if (!target)
		return false;
	e->target = target;
	e->target_capacity = capacity;
	return true;
}

/*
 * So much of what steps changed is kept; a step that is older is made again by its task. The first
 * states are all come to that way, and then one in so many: it shows whether the same choices lead
 * to the same state.
 */
enum { CHANGES_SHARE = 4, CHANGES_BYTES = 512 << 20, STATES_CHECKED = 256, CHECKED_ONE_IN = 32 };

static void explore_begin_changes(struct exploration *e)
{
	uint64_t bytes = e->options.memory_max / CHANGES_SHARE;

	bytes = bytes < CHANGES_BYTES ? bytes : CHANGES_BYTES;
	e->changes.capacity = (size_t)bytes / sizeof(*e->changes.items);
	/* Without it all is made again. */
	e->changes.items = malloc(e->changes.capacity * sizeof(*e->changes.items));
	if (!e->changes.items)
		e->changes.capacity = 0;
}

/* What the walk's last step changed, which led to the state that was met last. */
static void explore_note_changes(struct exploration *e)
{
	const struct walk *w = &e->walk;
	struct visited_state *state = &e->visited.states[e->visited.count - 1];
	size_t first = w->path[w->depth - 1].undo_count, count = w->log.count - first;
	size_t capacity = e->changes.capacity, at;

	if (count > capacity)
		return;
	/* In one piece. */
	at = capacity ? (size_t)(e->changes.noted % capacity) : 0;
	if (at + count > capacity)
		e->changes.noted += capacity - at;
	state->changes = e->changes.noted;
	state->change_count = (uint32_t)count;
	state->enabled = w->enabled;
	state_changes(&w->log, first,
		      &e->changes.items[count ? e->changes.noted % capacity : 0]);
	e->changes.noted += count;
}

static bool explore_has_changes(const struct exploration *e, uint32_t index)
{
	const struct visited_state *state = &e->visited.states[index];

	return index >= STATES_CHECKED && index % CHECKED_ONE_IN != 0 && state->change_count > 0 &&
	       e->changes.noted - state->changes <= e->changes.capacity;
}

/* The next step to that state, from the one before it. */
static bool explore_go_on(struct exploration *e, uint32_t index)
{
	const struct visited_state *state = &e->visited.states[index];
	struct walk *w = &e->walk;
	struct fingerprint mark, key;

	if (!(w->enabled >> state->task & 1))
		return false;
	if (!explore_has_changes(e, index)) {
		if (!walk_forth(w, state->task))
			return false;
		key = explore_key(e);
		return key.a == state->a && key.b == state->b;
	}
	if (!walk_again(w, state->task,
			&e->changes.items[state->changes % e->changes.capacity],
			state->change_count, state->enabled))
		return false;
	mark = explore_mark(e);
	w->print = (struct fingerprint){ state->a - mark.a, state->b - mark.b };
	return true;
}

/* Back to where the paths part, and forth from there. */
static bool explore_go_to(struct exploration *e, uint32_t index)
{
	const struct visited_state *state = &e->visited.states[index];
	struct walk *w = &e->walk;
	struct fingerprint key;
	uint32_t at = index;

	if (!room_for_target(e, state->depth))
		return false;
	while (w->depth > state->depth)
		walk_back(w);
	for (size_t depth = state->depth; depth > 0; at = e->visited.states[at].parent, depth--) {
		if (depth == w->depth && e->target[depth - 1] == at)
			break;
		e->target[depth - 1] = at;
		if (depth == w->depth)
			walk_back(w);
	}
	while (w->depth < state->depth && explore_go_on(e, e->target[w->depth]))
		continue;
	key = explore_key(e);
	e->diverged = w->depth != state->depth || key.a != state->a || key.b != state->b;
	return !e->diverged && !e->h->no_memory;
}

static void explore_in_breadth(struct exploration *e)
{
	struct walk *w = &e->walk;

	explore_begin_changes(e);
	for (uint32_t i = 0; i < e->visited.count; i++) {
		uint64_t enabled;

		if (!explore_go_to(e, i))
			return;
		if (w->depth >= e->options.step_max && w->enabled)
			e->result->budget = TEEQ_HARNESS_BUDGET_STEPS;
		enabled = w->depth < e->options.step_max ? w->enabled : 0;
		for (; enabled; enabled &= enabled - 1) {
			if (explore_is_spent(e))
				return;
			if (try_task(e, (unsigned int)__builtin_ctzll(enabled), i) &&
			    !explore_is_over(e)) {
				explore_note_changes(e);
				walk_back(w);
			}
			if (explore_is_over(e))
				return;
		}
	}
}

/* ------------------------------------------- in depth ----------------------------------------- */

static bool room_to_do(struct exploration *e)
{
	size_t capacity = e->todo_capacity ? 2 * e->todo_capacity : 256;
	uint64_t *todo;

	if (e->walk.depth < e->todo_capacity)
		return true;
	todo = realloc(e->todo, capacity * sizeof(*todo));
	e->h->no_memory |= !todo;
	if (!todo)
		return false;
	e->todo = todo;
	e->todo_capacity = capacity;
	return true;
}

/* Whoever moved last goes on first. */
static unsigned int take_from(struct exploration *e)
{
	const struct walk *w = &e->walk;
	unsigned int last = w->depth > 0 ? w->path[w->depth - 1].task : 0;
	uint64_t *todo = &e->todo[w->depth];
	unsigned int task = *todo >> last & 1 ? last : (unsigned int)__builtin_ctzll(*todo);

	*todo &= ~(UINT64_C(1) << task);
	return task;
}

static void explore_in_depth(struct exploration *e)
{
	struct walk *w = &e->walk;

	if (room_to_do(e))
		e->todo[0] = w->enabled;
	while (!explore_is_over(e) && !explore_is_spent(e)) {
		if (e->todo[w->depth] == 0 && w->depth == 0)
			return;
		if (e->todo[w->depth] == 0) {
			walk_back(w);
			continue;
		}
		if (!try_task(e, take_from(e), VISITED_NONE) || explore_is_over(e))
			continue;
		if (!room_to_do(e))
			return;
		e->todo[w->depth] = w->enabled;
		if (w->depth < e->options.step_max)
			continue;
		if (w->enabled)
			e->result->budget = TEEQ_HARNESS_BUDGET_STEPS;
		e->todo[w->depth] = 0;
	}
}

/* -------------------------------------------- all --------------------------------------------- */

static bool explore_has_failed(enum teeq_verdict verdict)
{
	return verdict != TEEQ_VERDICT_DONE && verdict != TEEQ_VERDICT_LIMIT;
}

static enum teeq_status tell_diverged(struct teeq_error *error, size_t step)
{
	return error_set(
		error, TEEQ_EMISMATCH, "search",
		"step %zu: the same choices led to "
		"another state: the code changes what is no memory of the harness, no stack, "
		"and was not named",
		step);
}

/* What was found, from the start. */
static enum teeq_status repeat_found(struct exploration *e, struct teeq_error *error)
{
	const struct teeq_harness_run_options run = { .step_max = e->options.step_max + 1 };
	size_t steps = e->h->schedule.count;
	enum teeq_status status =
		harness_execute_again(e->h, &run, e->h->options.points, &e->result->result);

	if (status != TEEQ_OK)
		return error_nomem(error);
	return explore_has_failed(e->result->result.verdict) ? TEEQ_OK :
							       tell_diverged(error, steps);
}

/* What did not end the search when it was met. */
static enum teeq_status repeat_path(struct exploration *e, struct teeq_schedule *path,
				    enum teeq_verdict verdict, struct teeq_error *error)
{
	struct teeq_harness *h = e->h;

	teeq_schedule_free(&h->schedule);
	h->schedule = *path;
	*path = (struct teeq_schedule){ 0 };
	h->result.verdict = verdict;
	return repeat_found(e, error);
}

/* A circle of locks, of which no schedule alone need have all. */
static enum teeq_status repeat_noted_order(struct exploration *e, struct teeq_error *error)
{
	order_tell(e->h, e->h->violation, sizeof(e->h->violation));
	return repeat_path(e, &e->noted, TEEQ_VERDICT_VIOLATION, error);
}

/* Every state was visited, and nothing failed. */
static enum teeq_verdict explore_verdict(const struct exploration *e)
{
	return e->result->ends > 0 || is_bounded(e) ? TEEQ_VERDICT_DONE : TEEQ_VERDICT_LIVELOCK;
}

static void explore_all(struct exploration *e)
{
	clock_gettime(CLOCK_MONOTONIC, &e->begun);
	explore_meet(e, VISITED_NONE);
	if (explore_is_over(e))
		return;
	if (e->options.depth_first)
		explore_in_depth(e);
	else
		explore_in_breadth(e);
}

/* The setup breaks, or cannot be copied: a run from the start tells what is the matter. */
static enum teeq_status tell_setup(struct exploration *e, struct teeq_error *error)
{
	const struct teeq_harness_run_options run = { .step_max = 1 };
	struct chooser nobody = { NULL, NULL };

	if (e->h->no_memory || !e->h->broke)
		return error_nomem(error);
	if (harness_execute_all(e->h, &run, e->h->options.points, &nobody, &e->result->result) !=
	    TEEQ_OK)
		return error_nomem(error);
	return explore_has_failed(e->result->result.verdict) ? TEEQ_OK : tell_diverged(error, 0);
}

static enum teeq_status explore_and_tell(struct exploration *e, struct teeq_error *error)
{
	struct teeq_harness_explore_result *result = e->result;
	struct teeq_harness *h = e->h;
	size_t depth;

	if (!walk_begin(&e->walk, h)) {
		walk_end(&e->walk);
		return tell_setup(e, error);
	}
	explore_all(e);
	depth = e->walk.depth;
	result->states = e->visited.count;
	result->memory = explore_bytes(e);
	walk_end(&e->walk);
	if (h->no_memory)
		return error_nomem(error);
	if (e->diverged)
		return tell_diverged(error, depth);
	if (e->found)
		return repeat_found(e, error);
	if (e->ordered)
		return repeat_noted_order(e, error);
	result->exhausted = result->budget == TEEQ_HARNESS_BUDGET_NONE;
	if (e->passed.count > 0)
		return repeat_path(e, &e->passed, TEEQ_VERDICT_DEADLOCK, error);
	result->result.verdict = result->exhausted ? explore_verdict(e) : TEEQ_VERDICT_LIMIT;
	return result->exhausted ? TEEQ_OK :
				   error_set(error, TEEQ_ELIMIT, "search",
					     "%" PRIu64 " states were "
					     "visited, and there are more",
					     result->states);
}

enum teeq_status teeq_harness_explore(struct teeq_harness *h,
				      const struct teeq_harness_explore_options *options,
				      struct teeq_harness_explore_result *result,
				      struct teeq_error *error)
{
	struct exploration e = { .h = h, .result = result };
	enum teeq_status status;

	if (!h || !result)
		return error_null(error, "harness, result");
	e.options.preemption_max = TEEQ_HARNESS_UNBOUNDED;
	if (options)
		e.options = *options;
	if (!e.options.step_max)
		e.options.step_max = TEEQ_HARNESS_STEP_MAX_DEFAULT;
	if (!e.options.memory_max)
		e.options.memory_max = TEEQ_HARNESS_MEMORY_MAX_DEFAULT;
	*result = (struct teeq_harness_explore_result){ 0 };
	if (harness_active || !state_is_possible(h))
		return error_set(
			error, TEEQ_EINPUT, "search",
			harness_active ?
				"another run of this thread is not over" :
				"states cannot be copied with a sanitizer, with a log, or on this "
				"processor");
	status = explore_and_tell(&e, error);
	visited_free(&e.visited);
	teeq_schedule_free(&e.noted);
	teeq_schedule_free(&e.passed);
	free(e.todo);
	free(e.target);
	free(e.changes.items);
	return status;
}
