/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever tasks do to the queue and in whatever order: the invariants hold after every step, every
 * answer is the one that the rules ask for, and in the end no reservation has leaked, no credit is
 * lost or invented, and nobody sleeps beside a thread that would admit it, but under the policies
 * that are known for it. Those ends are counted; see fuzz_tally.
 */
#include <stdint.h>

#include "flat.h"
#include "mutate.h"
#include "tally.h"

static const struct record_format format = { FLAT_HEADER, 1, FLAT_OPERATIONS };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct flat flat;
	enum flat_end end = flat_run(&flat, data, size, NULL);
	const char *finding = flat_finding(&flat, end);

	if (finding)
		tally_found(flat.policy->name, finding);
	tally_add(&flat, end);
	return 0;
}
