/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model makes the step that the driver was seen to make, and before it what is none of the
 * driver's.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "driver/agree.h"

bool agree_differ(struct agreement *a, const char *what, const char *format, ...)
{
	char key[160], text[sizeof(a->error->text)];
	va_list arguments;

	if (a->differs)
		return false;
	a->differs = true;
	snprintf(key, sizeof(key), "step %zu, %s at %.60s: %s", a->compared,
		 a->at_task < a->m->task_count ? a->m->tasks[a->at_task].name : "?",
		 a->at ? a->at : "its end", what);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	error_set(a->error, TEEQ_EMISMATCH, key, "%s", text);
	return false;
}

/* What the driver does without a point: nobody else sees whether it was done yet. */
static bool is_silent(const struct agreement *a, unsigned int task)
{
	switch (world_action(a->m, a->w, task)) {
	case TEEQ_ACTION_START:
	case TEEQ_ACTION_RPC:
	case TEEQ_ACTION_ALLOCATE:
	case TEEQ_ACTION_ASYNC:
	case TEEQ_ACTION_FAIL:
	case TEEQ_ACTION_RETRY:
		return true;
	default:
		return false;
	}
}

/* What the driver refuses before it comes to a point. */
static bool is_refused(const struct agreement *a, unsigned int task)
{
	enum teeq_action action = world_action(a->m, a->w, task);
	struct teeq_event event;

	if (action != TEEQ_ACTION_ENTER && action != TEEQ_ACTION_RESERVE &&
	    action != TEEQ_ACTION_UNRESERVE && action != TEEQ_ACTION_GET_ARG &&
	    action != TEEQ_ACTION_REQUEST)
		return false;
	teeq_world_copy(a->m, a->scratch, a->w);
	return teeq_world_step(a->m, a->scratch, task, &event) == TEEQ_OK &&
	       event.outcome ==
		       (action == TEEQ_ACTION_REQUEST ? TEEQ_OUTCOME_FAILED : TEEQ_OUTCOME_REFUSED);
}

void agree_pass_silent(struct agreement *a, unsigned int task)
{
	while ((is_silent(a, task) || is_refused(a, task)) &&
	       teeq_world_step(a->m, a->w, task, NULL) == TEEQ_OK)
		a->compared++;
}

/*
 * What others may see of it, or a fault may yet refuse, comes when the driver comes to it: a task
 * has not begun, or asks for memory.
 */
static bool must_wait(const struct agreement *a, unsigned int task)
{
	enum teeq_action action = world_action(a->m, a->w, task);
	const struct harness_task *harness_task = &a->d->h->tasks[task];

	if (action == TEEQ_ACTION_START)
		return harness_task->state == TASK_AT_POINT &&
		       strcmp(harness_task->point.action, "start") == 0;
	return a->m->fault_count > 0 &&
	       (action == TEEQ_ACTION_ALLOCATE || action == TEEQ_ACTION_RPC);
}

/* Before what may wait for them. */
void agree_pass_all(struct agreement *a)
{
	for (unsigned int i = 0; i < a->m->first_fault; i++)
		while (is_silent(a, i) && !must_wait(a, i) &&
		       teeq_world_step(a->m, a->w, i, NULL) == TEEQ_OK)
			a->compared++;
}

/* -------------------------------------------- faults ------------------------------------------ */

static bool can_meet(const struct agreement *a, unsigned int task, unsigned int fault)
{
	enum teeq_fault_kind kind =
		(enum teeq_fault_kind)a->m->faults[model_fault(a->m, fault)].kind;

	if (kind == TEEQ_FAULT_INTERRUPT)
		return world_action(a->m, a->w, task) == TEEQ_ACTION_SECURE;
	return fault_can_meet(a->m, a->w, task, kind);
}

bool agree_comes_to(struct agreement *a, const struct noted *noted)
{
	while (!can_meet(a, noted->task, noted->fault)) {
		if (!is_silent(a, noted->task) ||
		    teeq_world_step(a->m, a->w, noted->task, NULL) != TEEQ_OK)
			return false;
		a->compared++;
	}
	return true;
}

bool agree_strike(struct agreement *a, const struct noted *noted)
{
	unsigned int fault = noted->fault > 0 ? noted->fault : noted->task;

	if ((noted->fault > 0 && !agree_comes_to(a, noted)) ||
	    teeq_world_step(a->m, a->w, fault, NULL) != TEEQ_OK)
		return agree_differ(a, "fault", "%s strikes in the driver, and cannot in the model",
				    a->m->tasks[fault].name);
	a->compared++;
	/* It is met at once, before another one could be. */
	if (noted->fault > 0 && is_silent(a, noted->task) &&
	    teeq_world_step(a->m, a->w, noted->task, NULL) == TEEQ_OK)
		a->compared++;
	return true;
}

/* ------------------------------------------- one step ----------------------------------------- */

static bool has_outcome(enum teeq_action action)
{
	return action == TEEQ_ACTION_SMC || action == TEEQ_ACTION_SECURE;
}

static bool same_outcome(struct agreement *a, const struct teeq_event *event)
{
	enum teeq_outcome outcome = agree_outcome(a->d->h);

	/* An interrupt is an RPC that asks for nothing; a fast call has its answer at once. */
	if (!has_outcome((enum teeq_action)event->action) || outcome == TEEQ_OUTCOME_OK ||
	    outcome == event->outcome ||
	    (outcome == TEEQ_OUTCOME_RPC && event->outcome == TEEQ_OUTCOME_INTERRUPTED))
		return true;
	return agree_differ(a, "outcome", "in the driver %s, in the model %s",
			    teeq_outcome_name(outcome),
			    teeq_outcome_name((enum teeq_outcome)event->outcome));
}

/* What the model would do, which is not always where the task stands: a killed one gives up. */
static enum teeq_action next_action(const struct agreement *a, unsigned int task)
{
	struct teeq_event event;

	teeq_world_copy(a->m, a->scratch, a->w);
	if (teeq_world_step(a->m, a->scratch, task, &event) == TEEQ_OK)
		return (enum teeq_action)event.action;
	return world_action(a->m, a->w, task);
}

/*
 * Whoever waits for a notification leaves the list under the lock that it takes a second time; and
 * a request is received only where there is one.
 */
static enum teeq_action settle_action(const struct agreement *a, unsigned int task,
				      enum teeq_action action)
{
	enum teeq_action modelled = next_action(a, task);

	if (action == TEEQ_ACTION_NOTIF_WAIT && modelled == TEEQ_ACTION_NOTIF_WAKE)
		return modelled;
	if (action == TEEQ_ACTION_NOTIF_WAIT && modelled != action)
		return TEEQ_ACTION_NONE;
	if (action == TEEQ_ACTION_RECEIVE && !(teeq_world_enabled(a->m, a->w) & task_bit(task)))
		return TEEQ_ACTION_NONE;
	/*
	 * A signal has come, and under the lock the request is taken back, or was answered after
	 * all.
	 */
	if (action == TEEQ_ACTION_REQUEST && modelled == TEEQ_ACTION_REPLY)
		return modelled;
	/* A thread of tee-supplicant that is gone answers nobody. */
	if (action == TEEQ_ACTION_EXIT && modelled == TEEQ_ACTION_ANSWER)
		return modelled;
	if ((action == TEEQ_ACTION_EXIT || action == TEEQ_ACTION_KILL) && modelled != action)
		return TEEQ_ACTION_NONE;
	if (action == TEEQ_ACTION_NOTIF_SEND && modelled == TEEQ_ACTION_INTERRUPT)
		return modelled;
	if ((action == TEEQ_ACTION_GET_ARG || action == TEEQ_ACTION_FREE_ARG) &&
	    a->m->argument_slots == 0)
		return TEEQ_ACTION_NONE;
	if (action == TEEQ_ACTION_LOCK && modelled != action && a->m->channel_count > 0)
		return TEEQ_ACTION_NONE;
	return action;
}

/* Somebody who can move in the model, or NULL. */
static const char *first_enabled(const struct agreement *a)
{
	uint64_t enabled = teeq_world_enabled(a->m, a->w);

	return enabled ? a->m->tasks[__builtin_ctzll(enabled)].name : NULL;
}

bool agree_follow(struct agreement *a, unsigned int task, enum teeq_action action)
{
	enum teeq_action modelled;
	struct teeq_event event;

	if (action == TEEQ_ACTION_REQUEST && world_action(a->m, a->w, task) == action &&
	    is_refused(a, task)) {
		a->cut = true;
		error_set(a->error, TEEQ_OK, "cut",
			  "a caller that must not wait for tee-supplicant "
			  "has seen it run, and queues its request when it is gone");
		return true;
	}
	agree_pass_silent(a, task);
	action = settle_action(a, task, action);
	if (action == TEEQ_ACTION_NONE)
		return true;
	modelled = world_action(a->m, a->w, task);
	if (teeq_world_step(a->m, a->w, task, &event) != TEEQ_OK)
		return agree_differ(
			a, "task", "the driver does %s, and the model is at %s and cannot move%s%s",
			teeq_action_name(action), teeq_action_name(modelled),
			first_enabled(a) ? ": first there is " : "",
			first_enabled(a) ? first_enabled(a) : "");
	a->compared++;
	if (a->d->h->trace)
		fprintf(a->d->h->trace, "      = %s %s: %s\n", a->m->tasks[task].name,
			teeq_action_name((enum teeq_action)event.action),
			teeq_outcome_name((enum teeq_outcome)event.outcome));
	if (event.action != action)
		return agree_differ(a, "action", "the driver does %s, the model %s",
				    teeq_action_name(action),
				    teeq_action_name((enum teeq_action)event.action));
	return same_outcome(a, &event);
}
