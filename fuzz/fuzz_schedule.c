/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Choices for a scenario that the input names: after every step the invariants, and that each
 * reservation which is counted belongs to somebody; in the end, that the file's expectations are
 * right, that `repaired` lost no wake-up where no two guests take each other's threads, and that the
 * choices can be printed, read and made again.
 *
 * An input is the scenario's place in the list (two bytes), the policy, and then one byte for
 * each choice. When they are over, everybody moves in turn.
 */
#include <string.h>

#include "core/callq.h"
#include "mutate.h"
#include "scenario_list.h"
#include "teeq/fuzz.h"

enum {
	HEADER = 3,
	CHOICES = 250
};

static const struct record_format format = { HEADER, 1, CHOICES };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum teeq_fuzz_end end_of(const struct listed_scenario *entry,
				 const struct teeq_policy *policy)
{
	if (scenario_list_expects(entry, policy->name) == TEEQ_VERDICT_DONE)
		return TEEQ_FUZZ_FINISHES;
	if (strcmp(policy->name, "repaired") == 0 && entry->scenario->guest_count < 2)
		return TEEQ_FUZZ_NO_LOST_WAKEUP;
	return TEEQ_FUZZ_ANY_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct listed_scenario *entry;
	unsigned int policy;

	if (size < HEADER)
		return 0;
	entry = scenario_list_at((uint16_t)(data[0] | data[1] << 8));
	policy = data[2] % policy_count();
	TEEQ_FUZZ_REQUIRE(teeq_fuzz_schedule(scenario_list_board(entry, policy),
					     end_of(entry, teeq_policy_at(policy)), data + HEADER,
					     size - HEADER));
	return 0;
}
