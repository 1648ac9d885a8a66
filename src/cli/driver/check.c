/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expectations of scenario files against a driver: what is expected of the policy that its version
 * has. A failure that is expected is to be found; where none is, every schedule within the bound is
 * tried.
 */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/scenario.h>

enum {
	PREEMPTIONS_DEFAULT = 2,
	RUNS_DEFAULT = 1000,
	SEARCH_RUNS = 20000
};

static const struct teeq_expect_spec *expectation(const struct drive_case *c)
{
	const struct teeq_scenario *s = teeq_scenario_tables(c->file);
	const char *policy = teeq_driver_policy(c->driver);

	for (size_t i = 0; i < s->expect_count; i++)
		if (strcmp(s->expects[i].policy, policy) == 0 && !s->expects[i].client)
			return &s->expects[i];
	return NULL;
}

static bool is_hang(enum teeq_verdict verdict)
{
	return verdict == TEEQ_VERDICT_DEADLOCK || verdict == TEEQ_VERDICT_LOST_WAKEUP;
}

/*
 * The first run at random that is not done. Where a hang is expected, both kinds may be found, and
 * one of the other kind is told only where there is none of that.
 */
static bool drive_check_sample(struct drive_case *c, enum teeq_verdict expected, uint64_t runs,
			       struct teeq_harness_result *result)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .seed = 1,
						    .step_max = c->line->steps };
	uint64_t other = 0;

	for (; options.seed <= runs; options.seed++) {
		if (!drive_ran(teeq_harness_run(c->h, &options, result)))
			return true;
		if (result->verdict == TEEQ_VERDICT_DONE)
			continue;
		if (result->verdict == expected || !is_hang(expected) || !is_hang(result->verdict))
			return true;
		other = other ? other : options.seed;
	}
	options.seed = other;
	return other && drive_ran(teeq_harness_run(c->h, &options, result));
}

static bool drive_check_search(struct drive_case *c, struct teeq_harness_result *result,
			       bool *exhausted)
{
	struct teeq_harness_search_options options = {
		.preemption_max = c->line->given & DRIVE_PREEMPTIONS ?
					  (uint32_t)c->line->preemptions :
					  PREEMPTIONS_DEFAULT,
		.step_max = c->line->steps,
		.run_max = SEARCH_RUNS,
	};
	struct teeq_harness_search_result searched;

	if (!drive_ran(teeq_harness_search(c->h, &options, &searched, NULL)))
		return true;
	*result = searched.result;
	*exhausted = searched.exhausted;
	return drive_status(result->verdict) == CLI_FOUND;
}

static int drive_check_judge(struct drive_case *c, const struct teeq_expect_spec *expect)
{
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : RUNS_DEFAULT;
	struct teeq_harness_result result = { .verdict = TEEQ_VERDICT_DONE };
	const char *expected = teeq_verdict_name(expect->verdict);
	bool exhausted = false, found;

	found = drive_check_sample(c, expect->verdict, runs, &result) ||
		drive_check_search(c, &result, &exhausted);
	if (found && result.verdict == expect->verdict) {
		printf("%s: %s, as expected of %s\n", c->path, expected, expect->policy);
		return CLI_OK;
	}
	if (found && result.verdict == TEEQ_VERDICT_LIMIT) {
		printf("%s: expected %s of %s, and a run goes on behind %" PRIu64
		       " steps: nothing is "
		       "claimed\n",
		       c->path, expected, expect->policy, result.steps);
		return CLI_LIMIT;
	}
	if (found) {
		printf("%s: expected %s of %s, found: ", c->path, expected, expect->policy);
		drive_report(c, &result, true);
		return CLI_FOUND;
	}
	if (expect->verdict != TEEQ_VERDICT_DONE) {
		printf("%s: expected %s of %s, not found in %" PRIu64 " runs%s\n", c->path,
		       expected, expect->policy, runs,
		       exhausted ? ", nor within the bound on preemptions" : "");
		return exhausted ? CLI_FOUND : CLI_LIMIT;
	}
	printf("%s: done, as expected of %s: %" PRIu64 " runs at random%s\n", c->path,
	       expect->policy, runs,
	       exhausted ? ", and all within the bound on preemptions" : "; the search was cut");
	return CLI_OK;
}

static int drive_check_file(const struct drive_line *line, struct teeq_driver *driver,
			    const char *path, bool *ran)
{
	struct drive_case c;
	int status = drive_case_load(&c, line, driver, path);
	const struct teeq_expect_spec *expect;

	*ran = status == CLI_OK;
	if (status == CLI_OK) {
		expect = expectation(&c);
		if (expect)
			status = drive_check_judge(&c, expect);
		else
			printf("%s: expects nothing of %s\n", path, teeq_driver_policy(driver));
	}
	drive_case_free(&c);
	return status;
}

/* What cannot be run is told, and is no failure where anything could be. */
int drive_check(const struct drive_line *line, struct teeq_driver *driver)
{
	int worst = CLI_OK, count = 0;

	if (line->options.operand_count == 0)
		return cli_usage("check", "expected scenarios");
	for (int i = 0; i < line->options.operand_count; i++) {
		bool ran;
		int status = drive_check_file(line, driver, line->options.operands[i], &ran);

		count += ran;
		fflush(stdout);
		if (ran && status != CLI_OK && worst != CLI_FOUND)
			worst = status;
	}
	printf("%d of %d files ran\n", count, line->options.operand_count);
	return count > 0 ? worst : CLI_BAD;
}
