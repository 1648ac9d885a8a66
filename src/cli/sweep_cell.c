/* SPDX-License-Identifier: BSD-2-Clause */
/* What a cell of the table of a sweep stands for. */
#include "cli/sweep.h"

#include <inttypes.h>
#include <stdio.h>

const struct cli_policy *sweep_place(const struct sweep *sweep, size_t cell,
				     uint32_t numbers[SWEEP_RANGE_MAX])
{
	for (size_t i = sweep->range_count; i-- > 0;) {
		const struct sweep_range *range = &sweep->ranges[i];

		numbers[i] = range->from + (uint32_t)(cell % sweep_length(range));
		cell /= sweep_length(range);
	}
	return &sweep->policies.list[cell];
}

size_t sweep_changes(const struct sweep *sweep, const uint32_t numbers[SWEEP_RANGE_MAX],
		     char texts[SWEEP_RANGE_MAX][16],
		     struct teeq_scenario_change changes[SWEEP_CHANGE_MAX])
{
	size_t count;
	const struct teeq_scenario_change *given = cli_set_changes(&count);

	for (size_t i = 0; i < count; i++)
		changes[i] = given[i];
	for (size_t i = 0; i < sweep->range_count; i++) {
		snprintf(texts[i], 16, "%" PRIu32, numbers[i]);
		changes[count++] = (struct teeq_scenario_change){ sweep->ranges[i].key, texts[i] };
	}
	return count;
}
