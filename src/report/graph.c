/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/builder.h"

#include <stdlib.h>
#include <string.h>

bool graph_is_stuck(const struct teeq_model *model, const struct teeq_world *world,
		    unsigned int task, struct teeq_task_view *view)
{
	teeq_world_task(model, world, task, view);
	return view->action != TEEQ_ACTION_NONE && view->started && !view->enabled;
}

bool graph_may_use(const struct teeq_model *model, const struct teeq_world *world,
		   unsigned int task, bool system, unsigned int context)
{
	return teeq_world_context_serves(model, world, context, teeq_model_task_guest(model, task),
					 system);
}

bool graph_is_asleep(const struct teeq_model *model, const struct teeq_world *world,
		     struct teeq_caller caller)
{
	struct teeq_task_view view;

	teeq_world_task(model, world, caller.task, &view);
	return view.action == TEEQ_ACTION_WAIT && view.level == caller.level;
}

uint16_t graph_client_of(const struct teeq_model *model, unsigned int task)
{
	int client = teeq_model_task_client(model, task);

	return client < 0 ? TEEQ_NO_OBJECT : (uint16_t)client;
}

const char *graph_client_name(const struct teeq_model *model, uint16_t client)
{
	return client == TEEQ_NO_OBJECT ? TEEQ_SUPPLICANT_NAME :
					  words_name(teeq_model_client_name(model, client));
}

int graph_free_thread(const struct teeq_model *model, const struct teeq_world *world,
		      struct teeq_caller caller)
{
	unsigned int count = (unsigned int)teeq_model_thread_count(model);
	struct teeq_call_view call = { 0 };

	teeq_world_call(model, world, caller.task, caller.level, &call);
	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		teeq_world_context(model, world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE &&
		    graph_may_use(model, world, caller.task, call.system, i))
			return (int)i;
	}
	return -1;
}

void builder_add(struct builder *builder, int holder, unsigned int holder_level)
{
	struct teeq_wait_graph *graph = builder->graph;
	struct teeq_wait_edge edge = builder->edge;

	if (builder->failed)
		return;
	if (graph->edge_count == builder->capacity) {
		size_t capacity = builder->capacity ? 2 * builder->capacity : 32;
		struct teeq_wait_edge *edges = realloc(graph->edges, capacity * sizeof(*edges));

		if (!edges) {
			builder->failed = true;
			return;
		}
		graph->edges = edges;
		builder->capacity = capacity;
	}
	edge.holder = (int16_t)holder;
	edge.holder_level = (uint8_t)holder_level;
	graph->edges[graph->edge_count++] = edge;
}

/* Where nobody could be named, that is worth saying too. */
void builder_add_nobody(struct builder *builder)
{
	if (builder->graph->edge_count > builder->first)
		return;
	builder->edge.context = TEEQ_NO_CONTEXT;
	builder_add(builder, -1, 0);
}

static void add_lock(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_LOCK;
	builder_add(builder,
		 teeq_world_lock_owner(builder->model, builder->world, builder->view.object), 0);
}

bool builder_is_neighbour(const struct builder *builder, unsigned int task)
{
	return teeq_model_task_guest(builder->model, task) ==
	       teeq_model_task_guest(builder->model, builder->edge.waiter);
}

/* What belongs to a driver only tasks of its guest can touch; what belongs to nobody, anybody. */
bool graph_reaches(const struct teeq_model *model, unsigned int waiter, unsigned int task,
		   enum teeq_deed deed, unsigned int object)
{
	bool anybody = deed == TEEQ_DEED_SIGNAL || deed == TEEQ_DEED_ARRIVE ||
		       deed == TEEQ_DEED_COND_SIGNAL || deed == TEEQ_DEED_SECURE_UNLOCK ||
		       ((deed == TEEQ_DEED_THAW || deed == TEEQ_DEED_KILL) &&
			object != TEEQ_NO_OBJECT);

	return anybody ||
	       teeq_model_task_guest(model, task) == teeq_model_task_guest(model, waiter);
}

/* All who still may, whoever it is that waits for it: many wait for the same, one after the other. */
static uint64_t who_may(struct builder *builder, enum teeq_deed deed, unsigned int object)
{
	uint64_t unfinished = teeq_world_unfinished(builder->model, builder->world);
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	if (builder->asked && builder->asked_deed == deed && builder->asked_object == object)
		return builder->who_may;
	builder->asked = true;
	builder->asked_deed = deed;
	builder->asked_object = object;
	builder->who_may = 0;
	for (unsigned int task = 0; task < count; task++)
		if ((unfinished >> task & 1) &&
		    teeq_world_may(builder->model, builder->world, task, deed, object))
			builder->who_may |= UINT64_C(1) << task;
	return builder->who_may;
}

/* Its own wake nobody gives to himself: the call that sleeps would have to be awake. */
void builder_add_may(struct builder *builder, enum teeq_deed deed, unsigned int object)
{
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);
	uint64_t may = who_may(builder, deed, object);

	for (unsigned int task = 0; task < count; task++)
		if ((may >> task & 1) &&
		    graph_reaches(builder->model, builder->edge.waiter, task, deed, object) &&
		    !(deed == TEEQ_DEED_WAKE && task == builder->edge.waiter))
			builder_add(builder, (int)task, 0);
	builder_add_nobody(builder);
}

static void add_event(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_EVENT;
	builder_add_may(builder, TEEQ_DEED_SIGNAL, builder->view.object);
}

static void add_barrier(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_BARRIER;
	builder_add_may(builder, TEEQ_DEED_ARRIVE, builder->view.object);
}

/* That of the waiter's guest: nobody in another one could do anything about it. */
static const struct teeq_callq *own_queue(const struct builder *builder)
{
	return teeq_world_guest_callq(builder->model, builder->world,
				      teeq_model_task_guest(builder->model, builder->edge.waiter));
}

/*
 * Callers whose completion is done although they do not sleep: the wake was given to them. Where there
 * are none, whoever leaves the queue would give another.
 */
static void add_wake(struct builder *builder)
{
	const struct teeq_callq *q = own_queue(builder);

	builder->edge.kind = TEEQ_WAIT_WAKE;
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);

		if ((q->waiters[i].flags & TEEQ_WAITER_DONE) &&
		    !graph_is_asleep(builder->model, builder->world, caller))
			builder_add(builder, caller.task, caller.level);
	}
	if (builder->graph->edge_count == builder->first)
		builder_add_may(builder, TEEQ_DEED_WAKE, 0);
}

/* Callers that were admitted and have no thread: they hold a credit for one all the same. */
static void add_credits(struct builder *builder)
{
	const struct teeq_callq *q = own_queue(builder);

	builder->edge.context = TEEQ_NO_CONTEXT;
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_caller caller = teeq_waiter_caller(&q->waiters[i]);
		struct teeq_call_view call;

		if (teeq_world_call(builder->model, builder->world, caller.task, caller.level,
				    &call) &&
		    call.admitted && call.context == TEEQ_NO_CONTEXT)
			builder_add(builder, caller.task, caller.level);
	}
}

/* Whether the waiter's guest has as many calls as it may: then any of its own would do, but no other. */
static bool is_full(const struct builder *builder)
{
	unsigned int guest = teeq_model_task_guest(builder->model, builder->edge.waiter);
	unsigned int limit = teeq_model_guest_call_limit(builder->model, guest);

	return limit > 0 && teeq_world_guest_calls(builder->model, builder->world, guest) >= limit;
}

/* Who has the threads that the call could use. Returns whether one of them is free. */
static bool add_threads(struct builder *builder, bool system)
{
	unsigned int count = (unsigned int)teeq_model_thread_count(builder->model);
	bool some_free = false, full = is_full(builder);

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		if (!graph_may_use(builder->model, builder->world, builder->edge.waiter, system, i))
			continue;
		teeq_world_context(builder->model, builder->world, i, &context);
		builder->edge.context = (uint8_t)i;
		if (context.state == TEEQ_CONTEXT_FREE)
			some_free = true;
		else if (full && !(context.owned &&
				   builder_is_neighbour(builder, context.owner.task)))
			continue;
		else if (context.owned)
			builder_add(builder, context.owner.task, context.owner.level);
		else
			builder_add(builder, -1, 0);
	}
	return some_free;
}

bool graph_is_kept_for_sessions(const struct teeq_model *model, const struct teeq_world *world,
				unsigned int task)
{
	const struct teeq_policy *policy = teeq_model_policy(model);
	unsigned int guest = teeq_model_task_guest(model, task);

	if (policy->secure == TEEQ_SECURE_COUNTED)
		return teeq_world_guest_reserved(model, world, guest) > 0;
	return policy->unreserve &&
	       teeq_world_guest_callq(model, world, guest)->system_session_count > 0;
}

static void add_thread(struct builder *builder)
{
	struct teeq_call_view call = { 0 };

	builder->edge.kind = TEEQ_WAIT_THREAD;
	teeq_world_call(builder->model, builder->world, builder->edge.waiter, builder->view.level,
			&call);
	if (add_threads(builder, call.system) && !builder->view.wants_thread)
		add_credits(builder);
	builder->edge.context = TEEQ_NO_CONTEXT;
	if (builder->graph->edge_count == builder->first &&
	    graph_is_kept_for_sessions(builder->model, builder->world, builder->edge.waiter))
		builder_add_may(builder, TEEQ_DEED_COUNT_OUT, 0);
	builder_add_nobody(builder);
}

static void add_idle(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_IDLE;
	add_threads(builder, true);
	builder_add_nobody(builder);
}

static void add_sleep(struct builder *builder)
{
	if (teeq_world_sleeps_in_vain(builder->model, builder->world, builder->edge.waiter))
		add_wake(builder);
	else if (builder->view.wants_all_threads)
		add_idle(builder);
	else
		add_thread(builder);
}

/* Who holds the mutex is in a call that registers a page, and nowhere else. */
static void add_argument(struct builder *builder)
{
	struct teeq_arguments_view view = { .owner = -1 };
	struct teeq_task_view owner = { .level = 0 };

	builder->edge.kind = TEEQ_WAIT_ARGUMENT;
	builder->edge.object = TEEQ_NO_OBJECT;
	teeq_world_arguments(builder->model, builder->world,
			     teeq_model_task_guest(builder->model, builder->edge.waiter), &view);
	if (view.owner >= 0)
		teeq_world_task(builder->model, builder->world, (unsigned int)view.owner, &owner);
	builder_add(builder, view.owner, owner.level);
}

static void add_waiter(struct builder *builder, unsigned int task)
{
	static void (*const add[TEEQ_ACTION_COUNT])(struct builder *) = {
		[TEEQ_ACTION_LOCK] = add_lock,
		[TEEQ_ACTION_AWAIT] = add_event,
		[TEEQ_ACTION_BARRIER] = add_barrier,
		[TEEQ_ACTION_WAIT] = add_sleep,
		[TEEQ_ACTION_NOTIF_WAKE] = builder_add_notification,
		[TEEQ_ACTION_REPLY] = builder_add_reply,
		[TEEQ_ACTION_START_SUPPLICANT] = builder_add_start,
		[TEEQ_ACTION_FREEZE] = builder_add_freeze,
		[TEEQ_ACTION_GET_ARG] = add_argument,
		[TEEQ_ACTION_FREE_ARG] = add_argument,
	};

	if (!graph_is_stuck(builder->model, builder->world, task, &builder->view))
		return;
	builder->first = builder->graph->edge_count;
	builder->edge = (struct teeq_wait_edge){
		.waiter = (uint8_t)task,
		.waiter_level = (uint8_t)builder->view.level,
		.context = TEEQ_NO_CONTEXT,
		.object = builder->view.object,
	};
	if (builder->view.frozen)
		builder_add_thaw(builder);
	else if (builder->view.spins)
		builder_add_poll(builder);
	else if (builder->view.lacks_cpu)
		builder_add_cpu(builder);
	else if (add[builder->view.action])
		add[builder->view.action](builder);
}

static void sum_up(struct builder *builder)
{
	struct teeq_wait_graph *graph = builder->graph;
	unsigned int count = (unsigned int)teeq_model_thread_count(builder->model);

	graph->exhausted = true;
	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		teeq_world_context(builder->model, builder->world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE)
			graph->exhausted = false;
	}
	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph->edges[i].kind == TEEQ_WAIT_WAKE)
			graph->lost_wakeup = true;
}

enum teeq_status teeq_wait_graph_new(const struct teeq_model *model,
				     const struct teeq_world *world,
				     struct teeq_wait_graph *graph)
{
	if (!model || !world || !graph)
		return TEEQ_EINPUT;

	struct builder builder = { .model = model, .world = world, .graph = graph };
	struct graph_needs needs;
	unsigned int count = (unsigned int)teeq_model_task_count(model);

	memset(graph, 0, sizeof(*graph));
	for (unsigned int task = 0; task < count; task++)
		add_waiter(&builder, task);
	sum_up(&builder);
	if (!builder.failed)
		graph_find_needs(model, world, graph, &needs);
	if (builder.failed || !graph_find_cycle(graph, &needs) || !graph_find_knot(graph, &needs)) {
		teeq_wait_graph_free(graph);
		return TEEQ_ENOMEM;
	}
	return TEEQ_OK;
}

void teeq_wait_graph_free(struct teeq_wait_graph *graph)
{
	if (!graph)
		return;
	free(graph->edges);
	free(graph->cycle);
	free(graph->knot);
	memset(graph, 0, sizeof(*graph));
}
