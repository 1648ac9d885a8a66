/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can move, and when time passes. */
#include "harness/harness.h"

#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

/* An owner of another run was abandoned with it. */
static bool is_locked(uint64_t run, unsigned int owner)
{
	return owner != 0 && harness_active && run == harness_active->run;
}

bool teeq_kernel_mutex_is_locked(const struct mutex *lock)
{
	return is_locked(lock->run, lock->owner);
}

bool teeq_kernel_spin_is_locked(const struct spinlock *lock)
{
	return is_locked(lock->run, lock->owner);
}

bool harness_signal_ends(const struct harness_task *task, unsigned int state)
{
	return (task->signal && (state & TASK_INTERRUPTIBLE)) ||
	       (task->fatal_signal && (state & TASK_WAKEKILL));
}

bool harness_is_ready(const struct harness_task *task)
{
	const struct point *point = &task->point;

	switch (point->kind) {
	case POINT_MUTEX:
		return !teeq_kernel_mutex_is_locked(point->object);
	case POINT_SPIN:
		return !teeq_kernel_spin_is_locked(point->object);
	case POINT_COMPLETION:
		return ((const struct completion *)point->object)->done > 0;
	case POINT_CONDITION:
		return point->ready(point->object);
	case POINT_SLEEP:
		return task->linux_task.__state == TASK_RUNNING;
	default:
		return true;
	}
}

/*
 * Whether all tasks but daemons have returned. From then on daemons' timeouts do not end: the run
 * does.
 */
static bool have_returned(const struct teeq_harness *h, uint64_t tasks)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		if ((tasks >> i & 1) && !h->tasks[i].daemon && h->tasks[i].state == TASK_AT_POINT)
			return false;
	return true;
}

bool harness_have_returned(const struct teeq_harness *h)
{
	return have_returned(h, UINT64_MAX);
}

bool harness_may_keep(const struct teeq_harness *h, unsigned int task)
{
	return task < h->task_count && h->tasks[task].daemon &&
	       h->tasks[task].state == TASK_AT_POINT;
}

bool harness_is_enabled(const struct teeq_harness *h, const struct harness_task *task)
{
	const struct point *point = &task->point;

	if (task->state != TASK_AT_POINT)
		return false;
	if (harness_is_ready(task) || harness_signal_ends(task, point->state))
		return true;
	if (point->deadline == TEEQ_TIMEOUT_MAX || (task->daemon && harness_have_returned(h)))
		return false;
	return h->options.time == TEEQ_HARNESS_TIME_ANY || point->deadline <= h->now;
}

static uint64_t enabled_now(const struct teeq_harness *h)
{
	uint64_t enabled = 0;

	for (unsigned int i = 0; i < h->task_count; i++)
		if (harness_is_enabled(h, &h->tasks[i]))
			enabled |= UINT64_C(1) << i;
	if (enabled && h->hooks && h->hooks->allow)
		return h->hooks->allow(h->options.argument, enabled);
	return enabled;
}

/* The next of the deadlines that have not come. */
static uint64_t nearest_deadline(const struct teeq_harness *h)
{
	uint64_t nearest = TEEQ_TIMEOUT_MAX;

	for (unsigned int i = 0; i < h->task_count; i++) {
		uint64_t deadline = h->tasks[i].point.deadline;

		if (h->tasks[i].state == TASK_AT_POINT && deadline > h->now && deadline < nearest)
			nearest = deadline;
	}
	return nearest;
}

/* Where nobody can move, time passes to the next deadline. */
uint64_t harness_enabled(struct teeq_harness *h)
{
	uint64_t enabled = enabled_now(h), nearest;

	while (!enabled && !harness_have_returned(h)) {
		nearest = nearest_deadline(h);
		if (nearest == TEEQ_TIMEOUT_MAX)
			return 0;
		h->now = nearest;
		enabled = enabled_now(h);
	}
	return enabled;
}

enum teeq_verdict harness_verdict(const struct teeq_harness *h)
{
	bool done = h->must_finish ? have_returned(h, h->must_finish) : harness_have_returned(h);

	return done ? TEEQ_VERDICT_DONE : TEEQ_VERDICT_DEADLOCK;
}

bool harness_spins(const struct teeq_harness *h)
{
	return h->hooks && h->hooks->spins && h->hooks->spins(h->options.argument);
}
