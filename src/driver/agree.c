/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run of the driver, step by step beside the model. The driver leads: what a step of it was is
 * worked out, the model makes the same, and the queue, the threads and the outcome have to be the
 * same then.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "driver/agree.h"
#include "teeq/run.h"

enum {
	AGREE_STEP_MAX = 10000
};

/* ----------------------------------------- the state ------------------------------------------ */

static bool same_queue(struct agreement *a, unsigned int guest)
{
	const struct teeq_callq *q = world_callq(a->m, a->w, guest);
	const struct teeq_harness_view *view = &a->after[guest];

	if (q->waiter_count != view->waiter_count)
		return agree_differ(a, "waiters", "the driver has %u, the model %u",
				    view->waiter_count, q->waiter_count);
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		bool done = q->waiters[i].flags & TEEQ_WAITER_DONE;

		if (done != (view->waiters[i].done > 0))
			return agree_differ(a, "waiters",
					    "entry %u of %u is %swoken in the driver, and %s "
					    "in the model",
					    i + 1, q->waiter_count, done ? "not " : "",
					    done ? "is" : "is not");
	}
	if (!view->has_counters)
		return true;
	if (q->total_count > 0 && view->free_count != q->free_count)
		return agree_differ(a, "free", "the driver counts %d, the model %d",
				    view->free_count, q->free_count);
	if (view->system_session_count != q->system_session_count)
		return agree_differ(a, "system sessions", "the driver has %u, the model %u",
				    view->system_session_count, q->system_session_count);
	return true;
}

static bool same_queues(struct agreement *a)
{
	for (unsigned int i = 0; i < a->m->guest_count; i++)
		if (!same_queue(a, i))
			return false;
	return true;
}

static bool same_threads(struct agreement *a)
{
	for (unsigned int i = 0; i < a->m->thread_count; i++) {
		const struct context *context = &a->d->h->contexts[i];
		struct teeq_context_view view;
		int owner, driver = context->in_use ? (int)context->secure.task : -1;

		teeq_world_context(a->m, a->w, i, &view);
		owner = view.owned ? view.owner.task : -1;
		if (owner != driver)
			return agree_differ(a, "threads",
					    "thread %u belongs to %s in the driver, to %s in "
					    "the model",
					    i, driver < 0 ? "nobody" : a->m->tasks[driver].name,
					    owner < 0 ? "nobody" : a->m->tasks[owner].name);
	}
	return true;
}

static void agree_look(struct agreement *a)
{
	for (unsigned int i = 0; i < a->m->guest_count; i++) {
		a->before[i] = a->after[i];
		memset(&a->after[i], 0, sizeof(a->after[i]));
		a->d->objects[i]->observe(NULL, &a->after[i]);
	}
}

/* At the end of a call; in the model that is one step with the end. */
static bool lets_memory_go(const struct teeq_drive *d, unsigned int task)
{
	for (unsigned int i = 0; i < d->m->thread_count; i++)
		if (d->threads[i].in_use && d->threads[i].task == task &&
		    d->threads[i].asked == ASKED_FREE)
			return true;
	return false;
}

/*
 * Where tasks are killed or frozen it matters that the model has a task in user space up to the
 * queue, while the driver has been entered before. So what lies between, which is no step of the
 * model's, is gone through at once there: these are fewer schedules than the driver has.
 */
static bool must_go_on(const struct agreement *a, unsigned int task)
{
	const struct harness_task *harness_task = &a->d->h->tasks[task];
	const struct point *point = &harness_task->point;
	unsigned int guest = model_guest(a->m, task);

	if (harness_task->state == TASK_AT_POINT && a->d->guests[guest].closer == task + 1)
		return true;
	if (harness_task->state != TASK_AT_POINT || point->kind == POINT_CONDITION ||
	    strcmp(point->action, "start") == 0)
		return false;
	if (a->is_fresh[task] || lets_memory_go(a->d, task))
		return true;
	return point->object != a->after[guest].mutex &&
	       point_action(a->d, point) == TEEQ_ACTION_NONE && point->kind != POINT_COMPLETION &&
	       strcmp(point->action, "smc") != 0 && strcmp(point->action, "secure") != 0;
}

static bool follow_noted(struct agreement *a, const struct noted *noted)
{
	if (noted->action == TEEQ_ACTION_NONE)
		return true;
	if (noted->action == TEEQ_ACTION_FAULT)
		return agree_strike(a, noted);
	return agree_follow(a, noted->task, noted->action);
}

/* Faults that a task met stand before its step where the model has it at such a place already. */
static void follow_faults(struct agreement *a)
{
	for (unsigned int i = 0; i < a->d->noted_count; i++) {
		struct noted *noted = &a->d->noted[i];

		if (noted->fault > 0 && agree_comes_to(a, noted) && agree_strike(a, noted))
			noted->action = TEEQ_ACTION_NONE;
	}
}

static void stepped(void *argument, const struct harness_task *harness_task,
		    const struct point *point)
{
	struct agreement *a = argument;
	unsigned int task = harness_index(a->d->h, harness_task);
	size_t compared = a->compared;
	struct guest_state *guest;
	enum teeq_action action;

	if (a->differs || a->cut || task >= a->m->task_count)
		return;
	guest = &a->d->guests[harness_task->guest];
	agree_look(a);
	a->at = point->site.object;
	a->at_task = task;
	action = a->d->h->wakeup == WAKEUP_SIGNAL || task >= a->m->first_fault ?
			 TEEQ_ACTION_NONE :
			 agree_action(a, task, point);
	if (point->kind == POINT_CONDITION && harness_task->fatal_signal)
		action = TEEQ_ACTION_NONE;
	if (a->d->h->wakeup == WAKEUP_TIMEOUT && point->kind == POINT_COMPLETION)
		action = TEEQ_ACTION_SLEEP;
	/* The device is released by the last thread, and that is what who killed it waits for. */
	if (action == TEEQ_ACTION_EXIT && guest->killer > 0) {
		unsigned int killer = guest->killer - 1;

		action = TEEQ_ACTION_NONE;
		guest->killer = 0;
		if (!follow_noted(a, &(struct noted){ .task = killer,
						      .action = drive_kill_action(a->d, killer) }))
			return;
	}
	follow_faults(a);
	if (action != TEEQ_ACTION_NONE && !agree_follow(a, task, action))
		return;
	for (unsigned int i = 0; i < a->d->noted_count; i++)
		if (!follow_noted(a, &a->d->noted[i]))
			return;
	a->d->noted_count = 0;
	if ((a->m->uses & USES_SIGNALS) && task < a->m->first_fault) {
		if (strcmp(point->action, "user") == 0)
			a->is_fresh[task] = true;
		else if (a->compared > compared)
			a->is_fresh[task] = false;
		a->goes_on = must_go_on(a, task) ? (int)task : -1;
	}
	agree_pass_all(a);
	if (same_queues(a))
		same_threads(a);
}

/* ------------------------------------------- the end ------------------------------------------ */

static bool same_end(struct agreement *a, enum teeq_verdict verdict)
{
	enum teeq_verdict modelled;
	uint64_t enabled;

	a->at = NULL;
	if (a->differs || a->cut)
		return !a->differs;
	/*
	 * What the secure world breaks is told before the step is over, which the model then has
	 * not made.
	 */
	if (verdict == TEEQ_VERDICT_VIOLATION && a->d->w->violation == VIOLATION_NONE)
		return agree_differ(a, "the end", "the driver breaks something: %s",
				    a->d->h->violation);
	/* What goes round for ever does so in both. */
	if (verdict == TEEQ_VERDICT_VIOLATION || verdict == TEEQ_VERDICT_LIMIT)
		return true;
	for (unsigned int i = 0; i < a->m->first_fault; i++)
		agree_pass_silent(a, i);
	enabled = teeq_world_enabled(a->m, a->w) & (task_bit(a->m->first_fault) - 1);
	if (enabled)
		return agree_differ(a, "the end",
				    "the driver is at its end, and in the model %s can move",
				    a->m->tasks[__builtin_ctzll(enabled)].name);
	modelled = teeq_world_verdict(a->m, a->w);
	if (modelled != verdict)
		return agree_differ(a, "the end", "%s in the driver, %s in the model",
				    teeq_verdict_name(verdict), teeq_verdict_name(modelled));
	return true;
}

static void start_random(const struct teeq_strategy *strategy, const struct teeq_model *model,
			 struct teeq_strategy_state *state, uint64_t seed)
{
	(void)strategy;
	teeq_strategy_random.start(&teeq_strategy_random, model, state, seed);
}

static int pick(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
		const struct teeq_model *model, const struct teeq_world *world, uint64_t enabled)
{
	const struct agreement *a = strategy->argument;

	if (a->goes_on >= 0 && (enabled & task_bit((unsigned int)a->goes_on)))
		return a->goes_on;
	return teeq_strategy_random.pick(&teeq_strategy_random, state, model, world, enabled);
}

static enum teeq_status agree_run(struct agreement *a, uint64_t seed, FILE *trace,
				  struct teeq_harness_result *result)
{
	const struct teeq_strategy strategy = { "random", start_random, pick, a };
	struct teeq_harness_run_options options = {
		.strategy = &strategy, .seed = seed, .step_max = AGREE_STEP_MAX, .trace = trace
	};
	struct teeq_harness *h = a->d->h;
	enum teeq_status status;

	a->goes_on = -1;
	h->stepped = stepped;
	h->stepped_argument = a;
	status = teeq_harness_run(h, &options, result);
	h->stepped = NULL;
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	return same_end(a, result->verdict) ? TEEQ_OK : TEEQ_EMISMATCH;
}

enum teeq_status teeq_drive_agree(struct teeq_drive *d, const struct teeq_policy *policy,
				  uint64_t seed, FILE *trace, struct teeq_harness_result *result,
				  size_t *compared, struct teeq_error *error)
{
	struct agreement a = { .d = d, .error = error };
	struct teeq_harness_result own;
	struct teeq_model *m = NULL;
	enum teeq_status status;

	if (!d || !policy)
		return error_null(error, "drive, policy");
	if (!d->object->observe)
		return error_set(error, TEEQ_EINPUT, "driver",
				 "its call queue is none that is "
				 "known, so nothing can be compared");
	status = teeq_model_new(d->scenario, policy, &m, error);
	if (status != TEEQ_OK)
		return status;
	a.m = m;
	a.w = teeq_world_new(m);
	a.scratch = teeq_world_new(m);
	if (!a.w || !a.scratch)
		status = error_nomem(error);
	else
		status = agree_run(&a, seed, trace, result ? result : &own);
	if (compared)
		*compared = a.compared;
	teeq_world_free(a.w);
	teeq_world_free(a.scratch);
	teeq_model_free(m);
	return status;
}
