/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can move, and when time passes. */
#include "harness/harness.h"

bool harness_signal_ends(const struct harness_task *task, unsigned int state)
{
	return (task->signal && (state & TASK_INTERRUPTIBLE)) ||
	       (task->fatal_signal && (state & TASK_WAKEKILL));
}

bool harness_is_ready(const struct harness_task *task)
{
	const struct stand *stand = &task->stand;

	switch (stand->kind) {
	case STAND_MUTEX:
	case STAND_SPIN:
	case STAND_COMPLETION:
		return lock_is_free(stand);
	case STAND_CONDITION:
		return stand->ready(stand->object);
	case STAND_SLEEP:
		return task->linux_task.__state == TASK_RUNNING;
	default:
		return true;
	}
}

/* Whether all tasks but daemons have returned. From then on daemons' timeouts do not end: the run does. */
bool harness_have_returned(const struct teeq_harness *h)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		if (!h->tasks[i].daemon && h->tasks[i].state == TASK_STANDING)
			return false;
	return true;
}

bool harness_may_keep(const struct teeq_harness *h, unsigned int task)
{
	return task < h->task_count && h->tasks[task].daemon &&
	       h->tasks[task].state == TASK_STANDING;
}

bool harness_is_enabled(const struct teeq_harness *h, const struct harness_task *task)
{
	const struct stand *stand = &task->stand;

	if (task->state != TASK_STANDING)
		return false;
	if (harness_is_ready(task) || harness_signal_ends(task, stand->state))
		return true;
	if (stand->deadline == TEEQ_TIMEOUT_MAX || (task->daemon && harness_have_returned(h)))
		return false;
	return h->options.time == TEEQ_HARNESS_TIME_ANY || stand->deadline <= h->now;
}

static uint64_t enabled_now(const struct teeq_harness *h)
{
	uint64_t enabled = 0;

	for (unsigned int i = 0; i < h->task_count; i++)
		if (harness_is_enabled(h, &h->tasks[i]))
			enabled |= UINT64_C(1) << i;
	return enabled;
}

/* Where nobody can move, time passes to the next deadline. */
uint64_t harness_enabled(struct teeq_harness *h)
{
	uint64_t enabled = enabled_now(h);
	uint64_t nearest = TEEQ_TIMEOUT_MAX;

	if (enabled || harness_have_returned(h))
		return enabled;
	for (unsigned int i = 0; i < h->task_count; i++)
		if (h->tasks[i].state == TASK_STANDING && h->tasks[i].stand.deadline < nearest)
			nearest = h->tasks[i].stand.deadline;
	if (nearest == TEEQ_TIMEOUT_MAX)
		return 0;
	h->now = nearest;
	return enabled_now(h);
}
