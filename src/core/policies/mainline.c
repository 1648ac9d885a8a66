/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * One list. A system waiter is woken before all others, but "waiter" is everybody between entry and
 * exit: a caller that is executing in the secure world can take the wake meant for a sleeper.
 */
static void mainline_wake_one(struct teeq_callq *q)
{
	if (!shared_wake_system(q))
		shared_wake_head(q);
}

static void mainline_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	mainline_wake_one(q);
}

const struct teeq_policy policy_mainline = {
	.abi = TEEQ_POLICY_ABI,
	.name = "mainline",
	.source = "system invocation series, v11 and v12; Linux 6.8 and later",
	.summary = "one thread is kept back while a system session is registered; system first",
	.counts_every_call = true,
	.admit = shared_admit_registered,
	.wake_one = mainline_wake_one,
	.leave = shared_leave_always,
	.reserve = shared_reserve_registered,
	.unreserve = mainline_unreserve,
	.set_aside = shared_set_aside_nothing,
};
