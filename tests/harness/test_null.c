/* SPDX-License-Identifier: BSD-2-Clause */
/* Every function of teeq/harness.h with NULL where something must be. */
#include "bench.h"

static void nothing(void *argument)
{
}

static void expect_named(enum teeq_status status, const struct teeq_error *error)
{
	assert_int_equal(status, TEEQ_EINPUT);
	assert_string_not_equal(error->key, "");
	assert_string_not_equal(error->text, "");
}
#define expect_named(...) FROM(expect_named(__VA_ARGS__))

static void test_making(void **state)
{
	const struct teeq_harness_options options = { .name = "bench" };
	struct teeq_harness *h = NULL;
	struct teeq_error error = { .text = "" };

	expect_named(teeq_harness_new(NULL, &h, &error), &error);
	assert_null(h);
	expect_named(teeq_harness_new(&options, NULL, &error), &error);
	assert_int_equal(teeq_harness_new(NULL, NULL, NULL), TEEQ_EINPUT);
	teeq_harness_free(NULL);

	h = bench(NULL);
	expect_named(teeq_harness_task(NULL, "a", nothing, NULL, &error), &error);
	expect_named(teeq_harness_task(h, NULL, nothing, NULL, &error), &error);
	expect_named(teeq_harness_task(h, "a", NULL, NULL, &error), &error);
	expect_named(teeq_harness_daemon(NULL, "a", nothing, NULL, &error), &error);
	expect_named(teeq_harness_daemon(h, NULL, nothing, NULL, &error), &error);
	expect_named(teeq_harness_daemon(h, "a", NULL, NULL, &error), &error);
	assert_int_equal(teeq_harness_restore(NULL, &error, 1), TEEQ_EINPUT);
	assert_int_equal(teeq_harness_restore(h, NULL, 1), TEEQ_EINPUT);
	assert_int_equal(teeq_harness_restore(h, NULL, 0), TEEQ_OK);
	teeq_harness_observe(NULL, "bench", NULL, NULL);
	teeq_harness_observe(h, NULL, NULL, NULL);
	teeq_harness_see(NULL, (struct teeq_harness_waiter){ 0 });

	/* What was refused left nothing behind. */
	assert_int_equal(teeq_harness_task(h, "a", nothing, NULL, &error), TEEQ_OK);
	expect(h, "a", TEEQ_VERDICT_DONE, "");
	teeq_harness_free(h);
}

static void test_running(void **state)
{
	struct teeq_harness *h = bench(NULL);
	struct teeq_error error = { .text = "" };
	struct teeq_harness_search_result found;
	struct teeq_harness_result result;
	char *schedule;

	add(h, "a", nothing);
	assert_int_equal(teeq_harness_run(NULL, NULL, &result), TEEQ_EINPUT);
	assert_int_equal(teeq_harness_run(h, NULL, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_harness_run(h, NULL, &result), TEEQ_OK);
	schedule = teeq_harness_schedule(h);
	assert_non_null(schedule);
	expect_named(teeq_harness_replay(NULL, schedule, NULL, &result, &error), &error);
	expect_named(teeq_harness_replay(h, NULL, NULL, &result, &error), &error);
	expect_named(teeq_harness_replay(h, schedule, NULL, NULL, &error), &error);
	assert_int_equal(teeq_harness_replay(h, schedule, NULL, &result, NULL), TEEQ_OK);
	expect_named(teeq_harness_search(NULL, NULL, &found, &error), &error);
	expect_named(teeq_harness_search(h, NULL, NULL, &error), &error);
	assert_int_equal(teeq_harness_search(h, NULL, &found, NULL), TEEQ_OK);
	assert_null(teeq_harness_schedule(NULL));
	assert_null(teeq_harness_explain(NULL));
	expect_named(teeq_harness_write(NULL, 0, stdout, &error), &error);
	expect_named(teeq_harness_write(h, 0, NULL, &error), &error);
	assert_int_equal(teeq_harness_main(NULL, 0, NULL), 2);
	assert_int_equal(teeq_harness_main(h, 0, NULL), 2);
	free(schedule);
	teeq_harness_free(h);
}

/* ----------------------------------------- from a task ---------------------------------------- */

static void nameless_point(void *argument)
{
	teeq_harness_point(NULL);
}

static void signal_nobody(void *argument)
{
	teeq_harness_signal(NULL, true);
}

static void call_nothing(void *argument)
{
	struct teeq_smc_regs regs = { { 0 } };

	teeq_harness_smc(NULL, &regs);
}

static void answer_nowhere(void *argument)
{
	const struct teeq_smc_regs regs = { { 0 } };

	teeq_harness_smc(&regs, NULL);
}

static void expect_broken(void (*function)(void *), const char *text)
{
	const struct teeq_harness_options options = { .name = "bench", .thread_count = 1 };
	struct teeq_harness *h = bench_with(&options);
	struct teeq_harness_result result;

	add(h, "a", function);
	assert_int_equal(teeq_harness_run(h, NULL, &result), TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_VIOLATION);
	assert_string_equal(result.violation, text);
	teeq_harness_free(h);
}
#define expect_broken(...) FROM(expect_broken(__VA_ARGS__))

static void test_from_a_task(void **state)
{
	struct teeq_harness *h = bench(NULL);
	struct teeq_harness_result result;

	add(h, "a", nameless_point);
	assert_int_equal(teeq_harness_run(h, NULL, &result), TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
	teeq_harness_free(h);
	expect_broken(signal_nobody, "a: sends a signal to 'NULL', which is no task");
	expect_broken(call_nothing, "a: issues an SMC without registers");
	expect_broken(answer_nowhere, "a: issues an SMC without registers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_making),
		cmocka_unit_test(test_running),
		cmocka_unit_test(test_from_a_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
