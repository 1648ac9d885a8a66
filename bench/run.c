/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast random schedules run: atomic actions and runs a second, the size of the world, and the
 * cost of a snapshot. One core, no trace. usage: run [RUNS]
 */
#include "flagship.h"
#include "teeq/run.h"
#include "teeq/world.h"

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
