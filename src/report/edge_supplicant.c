/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for tee-supplicant: for its answer, and until it can be started. */
#include "report/reason.h"

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

/*
 * Threads of it that are in the kernel come first: while there are any, they are all that matters.
 */
static void edge_supplicant_add_device_users(const struct reason *reason)
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

static enum teeq_supplicant_state edge_supplicant_own_supplicant(const struct reason *reason)
{
	return teeq_world_guest_supplicant(
		reason->model, reason->world,
		teeq_model_task_guest(reason->model, reason->edges->waiter));
}

static void add_queued(const struct reason *reason, const struct teeq_request_view *request)
{
	const struct reason_effect start = { TEEQ_EFFECT_START, 0, "start" };

	words_add(reason->words, "waits for tee-supplicant to take its request %s: ",
		  words_name(teeq_model_service_name(reason->model, request->service)));
	switch (edge_supplicant_own_supplicant(reason)) {
	case TEEQ_SUPPLICANT_RUNS:
		if (reason->edges->holder >= 0)
			add_servers(reason);
		break;
	case TEEQ_SUPPLICANT_DEAD:
		edge_supplicant_add_device_users(reason);
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
	bool runs = edge_supplicant_own_supplicant(reason) == TEEQ_SUPPLICANT_RUNS;

	words_add(reason->words, "waits for tee-supplicant's answer to %s",
		  words_name(teeq_model_service_name(reason->model, request->service)));
	if (request->server < 0) {
		words_add(reason->words, ": ");
		edge_supplicant_add_device_users(reason);
	} else {
		words_add(reason->words, ", on which %s works%s", reason_task(reason, edge->holder),
			  runs ? "" : " although it was killed");
	}
}

/* Of a task that was killed and waits all the same: why its signal does not help. */
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
	const struct reason_effect effect = { TEEQ_EFFECT_KILL, TEEQ_NO_OBJECT, "kill" };

	words_add(reason->words, "waits to start tee-supplicant: ");
	if (edge_supplicant_own_supplicant(reason) == TEEQ_SUPPLICANT_DEAD) {
		edge_supplicant_add_device_users(reason);
		return;
	}
	words_add(reason->words, "it runs already, ");
	reason_add_may(reason, &effect);
}
