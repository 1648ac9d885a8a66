/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/wait.h>

static struct completion x;
static wait_queue_head_t queue;
static int tickets;

static void setup(void *argument)
{
	init_completion(&x);
	init_waitqueue_head(&queue);
	tickets = 0;
}

/* ---------------------------------------- completions ----------------------------------------- */

static void wait_for_it(void *argument)
{
	wait_for_completion(&x);
	note("%s", current->comm);
}

static void complete_twice(void *argument)
{
	complete(&x);
	complete(&x);
}

static void complete_for_all(void *argument)
{
	complete_all(&x);
}

static void test_completions_count(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", wait_for_it);
	add(h, "b", wait_for_it);
	add(h, "c", wait_for_it);
	add(h, "d", complete_twice);
	/* Two were let through, in whatever order; the third waits for ever. */
	expect(h, "a b c d*5 b a", TEEQ_VERDICT_DEADLOCK, "b a");
	expect_explained(h, "c waits for completion &x, in wait_for_it()");
	expect(h, "d*5 a*2 c b c", TEEQ_VERDICT_DEADLOCK, "a c");
	teeq_harness_free(h);
}

static void test_complete_all_stays_done(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", wait_for_it);
	add(h, "b", wait_for_it);
	add(h, "c", wait_for_it);
	add(h, "d", complete_for_all);
	add(h, "e", complete_twice);
	expect(h, "a d*3 e*5 a b*2 c*2", TEEQ_VERDICT_DONE, "a b c");
	teeq_harness_free(h);
}

static void completion_functions(void *argument)
{
	struct completion own = COMPLETION_INITIALIZER_ONSTACK(own);
	bool before = completion_done(&own);
	bool taken = try_wait_for_completion(&own);

	complete(&own);
	note("%d%d%d", before, taken, completion_done(&own));
	taken = try_wait_for_completion(&own);
	note("%d%d", taken, completion_done(&own));
	complete_all(&own);
	taken = try_wait_for_completion(&own);
	note("%d%d", taken, completion_done(&own));
	reinit_completion(&own);
	note("%d", completion_done(&own));
}

static void test_completions_without_waiting(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", completion_functions);
	expect(h, "a*14", TEEQ_VERDICT_DONE, "001 10 11 0");
	teeq_harness_free(h);
}

static void wait_interruptibly(void *argument)
{
	note("%d", wait_for_completion_interruptible(&x));
}

static void wait_killably(void *argument)
{
	note("%d", wait_for_completion_killable(&x));
}

static void interrupt(void *argument)
{
	teeq_harness_signal("a", false);
}

static void kill_it(void *argument)
{
	teeq_harness_signal("a", true);
}

static struct teeq_harness *signalled(void (*function)(void *))
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", function);
	add(h, "d", complete_for_all);
	add(h, "i", interrupt);
	add(h, "k", kill_it);
	return h;
}
#define signalled(...) FROM(signalled(__VA_ARGS__))

static void test_signals_end_waits(void **state)
{
	struct teeq_harness *h = signalled(wait_interruptibly);
	struct teeq_harness *k = signalled(wait_killably);
	struct teeq_harness *u = signalled(wait_for_it);
	char restart[16];

	snprintf(restart, sizeof(restart), "%d", -ERESTARTSYS);
	expect(h, "a i*2 a d*3 k*2", TEEQ_VERDICT_DONE, restart);
	expect(h, "a k*2 a d*3 i*2", TEEQ_VERDICT_DONE, restart);
	/* What is done counts before a signal does. */
	expect(h, "a i*2 d*3 a k*2", TEEQ_VERDICT_DONE, "0");
	expect(k, "a k*2 a d*3 i*2", TEEQ_VERDICT_DONE, restart);
	expect(k, "a i*2 d*3 a k*2", TEEQ_VERDICT_DONE, "0");
	expect(u, "a i*2 k*2 d*3 a", TEEQ_VERDICT_DONE, "a");
	/* A signal that is not fatal moves no killable wait, any signal no other one. */
	assert_int_equal(play(k, "a i*2").verdict, TEEQ_VERDICT_LIMIT);
	expect_explained(k, "a waits for completion &x");
	teeq_harness_free(h);
	teeq_harness_free(k);
	teeq_harness_free(u);
}

static void test_a_signal_that_does_not_matter(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", wait_killably);
	add(h, "i", interrupt);
	expect(h, "a i*2", TEEQ_VERDICT_DEADLOCK, "");
	teeq_harness_free(h);
}

/* ------------------------------------------ timeouts ------------------------------------------ */

static void wait_100(void *argument)
{
	unsigned long left = wait_for_completion_timeout(&x, 100);

	note("%lu@%lu", left, jiffies);
}

static void wait_killably_100(void *argument)
{
	note("%ld", wait_for_completion_killable_timeout(&x, 100));
}

static void complete_after_30(void *argument)
{
	msleep(30);
	complete(&x);
}

static void test_timeouts(void **state)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness *k = bench(setup);

	add(h, "a", wait_100);
	add(h, "b", wait_100);
	add(h, "c", complete_after_30);
	/* Time passes when nobody can move: to 30, and then to 100. */
	expect(h, "a b c*4 a b", TEEQ_VERDICT_DONE, "70@30 0@100");

	add(k, "a", wait_killably_100);
	add(k, "k", kill_it);
	expect(k, "a k*2 a", TEEQ_VERDICT_DONE, "-512");
	teeq_harness_free(h);
	teeq_harness_free(k);
}

static void test_a_timeout_at_any_time(void **state)
{
	struct teeq_harness_options options = { .name = "bench",
						.setup = setup,
						.time = TEEQ_HARNESS_TIME_ANY };
	struct teeq_harness *h = bench_with(&options);

	add(h, "a", wait_100);
	add(h, "d", complete_for_all);
	expect(h, "a*2 d*3", TEEQ_VERDICT_DONE, "0@100");
	expect(h, "a d*3 a", TEEQ_VERDICT_DONE, "100@0");
	teeq_harness_free(h);
}

/* ----------------------------------------- wait queues ---------------------------------------- */

static void take_ticket(void *argument)
{
	wait_event(queue, tickets > 0);
	tickets--;
	note("%s", current->comm);
}

static void take_ticket_exclusive(void *argument)
{
	int result = wait_event_killable_exclusive(queue, tickets > 0);

	tickets -= result == 0;
	note("%s%d", current->comm, result);
}

static void give_ticket(void *argument)
{
	tickets++;
	wake_up(&queue);
}

static void give_silently(void *argument)
{
	tickets++;
}

static void test_wait_event(void **state)
{
	struct teeq_harness *h = bench(setup);

	add(h, "a", take_ticket);
	add(h, "b", take_ticket);
	add(h, "g", give_ticket);
	add(h, "s", give_silently);
	/* Both sleep, both are woken, one finds that nothing is left and sleeps again. */
	expect(h, "a*2 b*2 g*3 b a s", TEEQ_VERDICT_DEADLOCK, "b");
	expect_explained(h, "a waits for tickets > 0, in take_ticket()");
	/* A condition that holds is not waited for. */
	expect(h, "s a*2 g*3 b*2", TEEQ_VERDICT_DONE, "a b");
	teeq_harness_free(h);
}

static void test_exclusive_waiters_are_woken_one_by_one(void **state)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness_result result;

	add(h, "a", take_ticket_exclusive);
	add(h, "b", take_ticket_exclusive);
	add(h, "c", take_ticket);
	add(h, "g", give_ticket);
	add(h, "s", give_silently);
	/* One exclusive sleeper, the first, and all others; b sleeps beside the ticket of s. */
	expect(h, "b*2 a*2 c*2 s g*3 c b", TEEQ_VERDICT_DEADLOCK, "c b0");
	expect_explained(h, "a waits for tickets > 0");
	result = play(h, "a*2 b*2 c*2 g*3 s a c");
	assert_int_equal(result.verdict, TEEQ_VERDICT_DEADLOCK);
	assert_string_equal(notes, "a0 c");
	teeq_harness_free(h);
}

static void event_100(void *argument)
{
	long left = wait_event_interruptible_timeout(queue, tickets > 0, 100);

	note("%ld", left);
}

static void give_after_40(void *argument)
{
	msleep(40);
	give_ticket(argument);
}

static void give_silently_after_40(void *argument)
{
	msleep(40);
	tickets++;
}

static void test_what_timed_events_return(void **state)
{
	struct teeq_harness *h = bench(setup);
	struct teeq_harness *s = bench(setup);
	struct teeq_harness *i = bench(setup);
	struct teeq_harness *n = bench(setup);

	add(h, "a", event_100);
	add(h, "g", give_after_40);
	expect(h, "a*2 g*4 a", TEEQ_VERDICT_DONE, "60");
	/* The condition came to hold without a wake: 1 after the timeout. */
	add(s, "a", event_100);
	add(s, "g", give_silently_after_40);
	expect(s, "a*2 g*2 a", TEEQ_VERDICT_DONE, "1");
	add(i, "a", event_100);
	add(i, "i", interrupt);
	expect(i, "a*2 i*2 a", TEEQ_VERDICT_DONE, "-512");
	add(n, "a", event_100);
	expect(n, "a*3", TEEQ_VERDICT_DONE, "0");
	teeq_harness_free(h);
	teeq_harness_free(s);
	teeq_harness_free(i);
	teeq_harness_free(n);
}

/* Tests first, queues up later: the classic mistake. */
static void wait_wrongly(void *argument)
{
	DEFINE_WAIT(wait);

	if (tickets == 0) {
		prepare_to_wait(&queue, &wait, TASK_UNINTERRUPTIBLE);
		schedule();
	}
	finish_wait(&queue, &wait);
	note("%s", current->comm);
}

static void wait_rightly(void *argument)
{
	DEFINE_WAIT(wait);

	prepare_to_wait(&queue, &wait, TASK_UNINTERRUPTIBLE);
	if (tickets == 0)
		schedule();
	finish_wait(&queue, &wait);
	note("%s", current->comm);
}

static void test_a_wake_between_test_and_sleep(void **state)
{
	struct teeq_harness_search_result result;
	struct teeq_harness *wrong = bench(setup);
	struct teeq_harness *right = bench(setup);

	add(wrong, "a", wait_wrongly);
	add(wrong, "g", give_ticket);
	assert_int_equal(teeq_harness_search(wrong, NULL, &result, NULL), TEEQ_OK);
	assert_int_equal(result.result.verdict, TEEQ_VERDICT_DEADLOCK);
	expect_explained(wrong, "a waits for schedule(), in wait_wrongly()");

	add(right, "a", wait_rightly);
	add(right, "g", give_ticket);
	assert_int_equal(teeq_harness_search(right, NULL, &result, NULL), TEEQ_OK);
	assert_true(result.exhausted);
	teeq_harness_free(wrong);
	teeq_harness_free(right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_completions_count),
		cmocka_unit_test(test_complete_all_stays_done),
		cmocka_unit_test(test_completions_without_waiting),
		cmocka_unit_test(test_signals_end_waits),
		cmocka_unit_test(test_a_signal_that_does_not_matter),
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_a_timeout_at_any_time),
		cmocka_unit_test(test_wait_event),
		cmocka_unit_test(test_exclusive_waiters_are_woken_one_by_one),
		cmocka_unit_test(test_what_timed_events_return),
		cmocka_unit_test(test_a_wake_between_test_and_sleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
