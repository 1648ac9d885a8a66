/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver on threads, run after run: what is found is told, and cannot be replayed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/driver/drive.h"

enum { STRESS_RUNS_DEFAULT = 1000 };

static void tell_stress_run(const struct drive_case *c, uint64_t seed)
{
	char *explanation = teeq_harness_explain(c->h);

	printf("run %" PRIu64 ": %s", seed, explanation ? explanation : "out of memory\n");
	free(explanation);
}

static int drive_print_stressed(const uint64_t counts[TEEQ_VERDICT_COUNT], uint64_t runs,
				uint64_t points)
{
	int worst = CLI_OK;

	printf("%" PRIu64 " runs on threads, %" PRIu64 " points:", runs, points);
	drive_print_counts(counts);
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
	bool told = false;

	drive_print_head(c);
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
			tell_stress_run(c, c->line->seed + i);
		told |= drive_status(result.verdict) == CLI_FOUND;
		fflush(stdout);
	}
	return drive_print_stressed(counts, runs, points);
}
