/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of an event: of each action, and of the steps of scripts and the faults themselves. */
#include "report/event.h"

#include "report/graph.h"
#include "teeq/report.h"

/* ": ok" is not said; what failed is, with its number. */
/* -------------------------------------- steps of scripts -------------------------------------- */

static void add_lock(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	words_add(words, "lock %s", words_name(teeq_model_lock_name(model, event->object)));
}

static void add_await(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "await %s: signalled",
		  words_name(teeq_model_event_name(model, event->object)));
}

static void add_poll(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	words_add(words, "poll %s: signalled",
		  words_name(teeq_model_event_name(model, event->object)));
}

static void add_barrier(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	words_add(words, "barrier %s: complete",
		  words_name(teeq_model_barrier_name(model, event->object)));
}

static void event_add_sleep(struct words *words, const struct teeq_model *model,
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

static void add_allocate(struct words *words, const struct teeq_model *model,
			 const struct teeq_event *event)
{
	(void)model;
	words_add(words, "allocate shared memory");
	words_add_failure(words, event, NULL);
}

static void add_fail(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	(void)model;
	words_add(words, "fail: ");
	words_add_errno(words, event->result);
}

static void add_signal(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	words_add(words, "%s %s", teeq_action_name((enum teeq_action)event->action),
		  graph_client_name(model, event->object));
	if (event->action == TEEQ_ACTION_FREEZE)
		words_add(words, event->outcome == TEEQ_OUTCOME_OK ? ": frozen" : ": asked for");
}

static void add_exit(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	(void)model;
	(void)event;
	words_add(words, "exit: killed");
}

/* ------------------------------------------- faults ------------------------------------------- */

static void add_fault(struct words *words, const struct teeq_model *model,
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

/* -------------------------------------------- all --------------------------------------------- */

static void add_plain(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	(void)model;
	if (event->action == TEEQ_ACTION_WAIT)
		words_add(words, "wait: woken");
	else if (event->action == TEEQ_ACTION_REQUEUE)
		words_add(words, "requeue: to the tail");
	else
		words_add(words, "%s",
			  words_name(teeq_action_name((enum teeq_action)event->action)));
}

size_t teeq_event_text(const struct teeq_model *model, const struct teeq_event *event, char *text,
		       size_t size)
{
	static event_text *const add[TEEQ_ACTION_COUNT] = {
		[TEEQ_ACTION_ENTER] = event_add_enter,
		[TEEQ_ACTION_RECHECK] = event_add_recheck,
		[TEEQ_ACTION_STARTED] = event_add_started,
		[TEEQ_ACTION_SMC] = event_add_smc,
		[TEEQ_ACTION_SECURE] = event_add_secure,
		[TEEQ_ACTION_LEAVE] = event_add_leave,
		[TEEQ_ACTION_FAIL] = add_fail,
		[TEEQ_ACTION_RESERVE] = event_add_reserve,
		[TEEQ_ACTION_UNRESERVE] = event_add_unreserve,
		[TEEQ_ACTION_COUNT_SESSION] = event_add_count,
		[TEEQ_ACTION_LOCK] = add_lock,
		[TEEQ_ACTION_AWAIT] = add_await,
		[TEEQ_ACTION_POLL] = add_poll,
		[TEEQ_ACTION_BARRIER] = add_barrier,
		[TEEQ_ACTION_RPC] = event_add_rpc,
		[TEEQ_ACTION_REQUEST] = event_add_request,
		[TEEQ_ACTION_REPLY] = event_add_reply,
		[TEEQ_ACTION_RECEIVE] = event_add_receive,
		[TEEQ_ACTION_ANSWER] = event_add_answer,
		[TEEQ_ACTION_NOTIF_WAIT] = event_add_notif_wait,
		[TEEQ_ACTION_NOTIF_WAKE] = event_add_notif_wake,
		[TEEQ_ACTION_NOTIF_SEND] = event_add_notif_send,
		[TEEQ_ACTION_INTERRUPT] = event_add_interrupt,
		[TEEQ_ACTION_ASYNC] = event_add_async,
		[TEEQ_ACTION_SLEEP] = event_add_sleep,
		[TEEQ_ACTION_ALLOCATE] = add_allocate,
		[TEEQ_ACTION_KILL] = add_signal,
		[TEEQ_ACTION_FREEZE] = add_signal,
		[TEEQ_ACTION_THAW] = add_signal,
		[TEEQ_ACTION_EXIT] = add_exit,
		[TEEQ_ACTION_FAULT] = add_fault,
		[TEEQ_ACTION_GET_ARG] = event_add_get_arg,
		[TEEQ_ACTION_FREE_ARG] = event_add_free_arg,
	};
	struct words words;

	words_start(&words, text, size);
	if (!model || !event)
		return 0;
	if (event->action < TEEQ_ACTION_COUNT && add[event->action])
		add[event->action](&words, model, event);
	else
		add_plain(&words, model, event);
	return words.length;
}
