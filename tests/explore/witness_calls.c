/* SPDX-License-Identifier: BSD-2-Clause */
/* What a witness makes of a call: its slot, the queue, its thread. */
#include "witness_shared.h"

/* Who waits for a lock in the thread that the key is of is told so; by another guest's driver, in vain. */
void witness_tell_thread(struct witness *w, unsigned int key, unsigned int sender, bool sent)
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
			} else if (witness_guest(w, i) == witness_guest(w, sender)) {
				level->woken = true;
			} else if (level->told) {
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
			witness_tell_thread(w, event->object, event->task, false);
		break;
	default:
		witness_pass(w, level, TEEQ_STEP_SUSPEND, NO_KEY);
		break;
	}
}

void witness_see_secure(struct witness *w, const struct teeq_event *event,
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

void witness_see_smc(struct witness *w, const struct teeq_event *event, struct witness_level *level)
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
							level->memory == TEEQ_MEMORY_NONE &&
							level->session < w->scenario->session_count ?
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
		w->task[event->task].unsure |= level->thread->tries;
		level->gave_up |= level->thread->tries;
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

void witness_see_enter(struct witness *w, const struct teeq_event *event,
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
	level->done = level->gave_up = level->limited = level->started = level->woken = false;
	level->command = event->command;
	level->memory = event->memory;
	level->session = event->object;
	w->task[event->task].exiting |= !line && event->level == 0 &&
					teeq_model_task_kind(w->model, event->task) ==
						TEEQ_TASK_CLIENT;
}

/* The next one that takes a step of its own; or NULL. */
const struct line *witness_next_line(const struct witness_level *level)
{
	for (size_t i = level->at + 1; i < level->script->count; i++) {
		int kind = level->script->line[i].kind;

		if (kind != TEEQ_STEP_SIGNAL && kind != TEEQ_STEP_UNLOCK && kind != LINE_DEVICE_DONE)
			return &level->script->line[i];
	}
	return NULL;
}

/* Whether the next step that can be seen is a release. */
static bool releases_next(const struct witness_level *level)
{
	const struct line *line = witness_next_line(level);

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

void witness_see_get_arg(struct witness *w, const struct teeq_event *event,
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
void witness_end_call(struct witness *w, unsigned int task, struct witness_level *level)
{
	level->slot = SLOT_NONE;
	w->task[task].half = false;
	w->task[task].closing = level->closes;
	w->task[task].counts = level->system && teeq_model_policy(w->model)->secure != TEEQ_SECURE_COUNTED;
	if (!level->closes)
		witness_done_with_line(w, task);
}

void witness_see_leave(struct witness *w, const struct teeq_event *event,
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
				   (w->scenario->lacks_rpc_arg && teeq_model_policy(w->model)->secure !=
									  TEEQ_SECURE_PLAIN));
	/* How many reservations it gives back is not to be seen, where a release would look the same. */
	w->task[event->task].unsure |= closes && counted && releases_next(level);
	if (level->slot == SLOT_TAKEN)
		level->slot = SLOT_TO_GIVE;
	else
		witness_end_call(w, event->task, level);
}

void witness_see_woken(struct witness *w, const struct teeq_event *event)
{
	for (unsigned int i = 0; i < event->woken_count && i < TEEQ_EVENT_WOKEN_MAX; i++)
		w->task[event->woken[i].task].level[event->woken[i].level].done = true;
}
