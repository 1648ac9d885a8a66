/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/builder.h"

/* What each way of waiting is for, and who holds or would bring it: an edge for each. */

/* ------------------------------------- the scenario's own ------------------------------------- */

static void waits_add_lock(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_LOCK;
	builder_add(builder,
		 teeq_world_lock_owner(builder->model, builder->world, builder->view.object), 0);
}

static void waits_add_event(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_EVENT;
	builder_add_may(builder, TEEQ_EFFECT_SIGNAL, builder->view.object);
}

static void waits_add_barrier(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_BARRIER;
	builder_add_may(builder, TEEQ_EFFECT_ARRIVE, builder->view.object);
}

/* --------------------------------------- the call queue --------------------------------------- */

/* That of the waiter's guest: nobody in another one could do anything about it. */
static const struct teeq_callq *own_queue(const struct builder *builder)
{
	return teeq_world_guest_callq(builder->model, builder->world,
				      teeq_model_task_guest(builder->model, builder->edge.waiter));
}

/*
 * Callers whose completion is done although they do not sleep: the wake was given to them. Where
 * there are none, whoever leaves the queue would give another.
 */
static void waits_add_wake(struct builder *builder)
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
		builder_add_may(builder, TEEQ_EFFECT_WAKE, 0);
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

/*
 * Whether the waiter's guest has as many calls as it may: then any of its own would do, but no
 * other.
 */
static bool waits_is_full(const struct builder *builder)
{
	unsigned int guest = teeq_model_task_guest(builder->model, builder->edge.waiter);
	unsigned int limit = teeq_model_guest_call_limit(builder->model, guest);

	return limit > 0 && teeq_world_guest_calls(builder->model, builder->world, guest) >= limit;
}

/*
 * All that the guest has in the secure world, each in whatever thread: the hypervisor counts calls.
 */
static void waits_add_limit(struct builder *builder)
{
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	builder->edge.kind = TEEQ_WAIT_LIMIT;
	builder->edge.object =
		(uint16_t)teeq_model_task_guest(builder->model, builder->edge.waiter);
	for (unsigned int task = 0; task < count; task++) {
		struct teeq_task_view view;

		if (!builder_is_neighbour(builder, task))
			continue;
		teeq_world_task(builder->model, builder->world, task, &view);
		for (unsigned int level = 0; level <= view.level; level++) {
			struct teeq_call_view call = { .context = TEEQ_NO_CONTEXT };

			teeq_world_call(builder->model, builder->world, task, level, &call);
			builder->edge.context = call.context;
			if (call.context != TEEQ_NO_CONTEXT)
				builder_add(builder, (int)task, level);
		}
	}
}

/* Who has the threads that the call could use. Returns whether one of them is free. */
static bool add_threads(struct builder *builder, bool system)
{
	unsigned int count = (unsigned int)teeq_model_thread_count(builder->model);
	bool some_free = false;

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		if (!graph_may_use(builder->model, builder->world, builder->edge.waiter, system, i))
			continue;
		teeq_world_context(builder->model, builder->world, i, &context);
		builder->edge.context = (uint8_t)i;
		if (context.state == TEEQ_CONTEXT_FREE)
			some_free = true;
		else if (context.owned)
			builder_add(builder, context.owner.task, context.owner.level);
		else
			builder_add(builder, -1, 0);
	}
	return some_free;
}

static void waits_add_thread(struct builder *builder)
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
		builder_add_may(builder, TEEQ_EFFECT_COUNT_OUT, 0);
	builder_add_nobody(builder);
}

static void waits_add_idle(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_IDLE;
	add_threads(builder, true);
	builder_add_nobody(builder);
}

static void waits_add_sleep(struct builder *builder)
{
	if (teeq_world_sleeps_in_vain(builder->model, builder->world, builder->edge.waiter))
		waits_add_wake(builder);
	else if (builder->view.wants_all_threads)
		waits_add_idle(builder);
	else if (waits_is_full(builder))
		waits_add_limit(builder);
	else
		waits_add_thread(builder);
}

/* Who holds the mutex is in a call that registers a page, and nowhere else. */
static void waits_add_argument(struct builder *builder)
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

/* --------------------------------- locks of the secure world ---------------------------------- */

/*
 * Ways of waiting that are not the call queue's: the secure world's locks, notifications,
 * tee-supplicant, the freezer, and the lack of a CPU.
 */

/* ---------------------------------- locks of the secure world --------------------------------- */

/* Who closes a session has it already, and waits for those who still want it. */
static void add_wanting(struct builder *builder, unsigned int lock)
{
	unsigned int threads = (unsigned int)teeq_model_thread_count(builder->model);

	for (unsigned int i = 0; i < threads; i++) {
		struct teeq_context_view context;
		struct teeq_secure_wait_view wait;

		teeq_world_context(builder->model, builder->world, i, &context);
		if (!teeq_world_secure_wait(builder->model, builder->world, i, &wait) ||
		    wait.lock != lock)
			continue;
		builder->edge.context = (uint8_t)i;
		if (!context.owned)
			builder_add(builder, -1, 0);
		else if (context.owner.task != builder->edge.waiter)
			builder_add(builder, context.owner.task, context.owner.level);
	}
}

/*
 * Where it is free, but its waiter sleeps, whoever releases it next wakes that one; but not one
 * that was woken already, by a notification that went to another guest (@strayed).
 */
static void add_secure_lock(struct builder *builder, unsigned int lock, bool strayed)
{
	struct teeq_secure_holder_view holder;

	builder->edge.kind = TEEQ_WAIT_SECURE_LOCK;
	builder->edge.object = (uint16_t)lock;
	if (teeq_model_secure_lock_kind(builder->model, lock) == TEEQ_SECURE_LOCK_SESSION &&
	    teeq_world_holds(builder->model, builder->world, builder->edge.waiter,
			     builder->edge.waiter_level, lock)) {
		add_wanting(builder, lock);
		builder_add_nobody(builder);
		return;
	}
	for (unsigned int i = 0;
	     teeq_world_secure_holder(builder->model, builder->world, lock, i, &holder); i++) {
		builder->edge.context = holder.context;
		builder_add(builder, holder.task, holder.level);
	}
	if (builder->graph->edge_count == builder->first && !strayed)
		builder_add_may(builder, TEEQ_EFFECT_SECURE_UNLOCK, lock);
	builder_add_nobody(builder);
}

/* The key of a thread context is for whatever its thread sleeps on. */
static void waits_add_notification(struct builder *builder)
{
	struct teeq_secure_wait_view wait;
	struct teeq_call_view call = { .context = TEEQ_NO_CONTEXT };

	teeq_world_call(builder->model, builder->world, builder->edge.waiter, builder->view.level,
			&call);
	if (teeq_model_notification_name(builder->model, builder->view.object)) {
		builder->edge.kind = TEEQ_WAIT_NOTIFICATION;
		builder_add_may(builder, TEEQ_EFFECT_NOTIFY, builder->view.object);
	} else if (!teeq_world_secure_wait(builder->model, builder->world, call.context, &wait)) {
		builder->edge.kind = TEEQ_WAIT_NOTIFICATION;
		builder_add_nobody(builder);
	} else if (wait.condition != TEEQ_NO_OBJECT) {
		builder->edge.kind = TEEQ_WAIT_CONDITION;
		builder->edge.object = wait.condition;
		builder_add_may(builder, TEEQ_EFFECT_COND_SIGNAL, wait.condition);
	} else {
		add_secure_lock(builder, wait.lock, wait.strayed >= 0);
	}
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

static enum teeq_supplicant_state waits_own_supplicant(const struct builder *builder)
{
	return teeq_world_guest_supplicant(
		builder->model, builder->world,
		teeq_model_task_guest(builder->model, builder->edge.waiter));
}

static void add_supplicant_threads(struct builder *builder)
{
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	for (unsigned int task = 0; task < count; task++)
		if (teeq_model_task_kind(builder->model, task) == TEEQ_TASK_SUPPLICANT &&
		    builder_is_neighbour(builder, task))
			builder_add(builder, (int)task, 0);
}

/* Calls of @task that hold memory of tee-supplicant's. */
static void add_memory_users(struct builder *builder, unsigned int task, unsigned int top)
{
	unsigned int guest = teeq_model_task_guest(builder->model, builder->edge.waiter);

	for (unsigned int level = 0; level <= top; level++) {
		struct teeq_call_view call = { .context = TEEQ_NO_CONTEXT };

		teeq_world_call(builder->model, builder->world, task, level, &call);
		if (call.context != TEEQ_NO_CONTEXT &&
		    teeq_world_memory(builder->model, builder->world, guest, call.context) > 0)
			builder_add(builder, (int)task, level);
	}
}

/*
 * What keeps the device of a dead tee-supplicant open: those of its threads that have not come out
 * of the kernel, and calls with memory that it allocated. A thread of its own may be both: it makes
 * calls, too.
 */
static void waits_add_device_users(struct builder *builder)
{
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	for (unsigned int task = 0; task < count; task++) {
		struct teeq_task_view view;

		if (!builder_is_neighbour(builder, task))
			continue;
		teeq_world_task(builder->model, builder->world, task, &view);
		if (view.killed && teeq_model_task_kind(builder->model, task) ==
					   TEEQ_TASK_SUPPLICANT)
			builder_add(builder, (int)task, view.level);
		else
			add_memory_users(builder, task, view.level);
	}
}

static void add_reply(struct builder *builder)
{
	enum teeq_supplicant_state state = waits_own_supplicant(builder);
	struct teeq_request_view request;

	builder->edge.kind = TEEQ_WAIT_SUPPLICANT;
	if (!teeq_world_request(builder->model, builder->world, builder->edge.waiter, &request))
		return;
	if (request.state == TEEQ_REQUEST_TAKEN && request.server >= 0)
		builder_add(builder, request.server, 0);
	else if (request.state == TEEQ_REQUEST_TAKEN && state == TEEQ_SUPPLICANT_DEAD)
		waits_add_device_users(builder);
	else if (request.state == TEEQ_REQUEST_QUEUED && state == TEEQ_SUPPLICANT_RUNS)
		add_supplicant_threads(builder);
	else if (request.state == TEEQ_REQUEST_QUEUED && state == TEEQ_SUPPLICANT_DEAD)
		waits_add_device_users(builder);
	else if (request.state == TEEQ_REQUEST_QUEUED)
		builder_add_may(builder, TEEQ_EFFECT_START, 0);
	builder_add_nobody(builder);
}

static void add_start(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_START;
	if (waits_own_supplicant(builder) == TEEQ_SUPPLICANT_DEAD)
		waits_add_device_users(builder);
	else
		builder_add_may(builder, TEEQ_EFFECT_KILL, TEEQ_NO_OBJECT);
	builder_add_nobody(builder);
}

/* ----------------------------------- the freezer, and CPUs ------------------------------------ */

/*
 * Whether @task is the frozen one: of a client, any; of tee-supplicant, that of the waiter's guest.
 */
static bool is_target(const struct builder *builder, unsigned int task)
{
	return builder->edge.object != TEEQ_NO_OBJECT || builder_is_neighbour(builder, task);
}

static void waits_add_freeze(struct builder *builder)
{
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	builder->edge.kind = TEEQ_WAIT_FREEZE;
	for (unsigned int task = 0; task < count; task++) {
		struct teeq_task_view view;

		teeq_world_task(builder->model, builder->world, task, &view);
		if (view.freezing && is_target(builder, task) &&
		    graph_client_of(builder->model, task) == builder->edge.object)
			builder_add(builder, (int)task, view.level);
	}
	builder_add_nobody(builder);
}

static void waits_add_thaw(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_THAW;
	builder->edge.object = graph_client_of(builder->model, builder->edge.waiter);
	builder_add_may(builder, TEEQ_EFFECT_THAW, builder->edge.object);
}

/*
 * Whether @task can keep the waiter from running: they share a CPU, or the waiter may run on any.
 */
static bool shares_cpu(const struct builder *builder, unsigned int task)
{
	unsigned int own = teeq_model_task_cpu(builder->model, builder->edge.waiter);

	return own == 0 || teeq_model_task_cpu(builder->model, task) == own;
}

/*
 * Who keeps a CPU, in the secure world or about to go back there. Where all are kept, each counts.
 */
static void add_keepers(struct builder *builder, bool all)
{
	unsigned int threads = (unsigned int)teeq_model_thread_count(builder->model);

	for (unsigned int i = 0; i < threads; i++) {
		struct teeq_context_view context;
		struct teeq_task_view view;

		teeq_world_context(builder->model, builder->world, i, &context);
		if (!context.owned)
			continue;
		teeq_world_task(builder->model, builder->world, context.owner.task, &view);
		builder->edge.context = (uint8_t)i;
		if (view.keeps_cpu && view.level == context.owner.level &&
		    (all || shares_cpu(builder, context.owner.task)))
			builder_add(builder, context.owner.task, context.owner.level);
	}
	builder->edge.context = TEEQ_NO_CONTEXT;
}

/* Who runs there, and has a higher priority. */
static void add_superiors(struct builder *builder)
{
	unsigned int own = teeq_model_task_priority(builder->model, builder->edge.waiter);
	unsigned int count = (unsigned int)teeq_model_task_count(builder->model);

	for (unsigned int task = 0; task < count; task++) {
		struct teeq_task_view view;

		teeq_world_task(builder->model, builder->world, task, &view);
		if (shares_cpu(builder, task) && (view.spins || view.enabled) &&
		    teeq_model_task_priority(builder->model, task) > own)
			builder_add(builder, (int)task, view.level);
	}
}

static void waits_add_cpu(struct builder *builder)
{
	size_t before = builder->graph->edge_count;

	builder->edge.kind = TEEQ_WAIT_CPU;
	add_keepers(builder, false);
	if (builder->graph->edge_count == before &&
	    teeq_model_task_cpu(builder->model, builder->edge.waiter) > 0)
		add_superiors(builder);
	if (builder->graph->edge_count == before)
		add_keepers(builder, true);
	builder_add_nobody(builder);
}

static void waits_add_poll(struct builder *builder)
{
	builder->edge.kind = TEEQ_WAIT_POLL;
	builder->edge.object = builder->view.polled;
	builder_add_may(builder, TEEQ_EFFECT_SIGNAL, builder->view.polled);
}

/* ----------------------------------------- each task ------------------------------------------ */

void builder_add_waiter(struct builder *builder, unsigned int task)
{
	static void (*const add[TEEQ_ACTION_COUNT])(struct builder *) = {
		[TEEQ_ACTION_LOCK] = waits_add_lock,
		[TEEQ_ACTION_AWAIT] = waits_add_event,
		[TEEQ_ACTION_BARRIER] = waits_add_barrier,
		[TEEQ_ACTION_WAIT] = waits_add_sleep,
		[TEEQ_ACTION_NOTIF_WAKE] = waits_add_notification,
		[TEEQ_ACTION_REPLY] = add_reply,
		[TEEQ_ACTION_START_SUPPLICANT] = add_start,
		[TEEQ_ACTION_FREEZE] = waits_add_freeze,
		[TEEQ_ACTION_GET_ARG] = waits_add_argument,
		[TEEQ_ACTION_FREE_ARG] = waits_add_argument,
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
		waits_add_thaw(builder);
	else if (builder->view.spins)
		waits_add_poll(builder);
	else if (builder->view.lacks_cpu)
		waits_add_cpu(builder);
	else if (add[builder->view.action])
		add[builder->view.action](builder);
}
