/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast random schedules run: atomic actions and runs a second, the size of the world, and the
 * cost of a snapshot. One core, no trace. usage: run [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const locks[] = { "emmc" };
static const struct teeq_session_spec sessions[] = { { "scmi", true } };
static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_script_spec commands[] = {
	{ "storage-write", write_steps, COUNT(write_steps) },
	{ "regulator-on", NULL, 0 },
};
static const struct teeq_step rpmb_steps[] = {
	TEEQ_LOCK("emmc"),
	TEEQ_CALL("regulator-on", "scmi"),
	TEEQ_UNLOCK("emmc"),
};
static const struct teeq_service_spec services[] = {
	{ "rpmb", TEEQ_SERVED_BY_CALLER, rpmb_steps, COUNT(rpmb_steps) },
};
static const struct teeq_step app_steps[] = { TEEQ_CALL("storage-write", NULL) };

/* The flagship: @clients tasks write to the RPMB, whose regulator is served by OP-TEE itself. */
static struct teeq_model *flagship(unsigned int threads, unsigned int clients, const char *policy)
{
	const struct teeq_client_spec app = { "app", clients, 1, app_steps, COUNT(app_steps) };
	const struct teeq_scenario scenario = {
		.name = "flagship", .thread_count = threads, .static_system_count = 1,
		.locks = locks, .lock_count = COUNT(locks),
		.sessions = sessions, .session_count = COUNT(sessions),
		.commands = commands, .command_count = COUNT(commands),
		.services = services, .service_count = COUNT(services),
		.clients = &app, .client_count = 1,
	};
	struct teeq_model *model = NULL;
	struct teeq_error error;

	if (teeq_model_build(&scenario, teeq_policy_find(policy), &model, &error) != TEEQ_OK) {
		fprintf(stderr, "%s: %s\n", error.key, error.text);
		exit(2);
	}
	return model;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void bench_runs(unsigned int threads, unsigned int clients, const char *policy,
		       unsigned long runs)
{
	struct teeq_model *model = flagship(threads, clients, policy);
	const struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 1 };
	struct teeq_tally tally;
	double start = now(), seconds;

	if (teeq_run_many(model, &options, runs, 0, &tally) != TEEQ_OK)
		exit(2);
	seconds = now() - start;
	printf("%7u %7u %-10s %9.1f %11.0f %7zu %9.1f%%\n", threads, clients, policy,
	       (double)tally.steps / seconds / 1e6, (double)tally.runs / seconds,
	       teeq_world_size(model),
	       100.0 * (double)tally.count[TEEQ_VERDICT_DONE] / (double)tally.runs);
	teeq_model_free(model);
}

static void bench_snapshot(unsigned int threads, unsigned int clients)
{
	struct teeq_model *model = flagship(threads, clients, "mainline");
	struct teeq_world *a = teeq_world_new(model), *b = teeq_world_new(model);
	const unsigned int count = 20000000;
	double start = now();

	for (unsigned int i = 0; i < count; i++) {
		teeq_world_copy(model, i % 2 ? a : b, i % 2 ? b : a);
		__asm__ volatile("" : : "r"(a), "r"(b) : "memory");
	}
	printf("snapshot of %u threads, %u clients: %zu bytes, %.1f ns\n", threads, clients,
	       teeq_world_size(model), (now() - start) / count * 1e9);
	teeq_world_free(a);
	teeq_world_free(b);
	teeq_model_free(model);
}

int main(int argc, char **argv)
{
	unsigned long runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 300000;

	printf("%7s %7s %-10s %9s %11s %7s %10s\n", "threads", "clients", "policy", "Mactions/s",
	       "runs/s", "bytes", "done");
	for (size_t i = 0; teeq_policy_at(i); i++)
		bench_runs(2, 2, teeq_policy_at(i)->name, runs);
	bench_runs(4, 5, "untracked", runs);
	bench_runs(4, 5, "mainline", runs);
	bench_runs(4, 8, "mainline", runs);
	bench_snapshot(4, 8);
	return 0;
}
