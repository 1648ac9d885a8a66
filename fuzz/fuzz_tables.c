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
#include "oracle.h"
#include "tables.h"

enum { GENERATED = 192 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Names of expectations are those of policies; a file may only name one that is built in. */
static bool names_policies(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->expect_count; i++)
		if (!teeq_policy_find(scenario->expects[i].policy))
			return false;
	return true;
}

static void check(const struct teeq_scenario *scenario)
{
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_scenario_validate(scenario, &error) != TEEQ_OK) {
		if (error.text[0] == 0)
			found("tables are refused without a word");
	} else if (names_policies(scenario)) {
		check_printed(scenario);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { .data = data, .size = size };
	struct teeq_scenario scenario;

	if (size > 0 && data[0] >= GENERATED) {
		source.data++;
		source.size--;
		check(make_mistaken(&source));
		return 0;
	}
	make_tables(&source, &scenario);
	check(&scenario);
	return 0;
}
