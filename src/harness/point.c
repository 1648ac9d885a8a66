/* SPDX-License-Identifier: BSD-2-Clause */
/* Points, where a task is left until it is picked and can go on. */
#include "harness/harness.h"

#include <linux/sched.h>

static enum wakeup why_it_goes_on(struct teeq_harness *h, const struct harness_task *task)
{
	const struct point *point = &task->point;

	if (harness_is_ready(task))
		return WAKEUP_READY;
	if (harness_signal_ends(task, point->state))
		return WAKEUP_SIGNAL;
	if (h->now < point->deadline)
		h->now = point->deadline;
	return WAKEUP_TIMEOUT;
}

enum wakeup harness_point(const struct point *point)
{
	struct harness_task *task = harness_running(point->action);
	struct teeq_harness *h = harness_active;

	task->point = *point;
	/* It tells equal states apart, where tasks look at it, and is for what is said of them. */
	if (point->site.line > 0 && !h->searches)
		task->last_place = point->site;
	task->marked.size = 0;
	if (h->switcher)
		h->switcher->leave(h, task);
	else
		fiber_leave(&task->fiber);
	if (h->abandoning)
		harness_exit(h, task);
	h->wakeup = why_it_goes_on(h, task);
	/* On a thread it goes on while others look what it stands at. */
	if (h->switcher)
		task->point.kind = POINT_FREE;
	return h->wakeup;
}

enum wakeup harness_sleep_at(const struct point *point)
{
	const char *reason = harness_must_not_sleep(harness_running(point->action));

	if (reason)
		teeq_harness_violation("may sleep at %s, in %s() at %s:%d, and %s",
				       point->site.object, point->site.function, point->site.file,
				       point->site.line, reason);
	return harness_point(point);
}

void teeq_kernel_point(const struct teeq_site *site)
{
	struct point point = { .action = "point", .site = *site, .deadline = TEEQ_TIMEOUT_MAX };

	harness_point(&point);
}

void teeq_kernel_shared(const char *what)
{
	struct point point = { .action = what,
			       .site = { what, what, "", 0 },
			       .deadline = TEEQ_TIMEOUT_MAX };

	if (!harness_active || !harness_active->running ||
	    (harness_active->points == TEEQ_HARNESS_POINTS_MODEL &&
	     harness_active->running->lock_count > 0))
		return;
	harness_point(&point);
}

void teeq_kernel_might_sleep(const struct teeq_site *site)
{
	const char *reason = harness_must_not_sleep(harness_running("might_sleep()"));

	if (reason)
		teeq_harness_violation("may sleep at %s, in %s() at %s:%d, and %s", site->object,
				       site->function, site->file, site->line, reason);
}

int teeq_kernel_resched(const struct teeq_site *site)
{
	teeq_kernel_might_sleep(site);
	teeq_kernel_point(site);
	return 0;
}

void teeq_harness_point(const char *name)
{
	const char *said = name ? name : "a point without a name";

	teeq_kernel_point(&(const struct teeq_site){ said, said, "", 0 });
}
