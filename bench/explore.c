/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One search, for comparisons with other tools and for tables: one line of key=value.
 * usage: explore THREADS CLIENTS POLICY [MODE] [WORKERS]          the flagship
 *        explore nested-system-small POLICY [MODE] [WORKERS]      a system call inside another one
 *
 * MODE, default all:
 * first      stop at the first counterexample
 * all        go on behind it
 * plain      as first, without symmetry and without reduction; plain-all: as all, likewise
 * exact      as first, whole states compared instead of fingerprints
 */
#include <string.h>

#include "flagship.h"
#include "teeq/explore.h"

static const struct teeq_session_spec nested_sessions[] = { { .name = "a", .system = true },
							    { .name = "b", .system = true } };
static const struct teeq_step outer_steps[] = { TEEQ_RPC("inner-call") };
static const struct teeq_script_spec nested_commands[] = {
	{ .name = "outer", .steps = outer_steps, .step_count = COUNT(outer_steps) },
	{ .name = "inner" },
	{ .name = "quick" },
};
static const struct teeq_step inner_steps[] = { TEEQ_CALL("inner", "b") };
static const struct teeq_service_spec nested_services[] = {
	{ .name = "inner-call",
	  .by = TEEQ_SERVED_BY_CALLER,
	  .steps = inner_steps,
	  .step_count = COUNT(inner_steps) },
};
static const struct teeq_step k_steps[] = { TEEQ_CALL("outer", "a") };
static const struct teeq_step normal_steps[] = { TEEQ_CALL("quick", NULL) };
static const struct teeq_client_spec nested_clients[] = {
	{ .name = "k", .count = 1, .stage = 1, .steps = k_steps, .step_count = COUNT(k_steps) },
	{ .name = "normal",
	  .count = 1,
	  .stage = 1,
	  .steps = normal_steps,
	  .step_count = COUNT(normal_steps) },
};

/* examples/scenarios/nested-system-small.yaml */
static struct teeq_model *nested(const char *policy)
{
	const struct teeq_scenario scenario = {
		.name = "nested-system-small", .thread_count = 2, .static_system_count = 1,
		.sessions = nested_sessions, .session_count = COUNT(nested_sessions),
		.commands = nested_commands, .command_count = COUNT(nested_commands),
		.services = nested_services, .service_count = COUNT(nested_services),
		.clients = nested_clients, .client_count = COUNT(nested_clients),
	};
	struct teeq_model *model = NULL;
	struct teeq_error error;

	if (teeq_model_new(&scenario, teeq_policy_find(policy), &model, &error) != TEEQ_OK) {
		fprintf(stderr, "%s: %s\n", error.key, error.text);
		exit(2);
	}
	return model;
}

/*
 * Counts what bench/spin/callqueue.pml has a step for, too. There, a call that the secure world
 * accepts serves its RPC at once: the way to the RPC and the resume after it are no steps.
 */
static void count_coarse(void *argument, const struct teeq_model *model,
			 const struct teeq_world *world, const struct teeq_event *event)
{
	size_t *coarse = argument;

	(void)model;
	(void)world;
	if (event->outcome != TEEQ_OUTCOME_RPC && event->outcome != TEEQ_OUTCOME_RESUMED &&
	    event->action != TEEQ_ACTION_START)
		++*coarse;
}

static size_t coarse_length(const struct teeq_model *model, const struct teeq_schedule *schedule)
{
	size_t coarse = 0;
	const struct teeq_run_options options = { .on_event = count_coarse, .argument = &coarse };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_result run;

	if (!world || teeq_replay(model, world, schedule, &options, &run, NULL) != TEEQ_OK)
		exit(2);
	teeq_world_free(world);
	return coarse;
}

static void print_result(const struct teeq_model *model, const struct teeq_explore_result *result)
{
	printf("verdict=%s exhausted=%d states=%llu actions=%llu depth=%llu done=%llu "
	       "deadlock=%llu lost=%llu violation=%llu schedule=%zu coarse=%zu stranded=%llu "
	       "memory=%llu seconds=%.6f rate=%.0f\n",
	       teeq_verdict_name(result->verdict), result->exhausted,
	       (unsigned long long)result->states, (unsigned long long)result->actions,
	       (unsigned long long)result->depth,
	       (unsigned long long)result->count[TEEQ_VERDICT_DONE],
	       (unsigned long long)result->count[TEEQ_VERDICT_DEADLOCK],
	       (unsigned long long)result->count[TEEQ_VERDICT_LOST_WAKEUP],
	       (unsigned long long)result->count[TEEQ_VERDICT_VIOLATION],
	       result->schedule.count, coarse_length(model, &result->schedule),
	       (unsigned long long)result->stranded,
	       (unsigned long long)result->peak_memory_bytes, result->seconds,
	       (double)result->states / result->seconds);
}

static int explore(const struct teeq_model *model, const char *mode, const char *workers)
{
	const struct teeq_explore_options options = {
		.no_symmetry = strncmp(mode, "plain", 5) == 0,
		.no_reduction = strncmp(mode, "plain", 5) == 0,
		.exact = strcmp(mode, "exact") == 0,
		.all = strstr(mode, "all") != NULL,
		.workers = (unsigned int)atoi(workers),
	};
	struct teeq_explore_result result;
	struct teeq_error error = { .text = "" };

	if (teeq_explore(model, &options, &result, &error) != TEEQ_OK) {
		fprintf(stderr, "%s: %s\n", error.key, error.text);
		return 2;
	}
	print_result(model, &result);
	teeq_schedule_free(&result.schedule);
	return 0;
}

int main(int argc, char **argv)
{
	bool is_nested = argc > 2 && strcmp(argv[1], "nested-system-small") == 0;
	int mode = is_nested ? 3 : 4;
	struct teeq_model *model;
	int status;

	if (argc < mode) {
		fprintf(stderr, "usage: explore THREADS CLIENTS POLICY [MODE] [WORKERS]\n"
				"       explore nested-system-small POLICY [MODE] [WORKERS]\n");
		return 2;
	}
	model = is_nested ? nested(argv[2]) :
			    flagship((unsigned int)atoi(argv[1]), (unsigned int)atoi(argv[2]), argv[3]);
	status = explore(model, argc > mode ? argv[mode] : "all",
			 argc > mode + 1 ? argv[mode + 1] : "1");
	teeq_model_free(model);
	return status;
}
