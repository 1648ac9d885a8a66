/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include <string.h>

static uint32_t bit(enum teeq_verdict verdict)
{
	return UINT32_C(1) << verdict;
}

/*
 * The verdicts that decide: for `done` those that refute it, for another those that show it. What
 * is broken refutes everything but the expectation that it breaks.
 */
static uint32_t deciding(enum teeq_verdict expected)
{
	uint32_t broken = bit(TEEQ_VERDICT_VIOLATION);

	if (expected == TEEQ_VERDICT_DONE)
		return (bit(TEEQ_VERDICT_COUNT) - 1) & ~bit(TEEQ_VERDICT_DONE);
	if (expected == TEEQ_VERDICT_DEADLOCK)
		return bit(TEEQ_VERDICT_DEADLOCK) | bit(TEEQ_VERDICT_LOST_WAKEUP) | broken;
	return bit(expected) | broken;
}

/* Whether to meet @verdict, which decides, is what was expected. */
static bool is_good(enum teeq_verdict expected, enum teeq_verdict verdict)
{
	if (verdict == expected)
		return true;
	return expected == TEEQ_VERDICT_DEADLOCK && verdict == TEEQ_VERDICT_LOST_WAKEUP;
}

/* ----------------------------------------- sampling ------------------------------------------- */

/* The first run that ended in a verdict of @mask. */
static void find_first(const struct teeq_tally *tally, uint32_t mask, struct finding *finding)
{
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		if (!(mask >> v & 1) || tally->count[v] == 0 ||
		    (finding->seen && tally->first_seed[v] >= finding->seed))
			continue;
		finding->seen = true;
		finding->verdict = (enum teeq_verdict)v;
		finding->seed = tally->first_seed[v];
	}
}

static int sample(const struct cli_case *c, enum teeq_verdict expected, uint64_t run_count,
		  struct finding *finding)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 1 };
	uint32_t mask = deciding(expected) & ~bit(TEEQ_VERDICT_LIMIT);
	struct teeq_tally tally = { 0 };
	enum teeq_status status = teeq_run_many(c->model, &options, run_count, mask, &tally);

	if (status != TEEQ_OK)
		return cli_failed(c->path, status, NULL);
	finding->decision = DECIDED_SAMPLED;
	memcpy(finding->count, tally.count, sizeof(finding->count));
	find_first(&tally, mask, finding);
	finding->limited = !finding->seen && tally.count[TEEQ_VERDICT_LIMIT] > 0;
	finding->unproven = !finding->seen && !finding->limited;
	finding->good = finding->seen ? is_good(expected, finding->verdict) :
					expected == TEEQ_VERDICT_DONE;
	return CLI_OK;
}

/* ----------------------------------------- searching ------------------------------------------ */

static void take_search(enum teeq_verdict expected, struct teeq_explore_result *result,
			struct finding *finding)
{
	bool seen = result->verdict != TEEQ_VERDICT_DONE && result->verdict != TEEQ_VERDICT_LIMIT;

	finding->decision = seen ? DECIDED_FOUND : DECIDED_EXHAUSTED;
	memcpy(finding->count, result->count, sizeof(finding->count));
	finding->states = result->states;
	finding->seen = seen;
	finding->verdict = result->verdict;
	finding->good = seen ? is_good(expected, result->verdict) : expected == TEEQ_VERDICT_DONE;
	finding->schedule = result->schedule;
	result->schedule = (struct teeq_schedule){ 0 };
}

/* *@decided: the search was exhausted, or met what decides. */
static int search(const struct cli_case *c, enum teeq_verdict expected, const struct budget *budget,
		  struct finding *finding, bool *decided)
{
	struct teeq_explore_result result;
	struct teeq_error error = { 0 };
	struct cli_watch watch;
	struct teeq_explore_options options = {
		.max_states = budget->max_states,
		.max_memory_bytes = budget->max_memory,
		.max_seconds = budget->max_seconds,
		.goal = deciding(expected) & TEEQ_GOAL_FAILURES,
		.keep_going = cli_watch_keep_going,
		.argument = &watch,
	};
	enum teeq_status status;

	cli_watch_start(&watch, false);
	status = teeq_explore(c->model, &options, &result, &error);
	cli_watch_end(&watch);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return cli_failed(c->path, status, &error);
	*decided = result.verdict != TEEQ_VERDICT_LIMIT;
	if (*decided)
		take_search(expected, &result, finding);
	teeq_schedule_free(&result.schedule);
	return !*decided && cli_interrupted() ? CLI_LIMIT : CLI_OK;
}

int check_decide(const struct cli_case *c, enum teeq_verdict expected, const struct budget *budget,
		 struct finding *finding)
{
	/* No state of a search is one of these. */
	bool searchable = expected == TEEQ_VERDICT_DONE || (TEEQ_GOAL_FAILURES >> expected & 1);
	bool decided = false;
	int status = CLI_OK;

	memset(finding, 0, sizeof(*finding));
	if (!budget->sample && searchable)
		status = search(c, expected, budget, finding, &decided);
	if (status != CLI_OK || decided)
		return status;
	return sample(c, expected, budget->run_count, finding);
}
