/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * Mainline, except that a wake reaches a caller who can use it.
 *
 * A waiter sleeps from the moment the admission test refuses it, with its completion re-initialised,
 * until it is woken, and both ends of that happen under the mutex. A wake goes to somebody who
 * sleeps and may have the credit, a system caller first. What used to go wrong cannot any more:
 *
 *  - a caller that is executing does not sleep, so it absorbs no wake;
 *  - a caller that was woken and has not rechecked yet does not sleep either, so a second wake goes
 *    to the next one instead of being erased by the re-initialisation.
 *
 * Why no wake is lost: let K be 1 while a system session is registered and 0 otherwise, and W the
 * callers that were woken and have not rechecked. While anybody sleeps, free <= |W| + K; while a
 * system caller sleeps, free <= the system callers in W. Every section under the mutex keeps that:
 *
 *  - a leave adds one to free; if a system caller sleeps, one of them goes to W, otherwise one of the
 *    others, unless free <= K now. A second wake of the same leave only adds to W;
 *  - an entry or a recheck that is admitted takes one from free, and a recheck one from W;
 *  - an entry or a recheck that is refused found free <= K, a system caller free == 0; handing the
 *    wake on only adds to W;
 *  - registering a session can only raise K; unregistering the last one takes one from K and moves
 *    one sleeper to W if that made room for it; any other unregistering only adds to W.
 *
 * Everybody in W can move, so when nothing can, W is empty, and no sleeper would be admitted.
 *
 * That leaves callers whom not the count but ETHREAD_LIMIT sent to sleep: all of them when nothing is
 * tracked (FF-A), otherwise only when a thread was lost. The queue cannot tell them from callers that
 * execute, so when there is nobody to whom the credit is of use, it signals all: who was refused
 * tries again after the thread became free, and the others do not notice. When the wake goes to a
 * sleeper instead, that one is admitted and tries the thread, or is refused because somebody entered
 * meanwhile who does, or is refused although something is free: then it hands its wake on.
 *
 * One caller has a credit and tries no thread: who disables or enables the cache of shared memory. It
 * waits until no thread is in use, which a lost one always is, and the wake is spent on it.
 */
static bool repaired_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	if (shared_admit_registered(q, w))
		return true;
	w->flags |= TEEQ_WAITER_SLEEPS;
	w->flags &= (uint8_t)~TEEQ_WAITER_DONE;
	return false;
}

/* The sleeper that is to have the next credit, if it may have it; NULL otherwise. */
static struct teeq_waiter *next_sleeper(struct teeq_callq *q)
{
	struct teeq_waiter *w = teeq_callq_first(q, TEEQ_WAITER_SLEEPS | TEEQ_WAITER_SYSTEM, 0);

	if (w)
		return q->free_count > 0 ? w : NULL;
	w = teeq_callq_first(q, TEEQ_WAITER_SLEEPS, 0);
	return w && q->free_count > (q->system_session_count > 0) ? w : NULL;
}

static void repaired_wake_one(struct teeq_callq *q)
{
	struct teeq_waiter *w = next_sleeper(q);

	if (w) {
		w->flags &= (uint8_t)~TEEQ_WAITER_SLEEPS;
		teeq_callq_wake(w);
		return;
	}
	for (w = q->waiters; w < &q->waiters[q->waiter_count]; w++)
		if (!(w->flags & TEEQ_WAITER_SLEEPS))
			teeq_callq_wake(w);
}

/*
 * Refused after a wake although something is free (a system session was registered meanwhile): the
 * wake is of no use here, so it goes on to whoever can use it.
 */
static bool repaired_recheck(struct teeq_callq *q, struct teeq_waiter *w)
{
	bool admitted = repaired_admit(q, w);

	if (!admitted && q->free_count > 0)
		repaired_wake_one(q);
	return admitted;
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
	.summary = "as mainline, but a wake goes to a caller that sleeps and can use it",
	.counts_every_call = true,
	.admit = repaired_admit,
	.recheck = repaired_recheck,
	.wake_one = repaired_wake_one,
	.leave = shared_leave_counted,
	.reserve = shared_reserve_registered,
	.unreserve = repaired_unreserve,
	.set_aside = shared_set_aside_nothing,
};
