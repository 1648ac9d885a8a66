/* SPDX-License-Identifier: BSD-2-Clause */
/* In whatever order the board's calls come: under today's driver all of them end. For libFuzzer. */
#include <teeq/fuzz.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TEEQ_FUZZ_SCHEDULE("board.yaml", "mainline", TEEQ_FUZZ_FINISHES, data, size);
	return 0;
}
