/* SPDX-License-Identifier: BSD-2-Clause */
/* The task that runs: who and where it is, what it holds, and how it breaks. */
#include "harness/harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Thread_local struct teeq_harness *harness_active;

_Noreturn void harness_outside(const char *what)
{
	fprintf(stderr, "teeq-harness: %s: called from outside of a task\n", what);
	abort();
}

const char *harness_name(const struct teeq_harness *h, unsigned int task)
{
	return task < h->task_count ? h->tasks[task].name : h->surroundings.name;
}

int harness_place(const struct harness_task *task, char *text, size_t size)
{
	const struct teeq_site *site = &task->point.site, *last = &task->last_place;

	if (last->line == 0)
		return snprintf(text, size, "%s", site->object);
	if (site->line > 0)
		return snprintf(text, size, "%s, in %s() at %s:%d", site->object, site->function,
				site->file, site->line);
	return snprintf(text, size, "%s, after %s in %s() at %s:%d", site->object, last->object,
			last->function, last->file, last->line);
}

const struct held *harness_holder(const struct teeq_harness *h, const void *lock)
{
	for (size_t i = 0; i < h->held_count; i++)
		if (h->held[i].lock == lock)
			return &h->held[i];
	return NULL;
}

const char *harness_must_not_sleep(const struct harness_task *task)
{
	if (task->spin_count > 0)
		return "holds a spinlock";
	return task->in_interrupt ? "runs in an interrupt" : NULL;
}

_Noreturn void harness_exit(struct teeq_harness *h, struct harness_task *task)
{
	if (!h->switcher)
		fiber_exit(&task->fiber);
	h->switcher->exit(h, task);
	abort();
}

_Noreturn void harness_give_up(struct teeq_harness *h, struct harness_task *task)
{
	h->broke = true;
	task->state = TASK_BROKEN;
	harness_exit(h, task);
}

void teeq_harness_violation(const char *format, ...)
{
	struct harness_task *task = harness_running("teeq_harness_violation()");
	struct teeq_harness *h = harness_active;
	va_list arguments;
	int length;

	if (!h->in_vain) {
		length = snprintf(h->violation, sizeof(h->violation), "%s: ", task->name);
		va_start(arguments, format);
		vsnprintf(h->violation + length, sizeof(h->violation) - (size_t)length,
			  format ? format : "broke", arguments);
		va_end(arguments);
	}
	harness_give_up(h, task);
}

bool harness_is_queued(const struct teeq_harness_view *view, const void *waiter)
{
	for (unsigned int i = 0; i < view->waiter_count; i++)
		if (view->waiters[i].waiter == waiter)
			return true;
	return false;
}
