/* SPDX-License-Identifier: BSD-2-Clause */
/* Strategies, schedules, the search, and what one run leaves to the next. */
#include "bench.h"

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/slab.h>

static int counter;

static void reset(void *argument)
{
	counter = 0;
}

static void three_points(void *argument)
{
	for (int i = 0; i < 3; i++) {
		teeq_harness_point("between");
		note("%s%d", current->comm, i);
	}
}

static struct teeq_harness *two_by_three(void)
{
	struct teeq_harness *h = bench(reset);

	add(h, "a", three_points);
	add(h, "b", three_points);
	return h;
}
#define two_by_three(...) FROM(two_by_three(__VA_ARGS__))

static struct teeq_harness_result run(struct teeq_harness *h, const struct teeq_strategy *strategy,
				      uint64_t seed)
{
	struct teeq_harness_run_options options = { .strategy = strategy, .seed = seed };
	struct teeq_harness_result result;

	notes[0] = '\0';
	assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_OK);
	return result;
}
#define run(...) FROM(run(__VA_ARGS__))

static void test_round_robin_takes_turns(void **state)
{
	struct teeq_harness *h = two_by_three();

	assert_int_equal(run(h, NULL, 0).steps, 8);
	assert_string_equal(notes, "a0 b0 a1 b1 a2 b2");
	teeq_harness_free(h);
}

static void test_the_seed_decides(void **state)
{
	struct teeq_harness *h = two_by_three();
	struct teeq_harness *again = two_by_three();
	unsigned int different = 0;

	for (uint64_t seed = 0; seed < 200; seed++) {
		uint64_t hash = run(h, &teeq_strategy_random, seed).event_hash;

		assert_int_equal(run(again, &teeq_strategy_random, seed).event_hash, hash);
		assert_int_equal(run(h, &teeq_strategy_random, seed).event_hash, hash);
		different += run(h, &teeq_strategy_random, seed + 1).event_hash != hash;
	}
	assert_in_range(different, 150, 200);
	teeq_harness_free(h);
	teeq_harness_free(again);
}

static void test_a_schedule_replays(void **state)
{
	struct teeq_harness *h = two_by_three();
	struct teeq_harness_result first = run(h, &teeq_strategy_pct, 5), second;
	char seen[sizeof(notes)];
	char *schedule = teeq_harness_schedule(h);

	memcpy(seen, notes, sizeof(seen));
	run(h, &teeq_strategy_random, 1);
	notes[0] = '\0';
	assert_int_equal(teeq_harness_replay(h, schedule, NULL, &second, NULL), TEEQ_OK);
	assert_int_equal(second.event_hash, first.event_hash);
	assert_string_equal(notes, seen);
	free(schedule);
	teeq_harness_free(h);
}

/* What a schedule that does not fit is told. */
static void refused(struct teeq_harness *h, const char *words, enum teeq_status status,
		    const char *what)
{
	struct teeq_harness_result result;
	struct teeq_error error = { .text = "" };
	char *head = teeq_harness_schedule(h);
	char text[256];

	snprintf(text, sizeof(text), "%.*s %s", (int)strcspn(head, " "), head, words);
	free(head);
	assert_int_equal(teeq_harness_replay(h, text, NULL, &result, &error), status);
	if (!strstr(error.text, what))
		fail_msg("'%s': found '%s', expected '%s'", words, error.text, what);
}
#define refused(...) FROM(refused(__VA_ARGS__))

static void test_a_schedule_that_does_not_fit(void **state)
{
	struct teeq_harness *h = two_by_three();
	struct teeq_harness_result result;
	struct teeq_error error;

	refused(h, "a*5 b", TEEQ_EMISMATCH, "step 4: wants a, who can move: b");
	refused(h, "a*4 b*4 a", TEEQ_EMISMATCH, "step 8: wants a, who can move: nobody");
	refused(h, "a c", TEEQ_EINPUT, "step 1: 'c' is not TASK");
	refused(h, "a*x", TEEQ_EINPUT, "'a*x' is not TASK");
	refused(h, "a*0", TEEQ_EINPUT, "'a*0' is not TASK");
	assert_int_equal(teeq_harness_replay(h, "harness:2:other:0 a", NULL, &result, &error),
			 TEEQ_EINPUT);
	teeq_harness_free(h);
}

/* Four steps of each: the number of ways to merge them is 8 over 4. */
static void test_the_search_makes_every_run_once(void **state)
{
	struct teeq_harness_search_options options = { .preemption_max = TEEQ_HARNESS_UNBOUNDED };
	struct teeq_harness_search_result result;
	struct teeq_harness *h = two_by_three();

	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_OK);
	assert_int_equal(result.runs, 70);
	assert_int_equal(result.steps, 70 * 8);
	assert_true(result.exhausted);
	/* a then b, or b then a. */
	options.preemption_max = 0;
	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_OK);
	assert_int_equal(result.runs, 2);
	/* And the ones that leave the first of them after its 1st, 2nd or 3rd step. */
	options.preemption_max = 1;
	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_OK);
	assert_int_equal(result.runs, 2 + 2 * 3);
	teeq_harness_free(h);
}

static void test_a_search_that_is_cut_claims_nothing(void **state)
{
	struct teeq_harness_search_options options = { .preemption_max = TEEQ_HARNESS_UNBOUNDED,
						       .step_max = 7 };
	struct teeq_harness_search_result result;
	struct teeq_harness *h = two_by_three();

	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_ELIMIT);
	assert_int_equal(result.cut, result.runs);
	assert_false(result.exhausted);
	options.step_max = 0;
	options.run_max = 69;
	assert_int_equal(teeq_harness_search(h, &options, &result, NULL), TEEQ_ELIMIT);
	assert_int_equal(result.runs, 69);
	assert_false(result.exhausted);
	teeq_harness_free(h);
}

static void count_up(void *argument)
{
	int seen = READ_ONCE(counter);

	teeq_harness_point("between");
	WRITE_ONCE(counter, seen + 1);
}

static void check_count(void *argument)
{
	if (counter != 2)
		teeq_harness_violation("the count is %d", counter);
}

static void test_the_search_finds_a_lost_update(void **state)
{
	struct teeq_harness_options options = { .name = "bench",
						.setup = reset,
						.teardown = check_count };
	struct teeq_harness_search_options none = { .preemption_max = 0 };
	struct teeq_harness_search_options one = { .preemption_max = 1 };
	struct teeq_harness_search_result result;
	struct teeq_harness *h = bench_with(&options);

	add(h, "a", count_up);
	add(h, "b", count_up);
	assert_int_equal(teeq_harness_search(h, &none, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	assert_int_equal(teeq_harness_search(h, &one, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, TEEQ_VERDICT_VIOLATION);
	assert_string_equal(result.result.violation, "teardown: the count is 1");
	teeq_harness_free(h);
}

static int left_over;

static void grow_with_each_run(void *argument)
{
	if (left_over++ > 0)
		teeq_harness_point("more");
	teeq_harness_point("always");
}

static void test_what_a_run_leaves(void **state)
{
	struct teeq_harness_search_result result;
	struct teeq_error error = { .text = "" };
	struct teeq_harness *h = bench(NULL);

	add(h, "a", grow_with_each_run);
	add(h, "b", three_points);
	left_over = 0;
	assert_int_equal(teeq_harness_search(h, NULL, &result, &error), TEEQ_EMISMATCH);
	assert_non_null(strstr(error.text, "the same choices led elsewhere"));
	left_over = 0;
	assert_int_equal(teeq_harness_restore(h, &left_over, sizeof(left_over)), TEEQ_OK);
	assert_int_equal(teeq_harness_search(h, NULL, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	assert_int_equal(result.runs, 15); /* 6 over 2 */
	teeq_harness_free(h);
}

static DECLARE_COMPLETION(never);

static void allocate_and_hang(void *argument)
{
	char *block = kmalloc(100, GFP_KERNEL);
	char big[4096];

	memset(big, 1, sizeof(big));
	wait_for_completion(&never);
	memcpy(block, big, 100);
	kfree(block);
}

/* AddressSanitizer's leak check, at the end of this program, is what says that this is given back. */
static void test_a_hanging_run_is_given_back(void **state)
{
	struct teeq_harness *h = bench(NULL);

	add(h, "a", allocate_and_hang);
	add(h, "b", allocate_and_hang);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(run(h, NULL, 0).verdict, TEEQ_VERDICT_DEADLOCK);
		expect_explained(h, "b waits for completion &never");
	}
	teeq_harness_free(h);
}

static void hang(void *argument)
{
	wait_for_completion(&never);
}

static void test_the_setup_must_not_block(void **state)
{
	struct teeq_harness *h = bench(hang);

	add(h, "a", three_points);
	assert_int_equal(run(h, NULL, 0).verdict, TEEQ_VERDICT_VIOLATION);
	expect_explained(h, "setup: waits for &never, in hang()");
	teeq_harness_free(h);
}

static void endless(void *argument)
{
	while (true)
		teeq_harness_point("again");
}

static void test_a_limit_of_steps(void **state)
{
	struct teeq_harness_run_options options = { .step_max = 1000 };
	struct teeq_harness_result result;
	struct teeq_harness *h = bench(NULL);

	add(h, "a", endless);
	assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_ELIMIT);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_int_equal(result.steps, 1000);
	teeq_harness_free(h);
}

static struct teeq_harness *outer;
static enum teeq_status inner_status;

static void run_inside(void *argument)
{
	struct teeq_harness_result result;

	inner_status = teeq_harness_run(outer, NULL, &result);
}

static void test_no_run_inside_a_run(void **state)
{
	outer = bench(NULL);
	add(outer, "a", run_inside);
	assert_int_equal(run(outer, NULL, 0).verdict, TEEQ_VERDICT_DONE);
	assert_int_equal(inner_status, TEEQ_EINPUT);
	teeq_harness_free(outer);
}

static void test_what_is_refused(void **state)
{
	struct teeq_harness_options options = { .name = "two words" };
	struct teeq_harness *h = NULL;
	struct teeq_error error = { .key = "" };

	assert_int_equal(teeq_harness_new(&options, &h, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "name");
	options = (struct teeq_harness_options){ .thread_count = TEEQ_CONTEXT_MAX + 1 };
	assert_int_equal(teeq_harness_new(&options, &h, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "thread_count");
	options = (struct teeq_harness_options){ .time = (enum teeq_harness_time)7 };
	assert_int_equal(teeq_harness_new(&options, &h, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "time");
	h = bench(NULL);
	add(h, "a", hang);
	assert_int_equal(teeq_harness_task(h, "a", hang, NULL, &error), TEEQ_EINPUT);
	assert_int_equal(teeq_harness_task(h, "a*2", hang, NULL, &error), TEEQ_EINPUT);
	for (unsigned int i = 1; i < TEEQ_TASK_MAX; i++) {
		char name[8];

		snprintf(name, sizeof(name), "t%u", i);
		add(h, name, hang);
	}
	assert_int_equal(teeq_harness_task(h, "b", hang, NULL, &error), TEEQ_EINPUT);
	teeq_harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_robin_takes_turns),
		cmocka_unit_test(test_the_seed_decides),
		cmocka_unit_test(test_a_schedule_replays),
		cmocka_unit_test(test_a_schedule_that_does_not_fit),
		cmocka_unit_test(test_the_search_makes_every_run_once),
		cmocka_unit_test(test_a_search_that_is_cut_claims_nothing),
		cmocka_unit_test(test_the_search_finds_a_lost_update),
		cmocka_unit_test(test_what_a_run_leaves),
		cmocka_unit_test(test_a_hanging_run_is_given_back),
		cmocka_unit_test(test_the_setup_must_not_block),
		cmocka_unit_test(test_a_limit_of_steps),
		cmocka_unit_test(test_no_run_inside_a_run),
		cmocka_unit_test(test_what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
