/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"
#include "teeq/abi.h"

/*
 * One slot at most is set aside for all system sessions together. A system caller takes it when it
 * finds it idle on entry; but the test after a wake looks at the normal credits only, for both
 * kinds, so a system caller that once had to wait can sleep beside the idle slot.
 */
static bool v8_recheck(struct teeq_callq *q, struct teeq_waiter *w)
{
	return teeq_callq_take(q, w, 0);
}

static bool v8_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	if (!(w->flags & TEEQ_WAITER_SYSTEM))
		return teeq_callq_take(q, w, 0);
	if (q->system_session_count == 0 || q->system_slot_busy)
		return false;
	q->system_slot_busy = 1;
	w->credit = TEEQ_CREDIT_SYSTEM;
	return true;
}

static void v8_leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (w->credit == TEEQ_CREDIT_THREAD)
		q->free_count++;
	else if (w->credit == TEEQ_CREDIT_SYSTEM)
		q->system_slot_busy = 0;
}

static unsigned int v8_set_aside(const struct teeq_callq *q)
{
	return q->system_session_count > 0;
}

static int v8_reserve(struct teeq_callq *q)
{
	if (q->total_count <= 1)
		return -TEEQ_ABI_EINVAL;
	if (q->system_session_count++ == 0)
		q->free_count--;
	return 0;
}

static void v8_unreserve(struct teeq_callq *q)
{
	if (--q->system_session_count > 0)
		return;
	q->free_count++;
	shared_wake_two_lists(q);
}

const struct teeq_policy policy_v8 = {
	.abi = TEEQ_POLICY_ABI,
	.name = "v8",
	.source = "system invocation series, v8",
	.summary = "one slot for all system sessions; a recheck looks at normal credits only",
	.admit = v8_admit,
	.recheck = v8_recheck,
	.wake_one = shared_wake_two_lists,
	.leave = v8_leave,
	.reserve = v8_reserve,
	.unreserve = v8_unreserve,
	.set_aside = v8_set_aside,
};
