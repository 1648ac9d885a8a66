/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The call queue's machinery, under a policy of the test's own that counts what it is asked, and
 * under two built-in ones where what they say matters.
 */
#include "story.h"

#include "core/callq.h"

enum { NORMAL = false, SYSTEM = true, WAITER_MAX = 8 };

union queue {
	struct teeq_callq q;
	unsigned char bytes[sizeof(struct teeq_callq) + WAITER_MAX * sizeof(struct teeq_waiter)];
};

static unsigned int wakes;
static uint16_t left_id;

/* Wakes the head. */
static void count_wake(struct teeq_callq *q)
{
	struct teeq_waiter *w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE);

	wakes++;
	if (w)
		teeq_callq_wake(w);
}

/* Who leaves is out of the list already, and nobody has been woken yet. */
static void count_leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	assert_null(callq_find(q, w->id));
	assert_int_equal(wakes, 0);
	left_id = w->id;
}

static const struct teeq_policy counting = {
	.abi = TEEQ_POLICY_ABI,
	.name = "counting",
	.wake_one = count_wake,
	.leave = count_leave,
};

/* A queue of two threads into which 1, 2, 3 have entered, in this order. */
static void three_waiters(union queue *queue, const struct teeq_policy *policy)
{
	memset(queue, 0, sizeof(*queue));
	callq_init(&queue->q, 2);
	for (uint16_t id = 1; id <= 3; id++)
		callq_enter(&queue->q, policy, id, NORMAL);
	wakes = 0;
	left_id = 0;
}

static void assert_ids(const struct teeq_callq *q, uint16_t first, uint16_t second, uint16_t third)
{
	const uint16_t ids[] = { first, second, third };

	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(q->waiters[i].id, ids[i]);
}
#define assert_ids(...) FROM(assert_ids(__VA_ARGS__))

static void test_entering_appends(void **state)
{
	union queue queue;

	three_waiters(&queue, &counting);
	assert_int_equal(queue.q.waiter_count, 3);
	assert_ids(&queue.q, 1, 2, 3);
	assert_true(callq_enter(&queue.q, &counting, 4, SYSTEM));
	assert_int_equal(callq_waiter(&queue.q, 4)->flags, TEEQ_WAITER_SYSTEM);
	assert_int_equal(callq_waiter(&queue.q, 1)->flags, 0);
	assert_null(callq_find(&queue.q, 5));
}

static void test_requeueing_goes_to_the_tail(void **state)
{
	union queue queue;

	three_waiters(&queue, &counting);
	callq_requeue(&queue.q, &counting, 1);
	assert_ids(&queue.q, 2, 3, 1);
	callq_requeue(&queue.q, &counting, 3);
	assert_ids(&queue.q, 2, 1, 3);
	callq_requeue(&queue.q, &counting, 3);
	assert_ids(&queue.q, 2, 1, 3);
}

static void test_leaving_closes_the_gap(void **state)
{
	union queue queue;

	three_waiters(&queue, &counting);
	callq_leave(&queue.q, &counting, 2);
	assert_int_equal(left_id, 2);
	assert_int_equal(queue.q.waiter_count, 2);
	/* The entry behind the end is zero again. */
	assert_ids(&queue.q, 1, 3, 0);
	assert_int_equal(wakes, 1);
	assert_true(callq_is_done(&queue.q, 1));
	assert_false(callq_is_done(&queue.q, 3));
}

static void test_consuming_takes_the_mark(void **state)
{
	union queue queue;

	three_waiters(&queue, &counting);
	count_wake(&queue.q);
	assert_true(callq_is_done(&queue.q, 1));
	callq_consume(&queue.q, 1);
	assert_false(callq_is_done(&queue.q, 1));
	assert_ids(&queue.q, 1, 2, 3);
}

/* 1 was woken and went on; before it requeues it is marked again, and requeueing erases that. */
static void test_a_mark_before_requeueing_is_wiped(void **state)
{
	union queue queue;

	three_waiters(&queue, &counting);
	count_wake(&queue.q);
	callq_consume(&queue.q, 1);
	wakes = 0;
	callq_leave(&queue.q, &counting, 2);
	assert_true(callq_is_done(&queue.q, 1));
	callq_requeue(&queue.q, &counting, 1);
	assert_ids(&queue.q, 3, 1, 0);
	assert_false(callq_is_done(&queue.q, 1));
	assert_false(callq_is_done(&queue.q, 3));
}

/* 1 leaves with its completion done, so it wakes one for its exit and one in its place. */
static void test_a_wake_not_needed_is_handed_on(void **state)
{
	union queue queue;

	three_waiters(&queue, &counting);
	count_wake(&queue.q);
	wakes = 0;
	callq_leave(&queue.q, &counting, 1);
	assert_int_equal(wakes, 2);
	assert_true(callq_is_done(&queue.q, 2));
	assert_true(callq_is_done(&queue.q, 3));
}

static bool refuse_all(struct teeq_callq *q, struct teeq_waiter *w)
{
	return false;
}

static bool accept_all(struct teeq_callq *q, struct teeq_waiter *w)
{
	return true;
}

static void test_recheck_is_admit_unless_said_otherwise(void **state)
{
	struct teeq_policy policy = counting;
	union queue queue;

	policy.admit = refuse_all;
	three_waiters(&queue, &policy);
	assert_false(callq_recheck(&queue.q, &policy, 1));
	policy.recheck = accept_all;
	assert_true(callq_recheck(&queue.q, &policy, 1));
	assert_false(callq_enter(&queue.q, &policy, 4, NORMAL));
}

/* With a total of 0 the policy is not even asked. */
static void test_untracked_admits_everybody(void **state)
{
	struct teeq_policy policy = counting;
	union queue queue;

	memset(&queue, 0, sizeof(queue));
	policy.admit = policy.recheck = refuse_all;
	callq_init(&queue.q, 0);
	assert_true(callq_enter(&queue.q, &policy, 1, NORMAL));
	assert_true(callq_recheck(&queue.q, &policy, 1));
}

static void test_a_policy_without_reservations(void **state)
{
	union queue queue, before;

	three_waiters(&queue, &counting);
	before = queue;
	assert_int_equal(callq_reserve(&queue.q, &counting), -22);
	callq_unreserve(&queue.q, &counting);
	assert_memory_equal(&queue, &before, sizeof(queue));
}

static void test_would_admit_changes_nothing(void **state)
{
	union queue queue, before, scratch;

	/* Two threads: 1 and 2 are in, 3 sleeps. */
	three_waiters(&queue, &policy_repaired);
	before = queue;
	assert_int_equal(callq_waiter(&queue.q, 3)->flags, TEEQ_WAITER_WANTS);
	assert_false(callq_would_admit(&queue.q, &policy_repaired, 3, &scratch.q));
	assert_memory_equal(&queue, &before, sizeof(queue));
	callq_leave(&queue.q, &policy_repaired, 1);
	before = queue;
	assert_true(callq_would_admit(&queue.q, &policy_repaired, 3, &scratch.q));
	assert_memory_equal(&queue, &before, sizeof(queue));
	assert_int_equal(queue.q.free_count, 1);
}

static void test_size_follows_the_waiters(void **state)
{
	assert_int_equal(callq_size(0), sizeof(struct teeq_callq));
	assert_int_equal(callq_size(5) - callq_size(4), 4);
}

/* ---------------------------------------- what is a bug --------------------------------------- */

static void leave_twice(void *argument)
{
	union queue *queue = argument;

	callq_leave(&queue->q, &policy_mainline, 1);
	callq_leave(&queue->q, &policy_mainline, 1);
}

static void go_on_without_wake(void *argument)
{
	union queue *queue = argument;

	callq_consume(&queue->q, 2);
}

static void requeue_stranger(void *argument)
{
	union queue *queue = argument;

	callq_requeue(&queue->q, &policy_mainline, 9);
}

static void test_bugs_abort(void **state)
{
	union queue queue;

	three_waiters(&queue, &policy_mainline);
	assert_aborts(leave_twice, &queue, "waiter 1 is not in the list");
	assert_aborts(go_on_without_wake, &queue, "waiter 2 goes on without a wake");
	assert_aborts(requeue_stranger, &queue, "waiter 9 is not in the list");
}

static void test_check_finds_what_is_broken(void **state)
{
	union queue queue;

	three_waiters(&queue, &policy_mainline);
	assert_null(callq_check(&queue.q, &policy_mainline));
	queue.q.free_count++;
	assert_string_equal(callq_check(&queue.q, &policy_mainline),
			    "credits free, taken and set aside do not make up the total");
	queue.q.free_count--;
	queue.q.system_slot_busy = 1;
	assert_string_equal(callq_check(&queue.q, &policy_mainline),
			    "the system slot is not held by exactly the caller that took it");
	queue.q.system_slot_busy = 0;
	queue.q.waiters[2].id = 1;
	assert_string_equal(callq_check(&queue.q, &policy_mainline),
			    "a caller is in the list of waiters twice");
	/* v7: free -2, two callers in, two set aside of two. */
	three_waiters(&queue, &policy_v7);
	queue.q.system_session_count = 2;
	queue.q.free_count = -2;
	assert_string_equal(callq_check(&queue.q, &policy_v7),
			    "reservations set aside every thread");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entering_appends),
		cmocka_unit_test(test_requeueing_goes_to_the_tail),
		cmocka_unit_test(test_leaving_closes_the_gap),
		cmocka_unit_test(test_consuming_takes_the_mark),
		cmocka_unit_test(test_a_mark_before_requeueing_is_wiped),
		cmocka_unit_test(test_a_wake_not_needed_is_handed_on),
		cmocka_unit_test(test_recheck_is_admit_unless_said_otherwise),
		cmocka_unit_test(test_untracked_admits_everybody),
		cmocka_unit_test(test_a_policy_without_reservations),
		cmocka_unit_test(test_would_admit_changes_nothing),
		cmocka_unit_test(test_size_follows_the_waiters),
		cmocka_unit_test(test_bugs_abort),
		cmocka_unit_test(test_check_finds_what_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
