/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>

#include "report/words.h"
#include "teeq/abi.h"
#include "teeq/report.h"

static void add_command(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	if (event->command != TEEQ_NO_OBJECT)
		words_add(words, " %s", words_name(teeq_model_command_name(model, event->command)));
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

static void add_recheck(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	(void)model;
	words_add(words, "recheck");
	add_admission(words, event);
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
	add_function(words, event);
	words_add(words, "%s thread %u", event->outcome == TEEQ_OUTCOME_RESUMED ? "" : " ->",
		  event->context);
}

static void add_secure(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	if (event->outcome != TEEQ_OUTCOME_RPC) {
		words_add(words, "secure: OK, thread %u free", event->context);
		return;
	}
	words_add(words, "secure: RPC CMD %s, thread %u suspended",
		  words_name(teeq_model_service_name(model, event->object)), event->context);
}

static void add_leave(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event)
{
	words_add(words, "leave");
	add_woken(words, model, event, ": ");
}

static void add_session(struct words *words, const struct teeq_model *model,
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
	add_woken(words, model, event, ", ");
}

static void add_reserve(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	add_session(words, model, event, "reserve");
}

static void add_unreserve(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	add_session(words, model, event, "unreserve");
}

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

static void add_barrier(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	words_add(words, "barrier %s: complete",
		  words_name(teeq_model_barrier_name(model, event->object)));
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
	static void (*const add[TEEQ_ACTION_COUNT])(struct words *, const struct teeq_model *,
						    const struct teeq_event *) = {
		[TEEQ_ACTION_ENTER] = add_enter,
		[TEEQ_ACTION_RECHECK] = add_recheck,
		[TEEQ_ACTION_SMC] = add_smc,
		[TEEQ_ACTION_SECURE] = add_secure,
		[TEEQ_ACTION_LEAVE] = add_leave,
		[TEEQ_ACTION_RESERVE] = add_reserve,
		[TEEQ_ACTION_UNRESERVE] = add_unreserve,
		[TEEQ_ACTION_LOCK] = add_lock,
		[TEEQ_ACTION_AWAIT] = add_await,
		[TEEQ_ACTION_BARRIER] = add_barrier,
	};
	struct words words;

	words_start(&words, text, size);
	if (event->action < TEEQ_ACTION_COUNT && add[event->action])
		add[event->action](&words, model, event);
	else
		add_plain(&words, model, event);
	return words.length;
}
