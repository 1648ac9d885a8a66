/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * Two lists, and two wakes: having woken a system waiter it goes on to the normal ones, where it
 * was meant to be finished.
 */
static void v10_wake_one(struct teeq_callq *q)
{
	struct teeq_waiter *w;

	shared_wake_system(q);
	w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE | TEEQ_WAITER_SYSTEM);
	if (w)
		teeq_callq_wake(w);
}

static void v10_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	v10_wake_one(q);
}

const struct teeq_policy policy_v10 = {
	.abi = TEEQ_POLICY_ABI,
	.name = "v10",
	.source = "system invocation series, v10",
	.summary =
		"one thread is kept back while a system session is registered; wakes two at once",
	.counts_every_call = true,
	.admit = shared_admit_registered,
	.wake_one = v10_wake_one,
	.leave = shared_leave_always,
	.reserve = shared_reserve_registered,
	.unreserve = v10_unreserve,
	.set_aside = shared_set_aside_nothing,
};
