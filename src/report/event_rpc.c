/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done for an RPC, by the caller or by tee-supplicant; and notifications. */
#include "report/event.h"
#include "teeq/abi.h"

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
	words_add_failure(words, event, NULL);
}

void event_add_request(struct words *words, const struct teeq_model *model,
		       const struct teeq_event *event)
{
	add_service(words, model, event, "request");
	if (event->outcome == TEEQ_OUTCOME_OK)
		words_add(words, ": queued for tee-supplicant");
	words_add_failure(words, event, "tee-supplicant is not running");
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
	words_add_failure(words, event,
			  killed ? "a signal came while it waited" : "tee-supplicant is gone");
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

/* --------------------------------------- notifications ---------------------------------------- */

static void add_keyed(struct words *words, const struct teeq_model *model,
		      const struct teeq_event *event, const char *verb)
{
	words_add(words, "%s ", verb);
	words_add_notification(words, model, event->object);
}

void event_add_notif_wait(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	add_keyed(words, model, event, "notif-wait");
	if (event->outcome == TEEQ_OUTCOME_MUST_WAIT)
		words_add(words, ": must wait");
	else if (event->outcome == TEEQ_OUTCOME_OK)
		words_add(words, ": sent already");
	/* Without a reason beside it, the failure is a fault of the scenario. */
	words_add_failure(words, event,
			  event->result == -TEEQ_ABI_EBUSY ? "another waits for it" : NULL);
}

void event_add_notif_wake(struct words *words, const struct teeq_model *model,
			  const struct teeq_event *event)
{
	add_keyed(words, model, event, "notif-wake");
	words_add_failure(words, event, NULL);
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
	add_keyed(words, model, event, "notif-send");
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
