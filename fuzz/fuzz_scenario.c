/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a scenario file. It is refused in one line that names the file; or it makes tables, which
 * printed and read again are the same model, under every policy, and which run.
 */
#include "oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_scenario_file *file = NULL;

	if (teeq_scenario_parse("input", (const char *)data, size, &file, &error) == TEEQ_OK)
		check_printed(teeq_scenario_tables(file));
	else
		check_error(&error, "input");
	teeq_scenario_free(file);
	return 0;
}
