/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callq.c with its wake-ups repaired: a wake goes to a caller that the secure world has not taken yet
 * and that can use it. docs/policies.md says why that loses none.
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

static bool may_take_thread(const struct call_queue *cq, const struct caller *w)
{
	int kept_back = !w->system && cq->system_sessions > 0;

	return cq->free > kept_back;
}

static bool take_thread(struct call_queue *cq, struct caller *w)
{
	lockdep_assert_held(&cq->mutex);
	if (!may_take_thread(cq, w))
		return false;
	cq->free--;
	w->has_thread = true;
	return true;
}

/* Who wants a wake and can use it; also one that has a thread, which the secure world may lack. */
static struct caller *next_to_wake(struct call_queue *cq, bool system_only)
{
	struct caller *w;

	list_for_each_entry(w, &cq->callers, list)
		if (w->wants && (w->system || !system_only) &&
		    (w->has_thread || may_take_thread(cq, w)))
			return w;
	return NULL;
}

static void wake_one(struct call_queue *cq)
{
	struct caller *w = next_to_wake(cq, true);

	lockdep_assert_held(&cq->mutex);
	if (!w)
		w = next_to_wake(cq, false);
	if (w) {
		w->wants = false;
		complete(&w->woken);
	}
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
	w->wants = true;
	mutex_unlock(&cq->mutex);
}

void callq_enter(struct call_queue *cq, struct caller *w, bool system)
{
	bool admitted;

	init_completion(&w->woken);
	w->system = system;
	w->has_thread = false;
	w->wants = true;

	mutex_lock(&cq->mutex);
	list_add_tail(&w->list, &cq->callers);
	admitted = take_thread(cq, w);
	mutex_unlock(&cq->mutex);

	while (!admitted) {
		callq_wait(cq, w);
		mutex_lock(&cq->mutex);
		admitted = take_thread(cq, w);
		/* Somebody came in between: the wake may be of use to somebody else. */
		if (!admitted)
			wake_one(cq);
		mutex_unlock(&cq->mutex);
	}
}

void callq_started(struct call_queue *cq, struct caller *w)
{
	mutex_lock(&cq->mutex);
	w->wants = false;
	/* Woken on the way here: hand that on. */
	if (completion_done(&w->woken)) {
		reinit_completion(&w->woken);
		wake_one(cq);
	}
	mutex_unlock(&cq->mutex);
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
