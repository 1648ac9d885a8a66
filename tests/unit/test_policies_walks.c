/* SPDX-License-Identifier: BSD-2-Clause */
/* Random walks of a queue under every policy: what must hold after each step. */
#include "unit/policy_queue.h"

#include "base/prng.h"

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
		cmocka_unit_test(test_random_walks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
