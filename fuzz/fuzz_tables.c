/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables as a C program may hand them over, with any mistake in them: names that are missing, twice
 * there, or none; numbers and kinds out of range; scripts that nest without end. They are refused
 * with a place and a text; or they make a model, and can be printed as a file that makes the same
 * one.
 *
 * A first byte above 191 stands for tables that somebody else generated, and that were right: two bytes
 * say which, and each four more make one mistake in them.
 */
#include "tables.h"
#include "teeq/fuzz.h"

enum {
	GENERATED = 192
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct teeq_fuzz_tables *tables;

	if (size > 0 && data[0] >= GENERATED) {
		TEEQ_FUZZ_SCENARIO(make_mistaken(data + 1, size - 1));
		return 0;
	}
	tables = teeq_fuzz_tables_new(data, size);
	TEEQ_FUZZ_SCENARIO(teeq_fuzz_tables_scenario(tables));
	teeq_fuzz_tables_free(tables);
	return 0;
}
