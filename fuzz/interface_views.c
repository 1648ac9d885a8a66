/* SPDX-License-Identifier: BSD-2-Clause */
#include "interface.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------ worlds -------------------------------------------- */

static void view_tasks(struct call *call, const struct teeq_model *m, const struct teeq_world *w)
{
	struct teeq_task_view task;
	struct teeq_call_view in_progress;
	struct teeq_request_view request;
	int client;

	teeq_world_task(m, w, call->a, OR_NULL(call, 2, &task));
	teeq_world_call(m, w, call->a, call->b, OR_NULL(call, 2, &in_progress));
	teeq_world_request(m, w, call->a, OR_NULL(call, 2, &request));
	teeq_world_serves(m, w, call->a, OR_NULL(call, 2, &client));
	teeq_world_sleeps_in_vain(m, w, call->a);
}

static void view_secure(struct call *call, const struct teeq_model *m, const struct teeq_world *w)
{
	struct teeq_context_view context;
	struct teeq_secure_lock_view lock;
	struct teeq_secure_holder_view holder;
	struct teeq_secure_wait_view wait;
	struct teeq_caller caller;
	unsigned int ta;

	teeq_world_context(m, w, call->a, OR_NULL(call, 2, &context));
	teeq_world_secure_lock(m, w, call->a, OR_NULL(call, 2, &lock));
	teeq_world_secure_holder(m, w, call->a, call->b, OR_NULL(call, 2, &holder));
	teeq_world_secure_wait(m, w, call->a, OR_NULL(call, 2, &wait));
	teeq_world_holds(m, w, call->a, call->b, call->a);
	teeq_world_holds(m, w, call->b, call->a, call->b);
	teeq_world_panic(m, w, OR_NULL(call, 2, &caller), OR_NULL(call, 3, &ta));
	teeq_world_reserved(m, w);
	teeq_world_guest_reserved(m, w, call->a);
	teeq_world_context_serves(m, w, call->a, call->b, OR_NULL(call, 2, &ta) != NULL);
}

static void view_objects(struct call *call, const struct teeq_model *m, const struct teeq_world *w)
{
	unsigned int wanted;

	teeq_world_lock_owner(m, w, call->a);
	teeq_world_event_signalled(m, w, call->a);
	teeq_world_barrier(m, w, call->a, OR_NULL(call, 2, &wanted));
	teeq_world_may(m, w, call->a, (enum teeq_effect)(call->b % 24), call->a);
	teeq_world_may(m, w, call->b, (enum teeq_effect)call->a, call->a);
}

static void view_queues(struct call *call, const struct teeq_model *m, const struct teeq_world *w)
{
	const struct teeq_callq *q = teeq_world_guest_callq(m, w, call->a);
	struct teeq_arguments_view arguments;

	teeq_world_callq(m, w);
	teeq_world_arguments(m, w, call->a, OR_NULL(call, 3, &arguments));
	teeq_world_guest_calls(m, w, call->a);
	teeq_world_supplicant(m, w);
	teeq_world_guest_supplicant(m, w, call->a);
	teeq_waiter_caller(q && q->waiter_count > 0 ? OR_NULL(call, 2, &q->waiters[0]) : NULL);
}

static void view_world(const struct teeq_model *m, const struct teeq_world *w)
{
	teeq_world_enabled(m, w);
	teeq_world_unfinished(m, w);
	teeq_world_check(m, w);
	teeq_world_verdict(m, w);
}

/* ------------------------------------------ words --------------------------------------------- */

static void tell_event(struct call *call, const struct teeq_model *m)
{
	const struct teeq_event *event = OR_NULL(call, 1, &call->things->event);
	FILE *out = OR_NULL(call, 2, call->things->out);
	char text[64];

	teeq_event_text(m, event, OR_NULL(call, 3, text), call->a % sizeof(text));
	teeq_trace_head(m, out);
	teeq_trace_event(m, event, out);
	teeq_trace_head_within(m, call->a, out);
	teeq_trace_event_within(m, event, call->a, out);
}

/*
 * The last event with two of its bytes changed to any, or all of it one byte: an event is plain data,
 * and the caller's. Only what is no valid bool stays out of it: to read one is not defined.
 */
static void tell_garbage(struct call *call, const struct teeq_model *m)
{
	struct teeq_event event = call->things->event, bools = event;
	unsigned char bytes[sizeof(event)];
	char text[512];

	memcpy(bytes, &event, sizeof(event));
	bytes[call->a % sizeof(bytes)] = (unsigned char)call->b;
	bytes[call->nulls * 5 % sizeof(bytes)] = (unsigned char)call->a;
	if (call->nulls & 128)
		memset(bytes, (int)(call->b & 255), sizeof(bytes));
	memcpy(&event, bytes, sizeof(event));
	event.system = bools.system;
	event.has_call = bools.has_call || (call->nulls & 64);
	event.has_ret = bools.has_ret || (call->nulls & 32);
	for (unsigned int action = 0; action <= TEEQ_ACTION_COUNT; action++) {
		teeq_event_text(m, &event, text, sizeof(text));
		teeq_trace_event(m, &event, call->things->out);
		event.action = (uint8_t)action;
	}
}

static void tell_edge(struct call *call, const struct teeq_model *m, const struct teeq_world *w)
{
	struct teeq_wait_edge *edges;
	struct teeq_wait_graph graph;
	char text[64];

	if (teeq_wait_graph_new(m, w, OR_NULL(call, 2, &graph)) != TEEQ_OK)
		return;
	edges = graph.edges;
	for (size_t i = 0; i < graph.edge_count; i++) {
		teeq_wait_edge_object(OR_NULL(call, 3, m), OR_NULL(call, 4, &edges[i]));
		teeq_wait_edge_text(OR_NULL(call, 3, m), w, OR_NULL(call, 4, &edges[i]),
				    OR_NULL(call, 5, text), call->a % sizeof(text));
	}
	teeq_wait_graph_free(&graph);
	teeq_wait_graph_free(NULL);
}

bool interface_views(struct call *call, unsigned int function)
{
	const struct teeq_model *m = OR_NULL(call, 0, call->things->model);
	const struct teeq_world *w = OR_NULL(call, 1, call->things->world);

	switch (function) {
	case 0:
		view_tasks(call, m, w);
		return true;
	case 1:
		view_secure(call, m, w);
		return true;
	case 2:
		view_objects(call, m, w);
		return true;
	case 3:
		view_queues(call, m, w);
		return true;
	case 4:
		view_world(m, w);
		return true;
	case 5:
		tell_event(call, m);
		return true;
	case 6:
		tell_edge(call, m, w);
		return true;
	case 7:
		tell_garbage(call, m);
		return true;
	default:
		return false;
	}
}
