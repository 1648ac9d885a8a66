/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "diagnose/asked.h"
#include "diagnose/searches.h"

/* One policy, and what is asked about it. */
struct contest {
	const struct teeq_scenario *scenario;
	const struct teeq_policy *policy;
	const struct teeq_compare_options *options;
	struct teeq_model *model;
	struct teeq_comparison *comparison;
	struct searches searches;
	bool missing; /* something is not known */
	struct teeq_error *error;
};

/* A search of all states, also behind a failure. */
static enum teeq_status ask_all(struct contest *contest, uint64_t must_finish, uint64_t watch,
				struct teeq_explore_result *result)
{
	struct teeq_explore_options options = contest->searches.options;
	enum teeq_status status;

	options.all = true;
	options.must_finish = must_finish;
	options.watch = watch;
	options.no_reduction |= watch != 0;
	status = teeq_explore(contest->model, &options, result, contest->error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	contest->missing |= !result->exhausted;
	teeq_schedule_free(&result->schedule);
	return contest->searches.stopped ? TEEQ_ELIMIT : TEEQ_OK;
}

static enum teeq_known known_stretch(const struct teeq_explore_result *result, uint64_t stretch)
{
	if (!result->exhausted)
		return TEEQ_NOT_KNOWN;
	return stretch == UINT64_MAX ? TEEQ_NO_END : TEEQ_KNOWN;
}

static void take_stretch(struct contest *contest, const struct teeq_explore_result *result)
{
	contest->comparison->stretch = result->stranded_stretch;
	contest->comparison->stretch_known = known_stretch(result, result->stranded_stretch);
}

/* The first failure ends a search, and what is stranded behind it takes another. */
static enum teeq_status contest_verdict(struct contest *contest)
{
	struct teeq_comparison *comparison = contest->comparison;
	struct teeq_explore_result result;
	enum teeq_status status =
		teeq_explore(contest->model, &contest->searches.options, &result, contest->error);

	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	teeq_trial_take(&comparison->trial, &result);
	contest->missing |= comparison->trial.ruling == TEEQ_UNDECIDED;
	if (comparison->trial.ruling == TEEQ_STILL_FAILS) {
		comparison->schedule = teeq_schedule_print(contest->model, &result.schedule);
		if (!comparison->schedule)
			status = error_nomem(contest->error);
	}
	teeq_schedule_free(&result.schedule);
	if (status == TEEQ_ENOMEM || contest->searches.stopped)
		return contest->searches.stopped ? TEEQ_ELIMIT : status;
	if (comparison->trial.ruling == TEEQ_STILL_FAILS) {
		status = ask_all(contest, 0, 0, &result);
		if (status != TEEQ_OK)
			return status;
	}
	take_stretch(contest, &result);
	return TEEQ_OK;
}

/* The tasks of a client are alike: what the first can be kept waiting, each can. */
static enum teeq_status ask_waits(struct contest *contest)
{
	struct teeq_comparison *comparison = contest->comparison;
	uint64_t tasks = teeq_model_tasks_of(contest->model, contest->options->client);
	struct teeq_explore_result result;
	enum teeq_status status = ask_all(contest, tasks, tasks & -tasks, &result);

	if (status != TEEQ_OK)
		return status;
	comparison->waits = result.longest_wait;
	comparison->waits_known = known_stretch(&result, result.longest_wait);
	if (result.verdict != TEEQ_VERDICT_DONE && result.verdict != TEEQ_VERDICT_LIMIT)
		comparison->waits_known = TEEQ_NO_END;
	return TEEQ_OK;
}

static enum teeq_status ask_needs(struct contest *contest)
{
	const struct teeq_minimum_options options = { .search = contest->options->search };
	struct teeq_comparison *comparison = contest->comparison;
	struct teeq_minimum minimum;
	enum teeq_status status;

	if (contest->scenario->thread_count == 0)
		return TEEQ_OK;
	status = teeq_find_minimum(contest->scenario, contest->policy, TEEQ_MINIMUM_THREADS,
				   &options, &minimum, contest->error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	contest->searches.stopped |= minimum.stopped;
	contest->missing |= status == TEEQ_ELIMIT;
	comparison->needs_known = minimum.found ? TEEQ_KNOWN : TEEQ_NO_END;
	if (status == TEEQ_ELIMIT)
		comparison->needs_known = TEEQ_NOT_KNOWN;
	if (minimum.found)
		comparison->needs = minimum.tries[minimum.least].value;
	teeq_minimum_free(&minimum);
	return contest->searches.stopped ? TEEQ_ELIMIT : TEEQ_OK;
}

static enum teeq_status ask_everything(struct contest *contest)
{
	enum teeq_status status = contest_verdict(contest);

	if (status == TEEQ_OK && contest->options->client)
		status = ask_waits(contest);
	if (status == TEEQ_OK && contest->options->threads)
		status = ask_needs(contest);
	if (status == TEEQ_OK && contest->missing)
		status = TEEQ_ELIMIT;
	return status == TEEQ_ELIMIT ? error_set(contest->error, status, "",
						 "a search was too large for its budget") :
				       status;
}

enum teeq_status teeq_compare(const struct teeq_scenario *scenario,
			      const struct teeq_policy *policy,
			      const struct teeq_compare_options *options,
			      struct teeq_comparison *comparison, struct teeq_error *error)
{
	if (!scenario || !policy || !options || !comparison)
		return error_null(error, "scenario, policy, options, comparison");

	struct contest contest = { .scenario = scenario,
				   .policy = policy,
				   .options = options,
				   .comparison = comparison,
				   .error = error };
	enum teeq_status status = teeq_scenario_validate(scenario, error);

	memset(comparison, 0, sizeof(*comparison));
	if (status == TEEQ_OK)
		status = asked_check_client(scenario, options->client, error);
	if (status != TEEQ_OK)
		return status;
	status = teeq_model_new(scenario, policy, &contest.model, error);
	if (status == TEEQ_EINPUT)
		return TEEQ_OK; /* acceptable, but not under this policy */
	if (status != TEEQ_OK)
		return status;
	comparison->possible = true;
	searches_start(&contest.searches, &options->search);
	status = ask_everything(&contest);
	teeq_model_free(contest.model);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		teeq_comparison_free(comparison);
	return status;
}

void teeq_comparison_free(struct teeq_comparison *comparison)
{
	if (!comparison)
		return;
	free(comparison->schedule);
	memset(comparison, 0, sizeof(*comparison));
}
