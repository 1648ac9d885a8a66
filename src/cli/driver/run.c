/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of a driver: one, many, one again. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/json_value.h"

/* Changes of priority want to know how long a run is. */
static int drive_settle_pct(const struct drive_case *c, struct teeq_pct *pct,
			    struct teeq_strategy *strategy)
{
	struct teeq_harness_result result;
	enum teeq_status status = teeq_harness_run(c->h, NULL, &result);

	if (!drive_ran(status))
		return drive_failed(c, status);
	pct->depth = (unsigned int)c->line->depth;
	pct->step_count = result.steps > 0 ? result.steps : 1;
	*strategy = teeq_strategy_pct;
	strategy->argument = pct;
	return CLI_OK;
}

static int many_json(const struct drive_case *c, uint64_t steps,
		     const uint64_t counts[TEEQ_VERDICT_COUNT], json_t *first)
{
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "runs", cli_json_number(c->line->runs));
	json_object_set_new(object, "steps", cli_json_number(steps));
	json_object_set_new(object, "verdicts", drive_json_verdicts(counts));
	json_object_set_new(object, "first", first ? first : json_null());
	return cli_json_put(object);
}

/* The first that was not done. */
static int tell_first(const struct drive_case *c, const struct teeq_harness_result *result,
		      uint64_t seed, json_t **first)
{
	if (!c->line->json) {
		printf("seed %" PRIu64 ": ", seed);
		return drive_report(c, result, true);
	}
	*first = drive_json_report(c, result, c->line->fail);
	json_object_set_new(*first, "seed", cli_json_number(seed));
	return drive_status(result->verdict);
}

static int many(struct drive_case *c, struct teeq_harness_run_options *options)
{
	uint64_t counts[TEEQ_VERDICT_COUNT] = { 0 }, steps = 0;
	struct teeq_harness_result result;
	json_t *first = NULL;
	bool told = false;
	int worst = CLI_OK, bad;

	for (uint64_t i = 0; i < c->line->runs; i++, options->seed++) {
		enum teeq_status status = teeq_harness_run(c->h, options, &result);

		if (!drive_ran(status)) {
			json_decref(first);
			return drive_failed(c, status);
		}
		counts[result.verdict]++;
		steps += result.steps;
		if (result.verdict == TEEQ_VERDICT_DONE || told)
			continue;
		told = true;
		worst = tell_first(c, &result, options->seed, &first);
	}
	if (c->line->json) {
		bad = many_json(c, steps, counts, first);
		return bad != CLI_OK ? bad : worst;
	}
	printf("%" PRIu64 " runs, %" PRIu64 " steps:", c->line->runs, steps);
	drive_print_counts(counts);
	return worst;
}

int drive_run(struct drive_case *c)
{
	bool seeded = c->line->given & (DRIVE_SEED | DRIVE_RUNS);
	struct teeq_harness_run_options options = {
		.strategy = c->line->strategy ? c->line->strategy :
			    seeded	      ? &teeq_strategy_random :
						&teeq_strategy_round_robin,
		.seed = c->line->seed,
		.step_max = c->line->steps,
		.fail_at = c->line->fail,
		.trace = c->line->given & DRIVE_TRACE ? stdout : NULL,
	};
	struct teeq_harness_result result;
	struct teeq_strategy pct;
	struct teeq_pct settings;
	enum teeq_status status;

	drive_print_head(c);
	if (c->line->given & DRIVE_STARVE)
		return drive_starve(c);
	if (options.strategy == &teeq_strategy_pct) {
		if (drive_settle_pct(c, &settings, &pct) != CLI_OK)
			return CLI_BAD;
		options.strategy = &pct;
	}
	if (c->line->given & DRIVE_RUNS)
		return many(c, &options);
	status = teeq_harness_run(c->h, &options, &result);
	return drive_ran(status) ? drive_report(c, &result, true) : drive_failed(c, status);
}

int drive_replay(struct drive_case *c, const char *schedule)
{
	struct teeq_harness_run_options options = {
		.step_max = c->line->steps,
		.fail_at = c->line->fail,
		.trace = c->line->given & DRIVE_TRACE ? stdout : NULL,
	};
	struct teeq_harness_result result;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_replay(c->h, schedule, &options, &result, &error);

	if (!drive_ran(status))
		return drive_tell_failure("schedule", status, &error);
	drive_print_head(c);
	return drive_report(c, &result, true);
}
