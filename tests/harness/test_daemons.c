/* SPDX-License-Identifier: BSD-2-Clause */
/* Tasks that wait for ever, and are meant to. */
#include "bench.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/wait.h>

static struct completion asked, answered;
static struct mutex mutex;
static int served;

static void setup(void *argument)
{
	init_completion(&asked);
	init_completion(&answered);
	mutex_init(&mutex);
	served = 0;
}

/* One buffer for its whole life. */
static void serve(void *argument)
{
	int *buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);

	while (true) {
		wait_for_completion(&asked);
		served += 1 + *buffer;
		complete(&answered);
	}
}

static void serve_once(void *argument)
{
	wait_for_completion(&asked);
	complete(&answered);
}

static void serve_locked(void *argument)
{
	mutex_lock(&mutex);
	serve(argument);
}

static void tick(void *argument)
{
	while (true)
		msleep(10);
}

static void ask(void *argument)
{
	complete(&asked);
	wait_for_completion(&answered);
}

static void ask_twice(void *argument)
{
	ask(argument);
	ask(argument);
}

static void ask_locked(void *argument)
{
	mutex_lock(&mutex);
	ask(argument);
	mutex_unlock(&mutex);
}

static struct teeq_harness_search_result searched(void (*daemon)(void *), void (*client)(void *),
						  enum teeq_harness_time time)
{
	struct teeq_harness_options options = { .name = "bench", .setup = setup, .time = time };
	struct teeq_harness *h = bench_with(&options);
	struct teeq_harness_search_options bounds = { .preemption_max = 2 };
	struct teeq_harness_search_result result;

	assert_int_equal(teeq_harness_daemon(h, "daemon", daemon, NULL, NULL), TEEQ_OK);
	add(h, "client", client);
	assert_int_equal(teeq_harness_search(h, &bounds, &result, NULL), TEEQ_OK);
	if (client == ask_locked)
		expect_explained(h, "  the daemon daemon waits for completion &asked, in serve() at");
	teeq_harness_free(h);
	return result;
}
#define searched(...) FROM(searched(__VA_ARGS__))

static void test_a_daemon_waits_for_ever(void **state)
{
	struct teeq_harness_search_result result = searched(serve, ask_twice, TEEQ_HARNESS_TIME_LAST);

	assert_int_equal(result.result.verdict, TEEQ_VERDICT_DONE);
	assert_true(result.exhausted);
	assert_int_equal(served, 2);
}

/* For another task, nobody serves a second time. */
static void test_others_must_not(void **state)
{
	struct teeq_harness *h = bench(setup);

	assert_int_equal(searched(serve_once, ask_twice, TEEQ_HARNESS_TIME_LAST).result.verdict,
			 TEEQ_VERDICT_DEADLOCK);
	add(h, "server", serve);
	add(h, "client", ask);
	expect(h, "client*3 server*4 client", TEEQ_VERDICT_DEADLOCK, "");
	teeq_harness_free(h);
}

/* What it holds it may keep, but not from somebody who wants it. */
static void test_what_a_daemon_holds(void **state)
{
	assert_int_equal(searched(serve_locked, ask, TEEQ_HARNESS_TIME_LAST).result.verdict,
			 TEEQ_VERDICT_DONE);
	assert_int_equal(searched(serve_locked, ask_locked, TEEQ_HARNESS_TIME_LAST).result.verdict,
			 TEEQ_VERDICT_DEADLOCK);
}

/* Its timeouts do not keep a run alive. */
static void test_a_daemon_that_wakes_by_itself(void **state)
{
	struct teeq_harness_run_options limited = { .step_max = 100 };
	struct teeq_harness_result result;
	struct teeq_harness *h;

	/* Whether it will ever do something for others, nobody can know. */
	h = bench(setup);
	assert_int_equal(teeq_harness_daemon(h, "d", tick, NULL, NULL), TEEQ_OK);
	add(h, "a", serve_once);
	assert_int_equal(teeq_harness_run(h, &limited, &result), TEEQ_ELIMIT);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	teeq_harness_free(h);
	for (int time = TEEQ_HARNESS_TIME_LAST; time <= TEEQ_HARNESS_TIME_ANY; time++) {
		struct teeq_harness_options options = { .setup = setup,
							.time = (enum teeq_harness_time)time };

		h = bench_with(&options);
		assert_int_equal(teeq_harness_daemon(h, "d", tick, NULL, NULL), TEEQ_OK);
		add(h, "a", ask_twice);
		add(h, "b", serve_once);
		add(h, "c", serve_once);
		assert_int_equal(teeq_harness_run(h, NULL, &result), TEEQ_OK);
		assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
		teeq_harness_free(h);
	}
}

/* A schedule of one is none of the other. */
static void test_the_digest_knows(void **state)
{
	struct teeq_harness *h = bench(setup), *other = bench(setup);
	struct teeq_harness_result result;
	struct teeq_error error = { .key = "" };
	char *schedule;

	add(h, "a", serve_once);
	assert_int_equal(teeq_harness_daemon(other, "a", serve_once, NULL, NULL), TEEQ_OK);
	schedule = teeq_harness_schedule(h);
	assert_int_equal(teeq_harness_replay(other, schedule, NULL, &result, &error), TEEQ_EINPUT);
	free(schedule);
	teeq_harness_free(h);
	teeq_harness_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_daemon_waits_for_ever),
		cmocka_unit_test(test_others_must_not),
		cmocka_unit_test(test_what_a_daemon_holds),
		cmocka_unit_test(test_a_daemon_that_wakes_by_itself),
		cmocka_unit_test(test_the_digest_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
