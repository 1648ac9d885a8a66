/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a scenario file. It is refused in one line that names the file; or it makes tables, which
 * printed and read again are the same model, under every policy, and which run.
 */
#include "teeq/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TEEQ_FUZZ_SCENARIO_TEXT(data, size);
	return 0;
}
