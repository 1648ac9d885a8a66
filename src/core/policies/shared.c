/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/policies/shared.h"

#include "core/callq.h"
#include "teeq/abi.h"

void shared_wake_head(struct teeq_callq *q)
{
	struct teeq_waiter *w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE);

	if (w)
		teeq_callq_wake(w);
}

bool shared_wake_system(struct teeq_callq *q)
{
	struct teeq_waiter *w = teeq_callq_first(q, TEEQ_WAITER_SYSTEM, TEEQ_WAITER_DONE);

	if (w)
		teeq_callq_wake(w);
	return w;
}

void shared_wake_two_lists(struct teeq_callq *q)
{
	struct teeq_waiter *w;

	if (shared_wake_system(q) || (q->total_count > 0 && q->free_count <= 0))
		return;
	w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE | TEEQ_WAITER_SYSTEM);
	if (w)
		teeq_callq_wake(w);
}

bool shared_admit_registered(struct teeq_callq *q, struct teeq_waiter *w)
{
	bool system = w->flags & TEEQ_WAITER_SYSTEM;

	return teeq_callq_take(q, w, !system && q->system_session_count > 0);
}

void shared_leave_counted(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (w->credit == TEEQ_CREDIT_THREAD)
		q->free_count++;
}

void shared_leave_always(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (callq_has_credit(q, w))
		q->free_count++;
}

int shared_reserve_registered(struct teeq_callq *q)
{
	if (q->total_count <= 1)
		return -TEEQ_ABI_EINVAL;
	q->system_session_count++;
	return 0;
}

unsigned int shared_set_aside_nothing(const struct teeq_callq *q)
{
	(void)q;
	return 0;
}
