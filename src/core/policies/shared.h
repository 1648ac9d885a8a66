/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_POLICIES_SHARED_H
#define CORE_POLICIES_SHARED_H

#include "teeq/policy.h"

/*
 * What several policies have in common. A policy's own file holds only what is its own.
 */

/* Wake the first waiter whose completion is not done, asleep or not. */
void shared_wake_head(struct teeq_callq *q);
/* The same among system calls only; returns whether there was one. */
bool shared_wake_system(struct teeq_callq *q);

/*
 * Two lists: a system waiter first; a normal one only if a credit is free, or nothing is tracked.
 */
void shared_wake_two_lists(struct teeq_callq *q);

/*
 * One thread is kept back from normal calls while a system session is registered (v10, mainline).
 */
bool shared_admit_registered(struct teeq_callq *q, struct teeq_waiter *w);
/*
 * Give back a thread credit. The second adds one also where nothing is tracked, as Linux 6.12 does
 * (optee_cq_wait_final()): a number that nobody looks at there.
 */
void shared_leave_counted(struct teeq_callq *q, const struct teeq_waiter *w);
void shared_leave_always(struct teeq_callq *q, const struct teeq_waiter *w);
/* Count system sessions; -EINVAL where there is no second thread (v10, mainline). */
int shared_reserve_registered(struct teeq_callq *q);
/* Nothing is taken out of the free count by a reservation. */
unsigned int shared_set_aside_nothing(const struct teeq_callq *q);

#endif
