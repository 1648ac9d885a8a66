/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A complete policy outside of the tree: who is admitted is what Linux 6.8 says, but a wake goes to
 * everybody. It needs the public header and nothing else:
 *
 *	cc -shared -fPIC -I include examples/policies/wake-all.c -o wake-all.so
 *	teeq run FILE --policy ./wake-all.so
 *
 * All functions run under the queue's mutex, never block, and see only the queue.
 */

#include <teeq/abi.h>
#include <teeq/policy.h>

/*
 * The test on entry and, as there is no recheck below, after each wake too. teeq_callq_take() takes
 * a credit for @w if more than that many are free: a normal call leaves one for system calls while
 * any system session is registered.
 */
static bool wake_all_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	bool system = w->flags & TEEQ_WAITER_SYSTEM;
	int kept_back = !system && q->system_session_count > 0;

	return teeq_callq_take(q, w, kept_back);
}

/*
 * The list holds everybody between entry and exit, asleep or not. To signal them all asks nothing
 * about who sleeps, and so cannot pick the wrong one. Why no wake is lost: a waiter that sleeps
 * unsignalled was refused after the last wake. Since then no credit came back and no session ended,
 * for both wake everybody, so the test would still refuse it. The price is that all the others wake,
 * test, and sleep again.
 */
static void wake_all_wake_one(struct teeq_callq *q)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		teeq_callq_wake(&q->waiters[i]);
}

/*
 * @w is a copy and out of the list already. Look at its credit, not at the policy: where nothing is
 * tracked (FF-A) admit was never asked, and there is nothing to give back. The queue wakes by itself
 * after this.
 */
static void wake_all_leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (w->credit == TEEQ_CREDIT_THREAD)
		q->free_count++;
}

/* With a single thread nothing can be kept back for anybody. */
static int wake_all_reserve(struct teeq_callq *q)
{
	if (q->total_count <= 1)
		return -TEEQ_ABI_EINVAL;
	q->system_session_count++;
	return 0;
}

/* Without system sessions the last thread is for everybody, so who was refused it must hear of it. */
static void wake_all_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	wake_all_wake_one(q);
}

/* A reservation raises the bar of the test; it takes no credit out of the count. */
static unsigned int wake_all_set_aside(const struct teeq_callq *q)
{
	(void)q;
	return 0;
}

/*
 * The one symbol that is looked up. With set_aside and counts_every_call the policy says what can be
 * checked after every step: that free, taken and set aside make up the total, and that exactly those
 * who were admitted hold a credit.
 */
TEEQ_API const struct teeq_policy teeq_policy = {
	.abi = TEEQ_POLICY_ABI,
	.name = "wake-all",
	.source = "examples/policies/wake-all.c",
	.summary = "as mainline, but every wake goes to everybody",
	.counts_every_call = true,
	.admit = wake_all_admit,
	.wake_one = wake_all_wake_one,
	.leave = wake_all_leave,
	.reserve = wake_all_reserve,
	.unreserve = wake_all_unreserve,
	.set_aside = wake_all_set_aside,
};
