/* SPDX-License-Identifier: BSD-2-Clause */
/* Completions, wait queues, schedule() and signals. */
#include <string.h>

#include "harness/harness.h"

#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/wait.h>

static struct harness_task *sleep_task_of(const struct task_struct *linux_task)
{
	return container_of(linux_task, struct harness_task, linux_task);
}

static uint64_t deadline_after(int64_t timeout)
{
	if (timeout < 0)
		timeout = 0;
	if (timeout >= TEEQ_TIMEOUT_MAX - (int64_t)harness_active->now)
		return TEEQ_TIMEOUT_MAX;
	return harness_active->now + (uint64_t)timeout;
}

/* What is left of a wait that began with @timeout; never 0, which says that it ran out. */
static int64_t left_until(uint64_t deadline, int64_t timeout)
{
	uint64_t now = harness_active->now;

	if (deadline == TEEQ_TIMEOUT_MAX)
		return timeout;
	return deadline > now ? (int64_t)(deadline - now) : 1;
}

static long to_long(int64_t jiffies)
{
	return jiffies < LONG_MAX ? (long)jiffies : LONG_MAX;
}

/* ---------------------------------------- completions ----------------------------------------- */

/* The stack of whoever returned is overwritten, so what lay there is not initialised either. */
static bool is_initialised(const struct completion *x)
{
	return x->self == x || !harness_active || !harness_active->running;
}

long teeq_kernel_wait_for_completion(struct completion *x, unsigned int state, int64_t timeout,
				     const struct teeq_site *site)
{
	struct point point = { .kind = POINT_COMPLETION,
			       .action = "wait",
			       .object = x,
			       .site = *site,
			       .state = state };

	harness_running("wait_for_completion()");
	if (!is_initialised(x))
		teeq_harness_violation("%s was not initialised, or is gone, in %s() at %s:%d",
				       site->object, site->function, site->file, site->line);
	point.deadline = deadline_after(timeout);
	switch (harness_sleep_at(&point)) {
	case WAKEUP_SIGNAL:
		return -ERESTARTSYS;
	case WAKEUP_TIMEOUT:
		return 0;
	default:
		break;
	}
	race_acquire(harness_active, harness_active->running, x);
	teeq_take_completion(x);
	return to_long(left_until(point.deadline, timeout));
}

/* A function has no place of its own; where the task was seen last is the next best. */
static struct teeq_site last_place(void)
{
	const struct teeq_harness *h = harness_active;

	return h && h->running ? h->running->last_place : (struct teeq_site){ 0 };
}

/*
 * A point before, and one behind: whoever waited may return in between, and free what it waited
 * with. Code that still touches that behind its complete() is then caught.
 */
void teeq_kernel_complete(struct completion *x, bool all)
{
	const struct teeq_site last = last_place();

	TEEQ_COMPLETION_MARKED("complete()", x, TEEQ_MARKED_WRITE);
	if (!is_initialised(x))
		teeq_harness_violation("complete() of what was not initialised, or is gone, after "
				       "%s in %s() at %s:%d", last.object, last.function,
				       last.file, last.line);
	if (harness_active && harness_active->running)
		race_release(harness_active, harness_active->running, x);
	if (all)
		x->done = TEEQ_COMPLETE_ALL;
	else if (x->done != TEEQ_COMPLETE_ALL)
		x->done++;
	teeq_kernel_shared("behind complete()");
}

/* ------------------------------------------ sleeping ------------------------------------------ */

struct task_struct *teeq_kernel_current(void)
{
	return &harness_running("current")->linux_task;
}

bool teeq_kernel_signal_pending(const struct task_struct *linux_task, bool fatal_only)
{
	const struct harness_task *task = sleep_task_of(linux_task);

	return fatal_only ? task->fatal_signal : task->signal;
}

void teeq_harness_signal(const char *name, bool fatal)
{
	struct teeq_harness *h = harness_active;

	harness_running("teeq_harness_signal()");
	teeq_kernel_shared("teeq_harness_signal()");
	for (unsigned int i = 0; i < h->task_count; i++)
		if (name && strcmp(h->tasks[i].name, name) == 0) {
			h->tasks[i].signal = true;
			h->tasks[i].fatal_signal |= fatal;
			return;
		}
	teeq_harness_violation("sends a signal to '%s', which is no task",
			       name ? name : "NULL");
}

int64_t teeq_kernel_schedule(int64_t timeout, const struct teeq_site *site)
{
	struct harness_task *task = harness_running("schedule()");
	struct point point = { .kind = POINT_SLEEP,
			       .action = "sleep",
			       .site = *site,
			       .state = task->linux_task.__state };
	enum wakeup wakeup;

	point.deadline = deadline_after(timeout);
	wakeup = harness_sleep_at(&point);
	task->linux_task.__state = TASK_RUNNING;
	race_woken(harness_active, task);
	return wakeup == WAKEUP_TIMEOUT ? 0 : left_until(point.deadline, timeout);
}

static bool wake_task(struct task_struct *linux_task, unsigned int state)
{
	if (!(linux_task->__state & state))
		return false;
	linux_task->__state = TASK_RUNNING;
	race_wake(harness_active, harness_active->running, sleep_task_of(linux_task));
	return true;
}

int teeq_kernel_wake_task(struct task_struct *linux_task, unsigned int state)
{
	int woken;

	teeq_kernel_shared("wake_up_process()");
	woken = wake_task(linux_task, state);
	teeq_kernel_shared("behind the wake");
	return woken;
}

uint64_t teeq_kernel_jiffies(void)
{
	return harness_active ? harness_active->now : 0;
}

/* ----------------------------------------- wait queues ---------------------------------------- */

/* The queue has a lock, and who takes it sees what was done before by those who took it. */
static void pass_through(const struct wait_queue_head *head)
{
	struct teeq_harness *h = harness_active;

	if (!h || !h->running)
		return;
	race_acquire(h, h->running, head);
	race_release(h, h->running, head);
}

void teeq_kernel_queue_add(struct wait_queue_head *head, struct wait_queue_entry *entry,
			   bool exclusive)
{
	teeq_kernel_shared("add_wait_queue()");
	pass_through(head);
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	if (exclusive) {
		entry->flags |= WQ_FLAG_EXCLUSIVE;
		list_add_tail(&entry->entry, &head->head);
	} else {
		list_add(&entry->entry, &head->head);
	}
}

void teeq_kernel_queue_remove(struct wait_queue_head *head, struct wait_queue_entry *entry)
{
	teeq_kernel_shared("remove_wait_queue()");
	pass_through(head);
	list_del_init(&entry->entry);
}

bool teeq_kernel_waits(const struct wait_queue_head *head)
{
	teeq_kernel_shared("waitqueue_active()");
	return !list_empty(&head->head);
}

static void wake_queue(struct wait_queue_head *head, unsigned int state, int exclusive)
{
	struct wait_queue_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &head->head, entry) {
		bool last = (entry->flags & WQ_FLAG_EXCLUSIVE) && exclusive > 0;

		if (!wake_task(entry->task, state))
			continue;
		if (entry->flags & TEEQ_WQ_LEAVES)
			list_del_init(&entry->entry);
		if (last && --exclusive == 0)
			return;
	}
}

void teeq_kernel_wake(struct wait_queue_head *head, unsigned int state, int exclusive)
{
	teeq_kernel_shared("wake_up()");
	pass_through(head);
	wake_queue(head, state, exclusive);
	teeq_kernel_shared("behind the wake");
}

static void queue_up(struct wait_queue_head *head, struct wait_queue_entry *entry,
		     unsigned int state, bool exclusive)
{
	pass_through(head);
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	if (exclusive)
		entry->flags |= WQ_FLAG_EXCLUSIVE;
	if (list_empty(&entry->entry) && exclusive)
		list_add_tail(&entry->entry, &head->head);
	else if (list_empty(&entry->entry))
		list_add(&entry->entry, &head->head);
	entry->task->__state = state;
}

void teeq_kernel_prepare(struct wait_queue_head *head, struct wait_queue_entry *entry,
			 unsigned int state, bool exclusive, const struct teeq_site *site)
{
	struct point point = { .action = "prepare", .site = *site, .deadline = TEEQ_TIMEOUT_MAX };

	/* The queue has a lock, so somebody may come in before. */
	harness_point(&point);
	queue_up(head, entry, state, exclusive);
}

void teeq_kernel_finish(struct wait_queue_entry *entry)
{
	entry->task->__state = TASK_RUNNING;
	list_del_init(&entry->entry);
}

void teeq_kernel_event_begin(struct teeq_wait_event *event)
{
	struct point point = { .action = "prepare",
			       .site = *event->site,
			       .deadline = TEEQ_TIMEOUT_MAX };

	init_wait(event->entry);
	harness_sleep_at(&point);
	/* Before the condition is tested: others may move, and wake, while it is. */
	queue_up(event->head, event->entry, event->state, event->exclusive);
}

bool teeq_kernel_event_sleep(struct teeq_wait_event *event)
{
	if (event->over)
		return false;
	if (((event->state & TASK_INTERRUPTIBLE) && teeq_kernel_signal_pending(current, false)) ||
	    ((event->state & TASK_WAKEKILL) && teeq_kernel_signal_pending(current, true))) {
		event->result = -ERESTARTSYS;
		return false;
	}
	if (event->left <= 0)
		return false;
	event->left = teeq_kernel_schedule(event->left, event->site);
	event->over = event->left == 0;
	queue_up(event->head, event->entry, event->state, event->exclusive);
	return true;
}

long teeq_kernel_event_end(struct teeq_wait_event *event, bool met)
{
	teeq_kernel_finish(event->entry);
	if (!met)
		return event->result;
	return event->left > 0 ? to_long(event->left) : 1;
}
