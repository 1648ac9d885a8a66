/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callq.c with its wake-ups repaired: a wake goes to a caller that sleeps and may have the thread.
 * docs/policies.md says why that loses none.
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

/* Whoever is refused sleeps from here, and not only from where it waits. */
static bool take_or_sleep(struct call_queue *cq, struct caller *w)
{
	bool admitted = take_thread(cq, w);

	w->asleep = !admitted;
	if (!admitted)
		reinit_completion(&w->woken);
	return admitted;
}

static struct caller *first_asleep(struct call_queue *cq, bool system_only)
{
	struct caller *w;

	list_for_each_entry(w, &cq->callers, list)
		if (w->asleep && (w->system || !system_only))
			return w;
	return NULL;
}

/* Who sleeps and would get the next thread; NULL: there is no thread for the one whose turn it is. */
static struct caller *next_asleep(struct call_queue *cq)
{
	struct caller *w = first_asleep(cq, true);

	if (w)
		return cq->free > 0 ? w : NULL;
	w = first_asleep(cq, false);
	return w && cq->free > (cq->system_sessions > 0) ? w : NULL;
}

static void wake_one(struct call_queue *cq)
{
	struct caller *w = next_asleep(cq);

	lockdep_assert_held(&cq->mutex);
	if (w) {
		w->asleep = false;
		complete(&w->woken);
		return;
	}
	/* Some of these may wait because the secure world had no thread. The others do not notice. */
	list_for_each_entry(w, &cq->callers, list)
		if (!w->asleep && !completion_done(&w->woken))
			complete(&w->woken);
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
	admitted = take_or_sleep(cq, w);
	mutex_unlock(&cq->mutex);

	while (!admitted) {
		callq_wait(cq, w);
		mutex_lock(&cq->mutex);
		admitted = take_or_sleep(cq, w);
		/* A system session came in between: the wake is of use to somebody else. */
		if (!admitted && cq->free > 0)
			wake_one(cq);
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
