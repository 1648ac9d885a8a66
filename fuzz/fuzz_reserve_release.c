/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever tasks do to the queue and in whatever order: the invariants hold after every step, every
 * answer is the one that the rules ask for, and in the end no reservation has leaked, no credit is
 * lost or invented, and nobody sleeps beside a thread that would admit it, but under the policies
 * that are known for it. Those ends are counted; see fuzz_tally.
 */
#include <stdint.h>

#include "fuzz/core_world.h"
#include "mutate.h"
#include "tally.h"

static const struct record_format format = { CORE_HEADER, 1, CORE_OPERATIONS };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct core_world world;
	enum core_end end = core_run(&world, NULL, data, size, NULL);
	const char *finding = core_finding(&world, end);

	if (finding)
		tally_found(world.policy->name, finding);
	tally_add(&world, end);
	return 0;
}
