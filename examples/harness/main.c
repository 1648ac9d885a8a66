/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callq random [RUNS]            random schedules, until one fails
 * callq search [PREEMPTIONS]     every schedule, or every one with at most so many preemptions
 * callq replay SCHEDULE          one schedule again, with the explanation
 * callq record [RUNS]            random schedules as recordings, for teeq conform
 *
 * The exit status is that of teeq: 0 done, 1 something was found, 2 usage or host, 3 a limit.
 */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NORMAL_COUNT = 1, RUNS_DEFAULT = 1000 };

static int fail(const struct teeq_error *error)
{
	fprintf(stderr, "callq: %s\n", error->text);
	return 2;
}

/* What the last run was, and how to have it again. */
static int report(struct teeq_harness *h, const struct teeq_harness_result *result)
{
	char *explanation = teeq_harness_explain(h);
	char *schedule = teeq_harness_schedule(h);

	if (explanation && schedule)
		printf("%sevent hash %016llx\nreplay: '%s'\n", explanation,
		       (unsigned long long)result->event_hash, schedule);
	free(explanation);
	free(schedule);
	if (result->verdict == TEEQ_VERDICT_LIMIT)
		return 3;
	return result->verdict != TEEQ_VERDICT_DONE;
}

static int run_random(struct teeq_harness *h, unsigned long runs)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random };
	struct teeq_harness_result result = { .verdict = TEEQ_VERDICT_DONE };
	uint64_t steps = 0;

	for (; options.seed < runs; options.seed++) {
		if (teeq_harness_run(h, &options, &result) != TEEQ_OK)
			return 2;
		steps += result.steps;
		if (result.verdict == TEEQ_VERDICT_DONE)
			continue;
		printf("seed %llu: ", (unsigned long long)options.seed);
		return report(h, &result);
	}
	printf("%lu runs, %llu steps: done\n", runs, (unsigned long long)steps);
	return 0;
}

static int search(struct teeq_harness *h, uint32_t preemption_max)
{
	struct teeq_harness_search_options options = { .preemption_max = preemption_max };
	struct teeq_harness_search_result result;
	struct teeq_error error = { 0 };

	if (teeq_harness_search(h, &options, &result, &error) != TEEQ_OK)
		return fail(&error);
	printf("%llu runs, %llu steps, %s\n", (unsigned long long)result.runs,
	       (unsigned long long)result.steps,
	       result.exhausted ? "exhausted: no schedule within the bounds fails" : "not exhausted");
	if (result.exhausted)
		return 0;
	return report(h, &result.result);
}

static int replay(struct teeq_harness *h, const char *schedule)
{
	struct teeq_harness_result result;
	struct teeq_error error = { 0 };

	if (teeq_harness_replay(h, schedule, NULL, &result, &error) != TEEQ_OK)
		return fail(&error);
	return report(h, &result);
}

static int record(struct teeq_harness *h, unsigned long runs)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .record = true };
	struct teeq_harness_result result;
	struct teeq_error error = { 0 };

	for (; options.seed < runs; options.seed++)
		if (teeq_harness_run(h, &options, &result) != TEEQ_OK ||
		    teeq_harness_write(h, (unsigned int)options.seed, stdout, &error) != TEEQ_OK)
			return fail(&error);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	const char *argument = argc > 2 ? argv[2] : NULL;
	unsigned long number = argument ? strtoul(argument, NULL, 10) : RUNS_DEFAULT;
	struct teeq_harness *h = driver_harness(NORMAL_COUNT);
	int status = 2;

	if (!h)
		return 2;
	if (strcmp(what, "random") == 0)
		status = run_random(h, number);
	else if (strcmp(what, "search") == 0)
		status = search(h, argument ? (uint32_t)number : TEEQ_HARNESS_UNBOUNDED);
	else if (strcmp(what, "replay") == 0 && argument)
		status = replay(h, argument);
	else if (strcmp(what, "record") == 0)
		status = record(h, number);
	else
		fprintf(stderr, "usage: callq random [RUNS] | search [PREEMPTIONS] | "
				"replay SCHEDULE | record [RUNS]\n");
	teeq_harness_free(h);
	return status;
}
