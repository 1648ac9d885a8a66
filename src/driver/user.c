/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * User space, where a task may be killed or frozen: between two steps of its script, and where it
 * waits there. In the driver a signal ends what the driver lets it end. What a killed process has
 * open stays open here, as in the model.
 */

#include "driver/driver.h"

struct harness_task *user_task(const struct actor *actor)
{
	return &actor->drive->h->tasks[actor->index];
}

/* A thread of tee-supplicant is in user space while it works for a request. */
static bool actor_in_user_space(const struct actor *actor)
{
	unsigned int base = actor->drive->m->tasks[actor->index].kind == TEEQ_TASK_SUPPLICANT;

	return actor->depth <= base && user_task(actor)->lock_count == 0;
}

/* What a task waits for in user space, unless it is frozen. */
struct user_wait {
	const struct actor *actor;
	bool (*ready)(const void *object);
	const void *object;
};

static bool may_go_on(const void *object)
{
	const struct user_wait *wait = object;

	return !wait->actor->freezing && wait->ready(wait->object);
}

bool user_always(const void *object)
{
	(void)object;
	return true;
}

bool user_wait(struct actor *actor, const char *action, bool (*ready)(const void *object),
	       const void *object, const char *what, int64_t ticks)
{
	struct user_wait wait = { actor, ready, object };
	bool in_user_space = actor_in_user_space(actor);
	struct point point = { .kind = POINT_CONDITION,
			       .action = action,
			       .object = &wait,
			       .ready = may_go_on,
			       .site = { what, action, "", 0 },
			       .deadline = TEEQ_TIMEOUT_MAX };
	enum wakeup wakeup;

	if (in_user_space)
		point.state = TASK_WAKEKILL;
	if (ticks > 0)
		point.deadline = actor->drive->h->now + (uint64_t)ticks;
	actor->in_user_wait = in_user_space;
	wakeup = harness_sleep_at(&point);
	actor->in_user_wait = false;
	return wakeup != WAKEUP_SIGNAL && !(in_user_space && user_task(actor)->fatal_signal);
}

/* False: it was killed, and its script is over. */
bool user_point(struct actor *actor)
{
	struct teeq_drive *d = actor->drive;

	if (!(d->m->uses & (USES_SIGNALS | USES_SUPPLICANT)) || !actor_in_user_space(actor))
		return true;
	user_wait(actor, "user", user_always, NULL, "user space", 0);
	if (!user_task(actor)->fatal_signal)
		return true;
	actor->killed = true;
	return false;
}
