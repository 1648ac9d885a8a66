/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/error.h"
#include "explore/no_return.h"
#include "explore/search.h"
#include "model/world.h"
#include "teeq/explore.h"

/* The state behind each step of a failing schedule is searched for a way that ends well. */
struct inquiry {
	const struct teeq_model *m;
	const struct teeq_schedule *schedule;
	struct teeq_explore_options options;
	struct teeq_world *w;
	struct teeq_error *error;
};

/* ------------------------------------ of whatever runs schedules ------------------------------ */

/*
 * Where every way fails, it does from then on: the first such state can be found by halving. At
 * @low there is a way that ends well, at @high there is none.
 */
static enum teeq_status find_step(const struct no_return_inquiry *inquiry, size_t high,
				  size_t *step)
{
	size_t low = 0;
	enum teeq_status status = TEEQ_OK;

	while (high - low > 1 && status == TEEQ_OK) {
		size_t middle = low + (high - low) / 2;
		bool fails = false;

		status = inquiry->always_fails(inquiry->argument, middle, -1, &fails);
		if (fails)
			high = middle;
		else
			low = middle;
	}
	*step = low;
	return status;
}

static enum teeq_status find_rescues(const struct no_return_inquiry *inquiry,
				     struct teeq_no_return *no_return)
{
	uint64_t others = 0;
	enum teeq_status status =
		inquiry->enabled(inquiry->argument, no_return->step, &others);

	others &= ~task_bit(no_return->task);
	for (; others && status == TEEQ_OK; others &= others - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(others);
		bool fails = false;

		status = inquiry->always_fails(inquiry->argument, no_return->step, (int)task,
					       &fails);
		if (status == TEEQ_OK && !fails)
			no_return->rescues |= task_bit(task);
	}
	return status;
}

enum teeq_status no_return_find(const struct no_return_inquiry *inquiry,
				const struct teeq_schedule *schedule, size_t steps, bool loops,
				struct teeq_no_return *no_return)
{
	enum teeq_status status =
		inquiry->always_fails(inquiry->argument, 0, -1, &no_return->from_start);
	bool fails = false;

	if (status != TEEQ_OK || no_return->from_start)
		return status;
	if (loops) {
		status = inquiry->always_fails(inquiry->argument, steps, -1, &fails);
		no_return->way_out = status == TEEQ_OK && !fails;
		if (status != TEEQ_OK || no_return->way_out)
			return status;
	}
	status = find_step(inquiry, steps, &no_return->step);
	if (status != TEEQ_OK)
		return status;
	no_return->task = schedule->tasks[no_return->step];
	return find_rescues(inquiry, no_return);
}

/* ----------------------------------------- of a model ----------------------------------------- */

/* The state after @count steps of the schedule. */
static enum teeq_status go_to(struct inquiry *inquiry, size_t count)
{
	enum teeq_status status = TEEQ_OK;

	teeq_world_reset(inquiry->m, inquiry->w);
	for (size_t i = 0; i < count && status == TEEQ_OK; i++)
		status = search_step_again(inquiry->m, inquiry->w, inquiry->schedule->tasks[i]);
	return status;
}

static enum teeq_status always_fails(void *argument, size_t count, int task, bool *fails)
{
	struct inquiry *inquiry = argument;
	struct teeq_explore_result result;
	enum teeq_status status = go_to(inquiry, count);

	if (status == TEEQ_OK && task >= 0)
		status = search_step_again(inquiry->m, inquiry->w, (unsigned int)task);
	if (status != TEEQ_OK)
		return status;
	inquiry->options.from = inquiry->w;
	status = teeq_explore(inquiry->m, &inquiry->options, &result, inquiry->error);
	*fails = result.exhausted && result.count[TEEQ_VERDICT_DONE] == 0;
	if (status == TEEQ_ELIMIT && result.count[TEEQ_VERDICT_DONE] > 0)
		status = TEEQ_OK;
	teeq_schedule_free(&result.schedule);
	return status;
}

static enum teeq_status who_can_move(void *argument, size_t count, uint64_t *tasks)
{
	struct inquiry *inquiry = argument;
	enum teeq_status status = go_to(inquiry, count);

	*tasks = status == TEEQ_OK ? teeq_world_enabled(inquiry->m, inquiry->w) : 0;
	return status;
}

/* *@steps: after which it has failed. A violation ends a replay, whatever choices are behind it. */
static enum teeq_status find_failure(struct inquiry *inquiry, bool *loops, size_t *steps)
{
	struct teeq_run_options options = { .must_finish = inquiry->options.must_finish };
	struct teeq_loop loop = { .length = 0 };
	struct teeq_result result;
	enum teeq_status status = teeq_replay(inquiry->m, inquiry->w, inquiry->schedule, &options,
					      &result, inquiry->error);

	if (status == TEEQ_OK && result.verdict == TEEQ_VERDICT_LIMIT)
		status = teeq_find_loop(inquiry->m, inquiry->schedule, &loop, inquiry->error);
	if (status != TEEQ_OK)
		return status;
	*loops = loop.length > 0;
	*steps = (size_t)result.steps;
	if (!*loops && !(TEEQ_GOAL_FAILURES >> result.verdict & 1))
		return error_set(inquiry->error, TEEQ_EINPUT, "schedule", "it ends in %s, which is "
				 "no failure", teeq_verdict_name(result.verdict));
	return TEEQ_OK;
}

/*
 * A schedule that does not fit is told as it is; but what
 * fits once fits again, unless the policy is fickle.
 */
static enum teeq_status fail_and_inquire(struct inquiry *inquiry, struct teeq_no_return *no_return)
{
	const struct no_return_inquiry questions = { inquiry, always_fails, who_can_move };
	bool loops;
	size_t steps;
	enum teeq_status status = find_failure(inquiry, &loops, &steps);

	if (status != TEEQ_OK)
		return status;
	status = no_return_find(&questions, inquiry->schedule, steps, loops, no_return);
	return status == TEEQ_EMISMATCH ? search_differs(inquiry->m, inquiry->error) : status;
}

enum teeq_status teeq_find_no_return(const struct teeq_model *model,
				     const struct teeq_schedule *schedule,
				     const struct teeq_explore_options *options,
				     struct teeq_no_return *no_return, struct teeq_error *error)
{
	if (!model || !schedule || !options || !no_return)
		return error_null(error, "model, schedule, options, no_return");

	struct inquiry inquiry = {
		.m = model, .schedule = schedule, .options = *options,
		.w = teeq_world_new(model), .error = error,
	};
	enum teeq_status status;

	*no_return = (struct teeq_no_return){ .from_start = false };
	inquiry.options.goal = 1u << TEEQ_VERDICT_DONE;
	inquiry.options.all = false;
	inquiry.options.resume_from = NULL;
	inquiry.options.checkpoint_to = NULL;
	/* What ends well has to be certain. */
	inquiry.options.bit_state_bytes = 0;
	inquiry.options.peers = NULL;
	status = inquiry.w ? fail_and_inquire(&inquiry, no_return) : error_nomem(error);
	teeq_world_free(inquiry.w);
	return status;
}
