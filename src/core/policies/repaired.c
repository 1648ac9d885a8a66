/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * Mainline, except that a wake reaches a caller who can use it.
 *
 * A caller *wants* a wake from its entry until the secure world has taken its call, which it notes
 * in a section of its own when the SMC has returned for the first time with anything but
 * ETHREAD_LIMIT, an RPC or a foreign interrupt: whoever executes from then on wants none. (A caller
 * whose first return is its last comes back and leaves.) Who was given one does not want another
 * until it has come back to the tail of the list. A wake goes to the first, a system caller before
 * all others, who wants one and can use it: because it holds a credit and waits for no more than a
 * thread, or because the admission test would let it in. What used to go wrong cannot any more:
 *
 *  - a caller that is executing absorbs no wake for longer
 *  than up to its first return: then it hands it on;
 *  - a caller that was woken and has not come back yet is passed over, so a second wake goes to the
 *    next one instead of being erased by the re-initialisation.
 *
 * Why no wake is lost, where every task that can run does so some time, and the secure world is
 * left again some time. A wake is *on its way* while somebody has it who can move: who has been
 * woken and has not tested again, or holds a credit and has not started. Such a caller either uses
 * it, by being admitted (a credit) or by taking a thread, or hands it on: when its test refuses it,
 * when it starts, when it leaves. So a wake ends unused only where nobody wants it who could use
 * it. Let K be 1 while a system session is registered and 0 otherwise.
 *
 * Credits: while somebody wants a wake whom the test would admit, one is on its way. A sleeper
 * becomes admissible when free or -K grows, by one: a leave and the end of the last system session,
 * and each gives a wake for it. An entry or a recheck that is admitted takes one from free. A
 * recheck that is refused hands on, so a system caller gets what is of no use to a normal one.
 *
 * Threads: while a thread is free and somebody holds a credit and was refused by ETHREAD_LIMIT
 * (nothing is tracked, or a thread was lost), a wake is on its way, or some caller that holds a
 * credit and has not asked the secure world since is: a thread becomes free when a call ends, whose
 * leave gives a wake. If it goes to a sleeper, that one is admitted and asks for the thread, or is
 * refused and hands on to those who hold a credit.
 *
 * Who disables or enables the cache of shared memory waits for a credit like others. Once it holds
 * one it asks for no thread, but that all be free: it is told of every wake then, besides, and
 * takes none from others.
 */
static void repaired_queued(struct teeq_callq *q, struct teeq_waiter *w)
{
	(void)q;
	w->flags |= TEEQ_WAITER_WANTS;
}

static bool can_use_a_wake(const struct teeq_callq *q, const struct teeq_waiter *w)
{
	int kept_back = !(w->flags & TEEQ_WAITER_SYSTEM) && q->system_session_count > 0;

	return callq_has_credit(q, w) || q->free_count > kept_back;
}

static bool waits_for_all(const struct teeq_callq *q, const struct teeq_waiter *w)
{
	return (w->flags & TEEQ_WAITER_ALL) && callq_has_credit(q, w);
}

static bool wake_first(struct teeq_callq *q, unsigned int kind)
{
	unsigned int wanted = TEEQ_WAITER_WANTS | kind;

	for (struct teeq_waiter *w = q->waiters; w < &q->waiters[q->waiter_count]; w++) {
		if ((w->flags & wanted) != wanted || waits_for_all(q, w) || !can_use_a_wake(q, w))
			continue;
		w->flags &= (uint8_t)~TEEQ_WAITER_WANTS;
		teeq_callq_wake(w);
		return true;
	}
	return false;
}

static void repaired_wake_one(struct teeq_callq *q)
{
	if (!wake_first(q, TEEQ_WAITER_SYSTEM))
		wake_first(q, 0);
	for (struct teeq_waiter *w = q->waiters; w < &q->waiters[q->waiter_count]; w++)
		if (waits_for_all(q, w))
			teeq_callq_wake(w);
}

/* Somebody took what the wake was for, or a system session was registered: it goes on. */
static bool repaired_recheck(struct teeq_callq *q, struct teeq_waiter *w)
{
	bool admitted = shared_admit_registered(q, w);

	if (!admitted)
		repaired_wake_one(q);
	return admitted;
}

static void repaired_started(struct teeq_callq *q, struct teeq_waiter *w)
{
	bool woken = w->flags & TEEQ_WAITER_DONE;

	w->flags &= (uint8_t)~(TEEQ_WAITER_WANTS | TEEQ_WAITER_DONE);
	if (woken)
		repaired_wake_one(q);
}

static void repaired_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	repaired_wake_one(q);
}

const struct teeq_policy policy_repaired = {
	.abi = TEEQ_POLICY_ABI,
	.name = "repaired",
	.source = "teeq's own: mainline with a repaired wake",
	.summary = "as mainline, but a wake goes to a caller that has not started and can use it",
	.counts_every_call = true,
	.admit = shared_admit_registered,
	.recheck = repaired_recheck,
	.queued = repaired_queued,
	.started = repaired_started,
	.wake_one = repaired_wake_one,
	.leave = shared_leave_always,
	.reserve = shared_reserve_registered,
	.unreserve = repaired_unreserve,
	.set_aside = shared_set_aside_nothing,
};
