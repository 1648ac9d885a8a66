/* SPDX-License-Identifier: BSD-2-Clause */
#include "tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "teeq/policy.h"

static uint64_t counts[16][CORE_END_COUNT];
static uint64_t input_count, step_count;

static void print(void)
{
	printf("%-10s %12s %12s %12s\n", "policy", "done", "deadlock", "lost wake-up");
	for (unsigned int i = 0; teeq_policy_at(i); i++)
		printf("%-10s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", teeq_policy_at(i)->name,
		       counts[i][CORE_DONE], counts[i][CORE_DEADLOCK],
		       counts[i][CORE_LOST_WAKEUP]);
	printf("%" PRIu64 " inputs, %.1f steps each\n", input_count,
	       (double)step_count / (double)input_count);
}

void tally_add(const struct core_world *world, enum core_end end)
{
	static bool registered;

	if (!registered)
		registered = atexit(print) == 0;
	for (size_t i = 0; teeq_policy_at(i); i++)
		counts[i][end] += teeq_policy_at(i) == world->policy;
	input_count++;
	step_count += world->steps;
}

void tally_found(const char *policy, const char *finding)
{
	fprintf(stderr, "finding: policy %s: %s\n", policy, finding);
	abort();
}
