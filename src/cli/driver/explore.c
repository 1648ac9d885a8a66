/* SPDX-License-Identifier: BSD-2-Clause */
/* Every schedule of a driver within bounds: by states, or one after the other from the boot. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const char *drive_bound_text(const struct drive_case *c)
{
	return c->line->given & DRIVE_PREEMPTIONS ? " within the bound on preemptions" : "";
}

static void tell_what_was_covered(void)
{
	printf("  of these tasks, switched at the model's points; no allocation fails, and a "
	       "timeout ends only when nobody can move\n");
}

/* ---------------------------------------- by schedules ---------------------------------------- */

static int tell_schedules(const struct drive_case *c,
			  const struct teeq_harness_search_result *result)
{
	printf("%" PRIu64 " runs, %" PRIu64 " steps", result->runs, result->steps);
	if (drive_status(result->result.verdict) == CLI_FOUND) {
		printf(", the last one fails\n");
		return drive_report(c, &result->result, true);
	}
	if (!result->exhausted) {
		printf(", %" PRIu64 " of them cut; not exhausted: nothing is claimed\n",
		       result->cut);
		return CLI_LIMIT;
	}
	printf(", exhausted: no schedule%s fails\n", drive_bound_text(c));
	tell_what_was_covered();
	return CLI_OK;
}

static int explore_schedules(struct drive_case *c)
{
	struct teeq_harness_search_options options = {
		.preemption_max = c->line->given & DRIVE_PREEMPTIONS ?
					  (uint32_t)c->line->preemptions :
					  TEEQ_HARNESS_UNBOUNDED,
		.step_max = c->line->steps,
		.run_max = c->line->runs,
	};
	struct teeq_harness_search_result result;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_search(c->h, &options, &result, &error);

	if (!drive_ran(status))
		return drive_tell_failure(c->path, status, &error);
	drive_print_head(c);
	return tell_schedules(c, &result);
}

/* ------------------------------------------ by states ----------------------------------------- */

static void tell_budget(const struct drive_case *c, enum teeq_harness_budget budget)
{
	switch (budget) {
	case TEEQ_HARNESS_BUDGET_STEPS:
		printf("limit: schedules of more steps than allowed; nothing is claimed\n");
		break;
	case TEEQ_HARNESS_BUDGET_STATES:
		printf("limit: --max-states %" PRIu64 "; nothing is claimed\n",
		       c->line->max_states);
		break;
	case TEEQ_HARNESS_BUDGET_MEMORY:
		printf("limit: --max-memory; nothing is claimed\n");
		break;
	default:
		printf("limit: --max-seconds %" PRIu64 "; nothing is claimed\n",
		       c->line->max_seconds);
		break;
	}
}

static int drive_tell_states(const struct drive_case *c,
			     const struct teeq_harness_explore_result *result)
{
	printf("%s: %" PRIu64 " states, %" PRIu64 " choices, depth %" PRIu64 "\n",
	       c->line->search == DRIVE_SEARCH_DEPTH ? "in depth" : "in breadth", result->states,
	       result->choices, result->depth);
	if (drive_status(result->result.verdict) == CLI_FOUND)
		return drive_report(c, &result->result, true);
	if (!result->exhausted) {
		tell_budget(c, result->budget);
		return CLI_LIMIT;
	}
	printf("exhausted: no schedule%s fails; every one of %" PRIu64
	       " states was visited, told apart by 128-bit fingerprints\n",
	       drive_bound_text(c), result->states);
	tell_what_was_covered();
	printf("  the order of locks that are there since the boot was watched over all "
	       "schedules; data races, and who only reads freed memory, were not\n");
	return CLI_OK;
}

static double seconds_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int explore_states(struct drive_case *c)
{
	struct teeq_harness_explore_options options = {
		.depth_first = c->line->search == DRIVE_SEARCH_DEPTH,
		.preemption_max = c->line->given & DRIVE_PREEMPTIONS ?
					  (uint32_t)c->line->preemptions :
					  TEEQ_HARNESS_UNBOUNDED,
		.step_max = c->line->steps,
		.state_max = c->line->max_states,
		.memory_max = c->line->max_memory,
		.second_max = c->line->max_seconds,
	};
	struct teeq_harness_explore_result result;
	struct teeq_error error = { .key = "" };
	double begun = seconds_now(), seconds;
	enum teeq_status status = teeq_harness_explore(c->h, &options, &result, &error);

	if (!drive_ran(status))
		return drive_tell_failure(c->path, status, &error);
	drive_print_head(c);
	seconds = seconds_now() - begun;
	fprintf(stderr, "%.2f seconds, %.0f states and %.0f choices a second, %.1f MB\n", seconds,
		(double)result.states / (seconds > 0 ? seconds : 1),
		(double)result.choices / (seconds > 0 ? seconds : 1), (double)result.memory / 1e6);
	return drive_tell_states(c, &result);
}

int drive_explore(struct drive_case *c)
{
	if (c->line->search == DRIVE_SEARCH_SCHEDULES)
		return explore_schedules(c);
	if (c->line->given & DRIVE_RUNS)
		return cli_usage("explore", "--runs goes with --search schedules");
	return explore_states(c);
}
