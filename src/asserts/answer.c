/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/test.h"

#include <stdio.h>
#include <stdlib.h>

const char *teeq_test_outcome_name(enum teeq_test_outcome outcome)
{
	static const char *const names[] = {
		[TEEQ_TEST_HOLDS] = "holds",
		[TEEQ_TEST_FAILS] = "fails",
		[TEEQ_TEST_BAD] = "bad input",
		[TEEQ_TEST_LIMIT] = "limit",
	};

	return (unsigned int)outcome <= TEEQ_TEST_LIMIT ? names[outcome] : NULL;
}

void teeq_test_answer_free(struct teeq_test_answer *answer)
{
	if (!answer)
		return;
	free(answer->text);
	answer->text = NULL;
}

struct teeq_test_scenario teeq_test_file(const char *path)
{
	return (struct teeq_test_scenario){ .path = path };
}

struct teeq_test_scenario teeq_test_tables(const struct teeq_scenario *tables)
{
	return (struct teeq_test_scenario){ .tables = tables };
}

void teeq_test_print(const struct teeq_test_answer *answer, const char *file, int line)
{
	fflush(stdout);
	fprintf(stderr, "%s:%d: %s", file ? file : "?", line,
		answer && answer->text ? answer->text : "out of memory\n");
}
