/* SPDX-License-Identifier: BSD-2-Clause */
/* Work queues: one task does what is queued, whatever the queue, in the order in which it came. */
#include "harness/kernel/kernel.h"

#include <linux/list.h>
#include <linux/workqueue.h>

struct workqueue_struct {
	const char *name;
};

struct works {
	struct list_head queued;
	struct work_struct *in_progress;
	struct workqueue_struct *queue_in_progress;
	const struct harness_task *alone;
};

static _Thread_local struct works works_here[TEEQ_GUEST_MAX];
#define work_in(guest) kernel_of(works_here, guest)
#define our_works      work_in(kernel_guest())
static _Thread_local uint64_t works_run_here[TEEQ_GUEST_MAX];
#define work_run_in(guest) kernel_of(works_run_here, guest)
#define works_run	   work_run_in(kernel_guest())

static struct works *work_of_this_run(void)
{
	if (kernel_is_stale(&works_run)) {
		INIT_LIST_HEAD(&our_works.queued);
		our_works.in_progress = NULL;
		our_works.queue_in_progress = NULL;
		our_works.alone = NULL;
	}
	return &our_works;
}

struct workqueue_struct *teeq_kernel_create_queue(const char *name, const struct teeq_site *site)
{
	struct workqueue_struct *queue =
		teeq_kernel_alloc(1, sizeof(*queue), GFP_KERNEL | __GFP_ZERO, site);

	if (queue)
		queue->name = name;
	return queue;
}

static const struct teeq_site queue_site = { "queue_work", "it was queued", "", 0 };

static void unqueue(struct work_struct *work)
{
	list_del_init(&work->entry);
	work->queued = false;
	teeq_kernel_give("work that is queued", work, &queue_site);
}

bool teeq_kernel_queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	struct works *w = work_of_this_run();

	teeq_kernel_shared("queue_work()");
	if (!work->func)
		teeq_harness_violation("queues work that was not initialised");
	if (work->queued)
		return false;
	race_release(harness_active, harness_active->running, work);
	work->queued = true;
	work->queue = queue;
	list_add_tail(&work->entry, &w->queued);
	teeq_kernel_take("work that is queued", work, &queue_site);
	return true;
}

bool teeq_kernel_cancel_work(struct work_struct *work)
{
	work_of_this_run();
	teeq_kernel_shared("cancel_work()");
	if (!work->queued)
		return false;
	unqueue(work);
	return true;
}

static bool is_over(const void *object)
{
	const struct work_struct *work = object;

	for (unsigned int guest = 0; guest < kernel_guest_count(); guest++)
		if (work_in(guest).in_progress == work)
			return false;
	return !work->queued;
}

/* Whoever is the task that does work does it itself, or it would wait for itself. */
static bool is_alone(void)
{
	const struct harness_task *task = harness_running("work");

	return task == &harness_active->surroundings || task == our_works.alone;
}

void kernel_work_alone(const struct harness_task *task)
{
	work_of_this_run()->alone = task;
}

bool teeq_kernel_flush_work(struct work_struct *work)
{
	bool waits;

	work_of_this_run();
	waits = !is_over(work);
	if (is_alone())
		kernel_do_work();
	kernel_wait("flush", is_over, work, "flush_work()");
	return waits;
}

static bool is_none_of(const struct works *w, const struct workqueue_struct *queue)
{
	const struct work_struct *work;

	if (w->in_progress && (!queue || w->queue_in_progress == queue))
		return false;
	list_for_each_entry(work, &w->queued,
			    entry) if (!queue || work->queue == queue) return false;
	return true;
}

static bool is_empty(const void *queue)
{
	for (unsigned int guest = 0; guest < kernel_guest_count(); guest++)
		if (work_run_in(guest) == harness_active->run &&
		    !is_none_of(&work_in(guest), queue))
			return false;
	return true;
}

void teeq_kernel_flush_queue(struct workqueue_struct *queue)
{
	work_of_this_run();
	if (is_alone())
		kernel_do_work();
	kernel_wait("flush", is_empty, queue, "flush_workqueue()");
}

void teeq_kernel_destroy_queue(struct workqueue_struct *queue)
{
	teeq_kernel_flush_queue(queue);
	kfree(queue);
}

/* What is done orders what comes behind a flush. */
static const void *works_done(const struct works *w)
{
	return &w->in_progress;
}

static void do_one(struct works *w)
{
	struct work_struct *work = list_first_entry(&w->queued, struct work_struct, entry);

	unqueue(work);
	w->in_progress = work;
	w->queue_in_progress = work->queue;
	/* It may free itself. */
	race_acquire(harness_active, harness_active->running, work);
	doors_go_out();
	work->func(work);
	doors_come_in();
	race_release(harness_active, harness_active->running, works_done(w));
	w->in_progress = NULL;
	w->queue_in_progress = NULL;
}

void kernel_do_work(void)
{
	struct works *w = work_of_this_run();

	while (!list_empty(&w->queued))
		do_one(w);
}

static bool has_work(const void *object)
{
	const struct works *w = object;

	return !list_empty(&w->queued);
}

void kernel_work_task(void *unused)
{
	struct works *w = work_of_this_run();

	(void)unused;
	for (;;) {
		kernel_wait("work", has_work, w, "work");
		do_one(w);
	}
}

void kernel_watch_work(struct teeq_harness *h, unsigned int guest)
{
	harness_watch(h, &work_in(guest), sizeof(work_in(guest)));
	harness_watch(h, &work_run_in(guest), sizeof(work_run_in(guest)));
}
