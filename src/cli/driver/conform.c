/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of a driver at random beside the model of the same scenario, step by step. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>

enum {
	RUNS_DEFAULT = 100
};

/* Where they part, the run that is compared again, and the driver's choices in it. */
static int tell_difference(const struct drive_case *c, uint64_t seed,
			   const struct teeq_error *error)
{
	char *schedule = teeq_harness_schedule(c->h);

	printf("%s: seed %" PRIu64 ": %s: %s\n", c->path, seed, error->key, error->text);
	printf("  again: teeq conform --driver ");
	teeq_put_path(stdout, c->line->driver_path);
	if (c->line->policy) {
		printf(" --policy ");
		teeq_put_word(stdout, c->line->policy);
	}
	printf(" --seed %" PRIu64 " --runs 1 ", seed);
	teeq_put_path(stdout, c->path);
	printf("\n");
	if (schedule) {
		printf("  the driver alone: ");
		drive_print_replay(c, c->path, 0, schedule);
	}
	free(schedule);
	return CLI_FOUND;
}

static int drive_conform_file(struct drive_case *c, const struct teeq_policy *policy)
{
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : RUNS_DEFAULT, steps = 0,
		 cut = 0;
	struct teeq_error known = { .key = "" };

	for (uint64_t i = 0; i < runs; i++) {
		struct teeq_error error = { .key = "" };
		size_t compared = 0;
		enum teeq_status status;

		status = teeq_drive_agree(c->drive, policy, c->line->seed + i,
					  c->line->given & DRIVE_TRACE ? stdout : NULL, NULL,
					  &compared, &error);
		steps += compared;
		if (status == TEEQ_EMISMATCH)
			return tell_difference(c, c->line->seed + i, &error);
		if (status != TEEQ_OK)
			return cli_failed(c->path, status, &error);
		if (!error.text[0])
			continue;
		cut++;
		known = error;
	}
	printf("%s: %" PRIu64 " runs agree with %s, %" PRIu64 " steps\n", c->path, runs,
	       policy->name, steps);
	if (cut > 0)
		printf("  %" PRIu64 " of them up to a known difference: %s\n", cut, known.text);
	return CLI_OK;
}

int drive_conform(const struct drive_line *line, struct teeq_driver *driver)
{
	const char *name = line->policy ? line->policy : teeq_driver_policy(driver);
	struct cli_policy policy;
	int worst = CLI_OK, count = 0, agree = 0;

	if (line->options.operand_count == 0)
		return cli_usage("conform", "expected scenarios");
	if (cli_policy_load(name, &policy) != CLI_OK)
		return CLI_BAD;
	for (int i = 0; i < line->options.operand_count; i++) {
		struct drive_case c;
		int status = drive_case_load(&c, line, driver, line->options.operands[i]);
		bool ran = status == CLI_OK;

		if (ran)
			status = drive_conform_file(&c, policy.policy);
		drive_case_free(&c);
		count += ran;
		agree += status == CLI_OK;
		if (ran && status != CLI_OK && worst != CLI_FOUND)
			worst = status;
		fflush(stdout);
	}
	printf("%d of %d files ran, %d of them agree\n", count, line->options.operand_count, agree);
	return count > 0 ? worst : CLI_BAD;
}
