/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/world.h"
#include "teeq/recording.h"
#include "teeq/run.h"

/* A comparison in progress. */
struct conform {
	const struct teeq_recording *recording;
	const struct teeq_model *m;
	struct teeq_world *w;
	struct teeq_world *scratch;
	size_t step;
	struct teeq_error *error;
};

static bool run_conform_differs(const struct conform *c, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A mismatch at the current step. Returns false, for `return run_conform_differs(...)`. */
static bool run_conform_differs(const struct conform *c, const char *field, const char *format, ...)
{
	va_list arguments;
	char key[96], text[sizeof(c->error->text)];

	snprintf(key, sizeof(key), "step %zu: %s", c->step, field);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	error_set(c->error, TEEQ_EMISMATCH, key, "%s", text);
	return false;
}

/* ---------------------------------------- the state ------------------------------------------- */

static bool same_counters(const struct conform *c, const struct teeq_recorded_step *step)
{
	const struct teeq_callq *q = world_callq(c->m, c->w, 0);

	if (!step->has_counters)
		return true;
	/* Where nothing is tracked, a recording may lack the count, which then stands as 0. */
	if (q->free_count != step->free_count && (q->total_count > 0 || step->free_count != 0))
		return run_conform_differs(c, "free", "recorded %d, modelled %d", step->free_count,
					   q->free_count);
	if (q->system_session_count != step->system_session_count)
		return run_conform_differs(c, "system_sessions", "recorded %u, modelled %u",
					   step->system_session_count, q->system_session_count);
	return true;
}

static bool same_waiters(const struct conform *c, const struct teeq_recorded_step *step)
{
	const struct teeq_callq *q = world_callq(c->m, c->w, 0);

	if (q->waiter_count != step->waiter_count)
		return run_conform_differs(c, "waiters", "recorded %zu entries, modelled %u",
					   step->waiter_count, q->waiter_count);
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_recorded_waiter *recorded = &step->waiters[i];
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);
		unsigned int done = (q->waiters[i].flags & TEEQ_WAITER_DONE) != 0;
		char field[32];

		if (caller.task == recorded->task && caller.level == recorded->level &&
		    done == recorded->done)
			continue;
		snprintf(field, sizeof(field), "waiters[%u]", i);
		return run_conform_differs(c, field, "recorded [%u,%u,%u], modelled [%u,%u,%u]",
					   recorded->task, recorded->level, recorded->done,
					   caller.task, caller.level, done);
	}
	return true;
}

static bool same_owners(const struct conform *c, const struct teeq_recorded_step *step)
{
	for (unsigned int i = 0; i < c->m->thread_count; i++) {
		struct teeq_context_view view;
		int owner;
		char field[32];

		teeq_world_context(c->m, c->w, i, &view);
		owner = view.owned ? view.owner.task : -1;
		if (owner == step->owners[i])
			continue;
		snprintf(field, sizeof(field), "owners[%u]", i);
		return run_conform_differs(c, field, "recorded %d, modelled %d", step->owners[i],
					   owner);
	}
	return true;
}

/* ----------------------------------------- the steps ------------------------------------------ */

/* Whether the step that @task stands at would be refused by the driver. */
static bool would_be_refused(const struct conform *c, unsigned int task)
{
	enum teeq_action action = world_action(c->m, c->w, task);
	struct teeq_event event;

	if (action != TEEQ_ACTION_RESERVE && action != TEEQ_ACTION_UNRESERVE)
		return false;
	teeq_world_copy(c->m, c->scratch, c->w);
	world_step(c->m, c->scratch, task, &event);
	return event.outcome == TEEQ_OUTCOME_REFUSED;
}

/* A reserve that the driver refuses, and the unreserve that would have followed, are no steps. */
static void pass_refused(const struct conform *c)
{
	for (unsigned int i = 0; !c->recording->own_scenario && i < c->m->task_count; i++)
		while (would_be_refused(c, i))
			world_step(c->m, c->w, i, NULL);
}

static bool same_action(const struct teeq_recorded_step *step, enum teeq_action action)
{
	if (step->sysref)
		return action == TEEQ_ACTION_RESERVE || action == TEEQ_ACTION_UNRESERVE;
	return action == step->action;
}

static bool compare_step(const struct conform *c, const struct teeq_recorded_step *step)
{
	enum teeq_action action;
	struct teeq_event event;
	bool moves;

	if (step->what)
		return same_counters(c, step) && same_waiters(c, step) && same_owners(c, step);
	pass_refused(c);
	if (step->task >= c->m->task_count)
		return run_conform_differs(c, "task", "recorded %u, there are %u", step->task,
					   c->m->task_count);
	action = world_action(c->m, c->w, step->task);
	moves = teeq_world_step(c->m, c->w, step->task, &event) == TEEQ_OK;
	/* Who waits for a notification may be woken, or see that the time is over. */
	if (moves)
		action = event.action;
	if (!same_action(step, action))
		return run_conform_differs(c, "at", "recorded %s, modelled %s",
					   step->sysref ? "sysref" : teeq_action_name(step->action),
					   teeq_action_name(action));
	if (!moves)
		return run_conform_differs(c, "task",
					   "recorded that task %u moves, modelled that it cannot",
					   step->task);
	if (step->outcome != TEEQ_OUTCOME_OK && step->outcome != event.outcome)
		return run_conform_differs(c, "smc", "recorded %s, modelled %s",
					   teeq_outcome_name(step->outcome),
					   teeq_outcome_name(event.outcome));
	return same_counters(c, step) && same_waiters(c, step) && same_owners(c, step);
}

/* ---------------------------------------- the outcome ----------------------------------------- */

static bool same_blocked(const struct conform *c)
{
	const struct teeq_recording *recording = c->recording;
	uint64_t unfinished = teeq_world_unfinished(c->m, c->w);

	for (size_t i = 0; i < recording->blocked_count; i++) {
		const struct teeq_recorded_block *block = &recording->blocked[i];
		enum teeq_action action = block->task < c->m->task_count ?
			world_action(c->m, c->w, block->task) : TEEQ_ACTION_NONE;

		if (action != block->action)
			return run_conform_differs(
				c, "blocked", "recorded task %u at %s, modelled at %s", block->task,
				teeq_action_name(block->action), teeq_action_name(action));
		unfinished &= ~task_bit(block->task);
	}
	if (unfinished)
		return run_conform_differs(c, "blocked",
					   "modelled that task %d is blocked too, not recorded",
					   __builtin_ctzll(unfinished));
	return true;
}

static bool compare_outcome(const struct conform *c)
{
	const char *recorded = c->recording->deadlock ? "deadlock" : "done";
	bool done;

	if (c->recording->cut)
		return true;
	pass_refused(c);
	if (teeq_world_enabled(c->m, c->w))
		return run_conform_differs(c, "outcome",
					   "recorded %s, modelled that task %d can move", recorded,
					   __builtin_ctzll(teeq_world_enabled(c->m, c->w)));
	done = !teeq_world_unfinished(c->m, c->w);
	if (done == c->recording->deadlock)
		return run_conform_differs(c, "outcome", "recorded %s, modelled %s", recorded,
					   done ? "done" : "deadlock");
	return same_blocked(c);
}

enum teeq_status teeq_conform(const struct teeq_recording *recording,
			      const struct teeq_policy *policy, size_t *compared,
			      struct teeq_error *error)
{
	if (!recording || !policy)
		return error_null(error, "recording, policy");

	struct conform c = { .recording = recording, .error = error };
	struct teeq_model *model = NULL;
	enum teeq_status status;
	bool same = true;

	status = teeq_model_new(&recording->scenario, policy, &model, error);
	if (status != TEEQ_OK)
		return status;
	c.m = model;
	c.w = teeq_world_new(model);
	c.scratch = teeq_world_new(model);
	if (!c.w || !c.scratch)
		status = error_nomem(error);
	while (status == TEEQ_OK && same && c.step < recording->step_count) {
		same = compare_step(&c, &recording->steps[c.step]);
		c.step += same;
	}
	if (compared)
		*compared = c.step;
	if (status == TEEQ_OK && !(same && compare_outcome(&c)))
		status = TEEQ_EMISMATCH;
	teeq_world_free(c.w);
	teeq_world_free(c.scratch);
	teeq_model_free(model);
	return status;
}
