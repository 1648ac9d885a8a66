/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_AGREE_H
#define DRIVER_AGREE_H

#include "driver/driver.h"
#include "teeq/world.h"

enum last_action {
	LAST_NOTHING,
	LAST_WAIT,
	LAST_REQUEUE
};

/*
 * A run of the driver beside the model.
 *
 * @m, @w, @scratch   the model, and its world
 * @before, @after    each guest's queue before the last step, and now
 * @last              what the last step of a task was, as far as the next one's name depends on it
 * @passes_resume     the next resume of a task is none of the model's
 * @at                the last step of the driver, for messages
 */
struct agreement {
	struct teeq_drive *d;
	const struct teeq_model *m;
	struct teeq_world *w;
	struct teeq_world *scratch;
	struct teeq_harness_view before[TEEQ_GUEST_MAX];
	struct teeq_harness_view after[TEEQ_GUEST_MAX];
	enum last_action last[TEEQ_TASK_MAX + 1];
	bool passes_resume[TEEQ_TASK_MAX + 1];
	bool is_fresh[TEEQ_TASK_MAX + 1]; /* it came from user space, and has not been seen since */
	int goes_on; /* who moves next, where it can; or -1 */
	bool began;
	bool differs;
	bool cut; /* the driver does what is known to be no step of the model; no more is
		     compared */
	size_t compared;
	const char *at;
	unsigned int at_task;
	struct teeq_error *error;
};

/* ---- agree.c ---- */
/* The first difference is told. Returns false, for `return agree_differ(...)`. */
bool agree_differ(struct agreement *a, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- follow.c ---- */
/* The model makes what @task did; false: it does something else, which is told. */
bool agree_follow(struct agreement *a, unsigned int task, enum teeq_action action);
/*
 * Whether @noted->task is where it can meet the fault, in the model, after what the driver does
 * without a point; and the fault strikes. False: it cannot, which is told.
 */
bool agree_comes_to(struct agreement *a, const struct noted *noted);
bool agree_strike(struct agreement *a, const struct noted *noted);
/*
 * What the driver does without a point, or refuses, where @task stands; and the former, of all
 * tasks.
 */
void agree_pass_silent(struct agreement *a, unsigned int task);
void agree_pass_all(struct agreement *a);

/* ---- points.c ---- */
/* The action that a point is, whatever the queue says; NONE: the model has none for it. */
enum teeq_action point_action(const struct teeq_drive *d, const struct point *point);
/* What the step of @task at @point was; a->before and a->after are the queue. */
enum teeq_action agree_action(struct agreement *a, unsigned int task, const struct point *point);
enum teeq_outcome agree_outcome(const struct teeq_harness *h);

#endif
