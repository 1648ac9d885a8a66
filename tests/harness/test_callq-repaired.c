/* SPDX-License-Identifier: BSD-2-Clause */
/* The repaired queue of examples/harness. */
#include "conforms.h"

#include "driver.h"

/* Two callers in every order; three with at most two preemptions. */
static void test_the_search_finds_nothing(void **state)
{
	struct teeq_harness_search_options options = { .preemption_max = TEEQ_HARNESS_UNBOUNDED };
	struct teeq_harness_search_result result;
	struct teeq_harness *h = driver_harness(1);
	struct teeq_harness *more = driver_harness(2);

	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	assert_int_equal(result.result.verdict, TEEQ_VERDICT_DONE);
	options.preemption_max = 2;
	assert_int_equal(teeq_harness_search(more, &options, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	teeq_harness_free(h);
	teeq_harness_free(more);
}

static void test_it_is_the_repaired_policy(void **state)
{
	struct teeq_harness *h = driver_harness(1);
	struct teeq_harness *more = driver_harness(3);

	assert_int_equal(conforming(h, 100, "repaired"), 100);
	assert_int_equal(conforming(more, 200, "repaired"), 200);
	assert_in_range(conforming(more, 200, "mainline"), 0, 199);
	teeq_harness_free(h);
	teeq_harness_free(more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_search_finds_nothing),
		cmocka_unit_test(test_it_is_the_repaired_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
