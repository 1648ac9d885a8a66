/* SPDX-License-Identifier: BSD-2-Clause */
/* Every schedule of a driver within bounds: by states, or one after the other from the boot. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "cli/json_value.h"

const char *drive_bound_text(const struct drive_case *c)
{
	return c->line->given & DRIVE_PREEMPTIONS ? " within the bound on preemptions" : "";
}

static uint32_t drive_preemption_max(const struct drive_line *line)
{
	return line->given & DRIVE_PREEMPTIONS ? (uint32_t)line->preemptions :
						 TEEQ_HARNESS_UNBOUNDED;
}

struct teeq_harness_explore_options drive_explore_options(const struct drive_line *line)
{
	return (struct teeq_harness_explore_options){
		.depth_first = line->search == DRIVE_SEARCH_DEPTH,
		.preemption_max = drive_preemption_max(line),
		.step_max = line->steps,
		.state_max = line->max_states,
		.memory_max = line->max_memory,
		.second_max = line->max_seconds,
	};
}

static void tell_what_was_covered(const struct drive_case *c)
{
	static const char *const points[] = {
		[TEEQ_HARNESS_POINTS_MODEL] = "at the model's points",
		[TEEQ_HARNESS_POINTS_SHARED] = "at all that is shared",
		[TEEQ_HARNESS_POINTS_UNLOCK] = "at all that is shared and behind unlocks",
	};

	printf("  of these tasks, switched %s; no allocation fails, and a "
	       "timeout ends only when nobody can move\n",
	       points[c->line->drive.points]);
}

static json_t *explore_json_head(const struct drive_case *c, const char *search)
{
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "search", json_string(search));
	json_object_set_new(object, "preemptions",
			    c->line->given & DRIVE_PREEMPTIONS ?
				    cli_json_number(c->line->preemptions) :
				    json_null());
	if (c->line->client)
		json_object_set_new(object, "client", json_string(c->line->client));
	return object;
}

/* ---------------------------------------- by schedules ---------------------------------------- */

static int tell_schedules(const struct drive_case *c,
			  const struct teeq_harness_search_result *result)
{
	drive_print_head(c);
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
	tell_what_was_covered(c);
	return CLI_OK;
}

static int schedules_json(const struct drive_case *c,
			  const struct teeq_harness_search_result *result)
{
	bool found = drive_status(result->result.verdict) == CLI_FOUND;
	json_t *object = explore_json_head(c, "schedules");
	int status;

	json_object_set_new(object, "runs", cli_json_number(result->runs));
	json_object_set_new(object, "cut", cli_json_number(result->cut));
	json_object_set_new(object, "exhausted", json_boolean(result->exhausted));
	if (found)
		drive_json_run(object, c, &result->result, 0);
	else
		json_object_set_new(object, "verdict",
				    json_string(result->exhausted ? "done" : "limit"));
	status = cli_json_put(object);
	if (status != CLI_OK)
		return status;
	return found ? CLI_FOUND : result->exhausted ? CLI_OK : CLI_LIMIT;
}

static int explore_schedules(struct drive_case *c)
{
	struct teeq_harness_search_options options = {
		.preemption_max = drive_preemption_max(c->line),
		.step_max = c->line->steps,
		.run_max = c->line->runs,
	};
	struct teeq_harness_search_result result;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_search(c->h, &options, &result, &error);

	if (!drive_ran(status))
		return drive_tell_failure(c->path, status, &error);
	return c->line->json ? schedules_json(c, &result) : tell_schedules(c, &result);
}

/* ------------------------------------------ by states ----------------------------------------- */

void drive_print_budget(const struct drive_case *c, enum teeq_harness_budget budget)
{
	switch (budget) {
	case TEEQ_HARNESS_BUDGET_STEPS:
		printf("limit: schedules of more steps than allowed; nothing is claimed");
		break;
	case TEEQ_HARNESS_BUDGET_STATES:
		printf("limit: --max-states %" PRIu64 "; nothing is claimed",
		       c->line->max_states);
		break;
	case TEEQ_HARNESS_BUDGET_MEMORY:
		printf("limit: --max-memory; nothing is claimed");
		break;
	case TEEQ_HARNESS_BUDGET_SECONDS:
		printf("limit: --max-seconds %" PRIu64 "; nothing is claimed",
		       c->line->max_seconds);
		break;
	default:
		break;
	}
}

static int drive_tell_states(const struct drive_case *c,
			     const struct teeq_harness_explore_result *result)
{
	drive_print_head(c);
	printf("%s: %" PRIu64 " states, %" PRIu64 " choices, depth %" PRIu64 "\n",
	       c->line->search == DRIVE_SEARCH_DEPTH ? "in depth" : "in breadth", result->states,
	       result->choices, result->depth);
	if (!drive_has_run(&result->result)) {
		printf("exhausted: livelock: nobody hangs, and from none of %" PRIu64
		       " states does a way lead to an end\n",
		       result->states);
		return CLI_FOUND;
	}
	if (drive_status(result->result.verdict) == CLI_FOUND)
		return drive_report(c, &result->result, true);
	if (!result->exhausted) {
		drive_print_budget(c, result->budget);
		printf("\n");
		return CLI_LIMIT;
	}
	printf("exhausted: %s%sno schedule%s fails in a way that is watched; every one of %" PRIu64
	       " states was visited, told apart by 128-bit fingerprints\n",
	       c->line->client ? c->line->client : "", c->line->client ? ": " : "",
	       drive_bound_text(c), result->states);
	tell_what_was_covered(c);
	printf("  the order of locks that are there since the boot was watched over all "
	       "schedules; data races, and who only reads freed memory, were not\n");
	return CLI_OK;
}

static int states_json(const struct drive_case *c,
		       const struct teeq_harness_explore_result *result)
{
	enum teeq_verdict verdict = result->result.verdict;
	json_t *object = explore_json_head(
		c, c->line->search == DRIVE_SEARCH_DEPTH ? "depth" : "breadth");
	int status;

	json_object_set_new(object, "states", cli_json_number(result->states));
	json_object_set_new(object, "choices", cli_json_number(result->choices));
	json_object_set_new(object, "depth", cli_json_number(result->depth));
	json_object_set_new(object, "ends", cli_json_number(result->ends));
	json_object_set_new(object, "exhausted", json_boolean(result->exhausted));
	json_object_set_new(object, "limit", drive_json_limit(result->budget));
	if (drive_status(verdict) == CLI_FOUND && drive_has_run(&result->result))
		drive_json_run(object, c, &result->result, 0);
	else
		json_object_set_new(object, "verdict", json_string(teeq_verdict_name(verdict)));
	status = cli_json_put(object);
	return status == CLI_OK ? drive_status(verdict) : status;
}

static double seconds_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int explore_states(struct drive_case *c)
{
	struct teeq_harness_explore_options options = drive_explore_options(c->line);
	struct teeq_harness_explore_result result;
	struct teeq_error error = { .key = "" };
	double begun = seconds_now(), seconds;
	enum teeq_status status = teeq_harness_explore(c->h, &options, &result, &error);

	if (!drive_ran(status))
		return drive_tell_failure(c->path, status, &error);
	seconds = seconds_now() - begun;
	fprintf(stderr, "%.2f seconds, %.0f states and %.0f choices a second, %.1f MB\n", seconds,
		(double)result.states / (seconds > 0 ? seconds : 1),
		(double)result.choices / (seconds > 0 ? seconds : 1), (double)result.memory / 1e6);
	return c->line->json ? states_json(c, &result) : drive_tell_states(c, &result);
}

int drive_explore(struct drive_case *c)
{
	if (!teeq_drive_ask(c->drive, c->line->client))
		return cli_usage("explore", "--client: %s has no client '%s'", c->path,
				 c->line->client);
	if (c->line->search == DRIVE_SEARCH_SCHEDULES)
		return explore_schedules(c);
	if (c->line->given & DRIVE_RUNS)
		return cli_usage("explore", "--runs goes with --search schedules");
	return explore_states(c);
}
