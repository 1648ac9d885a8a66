/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What records.sh compiles, with the queue of the examples: waits that the format of recordings has no
 * word for, beside calls that it has.
 *
 * CASE: 0 waits that end; 1 one that does not; 2 the same, of a daemon; 3 one that a signal ends
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <teeq/harness.h>

#include "callq.h"

enum { THREAD_COUNT = 1 };

static struct call_queue *cq;
static struct completion begun, never;
static struct mutex mutex;

static void setup(void *argument)
{
	(void)argument;
	cq = kzalloc(sizeof(*cq), GFP_KERNEL);
	BUG_ON(!cq);
	callq_init(cq, THREAD_COUNT);
	init_completion(&begun);
	init_completion(&never);
	mutex_init(&mutex);
}

static void teardown(void *argument)
{
	(void)argument;
	kfree(cq);
}

static void go_in(struct caller *w)
{
	struct teeq_smc_regs regs;

	do {
		regs = (struct teeq_smc_regs){ { TEEQ_SMC_CALL_WITH_REGD_ARG } };
		teeq_harness_smc(&regs, &regs);
		if (regs.a[0] == TEEQ_SMC_RETURN_ETHREAD_LIMIT)
			callq_wait(cq, w);
	} while (regs.a[0] == TEEQ_SMC_RETURN_ETHREAD_LIMIT);
	callq_leave(cq, w);
}

static void call(void)
{
	struct caller w;

	callq_enter(cq, &w, false);
	go_in(&w);
}

static void first(void *argument)
{
	(void)argument;
	call();
	complete(&begun);
	call();
}

static void second(void *argument)
{
	(void)argument;
	wait_for_completion(&begun);
	/* Whether it gets the mutex is seen in the recording. */
	if (!mutex_trylock(&mutex))
		mutex_lock(&mutex);
	call();
	mutex_unlock(&mutex);
}

static void third(void *argument)
{
	(void)argument;
	mutex_lock(&mutex);
	call();
	mutex_unlock(&mutex);
}

static void waiter(void *argument)
{
	(void)argument;
	wait_for_completion(&never);
}

/* As a driver might that lets its callers be killed while they wait for a thread. */
static void killed(void *argument)
{
	struct caller w = { .system = false };
	bool admitted;

	(void)argument;
	init_completion(&w.woken);
	mutex_lock(&cq->mutex);
	list_add_tail(&w.list, &cq->callers);
	admitted = cq->free > 0;
	cq->free -= admitted;
	mutex_unlock(&cq->mutex);
	while (!admitted) {
		bool woken = wait_for_completion_killable(&w.woken) == 0;

		mutex_lock(&cq->mutex);
		if (!woken)
			list_del(&w.list);
		else
			list_move_tail(&w.list, &cq->callers);
		reinit_completion(&w.woken);
		mutex_unlock(&cq->mutex);
		if (!woken)
			return;
		mutex_lock(&cq->mutex);
		admitted = cq->free > 0;
		cq->free -= admitted;
		mutex_unlock(&cq->mutex);
	}
	go_in(&w);
}

static void killer(void *argument)
{
	(void)argument;
	teeq_harness_signal("killed", true);
}

static void observe(void *argument, struct teeq_harness_view *view)
{
	const struct caller *w;

	(void)argument;
	view->mutex = &cq->mutex;
	view->tracking = true;
	view->has_counters = true;
	view->free_count = cq->free;
	view->system_session_count = cq->system_sessions;
	list_for_each_entry(w, &cq->callers, list)
		teeq_harness_see(view, (struct teeq_harness_waiter){ .waiter = w,
								     .completion = &w->woken,
								     .done = w->woken.done,
								     .system = w->system });
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "waits",
						.setup = setup,
						.teardown = teardown,
						.thread_count = THREAD_COUNT };
	struct teeq_harness *h = NULL;
	int status = teeq_harness_new(&options, &h, NULL);

	status = status ? status : (int)teeq_harness_task(h, "first", first, NULL, NULL);
	status = status ? status : (int)teeq_harness_task(h, "second", second, NULL, NULL);
	status = status ? status : (int)teeq_harness_task(h, "third", third, NULL, NULL);
	if (CASE == 1 && !status)
		status = teeq_harness_task(h, "waiter", waiter, NULL, NULL);
	if (CASE == 2 && !status)
		status = teeq_harness_daemon(h, "waiter", waiter, NULL, NULL);
	if (CASE == 3 && !status)
		status = teeq_harness_task(h, "killed", killed, NULL, NULL);
	if (CASE == 3 && !status)
		status = teeq_harness_task(h, "killer", killer, NULL, NULL);
	if (status)
		return 2;
	teeq_harness_observe(h, "linux-6.12", observe, NULL);
	status = teeq_harness_main(h, argc, argv);
	teeq_harness_free(h);
	return status;
}
