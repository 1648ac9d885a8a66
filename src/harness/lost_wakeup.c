/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Was a deadlock a lost wake-up? The code under test cannot be asked whether it would let a sleeper
 * in, but it can be tried: wake the sleeper, let it move alone, and see whether the secure world
 * gives it a thread.
 */
#include "harness/harness.h"

#include <linux/completion.h>

/* A caller that is let in needs three steps to its thread; who is refused sleeps again before. */
enum { STEPS_TRIED = 16 };

static bool sleeps_in_queue(const struct harness_task *task, const struct teeq_harness_view *view)
{
	if (task->state != TASK_AT_POINT || task->point.kind != POINT_COMPLETION)
		return false;
	for (unsigned int i = 0; i < view->waiter_count; i++)
		if (view->waiters[i].completion == task->point.object)
			return true;
	return false;
}

static bool gets_thread(struct teeq_harness *h, struct harness_task *task)
{
	/* Objects of the code under test are not constant; a point only looks at them. */
	struct completion *x = (struct completion *)(uintptr_t)task->point.object;

	x->done = 1;
	for (int i = 0; i < STEPS_TRIED && !h->broke && harness_is_enabled(h, task); i++) {
		harness_step(h, task);
		if (h->smc_outcome == SMC_ALLOC)
			return true;
	}
	return false;
}

bool lost_wakeup(struct teeq_harness *h)
{
	struct teeq_harness_view view = { 0 };
	bool lost = false;

	h->in_vain = true;
	h->observe(h->observe_argument, &view);
	for (unsigned int i = 0; i < h->task_count && !h->broke && !lost; i++)
		if (sleeps_in_queue(&h->tasks[i], &view))
			lost = gets_thread(h, &h->tasks[i]);
	return lost;
}
