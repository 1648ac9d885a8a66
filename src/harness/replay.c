/* SPDX-License-Identifier: BSD-2-Clause */
/* The runs that a strategy or a schedule decides. */
#include <stdio.h>

#include "base/error.h"
#include "harness/harness.h"
#include "harness/run.h"

struct strategist {
	const struct teeq_strategy *strategy;
	struct teeq_strategy_state state;
};

static int choose_by_strategy(void *argument, uint64_t enabled)
{
	struct strategist *s = argument;

	return s->strategy->pick(s->strategy, &s->state, NULL, NULL, enabled);
}

enum teeq_status teeq_harness_run(struct teeq_harness *h,
				  const struct teeq_harness_run_options *options,
				  struct teeq_harness_result *result)
{
	struct teeq_harness_run_options none = { 0 };
	struct strategist s = { .strategy = &teeq_strategy_round_robin };
	struct chooser chooser = { choose_by_strategy, &s };
	enum teeq_status status;

	if (!h || !result)
		return TEEQ_EINPUT;
	if (!options)
		options = &none;
	if (options->strategy)
		s.strategy = options->strategy;
	if (s.strategy->start)
		s.strategy->start(s.strategy, NULL, &s.state, options->seed);
	status = harness_execute(h, options,
				 options->record ? TEEQ_HARNESS_POINTS_MODEL : h->options.points,
				 &chooser, result);
	return status == TEEQ_OK && result->verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : status;
}

struct replayer {
	const struct teeq_schedule *schedule;
	size_t step;
	uint64_t enabled;
	bool misfit;
};

static int choose_by_schedule(void *argument, uint64_t enabled)
{
	struct replayer *r = argument;

	r->enabled = enabled;
	if (r->step >= r->schedule->count)
		return -1;
	r->misfit = !(enabled >> r->schedule->tasks[r->step] & 1);
	return r->misfit ? -1 : r->schedule->tasks[r->step++];
}

static enum teeq_status tell_misfit(const struct teeq_harness *h, const struct replayer *r,
				    struct teeq_error *error)
{
	char names[200] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < h->task_count && used < sizeof(names); i++)
		if (r->enabled >> i & 1)
			used += (size_t)snprintf(names + used, sizeof(names) - used, " %s",
						 h->tasks[i].name);
	return error_set(error, TEEQ_EMISMATCH, "schedule", "step %zu: wants %s, who can move:%s",
			 r->step, h->tasks[r->schedule->tasks[r->step]].name,
			 used ? names : " nobody");
}

enum teeq_status teeq_harness_replay(struct teeq_harness *h, const char *text,
				     const struct teeq_harness_run_options *options,
				     struct teeq_harness_result *result, struct teeq_error *error)
{
	struct teeq_harness_run_options none = { 0 };
	struct teeq_schedule schedule = { 0 };
	enum teeq_harness_points points;
	struct replayer r = { .schedule = &schedule };
	struct chooser chooser = { choose_by_schedule, &r };
	enum teeq_status status;

	if (!h || !text || !result)
		return error_null(error, "harness, schedule, result");
	status = schedule_parse(h, text, &schedule, &points, error);
	if (status != TEEQ_OK)
		return status;
	/* From the start: what was found where freed memory is closed is to be found again. */
	status = harness_execute_all(h, options ? options : &none, points, &chooser, result);
	if (status == TEEQ_ENOMEM)
		error_nomem(error);
	else if (status != TEEQ_OK)
		error_set(error, status, "schedule", "another run of this thread is not over");
	else if (!r.misfit && r.step < schedule.count && result->verdict != TEEQ_VERDICT_LIMIT)
		r = (struct replayer){ .schedule = &schedule, .step = r.step, .misfit = true };
	if (status == TEEQ_OK && r.misfit)
		status = tell_misfit(h, &r, error);
	else if (status == TEEQ_OK && r.step < schedule.count)
		status = error_set(error, TEEQ_ELIMIT, "schedule", "%zu of %zu steps were made",
				   r.step, schedule.count);
	teeq_schedule_free(&schedule);
	return status;
}
