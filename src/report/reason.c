/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/reason.h"

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

/* Whom it takes, beside the task: what it does not do itself it asks others for. */
static const char *through(const struct reason *reason, const struct teeq_wait_edge *edge,
			   const struct reason_effect *effect)
{
	static const char *const words[] = {
		[TEEQ_MAY_NOT] = "",
		[TEEQ_MAY_ITSELF] = "",
		[TEEQ_MAY_BY_SUPPLICANT] = " (through tee-supplicant)",
		[TEEQ_MAY_BY_BOTTOM_HALF] = " (through the bottom half)",
	};

	return words[teeq_world_may(reason->model, reason->world, (unsigned int)edge->holder,
				    effect->effect, effect->object)];
}

void reason_add_doers(const struct reason *reason, const struct reason_effect *effect)
{
	for (size_t i = 0; i < reason->count; i++) {
		const struct teeq_wait_edge *edge = &reason->edges[i];

		if (i > 0)
			words_add(reason->words, i + 1 < reason->count ? ", " : " and ");
		words_add(reason->words, "%s%s",
			  reason_is_own(edge) ? "itself" : reason_task(reason, edge->holder),
			  through(reason, edge, effect));
	}
}

/* Whether anybody but the waiter would do it: one edge alone does not say. */
static bool others_may(const struct reason *reason, const struct reason_effect *effect)
{
	uint64_t unfinished = teeq_world_unfinished(reason->model, reason->world);
	unsigned int count = (unsigned int)teeq_model_task_count(reason->model);

	for (unsigned int task = 0; task < count; task++)
		if ((unfinished >> task & 1) && task != reason->edges->waiter &&
		    graph_reaches(reason->model, reason->edges->waiter, task, effect->effect,
				  effect->object) &&
		    teeq_world_may(reason->model, reason->world, task, effect->effect,
				   effect->object))
			return true;
	return false;
}

void reason_add_may(const struct reason *reason, const struct reason_effect *effect)
{
	const struct teeq_wait_edge *edge = reason->edges;

	if (edge->holder < 0) {
		words_add(reason->words, "and nobody is left who would %s it", effect->would);
	} else if (reason->count == 1 && reason_is_own(edge)) {
		words_add(reason->words, "which %sit would %s itself%s, later",
			  others_may(reason, effect) ? "" : "only ", effect->would,
			  through(reason, edge, effect));
	} else {
		words_add(reason->words, "which ");
		reason_add_doers(reason, effect);
		words_add(reason->words, " would %s", effect->would);
	}
}

const char *reason_context_words(const struct reason *reason, unsigned int number)
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
