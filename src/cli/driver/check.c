/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expectations of scenario files against a driver: what is expected of the policy that its version
 * has, decided by the search by states. Where that is cut, runs at random look for what is
 * expected; that they do not find it decides nothing.
 */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/scenario.h>

#include "cli/json_value.h"

enum { RUNS_DEFAULT = 1000 };

/*
 * @searched   what the search found
 * @found      how it ended, or a run at random did where that was cut: with @seed; DONE: nothing
 *             fails
 * @result     "ok", "FAIL" or "undecided"
 */
struct drive_decision {
	struct teeq_harness_explore_result searched;
	struct teeq_harness_result found;
	uint64_t seed; /* 0: the search found it */
	uint64_t runs; /* made at random */
	const char *result;
};

/* @ran: files of which at least one expectation was decided, or not, by runs of the driver. */
struct drive_sums {
	unsigned int ran, count, ok, failed, undecided;
};

/* ------------------------------------------ deciding ------------------------------------------ */

/* A lost wake-up is a deadlock, too. */
static bool drive_fulfils(enum teeq_verdict expected, enum teeq_verdict found)
{
	return found == expected ||
	       (expected == TEEQ_VERDICT_DEADLOCK && found == TEEQ_VERDICT_LOST_WAKEUP);
}

/* A run at random that fails, as expected if one does: it is the last run then. */
static enum teeq_status drive_check_sample(struct drive_case *c, enum teeq_verdict expected,
					   struct drive_decision *decision)
{
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : RUNS_DEFAULT, other = 0;
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .seed = 1,
						    .step_max = c->line->steps };
	struct teeq_harness_result *found = &decision->found;
	enum teeq_status status;

	for (; options.seed <= runs; options.seed++) {
		status = teeq_harness_run(c->h, &options, found);
		if (!drive_ran(status))
			return status;
		decision->runs++;
		if (drive_status(found->verdict) != CLI_FOUND)
			continue;
		decision->seed = options.seed;
		if (drive_fulfils(expected, found->verdict))
			return TEEQ_OK;
		other = other ? other : options.seed;
	}
	options.seed = decision->seed = other;
	found->verdict = TEEQ_VERDICT_DONE;
	return other ? teeq_harness_run(c->h, &options, found) : TEEQ_OK;
}

/* What fails decides at once; that nothing does, only where all was visited. */
static const char *drive_judge(const struct drive_case *c, enum teeq_verdict expected,
			       const struct drive_decision *decision)
{
	bool fails = decision->found.verdict != TEEQ_VERDICT_DONE;

	if (fails && expected == TEEQ_VERDICT_DONE)
		return "FAIL";
	if (fails && drive_fulfils(expected, decision->found.verdict))
		return "ok";
	if (!decision->searched.exhausted)
		return "undecided";
	if (expected == TEEQ_VERDICT_DONE)
		return "ok";
	/*
	 * What is expected may need one preemption more; and who goes round for ever beside others
	 * that come to an end is not looked for.
	 */
	return (c->line->given & DRIVE_PREEMPTIONS) || expected == TEEQ_VERDICT_LIVELOCK ?
		       "undecided" :
		       "FAIL";
}

static enum teeq_status drive_decide(struct drive_case *c, enum teeq_verdict expected,
				     struct drive_decision *decision, struct teeq_error *error)
{
	struct teeq_harness_explore_options options = drive_explore_options(c->line);
	enum teeq_status status;

	options.wanted = expected;
	*decision = (struct drive_decision){ .seed = 0 };
	status = teeq_harness_explore(c->h, &options, &decision->searched, error);
	if (!drive_ran(status))
		return status;
	decision->found = decision->searched.result;
	if (decision->found.verdict == TEEQ_VERDICT_LIMIT) {
		status = drive_check_sample(c, expected, decision);
		if (!drive_ran(status))
			return status;
	}
	decision->result = drive_judge(c, expected, decision);
	return TEEQ_OK;
}

/* ------------------------------------------ printing ------------------------------------------ */

/* What the answer rests on. */
static void print_ground(const struct drive_case *c, const struct drive_decision *decision)
{
	const struct teeq_harness_explore_result *searched = &decision->searched;

	if (decision->seed)
		printf("by a run at random, seed %" PRIu64 ", after %" PRIu64 " steps",
		       decision->seed, decision->found.steps);
	else if (!drive_has_run(&decision->found))
		printf("in none of %" PRIu64 " states is there a way to an end", searched->states);
	else if (decision->found.verdict != TEEQ_VERDICT_DONE)
		printf("found after %" PRIu64 " steps, in %" PRIu64 " states",
		       decision->found.steps, searched->states);
	else if (searched->exhausted)
		printf("all %" PRIu64 " states%s", searched->states, drive_bound_text(c));
	else
		printf("not in %" PRIu64 " states and %" PRIu64 " runs at random", searched->states,
		       decision->runs);
}

static void drive_print_row(const struct drive_case *c, const struct teeq_expect_spec *expect,
			    const struct drive_decision *decision)
{
	enum teeq_verdict found = decision->found.verdict;
	const char *expected = teeq_verdict_name(expect->verdict);
	char about[TEEQ_NAME_MAX + 16] = "";

	if (expect->client)
		snprintf(about, sizeof(about), " for %s", expect->client);
	if (strcmp(decision->result, "ok") == 0) {
		printf("%s: %s, as expected of %s%s: ", c->path, teeq_verdict_name(found),
		       expect->policy, about);
		print_ground(c, decision);
		printf("\n");
		return;
	}
	printf("%s: expected %s of %s%s, ", c->path, expected, expect->policy, about);
	if (strcmp(decision->result, "undecided") == 0) {
		printf("undecided: ");
		if (found != TEEQ_VERDICT_DONE)
			printf("%s ", teeq_verdict_name(found));
		print_ground(c, decision);
		if (!decision->searched.exhausted)
			printf("; ");
		drive_print_budget(c, decision->searched.budget);
		printf("\n");
	} else if (found == TEEQ_VERDICT_DONE || !drive_has_run(&decision->found)) {
		printf("found %s: ", teeq_verdict_name(found));
		print_ground(c, decision);
		printf("\n");
	} else {
		printf("found: ");
		drive_report(c, &decision->found, true);
	}
}

static int drive_row_json(const struct drive_case *c, const struct teeq_expect_spec *expect,
			  const struct drive_decision *decision)
{
	enum teeq_verdict found = decision->found.verdict;
	bool undecided = strcmp(decision->result, "undecided") == 0;
	bool runs = found != TEEQ_VERDICT_DONE && drive_has_run(&decision->found);
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "policy", json_string(expect->policy));
	if (expect->client)
		json_object_set_new(object, "client", json_string(expect->client));
	json_object_set_new(object, "expected", json_string(teeq_verdict_name(expect->verdict)));
	json_object_set_new(object, "found",
			    undecided && !runs ? json_null() :
						 json_string(teeq_verdict_name(found)));
	json_object_set_new(object, "decided",
			    json_string(decision->seed               ? "sampled" :
					decision->searched.exhausted ? "exhausted" :
					runs                         ? "found" :
								       "sampled"));
	json_object_set_new(object, "limit", drive_json_limit(decision->searched.budget));
	json_object_set_new(object, "states", cli_json_number(decision->searched.states));
	json_object_set_new(object, "runs", cli_json_number(decision->runs));
	json_object_set_new(object, "result", json_string(decision->result));
	if (decision->seed)
		json_object_set_new(object, "seed", cli_json_number(decision->seed));
	if (runs)
		drive_json_run(object, c, &decision->found, 0);
	return cli_json_put(object);
}

static int drive_sum_up(const struct drive_line *line, const struct drive_sums *sums)
{
	int files = line->options.operand_count;

	if (line->json)
		return cli_json_put(json_pack("{s:i,s:i,s:i,s:i,s:i,s:i}", "files", files, "ran",
					      (int)sums->ran, "expectations", (int)sums->count,
					      "ok", (int)sums->ok, "failed", (int)sums->failed,
					      "undecided", (int)sums->undecided));
	printf("%u of %d files ran: %u as expected, %u not, %u undecided\n", sums->ran, files,
	       sums->ok, sums->failed, sums->undecided);
	return CLI_OK;
}

/* -------------------------------------------- all --------------------------------------------- */

static int drive_check_expectation(struct drive_case *c, const struct teeq_expect_spec *expect,
				   struct drive_sums *sums)
{
	struct drive_decision decision;
	struct teeq_error error = { .key = "" };
	enum teeq_status status;
	int failed = CLI_OK;

	if (!teeq_drive_ask(c->drive, expect->client))
		return cli_error("%s: expect: there is no client '%s'", c->path, expect->client);
	status = drive_decide(c, expect->verdict, &decision, &error);
	if (status != TEEQ_OK)
		return drive_tell_failure(c->path, status, &error);
	sums->count++;
	sums->ok += strcmp(decision.result, "ok") == 0;
	sums->failed += strcmp(decision.result, "FAIL") == 0;
	sums->undecided += strcmp(decision.result, "undecided") == 0;
	if (c->line->json)
		failed = drive_row_json(c, expect, &decision);
	else
		drive_print_row(c, expect, &decision);
	return failed;
}

/* Of all clients together, and of single ones. */
static int drive_check_expectations(struct drive_case *c, struct drive_sums *sums)
{
	const struct teeq_scenario *s = teeq_scenario_tables(c->file);
	const char *policy = teeq_driver_policy(c->driver);
	unsigned int before = sums->count;
	int status = CLI_OK;

	for (size_t i = 0; i < s->expect_count && status == CLI_OK; i++)
		if (strcmp(s->expects[i].policy, policy) == 0)
			status = drive_check_expectation(c, &s->expects[i], sums);
	sums->ran += sums->count > before;
	/* Whoever names a file wants it checked. */
	if (status == CLI_OK && sums->count == before)
		status = cli_error("%s: expects nothing of %s", c->path, policy);
	return status;
}

static int drive_check_file(const struct drive_line *line, struct teeq_driver *driver,
			    const char *path, struct drive_sums *sums)
{
	struct drive_case c;
	int status = drive_case_load(&c, line, driver, path);

	if (status == CLI_OK)
		status = drive_check_expectations(&c, sums);
	drive_case_free(&c);
	cli_flush();
	return status;
}

/* What cannot be run is told, and is no failure where anything could be. */
int drive_check(const struct drive_line *line, struct teeq_driver *driver)
{
	struct drive_sums sums = { .ran = 0 };
	int bad = CLI_OK;

	if (line->options.operand_count == 0)
		return cli_usage("check", "expected scenarios");
	for (int i = 0; i < line->options.operand_count; i++) {
		int status = drive_check_file(line, driver, line->options.operands[i], &sums);

		bad = status != CLI_OK ? status : bad;
	}
	if (drive_sum_up(line, &sums) != CLI_OK || sums.ran == 0)
		return CLI_BAD;
	if (sums.failed > 0)
		return CLI_FOUND;
	if (bad != CLI_OK)
		return bad;
	return sums.undecided > 0 ? CLI_LIMIT : CLI_OK;
}
