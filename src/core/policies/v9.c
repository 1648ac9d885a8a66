/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * One thread is kept back from normal calls always, whether or not anybody is a system session. The
 * wake still goes to the head of the one list, also when the head may not enter.
 */
static bool v9_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	return teeq_callq_take(q, w, !(w->flags & TEEQ_WAITER_SYSTEM));
}

/* Nothing is counted: the thread is kept back anyway. */
static int v9_reserve(struct teeq_callq *q)
{
	(void)q;
	return 0;
}

const struct teeq_policy policy_v9 = {
	.abi = TEEQ_POLICY_ABI,
	.name = "v9",
	.source = "system invocation series, v9, and the simplification proposed to it",
	.summary = "one thread is kept back always; the wake goes to the head of one list",
	.counts_every_call = true,
	.admit = v9_admit,
	.wake_one = shared_wake_head,
	.leave = shared_leave_always,
	.reserve = v9_reserve,
	.set_aside = shared_set_aside_nothing,
};
