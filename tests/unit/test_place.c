/* SPDX-License-Identifier: BSD-2-Clause */
/* What fails in a helper is told with the line at which the test called it. */
#include "story.h"

static void expect_even(int number)
{
	assert_int_equal(number % 2, 0);
}
#define expect_even(...) FROM(expect_even(__VA_ARGS__))

static void expect_half(int number, int half)
{
	expect_even(number);
	assert_int_equal(number / 2, half);
}
#define expect_half(...) FROM(expect_half(__VA_ARGS__))

enum { LINE_OF_THE_FAULT = __LINE__ + 5 };

static void test_with_a_fault(void **state)
{
	expect_even(2);
	expect_half(3, 1);
	expect_even(4);
}

static void run_one(void *argument)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_with_a_fault) };

	if (cmocka_run_group_tests(tests, NULL, NULL) == 1)
		abort();
}

static void test_the_line_is_told(void **state)
{
	char line[120];

	snprintf(line, sizeof(line), "test_place.c:%d: the last helper that test_with_a_fault() called",
		 LINE_OF_THE_FAULT);
	assert_aborts(run_one, NULL, line);
}

static void test_a_good_test_says_nothing(void **state)
{
	expect_half(4, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_line_is_told),
		cmocka_unit_test(test_a_good_test_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
