/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes wrong only if somebody comes in where no lock is held. */
#include "bench.h"

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/wait.h>

static struct mutex mutex;
static struct completion x;
static wait_queue_head_t queue;
static int items;
static atomic_t left, pair[2];
static struct task_struct *sleeper;
/* On the stack of whoever waits for it. */
static struct completion *published;

static void setup(void *argument)
{
	mutex_init(&mutex);
	init_completion(&x);
	init_waitqueue_head(&queue);
	items = 0;
	published = NULL;
	atomic_set(&left, 1);
	atomic_set(&pair[0], 0);
	atomic_set(&pair[1], 0);
	sleeper = NULL;
}

/* Every schedule of @a beside @b must end in @verdict, which is DONE, or the search must find it and say @what. */
static void expect_said(void (*a)(void *), void (*b)(void *), enum teeq_verdict verdict,
			const char *what)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness_search_result result;

	add(h, "a", a);
	add(h, "b", b);
	assert_int_equal(teeq_harness_search(h, NULL, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, verdict);
	assert_true(result.exhausted == (verdict == TEEQ_VERDICT_DONE));
	if (what)
		expect_explained(h, what);
	teeq_harness_free(h);
}

static void expect_found(void (*a)(void *), void (*b)(void *), enum teeq_verdict verdict)
{
	expect_said(a, b, verdict, NULL);
}

/* ---------------------------------------- completions ----------------------------------------- */

static void bring_two(void *argument)
{
	for (int i = 0; i < 2; i++) {
		mutex_lock(&mutex);
		items++;
		complete(&x);
		mutex_unlock(&mutex);
	}
}

static void fetch_two(bool in_time)
{
	int fetched = 0;

	while (fetched < 2) {
		wait_for_completion(&x);
		mutex_lock(&mutex);
		if (in_time)
			reinit_completion(&x);
		fetched += items;
		items = 0;
		mutex_unlock(&mutex);
		if (!in_time)
			reinit_completion(&x);
	}
}

static void fetch_rightly(void *argument)
{
	fetch_two(true);
}

/* A completion that came between the unlock and this is wiped out. */
static void fetch_wrongly(void *argument)
{
	fetch_two(false);
}

static void test_a_completion_made_anew_too_late(void **state)
{
	expect_found(fetch_rightly, bring_two, TEEQ_VERDICT_DONE);
	expect_found(fetch_wrongly, bring_two, TEEQ_VERDICT_DEADLOCK);
}

static void expect_item(void *argument)
{
	wait_for_completion(&x);
	WARN_ON(items == 0);
}

static void complete_first(void *argument)
{
	complete(&x);
	items = 1;
}

static void complete_last(void *argument)
{
	items = 1;
	complete(&x);
}

static void test_what_is_stored_behind_the_completion(void **state)
{
	expect_found(expect_item, complete_last, TEEQ_VERDICT_DONE);
	expect_found(expect_item, complete_first, TEEQ_VERDICT_VIOLATION);
}

static void publish(void *argument)
{
	DECLARE_COMPLETION_ONSTACK(own);

	mutex_lock(&mutex);
	published = &own;
	mutex_unlock(&mutex);
	wait_for_completion_killable(&own);
	mutex_lock(&mutex);
	published = NULL;
	mutex_unlock(&mutex);
}

/* Whoever waits for it may have given up, and its stack be somebody else's. */
static void complete_unlocked(void *argument)
{
	struct completion *found;

	mutex_lock(&mutex);
	found = published;
	mutex_unlock(&mutex);
	teeq_harness_signal("a", true);
	if (found)
		complete(found);
}

static void complete_locked(void *argument)
{
	teeq_harness_signal("a", true);
	mutex_lock(&mutex);
	if (published)
		complete(published);
	mutex_unlock(&mutex);
}

static void test_a_completion_that_is_gone(void **state)
{
	expect_found(publish, complete_locked, TEEQ_VERDICT_DONE);
	expect_said(publish, complete_unlocked, TEEQ_VERDICT_VIOLATION,
		    "b: complete() of what was not initialised, or is gone, after &mutex in "
		    "complete_unlocked() at tests/harness/test_races.c:");
}

static void wait_for_nothing(void *argument)
{
	struct completion *zeroed = kzalloc(sizeof(*zeroed), GFP_KERNEL);

	wait_for_completion(zeroed);
}

static void test_a_completion_that_was_not_initialised(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", wait_for_nothing);
	expect_violation(h, "a", "a: zeroed was not initialised, or is gone, in wait_for_nothing()");
	teeq_harness_free(h);
}

/* ------------------------------------------ sleeping ------------------------------------------ */

static void sleep_wrongly(void *argument)
{
	sleeper = current;
	if (items == 0) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
}

static void sleep_rightly(void *argument)
{
	sleeper = current;
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (items == 0)
		schedule();
	__set_current_state(TASK_RUNNING);
}

static void wake_sleeper(void *argument)
{
	items = 1;
	if (sleeper)
		wake_up_process(sleeper);
}

static void test_a_wake_between_test_and_state(void **state)
{
	expect_found(sleep_rightly, wake_sleeper, TEEQ_VERDICT_DONE);
	expect_found(sleep_wrongly, wake_sleeper, TEEQ_VERDICT_DEADLOCK);
}

static void sleep_ten(void *argument)
{
	sleeper = current;
	msleep(10);
	WARN_ON(jiffies < 10);
}

static void test_a_nap_is_slept_to_its_end(void **state)
{
	expect_found(sleep_ten, wake_sleeper, TEEQ_VERDICT_DONE);
}

static void wait_for_both(void *argument)
{
	wait_event(queue, atomic_read(&pair[0]) && atomic_read(&pair[1]));
}

static void set_both(void *argument)
{
	atomic_set(&pair[1], 1);
	atomic_set(&pair[0], 1);
	wake_up(&queue);
}

static void wait_for_either(void *argument)
{
	wait_event(queue, atomic_read(&pair[0]) || atomic_read(&pair[1]));
}

static void set_first(void *argument)
{
	atomic_set(&pair[0], 1);
	wake_up(&queue);
}

/* A wake that comes while the condition is tested is not lost. */
static void test_a_condition_of_two_parts(void **state)
{
	expect_found(wait_for_both, set_both, TEEQ_VERDICT_DONE);
	expect_found(wait_for_either, set_first, TEEQ_VERDICT_DONE);
}

/* ------------------------------------------ counters ------------------------------------------ */

static void take_wrongly(void *argument)
{
	if (atomic_read(&left) > 0)
		WARN_ON(atomic_dec_return(&left) < 0);
}

static void take_rightly(void *argument)
{
	if (atomic_add_unless(&left, -1, 0))
		WARN_ON(atomic_read(&left) < 0);
}

static void take_under_lock(void *argument)
{
	mutex_lock(&mutex);
	take_wrongly(argument);
	mutex_unlock(&mutex);
}

static void test_a_counter_between_test_and_use(void **state)
{
	expect_found(take_rightly, take_rightly, TEEQ_VERDICT_DONE);
	expect_found(take_under_lock, take_under_lock, TEEQ_VERDICT_DONE);
	expect_found(take_wrongly, take_wrongly, TEEQ_VERDICT_VIOLATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_completion_made_anew_too_late),
		cmocka_unit_test(test_what_is_stored_behind_the_completion),
		cmocka_unit_test(test_a_completion_that_is_gone),
		cmocka_unit_test(test_a_completion_that_was_not_initialised),
		cmocka_unit_test(test_a_wake_between_test_and_state),
		cmocka_unit_test(test_a_nap_is_slept_to_its_end),
		cmocka_unit_test(test_a_condition_of_two_parts),
		cmocka_unit_test(test_a_counter_between_test_and_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
