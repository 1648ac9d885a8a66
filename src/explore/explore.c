/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/explore.h"

#include "base/error.h"
#include "explore/search.h"
#include "explore/shortest.h"

static bool watch_is_possible(const struct teeq_model *m,
			      const struct teeq_explore_options *options)
{
	return options->search == TEEQ_SEARCH_BREADTH && options->no_reduction &&
	       !(options->watch & (options->watch - 1)) &&
	       __builtin_ctzll(options->watch) < m->first_fault;
}

/* The least table is a line of it. */
static enum teeq_status check_bit_state(const struct teeq_explore_options *options,
					struct teeq_error *error)
{
	if (options->bit_state_bytes == 0)
		return TEEQ_OK;
	if (options->bit_state_bytes < TEEQ_BIT_STATE_MIN)
		return error_set(error, TEEQ_EINPUT, "bit_state_bytes", "%llu is less than %d",
				 (unsigned long long)options->bit_state_bytes, TEEQ_BIT_STATE_MIN);
	if (options->search != TEEQ_SEARCH_DEPTH || options->exact || options->disk ||
	    options->checkpoint_to || options->resume_from)
		return error_set(error, TEEQ_EINPUT, "bit_state_bytes", "only a depth-first search in memory, "
				 "not of whole states and without checkpoints, keeps states as bits");
	return TEEQ_OK;
}

enum teeq_status search_check_options(const struct teeq_model *m,
				      const struct teeq_explore_options *options,
				      struct teeq_error *error)
{
	bool one_by_one = options->search != TEEQ_SEARCH_BREADTH;
	bool checkpoints = options->search == TEEQ_SEARCH_BREADTH ||
			   options->search == TEEQ_SEARCH_DEPTH;

	if (m->task_count < 64 && options->must_finish >> m->task_count)
		return error_set(error, TEEQ_EINPUT, "must_finish", "0x%llx has bits of no task",
				 (unsigned long long)options->must_finish);
	if (options->watch && !watch_is_possible(m, options))
		return error_set(error, TEEQ_EINPUT, "watch", "0x%llx is not one task, of a search "
				 "in breadth without the reduction",
				 (unsigned long long)options->watch);
	if ((unsigned int)options->search > TEEQ_SEARCH_PREEMPTIONS)
		return error_set(error, TEEQ_EINPUT, "search", "%u is no kind of search",
				 (unsigned int)options->search);
	if (options->goal >> TEEQ_VERDICT_COUNT)
		return error_set(error, TEEQ_EINPUT, "goal", "0x%x has bits of no verdict",
				 (unsigned int)options->goal);
	if (options->without & ~(uint32_t)TEEQ_WITHOUT_ALL)
		return error_set(error, TEEQ_EINPUT, "without", "0x%x has bits of no reduction",
				 (unsigned int)options->without);
	if (!(options->max_seconds >= 0))
		return error_set(error, TEEQ_EINPUT, "max_seconds", "%f is not from 0 up",
				 options->max_seconds);
	if (options->disk && options->exact)
		return error_set(error, TEEQ_EINPUT, "disk", "whole states are compared in memory "
				 "alone");
	if (options->workers > TEEQ_WORKER_MAX)
		return error_set(error, TEEQ_EINPUT, "workers", "%u is out of range: 1..%d",
				 options->workers, TEEQ_WORKER_MAX);
	if (one_by_one && options->workers > 1)
		return error_set(error, TEEQ_EINPUT, "workers", "a search that is not breadth-first has "
				 "one worker, not %u", options->workers);
	if (options->preemptions_max > TEEQ_PREEMPTIONS_MAX)
		return error_set(error, TEEQ_EINPUT, "preemptions_max", "%u is out of range: 0..%d",
				 options->preemptions_max, TEEQ_PREEMPTIONS_MAX);
	if (options->preemptions_max && options->search != TEEQ_SEARCH_PREEMPTIONS)
		return error_set(error, TEEQ_EINPUT, "preemptions_max", "only a search by preemptions "
				 "counts them");
	if (!checkpoints && (options->checkpoint_to || options->resume_from))
		return error_set(error, TEEQ_EINPUT, "search", "only a breadth-first or depth-first search "
				 "leaves a checkpoint or goes on from one");
	if (check_bit_state(options, error) != TEEQ_OK)
		return TEEQ_EINPUT;
	return options->checkpoint_to ? checkpoint_check(options->checkpoint_to, error) : TEEQ_OK;
}

enum teeq_status search_explore(const struct teeq_model *m,
				const struct teeq_explore_options *options, uint32_t depth_max,
				struct teeq_explore_result *result, struct teeq_error *error)
{
	enum teeq_status status = options->peers ? peers_settle(m, options, error) : TEEQ_OK;
	enum teeq_status settled;

	*result = (struct teeq_explore_result){ .verdict = TEEQ_VERDICT_LIMIT };
	if (status == TEEQ_OK)
		status = search_check_options(m, options, error);
	if (status == TEEQ_OK)
		status = search_run(m, options, depth_max, false, result, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	settled = shortest_settle(m, options, result, error);
	if (settled == TEEQ_OK)
		return status;
	teeq_schedule_free(&result->schedule);
	return settled;
}

enum teeq_status teeq_explore(const struct teeq_model *model,
			      const struct teeq_explore_options *options,
			      struct teeq_explore_result *result, struct teeq_error *error)
{
	if (!model || !options || !result)
		return error_null(error, "model, options, result");
	return search_explore(model, options, TEEQ_EXPLORE_DEPTH_MAX, result, error);
}
