/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for the secure world: its locks, conditions and notifications. */
#include "report/reason.h"

#include <string.h>

static bool has_finished(const struct reason *reason, int task)
{
	return !(teeq_world_unfinished(reason->model, reason->world) >> task & 1);
}

/*
 * "by app.1's call write, in thread 0", "since an earlier call of ca.0" or "by thread 1, which is
 * lost"
 */
static void add_lock_holder(const struct reason *reason, const struct teeq_wait_edge *edge)
{
	struct reason one = *reason;

	one.edges = edge;
	one.count = 1;
	if (edge->holder < 0) {
		words_add(reason->words, "by thread %u, which is lost", edge->context);
		return;
	}
	if (edge->context != TEEQ_NO_CONTEXT) {
		words_add(reason->words, "by ");
		reason_add_holder_calls(&one);
		words_add(reason->words, ", in thread %u", edge->context);
		return;
	}
	words_add(reason->words, "since an earlier call of %s",
		  reason_is_own(edge) ? "its own" : reason_task(reason, edge->holder));
	if (has_finished(reason, edge->holder))
		words_add(reason->words, ", which has finished");
}

/* Nobody has it: what is missing is the wake. */
static void add_free_lock(const struct reason *reason, const char *free, const char *until)
{
	struct teeq_call_view call = { .context = TEEQ_NO_CONTEXT };
	const struct reason_effect effect = { TEEQ_EFFECT_SECURE_UNLOCK, reason->edges->object,
					      "do" };
	struct teeq_secure_wait_view wait;

	words_add(reason->words, ", %s, ", free);
	teeq_world_call(reason->model, reason->world, reason->edges->waiter,
			reason->edges->waiter_level, &call);
	if (teeq_world_secure_wait(reason->model, reason->world, call.context, &wait) &&
	    wait.chosen) {
		if (wait.strayed >= 0)
			words_add(reason->words,
				  "but the wake %s to guest %s, where nobody "
				  "waits for it",
				  wait.straying ? "is on its way" : "went",
				  words_name(teeq_model_guest_name(reason->model,
								   (size_t)wait.strayed)));
		else
			words_add(reason->words, "and is about to be woken");
		return;
	}
	words_add(reason->words, "%s, ", until);
	reason_add_may(reason, &effect);
}

/*
 * Whether the waiter is in the session already, as its close: that waits until nobody else wants
 * in.
 */
static bool closes_session(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	return teeq_world_holds(reason->model, reason->world, edge->waiter, edge->waiter_level,
				edge->object);
}

/* Whether the waiter's call is the close of that session, and not in there yet. */
static bool is_to_close(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
	const char *name = teeq_model_secure_lock_name(reason->model, edge->object), *session;
	struct teeq_call_view call;

	if (!teeq_world_call(reason->model, reason->world, edge->waiter, edge->waiter_level,
			     &call) ||
	    !call.closes)
		return false;
	session = teeq_model_session_name(reason->model, call.session);
	return session && name && strcmp(session, name) == 0;
}

/*
 * "waits for session s, in which app.0's call x is", or its own, which is below it; or to close it.
 */
static void edge_secure_add_session(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
	struct teeq_secure_lock_view lock;

	teeq_world_secure_lock(reason->model, reason->world, edge->object, &lock);
	if (closes_session(reason)) {
		words_add(reason->words, "closes ");
		words_add_secure_lock(reason->words, reason->model, edge->object);
		words_add(reason->words, ", and waits until nobody wants it any more");
		return;
	}
	words_add(reason->words, is_to_close(reason) ? "waits to close " : "waits for ");
	words_add_secure_lock(reason->words, reason->model, edge->object);
	if (lock.holder_count == 0) {
		add_free_lock(reason, "which is free", "until it is released once more");
		return;
	}
	words_add(reason->words, ", in which ");
	if (edge->holder < 0) {
		words_add(reason->words, "thread %u is, which is lost", edge->context);
		return;
	}
	reason_add_holder_calls(reason);
	words_add(reason->words, " is");
}

/* "waits for TA x, which app.0's call open is loading"; or which nobody is loading any more. */
static void edge_secure_add_loading(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
	struct teeq_secure_lock_view lock;

	teeq_world_secure_lock(reason->model, reason->world, edge->object, &lock);
	words_add(reason->words, "waits for ");
	words_add_secure_lock(reason->words, reason->model, edge->object);
	if (lock.holder_count == 0) {
		add_free_lock(reason, "which nobody is loading any more",
			      "until OP-TEE's list of TAs is released once more");
		return;
	}
	words_add(reason->words, ", which ");
	if (edge->holder < 0) {
		words_add(reason->words, "thread %u, which is lost, was loading", edge->context);
		return;
	}
	reason_add_holder_calls(reason);
	words_add(reason->words, " is loading");
}

void reason_add_secure_lock(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
	enum teeq_secure_lock_kind kind = teeq_model_secure_lock_kind(reason->model, edge->object);
	struct teeq_secure_lock_view lock;

	if (kind == TEEQ_SECURE_LOCK_SESSION || kind == TEEQ_SECURE_LOCK_LOADING) {
		if (kind == TEEQ_SECURE_LOCK_SESSION)
			edge_secure_add_session(reason);
		else
			edge_secure_add_loading(reason);
		return;
	}

	words_add(reason->words, "waits for ");
	words_add_secure_lock(reason->words, reason->model, edge->object);
	teeq_world_secure_lock(reason->model, reason->world, edge->object, &lock);
	if (lock.holder_count == 0) {
		add_free_lock(reason, "which is free", "until it is released once more");
		return;
	}
	words_add(reason->words, ", held ");
	for (size_t i = 0; i < reason->count; i++) {
		if (i > 0)
			words_add(reason->words, " and ");
		add_lock_holder(reason, &edge[i]);
	}
	if (!lock.written && lock.named > lock.readers)
		words_add(reason->words, "; of their %u holds another call gave back %u",
			  lock.named, lock.named - lock.readers);
}

void reason_add_condition(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_COND_SIGNAL, reason->edges->object,
					      "signal" };

	words_add(reason->words, "waits for condition %s, ",
		  words_name(teeq_model_condition_name(reason->model, reason->edges->object)));
	reason_add_may(reason, &effect);
}

void reason_add_notification(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_NOTIFY, reason->edges->object, "send" };

	words_add(reason->words, "waits for notification ");
	words_add_notification(reason->words, reason->model, reason->edges->object);
	words_add(reason->words, ", ");
	reason_add_may(reason, &effect);
}
