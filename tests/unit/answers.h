/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNIT_ANSWERS_H
#define UNIT_ANSWERS_H

#include <string.h>

#include "story.h"
#include "teeq/test.h"

/* The answer is @outcome, begins with @head and has @inside in it; NULL: no text at all. */
static inline void expect_answer(struct teeq_test_answer answer,
				 enum teeq_test_outcome outcome, const char *head,
				 const char *inside)
{
	if (answer.outcome != outcome)
		fail_msg("%s, expected %s: %s", teeq_test_outcome_name(answer.outcome),
			 teeq_test_outcome_name(outcome), answer.text ? answer.text : "");
	if (!head) {
		assert_null(answer.text);
		return;
	}
	assert_non_null(answer.text);
	if (strncmp(answer.text, head, strlen(head)) != 0 || !strstr(answer.text, inside))
		fail_msg("expected '%s', and '%s' in it: %s", head, inside, answer.text);
	assert_int_equal(answer.text[strlen(answer.text) - 1], '\n');
	teeq_test_answer_free(&answer);
	assert_null(answer.text);
}
#define expect_answer(...) FROM(expect_answer(__VA_ARGS__))

#endif
