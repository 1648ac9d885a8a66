/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_CALLQ_H
#define CORE_CALLQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/policy.h"

/*
 * The call queue's machinery: what is the same in every version of the driver's struct
 * optee_call_queue. Each function is one section under the queue's mutex; whoever calls holds it,
 * or is alone. What differs between the versions is asked of the policy. @id is the caller's number
 * for its struct optee_call_waiter, unique in the list. The functions named beside them are those
 * of drivers/tee/optee/call.c in Linux 6.1 (which calls a waiter w and the queue cq) and 6.12; what
 * only one of them has, says so. docs/words.md lists both ways.
 *
 * With a total of 0 nothing is tracked: everybody is admitted and the secure world says no.
 */

/* Bytes of a queue with room for @waiter_max callers. */
size_t callq_size(size_t waiter_max);
/*
 * optee_cq_init (6.12; 6.1 initialises mutex and list in probe). @total_count: 0 to
 * TEEQ_CONTEXT_MAX.
 */
void callq_init(struct teeq_callq *q, unsigned int total_count);

/*
 * optee_cq_wait_init: append @id to the waiters with a fresh completion, @flags those of
 * TEEQ_WAITER_ that are fixed on entry. Returns whether it is admitted; where it is not, 6.12 goes
 * on in that function to sleep, which is callq_consume(), callq_requeue() and callq_recheck() here.
 */
bool callq_enter(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id,
		 unsigned int flags);
/* Whether an entry was let in where that takes a credit; where none is counted, all are. */
static inline bool callq_has_credit(const struct teeq_callq *q, const struct teeq_waiter *w)
{
	return w->credit == TEEQ_CREDIT_THREAD || q->total_count == 0;
}

/* Whether @id's completion is done. Takes no lock in the driver, and neither does what follows. */
bool callq_is_done(const struct teeq_callq *q, uint16_t id);
/*
 * Consume it, which must be done: wait_for_completion in optee_cq_wait_for_completion, and in
 * optee_cq_wait_init of 6.12.
 */
void callq_consume(struct teeq_callq *q, uint16_t id);
/*
 * The rest of optee_cq_wait_for_completion, after the sleep: move to the tail and re-initialise the
 * completion. A signal that came meanwhile is gone.
 */
void callq_requeue(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/*
 * The test in the loop of optee_cq_wait_init (6.12) after a wake. Returns whether it is admitted
 * now.
 */
bool callq_recheck(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/*
 * The secure world has taken the call of @id, where the policy wants to know. No driver has that.
 */
void callq_started(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/*
 * optee_cq_wait_final: remove @id, return its credit, wake one (optee_cq_complete_one); and one
 * more if its own completion was done.
 */
void callq_leave(struct teeq_callq *q, const struct teeq_policy *policy, uint16_t id);
/* optee_cq_incr_sys_thread_count (6.12): count a system session in. 0 or a negative errno. */
int callq_reserve(struct teeq_callq *q, const struct teeq_policy *policy);
/* optee_cq_decr_sys_thread_count (6.12): count one out. */
void callq_unreserve(struct teeq_callq *q, const struct teeq_policy *policy);

/* The entry of @id, which must be in the list. */
const struct teeq_waiter *callq_waiter(const struct teeq_callq *q, uint16_t id);
/* The entry of @id, or NULL where it is not in the list. */
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
 * Whether @policy is one of the built-in ones, whose rules are known: they do not look at the ids
 * of waiters, and do not wake others without end.
 */
bool policy_is_builtin(const struct teeq_policy *policy);

/* The built-in policies' table, and how many there are. */
unsigned int policy_count(void);
extern const struct teeq_policy policy_untracked, policy_v1, policy_v4, policy_v7, policy_v8,
	policy_v9, policy_v10, policy_mainline, policy_repaired;

#endif
