/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_PRINTED_TABLES_H
#define TESTS_PRINTED_TABLES_H

#include "story.h"

#include "teeq/scenario.h"

/* The printed form; the caller's to free(). */
static inline char *printed_tables(const struct teeq_scenario *scenario)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(teeq_scenario_print(scenario, out), TEEQ_OK);
	fclose(out);
	return text;
}
#define printed_tables(...) FROM(printed_tables(__VA_ARGS__))

#endif
