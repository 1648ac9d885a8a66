/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/event.h"
#include "teeq/report.h"

static void add_command(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	if (event->command != TEEQ_NO_OBJECT)
		words_add(words, " %s", words_name(teeq_model_command_name(model, event->command)));
	words_add(words, "%s", words_memory(event->memory));
	if (event->system)
		words_add(words, ", system");
}

/* What the admission test said; the number it looked at where it said no. */
static void add_admission(struct words *words, const struct teeq_event *event)
{
	if (event->outcome == TEEQ_OUTCOME_ADMITTED) {
		words_add(words, ": admitted");
	} else if (event->outcome == TEEQ_OUTCOME_MUST_WAIT) {
		words_add(words, ": must wait (free %ld)", (long)event->free_count);
	} else if (event->outcome == TEEQ_OUTCOME_REFUSED) {
		words_add(words, ": refused, ");
		words_add_errno(words, event->result);
	}
}

static void add_woken(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event, const char *before)
{
	unsigned int shown = event->woken_count;

	if (shown == 0)
		return;
	if (shown > TEEQ_EVENT_WOKEN_MAX)
		shown = TEEQ_EVENT_WOKEN_MAX;
	words_add(words, "%swakes", before);
	for (unsigned int i = 0; i < shown; i++) {
		words_add(words, i > 0 ? ", " : " ");
		words_add_caller(words, model, event->woken[i]);
	}
	if (event->woken_count > shown)
		words_add(words, " and %u more", event->woken_count - shown);
}

static void add_function(struct words *words, const struct teeq_event *event)
{
	uint32_t id = (uint32_t)event->call.a[0];
	const char *name = teeq_ffa_is_message(&event->call) ?
				   teeq_ffa_message_name(&event->call) : teeq_smc_function_name(id);

	if (name)
		words_add(words, "%s", name);
	else
		words_add(words, "0x%08lx", (unsigned long)id);
}

static void add_enter(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "enter");
	add_command(words, model, event);
	add_admission(words, event);
}

/* A caller that was woken on its way hands that on. */
static void add_started(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	words_add(words, "started: waits no more");
	add_woken(words, model, event, ", ");
}

static void add_recheck(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	words_add(words, "recheck");
	add_admission(words, event);
	add_woken(words, model, event, ", ");
}

/* A fast call of the driver's loop around the shared-memory cache: asked, answered, asked again. */
static void add_cache_call(struct words *words, const struct teeq_event *event)
{
	char text[WORDS_MAX];

	teeq_smc_decode_return(event->call.a[0], &event->ret, text, sizeof(text));
	add_function(words, event);
	words_add(words, " -> %s", text);
	if (event->outcome == TEEQ_OUTCOME_AGAIN)
		words_add(words, ", once more");
	else if (event->outcome == TEEQ_OUTCOME_BUSY)
		words_add(words, ", must wait");
}

static void add_smc(struct words *words, const struct teeq_model *model,
		    const struct teeq_event *event)
{
	(void)model;
	words_add(words, "smc: ");
	if (event->outcome == TEEQ_OUTCOME_THREAD_LIMIT) {
		words_add(words, teeq_ffa_is_message(&event->ret) ? "BUSY" : "ETHREAD_LIMIT");
		return;
	}
	if (event->context == TEEQ_NO_CONTEXT) {
		add_cache_call(words, event);
		return;
	}
	add_function(words, event);
	words_add(words, "%s thread %u", event->outcome == TEEQ_OUTCOME_TAKEN ? " ->" : "",
		  event->context);
	if (event->outcome == TEEQ_OUTCOME_REFUSED)
		words_add(words, ": %s, the call is given up",
			  teeq_ffa_is_message(&event->ret) ? "BUSY" : "ERESUME");
}

/* "2 ticks", where the secure world or the driver counts them. */
static void add_ticks(struct words *words, const char *before, const struct teeq_event *event)
{
	if (event->ticks > 0)
		words_add(words, "%s %u tick%s", before, event->ticks,
			  event->ticks == 1 ? "" : "s");
}

/* "RPC CMD GET_TIME clock", "RPC CMD NOTIFICATION WAIT ready (key 0), at most 5 ticks" */
static void add_rpc_command(struct words *words, const struct teeq_model *model,
			    const struct teeq_event *event)
{
	static const uint8_t commands[TEEQ_RPC_KIND_COUNT] = {
		[TEEQ_RPC_KIND_GET_TIME] = TEEQ_RPC_CMD_GET_TIME,
		[TEEQ_RPC_KIND_SHM_ALLOC] = TEEQ_RPC_CMD_SHM_ALLOC,
		[TEEQ_RPC_KIND_SHM_FREE] = TEEQ_RPC_CMD_SHM_FREE,
		[TEEQ_RPC_KIND_I2C] = TEEQ_RPC_CMD_I2C_TRANSFER,
		[TEEQ_RPC_KIND_RPMB] = TEEQ_RPC_CMD_RPMB_FRAMES,
	};
	enum teeq_rpc_kind kind = TEEQ_RPC_KIND_OTHER;

	words_add(words, "RPC CMD ");
	switch (event->rpc) {
	case TEEQ_EVENT_RPC_NOTIF_WAIT:
		words_add(words, "NOTIFICATION WAIT ");
		words_add_notification(words, model, event->object);
		add_ticks(words, ", at most", event);
		return;
	case TEEQ_EVENT_RPC_NOTIF_SEND:
		words_add(words, "NOTIFICATION SEND ");
		words_add_notification(words, model, event->object);
		return;
	case TEEQ_EVENT_RPC_SUSPEND:
		words_add(words, "SUSPEND");
		add_ticks(words, " for", event);
		return;
	default:
		kind = teeq_model_service_kind(model, event->object);
		break;
	}
	if (kind != TEEQ_RPC_KIND_OTHER)
		words_add(words, "%s ", teeq_rpc_command_name(commands[kind]));
	words_add(words, "%s", words_name(teeq_model_service_name(model, event->object)));
}

static void add_secure(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	words_add(words, "secure: ");
	event_add_touch(words, model, event);
	if (event->outcome == TEEQ_OUTCOME_WORKING) {
		words_add(words, "thread %u goes on", event->context);
		add_ticks(words, " for", event);
		return;
	}
	if (event->outcome == TEEQ_OUTCOME_EXIT) {
		words_add(words, "OK, thread %u free", event->context);
		return;
	}
	if (event->outcome == TEEQ_OUTCOME_INTERRUPTED)
		words_add(words, teeq_ffa_is_message(&event->ret) ? "INTERRUPT" :
								    "RPC FOREIGN_INTR");
	else
		add_rpc_command(words, model, event);
	words_add(words, ", thread %u suspended", event->context);
}

static void add_leave(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	bool failed = event->outcome == TEEQ_OUTCOME_FAILED;

	words_add(words, "leave%s", failed ? ": the call failed" : "");
	if (event->result) {
		words_add(words, ", ");
		words_add_errno(words, event->result);
	}
	add_woken(words, model, event, failed ? ", " : ": ");
}

static void add_fail(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	(void)model;
	words_add(words, "fail: ");
	words_add_errno(words, event->result);
}

static void event_add_session(struct words *words, const struct teeq_model *model,
			      const struct teeq_event *event, const char *verb)
{
	words_add(words, "%s", verb);
	if (event->object != TEEQ_NO_OBJECT)
		words_add(words, " %s", words_name(teeq_model_session_name(model, event->object)));
	words_add(words, ": ");
	if (event->has_call) {
		const char *name = teeq_smc_return_name((uint32_t)event->ret.a[0]);

		add_function(words, event);
		words_add(words, " -> %s, ", event->has_ret ? words_name(name) : "?");
	}
	words_add_errno(words, event->result);
	if (event->outcome == TEEQ_OUTCOME_FAILED)
		words_add(words, ", the driver warns");
	add_woken(words, model, event, ", ");
}

static void add_reserve(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	event_add_session(words, model, event, "reserve");
}

static void add_unreserve(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	event_add_session(words, model, event, "unreserve");
}

static void add_count(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "count the reservations of %s",
		  words_name(teeq_model_session_name(model, event->object)));
}

static void event_add_lock(struct words *words, const struct teeq_model *model,
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

static void event_add_poll(struct words *words, const struct teeq_model *model,
			   const struct teeq_event *event)
{
	words_add(words, "poll %s: signalled",
		  words_name(teeq_model_event_name(model, event->object)));
}

static void event_add_barrier(struct words *words, const struct teeq_model *model,
			      const struct teeq_event *event)
{
	words_add(words, "barrier %s: complete",
		  words_name(teeq_model_barrier_name(model, event->object)));
}

static void add_get_arg(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	(void)model;
	words_add(words, "get-arg: ");
	if (event->outcome == TEEQ_OUTCOME_OK) {
		words_add(words, "a slot");
	} else if (event->outcome == TEEQ_OUTCOME_TAKEN) {
		words_add(words, "a slot of a new page");
	} else if (event->outcome == TEEQ_OUTCOME_MUST_WAIT) {
		words_add(words, "no slot is free, a page is to be registered");
	} else {
		words_add(words, "no memory, ");
		words_add_errno(words, event->result);
	}
}

static void add_free_arg(struct words *words, const struct teeq_model *model,
			 const struct teeq_event *event)
{
	(void)model;
	(void)event;
	words_add(words, "free-arg");
}

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
		[TEEQ_ACTION_ENTER] = add_enter,
		[TEEQ_ACTION_RECHECK] = add_recheck,
		[TEEQ_ACTION_STARTED] = add_started,
		[TEEQ_ACTION_SMC] = add_smc,
		[TEEQ_ACTION_SECURE] = add_secure,
		[TEEQ_ACTION_LEAVE] = add_leave,
		[TEEQ_ACTION_FAIL] = add_fail,
		[TEEQ_ACTION_RESERVE] = add_reserve,
		[TEEQ_ACTION_UNRESERVE] = add_unreserve,
		[TEEQ_ACTION_COUNT_SESSION] = add_count,
		[TEEQ_ACTION_LOCK] = event_add_lock,
		[TEEQ_ACTION_AWAIT] = add_await,
		[TEEQ_ACTION_POLL] = event_add_poll,
		[TEEQ_ACTION_BARRIER] = event_add_barrier,
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
		[TEEQ_ACTION_ALLOCATE] = event_add_allocate,
		[TEEQ_ACTION_KILL] = event_add_signal,
		[TEEQ_ACTION_FREEZE] = event_add_signal,
		[TEEQ_ACTION_THAW] = event_add_signal,
		[TEEQ_ACTION_EXIT] = event_add_exit,
		[TEEQ_ACTION_FAULT] = event_add_fault,
		[TEEQ_ACTION_GET_ARG] = add_get_arg,
		[TEEQ_ACTION_FREE_ARG] = add_free_arg,
	};
	struct words words;

	words_start(&words, text, text ? size : 0);
	if (!model || !event)
		return 0;
	if (event->action < TEEQ_ACTION_COUNT && add[event->action])
		add[event->action](&words, model, event);
	else
		add_plain(&words, model, event);
	return words.length;
}
