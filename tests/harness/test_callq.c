/* SPDX-License-Identifier: BSD-2-Clause */
/* The faulty queue of examples/harness. */
#include "conforms.h"

#include "driver.h"

static void test_the_search_finds_the_absorbed_wake(void **state)
{
	struct teeq_harness_search_options options = { .preemption_max = 1 };
	struct teeq_harness_search_result result;
	struct teeq_harness_result again;
	struct teeq_harness *h = driver_harness(1);
	char *schedule;

	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, TEEQ_VERDICT_LOST_WAKEUP);
	expect_explained(h, "lost-wakeup after ");
	expect_explained(h, "k waits for completion &w->woken, in callq_wait() at examples/");
	expect_explained(h, "entry 1 of 2 in the queue, a call of k, was woken, and nobody sleeps on it");
	schedule = teeq_harness_schedule(h);
	assert_int_equal(teeq_harness_replay(h, schedule, NULL, &again, NULL), TEEQ_OK);
	assert_int_equal(again.verdict, TEEQ_VERDICT_LOST_WAKEUP);
	assert_int_equal(again.event_hash, result.result.event_hash);
	free(schedule);
	teeq_harness_free(h);
}

/* Taken by turns, without a preemption, nothing goes wrong. */
static void test_without_preemptions_it_is_not_found(void **state)
{
	struct teeq_harness_search_options options = { .preemption_max = 0 };
	struct teeq_harness_search_result result;
	struct teeq_harness *h = driver_harness(1);

	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	teeq_harness_free(h);
}

static void test_random_runs_find_it_too(void **state)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random };
	struct teeq_harness_result result = { .verdict = TEEQ_VERDICT_DONE };
	struct teeq_harness *h = driver_harness(1);

	for (; options.seed < 200 && result.verdict == TEEQ_VERDICT_DONE; options.seed++)
		assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LOST_WAKEUP);
	teeq_harness_free(h);
}

static void test_it_is_mainline(void **state)
{
	struct teeq_harness *h = driver_harness(1);
	struct teeq_harness *more = driver_harness(3);

	assert_int_equal(conforming(h, 100, "mainline"), 100);
	assert_int_equal(conforming(more, 200, "mainline"), 200);
	/* And is not what it is not. */
	assert_in_range(conforming(h, 100, "repaired"), 0, 99);
	assert_int_equal(conforming(h, 100, "v7"), 0);
	teeq_harness_free(h);
	teeq_harness_free(more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_search_finds_the_absorbed_wake),
		cmocka_unit_test(test_without_preemptions_it_is_not_found),
		cmocka_unit_test(test_random_runs_find_it_too),
		cmocka_unit_test(test_it_is_mainline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
