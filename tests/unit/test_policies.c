/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each policy's rules as small stories of a queue. After every step the list is written out, head
 * first: the caller's number, 's' for a system call, '?' where `repaired` has it want a wake, '*'
 * where its completion is done; before it the free credits and the registered system sessions.
 */
#include "story.h"

#include "base/prng.h"
#include "core/callq.h"

enum { NORMAL = false, SYSTEM = true, WAITER_MAX = 16 };

/* There is one queue at a time. */
static union {
	struct teeq_callq q;
	unsigned char bytes[sizeof(struct teeq_callq) + WAITER_MAX * sizeof(struct teeq_waiter)];
} room;

struct queue {
	const struct teeq_policy *policy;
	struct teeq_callq *q;
	char text[256];
};

static void begin(struct queue *queue, const char *policy, unsigned int total)
{
	memset(&room, 0, sizeof(room));
	queue->q = &room.q;
	queue->policy = teeq_policy_find(policy);
	assert_non_null(queue->policy);
	callq_init(queue->q, total);
}
#define begin(...) FROM(begin(__VA_ARGS__))

static bool enter(struct queue *queue, uint16_t id, bool system)
{
	return callq_enter(queue->q, queue->policy, id, system);
}

static void leave(struct queue *queue, uint16_t id)
{
	callq_leave(queue->q, queue->policy, id);
}

static int reserve(struct queue *queue)
{
	return callq_reserve(queue->q, queue->policy);
}

static void unreserve(struct queue *queue)
{
	callq_unreserve(queue->q, queue->policy);
}

/* What a woken caller does: consume, requeue, recheck. */
static bool retry(struct queue *queue, uint16_t id)
{
	callq_consume(queue->q, id);
	callq_requeue(queue->q, queue->policy, id);
	return callq_recheck(queue->q, queue->policy, id);
}

static int credit(const struct queue *queue, uint16_t id)
{
	return callq_waiter(queue->q, id)->credit;
}

#define assert_queue(queue, expected)                                                             \
	do {                                                                                      \
		assert_string_equal(show(queue), expected);                                       \
		assert_null(callq_check((queue)->q, (queue)->policy));                           \
	} while (0)

static const char *show(struct queue *queue)
{
	const struct teeq_callq *q = queue->q;
	size_t size = sizeof(queue->text);
	size_t length;

	length = (size_t)snprintf(queue->text, size, "free %d sessions %u:", q->free_count,
				  q->system_session_count);
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_waiter *w = &q->waiters[i];

		length += (size_t)snprintf(queue->text + length, size - length, " %u%s%s%s", w->id,
					   w->flags & TEEQ_WAITER_SYSTEM ? "s" : "",
					   w->flags & TEEQ_WAITER_WANTS ? "?" : "",
					   w->flags & TEEQ_WAITER_DONE ? "*" : "");
	}
	return queue->text;
}

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
	assert_int_equal(teeq_policy_find("v4")->remark, TEEQ_REMARK_COUNTS);
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
	assert_int_equal(teeq_policy_find("v7")->remark, TEEQ_REMARK_FAILS);
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

/* ----------------------------------- v10, mainline, repaired ---------------------------------- */

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
		assert_int_equal(queue.policy->remark, TEEQ_REMARK_ANSWERS_OK);
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

static void started(struct queue *queue, uint16_t id)
{
	callq_started(queue->q, queue->policy, id);
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

/* ---------------------------------------- random walks ---------------------------------------- */

enum { CALLERS = 12, WALK = 100000 };
enum place { OUTSIDE, ASLEEP, CONSUMED, REQUEUED, INSIDE };

struct walk {
	struct queue queue;
	enum place place[CALLERS];
	unsigned int total;
	unsigned int sessions;
	unsigned int admitted;
};

static void admitted(struct walk *walk, uint16_t id, bool yes)
{
	walk->place[id] = yes ? INSIDE : ASLEEP;
	walk->admitted += yes;
}

/* The next thing that caller @id may do; false when it sleeps. */
static bool move(struct walk *walk, uint16_t id, bool system)
{
	struct queue *queue = &walk->queue;

	switch (walk->place[id]) {
	case OUTSIDE:
		admitted(walk, id, enter(queue, id, system));
		return true;
	case ASLEEP:
		if (!callq_is_done(queue->q, id))
			return false;
		callq_consume(queue->q, id);
		walk->place[id] = CONSUMED;
		return true;
	case CONSUMED:
		callq_requeue(queue->q, queue->policy, id);
		walk->place[id] = REQUEUED;
		return true;
	case REQUEUED:
		admitted(walk, id, callq_recheck(queue->q, queue->policy, id));
		return true;
	default:
		leave(queue, id);
		walk->place[id] = OUTSIDE;
		return true;
	}
}

static void move_session(struct walk *walk, bool in)
{
	if (in && walk->sessions < 6)
		walk->sessions += reserve(&walk->queue) == 0;
	else if (!in && walk->sessions > 0) {
		unreserve(&walk->queue);
		walk->sessions--;
	}
}

/* What holds after every step, beyond what the queue checks itself. */
static void check_walk(struct walk *walk)
{
	const struct teeq_callq *q = walk->queue.q;
	unsigned int inside = 0, waiters = 0, credits = 0, slots = 0;

	assert_null(callq_check(q, walk->queue.policy));
	for (uint16_t id = 0; id < CALLERS; id++) {
		const struct teeq_waiter *w = callq_find(q, id);

		assert_int_equal(w != NULL, walk->place[id] != OUTSIDE);
		if (!w)
			continue;
		waiters++;
		credits += w->credit == TEEQ_CREDIT_THREAD;
		slots += w->credit == TEEQ_CREDIT_SYSTEM;
		inside += walk->place[id] == INSIDE;
		if (walk->place[id] != INSIDE)
			assert_int_equal(w->credit, TEEQ_CREDIT_NONE);
	}
	assert_int_equal(q->waiter_count, waiters);
	if (walk->queue.policy->set_aside)
		assert_true(credits <= walk->total);
	if (walk->queue.policy->counts_every_call)
		assert_int_equal(credits, inside);
	else if (walk->queue.policy->admit != policy_v7.admit && walk->queue.policy->admit)
		assert_int_equal(credits + slots, inside);
}
#define check_walk(...) FROM(check_walk(__VA_ARGS__))

/* Nobody enters any more and the sessions are closed: how many are left asleep? */
static unsigned int drain(struct walk *walk)
{
	unsigned int asleep = 0;
	bool moved = true;

	while (walk->sessions > 0)
		move_session(walk, false);
	while (moved) {
		moved = false;
		for (uint16_t id = 0; id < CALLERS; id++)
			if (walk->place[id] != OUTSIDE)
				moved |= move(walk, id, false);
	}
	for (uint16_t id = 0; id < CALLERS; id++)
		asleep += walk->place[id] != OUTSIDE;
	check_walk(walk);
	return asleep;
}
#define drain(...) FROM(drain(__VA_ARGS__))

/* Everybody sleeps, as some policies have it: begin anew. */
static void begin_if_stuck(struct walk *walk)
{
	for (uint16_t id = 0; id < CALLERS; id++)
		if (walk->place[id] != ASLEEP || callq_is_done(walk->queue.q, id))
			return;
	begin(&walk->queue, walk->queue.policy->name, walk->total);
	memset(walk->place, 0, sizeof(walk->place));
	walk->sessions = 0;
}
#define begin_if_stuck(...) FROM(begin_if_stuck(__VA_ARGS__))

static void walk_at_random(struct walk *walk, const char *policy, unsigned int total)
{
	struct prng prng;

	memset(walk, 0, sizeof(*walk));
	begin(&walk->queue, policy, total);
	walk->total = total;
	prng_seed(&prng, total, 0);
	for (unsigned int i = 0; i < WALK / 4; i++) {
		uint32_t what = prng_below(&prng, 100);

		if (what < 5)
			move_session(walk, what & 1);
		else
			move(walk, (uint16_t)prng_below(&prng, CALLERS), what & 1);
		check_walk(walk);
		begin_if_stuck(walk);
	}
}
#define walk_at_random(...) FROM(walk_at_random(__VA_ARGS__))

static void test_random_walks(void **state)
{
	static const unsigned int totals[] = { 1, 2, 3, 8 };

	for (size_t i = 0; teeq_policy_at(i); i++) {
		const struct teeq_policy *policy = teeq_policy_at(i);

		for (size_t n = 0; n < LENGTH(totals); n++) {
			struct walk walk;
			unsigned int asleep;

			walk_at_random(&walk, policy->name, totals[n]);
			assert_true(walk.admitted > 500);
			asleep = drain(&walk);
			if (policy == &policy_repaired || !policy->admit)
				assert_int_equal(asleep, 0);
			if (asleep == 0)
				assert_int_equal(walk.queue.q->free_count, totals[n]);
		}
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
		cmocka_unit_test(test_untracked_total),
		cmocka_unit_test(test_random_walks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
