/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call queue as a driver might have it. It looks right, and loses wake-ups: whom wake_one() finds
 * may be a caller that executes and does not sleep.
 */
#include "callq.h"

#include <linux/errno.h>
#include <linux/kernel.h>

void callq_init(struct call_queue *cq, int total)
{
	mutex_init(&cq->mutex);
	INIT_LIST_HEAD(&cq->callers);
	cq->total = total;
	cq->free = total;
	cq->system_sessions = 0;
}

static bool take_thread(struct call_queue *cq, const struct caller *w)
{
	int kept_back = !w->system && cq->system_sessions > 0;

	lockdep_assert_held(&cq->mutex);
	if (cq->free <= kept_back)
		return false;
	cq->free--;
	return true;
}

static bool wake_first(struct call_queue *cq, bool system_only)
{
	struct caller *w;

	list_for_each_entry(w, &cq->callers, list) {
		if ((system_only && !w->system) || completion_done(&w->woken))
			continue;
		complete(&w->woken);
		return true;
	}
	return false;
}

static void wake_one(struct call_queue *cq)
{
	lockdep_assert_held(&cq->mutex);
	if (!wake_first(cq, true))
		wake_first(cq, false);
}

int callq_reserve(struct call_queue *cq)
{
	int result = -EINVAL;

	mutex_lock(&cq->mutex);
	if (cq->total > 1) {
		cq->system_sessions++;
		result = 0;
	}
	mutex_unlock(&cq->mutex);
	return result;
}

void callq_unreserve(struct call_queue *cq)
{
	mutex_lock(&cq->mutex);
	cq->system_sessions--;
	wake_one(cq);
	mutex_unlock(&cq->mutex);
}

void callq_wait(struct call_queue *cq, struct caller *w)
{
	wait_for_completion(&w->woken);

	mutex_lock(&cq->mutex);
	list_move_tail(&w->list, &cq->callers);
	reinit_completion(&w->woken);
	mutex_unlock(&cq->mutex);
}

void callq_enter(struct call_queue *cq, struct caller *w, bool system)
{
	bool admitted;

	init_completion(&w->woken);
	w->system = system;

	mutex_lock(&cq->mutex);
	list_add_tail(&w->list, &cq->callers);
	admitted = take_thread(cq, w);
	mutex_unlock(&cq->mutex);

	while (!admitted) {
		callq_wait(cq, w);
		mutex_lock(&cq->mutex);
		admitted = take_thread(cq, w);
		mutex_unlock(&cq->mutex);
	}
}

void callq_leave(struct call_queue *cq, struct caller *w)
{
	mutex_lock(&cq->mutex);
	list_del(&w->list);
	cq->free++;
	wake_one(cq);
	/* We may have been woken in vain: hand that on. */
	if (completion_done(&w->woken))
		wake_one(cq);
	mutex_unlock(&cq->mutex);
}

/* Today's driver does not note it: the caller stays in the list as if it waited. */
void callq_started(struct call_queue *cq, struct caller *w)
{
	(void)cq;
	(void)w;
}
