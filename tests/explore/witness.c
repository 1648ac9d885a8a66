/* SPDX-License-Identifier: BSD-2-Clause */
#include "witness_parts.h"

#include <string.h>

/* ------------------------------------------ calls --------------------------------------------- */

/* Who waits for a lock in the thread that the key is of is told so; by another guest's driver, in vain. */
static void tell_thread(struct witness *w, unsigned int key, unsigned int sender, bool sent)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
		for (unsigned int j = 0; j <= w->task[i].top; j++) {
			struct witness_level *level = &w->task[i].level[j];

			if (level->call != AT_THREAD ||
			    level->context + w->scenario->notification_count != key)
				continue;
			if (!sent) {
				level->told = true;
				level->strayed = NOBODY;
			} else if (level->told && witness_guest(w, i) != witness_guest(w, sender)) {
				level->strayed = (int)witness_guest(w, sender);
			}
		}
	}
}

static void begin_rpc(struct witness *w, const struct teeq_event *event,
		      struct witness_level *level)
{
	const struct teeq_service_spec *service;

	switch (event->rpc) {
	case TEEQ_EVENT_RPC_SERVICE:
		witness_pass(w, level, TEEQ_STEP_RPC, event->object);
		service = &w->scenario->services[event->object];
		level->service = event->object;
		if (service->by == TEEQ_SERVED_BY_SUPPLICANT)
			level->rpc = RPC_STATE_ASKING;
		else if (service->kind != TEEQ_RPC_KIND_OTHER)
			level->rpc = RPC_STATE_SERVICE;
		else if (teeq_model_policy(w->model)->started && !level->started)
			level->rpc = RPC_STATE_SERVICE; /* it says first that it has started */
		else
			witness_push_service(w, event->task, event->object);
		break;
	case TEEQ_EVENT_RPC_NOTIF_WAIT:
		if (event->object < w->scenario->notification_count)
			witness_pass(w, level, TEEQ_STEP_WAIT, event->object);
		break;
	case TEEQ_EVENT_RPC_NOTIF_SEND:
		if (event->object < w->scenario->notification_count)
			witness_pass(w, level, TEEQ_STEP_NOTIFY, event->object);
		level->rpc = RPC_STATE_SENDING;
		level->key = event->object;
		if (event->object >= w->scenario->notification_count)
			tell_thread(w, event->object, event->task, false);
		break;
	default:
		witness_pass(w, level, TEEQ_STEP_SUSPEND, NO_KEY);
		break;
	}
}

static void see_secure(struct witness *w, const struct teeq_event *event,
		       struct witness_level *level)
{
	bool fault = w->interrupt_armed > 0 && event->outcome == TEEQ_OUTCOME_INTERRUPTED &&
		     event->touch != TEEQ_EVENT_TOUCH_POLL;

	w->interrupt_armed -= fault;
	witness_touch(w, event, level);
	level->active = event->outcome == TEEQ_OUTCOME_WORKING;
	level->interrupted = event->outcome == TEEQ_OUTCOME_INTERRUPTED;
	if (level->interrupted && !fault && event->touch != TEEQ_EVENT_TOUCH_POLL)
		witness_pass(w, level, TEEQ_STEP_INTERRUPT, NO_KEY);
	else if (event->outcome == TEEQ_OUTCOME_WORKING && event->ticks > 0)
		witness_pass(w, level, TEEQ_STEP_WORK, NO_KEY);
	else if (event->outcome == TEEQ_OUTCOME_RPC)
		begin_rpc(w, event, level);
	if (event->outcome != TEEQ_OUTCOME_EXIT)
		return;
	witness_end_holds(w, event->task, event->level, false);
	level->memory_kept = 0;
	level->call = AT_END;
	level->thread = NULL;
}

static void see_smc(struct witness *w, const struct teeq_event *event, struct witness_level *level)
{
	const struct line *line = witness_line(w, event->task, event->level);

	switch (event->outcome) {
	case TEEQ_OUTCOME_TAKEN:
		level->call = AT_THREAD;
		level->context = event->context;
		level->active = true;
		level->thread_at = 0;
		level->loads = false;
		if (level->command == NO_KEY)
			level->thread = line && line->kind == TEEQ_STEP_CLOSE &&
							level->memory == TEEQ_MEMORY_NONE ?
						&w->closings[level->session] : &w->none;
		else
			level->thread = line && line->kind == TEEQ_STEP_OPEN ?
						&w->openings[level->command] :
						&w->commands[level->command];
		/* An open fails by a fault of its own. */
		level->gave_up = level->command != NO_KEY && w->call_fails_armed > 0 &&
				 level->thread != &w->openings[level->command];
		if (level->gave_up)
			w->call_fails_armed--;
		break;
	case TEEQ_OUTCOME_RESUMED:
		level->active = true;
		level->interrupted = false;
		break;
	case TEEQ_OUTCOME_THREAD_LIMIT:
	case TEEQ_OUTCOME_BUSY:
		level->asleep = level->limited = true;
		break;
	case TEEQ_OUTCOME_REFUSED: /* a resume: the thread is lost */
		witness_end_holds(w, event->task, event->level, true);
		witness_own_driver(w, event->task)->memory_lost |= level->memory_kept > 0;
		level->memory_kept = 0;
		w->lost[level->context] = true;
		w->lost_condition[level->context] = level->waits_condition + 1;
		w->lost_order[level->context] = level->order;
		level->waits_condition = NOBODY;
		level->call = AT_END;
		level->thread = NULL;
		break;
	case TEEQ_OUTCOME_OK:
		level->call = AT_END;
		break;
	default:
		break;
	}
}

static void see_enter(struct witness *w, const struct teeq_event *event,
		      struct witness_level *level)
{
	const struct line *line = witness_line(w, event->task, event->level);

	if (event->outcome == TEEQ_OUTCOME_REFUSED) {
		witness_done_with_line(w, event->task);
		return;
	}
	level->call = AT_QUEUE;
	level->system = event->system;
	level->asleep = event->outcome == TEEQ_OUTCOME_MUST_WAIT;
	level->admitted = !level->asleep;
	level->done = level->gave_up = level->limited = level->started = false;
	level->command = event->command;
	level->memory = event->memory;
	level->session = event->object;
	w->task[event->task].exiting |= !line && event->level == 0 &&
					teeq_model_task_kind(w->model, event->task) ==
						TEEQ_TASK_CLIENT;
}

/* The next one that takes a step of its own; or NULL. */
static const struct line *next_line(const struct witness_level *level)
{
	for (size_t i = level->at + 1; i < level->script->count; i++) {
		int kind = level->script->line[i].kind;

		if (kind != TEEQ_STEP_SIGNAL && kind != TEEQ_STEP_UNLOCK &&
		    kind != LINE_DEVICE_DONE)
			return &level->script->line[i];
	}
	return NULL;
}

/* Whether the next step that can be seen is a release. */
static bool releases_next(const struct witness_level *level)
{
	const struct line *line = next_line(level);

	return line && line->kind == TEEQ_STEP_RELEASE;
}

/* ------------------------------------- message arguments -------------------------------------- */

/* The call that it was for is given up. What the close of a session had reserved only v4 gives back. */
static void lack_argument(struct witness *w, const struct teeq_event *event,
			  struct witness_level *level)
{
	const struct line *line = witness_line(w, event->task, event->level);

	level->page = false;
	w->task[event->task].half = false;
	if (line && line->kind == TEEQ_STEP_CLOSE &&
	    teeq_model_policy(w->model)->secure == TEEQ_SECURE_COUNTED) {
		w->task[event->task].closing = true;
		w->task[event->task].unsure |= releases_next(level);
		return;
	}
	witness_done_with_line(w, event->task);
}

static bool keeps_argument_mutex(const struct witness *w)
{
	return w->scenario->argument_full == TEEQ_ARGUMENT_LOCKED ||
	       w->scenario->argument_full == TEEQ_ARGUMENT_LOCKED_AS_CALLER;
}

static void see_get_arg(struct witness *w, const struct teeq_event *event,
			struct witness_level *level)
{
	struct witness_driver *driver = witness_own_driver(w, event->task);

	if (event->outcome == TEEQ_OUTCOME_FAILED) {
		lack_argument(w, event, level);
		return;
	}
	level->page = event->outcome == TEEQ_OUTCOME_MUST_WAIT;
	if (!level->page)
		level->slot = SLOT_TAKEN;
	else if (keeps_argument_mutex(w))
		driver->argument_owner = event->task;
	if (event->outcome == TEEQ_OUTCOME_TAKEN)
		driver->argument_capacity +=
			w->scenario->argument_full == TEEQ_ARGUMENT_PRIVATE ?
				1 : witness_page_slots(w);
}

/* A page was registered, or was not. */
static void leave_page(struct witness *w, const struct teeq_event *event,
		       struct witness_level *level)
{
	struct witness_driver *driver = witness_own_driver(w, event->task);

	if (keeps_argument_mutex(w))
		driver->argument_owner = NOBODY;
	if (event->outcome == TEEQ_OUTCOME_FAILED) {
		lack_argument(w, event, level);
	} else if (keeps_argument_mutex(w)) {
		level->page = false;
		level->slot = SLOT_TAKEN;
		driver->argument_capacity += witness_page_slots(w);
	}
}

/* A close counts its session out behind that. */
static void end_call(struct witness *w, unsigned int task, struct witness_level *level)
{
	level->slot = SLOT_NONE;
	w->task[task].half = false;
	w->task[task].closing = level->closes;
	if (!level->closes)
		witness_done_with_line(w, task);
}

static void see_leave(struct witness *w, const struct teeq_event *event,
		      struct witness_level *level)
{
	const struct line *line = witness_line(w, event->task, event->level);
	bool counted = teeq_model_policy(w->model)->secure == TEEQ_SECURE_COUNTED;
	bool closes = line && line->kind == TEEQ_STEP_CLOSE;

	level->call = AT_NO_CALL;
	level->asleep = level->done = level->gave_up = level->interrupted = false;
	level->thread = NULL;
	level->rpc = RPC_STATE_NONE;
	level->waits_lock = level->waits_condition = NOBODY;
	if (event->memory == TEEQ_MEMORY_PAGE) {
		leave_page(w, event, level);
		return;
	}
	/* A system session's is a system call, but where the secure world cannot be told so. */
	level->closes = closes && (level->system || counted ||
				   (w->scenario->lacks_rpc_arg &&
				    teeq_model_policy(w->model)->secure != TEEQ_SECURE_PLAIN));
	/* How many reservations it gives back is not to be seen, where a release would look the same. */
	w->task[event->task].unsure |= closes && counted && releases_next(level);
	if (level->slot == SLOT_TAKEN)
		level->slot = SLOT_TO_GIVE;
	else
		end_call(w, event->task, level);
}

static void see_woken(struct witness *w, const struct teeq_event *event)
{
	for (unsigned int i = 0; i < event->woken_count && i < TEEQ_EVENT_WOKEN_MAX; i++)
		w->task[event->woken[i].task].level[event->woken[i].level].done = true;
}

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
			tell_thread(w, event->object, event->task, true);
		if (event->action == TEEQ_ACTION_NOTIF_SEND && level->rpc == RPC_STATE_SENDING)
			level->rpc = RPC_STATE_NONE;
		if (level->call != AT_NO_CALL)
			return; /* by an RPC: the line is the command's */
		break;
	default:
		break;
	}
	witness_done_with_line(w, event->task);
}

/* What others did, or that nobody does anything, tells that it was over long before. */
static void end_another_close(struct witness *w, unsigned int index)
{
	if (!w->task[index].closing)
		return;
	end_close(w, index);
	witness_settle(w, index);
}

static void end_closes(struct witness *w, const struct teeq_event *event)
{
	if (event->action != TEEQ_ACTION_UNRESERVE)
		end_close(w, event->task);
	if (event->action == TEEQ_ACTION_LOCK && w->lock_owner[event->object] != NOBODY)
		end_another_close(w, (unsigned int)w->lock_owner[event->object]);
	for (unsigned int i = 0; event->action == TEEQ_ACTION_BARRIER && i < TEEQ_TASK_MAX; i++)
		if (i != event->task && w->task[i].closing && next_line(witness_top(&w->task[i])) &&
		    next_line(witness_top(&w->task[i]))->kind == TEEQ_STEP_BARRIER)
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
	if (event->action == TEEQ_ACTION_COUNT_SESSION)
		return;
	end_closes(w, event);
	w->task[event->task].guessed = false;
	if (w->task[event->task].unsure)
		follow_roughly(w, &w->task[event->task], event->level);
	w->broken |= w->task[event->task].top != event->level;
	if (w->broken)
		return;

	switch (event->action) {
	case TEEQ_ACTION_ENTER:
		see_enter(w, event, level);
		break;
	case TEEQ_ACTION_GET_ARG:
		see_get_arg(w, event, level);
		break;
	case TEEQ_ACTION_FREE_ARG:
		end_call(w, event->task, level);
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
		see_smc(w, event, level);
		break;
	case TEEQ_ACTION_SECURE:
		see_secure(w, event, level);
		break;
	case TEEQ_ACTION_LEAVE:
		see_leave(w, event, level);
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
	see_woken(w, event);
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
