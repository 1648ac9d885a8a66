/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/event.h"

#include "report/graph.h"
#include "teeq/abi.h"

/* ": ok" is not said; what failed is, with its number. */
static void add_failure(struct words *words, const struct teeq_event *event, const char *why)
{
	if (event->outcome != TEEQ_OUTCOME_FAILED)
		return;
	words_add(words, ": failed, ");
	words_add_errno(words, event->result);
	if (why)
		words_add(words, ", %s", why);
}

static void add_service(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event, const char *verb)
{
	words_add(words, "%s %s", verb, words_name(teeq_model_service_name(model, event->object)));
}

/* " for app.0" */
static void add_peer(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event, const char *before)
{
	words_add(words, " %s %s", before, words_name(teeq_model_task_name(model, event->peer)));
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

void event_add_rpc(struct words *words, const struct teeq_model *model,
		   const struct teeq_event *event)
{
	add_service(words, model, event, "rpc");
	add_failure(words, event, NULL);
}

void event_add_request(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	add_service(words, model, event, "request");
	if (event->outcome == TEEQ_OUTCOME_OK)
		words_add(words, ": queued for tee-supplicant");
	add_failure(words, event, "tee-supplicant is not running");
}

void event_add_reply(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	bool killed = event->result == -TEEQ_ABI_EINTR; /* else nobody is there */

	add_service(words, model, event, "reply");
	if (event->outcome == TEEQ_OUTCOME_OK)
		words_add(words, ": answered");
	if (event->result > 0) {
		words_add(words, ": answered with ");
		words_add_errno(words, event->result);
		return;
	}
	add_failure(words, event, killed ? "a signal came while it waited" : "tee-supplicant is gone");
}

void event_add_receive(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	add_service(words, model, event, "receive");
	add_peer(words, model, event, "from");
}

void event_add_answer(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "answer");
	if (event->peer == TEEQ_NO_TASK)
		words_add(words, ": nobody waits for it any more");
	else
		add_peer(words, model, event, "to");
	if (event->outcome == TEEQ_OUTCOME_FAILED && event->peer != TEEQ_NO_TASK)
		words_add(words, ": not given, tee-supplicant was killed");
}

/* ---------------------------------------- notifications --------------------------------------- */

static void event_waits_add_notification(struct words *words, const struct teeq_model *model,
					 const struct teeq_event *event, const char *verb)
{
	words_add(words, "%s ", verb);
	words_add_notification(words, model, event->object);
}

void event_add_notif_wait(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	event_waits_add_notification(words, model, event, "notif-wait");
	if (event->outcome == TEEQ_OUTCOME_MUST_WAIT)
		words_add(words, ": must wait");
	else if (event->outcome == TEEQ_OUTCOME_OK)
		words_add(words, ": sent already");
	/* The other is a fault. */
	add_failure(words, event, event->result == -TEEQ_ABI_EBUSY ? "another waits for it" : NULL);
}

void event_add_notif_wake(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	event_waits_add_notification(words, model, event, "notif-wake");
	add_failure(words, event, NULL);
}

static void add_effect(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	if (event->peer == TEEQ_NO_TASK)
		words_add(words, ": remembered");
	else
		add_peer(words, model, event, "to");
}

void event_add_notif_send(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	event_waits_add_notification(words, model, event, "notif-send");
	add_effect(words, model, event);
}

void event_add_interrupt(struct words *words, const struct teeq_model *model,
			 const struct teeq_event *event)
{
	char text[WORDS_MAX];

	words_add(words, "interrupt: ");
	if (event->has_ret) {
		teeq_smc_decode_return(event->call.a[0], &event->ret, text, sizeof(text));
		words_add(words, "GET_ASYNC_NOTIF_VALUE -> %s, ", text);
	}
	if (event->object == TEEQ_NO_OBJECT) {
		words_add(words, "the bottom half");
		return;
	}
	words_add_notification(words, model, event->object);
	add_effect(words, model, event);
}

void event_add_async(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	words_add(words, "async ");
	if (event->object == TEEQ_NO_OBJECT)
		words_add(words, "bottom half");
	else
		words_add_notification(words, model, event->object);
	words_add(words, ": interrupt raised");
}

/* ---------------------------------- in the secure world --------------------------------------- */

/* What becomes of a TA that is loaded by a step. */
static void event_waits_add_loading(struct words *words, const struct teeq_model *model,
				    const struct teeq_event *event)
{
	static const char *const about[][2] = {
		[TEEQ_EVENT_TOUCH_TAKE] = { "begins to load ", "" },
		[TEEQ_EVENT_TOUCH_TAKEN] = { "wants ", ", which another call is loading" },
		[TEEQ_EVENT_TOUCH_RELEASE] = { "could not load ", "" },
		[TEEQ_EVENT_TOUCH_LOAD] = { "has loaded ", "" },
		[TEEQ_EVENT_TOUCH_LOADED] = { "wants ", ", which is loaded" },
		[TEEQ_EVENT_TOUCH_UNLOAD] = { "unloads ", "" },
	};

	words_add(words, "%s", about[event->touch][0]);
	words_add_secure_lock(words, model, event->touched);
	words_add(words, "%s", about[event->touch][1]);
}

static bool is_of_loading(const struct teeq_model *model, const struct teeq_event *event)
{
	bool lock = event->touch == TEEQ_EVENT_TOUCH_TAKE ||
		    event->touch == TEEQ_EVENT_TOUCH_TAKEN ||
		    event->touch == TEEQ_EVENT_TOUCH_RELEASE;

	return (event->touch >= TEEQ_EVENT_TOUCH_LOAD && event->touch <= TEEQ_EVENT_TOUCH_UNLOAD) ||
	       (lock && teeq_model_secure_lock_kind(model, event->touched) ==
				TEEQ_SECURE_LOCK_LOADING);
}

static void add_touched_lock(struct words *words, const struct teeq_model *model,
			     const struct teeq_event *event)
{
	static const char *const verbs[][2] = {
		[TEEQ_EVENT_TOUCH_TAKE] = { "takes", "enters" },
		[TEEQ_EVENT_TOUCH_TAKEN] = { "wants", "wants" },
		[TEEQ_EVENT_TOUCH_RELEASE] = { "releases", "leaves" },
	};
	enum teeq_secure_lock_kind kind = teeq_model_secure_lock_kind(model, event->touched);
	bool session = kind == TEEQ_SECURE_LOCK_SESSION;
	bool entered = session || kind == TEEQ_SECURE_LOCK_TA;

	words_add(words, "%s ", verbs[event->touch][entered]);
	words_add_secure_lock(words, model, event->touched);
	if (event->touch == TEEQ_EVENT_TOUCH_TAKEN)
		words_add(words, session ? ", in which another call is" :
				 entered ? ", which is busy" : ", which is taken");
}

void event_add_touch(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	if (is_of_loading(model, event)) {
		event_waits_add_loading(words, model, event);
		words_add(words, "; ");
		return;
	}
	switch (event->touch) {
	case TEEQ_EVENT_TOUCH_TAKE:
	case TEEQ_EVENT_TOUCH_TAKEN:
	case TEEQ_EVENT_TOUCH_RELEASE:
		add_touched_lock(words, model, event);
		break;
	case TEEQ_EVENT_TOUCH_COND_WAIT:
	case TEEQ_EVENT_TOUCH_COND_SIGNAL:
		words_add(words, "%s condition %s",
			  event->touch == TEEQ_EVENT_TOUCH_COND_WAIT ? "begins to wait for" :
								       "signals",
			  words_name(teeq_model_condition_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_CLOSE:
	case TEEQ_EVENT_TOUCH_GONE:
		words_add(words, event->touch == TEEQ_EVENT_TOUCH_CLOSE ? "closes " : "wants ");
		words_add_secure_lock(words, model, event->touched);
		words_add(words, event->touch == TEEQ_EVENT_TOUCH_CLOSE ?
					 ", for which others wait" : ", which was closed");
		break;
	case TEEQ_EVENT_TOUCH_CANCELLED:
		words_add(words, "sees that session %s was cancelled",
			  words_name(teeq_model_session_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_CANCEL_OVER:
		words_add(words, "returns, session %s is cancelled no longer",
			  words_name(teeq_model_session_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_POLL:
		words_add(words, "polls event %s in vain",
			  words_name(teeq_model_event_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_POLLED:
		words_add(words, "sees event %s",
			  words_name(teeq_model_event_name(model, event->touched)));
		break;
	case TEEQ_EVENT_TOUCH_ASYNC:
		words_add(words, "raises ");
		if (event->touched == TEEQ_NO_OBJECT)
			words_add(words, "a bottom half");
		else
			words_add_notification(words, model, event->touched);
		break;
	default:
		return;
	}
	words_add(words, "; ");
}

/* ------------------------------------ time, memory, signals, faults --------------------------- */

void event_add_sleep(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	(void)model;
	if (event->outcome == TEEQ_OUTCOME_INTERRUPTED) {
		words_add(words, "sleep: ended by a signal");
		return;
	}
	words_add(words, "sleep: over");
	if (event->ticks > 0)
		words_add(words, " after %u tick%s", event->ticks, event->ticks == 1 ? "" : "s");
}

void event_add_allocate(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	(void)model;
	words_add(words, "allocate shared memory");
	add_failure(words, event, NULL);
}

void event_add_signal(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "%s %s", teeq_action_name((enum teeq_action)event->action),
		  graph_client_name(model, event->object));
	if (event->action == TEEQ_ACTION_FREEZE)
		words_add(words, event->outcome == TEEQ_OUTCOME_OK ? ": frozen" : ": asked for");
}

void event_add_exit(struct words *words, const struct teeq_model *model,
		    const struct teeq_event *event)
{
	(void)model;
	(void)event;
	words_add(words, "exit: killed");
}

void event_add_fault(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	static const char *const effects[TEEQ_FAULT_KIND_COUNT] = {
		[TEEQ_FAULT_SUPPLICANT_DIES] = "tee-supplicant dies",
		[TEEQ_FAULT_CLIENT_KILLED] = "killed",
		[TEEQ_FAULT_NO_MEMORY] = "the next allocation fails",
		[TEEQ_FAULT_THREAD_LOST] = "lost",
		[TEEQ_FAULT_RESERVE_REFUSED] = "the next reservation is refused",
		[TEEQ_FAULT_UNRESERVE_FAILS] = "the next unreserve fails",
		[TEEQ_FAULT_OPEN_FAILS] = "the next session is not opened",
		[TEEQ_FAULT_CALL_FAILS] = "the next call fails",
		[TEEQ_FAULT_INTERRUPT] = "a non-secure interrupt arrives",
		[TEEQ_FAULT_RESUME_REFUSED] = "the next resume is refused",
		[TEEQ_FAULT_NOTIF_WAIT_FAILS] = "the next wait for a notification fails",
	};
	enum teeq_fault_kind kind = teeq_model_fault_kind(model, event->task);

	words_add(words, "fault: ");
	if (event->context != TEEQ_NO_CONTEXT)
		words_add(words, "thread %u is ", event->context);
	if (event->peer != TEEQ_NO_TASK)
		words_add(words, "%s is ", words_name(teeq_model_task_name(model, event->peer)));
	words_add(words, "%s", kind < TEEQ_FAULT_KIND_COUNT ? effects[kind] : "?");
}
