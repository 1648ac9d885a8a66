/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_CALLQ_H
#define CORE_CALLQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/policy.h"

/*
 * The call queue's machinery: what is the same in every version of the driver. Each function is one
 * section under the queue's mutex; whoever calls holds it, or is alone. What differs between the
 * versions is asked of the policy. @id is the caller's number for its waiter, unique in the list.
 *
 * With a total of 0 nothing is tracked: everybody is admitted and the secure world says no.
 */
size_t callq_size(size_t waiter_max);
void callq_init(struct teeq_callq *q, unsigned int total_count);

/*
 * Append @id to the waiters with a fresh completion, @flags those of TEEQ_WAITER_ that are fixed on
 * entry. Returns whether it is admitted.
 */
bool callq_enter(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id,
		 unsigned int flags);
/* Whether @id's completion is done; and consume it. Consuming takes no lock in the driver. */
bool callq_is_done(const struct teeq_callq *q, uint16_t id);
void callq_consume(struct teeq_callq *q, uint16_t id);
/* Move to the tail and re-initialise the completion: a signal that came meanwhile is gone. */
void callq_requeue(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/* The admission test after a wake. Returns whether it is admitted now. */
bool callq_recheck(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/* The secure world has taken the call of @id, where the policy wants to know. */
void callq_started(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/* Remove @id, return its credit, wake one; and one more if its own completion was done. */
void callq_leave(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/* Count a system session in (0 or a negative errno) or out. */
int callq_reserve(struct teeq_callq *q, const struct teeq_policy *policy);
void callq_unreserve(struct teeq_callq *q, const struct teeq_policy *policy);

/* The entry of @id, which must be in the list; and the same without that promise: NULL. */
const struct teeq_waiter *callq_waiter(const struct teeq_callq *q, uint16_t id);
const struct teeq_waiter *callq_find(const struct teeq_callq *q, uint16_t id);

/*
 * Whether @id, asleep, would pass the admission test if it were woken now. @scratch has room for a
 * copy of the queue; the queue itself does not change.
 */
bool callq_would_admit(const struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id,
		       struct teeq_callq *scratch);

/* The first invariant that does not hold, or NULL. */
const char *callq_check(const struct teeq_callq *q, const struct teeq_policy *policy);

/*
 * Whether @policy is one of the built-in ones, whose rules are known: they do not look at the ids of
 * waiters, and do not wake others without end.
 */
bool policy_is_builtin(const struct teeq_policy *policy);

/* The built-in policies' table. */
extern const struct teeq_policy policy_untracked, policy_v1, policy_v4, policy_v7, policy_v8,
	policy_v9, policy_v10, policy_mainline, policy_repaired;

#endif
