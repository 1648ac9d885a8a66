/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/diagnose.h"

#include <string.h>

#include "base/error.h"
#include "diagnose/searches.h"
#include "explore/shortest.h"

/* Runs between two questions whether to go on. */
#define RUNS_AT_ONCE 64

static uint32_t verdict_bit(enum teeq_verdict verdict)
{
	return UINT32_C(1) << verdict;
}

/*
 * The verdicts at which a search may stop. `done` is refuted by any other verdict, and shown by
 * none alone; each other expectation is shown by the first run that ends so. A broken invariant
 * refutes every expectation but its own.
 */
static uint32_t deciding_verdicts(enum teeq_verdict expected)
{
	uint32_t broken = verdict_bit(TEEQ_VERDICT_VIOLATION);

	if (expected == TEEQ_VERDICT_DONE)
		return (verdict_bit(TEEQ_VERDICT_COUNT) - 1) & ~verdict_bit(TEEQ_VERDICT_DONE);
	if (expected == TEEQ_VERDICT_DEADLOCK)
		return verdict_bit(TEEQ_VERDICT_DEADLOCK) | verdict_bit(TEEQ_VERDICT_LOST_WAKEUP) |
		       broken;
	return verdict_bit(expected) | broken;
}

/* Whether to meet @verdict, which decides, is what was expected. */
static bool decide_is_expected(enum teeq_verdict expected, enum teeq_verdict verdict)
{
	if (verdict == expected)
		return true;
	return expected == TEEQ_VERDICT_DEADLOCK && verdict == TEEQ_VERDICT_LOST_WAKEUP;
}

/* ----------------------------------------- sampling ------------------------------------------- */

/* Runs at random, until one ends in a verdict of @mask, or the caller does not want to go on. */
static enum teeq_status sample_runs(const struct teeq_model *model, uint64_t run_count,
				    uint32_t mask, struct searches *searches,
				    struct teeq_tally *tally)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 1,
					    .must_finish = searches->options.must_finish };

	while (tally->runs < run_count && searches_may_go_on(searches)) {
		uint64_t left = run_count - tally->runs;
		uint64_t now = left < RUNS_AT_ONCE ? left : RUNS_AT_ONCE;
		struct teeq_tally more = { .runs = 0 };
		enum teeq_status status = teeq_run_many(model, &options, now, mask, &more);

		if (status != TEEQ_OK && status != TEEQ_ELIMIT)
			return status;
		options.seed += now;
		teeq_tally_add(tally, &more);
		for (int v = 0; v < TEEQ_VERDICT_COUNT; v++)
			if ((mask >> v & 1) && more.count[v] > 0)
				return TEEQ_OK;
	}
	return TEEQ_OK;
}

/* The first run that ended in a verdict of @mask. */
static void find_first(const struct teeq_tally *tally, uint32_t mask,
		       struct teeq_decision *decision)
{
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		if (!(mask >> v & 1) || tally->count[v] == 0 ||
		    (decision->seen && tally->first_seed[v] >= decision->seed))
			continue;
		decision->seen = true;
		decision->verdict = (enum teeq_verdict)v;
		decision->seed = tally->first_seed[v];
	}
}

static enum teeq_status decide_sample(const struct teeq_model *model, enum teeq_verdict expected,
				      uint64_t run_count, struct searches *searches,
				      struct teeq_decision *decision)
{
	uint32_t mask = deciding_verdicts(expected) & ~verdict_bit(TEEQ_VERDICT_LIMIT);
	struct teeq_tally tally = { .runs = 0 };
	enum teeq_status status = sample_runs(model, run_count, mask, searches, &tally);

	if (status != TEEQ_OK || searches->stopped)
		return status;
	decision->by = TEEQ_DECIDED_SAMPLED;
	memcpy(decision->count, tally.count, sizeof(decision->count));
	find_first(&tally, mask, decision);
	decision->limited = !decision->seen && tally.count[TEEQ_VERDICT_LIMIT] > 0;
	decision->unproven = !decision->seen && !decision->limited;
	decision->good = decision->seen ? decide_is_expected(expected, decision->verdict) :
					  expected == TEEQ_VERDICT_DONE;
	return TEEQ_OK;
}

/* ----------------------------------------- searching ------------------------------------------ */

static void take_search(enum teeq_verdict expected, struct teeq_explore_result *result,
			struct teeq_decision *decision)
{
	bool seen = result->verdict != TEEQ_VERDICT_DONE;

	decision->by = seen ? TEEQ_DECIDED_FOUND : TEEQ_DECIDED_EXHAUSTED;
	memcpy(decision->count, result->count, sizeof(decision->count));
	decision->states = result->states;
	decision->seen = seen;
	decision->verdict = result->verdict;
	decision->good = seen ? decide_is_expected(expected, result->verdict) :
				expected == TEEQ_VERDICT_DONE;
	decision->schedule = result->schedule;
	result->schedule = (struct teeq_schedule){ 0 };
}

/* *@decided: the search was exhausted, or met what decides. */
static enum teeq_status decide_search(const struct teeq_model *model, enum teeq_verdict expected,
				      struct searches *searches, struct teeq_decision *decision,
				      bool *decided, struct teeq_error *error)
{
	struct teeq_explore_result result;
	enum teeq_status status;

	searches->options.goal = deciding_verdicts(expected) & TEEQ_GOAL_FAILURES;
	/*
	 * Of what is expected one end is enough, wherever it lies. A violation refutes that, where
	 * it is nearer: which it is, only a breadth-first search says.
	 */
	if (expected != TEEQ_VERDICT_DONE && expected != TEEQ_VERDICT_VIOLATION &&
	    !shortest_may_break(model)) {
		searches->options.search = TEEQ_SEARCH_DIRECTED;
		searches->options.workers = 1;
	}
	status = teeq_explore(model, &searches->options, &result, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	*decided = result.verdict != TEEQ_VERDICT_LIMIT;
	if (*decided)
		take_search(expected, &result, decision);
	teeq_schedule_free(&result.schedule);
	return TEEQ_OK;
}

static enum teeq_status decide_conclude(const struct searches *searches, bool decided,
					struct teeq_decision *decision, struct teeq_error *error)
{
	decision->stopped = searches->stopped && !decided;
	if (decision->stopped)
		return error_set(error, TEEQ_ELIMIT, "",
				 "it was ended before anything was decided");
	if (decision->limited)
		return error_set(error, TEEQ_ELIMIT, "", "the steps of a schedule ran out");
	if (decision->unproven)
		return error_set(error, TEEQ_ELIMIT, "", "no schedule that was tried decides");
	return TEEQ_OK;
}

enum teeq_status teeq_decide(const struct teeq_model *model, enum teeq_verdict expected,
			     const struct teeq_decide_options *options,
			     struct teeq_decision *decision, struct teeq_error *error)
{
	if (!model || !options || !decision)
		return error_null(error, "model, options, decision");
	if ((unsigned int)expected >= TEEQ_VERDICT_COUNT)
		return error_set(error, TEEQ_EINPUT, "expected", "%d is no verdict", (int)expected);

	/* All other verdicts are of no state, so that no search would ever meet them. */
	bool searchable = expected == TEEQ_VERDICT_DONE || (TEEQ_GOAL_FAILURES >> expected & 1);
	bool decided = false;
	enum teeq_status status = TEEQ_OK;
	struct searches searches;

	memset(decision, 0, sizeof(*decision));
	searches_start(&searches, &options->search);
	searches.options.must_finish = options->search.must_finish;
	if (!options->sample && searchable && searches_may_go_on(&searches))
		status = decide_search(model, expected, &searches, decision, &decided, error);
	if (status == TEEQ_OK && !decided && !searches.stopped) {
		status = decide_sample(model, expected, options->run_count, &searches, decision);
		if (status == TEEQ_ENOMEM)
			error_nomem(error);
	}
	return status == TEEQ_OK ? decide_conclude(&searches, decided, decision, error) : status;
}
