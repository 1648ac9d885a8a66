/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_GENERATED_POLICY_H
#define TESTS_EXPLORE_GENERATED_POLICY_H

#include "story.h"

/*
 * The policy that a generated scenario is judged under: all of them in turn; but a reservation is
 * returned by a fast call, which may fail, in v4 alone.
 */
static inline const char *generated_policy(const struct teeq_scenario *scenario, uint64_t seed)
{
	for (size_t i = 0; i < scenario->fault_count; i++)
		if (scenario->faults[i].kind == TEEQ_FAULT_UNRESERVE_FAILS)
			return "v4";
	return story_policy(seed);
}

#endif
