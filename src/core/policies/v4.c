/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * As v1, but the number of threads set aside is counted by two fast calls, one reservation per
 * request. The secure world does the counting, so there is nothing to do under the queue's mutex;
 * giving a reservation back wakes nobody.
 */
const struct teeq_policy policy_v4 = {
	.abi = TEEQ_POLICY_ABI,
	.name = "v4",
	.source = "system invocation series, v2 to v4; OP-TEE OS pull request 5789",
	.summary = "the secure world sets threads aside on RESERVE_SYS_THREAD, one per request",
	.secure = TEEQ_SECURE_COUNTED,
	.reserve_again = TEEQ_RESERVE_AGAIN_COUNTS,
	.wake_one = shared_wake_head,
};
