/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario with a driver, and how a run of it ended. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>
#include <teeq/scenario.h>

#include "cli/json_value.h"

const char *const drive_points[TEEQ_HARNESS_POINTS_COUNT] = { "shared", "unlock", "model" };

int drive_case_load(struct drive_case *c, const struct drive_line *line, struct teeq_driver *driver,
		    const char *path)
{
	struct teeq_error error = { .key = "" };
	enum teeq_status status;

	*c = (struct drive_case){ .line = line, .path = path, .driver = driver };
	status = teeq_scenario_load(path, &c->file, &error);
	if (status == TEEQ_ENOMEM)
		return cli_error("%s: out of memory", path);
	if (status != TEEQ_OK)
		return cli_error("%s", error.text);
	status = teeq_drive_new(driver, teeq_scenario_tables(c->file), &line->drive, &c->drive,
				&error);
	if (status != TEEQ_OK)
		return cli_failed(path, status, &error);
	c->h = teeq_drive_harness(c->drive);
	return CLI_OK;
}

void drive_case_free(struct drive_case *c)
{
	teeq_drive_free(c->drive);
	teeq_scenario_free(c->file);
}

int drive_status(enum teeq_verdict verdict)
{
	if (verdict == TEEQ_VERDICT_DONE)
		return CLI_OK;
	return verdict == TEEQ_VERDICT_LIMIT ? CLI_LIMIT : CLI_FOUND;
}

bool drive_ran(enum teeq_status status)
{
	return status == TEEQ_OK || status == TEEQ_ELIMIT;
}

int drive_failed(const struct drive_case *c, enum teeq_status status)
{
	return cli_error("%s: %s", c->path,
			 status == TEEQ_ENOMEM ? "out of memory" : "a run goes on in this thread");
}

int drive_tell_failure(const char *what, enum teeq_status status, const struct teeq_error *error)
{
	int bad = cli_failed(what, status, error);

	return status == TEEQ_EMISMATCH ? CLI_FOUND : bad;
}

void drive_print_head(const struct drive_case *c)
{
	if (!c->line->json)
		printf("%s: %s\n", c->path, teeq_driver_stamp(c->driver));
}

void drive_print_counts(const uint64_t counts[TEEQ_VERDICT_COUNT])
{
	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		if (counts[i] > 0)
			printf(" %s %" PRIu64, teeq_verdict_name((enum teeq_verdict)i), counts[i]);
	printf("\n");
}

static int drive_report_run(const struct drive_case *c, const struct teeq_harness_result *result,
			    bool all, uint64_t fail)
{
	int status = drive_status(result->verdict);
	char *explanation, *schedule;

	if (c->line->json) {
		int bad = cli_json_put(drive_json_report(c, result, fail));

		return bad != CLI_OK ? bad : status;
	}
	explanation = teeq_harness_explain(c->h);
	schedule = teeq_harness_schedule(c->h);
	if (!explanation || !schedule) {
		status = cli_error("%s: out of memory", c->path);
	} else if (all || status != CLI_OK) {
		printf("%sevent hash %016" PRIx64 "\nreplay: ", explanation, result->event_hash);
		drive_print_replay(c, c->path, fail, schedule);
	}
	free(explanation);
	free(schedule);
	return status;
}

int drive_report(const struct drive_case *c, const struct teeq_harness_result *result, bool all)
{
	return drive_report_run(c, result, all, c->line->fail);
}

int drive_report_failing(const struct drive_case *c, const struct teeq_harness_result *result,
			 uint64_t fail)
{
	return drive_report_run(c, result, true, fail);
}
