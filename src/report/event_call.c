/* SPDX-License-Identifier: BSD-2-Clause */
/* A call of the driver, from its slot and its place in the queue to its end; and fast calls. */
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

/* ------------------------------------------- calls -------------------------------------------- */

void event_add_enter(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	words_add(words, "enter");
	add_command(words, model, event);
	add_admission(words, event);
}

/* A caller that was woken on its way hands that on. */
void event_add_started(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	words_add(words, "started: waits no more");
	add_woken(words, model, event, ", ");
}

void event_add_recheck(struct words *words, const struct teeq_model *model,
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

void event_add_smc(struct words *words, const struct teeq_model *model,
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

void event_add_leave(struct words *words, const struct teeq_model *model,
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

/* ---------------------------------- the slot of its argument ---------------------------------- */

void event_add_get_arg(struct words *words, const struct teeq_model *model,
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

void event_add_free_arg(struct words *words, const struct teeq_model *model,
			const struct teeq_event *event)
{
	(void)model;
	(void)event;
	words_add(words, "free-arg");
}

/* ---------------------------------------- reservations ---------------------------------------- */

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
	if (event->outcome == TEEQ_OUTCOME_FAILED)
		words_add(words, ", the driver warns");
	add_woken(words, model, event, ", ");
}

void event_add_reserve(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	add_session(words, model, event, "reserve");
}

void event_add_unreserve(struct words *words, const struct teeq_model *model,
			 const struct teeq_event *event)
{
	add_session(words, model, event, "unreserve");
}

void event_add_count(struct words *words, const struct teeq_model *model,
		     const struct teeq_event *event)
{
	words_add(words, "count the reservations of %s",
		  words_name(teeq_model_session_name(model, event->object)));
}
