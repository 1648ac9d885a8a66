/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/test.h"

#include <inttypes.h>
#include <stdio.h>

#include "asserts/tell.h"
#include "base/error.h"
#include "teeq/diagnose.h"

/* ----------------------------------------- questions ------------------------------------------ */

static enum teeq_status ask_model(struct asked *asked, const char *policy)
{
	const struct teeq_policy *found = policy ? teeq_policy_find(policy) : NULL;
	enum teeq_status status = tell_tables(asked);

	if (status != TEEQ_OK)
		return status;
	if (!found)
		return error_set(&asked->error, TEEQ_EINPUT, "policy", "there is none named '%s'",
				 policy ? policy : "");
	return teeq_model_new(asked->tables, found, &asked->model, &asked->error);
}

static struct teeq_explore_options ask_budget(const struct teeq_test_budget *budget)
{
	static const struct teeq_test_budget none;

	budget = budget ? budget : &none;
	return (struct teeq_explore_options){
		.max_states = budget->max_states ? budget->max_states : TEEQ_DIAGNOSE_STATES,
		.max_memory_bytes = budget->max_memory_bytes ? budget->max_memory_bytes :
							       TEEQ_DIAGNOSE_BYTES,
		.max_seconds = budget->max_seconds,
		.workers = budget->workers,
	};
}

/* Which budget it was is not told by a search: all of them are. */
static enum teeq_test_outcome tell_limit(struct asked *asked,
					 const struct teeq_explore_options *budget)
{
	tell_head(asked, TEEQ_TEST_LIMIT);
	fprintf(asked->out,
		"the search ended before anything was decided, at %" PRIu64 " states, %" PRIu64
		" bytes",
		budget->max_states, budget->max_memory_bytes);
	if (budget->max_seconds > 0)
		fprintf(asked->out, " or %g seconds", budget->max_seconds);
	fputs("; nothing is claimed\n", asked->out);
	return TEEQ_TEST_LIMIT;
}

static enum teeq_test_outcome tell_refuted(struct asked *asked, enum teeq_verdict expected,
					   const struct teeq_decision *decision,
					   const struct teeq_explore_options *budget)
{
	enum teeq_status status;

	tell_head(asked, TEEQ_TEST_FAILS);
	if (!decision->seen) {
		fprintf(asked->out,
			"no schedule ends in %s: all of %" PRIu64 " states were visited\n",
			teeq_verdict_name(expected), decision->states);
		return TEEQ_TEST_FAILS;
	}
	fprintf(asked->out, "%s after %zu steps, expected %s\n\n",
		teeq_verdict_name(decision->verdict), decision->schedule.count,
		teeq_verdict_name(expected));
	status = tell_schedule(asked, &decision->schedule, budget);
	return status == TEEQ_OK ? TEEQ_TEST_FAILS : tell_bad(asked, status);
}

static struct teeq_test_answer ask_verdict(struct teeq_test_scenario scenario, const char *policy,
					   enum teeq_verdict expected,
					   const struct teeq_test_budget *budget)
{
	struct teeq_decide_options options = { .search = ask_budget(budget) };
	struct teeq_decision decision = { 0 };
	enum teeq_test_outcome outcome;
	enum teeq_status status;
	struct asked asked;

	if (!tell_start(&asked, scenario))
		return (struct teeq_test_answer){ TEEQ_TEST_BAD, NULL };
	status = ask_model(&asked, policy);
	if (status == TEEQ_OK && (expected == TEEQ_VERDICT_LIMIT || expected == TEEQ_VERDICT_COUNT))
		status = error_set(&asked.error, TEEQ_EINPUT, "verdict",
				   "only deadlock, lost-wakeup, livelock and violation are hangs");
	if (status == TEEQ_OK)
		status = teeq_decide(asked.model, expected, &options, &decision, &asked.error);
	if (status == TEEQ_OK && decision.good)
		outcome = TEEQ_TEST_HOLDS;
	else if (status == TEEQ_OK)
		outcome = tell_refuted(&asked, expected, &decision, &options.search);
	else
		outcome = status == TEEQ_ELIMIT ? tell_limit(&asked, &options.search) :
						  tell_bad(&asked, status);
	teeq_schedule_free(&decision.schedule);
	return tell_answer(&asked, outcome);
}

struct teeq_test_answer teeq_test_never_hangs(struct teeq_test_scenario scenario,
					      const char *policy,
					      const struct teeq_test_budget *budget)
{
	return ask_verdict(scenario, policy, TEEQ_VERDICT_DONE, budget);
}

struct teeq_test_answer teeq_test_hangs(struct teeq_test_scenario scenario, const char *policy,
					enum teeq_verdict verdict,
					const struct teeq_test_budget *budget)
{
	/* That all are done is no hang, and asking for it here is a slip of the pen. */
	return ask_verdict(scenario, policy,
			   verdict == TEEQ_VERDICT_DONE ? TEEQ_VERDICT_COUNT : verdict, budget);
}

/* ------------------------------------------ replays ------------------------------------------- */

/* How @schedule ends. A loop at the end of one that could go on is a livelock. */
static enum teeq_status ask_end(struct asked *asked, const struct teeq_schedule *schedule,
				struct teeq_result *result)
{
	const struct teeq_run_options options = { 0 };
	struct teeq_world *world = teeq_world_new(asked->model);
	enum teeq_status status = TEEQ_ENOMEM;
	struct teeq_loop loop;

	if (world)
		status =
			teeq_replay(asked->model, world, schedule, &options, result, &asked->error);
	if (status == TEEQ_OK && result->verdict == TEEQ_VERDICT_LIMIT) {
		status = teeq_find_loop(asked->model, schedule, &loop, &asked->error);
		if (status == TEEQ_OK && loop.length > 0)
			result->verdict = TEEQ_VERDICT_LIVELOCK;
	}
	teeq_world_free(world);
	return status;
}

static enum teeq_test_outcome tell_end(struct asked *asked, const struct teeq_schedule *schedule,
				       const struct teeq_result *result, enum teeq_verdict expected)
{
	const struct teeq_explore_options budget = ask_budget(NULL);
	enum teeq_status status;

	if (result->verdict == expected ||
	    (result->verdict == TEEQ_VERDICT_LOST_WAKEUP && expected == TEEQ_VERDICT_DEADLOCK))
		return TEEQ_TEST_HOLDS;
	tell_head(asked, TEEQ_TEST_FAILS);
	fprintf(asked->out, "the schedule ends after %" PRIu64 " steps in %s, expected %s\n\n",
		result->steps, teeq_verdict_name(result->verdict), teeq_verdict_name(expected));
	status = tell_schedule(asked, schedule, &budget);
	return status == TEEQ_OK ? TEEQ_TEST_FAILS : tell_bad(asked, status);
}

struct teeq_test_answer teeq_test_replays(struct teeq_test_scenario scenario, const char *schedule,
					  enum teeq_verdict verdict)
{
	char policy[TEEQ_NAME_MAX + 1] = "";
	struct teeq_schedule parsed = { 0 };
	enum teeq_test_outcome outcome;
	struct teeq_result result;
	enum teeq_status status;
	struct asked asked;

	if (!tell_start(&asked, scenario))
		return (struct teeq_test_answer){ TEEQ_TEST_BAD, NULL };
	if (!schedule || (unsigned int)verdict >= TEEQ_VERDICT_LIMIT)
		status = error_null(&asked.error, "schedule, verdict");
	else
		status = teeq_schedule_policy(schedule, policy, sizeof(policy), &asked.error);
	if (status == TEEQ_OK)
		status = ask_model(&asked, policy);
	if (status == TEEQ_OK)
		status = teeq_schedule_parse(asked.model, schedule, &parsed, &asked.error);
	if (status == TEEQ_OK)
		status = ask_end(&asked, &parsed, &result);
	if (status == TEEQ_OK) {
		outcome = tell_end(&asked, &parsed, &result, verdict);
	} else if (status == TEEQ_EMISMATCH) {
		tell_head(&asked, TEEQ_TEST_FAILS);
		fprintf(asked.out, "%s\n", asked.error.text);
		outcome = TEEQ_TEST_FAILS;
	} else {
		outcome = tell_bad(&asked, status);
	}
	teeq_schedule_free(&parsed);
	return tell_answer(&asked, outcome);
}
