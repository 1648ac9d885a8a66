/* SPDX-License-Identifier: BSD-2-Clause */
#include "witness_shared.h"

#include <string.h>

/* ------------------------------------------- all ---------------------------------------------- */

static void see_interrupt(struct witness *w, const struct teeq_event *event)
{
	struct witness_driver *driver = witness_own_driver(w, event->task);

	if (event->object != TEEQ_NO_OBJECT) {
		driver->raised &= ~(UINT64_C(1) << event->object);
		return;
	}
	driver->bottom_half_asked = false;
	driver->bottom_half_told = true;
}

/* A close that has left may still count its session out, or not: what it does next tells. */
static void end_close(struct witness *w, unsigned int index)
{
	if (!w->task[index].closing)
		return;
	w->task[index].closing = false;
	w->task[index].guessed = true;
	witness_done_with_line(w, index);
}

/* With v4 the count of a reserve or a release may be a step of its own, behind the fast call. */
static bool may_count_later(const struct witness *w, const struct teeq_event *event)
{
	return (event->action == TEEQ_ACTION_RESERVE || event->action == TEEQ_ACTION_UNRESERVE) &&
	       event->outcome == TEEQ_OUTCOME_OK &&
	       teeq_model_policy(w->model)->secure == TEEQ_SECURE_COUNTED;
}

/* A step of a script that is one line. */
static void see_line(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	const struct line *line = witness_line(w, event->task, event->level);
	struct witness_driver *driver = witness_own_driver(w, event->task);

	switch (event->action) {
	case TEEQ_ACTION_START:
		w->task[event->task].unstarted = false;
		driver->bottom_half_told &= teeq_model_task_kind(w->model, event->task) !=
					    TEEQ_TASK_NOTIFICATION;
		w->task[event->task].half = teeq_model_task_kind(w->model, event->task) ==
					    TEEQ_TASK_NOTIFICATION;
		witness_advance(w, event->task);
		return;
	case TEEQ_ACTION_LOCK:
		witness_take_lock(w, event->task, event);
		return;
	case TEEQ_ACTION_UNRESERVE: /* or a close that counts its session out, which has left */
		if (w->task[event->task].closing) {
			if (teeq_model_policy(w->model)->secure != TEEQ_SECURE_COUNTED)
				end_close(w, event->task);
			return;
		}
		if (!line || line->kind != TEEQ_STEP_RELEASE)
			return;
		break;
	case TEEQ_ACTION_FREEZE:
		w->task[event->task].asked_freeze = event->outcome == TEEQ_OUTCOME_MUST_WAIT;
		if (event->outcome == TEEQ_OUTCOME_MUST_WAIT) {
			witness_freezer(w, witness_guest(w, event->task), event->object, true);
			return;
		}
		break;
	case TEEQ_ACTION_THAW:
		witness_freezer(w, witness_guest(w, event->task), event->object, false);
		break;
	case TEEQ_ACTION_KILL:
		witness_kill(w, witness_guest(w, event->task), event->object);
		break;
	case TEEQ_ACTION_START_SUPPLICANT:
		driver->supplicant = TEEQ_SUPPLICANT_RUNS;
		break;
	case TEEQ_ACTION_ASYNC:
		driver->bottom_half_asked |= event->object == TEEQ_NO_OBJECT;
		if (event->object != TEEQ_NO_OBJECT)
			driver->raised |= UINT64_C(1) << event->object;
		break;
	case TEEQ_ACTION_SLEEP:
	case TEEQ_ACTION_NOTIF_SEND:
		if (event->action == TEEQ_ACTION_NOTIF_SEND)
			witness_tell_thread(w, event->object, event->task, true);
		if (event->action == TEEQ_ACTION_NOTIF_SEND && level->rpc == RPC_STATE_SENDING)
			level->rpc = RPC_STATE_NONE;
		if (level->call != AT_NO_CALL)
			return; /* by an RPC: the line is the command's */
		break;
	default:
		break;
	}
	witness_done_with_line(w, event->task);
	w->task[event->task].guessed = may_count_later(w, event);
}

/* What others did, or that nobody does anything, tells that it was over long before. */
static void end_another_close(struct witness *w, unsigned int index)
{
	if (!w->task[index].closing || w->task[index].counts)
		return;
	end_close(w, index);
	witness_settle(w, index);
}

/* A script that fails is over; a service's failure is that of the RPC. */
static void see_fail(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	struct witness_task *task = &w->task[event->task];

	if (event->level > 0 && teeq_model_task_kind(w->model, event->task) != TEEQ_TASK_SUPPLICANT)
		task->level[event->level - 1].gave_up = true;
	if (task->unsure)
		return;
	level->at = level->script->count;
	witness_advance(w, event->task);
}

static void end_closes(struct witness *w, const struct teeq_event *event)
{
	if (event->action != TEEQ_ACTION_UNRESERVE)
		end_close(w, event->task);
	if (event->action == TEEQ_ACTION_LOCK && w->lock_owner[event->object] != NOBODY)
		end_another_close(w, (unsigned int)w->lock_owner[event->object]);
	for (unsigned int i = 0; event->action == TEEQ_ACTION_BARRIER && i < TEEQ_TASK_MAX; i++)
		if (i != event->task && w->task[i].closing && witness_next_line(witness_top(&w->task[i])) &&
		    witness_next_line(witness_top(&w->task[i]))->kind == TEEQ_STEP_BARRIER)
			end_another_close(w, i);
}

void witness_cut(struct witness *w)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		w->task[i].unsure |= w->task[i].closing || w->task[i].guessed;
}

void witness_end(struct witness *w)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		end_another_close(w, i);
}

/* Where a task is whose script is not followed any more: its events say that alone. */
static void follow_roughly(struct witness *w, struct witness_task *task, unsigned int level)
{
	while (task->top > level)
		witness_end_service(task);
	while (task->top < level) {
		task->top++;
		*witness_top(task) = (struct witness_level){ .script = &w->none, .waits_lock = NOBODY,
							.waits_condition = NOBODY };
	}
}

void witness_see(struct witness *w, const struct teeq_event *event)
{
	struct witness_level *level = &w->task[event->task].level[event->level];

	/* The line was over with the fast call; nobody can be stuck before the count. */
	if (event->action == TEEQ_ACTION_COUNT_SESSION) {
		w->task[event->task].guessed = false;
		return;
	}
	end_closes(w, event);
	w->task[event->task].guessed = false;
	if (w->task[event->task].unsure)
		follow_roughly(w, &w->task[event->task], event->level);
	w->broken |= w->task[event->task].top != event->level;
	if (w->broken || w->beyond)
		return;

	witness_see_session(w, event);
	switch (event->action) {
	case TEEQ_ACTION_ENTER:
		witness_see_enter(w, event, level);
		break;
	case TEEQ_ACTION_GET_ARG:
		witness_see_get_arg(w, event, level);
		break;
	case TEEQ_ACTION_FREE_ARG:
		witness_end_call(w, event->task, level);
		break;
	case TEEQ_ACTION_WAIT:
		level->done = level->asleep = false;
		break;
	case TEEQ_ACTION_REQUEUE:
		level->done = false;
		break;
	case TEEQ_ACTION_RECHECK:
		level->asleep = event->outcome == TEEQ_OUTCOME_MUST_WAIT;
		level->admitted = !level->asleep;
		break;
	case TEEQ_ACTION_SMC:
		witness_see_smc(w, event, level);
		break;
	case TEEQ_ACTION_SECURE:
		witness_see_secure(w, event, level);
		break;
	case TEEQ_ACTION_LEAVE:
		witness_see_leave(w, event, level);
		break;
	case TEEQ_ACTION_RPC:
	case TEEQ_ACTION_REQUEST:
	case TEEQ_ACTION_REPLY:
	case TEEQ_ACTION_NOTIF_WAIT:
	case TEEQ_ACTION_NOTIF_WAKE:
		witness_rpc(w, event, level);
		break;
	case TEEQ_ACTION_RECEIVE:
		witness_receive(w, event);
		break;
	case TEEQ_ACTION_ANSWER:
		witness_answer(w, event);
		break;
	case TEEQ_ACTION_INTERRUPT:
		see_interrupt(w, event);
		break;
	case TEEQ_ACTION_FAIL:
		see_fail(w, event, level);
		break;
	case TEEQ_ACTION_RETRY:
		break;
	case TEEQ_ACTION_EXIT:
		witness_exit(w, event->task);
		break;
	case TEEQ_ACTION_FAULT:
		witness_fault(w, event);
		break;
	case TEEQ_ACTION_STARTED:
		level->done = false;
		level->started = true;
		if (level->rpc == RPC_STATE_SERVICE &&
		    w->scenario->services[level->service].kind == TEEQ_RPC_KIND_OTHER) {
			level->rpc = RPC_STATE_NONE;
			witness_push_service(w, event->task, level->service);
		}
		break;
	default:
		see_line(w, event, level);
		break;
	}
	witness_see_woken(w, event);
	witness_settle(w, event->task);
	for (unsigned int guest = 0; guest < TEEQ_GUEST_MAX; guest++)
		witness_release_supplicant(w, guest);
}

/* A script that begins with what needs no step of its own begins with one all the same. */
static bool wants_start(int kind)
{
	return kind == TEEQ_STEP_UNLOCK || kind == TEEQ_STEP_SIGNAL || kind == TEEQ_STEP_BARRIER ||
	       kind == TEEQ_STEP_SLEEP || kind == TEEQ_STEP_TEARDOWN ||
	       kind == TEEQ_STEP_CLOSE_CONTEXT;
}

void witness_begin(struct witness *w, const struct teeq_scenario *scenario,
		   const struct teeq_model *model)
{
	memset(w, 0, sizeof(*w));
	w->scenario = scenario;
	w->model = model;
	for (unsigned int guest = 0; guest < TEEQ_GUEST_MAX; guest++)
		w->drivers[guest].supplicant =
			scenario->supplicant_threads > 0 && !(guest < scenario->guest_count &&
				scenario->guests[guest].no_supplicant) ?
				TEEQ_SUPPLICANT_RUNS : TEEQ_SUPPLICANT_ABSENT;
	for (unsigned int guest = 0; guest < TEEQ_GUEST_MAX; guest++) {
		w->drivers[guest].argument_owner = NOBODY;
		w->drivers[guest].argument_capacity = witness_page_slots(w);
	}
	for (size_t i = 0; i < TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX; i++)
		w->lock_owner[i] = NOBODY;
	for (unsigned int i = 0; i < scenario->lost_count; i++)
		w->lost[i] = true;
	witness_write_out(w);
	witness_begin_sessions(w);
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		for (unsigned int level = 0; level < WITNESS_LEVEL_MAX; level++)
			w->task[i].level[level].waits_lock =
				w->task[i].level[level].waits_condition = NOBODY;
	for (unsigned int i = 0; i < teeq_model_task_count(model); i++) {
		int client = teeq_model_task_client(model, i);
		const struct line *line;

		w->task[i].serves = NOBODY;
		w->task[i].level[0].script =
			teeq_model_task_kind(model, i) == TEEQ_TASK_CLIENT ? &w->clients[client] :
									    &w->none;
		line = witness_line(w, i, 0);
		w->task[i].unsure = line && witness_is_many_steps(line->kind);
		w->task[i].unstarted = line && wants_start(line->kind);
	}
}
