/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mainline with the smallest change that keeps wakes from being absorbed by callers that execute: a
 * waiter that the secure world has taken is passed over, and hands on what reached it on the way. One
 * bool in the waiter, and one short section under the queue's mutex when the first SMC has returned with
 * anything but ETHREAD_LIMIT and the call goes on: an RPC, or a foreign interrupt.
 *
 * It mends the absorbed wake and nothing else: coalesced-wake still loses one. Read wake-all.c first: it
 * explains what each function is for.
 */

#include <teeq/abi.h>
#include <teeq/policy.h>

/* The interface leaves this flag of a waiter to the policy. */
#define STARTED TEEQ_WAITER_OWN

static bool pass_started_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	int kept_back = !(w->flags & TEEQ_WAITER_SYSTEM) && q->system_session_count > 0;

	return teeq_callq_take(q, w, kept_back);
}

/* As mainline: the first system caller, or else the head; but nobody who has started. */
static void pass_started_wake_one(struct teeq_callq *q)
{
	struct teeq_waiter *w;

	w = teeq_callq_first(q, TEEQ_WAITER_SYSTEM, TEEQ_WAITER_DONE | STARTED);
	if (!w)
		w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE | STARTED);
	if (w)
		teeq_callq_wake(w);
}

/* The secure world has taken the call. A wake that came before that was for somebody who sleeps. */
static void pass_started_started(struct teeq_callq *q, struct teeq_waiter *w)
{
	bool woken = w->flags & TEEQ_WAITER_DONE;

	w->flags = (uint8_t)((w->flags & ~TEEQ_WAITER_DONE) | STARTED);
	if (woken)
		pass_started_wake_one(q);
}

static void pass_started_leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (w->credit == TEEQ_CREDIT_THREAD)
		q->free_count++;
}

static int pass_started_reserve(struct teeq_callq *q)
{
	if (q->total_count <= 1)
		return -TEEQ_ABI_EINVAL;
	q->system_session_count++;
	return 0;
}

static void pass_started_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	pass_started_wake_one(q);
}

static unsigned int pass_started_set_aside(const struct teeq_callq *q)
{
	(void)q;
	return 0;
}

TEEQ_API const struct teeq_policy teeq_policy = {
	.abi = TEEQ_POLICY_ABI,
	.name = "pass-started",
	.source = "examples/policies/pass-started.c",
	.summary = "as mainline, but a wake passes over callers that the secure world has taken",
	.counts_every_call = true,
	.admit = pass_started_admit,
	.started = pass_started_started,
	.wake_one = pass_started_wake_one,
	.leave = pass_started_leave,
	.reserve = pass_started_reserve,
	.unreserve = pass_started_unreserve,
	.set_aside = pass_started_set_aside,
};
