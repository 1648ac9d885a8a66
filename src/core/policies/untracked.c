/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * Nobody counts in the normal world: every caller goes straight to the SMC, and only ETHREAD_LIMIT
 * makes it wait. There are no system sessions: the back end lacks the operation.
 */
const struct teeq_policy policy_untracked = {
	.abi = TEEQ_POLICY_ABI,
	.name = "untracked",
	.source = "Linux up to 6.7; FF-A to this day",
	.summary = "no count: ETHREAD_LIMIT says no, wakes go to the head of the list",
	.wake_one = shared_wake_head,
};
