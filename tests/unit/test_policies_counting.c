/* SPDX-License-Identifier: BSD-2-Clause */
/* v10, mainline and repaired: they keep a thread back while a system session is registered. */
#include "unit/policy_queue.h"

static const char *const counting[] = { "v10", "mainline", "repaired" };

static void test_one_is_kept_back_while_registered(void **state)
{
	for (size_t i = 0; i < LENGTH(counting); i++) {
		struct queue queue;

		begin(&queue, counting[i], 2);
		assert_true(enter(&queue, 1, NORMAL));
		assert_true(enter(&queue, 2, NORMAL));
		assert_false(enter(&queue, 3, NORMAL));
		assert_false(enter(&queue, 4, SYSTEM));
		begin(&queue, counting[i], 2);
		assert_int_equal(reserve(&queue), 0);
		assert_true(enter(&queue, 1, NORMAL));
		assert_false(enter(&queue, 2, NORMAL));
		assert_true(enter(&queue, 3, SYSTEM));
		assert_false(enter(&queue, 4, SYSTEM));
		assert_int_equal(queue.q->free_count, 0);
		assert_int_equal(credit(&queue, 1), TEEQ_CREDIT_THREAD);
		assert_int_equal(credit(&queue, 3), TEEQ_CREDIT_THREAD);
	}
}

static void test_reserving_needs_two_threads(void **state)
{
	for (size_t i = 0; i < LENGTH(counting); i++) {
		struct queue queue;

		for (unsigned int total = 0; total <= 1; total++) {
			begin(&queue, counting[i], total);
			assert_int_equal(reserve(&queue), -22);
			assert_int_equal(queue.q->system_session_count, 0);
		}
		begin(&queue, counting[i], 2);
		for (uint16_t count = 1; count <= 20; count++) {
			assert_int_equal(reserve(&queue), 0);
			assert_int_equal(queue.q->system_session_count, count);
		}
		assert_int_equal(queue.q->free_count, 2);
		assert_int_equal(queue.policy->reserve_again, TEEQ_RESERVE_AGAIN_ANSWERS_OK);
	}
}

/* v10: having woken a system waiter, it wakes a normal one as well. */
static void test_v10_wakes_two(void **state)
{
	struct queue queue;

	begin(&queue, "v10", 3);
	reserve(&queue);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	enter(&queue, 3, SYSTEM);
	enter(&queue, 4, SYSTEM);
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 1: 1* 3s* 4s");
	unreserve(&queue);
	assert_queue(&queue, "free 1 sessions 0: 1* 3s* 4s*");
	begin(&queue, "v10", 3);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	leave(&queue, 1);
	assert_queue(&queue, "free 2 sessions 0: 2*");
}

static void test_mainline_wakes_one_system_first(void **state)
{
	struct queue queue;

	begin(&queue, "mainline", 3);
	reserve(&queue);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	enter(&queue, 3, SYSTEM);
	enter(&queue, 4, SYSTEM);
	enter(&queue, 5, NORMAL);
	/* 3 is executing and takes it; then 4, then the head, executing too. */
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 1: 1 3s* 4s 5");
	unreserve(&queue);
	assert_queue(&queue, "free 1 sessions 0: 1 3s* 4s* 5");
	queue.policy->wake_one(queue.q);
	assert_queue(&queue, "free 1 sessions 0: 1* 3s* 4s* 5");
	queue.policy->wake_one(queue.q);
	assert_queue(&queue, "free 1 sessions 0: 1* 3s* 4s* 5*");
	queue.policy->wake_one(queue.q);
	assert_queue(&queue, "free 1 sessions 0: 1* 3s* 4s* 5*");
}

static void test_mainline_hands_on(void **state)
{
	struct queue queue;

	begin(&queue, "mainline", 2);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	enter(&queue, 3, NORMAL);
	enter(&queue, 4, NORMAL);
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 0: 1* 3 4");
	leave(&queue, 1);
	assert_queue(&queue, "free 2 sessions 0: 3* 4*");
}

/* repaired: callers that have started are passed over, and who is refused is of no use to a wake. */
static void test_repaired_wakes_who_can_use_it(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 3);
	reserve(&queue);
	assert_true(enter(&queue, 1, NORMAL));
	assert_true(enter(&queue, 2, SYSTEM));
	assert_true(enter(&queue, 3, SYSTEM));
	started(&queue, 2);
	started(&queue, 3);
	assert_false(enter(&queue, 4, NORMAL));
	assert_false(enter(&queue, 5, SYSTEM));
	assert_queue(&queue, "free 0 sessions 1: 1? 2s 3s 4? 5s?");
	leave(&queue, 1);
	assert_queue(&queue, "free 1 sessions 1: 2s 3s 4? 5s*");
	assert_true(retry(&queue, 5));
	assert_queue(&queue, "free 0 sessions 1: 2s 3s 4? 5s?");
	/* One free is not enough for 4; 5 holds a credit, and has not started. */
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 1: 3s 4? 5s*");
	/* It has now, and nobody can use what it hands on. */
	started(&queue, 5);
	assert_queue(&queue, "free 1 sessions 1: 3s 4? 5s");
	leave(&queue, 3);
	assert_queue(&queue, "free 2 sessions 1: 4* 5s");
}

/* The second wake goes to the next, not to the one that was woken already. */
static void test_repaired_second_wake(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 2);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	started(&queue, 1);
	started(&queue, 2);
	enter(&queue, 3, NORMAL);
	enter(&queue, 4, NORMAL);
	leave(&queue, 1);
	assert_queue(&queue, "free 1 sessions 0: 2 3* 4?");
	callq_consume(queue.q, 3);
	leave(&queue, 2);
	assert_queue(&queue, "free 2 sessions 0: 3 4*");
	callq_requeue(queue.q, queue.policy, 3);
	assert_true(callq_recheck(queue.q, queue.policy, 3));
	assert_true(retry(&queue, 4));
	assert_queue(&queue, "free 0 sessions 0: 3? 4?");
}

/* Woken on its way to the secure world, it hands that on when it starts. */
static void test_repaired_hands_on_when_it_starts(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 2);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	assert_false(enter(&queue, 3, NORMAL));
	leave(&queue, 1);
	assert_queue(&queue, "free 1 sessions 0: 2* 3?");
	started(&queue, 2);
	assert_queue(&queue, "free 1 sessions 0: 2 3*");
}

/* Refused after a wake: that may be of use to one that has its credit and found no thread. */
static void test_repaired_hands_on_when_it_is_refused(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 3);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	enter(&queue, 3, NORMAL);
	started(&queue, 1);
	started(&queue, 2);
	started(&queue, 3);
	assert_false(enter(&queue, 4, NORMAL));
	leave(&queue, 1);
	assert_queue(&queue, "free 1 sessions 0: 2 3 4*");
	assert_true(enter(&queue, 5, NORMAL));
	assert_false(retry(&queue, 4));
	assert_queue(&queue, "free 0 sessions 0: 2 3 5* 4?");
}

/* Where nothing is tracked all that have not started are alike, system calls first. */
static void test_repaired_untracked(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 0);
	assert_true(enter(&queue, 1, NORMAL));
	assert_true(enter(&queue, 2, NORMAL));
	assert_true(enter(&queue, 3, SYSTEM));
	assert_true(enter(&queue, 4, NORMAL));
	started(&queue, 1);
	leave(&queue, 4);
	assert_string_equal(strchr(show(&queue), ':'), ": 1 2? 3s*");
	leave(&queue, 3);
	assert_string_equal(strchr(show(&queue), ':'), ": 1 2*");
}

/* Who wants all threads to be free hears of every wake, and takes none. */
static void test_repaired_tells_who_wants_all(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 2);
	assert_true(callq_enter(queue.q, queue.policy, 1, TEEQ_WAITER_ALL));
	enter(&queue, 2, NORMAL);
	assert_false(enter(&queue, 3, NORMAL));
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 0: 1?* 3*");
}

/* A refused recheck sleeps again, and unregistering wakes one who may enter now. */
static void test_repaired_unreserve(void **state)
{
	struct queue queue;

	begin(&queue, "repaired", 2);
	reserve(&queue);
	enter(&queue, 1, NORMAL);
	assert_false(enter(&queue, 2, NORMAL));
	teeq_callq_wake(&queue.q->waiters[1]);
	queue.q->waiters[1].flags &= (uint8_t)~TEEQ_WAITER_WANTS;
	assert_false(retry(&queue, 2));
	assert_queue(&queue, "free 1 sessions 1: 1* 2?"); /* its wake went on to who has a credit */
	unreserve(&queue);
	assert_queue(&queue, "free 1 sessions 0: 1* 2*");
	assert_true(retry(&queue, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_is_kept_back_while_registered),
		cmocka_unit_test(test_reserving_needs_two_threads),
		cmocka_unit_test(test_v10_wakes_two),
		cmocka_unit_test(test_mainline_wakes_one_system_first),
		cmocka_unit_test(test_mainline_hands_on),
		cmocka_unit_test(test_repaired_wakes_who_can_use_it),
		cmocka_unit_test(test_repaired_second_wake),
		cmocka_unit_test(test_repaired_hands_on_when_it_starts),
		cmocka_unit_test(test_repaired_hands_on_when_it_is_refused),
		cmocka_unit_test(test_repaired_untracked),
		cmocka_unit_test(test_repaired_tells_who_wants_all),
		cmocka_unit_test(test_repaired_unreserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
