/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver on threads, run after run: what is found is told, and cannot be replayed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/driver/drive.h"
#include "cli/json_value.h"

enum { STRESS_RUNS_DEFAULT = 1000 };

/* In JSON the run, or NULL. */
static json_t *tell_stress_run(const struct drive_case *c,
			       const struct teeq_harness_result *result, uint64_t seed)
{
	char *explanation;
	json_t *object;

	if (c->line->json) {
		object = drive_json_report(c, result, 0);
		json_object_set_new(object, "run", cli_json_number(seed));
		return object;
	}
	explanation = teeq_harness_explain(c->h);
	printf("run %" PRIu64 ": %s", seed, explanation ? explanation : "out of memory\n");
	free(explanation);
	return NULL;
}

static int stressed_json(const struct drive_case *c, const uint64_t counts[TEEQ_VERDICT_COUNT],
			 uint64_t runs, uint64_t points, json_t *first)
{
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "runs", cli_json_number(runs));
	json_object_set_new(object, "points", cli_json_number(points));
	json_object_set_new(object, "verdicts", drive_json_verdicts(counts));
	json_object_set_new(object, "first", first ? first : json_null());
	return cli_json_put(object);
}

static int stress_status(const uint64_t counts[TEEQ_VERDICT_COUNT])
{
	int worst = CLI_OK;

	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++) {
		int status = drive_status((enum teeq_verdict)i);

		if (counts[i] > 0 && status != CLI_OK && worst != CLI_FOUND)
			worst = status;
	}
	return worst;
}

int drive_stress(struct drive_case *c)
{
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : STRESS_RUNS_DEFAULT;
	uint64_t counts[TEEQ_VERDICT_COUNT] = { 0 }, points = 0;
	struct teeq_harness_result result;
	json_t *first = NULL;
	bool told = false;
	int bad = CLI_OK;

	drive_print_head(c);
	/* Who uses freed memory ends the program. */
	cli_flush();
	for (uint64_t i = 0; i < runs; i++) {
		enum teeq_status status =
			teeq_drive_stress(c->drive, c->line->seed + i, c->line->steps, &result);

		if (!drive_ran(status))
			return cli_error("%s: %s", c->path,
					 status == TEEQ_ENOMEM ? "no memory, or no thread more" :
								 "a run goes on in this thread");
		counts[result.verdict]++;
		points += result.steps;
		if (drive_status(result.verdict) == CLI_FOUND && !told)
			first = tell_stress_run(c, &result, c->line->seed + i);
		told |= drive_status(result.verdict) == CLI_FOUND;
		cli_flush();
	}
	if (c->line->json) {
		bad = stressed_json(c, counts, runs, points, first);
	} else {
		printf("%" PRIu64 " runs on threads, %" PRIu64 " points:", runs, points);
		drive_print_counts(counts);
	}
	return bad != CLI_OK ? bad : stress_status(counts);
}
