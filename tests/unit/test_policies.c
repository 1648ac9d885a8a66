/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of policies; where the secure world counts; v7, v8 and v9; and FF-A, where nobody does. */
#include "unit/policy_queue.h"

/* ------------------------------------------ the table ----------------------------------------- */

static void test_the_table_is_in_order(void **state)
{
	static const char *const names[] = { "untracked", "v1", "v4", "v7", "v8",
					     "v9", "v10", "mainline", "repaired" };

	for (size_t i = 0; i < LENGTH(names); i++) {
		assert_string_equal(teeq_policy_at(i)->name, names[i]);
		assert_ptr_equal(teeq_policy_find(names[i]), teeq_policy_at(i));
		assert_int_equal(teeq_policy_at(i)->abi, TEEQ_POLICY_ABI);
		assert_int_equal(teeq_policy_at(i)->counts_every_call, i >= 5);
		assert_true(strlen(teeq_policy_at(i)->source) > 0);
		assert_true(strlen(teeq_policy_at(i)->summary) > 0);
	}
	assert_null(teeq_policy_at(LENGTH(names)));
	assert_null(teeq_policy_at(SIZE_MAX));
	assert_null(teeq_policy_find("v2"));
	assert_null(teeq_policy_find(""));
}

/* --------------------------------- the secure world counts ------------------------------------ */

/* untracked, v1, v4: everybody is admitted, the wake goes to the head, also if it is executing. */
static void test_secure_side_counts(void **state)
{
	static const char *const names[] = { "untracked", "v1", "v4" };

	for (size_t i = 0; i < LENGTH(names); i++) {
		struct queue queue;

		begin(&queue, names[i], 2);
		assert_true(enter(&queue, 1, NORMAL));
		assert_true(enter(&queue, 2, SYSTEM));
		assert_true(enter(&queue, 3, NORMAL));
		assert_true(enter(&queue, 4, SYSTEM));
		assert_queue(&queue, "free 2 sessions 0: 1 2s 3 4s");
		assert_int_equal(credit(&queue, 1), TEEQ_CREDIT_NONE);
		leave(&queue, 2);
		assert_queue(&queue, "free 2 sessions 0: 1* 3 4s");
		leave(&queue, 4);
		assert_queue(&queue, "free 2 sessions 0: 1* 3*");
		/* 1 was done, so it hands its wake on; there is nobody left to take it. */
		leave(&queue, 1);
		assert_queue(&queue, "free 2 sessions 0: 3*");
		assert_true(retry(&queue, 3));
		leave(&queue, 3);
		assert_queue(&queue, "free 2 sessions 0:");
	}
}

static void test_reservations_of_the_secure_side(void **state)
{
	struct queue queue;

	assert_int_equal(teeq_policy_find("untracked")->secure, TEEQ_SECURE_PLAIN);
	assert_int_equal(teeq_policy_find("v1")->secure, TEEQ_SECURE_STATIC);
	assert_int_equal(teeq_policy_find("v4")->secure, TEEQ_SECURE_COUNTED);
	assert_int_equal(teeq_policy_find("v4")->reserve_again, TEEQ_RESERVE_AGAIN_COUNTS);
	begin(&queue, "untracked", 4);
	assert_int_equal(reserve(&queue), -22);
	begin(&queue, "v1", 4);
	enter(&queue, 1, NORMAL);
	assert_int_equal(reserve(&queue), 0);
	unreserve(&queue);
	assert_queue(&queue, "free 4 sessions 0: 1");
	/* v4 asks by a fast call, and giving back wakes nobody. */
	begin(&queue, "v4", 4);
	enter(&queue, 1, NORMAL);
	unreserve(&queue);
	assert_queue(&queue, "free 4 sessions 0: 1");
}

/* -------------------------------------------- v7 ---------------------------------------------- */

static void test_v7_counts_normal_callers(void **state)
{
	struct queue queue;

	begin(&queue, "v7", 2);
	assert_true(enter(&queue, 1, NORMAL));
	assert_int_equal(credit(&queue, 1), TEEQ_CREDIT_THREAD);
	assert_true(enter(&queue, 2, NORMAL));
	assert_false(enter(&queue, 3, NORMAL));
	assert_true(enter(&queue, 4, SYSTEM));
	assert_int_equal(credit(&queue, 4), TEEQ_CREDIT_NONE);
	assert_queue(&queue, "free 0 sessions 0: 1 2 3 4s");
	/* Without a free credit no normal caller is woken. */
	leave(&queue, 4);
	assert_queue(&queue, "free 0 sessions 0: 1 2 3");
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 0: 1* 3");
}

static void test_v7_wakes_system_first(void **state)
{
	struct queue queue;

	begin(&queue, "v7", 3);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, SYSTEM);
	enter(&queue, 3, SYSTEM);
	enter(&queue, 4, NORMAL);
	leave(&queue, 1);
	assert_queue(&queue, "free 2 sessions 0: 2s* 3s 4");
	unreserve(&queue); /* as if one session had been marked */
	queue.q->system_session_count = 0;
	queue.q->free_count = 2;
	assert_queue(&queue, "free 2 sessions 0: 2s* 3s* 4");
	leave(&queue, 3);
	/* One for the exit and one handed on: 2 is done already, so 4 is next, then nobody. */
	assert_queue(&queue, "free 2 sessions 0: 2s* 4*");
}

static void test_v7_sets_one_aside_for_each_session(void **state)
{
	struct queue queue;

	begin(&queue, "v7", 3);
	assert_int_equal(reserve(&queue), 0);
	assert_int_equal(reserve(&queue), 0);
	assert_int_equal(reserve(&queue), -22);
	assert_queue(&queue, "free 1 sessions 2:");
	assert_true(enter(&queue, 1, NORMAL));
	assert_false(enter(&queue, 2, NORMAL));
	assert_true(enter(&queue, 3, SYSTEM));
	assert_int_equal(teeq_policy_find("v7")->reserve_again, TEEQ_RESERVE_AGAIN_FAILS);
	for (unsigned int total = 0; total <= 2; total++) {
		begin(&queue, "v7", total);
		assert_int_equal(reserve(&queue), total == 2 ? 0 : -22);
	}
}

/* Marking while every thread is busy takes a credit that is not there. */
static void test_v7_goes_below_zero(void **state)
{
	struct queue queue;

	begin(&queue, "v7", 2);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, NORMAL);
	assert_int_equal(reserve(&queue), 0);
	assert_false(enter(&queue, 3, NORMAL));
	assert_queue(&queue, "free -1 sessions 1: 1 2 3");
	leave(&queue, 1);
	assert_queue(&queue, "free 0 sessions 1: 2 3");
	/* Unmarking returns the credit and wakes the head, which is executing. */
	unreserve(&queue);
	assert_queue(&queue, "free 1 sessions 0: 2* 3");
	leave(&queue, 2);
	assert_queue(&queue, "free 2 sessions 0: 3*");
	assert_true(retry(&queue, 3));
	assert_queue(&queue, "free 1 sessions 0: 3");
}

/* -------------------------------------------- v8 ---------------------------------------------- */

static void test_v8_has_one_slot(void **state)
{
	struct queue queue;

	begin(&queue, "v8", 3);
	assert_int_equal(reserve(&queue), 0);
	assert_queue(&queue, "free 2 sessions 1:");
	assert_int_equal(reserve(&queue), 0);
	assert_queue(&queue, "free 2 sessions 2:");
	assert_true(enter(&queue, 1, SYSTEM));
	assert_int_equal(credit(&queue, 1), TEEQ_CREDIT_SYSTEM);
	/* Two normal credits are free, but a system caller only looks at the slot. */
	assert_false(enter(&queue, 2, SYSTEM));
	assert_true(enter(&queue, 3, NORMAL));
	assert_true(enter(&queue, 4, NORMAL));
	assert_false(enter(&queue, 5, NORMAL));
	assert_queue(&queue, "free 0 sessions 2: 1s 2s 3 4 5");
}

static void test_v8_returns_the_credit_with_the_last_session(void **state)
{
	struct queue queue;

	begin(&queue, "v8", 2);
	reserve(&queue);
	reserve(&queue);
	assert_true(enter(&queue, 1, NORMAL));
	assert_false(enter(&queue, 2, NORMAL));
	unreserve(&queue);
	assert_queue(&queue, "free 0 sessions 1: 1 2");
	unreserve(&queue);
	assert_queue(&queue, "free 1 sessions 0: 1* 2");
	begin(&queue, "v8", 1);
	assert_int_equal(reserve(&queue), -22);
	/* Without a session there is no slot. */
	begin(&queue, "v8", 2);
	assert_false(enter(&queue, 1, SYSTEM));
}

/* The recheck looks at normal credits only: the slot is idle, and 2 goes back to sleep. */
static void test_v8_sleeps_beside_the_idle_slot(void **state)
{
	struct queue queue;

	begin(&queue, "v8", 2);
	reserve(&queue);
	assert_true(enter(&queue, 1, SYSTEM));
	assert_false(enter(&queue, 2, SYSTEM));
	assert_true(enter(&queue, 3, NORMAL));
	leave(&queue, 1);
	assert_int_equal(queue.q->system_slot_busy, 0);
	assert_queue(&queue, "free 0 sessions 1: 2s* 3");
	assert_false(retry(&queue, 2));
	assert_queue(&queue, "free 0 sessions 1: 3 2s");
	/* A newcomer would have it at once. */
	assert_true(enter(&queue, 4, SYSTEM));
	leave(&queue, 4);
	/* A normal credit does for 2. */
	leave(&queue, 3);
	assert_true(retry(&queue, 2));
	assert_int_equal(credit(&queue, 2), TEEQ_CREDIT_THREAD);
	assert_queue(&queue, "free 0 sessions 1: 2s");
}

static void test_v8_wakes_as_v7(void **state)
{
	struct queue queue;

	begin(&queue, "v8", 3);
	reserve(&queue);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, SYSTEM);
	enter(&queue, 3, NORMAL);
	leave(&queue, 1);
	assert_queue(&queue, "free 1 sessions 1: 2s* 3");
	/* Its own wake is handed on as well: the exit wakes 3, and then there is nobody. */
	leave(&queue, 2);
	assert_queue(&queue, "free 1 sessions 1: 3*");
	begin(&queue, "v8", 2);
	reserve(&queue);
	enter(&queue, 1, NORMAL);
	enter(&queue, 2, SYSTEM);
	leave(&queue, 2);
	assert_queue(&queue, "free 0 sessions 1: 1");
}

/* -------------------------------------------- v9 ---------------------------------------------- */

static void test_v9_always_keeps_one_back(void **state)
{
	struct queue queue;

	begin(&queue, "v9", 3);
	assert_true(enter(&queue, 1, NORMAL));
	assert_true(enter(&queue, 2, NORMAL));
	assert_false(enter(&queue, 3, NORMAL));
	assert_true(enter(&queue, 4, SYSTEM));
	assert_false(enter(&queue, 5, SYSTEM));
	assert_queue(&queue, "free 0 sessions 0: 1 2 3 4s 5s");
	/* A single thread is for system callers alone. */
	begin(&queue, "v9", 1);
	assert_false(enter(&queue, 1, NORMAL));
	assert_true(enter(&queue, 2, SYSTEM));
}

static void test_v9_marking_always_answers_0(void **state)
{
	for (unsigned int total = 0; total <= 3; total++) {
		struct queue queue;

		begin(&queue, "v9", total);
		for (unsigned int i = 0; i < 5; i++)
			assert_int_equal(reserve(&queue), 0);
		assert_int_equal(queue.q->system_session_count, 0);
		assert_int_equal(queue.q->free_count, total);
		unreserve(&queue);
		assert_int_equal(queue.q->system_session_count, 0);
	}
}

/* The trap: the wake goes to a normal caller who may not enter, and who passes it to nobody. */
static void test_v9_trap(void **state)
{
	struct queue queue;

	begin(&queue, "v9", 2);
	assert_true(enter(&queue, 1, NORMAL));
	assert_false(enter(&queue, 2, NORMAL));
	assert_true(enter(&queue, 3, SYSTEM));
	assert_false(enter(&queue, 4, SYSTEM));
	callq_requeue(queue.q, queue.policy, 1);
	assert_queue(&queue, "free 0 sessions 0: 2 3s 4s 1");
	leave(&queue, 3);
	assert_queue(&queue, "free 1 sessions 0: 2* 4s 1");
	assert_false(retry(&queue, 2));
	assert_queue(&queue, "free 1 sessions 0: 4s 1 2");
}

/* ---------------------------------------- total 0 (FF-A) -------------------------------------- */

/* Everybody is admitted, nothing is taken and nothing given back; wakes go as ever. */
static void test_untracked_total(void **state)
{
	static const struct {
		const char *name;
		int answer;
		const char *woken;
	} rows[] = {
		{ "untracked", -22, "1* 3s 4" },
		{ "v1", 0, "1* 3s 4" },
		{ "v4", -22, "1* 3s 4" },
		{ "v7", -22, "1 3s* 4" },
		{ "v8", -22, "1 3s* 4" },
		{ "v9", 0, "1* 3s 4" },
		{ "v10", -22, "1* 3s* 4" },
		{ "mainline", -22, "1 3s* 4" },
		{ "repaired", -22, "1? 3s* 4?" },
	};

	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct queue queue;
		char expected[64];

		begin(&queue, rows[i].name, 0);
		assert_int_equal(reserve(&queue), rows[i].answer);
		assert_true(enter(&queue, 1, NORMAL));
		assert_true(enter(&queue, 2, NORMAL));
		assert_true(enter(&queue, 3, SYSTEM));
		assert_true(enter(&queue, 4, NORMAL));
		assert_true(callq_recheck(queue.q, queue.policy, 4));
		assert_int_equal(credit(&queue, 4), TEEQ_CREDIT_NONE);
		leave(&queue, 2);
		/* As of v9 a leave is counted where nothing is tracked, too. */
		snprintf(expected, sizeof(expected), "free %d sessions 0: %s", i >= 5,
			 rows[i].woken);
		assert_queue(&queue, expected);
	}
	/* v7 wakes normal callers as well when it does not count. */
	for (size_t i = 3; i <= 4; i++) {
		struct queue queue;

		begin(&queue, rows[i].name, 0);
		enter(&queue, 1, NORMAL);
		enter(&queue, 2, NORMAL);
		leave(&queue, 1);
		assert_queue(&queue, "free 0 sessions 0: 2*");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_in_order),
		cmocka_unit_test(test_secure_side_counts),
		cmocka_unit_test(test_reservations_of_the_secure_side),
		cmocka_unit_test(test_v7_counts_normal_callers),
		cmocka_unit_test(test_v7_wakes_system_first),
		cmocka_unit_test(test_v7_sets_one_aside_for_each_session),
		cmocka_unit_test(test_v7_goes_below_zero),
		cmocka_unit_test(test_v8_has_one_slot),
		cmocka_unit_test(test_v8_returns_the_credit_with_the_last_session),
		cmocka_unit_test(test_v8_sleeps_beside_the_idle_slot),
		cmocka_unit_test(test_v8_wakes_as_v7),
		cmocka_unit_test(test_v9_always_keeps_one_back),
		cmocka_unit_test(test_v9_marking_always_answers_0),
		cmocka_unit_test(test_v9_trap),
		cmocka_unit_test(test_untracked_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
