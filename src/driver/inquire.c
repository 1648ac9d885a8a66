/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of a driver that are made to find something out. */
#include "driver/inquire.h"

#include <stdlib.h>

#include "base/error.h"

bool inquire_failed(enum teeq_verdict verdict)
{
	return verdict != TEEQ_VERDICT_DONE && verdict != TEEQ_VERDICT_LIMIT;
}

static bool was_made(enum teeq_status status)
{
	return status == TEEQ_OK || status == TEEQ_ELIMIT;
}

/*
 * By states. False: they do not decide, as there are too many, or as they cannot be told apart. A
 * livelock that is known by all states is that of no run, which may be found yet.
 */
static bool states_decide(struct teeq_drive *d, const struct teeq_drive_budget *budget,
			  struct teeq_harness_result *result, struct teeq_drive_tried *tried)
{
	struct teeq_harness_explore_options options = { .preemption_max = TEEQ_HARNESS_UNBOUNDED,
							.state_max = budget->state_max,
							.step_max = budget->step_max };
	struct teeq_harness_explore_result found;
	enum teeq_status status;

	if (budget->state_max == 0 || !teeq_harness_can_explore(d->h))
		return false;
	status = teeq_harness_explore(d->h, &options, &found, NULL);
	if (status != TEEQ_OK)
		return false;
	*result = found.result;
	tried->states = found.exhausted ? found.states : 0;
	return found.result.verdict != TEEQ_VERDICT_LIVELOCK || !found.exhausted;
}

static enum teeq_status find_at_random(struct teeq_drive *d, const struct teeq_drive_budget *budget,
				       struct teeq_harness_result *result,
				       struct teeq_drive_tried *tried, struct teeq_error *error)
{
	struct teeq_harness_run_options run = { .strategy = &teeq_strategy_random,
						.step_max = budget->step_max };

	for (run.seed = 1; run.seed <= budget->runs; run.seed++) {
		enum teeq_status status = teeq_harness_run(d->h, &run, result);

		if (!was_made(status))
			return status == TEEQ_ENOMEM ? error_nomem(error) : status;
		tried->runs = run.seed;
		if (inquire_failed(result->verdict))
			return TEEQ_OK;
	}
	return TEEQ_ELIMIT;
}

static enum teeq_status find_by_schedules(struct teeq_drive *d,
					  const struct teeq_drive_budget *budget,
					  struct teeq_harness_result *result,
					  struct teeq_drive_tried *tried, struct teeq_error *error)
{
	const struct teeq_harness_search_options search = { .preemption_max = budget->preemptions,
							    .run_max = budget->search_max,
							    .step_max = budget->step_max };
	struct teeq_harness_search_result found = { .exhausted = false };
	enum teeq_status status;

	if (budget->search_max == 0)
		return TEEQ_ELIMIT;
	status = teeq_harness_search(d->h, &search, &found, error);
	if (!was_made(status))
		return status;
	*result = found.result;
	tried->schedules = found.exhausted;
	return inquire_failed(result->verdict) ? TEEQ_OK : TEEQ_ELIMIT;
}

enum teeq_status teeq_drive_find(struct teeq_drive *d, const struct teeq_drive_budget *budget,
				 struct teeq_harness_result *result, struct teeq_drive_tried *tried,
				 struct teeq_error *error)
{
	struct teeq_drive_tried ours;
	enum teeq_status status;

	tried = tried ? tried : &ours;
	*tried = (struct teeq_drive_tried){ .states = 0 };
	if (states_decide(d, budget, result, tried))
		return inquire_failed(result->verdict) ? TEEQ_OK : TEEQ_ELIMIT;
	status = find_at_random(d, budget, result, tried, error);
	if (status == TEEQ_ELIMIT && tried->states == 0)
		return find_by_schedules(d, budget, result, tried, error);
	if (status == TEEQ_ELIMIT)
		*result = (struct teeq_harness_result){ .verdict = TEEQ_VERDICT_LIVELOCK };
	return status;
}

enum teeq_status inquire_run(struct teeq_drive *d, const char *text,
			     const struct teeq_drive_budget *budget,
			     struct teeq_harness_result *result,
			     struct teeq_drive_tried *tried, struct teeq_error *error)
{
	const struct teeq_harness_run_options options = { .step_max = budget->step_max };
	enum teeq_status status;

	if (!text)
		return teeq_drive_find(d, budget, result, tried, error);
	status = teeq_harness_replay(d->h, text, &options, result, error);
	if (status == TEEQ_OK && !inquire_failed(result->verdict))
		return error_set(error, TEEQ_EINPUT, "schedule",
				 "it ends in %s, which is no failure",
				 teeq_verdict_name(result->verdict));
	return status;
}

enum teeq_status inquire_choices(const struct teeq_drive *d, struct teeq_schedule *to)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = 0; status == TEEQ_OK && i < d->h->schedule.count; i++)
		status = teeq_schedule_add(to, d->h->schedule.tasks[i]);
	return status;
}

/* ------------------------------------------ a wish -------------------------------------------- */

struct follower {
	const struct teeq_schedule *wish;
	size_t at;
	unsigned int last;
};

static int follow_wish(void *argument, uint64_t enabled)
{
	struct follower *f = argument;

	while (f->at < f->wish->count && !(enabled >> f->wish->tasks[f->at] & 1))
		f->at++;
	if (f->at < f->wish->count)
		f->last = f->wish->tasks[f->at++];
	else if (!(enabled >> f->last & 1))
		f->last = (unsigned int)__builtin_ctzll(enabled);
	return (int)f->last;
}

enum teeq_status inquire_follow(struct teeq_drive *d, const struct teeq_drive_budget *budget,
				const struct teeq_schedule *wish,
				struct teeq_harness_result *result)
{
	const struct teeq_harness_run_options options = { .step_max = budget->step_max };
	struct follower f = { .wish = wish };
	const struct chooser chooser = { follow_wish, &f };

	return harness_execute(d->h, &options, d->h->options.points, &chooser, result);
}
