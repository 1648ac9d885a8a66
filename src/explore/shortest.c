/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/shortest.h"

#include "explore/reduce.h"

/* The verdicts of which a nearer end would make the counterexample one of several. */
static bool may_be_nearer(const struct teeq_model *m, const struct teeq_explore_options *options,
			  const struct teeq_explore_result *result)
{
	uint32_t goal = options->goal ? options->goal : TEEQ_GOAL_FAILURES;

	if (!reduce_is_on(m, options) || !(goal >> TEEQ_VERDICT_VIOLATION & 1))
		return false;
	/* With @all the nearest of the most severe is told, and a violation would be that. */
	if (result->verdict != TEEQ_VERDICT_VIOLATION && options->all)
		return false;
	return result->verdict == TEEQ_VERDICT_VIOLATION || shortest_may_break(m);
}

/* What is left of a budget; 0 stands for none, so the least is 1. */
static uint64_t left_of(uint64_t budget, uint64_t used)
{
	if (budget == 0)
		return 0;
	return budget > used ? budget - used : 1;
}

static struct teeq_explore_options last_stretch(const struct teeq_explore_options *options,
						const struct teeq_explore_result *result)
{
	struct teeq_explore_options stretch = *options;

	stretch.no_reduction = true;
	stretch.all = false;
	stretch.goal = 1u << TEEQ_VERDICT_VIOLATION;
	stretch.resume_from = NULL;
	stretch.checkpoint_to = NULL;
	stretch.max_states = left_of(options->max_states, result->states);
	if (options->max_seconds > 0)
		stretch.max_seconds = options->max_seconds > result->seconds ?
					      options->max_seconds - result->seconds :
					      1e-3;
	return stretch;
}

static void shortest_take(struct teeq_explore_result *result, struct teeq_explore_result *nearer)
{
	/* Up to now none was met: how many there are is known only of those that were. */
	if (result->count[TEEQ_VERDICT_VIOLATION] == 0)
		result->count[TEEQ_VERDICT_VIOLATION] = nearer->count[TEEQ_VERDICT_VIOLATION];
	result->verdict = TEEQ_VERDICT_VIOLATION;
	result->violation = nearer->violation;
	teeq_schedule_free(&result->schedule);
	result->schedule = nearer->schedule;
	nearer->schedule = (struct teeq_schedule){ 0 };
}

enum teeq_status shortest_settle(const struct teeq_model *m,
				 const struct teeq_explore_options *options,
				 struct teeq_explore_result *result, struct teeq_error *error)
{
	struct teeq_explore_options stretch;
	struct teeq_explore_result nearer;
	enum teeq_status status;

	if (options->search != TEEQ_SEARCH_BREADTH || result->verdict == TEEQ_VERDICT_LIMIT ||
	    result->cycle)
		return TEEQ_OK;
	/* At the start there is nothing nearer, nor where nothing was met. */
	if (result->schedule.count == 0 || !may_be_nearer(m, options, result)) {
		result->shortest = true;
		return TEEQ_OK;
	}
	stretch = last_stretch(options, result);
	status = search_run(m, &stretch, (uint32_t)(result->schedule.count - 1), true, &nearer,
			    error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	result->seconds += nearer.seconds;
	if (nearer.peak_memory_bytes > result->peak_memory_bytes)
		result->peak_memory_bytes = nearer.peak_memory_bytes;
	result->shortest = status == TEEQ_OK;
	if (nearer.verdict == TEEQ_VERDICT_VIOLATION)
		shortest_take(result, &nearer);
	teeq_schedule_free(&nearer.schedule);
	return TEEQ_OK;
}
