/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_SCENARIO_LIST_H
#define FUZZ_SCENARIO_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/fuzz.h"

/* Policies that there are places for. */
enum {
	SCENARIO_LIST_POLICIES = 16
};

/*
 * The scenarios of examples/scenarios and fuzz/scenarios, and some generated ones. Each has a place
 * on a ring, by its name, and a number means the next one on it: inputs keep their meaning when a
 * file is added.
 */
struct listed_scenario {
	uint16_t place;
	const char *name;
	const struct teeq_scenario *scenario;
	struct teeq_fuzz_board
		*boards[SCENARIO_LIST_POLICIES]; /* by policy; built when first asked for */
};

/*
 * The folders of the scenario files: those of the tree this was built in, or where that is gone
 * "scenarios" beside the program. NULL at and behind the end. Static text.
 */
const char *scenario_list_folder(unsigned int index);

/* The entry that @number means. Exits with status 2 where the files cannot be read. */
struct listed_scenario *scenario_list_at(uint16_t number);
/* Its board under the policy of that index. */
struct teeq_fuzz_board *scenario_list_board(struct listed_scenario *entry, unsigned int policy);
/* What the file says of it: TEEQ_VERDICT_COUNT where it says nothing. */
enum teeq_verdict scenario_list_expects(const struct listed_scenario *entry, const char *policy);

#endif
