/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One exhaustive search of the flagship, for comparisons with other tools.
 * usage: explore THREADS CLIENTS POLICY [first|all|plain|plain-all|exact] [WORKERS]
 * first: stop at the first counterexample; plain: no symmetry and no reduction.
 */
#include <string.h>

#include "flagship.h"
#include "teeq/explore.h"

int main(int argc, char **argv)
{
	const char *mode = argc > 4 ? argv[4] : "all";
	const struct teeq_explore_options options = {
		.no_symmetry = strncmp(mode, "plain", 5) == 0,
		.no_reduction = strncmp(mode, "plain", 5) == 0,
		.exact = strcmp(mode, "exact") == 0,
		.all = strstr(mode, "all") != NULL,
		.workers = argc > 5 ? (unsigned int)atoi(argv[5]) : 1,
	};
	struct teeq_explore_result result;
	struct teeq_error error = { .text = "" };
	struct teeq_model *model;
	enum teeq_status status;

	if (argc < 4) {
		fprintf(stderr, "usage: explore THREADS CLIENTS POLICY [MODE] [WORKERS]\n");
		return 2;
	}
	model = flagship((unsigned int)atoi(argv[1]), (unsigned int)atoi(argv[2]), argv[3]);
	status = teeq_explore(model, &options, &result, &error);
	if (status != TEEQ_OK) {
		fprintf(stderr, "%s: %s\n", error.key, error.text);
		return 2;
	}
	printf("%s %s states %llu actions %llu depth %llu done %llu deadlock %llu lost %llu "
	       "schedule %zu stranded %llu memory %.1f MB seconds %.4f states/s %.0f\n",
	       teeq_verdict_name(result.verdict), result.exhausted ? "exhausted" : "bounded",
	       (unsigned long long)result.states, (unsigned long long)result.actions,
	       (unsigned long long)result.depth,
	       (unsigned long long)result.count[TEEQ_VERDICT_DONE],
	       (unsigned long long)result.count[TEEQ_VERDICT_DEADLOCK],
	       (unsigned long long)result.count[TEEQ_VERDICT_LOST_WAKEUP],
	       result.schedule.count, (unsigned long long)result.stranded,
	       (double)result.peak_memory_bytes / 1e6, result.seconds,
	       (double)result.states / result.seconds);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
	return 0;
}
