/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_COVERAGE_H
#define TESTS_EXPLORE_COVERAGE_H

#include <stdint.h>

#include "naive.h"
#include "teeq/model.h"

#define COVERAGE_COUNTER_MAX 128

/* What was seen to happen, so that a mechanism which never does is noticed. */
struct coverage {
	uint64_t steps[TEEQ_STEP_KIND_COUNT]; /* in scripts */
	uint64_t outcomes[TEEQ_ACTION_COUNT][TEEQ_OUTCOME_COUNT];
	uint64_t faults[TEEQ_FAULT_KIND_COUNT]; /* that struck */
	uint64_t services[TEEQ_RPC_KIND_COUNT][2]; /* that were asked for; by enum teeq_server */
	uint64_t counters[COVERAGE_COUNTER_MAX]; /* in the order of their tables */
};

void coverage_scenario(struct coverage *coverage, const struct teeq_scenario *scenario);
/* A struct naive_watch whose argument is a struct coverage. */
void coverage_see(void *coverage, const struct teeq_model *model, const struct teeq_world *world,
		  const struct teeq_event *event);
/* Fail with the name of whatever was never seen. */
void coverage_expect(const struct coverage *coverage);
#define coverage_expect(...) FROM(coverage_expect(__VA_ARGS__))

#endif
