/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a scenario file. It is refused in one line that names the file; or it makes tables, which
 * printed and read again are the same model, under every policy, and which run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_a_little.h"
#include "teeq/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_and_read(const struct teeq_scenario *scenario, char **text, size_t *size)
{
	FILE *out = open_memstream(text, size);

	if (!out)
		abort();
	if (teeq_scenario_print(scenario, out) != TEEQ_OK)
		found("a scenario that was read cannot be printed");
	fclose(out);
}

static void compare_models(const struct teeq_scenario *one, const struct teeq_scenario *other)
{
	struct teeq_error error;

	if ((teeq_scenario_validate(one, &error) == TEEQ_OK) !=
	    (teeq_scenario_validate(other, &error) == TEEQ_OK))
		found("a scenario is acceptable, or not, once it was printed");
	for (size_t i = 0; teeq_policy_at(i); i++) {
		struct teeq_model *a = build_or_not(one, teeq_policy_at(i));
		struct teeq_model *b = build_or_not(other, teeq_policy_at(i));

		if (!a != !b || (a && teeq_model_digest(a) != teeq_model_digest(b)))
			found("a scenario is another model once it was printed");
		if (a)
			run_a_little(a, i);
		teeq_model_free(a);
		teeq_model_free(b);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct teeq_scenario_file *file = NULL, *again = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	char *text = NULL;
	size_t length = 0;

	if (teeq_scenario_parse("input", (const char *)data, size, &file, &error) != TEEQ_OK) {
		check_error(&error, "input");
		return 0;
	}
	print_and_read(teeq_scenario_tables(file), &text, &length);
	if (teeq_scenario_parse("printed", text, length, &again, &error) != TEEQ_OK)
		found(error.text);
	compare_models(teeq_scenario_tables(file), teeq_scenario_tables(again));
	free(text);
	teeq_scenario_free(again);
	teeq_scenario_free(file);
	return 0;
}
