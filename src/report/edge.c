/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/reason.h"

/* ------------------------------------- the scenario's own ------------------------------------- */

static void edge_add_lock(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	bool device = teeq_model_lock_is_device(reason->model, edge->object);

	words_add(reason->words, "waits for %s %s, which ", device ? "device" : "lock",
		  words_name(teeq_model_lock_name(reason->model, edge->object)));
	if (edge->holder < 0)
		words_add(reason->words, "nobody holds");
	else if (reason_is_own(edge))
		words_add(reason->words, "it holds itself");
	else
		words_add(reason->words, "%s %s", reason_task(reason, edge->holder),
			  device ? "is switching" : "holds");
}

static void edge_add_event(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_SIGNAL, reason->edges->object, "signal" };

	words_add(reason->words, "waits for event %s, ",
		  words_name(teeq_model_event_name(reason->model, reason->edges->object)));
	reason_add_may(reason, &effect);
}

static void edge_add_barrier(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
	const struct reason_effect effect = { TEEQ_EFFECT_ARRIVE, edge->object, "arrive" };
	unsigned int wanted = 0;
	unsigned int arrived =
		teeq_world_barrier(reason->model, reason->world, edge->object, &wanted);

	words_add(reason->words, "waits at barrier %s (%u of %u arrived), ",
		  words_name(teeq_model_barrier_name(reason->model, edge->object)), arrived,
		  wanted);
	if (edge->holder < 0) {
		words_add(reason->words, "and nobody is left who would arrive");
		return;
	}
	words_add(reason->words, "where ");
	reason_add_doers(reason, &effect);
	words_add(reason->words, " would still arrive");
}

/* ---------------------------------- threads, wakes and CPUs ----------------------------------- */

/*
 * Whether @edge is about a count and not about a thread: one is free, but counted as taken, for a
 * call that was admitted and has none yet.
 */
static bool is_credit(const struct reason *reason, const struct teeq_wait_edge *edge)
{
	struct teeq_caller waiter = { .task = edge->waiter, .level = edge->waiter_level };
	struct teeq_task_view view;
	struct teeq_call_view call;

	teeq_world_task(reason->model, reason->world, edge->waiter, &view);
	return !view.wants_thread &&
	       graph_free_thread(reason->model, reason->world, waiter) >= 0 &&
	       teeq_world_call(reason->model, reason->world, (unsigned int)edge->holder,
			       edge->holder_level, &call) &&
	       call.admitted && call.context == TEEQ_NO_CONTEXT;
}

static void edge_add_thread(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_COUNT_OUT, 0, "count" };
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for a thread: ");
	if (edge->holder >= 0 && edge->context == TEEQ_NO_CONTEXT && !is_credit(reason, edge)) {
		words_add(reason->words, "what is free is kept back; ");
		reason_add_doers(reason, &effect);
		words_add(reason->words, " would count a session out");
	} else if (reason->count > REASON_NAMED_MAX) {
		words_add(reason->words, "%zu are taken, see below", reason->count);
	} else if (reason->count > 1) {
		reason_add_threads(reason);
	} else if (edge->context == TEEQ_NO_CONTEXT && edge->holder < 0) {
		words_add(reason->words, "what is free is kept back, and nobody is left who would "
					 "give more");
	} else if (edge->context == TEEQ_NO_CONTEXT) {
		words_add(reason->words, "a credit for one is held by ");
		reason_add_holder_calls(reason);
		words_add(reason->words, ", which has no thread yet");
	} else if (edge->holder < 0) {
		words_add(reason->words, "thread %u is lost, suspended for ever", edge->context);
	} else {
		words_add(reason->words, "thread %u is held by ", edge->context);
		reason_add_holder_calls(reason);
		reason_add_guest(reason, edge);
		words_add(reason->words, ", %s", reason_context_words(reason, edge->context));
	}
}

/* "waits for guest a's limit of 1 call: x's call c is in the secure world" */
static void edge_add_limit(const struct reason *reason)
{
	unsigned int guest = reason->edges->object;
	unsigned int limit = teeq_model_guest_call_limit(reason->model, guest);

	words_add(reason->words, "waits for guest %s's limit of %u call%s: ",
		  words_name(teeq_model_guest_name(reason->model, guest)), limit,
		  limit > 1 ? "s" : "");
	if (reason->count > REASON_NAMED_MAX)
		words_add(reason->words, "%zu", reason->count);
	else
		reason_add_holder_calls(reason);
	words_add(reason->words, " %s in the secure world%s", reason->count > 1 ? "are" : "is",
		  reason->count > REASON_NAMED_MAX ? ", see below" : "");
}

static void edge_add_argument(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for the argument cache's mutex, which %s holds while it "
				 "registers a page by a call",
		  reason_task(reason, edge->holder));
}

static void edge_add_wake(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_WAKE, 0, "give" };

	words_add(reason->words, "waits for a wake, ");
	if (!graph_absorbed(reason->model, reason->world, reason->edges)) {
		reason_add_may(reason, &effect);
		return;
	}
	words_add(reason->words, "which ");
	reason_add_holder_calls(reason);
	words_add(reason->words, " absorbed without being asleep");
}

static void edge_add_idle(const struct reason *reason)
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

static void edge_add_cpu(const struct reason *reason)
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

static void edge_add_poll(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_SIGNAL, reason->edges->object, "signal" };

	words_add(reason->words, "polls event %s, ",
		  words_name(teeq_model_event_name(reason->model, reason->edges->object)));
	reason_add_may(reason, &effect);
}

/* ---------------------------------------- the freezer ----------------------------------------- */

static void edge_add_freeze(const struct reason *reason)
{
	words_add(reason->words, "waits until %s is frozen",
		  graph_client_name(reason->model, reason->edges->object));
	if (reason->edges->holder < 0)
		return;
	words_add(reason->words, ": ");
	reason_add_holders(reason);
	words_add(reason->words, " %s still in the kernel", reason->count > 1 ? "are" : "is");
}

static void edge_add_thaw(const struct reason *reason)
{
	const struct reason_effect effect = { TEEQ_EFFECT_THAW, reason->edges->object, "thaw" };

	words_add(reason->words, "is frozen, ");
	if (reason->edges->holder < 0) {
		words_add(reason->words, "and nobody is left who would thaw it");
		return;
	}
	words_add(reason->words, "until ");
	reason_add_doers(reason, &effect);
	words_add(reason->words, " would thaw it");
}

/* ----------------------------------------- each kind ------------------------------------------ */

void graph_add_reason(struct words *words, const struct teeq_model *model,
		      const struct teeq_world *world, const struct teeq_wait_edge *edges,
		      size_t count)
{
	static void (*const add[])(const struct reason *) = {
		[TEEQ_WAIT_LOCK] = edge_add_lock,
		[TEEQ_WAIT_EVENT] = edge_add_event,
		[TEEQ_WAIT_BARRIER] = edge_add_barrier,
		[TEEQ_WAIT_THREAD] = edge_add_thread,
		[TEEQ_WAIT_WAKE] = edge_add_wake,
		[TEEQ_WAIT_IDLE] = edge_add_idle,
		[TEEQ_WAIT_CPU] = edge_add_cpu,
		[TEEQ_WAIT_SECURE_LOCK] = reason_add_secure_lock,
		[TEEQ_WAIT_CONDITION] = reason_add_condition,
		[TEEQ_WAIT_NOTIFICATION] = reason_add_notification,
		[TEEQ_WAIT_SUPPLICANT] = reason_add_supplicant,
		[TEEQ_WAIT_START] = reason_add_start,
		[TEEQ_WAIT_FREEZE] = edge_add_freeze,
		[TEEQ_WAIT_THAW] = edge_add_thaw,
		[TEEQ_WAIT_ARGUMENT] = edge_add_argument,
		[TEEQ_WAIT_POLL] = edge_add_poll,
		[TEEQ_WAIT_LIMIT] = edge_add_limit,
	};
	struct reason reason = { words, model, world, edges, count };

	if (count > 0 && edges->kind < sizeof(add) / sizeof(add[0]))
		add[edges->kind](&reason);
}

const char *teeq_wait_kind_name(enum teeq_wait_kind kind)
{
	static const char *const names[TEEQ_WAIT_KIND_COUNT] = {
		[TEEQ_WAIT_LOCK] = "lock",
		[TEEQ_WAIT_EVENT] = "event",
		[TEEQ_WAIT_BARRIER] = "barrier",
		[TEEQ_WAIT_THREAD] = "thread",
		[TEEQ_WAIT_WAKE] = "wake",
		[TEEQ_WAIT_IDLE] = "idle",
		[TEEQ_WAIT_CPU] = "cpu",
		[TEEQ_WAIT_SECURE_LOCK] = "secure-lock",
		[TEEQ_WAIT_CONDITION] = "condition",
		[TEEQ_WAIT_NOTIFICATION] = "notification",
		[TEEQ_WAIT_SUPPLICANT] = "supplicant",
		[TEEQ_WAIT_START] = "start",
		[TEEQ_WAIT_FREEZE] = "freeze",
		[TEEQ_WAIT_THAW] = "thaw",
		[TEEQ_WAIT_ARGUMENT] = "argument",
		[TEEQ_WAIT_POLL] = "poll",
		[TEEQ_WAIT_LIMIT] = "limit",
	};

	return (unsigned int)kind < TEEQ_WAIT_KIND_COUNT ? names[kind] : NULL;
}

const char *teeq_wait_edge_object(const struct teeq_model *model, const struct teeq_wait_edge *edge)
{
	if (!model || !edge)
		return NULL;
	switch (edge->kind) {
	case TEEQ_WAIT_LOCK:
		return teeq_model_lock_name(model, edge->object);
	case TEEQ_WAIT_EVENT:
	case TEEQ_WAIT_POLL:
		return teeq_model_event_name(model, edge->object);
	case TEEQ_WAIT_BARRIER:
		return teeq_model_barrier_name(model, edge->object);
	case TEEQ_WAIT_SECURE_LOCK:
		return teeq_model_secure_lock_name(model, edge->object);
	case TEEQ_WAIT_CONDITION:
		return teeq_model_condition_name(model, edge->object);
	case TEEQ_WAIT_NOTIFICATION:
		return teeq_model_notification_name(model, edge->object);
	case TEEQ_WAIT_SUPPLICANT:
		return teeq_model_service_name(model, edge->object);
	case TEEQ_WAIT_FREEZE:
	case TEEQ_WAIT_THAW:
		return graph_client_name(model, edge->object);
	case TEEQ_WAIT_LIMIT:
		return teeq_model_guest_name(model, edge->object);
	default:
		return NULL;
	}
}

size_t teeq_wait_edge_text(const struct teeq_model *model, const struct teeq_world *world,
			   const struct teeq_wait_edge *edge, char *text, size_t size)
{
	struct words words;

	words_start(&words, text, size);
	if (!model || !world || !edge)
		return 0;
	words_add(&words, "%s ", words_name(teeq_model_task_name(model, edge->waiter)));
	graph_add_reason(&words, model, world, edge, 1);
	return words.length;
}
