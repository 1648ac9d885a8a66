/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_WORKQUEUE_H
#define TEEQ_LINUX_WORKQUEUE_H

#include <linux/list.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>
#include <teeq/status.h>

/*
 * Work is done by a task of its own, in the order in which it was queued, one piece at a time;
 * queueing what is queued already does nothing, and a piece may be queued again while it is done.
 */
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
	struct list_head entry; /* of those that are queued */
	struct workqueue_struct *queue;
	bool queued;
};

struct workqueue_struct;

#define WQ_UNBOUND    2u
#define WQ_FREEZABLE  4u
#define WQ_MEM_RECLAIM 8u

TEEQ_API bool teeq_kernel_queue_work(struct workqueue_struct *queue, struct work_struct *work);
TEEQ_API bool teeq_kernel_cancel_work(struct work_struct *work);
/* Wait until it is not queued, and not in progress; until nothing of @queue (NULL: at all) is. */
TEEQ_API bool teeq_kernel_flush_work(struct work_struct *work);
TEEQ_API void teeq_kernel_flush_queue(struct workqueue_struct *queue);
TEEQ_API struct workqueue_struct *teeq_kernel_create_queue(const char *name,
							  const struct teeq_site *site);
TEEQ_API void teeq_kernel_destroy_queue(struct workqueue_struct *queue);

static inline void teeq_init_work(struct work_struct *work, work_func_t function)
{
	work->func = function;
	work->entry.next = work->entry.prev = &work->entry;
	work->queue = NULL;
	work->queued = false;
}

#define INIT_WORK(work, function)     teeq_init_work(work, function)
#define create_workqueue(name)	      teeq_kernel_create_queue(name, TEEQ_SITE("alloc_workqueue"))
#define create_singlethread_workqueue(name) \
	teeq_kernel_create_queue(name, TEEQ_SITE("alloc_workqueue"))
#define alloc_workqueue(name, ...)    teeq_kernel_create_queue(name, TEEQ_SITE("alloc_workqueue"))
#define alloc_ordered_workqueue(name, ...) \
	teeq_kernel_create_queue(name, TEEQ_SITE("alloc_workqueue"))
#define destroy_workqueue(queue)      teeq_kernel_destroy_queue(queue)
#define queue_work(queue, work)	      teeq_kernel_queue_work(queue, work)
#define schedule_work(work)	      teeq_kernel_queue_work(NULL, work)
#define flush_work(work)	      teeq_kernel_flush_work(work)
#define flush_workqueue(queue)	      teeq_kernel_flush_queue(queue)
#define cancel_work(work)	      teeq_kernel_cancel_work(work)

/* True where it was queued. */
static inline bool cancel_work_sync(struct work_struct *work)
{
	bool queued = work->func && teeq_kernel_cancel_work(work);

	if (work->func)
		teeq_kernel_flush_work(work);
	return queued;
}

#endif
