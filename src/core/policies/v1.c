/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/callq.h"
#include "core/policies/shared.h"

/*
 * The threads for system calls are set aside in the secure world when it is built; the queue does
 * not know of them. A session only has to say that it is a system session.
 */
static int v1_reserve(struct teeq_callq *q)
{
	(void)q;
	return 0;
}

const struct teeq_policy policy_v1 = {
	.abi = TEEQ_POLICY_ABI,
	.name = "v1",
	.source = "system invocation series, v1",
	.summary = "threads at the top of the secure world's array are set aside at build time",
	.secure = TEEQ_SECURE_STATIC,
	.wake_one = shared_wake_head,
	.reserve = v1_reserve,
};
