/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/graph.h"

#include <stdlib.h>

/*
 * A knot: tasks of which each waits until one of them gets on, whichever of its alternatives comes.
 * Not one of them gets on first, so none ever does. The largest such set is what is left when
 * whoever could be helped from outside is taken away, again and again; one of the smallest in it is
 * found by leaving out each task in turn, for as long as something remains.
 */
static bool is_kept(const struct teeq_wait_need *need, uint64_t set)
{
	return need->tasks && (unsigned int)__builtin_popcountll(need->tasks & ~set) < need->count;
}

static uint64_t largest_in(const struct graph_needs *needs, uint64_t set)
{
	uint64_t before;

	do {
		before = set;
		for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
			if ((set >> i & 1) && !is_kept(&needs->of[i], set))
				set &= ~(UINT64_C(1) << i);
	} while (set != before);
	return set;
}

static uint64_t knot_find(const struct graph_needs *needs)
{
	uint64_t knot = largest_in(needs, UINT64_MAX);

	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
		uint64_t smaller = largest_in(needs, knot & ~(UINT64_C(1) << i));

		if ((knot >> i & 1) && smaller)
			knot = smaller;
	}
	return knot;
}

bool graph_find_knot(struct teeq_wait_graph *graph, const struct graph_needs *needs)
{
	uint64_t knot = graph->cycle_count > 0 ? 0 : knot_find(needs);

	if (!knot)
		return true;
	graph->knot = malloc((size_t)__builtin_popcountll(knot) * sizeof(*graph->knot));
	if (!graph->knot)
		return false;
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		if (knot >> i & 1)
			graph->knot[graph->knot_count++] = needs->of[i];
	return true;
}

size_t teeq_wait_need_text(const struct teeq_model *model, const struct teeq_wait_need *need,
			   char *text, size_t size)
{
	unsigned int count, said = 0;
	struct words words;

	words_start(&words, text, size);
	if (!model || !need)
		return 0;
	count = (unsigned int)__builtin_popcountll(need->tasks);
	words_add(&words, "%s needs ", words_name(teeq_model_task_name(model, need->waiter)));
	if (need->count > 1 && need->count < count)
		words_add(&words, "%u of ", need->count);
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
		if (!(need->tasks >> i & 1))
			continue;
		if (said++ > 0)
			words_add(&words, "%s", said < count ? ", " :
						need->count == 1 ? " or " : " and ");
		words_add(&words, "%s",
			  i == need->waiter ? "itself" :
					      words_name(teeq_model_task_name(model, i)));
	}
	return words.length;
}
