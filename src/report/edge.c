/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/reason.h"

/* More holders than this are not named in one sentence: the table of threads names them. */
#define NAMED_MAX 4

const char *reason_task(const struct reason *reason, int task)
{
	return words_name(task < 0 ? NULL : teeq_model_task_name(reason->model, (size_t)task));
}

bool reason_is_own(const struct teeq_wait_edge *edge)
{
	return edge->holder == edge->waiter;
}

void reason_add_holders(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, i + 1 < reason->count ? ", " : " and ");
		words_add(reason->words, "%s",
			  reason_is_own(edge) ? "itself" : reason_task(reason, edge->holder));
	}
}

void reason_add_holder_calls(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, i + 1 < reason->count ? ", " : " and ");
		if (reason_is_own(edge))
			words_add(reason->words, "its own ");
		else
			words_add(reason->words, "%s's ", reason_task(reason, edge->holder));
		words_add_call(reason->words, reason->model, reason->world,
			       (struct teeq_caller){ .task = (uint8_t)edge->holder,
						     .level = edge->holder_level });
	}
}

static void add_lock(const struct reason *reason)
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

/* Whom it takes, beside the task: what it does not do itself it asks others for. */
static const char *through(const struct reason *reason, const struct teeq_wait_edge *edge,
			   const struct reason_deed *deed)
{
	static const char *const words[] = {
		[TEEQ_MAY_NOT] = "",
		[TEEQ_MAY_ITSELF] = "",
		[TEEQ_MAY_BY_SUPPLICANT] = " (through tee-supplicant)",
		[TEEQ_MAY_BY_BOTTOM_HALF] = " (through the bottom half)",
	};

	return words[teeq_world_may(reason->model, reason->world, (unsigned int)edge->holder,
				    deed->deed, deed->object)];
}

void reason_add_doers(const struct reason *reason, const struct reason_deed *deed)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, i + 1 < reason->count ? ", " : " and ");
		words_add(reason->words, "%s%s",
			  reason_is_own(edge) ? "itself" : reason_task(reason, edge->holder),
			  through(reason, edge, deed));
	}
}

/* Whether anybody but the waiter would do it: one edge alone does not say. */
static bool others_may(const struct reason *reason, const struct reason_deed *deed)
{
	uint64_t unfinished = teeq_world_unfinished(reason->model, reason->world);
	unsigned int count = (unsigned int)teeq_model_task_count(reason->model);

	for (unsigned int task = 0; task < count; task++)
		if ((unfinished >> task & 1) && task != reason->edges->waiter &&
		    graph_reaches(reason->model, reason->edges->waiter, task, deed->deed,
				  deed->object) &&
		    teeq_world_may(reason->model, reason->world, task, deed->deed, deed->object))
			return true;
	return false;
}

void reason_add_may(const struct reason *reason, const struct reason_deed *deed)
{
	const struct teeq_wait_edge *edge = reason->edges;

	if (edge->holder < 0) {
		words_add(reason->words, "and nobody is left who would %s it", deed->would);
	} else if (reason->count == 1 && reason_is_own(edge)) {
		words_add(reason->words, "which %sit would %s itself%s, later",
			  others_may(reason, deed) ? "" : "only ", deed->would,
			  through(reason, edge, deed));
	} else {
		words_add(reason->words, "which ");
		reason_add_doers(reason, deed);
		words_add(reason->words, " would %s", deed->would);
	}
}

static void add_event(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_SIGNAL, reason->edges->object, "signal" };

	words_add(reason->words, "waits for event %s, ",
		  words_name(teeq_model_event_name(reason->model, reason->edges->object)));
	reason_add_may(reason, &deed);
}

static void add_barrier(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
	const struct reason_deed deed = { TEEQ_DEED_ARRIVE, edge->object, "arrive" };
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
	reason_add_doers(reason, &deed);
	words_add(reason->words, " would still arrive");
}

static const char *context_words(const struct reason *reason, unsigned int number)
{
	struct teeq_context_view context;

	teeq_world_context(reason->model, reason->world, number, &context);
	return context.state == TEEQ_CONTEXT_SUSPENDED ? "suspended in its RPC" :
							 "running in the secure world";
}

void reason_add_guest(const struct reason *reason, const struct teeq_wait_edge *edge)
{
	unsigned int own = teeq_model_task_guest(reason->model, edge->waiter);
	unsigned int guest;

	if (edge->holder < 0)
		return;
	guest = teeq_model_task_guest(reason->model, (size_t)edge->holder);
	if (guest != own)
		words_add(reason->words, " in guest %s",
			  words_name(teeq_model_guest_name(reason->model, guest)));
}

/* Who has the threads that would do, one after the other; their calls are in the table. */
void reason_add_threads(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, ", ");
		if (edge->context == TEEQ_NO_CONTEXT)
			words_add(reason->words, "a credit");
		else
			words_add(reason->words, "thread %u", edge->context);
		if (edge->holder < 0)
			words_add(reason->words, " is lost");
		else
			words_add(reason->words, " is held by %s",
				  reason_is_own(edge) ? "itself" :
							reason_task(reason, edge->holder));
		reason_add_guest(reason, edge);
	}
}

/* Whether a thread would do, had others no credit for it; or it is kept back from all like the waiter. */
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

static void add_thread(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_COUNT_OUT, 0, "count" };
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for a thread: ");
	if (edge->holder >= 0 && edge->context == TEEQ_NO_CONTEXT && !is_credit(reason, edge)) {
		words_add(reason->words, "what is free is kept back; ");
		reason_add_doers(reason, &deed);
		words_add(reason->words, " would count a session out");
	} else if (reason->count > NAMED_MAX) {
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
		words_add(reason->words, ", %s", context_words(reason, edge->context));
	}
}

/* Whether the wake was given to the holder's call: its completion is done, and it does not sleep. */
bool graph_absorbed(const struct teeq_model *model, const struct teeq_world *world,
		    const struct teeq_wait_edge *edge)
{
	struct teeq_caller holder = { .task = (uint8_t)edge->holder, .level = edge->holder_level };
	struct teeq_call_view call;

	return edge->holder >= 0 &&
	       teeq_world_call(model, world, holder.task, holder.level, &call) && call.done &&
	       !graph_is_asleep(model, world, holder);
}

static void add_argument(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for the argument cache's mutex, which %s holds while it "
				 "registers a page by a call",
		  reason_task(reason, edge->holder));
}

static void add_wake(const struct reason *reason)
{
	const struct reason_deed deed = { TEEQ_DEED_WAKE, 0, "give" };

	words_add(reason->words, "waits for a wake, ");
	if (!graph_absorbed(reason->model, reason->world, reason->edges)) {
		reason_add_may(reason, &deed);
		return;
	}
	words_add(reason->words, "which ");
	reason_add_holder_calls(reason);
	words_add(reason->words, " absorbed without being asleep");
}

void graph_add_reason(struct words *words, const struct teeq_model *model,
		      const struct teeq_world *world, const struct teeq_wait_edge *edges,
		      size_t count)
{
	static void (*const add[])(const struct reason *) = {
		[TEEQ_WAIT_LOCK] = add_lock,	   [TEEQ_WAIT_EVENT] = add_event,
		[TEEQ_WAIT_BARRIER] = add_barrier, [TEEQ_WAIT_THREAD] = add_thread,
		[TEEQ_WAIT_WAKE] = add_wake,
		[TEEQ_WAIT_IDLE] = reason_add_idle,
		[TEEQ_WAIT_CPU] = reason_add_cpu,
		[TEEQ_WAIT_SECURE_LOCK] = reason_add_secure_lock,
		[TEEQ_WAIT_CONDITION] = reason_add_condition,
		[TEEQ_WAIT_NOTIFICATION] = reason_add_notification,
		[TEEQ_WAIT_SUPPLICANT] = reason_add_supplicant,
		[TEEQ_WAIT_START] = reason_add_start,
		[TEEQ_WAIT_FREEZE] = reason_add_freeze,
		[TEEQ_WAIT_THAW] = reason_add_thaw,
		[TEEQ_WAIT_ARGUMENT] = add_argument,
		[TEEQ_WAIT_POLL] = reason_add_poll,
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
	default:
		return NULL;
	}
}

size_t teeq_wait_edge_text(const struct teeq_model *model, const struct teeq_world *world,
			   const struct teeq_wait_edge *edge, char *text, size_t size)
{
	if (!model || !world || !edge)
		return 0;

	struct words words;

	words_start(&words, text, size);
	words_add(&words, "%s ", words_name(teeq_model_task_name(model, edge->waiter)));
	graph_add_reason(&words, model, world, edge, 1);
	return words.length;
}
