/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_WAIT_H
#define TEEQ_LINUX_WAIT_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * A wake reaches the sleepers of a queue in order: all that are not exclusive, and as many
 * exclusive ones as it says. Those stand at the end. Beginning to wait is a preemption point, and
 * so is waking, before and behind.
 */
typedef struct wait_queue_head {
	struct list_head head;
} wait_queue_head_t;

#define WQ_FLAG_EXCLUSIVE 1u
#define TEEQ_WQ_LEAVES	  2u /* a wake takes the entry out of the queue */

typedef struct wait_queue_entry {
	unsigned int flags;
	struct task_struct *task;
	struct list_head entry;
} wait_queue_entry_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) { LIST_HEAD_INIT((name).head) }
#define DECLARE_WAIT_QUEUE_HEAD(name) wait_queue_head_t name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DEFINE_WAIT(name) \
	wait_queue_entry_t name = { TEEQ_WQ_LEAVES, current, LIST_HEAD_INIT((name).entry) }

static inline void init_waitqueue_head(wait_queue_head_t *head)
{
	INIT_LIST_HEAD(&head->head);
}

static inline void init_wait(wait_queue_entry_t *entry)
{
	entry->flags = TEEQ_WQ_LEAVES;
	entry->task = current;
	INIT_LIST_HEAD(&entry->entry);
}

static inline int waitqueue_active(const wait_queue_head_t *head)
{
	return teeq_kernel_waits(head);
}

/* By hand; the entry stays until it is removed, whoever is woken. */
#define DECLARE_WAITQUEUE(name, sleeper) \
	wait_queue_entry_t name = { 0, sleeper, LIST_HEAD_INIT((name).entry) }

#define add_wait_queue(queue, entry)	       teeq_kernel_queue_add(queue, entry, false)
#define add_wait_queue_exclusive(queue, entry) teeq_kernel_queue_add(queue, entry, true)
#define remove_wait_queue(queue, entry)	       teeq_kernel_queue_remove(queue, entry)

#define prepare_to_wait(queue, entry, state) \
	teeq_kernel_prepare(queue, entry, state, false, TEEQ_SITE(#queue))
#define prepare_to_wait_exclusive(queue, entry, state) \
	teeq_kernel_prepare(queue, entry, state, true, TEEQ_SITE(#queue))
#define finish_wait(queue, entry) ((void)(queue), teeq_kernel_finish(entry))

#define wake_up(queue)			   teeq_kernel_wake(queue, TASK_NORMAL, 1)
#define wake_up_nr(queue, count)	   teeq_kernel_wake(queue, TASK_NORMAL, count)
#define wake_up_all(queue)		   teeq_kernel_wake(queue, TASK_NORMAL, 0)
#define wake_up_interruptible(queue)	   teeq_kernel_wake(queue, TASK_INTERRUPTIBLE, 1)
#define wake_up_interruptible_all(queue)   teeq_kernel_wake(queue, TASK_INTERRUPTIBLE, 0)

/* clang-format off */
#define TEEQ_WAIT_EVENT_CMD(queue, condition, wait_state, is_exclusive, timeout, before, after) \
	__extension__({                                                                   \
		wait_queue_entry_t teeq_entry;                                            \
		struct teeq_wait_event teeq_event = {                                     \
			.head = &(queue), .entry = &teeq_entry, .state = (wait_state),    \
			.exclusive = (is_exclusive), .left = (timeout),                   \
			.site = TEEQ_SITE(#condition) };                                  \
		bool teeq_met;                                                            \
		teeq_kernel_event_begin(&teeq_event);                                     \
		while (!(teeq_met = !!(condition))) {                                     \
			bool teeq_again;                                                  \
			before;                                                           \
			teeq_again = teeq_kernel_event_sleep(&teeq_event);                \
			after;                                                            \
			if (!teeq_again)                                                  \
				break;                                                    \
		}                                                                         \
		teeq_kernel_event_end(&teeq_event, teeq_met);                             \
	})
/* clang-format on */
#define TEEQ_WAIT_EVENT(queue, condition, wait_state, is_exclusive, timeout) \
	TEEQ_WAIT_EVENT_CMD(queue, condition, wait_state, is_exclusive, timeout, , )

/* @before and @after surround the sleep: to let a mutex go meanwhile. */
#define wait_event_cmd(queue, condition, before, after)                                  \
	((void)TEEQ_WAIT_EVENT_CMD(queue, condition, TASK_UNINTERRUPTIBLE, false,        \
				   TEEQ_TIMEOUT_MAX, before, after))
#define wait_event_idle(queue, condition) wait_event(queue, condition)
#define wait_event(queue, condition) \
	((void)TEEQ_WAIT_EVENT(queue, condition, TASK_UNINTERRUPTIBLE, false, TEEQ_TIMEOUT_MAX))
/* 0 or -ERESTARTSYS. */
#define wait_event_interruptible(queue, condition) \
	teeq_untimed(TEEQ_WAIT_EVENT(queue, condition, TASK_INTERRUPTIBLE, false, TEEQ_TIMEOUT_MAX))
#define wait_event_killable(queue, condition) \
	teeq_untimed(TEEQ_WAIT_EVENT(queue, condition, TASK_KILLABLE, false, TEEQ_TIMEOUT_MAX))
#define wait_event_interruptible_exclusive(queue, condition) \
	teeq_untimed(TEEQ_WAIT_EVENT(queue, condition, TASK_INTERRUPTIBLE, true, TEEQ_TIMEOUT_MAX))
#define wait_event_killable_exclusive(queue, condition) \
	teeq_untimed(TEEQ_WAIT_EVENT(queue, condition, TASK_KILLABLE, true, TEEQ_TIMEOUT_MAX))
/* Jiffies left, at least 1; 0: the timeout went by and the condition does not hold. */
#define wait_event_timeout(queue, condition, timeout) \
	TEEQ_WAIT_EVENT(queue, condition, TASK_UNINTERRUPTIBLE, false, (int64_t)(timeout))
/* As above, or -ERESTARTSYS. */
#define wait_event_interruptible_timeout(queue, condition, timeout) \
	TEEQ_WAIT_EVENT(queue, condition, TASK_INTERRUPTIBLE, false, (int64_t)(timeout))
#define wait_event_killable_timeout(queue, condition, timeout) \
	TEEQ_WAIT_EVENT(queue, condition, TASK_KILLABLE, false, (int64_t)(timeout))

#endif
