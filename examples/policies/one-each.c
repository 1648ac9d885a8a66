/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy that keeps back one thread for each registered system session, as long as one is left for
 * normal calls; in mainline all system sessions share a single one. Where a system call needs another
 * system session's call, one thread is not enough for both.
 *
 * Read wake-all.c first: it explains what each function is for.
 */

#include <teeq/abi.h>
#include <teeq/policy.h>

static int one_each_kept_back(const struct teeq_callq *q)
{
	int most = q->total_count - 1;

	return q->system_session_count < most ? q->system_session_count : most;
}

/* A normal call leaves the threads kept back alone; a system call may have any. */
static bool one_each_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	return teeq_callq_take(q, w, w->flags & TEEQ_WAITER_SYSTEM ? 0 : one_each_kept_back(q));
}

static void one_each_wake_one(struct teeq_callq *q)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		teeq_callq_wake(&q->waiters[i]);
}

static void one_each_leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (w->credit == TEEQ_CREDIT_THREAD)
		q->free_count++;
}

/* A session that finds every thread kept back already still counts: it may use them all the same. */
static int one_each_reserve(struct teeq_callq *q)
{
	if (q->total_count <= 1)
		return -TEEQ_ABI_EINVAL;
	q->system_session_count++;
	return 0;
}

static void one_each_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	one_each_wake_one(q);
}

/* The threads kept back are a bar for normal calls. Nobody holds their credits: they stay free. */
static unsigned int one_each_set_aside(const struct teeq_callq *q)
{
	(void)q;
	return 0;
}

TEEQ_API const struct teeq_policy teeq_policy = {
	.abi = TEEQ_POLICY_ABI,
	.name = "one-each",
	.source = "examples/policies/one-each.c",
	.summary = "one thread is kept back for each system session; every wake goes to everybody",
	.counts_every_call = true,
	.admit = one_each_admit,
	.wake_one = one_each_wake_one,
	.leave = one_each_leave,
	.reserve = one_each_reserve,
	.unreserve = one_each_unreserve,
	.set_aside = one_each_set_aside,
};
