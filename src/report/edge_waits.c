/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/reason.h"

/* ---------------------------------- threads and CPUs ------------------------------------------ */

void reason_add_idle(const struct reason *reason)
{
	words_add(reason->words, "waits until no thread is in use: ");
	if (reason->edges->context == TEEQ_NO_CONTEXT)
		words_add(reason->words, "none is, but nobody is left who would wake it");
	else
		reason_add_threads(reason);
}

/* "rt, of priority 50, polls event ready there", "app's call spin is resumed there at once, ..." */
static void add_runner(const struct reason *reason, const struct teeq_wait_edge *edge)
{
	struct reason one = *reason;
	struct teeq_task_view view;

	one.edges = edge;
	one.count = 1;
	teeq_world_task(reason->model, reason->world, (unsigned int)edge->holder, &view);
	if (edge->context != TEEQ_NO_CONTEXT) {
		reason_add_holder_calls(&one);
		words_add(reason->words, view.action == TEEQ_ACTION_SECURE ?
						 " runs in the secure world" :
						 " is interrupted and resumed at once");
		return;
	}
	words_add(reason->words, "%s, of priority %u, ", reason_task(reason, edge->holder),
		  teeq_model_task_priority(reason->model, (size_t)edge->holder));
	if (view.spins)
		words_add(reason->words, "polls event %s",
			  words_name(teeq_model_event_name(reason->model, view.polled)));
	else
		words_add(reason->words, "runs");
}

static bool all_are_secure(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		struct teeq_task_view view;

		if (reason->edges[i].context == TEEQ_NO_CONTEXT)
			return false;
		teeq_world_task(reason->model, reason->world, (unsigned int)reason->edges[i].holder,
				&view);
		if (view.action != TEEQ_ACTION_SECURE)
			return false;
	}
	return true;
}

void reason_add_cpu(const struct reason *reason)
{
	unsigned int cpu = teeq_model_task_cpu(reason->model, reason->edges->waiter);

	if (cpu == 0 && reason->edges->holder >= 0 && all_are_secure(reason)) {
		words_add(reason->words, "waits for a CPU: every one runs the secure world, for ");
		reason_add_holder_calls(reason);
		return;
	}
	if (cpu > 0)
		words_add(reason->words, "waits for CPU %u, where ", cpu);
	else
		words_add(reason->words, "waits for a CPU: ");
	for (size_t i = 0; i < reason->count; i++) {
		words_add(reason->words, i > 0 ? "; " : "");
		if (reason->edges[i].holder < 0)
			words_add(reason->words, "nobody lets it run");
		else
			add_runner(reason, &reason->edges[i]);
	}
}

void reason_add_poll(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_SIGNAL, reason->edges->object, "signal" };

	words_add(reason->words, "polls event %s, ",
		  words_name(teeq_model_event_name(reason->model, reason->edges->object)));
	reason_add_may(reason, &deed);
}

/* ---------------------------------- locks of the secure world --------------------------------- */

static bool has_finished(const struct reason *reason, int task)
{
	return !(teeq_world_unfinished(reason->model, reason->world) >> task & 1);
}

/* "by app.1's call write, in thread 0", "since an earlier call of ca.0" or "by thread 1, which is lost" */
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
	const struct reason_deed deed = { TEEQ_DEED_SECURE_UNLOCK, reason->edges->object, "do" };
	struct teeq_secure_wait_view wait;

	words_add(reason->words, ", %s, ", free);
	teeq_world_call(reason->model, reason->world, reason->edges->waiter,
			reason->edges->waiter_level, &call);
	if (teeq_world_secure_wait(reason->model, reason->world, call.context, &wait) &&
	    wait.chosen) {
		if (wait.strayed >= 0)
			words_add(reason->words, "but the wake went to guest %s, where nobody "
						 "waits for it",
				  words_name(teeq_model_guest_name(reason->model,
								   (size_t)wait.strayed)));
		else
			words_add(reason->words, "and is about to be woken");
		return;
	}
	words_add(reason->words, "%s, ", until);
	reason_add_may(reason, &deed);
}

/* What its edge says where it closes the session: it is in there, and waits for those who are not. */
static bool closes_session(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	return teeq_world_holds(reason->model, reason->world, edge->waiter, edge->waiter_level,
				edge->object);
}

/* "waits for session s, in which app.0's call x is", or its own, which is below it. */
static void add_session(const struct reason *reason)
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
	words_add(reason->words, "waits for ");
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

/* "waits for TA x, which app.0's call open is loading"; where nobody is, that is over. */
static void add_loading(const struct reason *reason)
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
			add_session(reason);
		else
			add_loading(reason);
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
		words_add(reason->words, "; of their %u holds another call gave back %u", lock.named,
			  lock.named - lock.readers);
}

void reason_add_condition(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_COND_SIGNAL, reason->edges->object, "signal" };

	words_add(reason->words, "waits for condition %s, ",
		  words_name(teeq_model_condition_name(reason->model, reason->edges->object)));
	reason_add_may(reason, &deed);
}

void reason_add_notification(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_NOTIFY, reason->edges->object, "send" };

	words_add(reason->words, "waits for notification ");
	words_add_notification(reason->words, reason->model, reason->edges->object);
	words_add(reason->words, ", ");
	reason_add_may(reason, &deed);
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

/* "tee-supplicant.0 serves app.1, tee-supplicant.1 is frozen" */
static void add_servers(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		unsigned int task = (unsigned int)reason->edges[i].holder;
		struct teeq_task_view view;
		int client;

		if (i > 0)
			words_add(reason->words, ", ");
		teeq_world_task(reason->model, reason->world, task, &view);
		words_add(reason->words, "%s ", reason_is_own(&reason->edges[i]) ?
							"it itself" :
							reason_task(reason, (int)task));
		if (view.frozen)
			words_add(reason->words, "is frozen");
		else if (!teeq_world_serves(reason->model, reason->world, task, &client))
			words_add(reason->words, "is about to");
		else
			words_add(reason->words, "serves %s",
				  client < 0 ? "nobody any more" : reason_task(reason, client));
	}
}

static bool is_thread_of_it(const struct reason *reason, size_t edge)
{
	int holder = reason->edges[edge].holder;

	return holder >= 0 &&
	       teeq_model_task_kind(reason->model, (size_t)holder) == TEEQ_TASK_SUPPLICANT;
}

/* Threads of it that are in the kernel come first: while there are any, they are all that matters. */
static void add_device_users(const struct reason *reason)
{
	struct reason threads = *reason;

	words_add(reason->words, "it was killed, and ");
	for (threads.count = reason->count; threads.count > 0; threads.count--, threads.edges++)
		if (is_thread_of_it(&threads, 0))
			break;
	if (threads.count > 0) {
		reason_add_holders(&threads);
		words_add(reason->words, ", still in the kernel, keeps its device open");
		return;
	}
	words_add(reason->words, "its device is held open by memory that it allocated for ");
	if (reason->edges->holder < 0)
		words_add(reason->words, "a thread that is lost");
	else
		reason_add_holder_calls(reason);
}

static enum teeq_supplicant_state own_supplicant(const struct reason *reason)
{
	return teeq_world_guest_supplicant(
		reason->model, reason->world,
		teeq_model_task_guest(reason->model, reason->edges->waiter));
}

static void add_queued(const struct reason *reason, const struct teeq_request_view *request)
{
	const struct reason_deed start = { TEEQ_DEED_START, 0, "start" };

	words_add(reason->words, "waits for tee-supplicant to take its request %s: ",
		  words_name(teeq_model_service_name(reason->model, request->service)));
	switch (own_supplicant(reason)) {
	case TEEQ_SUPPLICANT_RUNS:
		if (reason->edges->holder >= 0)
			add_servers(reason);
		break;
	case TEEQ_SUPPLICANT_DEAD:
		add_device_users(reason);
		break;
	default:
		words_add(reason->words, "it is not running, ");
		reason_add_may(reason, &start);
		break;
	}
}

static void add_taken(const struct reason *reason, const struct teeq_request_view *request)
{
	const struct teeq_wait_edge *edge = reason->edges;
	bool runs = own_supplicant(reason) == TEEQ_SUPPLICANT_RUNS;

	words_add(reason->words, "waits for tee-supplicant's answer to %s",
		  words_name(teeq_model_service_name(reason->model, request->service)));
	if (request->server < 0) {
		words_add(reason->words, ": ");
		add_device_users(reason);
	} else {
		words_add(reason->words, ", on which %s works%s", reason_task(reason, edge->holder),
			  runs ? "" : " although it was killed");
	}
}

/* A fatal signal that does not end the wait. */
static void add_deafness(const struct reason *reason)
{
	struct teeq_task_view view;

	teeq_world_task(reason->model, reason->world, reason->edges->waiter, &view);
	if (!view.killed)
		return;
	if (teeq_model_supplicant_wait(reason->model) == TEEQ_SUPPLICANT_INTERRUPTIBLE)
		words_add(reason->words, "; a signal would end the wait only while no "
					 "tee-supplicant is there");
	else
		words_add(reason->words, "; no signal ends the wait");
}

void reason_add_supplicant(const struct reason *reason)
{
	struct teeq_request_view request;

	if (!teeq_world_request(reason->model, reason->world, reason->edges->waiter, &request))
		return;
	if (request.state == TEEQ_REQUEST_QUEUED)
		add_queued(reason, &request);
	else
		add_taken(reason, &request);
	add_deafness(reason);
}

void reason_add_start(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_KILL, TEEQ_NO_OBJECT, "kill" };

	words_add(reason->words, "waits to start tee-supplicant: ");
	if (teeq_world_supplicant(reason->model, reason->world) == TEEQ_SUPPLICANT_DEAD) {
		add_device_users(reason);
		return;
	}
	words_add(reason->words, "it runs already, ");
	reason_add_may(reason, &deed);
}

/* ---------------------------------------- the freezer ----------------------------------------- */

void reason_add_freeze(const struct reason *reason)
{
	words_add(reason->words, "waits until %s is frozen",
		  graph_client_name(reason->model, reason->edges->object));
	if (reason->edges->holder < 0)
		return;
	words_add(reason->words, ": ");
	reason_add_holders(reason);
	words_add(reason->words, " %s still in the kernel", reason->count > 1 ? "are" : "is");
}

void reason_add_thaw(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_THAW, reason->edges->object, "thaw" };

	words_add(reason->words, "is frozen, ");
	if (reason->edges->holder < 0) {
		words_add(reason->words, "and nobody is left who would thaw it");
		return;
	}
	words_add(reason->words, "until ");
	reason_add_doers(reason, &deed);
	words_add(reason->words, " would thaw it");
}
