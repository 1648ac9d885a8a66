/* SPDX-License-Identifier: BSD-2-Clause */
#include "occurred.h"

#include "teeq/abi.h"

const char *const feature_names[FEATURE_COUNT] = {
	[HAS_CHANNEL_CALL] = "call over a channel", [HAS_CHANNEL_SETUP] = "set-up of a channel",
	[HAS_NO_RPC_ARG] = "no RPC_ARG", [HAS_PAGE_LOCKED] = "page, locked",
	[HAS_PAGE_LOCKED_AS_CALLER] = "page, locked, as the caller",
	[HAS_PAGE_UNLOCKED] = "page, unlocked",
	[HAS_PAGE_UNLOCKED_AS_CALLER] = "page, unlocked, as the caller",
	[HAS_PAGE_PRIVATE] = "page, private", [HAS_NO_SLOT] = "no memory for a slot",
	[HAS_BUFFERS] = "buffers", [HAS_POLL_IN_COMMAND] = "poll in a command",
	[HAS_POLL] = "poll", [HAS_PRIORITY] = "priority", [HAS_NO_RESCHED] = "resumed at once",
	[HAS_TRY] = "try", [HAS_RETRY] = "retry", [HAS_FAIL] = "fail", [HAS_LOAD] = "TA loaded",
	[HAS_LOADED] = "TA found loaded", [HAS_UNLOAD] = "TA unloaded",
	[HAS_KEEP_ALIVE] = "TA kept alive", [HAS_CONDITION_TIMEOUT] = "condition, timed out",
	[HAS_NOTIFICATION_TIMEOUT] = "notification, timed out",
	[HAS_NOTIF_WAIT_FAILS] = "notif-wait-fails", [HAS_LOST_FROM_START] = "lost from the start",
	[HAS_RESUME_REFUSED] = "resume-refused", [HAS_THREAD_LOST] = "thread-lost",
	[HAS_SUPPLICANT_DEATH] = "supplicant-dies", [HAS_CLIENT_KILLED] = "client-killed",
	[HAS_INTERRUPT_FAULT] = "interrupt", [HAS_CALL_FAILS] = "call-fails",
	[HAS_NO_MEMORY] = "no-memory", [HAS_SEVERAL_SERVERS] = "several servers at work",
	[HAS_MEMORY_KEPT] = "memory of tee-supplicant's", [HAS_GUESTS] = "guests",
	[HAS_GUEST_THREADS] = "threads of a guest's own", [HAS_CLOSE_COMMAND] = "close with a command",
	[HAS_BOTTOM_HALF] = "bottom half", [HAS_CONTEXT_CLOSED] = "context closed",
	[HAS_FFA] = "FF-A", [HAS_CANCELLED] = "cancelled",
	[HAS_EXIT_CLOSE] = "a killed client closes a session",
};

static void note(struct features *f, enum feature feature, bool is)
{
	f->now |= (uint64_t)is << feature;
}

static bool has_step(const struct teeq_step *steps, size_t count, enum teeq_step_kind kind)
{
	for (size_t i = 0; i < count; i++)
		if (steps[i].kind == kind || has_step(steps[i].steps, steps[i].step_count, kind))
			return true;
	return false;
}

static bool some_has(const struct teeq_scenario *s, enum teeq_step_kind kind)
{
	for (size_t i = 0; i < s->client_count; i++)
		if (has_step(s->clients[i].steps, s->clients[i].step_count, kind))
			return true;
	for (size_t i = 0; i < s->command_count; i++)
		if (has_step(s->commands[i].steps, s->commands[i].step_count, kind))
			return true;
	return false;
}

void features_begin(struct features *f, const struct teeq_scenario *s)
{
	f->now = 0;
	note(f, HAS_NO_RPC_ARG, s->lacks_rpc_arg);
	note(f, HAS_TRY, some_has(s, TEEQ_STEP_TRY));
	note(f, HAS_LOST_FROM_START, s->lost_count > 0);
	note(f, HAS_GUESTS, s->guest_count > 1);
	note(f, HAS_CONTEXT_CLOSED, some_has(s, TEEQ_STEP_CLOSE_CONTEXT));
	note(f, HAS_FFA, s->abi == TEEQ_ABI_FFA);
	for (size_t i = 0; i < s->guest_count; i++)
		note(f, HAS_GUEST_THREADS, s->guests[i].threads > 0);
	for (size_t i = 0; i < s->client_count; i++)
		note(f, HAS_PRIORITY, s->clients[i].priority > 0);
}

static void see_arguments(struct features *f, const struct teeq_scenario *s,
			  const struct teeq_event *event)
{
	note(f, HAS_NO_SLOT, event->outcome == TEEQ_OUTCOME_FAILED);
	if (event->outcome == TEEQ_OUTCOME_MUST_WAIT ||
	    (event->outcome == TEEQ_OUTCOME_TAKEN && s->argument_full == TEEQ_ARGUMENT_PRIVATE))
		note(f, (enum feature)(HAS_PAGE_LOCKED + (int)s->argument_full), true);
}

static void see_touch(struct features *f, const struct witness *w, const struct teeq_event *event)
{
	note(f, HAS_POLL_IN_COMMAND, event->touch == TEEQ_EVENT_TOUCH_POLL);
	note(f, HAS_CANCELLED, event->touch == TEEQ_EVENT_TOUCH_CANCELLED);
	note(f, HAS_LOAD, event->touch == TEEQ_EVENT_TOUCH_LOAD);
	note(f, HAS_LOADED, event->touch == TEEQ_EVENT_TOUCH_LOADED);
	note(f, HAS_UNLOAD, event->touch == TEEQ_EVENT_TOUCH_UNLOAD);
	note(f, HAS_NO_RESCHED, event->outcome == TEEQ_OUTCOME_INTERRUPTED && w->scenario->no_resched);
	for (size_t i = 0; event->touch == TEEQ_EVENT_TOUCH_LOAD && i < w->scenario->ta_count; i++)
		note(f, HAS_KEEP_ALIVE, w->scenario->tas[i].keep_alive);
}

static void see_fault(struct features *f, enum teeq_fault_kind kind)
{
	note(f, HAS_SUPPLICANT_DEATH, kind == TEEQ_FAULT_SUPPLICANT_DIES);
	note(f, HAS_CLIENT_KILLED, kind == TEEQ_FAULT_CLIENT_KILLED);
	note(f, HAS_THREAD_LOST, kind == TEEQ_FAULT_THREAD_LOST);
	note(f, HAS_INTERRUPT_FAULT, kind == TEEQ_FAULT_INTERRUPT);
	note(f, HAS_CALL_FAILS, kind == TEEQ_FAULT_CALL_FAILS);
	note(f, HAS_NO_MEMORY, kind == TEEQ_FAULT_NO_MEMORY);
}

static void see_servers(struct features *f, const struct witness *w)
{
	unsigned int serving = 0;

	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		serving += w->task[i].serving;
	note(f, HAS_SEVERAL_SERVERS, serving > 1);
}

static bool closes_with_command(const struct witness *w, const struct teeq_event *event)
{
	const struct line *line = event->level > w->task[event->task].top ?
					  NULL : witness_line(w, event->task, event->level);

	return line && line->kind == TEEQ_STEP_CLOSE && line->object != NO_KEY;
}

void features_see(struct features *f, const struct witness *w, const struct teeq_event *event)
{
	bool failed = event->outcome == TEEQ_OUTCOME_FAILED;
	bool own = event->object < w->scenario->notification_count;

	switch (event->action) {
	case TEEQ_ACTION_ENTER:
		note(f, HAS_CHANNEL_CALL, event->object != TEEQ_NO_OBJECT &&
					  teeq_model_session_channel(w->model, event->object));
		note(f, HAS_BUFFERS, event->memory == TEEQ_MEMORY_REGISTER);
		note(f, HAS_EXIT_CLOSE, w->task[event->task].exited && event->level == 0);
		note(f, HAS_BOTTOM_HALF, witness_is_half(w, event->task));
		note(f, HAS_CLOSE_COMMAND, closes_with_command(w, event));
		break;
	case TEEQ_ACTION_ALLOCATE:
		note(f, HAS_CHANNEL_SETUP, true);
		break;
	case TEEQ_ACTION_GET_ARG:
		see_arguments(f, w->scenario, event);
		break;
	case TEEQ_ACTION_SECURE:
		see_touch(f, w, event);
		break;
	case TEEQ_ACTION_SMC:
		note(f, HAS_RESUME_REFUSED, event->outcome == TEEQ_OUTCOME_REFUSED);
		break;
	case TEEQ_ACTION_POLL:
		note(f, HAS_POLL, true);
		break;
	case TEEQ_ACTION_FAIL:
		note(f, HAS_FAIL, true);
		break;
	case TEEQ_ACTION_RETRY:
		note(f, HAS_RETRY, true);
		break;
	case TEEQ_ACTION_NOTIF_WAIT:
		note(f, HAS_NOTIF_WAIT_FAILS, failed && event->result == -TEEQ_ABI_ENOMEM);
		break;
	case TEEQ_ACTION_NOTIF_WAKE:
		note(f, own ? HAS_NOTIFICATION_TIMEOUT : HAS_CONDITION_TIMEOUT, failed);
		break;
	case TEEQ_ACTION_RECEIVE:
		see_servers(f, w);
		break;
	case TEEQ_ACTION_REPLY:
		note(f, HAS_MEMORY_KEPT, w->task[event->task].level[event->level].memory_kept > 0);
		break;
	case TEEQ_ACTION_FAULT:
		see_fault(f, teeq_model_fault_kind(w->model, event->task));
		break;
	default:
		break;
	}
}

void features_count(struct features *f)
{
	for (unsigned int i = 0; i < FEATURE_COUNT; i++)
		f->count[i] += f->now >> i & 1;
}
