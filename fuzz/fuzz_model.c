/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inputs of fuzz_reserve_release, done twice: in the small world of core_world.h, and by the
 * model, as a scenario and a schedule. Both must go through the same states of the queue and of the
 * secure world to the same end.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/core_scenario.h"
#include "mutate.h"
#include "tally.h"

static const struct record_format format = { CORE_HEADER, 1, CORE_OPERATIONS };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct core_scenario record;
	const char *differs;

	core_scenario_record(&record, NULL, data, size);
	core_scenario_make(&record);
	differs = core_scenario_compare(&record, NULL);
	if (differs)
		tally_found(record.world.policy->name, differs);
	tally_add(&record.world, record.end);
	return 0;
}
