/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"
#include "teeq/abi.h"

/*
 * Only normal callers are counted, against the threads that no system session has taken out of the
 * count; a system caller goes straight to the SMC. Each registered session takes out one, even when
 * all are busy: the count then goes below zero until callers return theirs.
 */
static bool v7_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	return (w->flags & TEEQ_WAITER_SYSTEM) || teeq_callq_take(q, w, 0);
}

static int v7_reserve(struct teeq_callq *q)
{
	if (q->system_session_count + 1 >= q->total_count)
		return -TEEQ_ABI_EINVAL;
	q->system_session_count++;
	q->free_count--;
	return 0;
}

static void v7_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	q->free_count++;
	shared_wake_two_lists(q);
}

static unsigned int v7_set_aside(const struct teeq_callq *q)
{
	return q->system_session_count;
}

const struct teeq_policy policy_v7 = {
	.abi = TEEQ_POLICY_ABI,
	.name = "v7",
	.source = "system invocation series, v5 to v7",
	.summary = "normal callers take credits, each system session sets one thread aside",
	.reserve_again = TEEQ_RESERVE_AGAIN_FAILS,
	.admit = v7_admit,
	.wake_one = shared_wake_two_lists,
	.leave = shared_leave_counted,
	.reserve = v7_reserve,
	.unreserve = v7_unreserve,
	.set_aside = v7_set_aside,
};
