/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/graph.h"

/* More holders than this are not named in one sentence: the table of threads names them. */
#define NAMED_MAX 4

/* The edges of one waiter, and where they are. */
struct reason {
	struct words *words;
	const struct teeq_model *model;
	const struct teeq_world *world;
	const struct teeq_wait_edge *edges;
	size_t count;
};

static const char *task_name(const struct teeq_model *model, int task)
{
	return words_name(task < 0 ? NULL : teeq_model_task_name(model, (size_t)task));
}

static bool is_own(const struct teeq_wait_edge *edge)
{
	return edge->holder == edge->waiter;
}

/* "app.1", "app.1 and app.2", "app.1, app.2 and itself". */
static void add_holders(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, i + 1 < reason->count ? ", " : " and ");
		words_add(reason->words, "%s",
			  is_own(edge) ? "itself" : task_name(reason->model, edge->holder));
	}
}

/* "app.1's nested call write" or "its own call write", for each edge. */
static void add_holder_calls(const struct reason *reason)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, i + 1 < reason->count ? ", " : " and ");
		if (is_own(edge))
			words_add(reason->words, "its own ");
		else
			words_add(reason->words, "%s's ", task_name(reason->model, edge->holder));
		words_add_call(reason->words, reason->model, reason->world,
			       (struct teeq_caller){ .task = (uint8_t)edge->holder,
						     .level = edge->holder_level });
	}
}

static void add_lock(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for lock %s, which ",
		  words_name(teeq_model_lock_name(reason->model, edge->object)));
	if (edge->holder < 0)
		words_add(reason->words, "nobody holds");
	else if (is_own(edge))
		words_add(reason->words, "it holds itself");
	else
		words_add(reason->words, "%s holds", task_name(reason->model, edge->holder));
}

static void add_event(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for event %s, ",
		  words_name(teeq_model_event_name(reason->model, edge->object)));
	if (edge->holder < 0) {
		words_add(reason->words, "and nobody is left who would signal it");
	} else if (reason->count == 1 && is_own(edge)) {
		words_add(reason->words, "which only it would signal itself, later");
	} else {
		words_add(reason->words, "which ");
		add_holders(reason);
		words_add(reason->words, " would signal");
	}
}

static void add_barrier(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;
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
	add_holders(reason);
	words_add(reason->words, " would still arrive");
}

static const char *context_words(const struct reason *reason, unsigned int number)
{
	struct teeq_context_view context;

	teeq_world_context(reason->model, reason->world, number, &context);
	return context.state == TEEQ_CONTEXT_SUSPENDED ? "suspended in its RPC" :
							 "running in the secure world";
}

/* Who has the threads that would do, one after the other; their calls are in the table. */
static void add_threads(const struct reason *reason)
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
				  is_own(edge) ? "itself" : task_name(reason->model, edge->holder));
	}
}

static void add_thread(const struct reason *reason)
{
	const struct teeq_wait_edge *edge = reason->edges;

	words_add(reason->words, "waits for a thread: ");
	if (reason->count > NAMED_MAX) {
		words_add(reason->words, "%zu are taken, see below", reason->count);
	} else if (reason->count > 1) {
		add_threads(reason);
	} else if (edge->context == TEEQ_NO_CONTEXT && edge->holder < 0) {
		words_add(reason->words, "what is free is kept back, and nobody is left who would "
					 "give more");
	} else if (edge->context == TEEQ_NO_CONTEXT) {
		words_add(reason->words, "a credit for one is held by ");
		add_holder_calls(reason);
		words_add(reason->words, ", which has no thread yet");
	} else if (edge->holder < 0) {
		words_add(reason->words, "thread %u is lost, suspended for ever", edge->context);
	} else {
		words_add(reason->words, "thread %u is held by ", edge->context);
		add_holder_calls(reason);
		words_add(reason->words, ", %s", context_words(reason, edge->context));
	}
}

static void add_wake(const struct reason *reason)
{
	if (reason->edges->holder < 0) {
		words_add(reason->words, "waits for a wake, and nobody is left who would give it");
		return;
	}
	words_add(reason->words, "waits for a wake, which ");
	add_holder_calls(reason);
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
	};
	struct reason reason = { words, model, world, edges, count };

	if (count > 0 && edges->kind < sizeof(add) / sizeof(add[0]))
		add[edges->kind](&reason);
}

size_t teeq_wait_edge_text(const struct teeq_model *model, const struct teeq_world *world,
			   const struct teeq_wait_edge *edge, char *text, size_t size)
{
	struct words words;

	words_start(&words, text, size);
	words_add(&words, "%s ", task_name(model, edge->waiter));
	graph_add_reason(&words, model, world, edge, 1);
	return words.length;
}
