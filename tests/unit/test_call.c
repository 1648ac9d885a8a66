/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One standard call from its entry to its exit, with the registers written out. The caller's number
 * is 7, its message argument has the cookie 0x9_00000008.
 */
#include "story.h"

#include "core/call.h"

enum { WAITER_MAX = 4 };

/* There is one queue and one pool at a time. */
static union {
	struct teeq_callq q;
	unsigned char bytes[sizeof(struct teeq_callq) + WAITER_MAX * sizeof(struct teeq_waiter)];
} queue_room;
static union {
	struct pool pool;
	unsigned char bytes[sizeof(struct pool) + TEEQ_CONTEXT_MAX];
} pool_room;

struct worlds {
	struct teeq_callq *q;
	struct pool *pool;
	const struct teeq_policy *policy;
	struct call_place place;
	struct call call;
	struct teeq_smc_regs regs, ret;
};

static void begin(struct worlds *w, const struct teeq_policy *policy, unsigned int threads)
{
	memset(w, 0, sizeof(*w));
	memset(&queue_room, 0, sizeof(queue_room));
	w->q = &queue_room.q;
	w->pool = &pool_room.pool;
	callq_init(w->q, threads);
	pool_init(w->pool, threads, policy->secure, 1);
	w->policy = policy;
	w->place = (struct call_place){ .q = w->q, .pool = w->pool, .policy = policy, .id = 7,
					.cookie = 0x900000008 };
	w->call = CALL_NONE;
}

/* Another caller, 1, goes in; afterwards it leaves. */
static void other_enters(struct worlds *w)
{
	const struct teeq_smc_regs regs = { .a = { 0x32000013 } };
	struct teeq_smc_regs ret;

	callq_enter(w->q, w->policy, 1, false);
	assert_int_not_equal(pool_smc(w->pool, &regs, &ret), TEEQ_NO_CONTEXT);
}
#define other_enters(...) FROM(other_enters(__VA_ARGS__))

static void other_leaves(struct worlds *w, unsigned int context)
{
	struct teeq_smc_regs ret;

	pool_finish(w->pool, context, &ret);
	callq_leave(w->q, w->policy, 1);
}

static bool smc(struct worlds *w)
{
	memset(&w->regs, 0xa5, sizeof(w->regs));
	memset(&w->ret, 0xa5, sizeof(w->ret));
	return call_smc(&w->call, &w->place, &w->regs, &w->ret);
}

static void assert_regs(const struct teeq_smc_regs *regs, uint64_t a0, uint64_t a1, uint64_t a2,
			uint64_t a3)
{
	const uint64_t expected[8] = { a0, a1, a2, a3 };

	assert_memory_equal(regs->a, expected, sizeof(expected));
}
#define assert_regs(...) FROM(assert_regs(__VA_ARGS__))

static void test_the_straight_way(void **state)
{
	struct worlds w;

	begin(&w, &policy_mainline, 2);
	other_enters(&w);
	assert_int_equal(w.call.state, CALL_IDLE);
	call_begin(&w.call);
	assert_int_equal(w.call.state, CALL_ENTER);
	assert_true(call_enter(&w.call, &w.place, false));
	assert_int_equal(w.call.state, CALL_SMC);
	assert_int_equal(w.q->free_count, 0);
	assert_true(smc(&w));
	assert_regs(&w.regs, 0x32000013, 9, 8, 0);
	assert_int_equal(w.call.state, CALL_SECURE);
	assert_int_equal(w.call.context, 1);
	call_finish(&w.call, &w.place, &w.ret);
	assert_regs(&w.ret, 0, 0, 0, 0);
	assert_int_equal(w.call.state, CALL_LEAVE);
	assert_int_equal(w.call.context, TEEQ_NO_CONTEXT);
	call_leave(&w.call, &w.place);
	assert_int_equal(w.call.state, CALL_IDLE);
	assert_int_equal(w.q->free_count, 1);
	assert_int_equal(w.q->waiter_count, 1);
}

static void test_two_rpcs(void **state)
{
	struct worlds w;

	begin(&w, &policy_mainline, 2);
	other_enters(&w);
	call_begin(&w.call);
	call_enter(&w.call, &w.place, false);
	smc(&w);
	for (unsigned int i = 0; i < 2; i++) {
		call_suspend(&w.call, &w.place, TEEQ_SMC_RPC_CMD, &w.ret);
		assert_regs(&w.ret, 0xffff0005, 0, 0, 1);
		assert_int_equal(w.call.state, CALL_RPC);
		assert_int_equal(w.pool->context[1], CONTEXT_SUSPENDED);
		call_served(&w.call);
		assert_int_equal(w.call.state, CALL_RESUME);
		assert_true(smc(&w));
		assert_regs(&w.regs, 0x32000003, 0, 0, 1);
		assert_int_equal(w.call.state, CALL_SECURE);
		assert_int_equal(w.pool->context[1], CONTEXT_ACTIVE);
	}
	/* All the while it stayed in the list. */
	assert_int_equal(w.q->waiters[1].id, 7);
	call_finish(&w.call, &w.place, &w.ret);
	call_leave(&w.call, &w.place);
	assert_int_equal(w.q->waiter_count, 1);
}

static void test_waiting_for_a_credit(void **state)
{
	struct worlds w;

	begin(&w, &policy_mainline, 1);
	other_enters(&w);
	call_begin(&w.call);
	assert_false(call_sleeps(&w.call));
	assert_false(call_enter(&w.call, &w.place, true));
	assert_int_equal(w.call.state, CALL_WAIT_CREDIT);
	assert_true(call_sleeps(&w.call));
	/* A wake that somebody else profits from: 2 is quicker. */
	other_leaves(&w, 0);
	assert_true(callq_is_done(w.q, 7));
	call_wait(&w.call, &w.place);
	assert_int_equal(w.call.state, CALL_REQUEUE_CREDIT);
	assert_false(callq_is_done(w.q, 7));
	call_requeue(&w.call, &w.place);
	assert_int_equal(w.call.state, CALL_RECHECK);
	callq_enter(w.q, w.policy, 2, false);
	assert_false(call_recheck(&w.call, &w.place));
	assert_int_equal(w.call.state, CALL_WAIT_CREDIT);
	callq_leave(w.q, w.policy, 2);
	call_wait(&w.call, &w.place);
	call_requeue(&w.call, &w.place);
	assert_true(call_recheck(&w.call, &w.place));
	assert_int_equal(w.call.state, CALL_SMC);
	assert_false(call_sleeps(&w.call));
	assert_true(w.call.flags & CALL_SYSTEM);
	/* Where the secure world has no reservations, a system call looks like any other. */
	assert_true(smc(&w));
	assert_regs(&w.regs, 0x32000013, 9, 8, 0);
}

static void test_waiting_for_a_thread(void **state)
{
	struct worlds w;

	begin(&w, &policy_untracked, 1);
	other_enters(&w);
	call_begin(&w.call);
	assert_true(call_enter(&w.call, &w.place, false));
	assert_false(smc(&w));
	assert_regs(&w.regs, 0x32000013, 9, 8, 0);
	assert_regs(&w.ret, 1, 0, 0, 0);
	assert_int_equal(w.call.state, CALL_WAIT_THREAD);
	assert_int_equal(w.call.context, TEEQ_NO_CONTEXT);
	assert_true(call_sleeps(&w.call));
	other_leaves(&w, 0);
	call_wait(&w.call, &w.place);
	assert_int_equal(w.call.state, CALL_REQUEUE_THREAD);
	call_requeue(&w.call, &w.place);
	/* No second admission test: the same SMC again. */
	assert_int_equal(w.call.state, CALL_SMC);
	assert_true(smc(&w));
	assert_regs(&w.regs, 0x32000013, 9, 8, 0);
	assert_int_equal(w.call.context, 0);
}

static void test_a_system_call_says_so(void **state)
{
	static const struct teeq_policy *const policies[] = { &policy_v1, &policy_v4 };

	for (size_t i = 0; i < LENGTH(policies); i++) {
		struct worlds w;

		begin(&w, policies[i], 2);
		call_begin(&w.call);
		call_enter(&w.call, &w.place, true);
		assert_true(smc(&w));
		assert_regs(&w.regs, 0x32000014, 9, 8, 0);
		/* v1 set context 1 aside, v4 has no reservation yet. */
		assert_int_equal(w.call.context, policies[i] == &policy_v1 ? 1 : 0);
		call_suspend(&w.call, &w.place, TEEQ_SMC_RPC_CMD, &w.ret);
		call_served(&w.call);
		smc(&w);
		assert_regs(&w.regs, 0x32000003, 0, 0, w.call.context);
	}
}

static void test_a_refused_resume_ends_the_call(void **state)
{
	struct worlds w;

	begin(&w, &policy_mainline, 2);
	other_enters(&w);
	call_begin(&w.call);
	call_enter(&w.call, &w.place, false);
	smc(&w);
	call_suspend(&w.call, &w.place, TEEQ_SMC_RPC_CMD, &w.ret);
	call_served(&w.call);
	/* It gives back the number of a context that is active. */
	w.call.context = 0;
	assert_false(smc(&w));
	assert_regs(&w.regs, 0x32000003, 0, 0, 0);
	assert_regs(&w.ret, 3, 0, 0, 0);
	assert_int_equal(w.call.state, CALL_LEAVE);
	assert_int_equal(w.call.context, TEEQ_NO_CONTEXT);
	call_leave(&w.call, &w.place);
	assert_int_equal(w.call.state, CALL_IDLE);
	assert_int_equal(w.q->waiter_count, 1);
	/* Its thread stays suspended: nobody knows of it any more. */
	assert_int_equal(w.pool->context[1], CONTEXT_SUSPENDED);
}

/* ---------------------------------------- what is a bug --------------------------------------- */

static void begin_again(void *argument)
{
	struct worlds *w = argument;

	call_begin(&w->call);
}

static void served_nothing(void *argument)
{
	struct worlds *w = argument;

	call_served(&w->call);
}

static void enter_again(void *argument)
{
	struct worlds *w = argument;

	call_enter(&w->call, &w->place, false);
}

static void leave_early(void *argument)
{
	struct worlds *w = argument;

	call_leave(&w->call, &w->place);
}

static void recheck_early(void *argument)
{
	struct worlds *w = argument;

	call_recheck(&w->call, &w->place);
}

static void test_illegal_transitions_abort(void **state)
{
	struct worlds w;

	begin(&w, &policy_mainline, 2);
	assert_aborts(served_nothing, &w, "call: state 0 -> 13");
	call_begin(&w.call);
	assert_aborts(begin_again, &w, "call: state 3 -> 3");
	call_enter(&w.call, &w.place, false);
	assert_aborts(enter_again, &w, "call: state 7 -> 7");
	assert_aborts(leave_early, &w, "a call in state 7 leaves");
	smc(&w);
	assert_aborts(recheck_early, &w, "a call in state 10 tests again");
	assert_aborts(served_nothing, &w, "call: state 10 -> 13");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_straight_way),
		cmocka_unit_test(test_two_rpcs),
		cmocka_unit_test(test_waiting_for_a_credit),
		cmocka_unit_test(test_waiting_for_a_thread),
		cmocka_unit_test(test_a_system_call_says_so),
		cmocka_unit_test(test_a_refused_resume_ends_the_call),
		cmocka_unit_test(test_illegal_transitions_abort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
