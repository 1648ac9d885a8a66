/* SPDX-License-Identifier: BSD-2-Clause */
/* Which point of the driver answers to which action of the model. docs/driver.md has the same table. */
#include "driver/agree.h"

#include <string.h>

/*
 * Sections under a lock, and waits, by the function that they are in and the object as it is written
 * there. @function NULL: any.
 */
struct point {
	enum stand_kind kind;
	const char *function;
	const char *object;
	enum teeq_action action;
};

static const struct point points[] = {
	{ STAND_MUTEX, "optee_get_msg_arg", "&optee->shm_arg_cache.mutex", TEEQ_ACTION_GET_ARG },
	{ STAND_MUTEX, "optee_free_msg_arg", "&optee->shm_arg_cache.mutex", TEEQ_ACTION_FREE_ARG },
	{ STAND_MUTEX, "optee_supp_thrd_req", "&supp->mutex", TEEQ_ACTION_REQUEST },
	{ STAND_COMPLETION, "optee_supp_thrd_req", "&req->c", TEEQ_ACTION_REPLY },
	{ STAND_MUTEX, "optee_supp_recv", "&supp->mutex", TEEQ_ACTION_RECEIVE },
	{ STAND_MUTEX, "optee_supp_send", "&supp->mutex", TEEQ_ACTION_ANSWER },
	{ STAND_SPIN, "optee_notif_wait", "&optee->notif.lock", TEEQ_ACTION_NOTIF_WAIT },
	{ STAND_SPIN, "optee_notif_send", "&optee->notif.lock", TEEQ_ACTION_NOTIF_SEND },
	{ STAND_MUTEX, NULL, "&channel->mu", TEEQ_ACTION_LOCK },
	{ STAND_MUTEX, "optee_supp_release", "&supp->mutex", TEEQ_ACTION_EXIT },
	{ STAND_CONDITION, "kill", NULL, TEEQ_ACTION_KILL },
	{ STAND_CONDITION, "freeze", NULL, TEEQ_ACTION_FREEZE },
	{ STAND_CONDITION, "thaw", NULL, TEEQ_ACTION_THAW },
	{ STAND_CONDITION, "start-supplicant", NULL, TEEQ_ACTION_START_SUPPLICANT },
	{ STAND_CONDITION, "sleep", NULL, TEEQ_ACTION_SLEEP },
	{ STAND_CONDITION, "await", NULL, TEEQ_ACTION_AWAIT },
	{ STAND_CONDITION, "barrier", NULL, TEEQ_ACTION_BARRIER },
	{ STAND_CONDITION, "poll", NULL, TEEQ_ACTION_POLL },
	{ STAND_SLEEP, NULL, NULL, TEEQ_ACTION_SLEEP },
};

/* A lock of the scenario's, or a device's. */
static bool is_own_lock(const struct teeq_drive *d, const void *lock)
{
	const char *at = lock;

	return (at >= (const char *)d->locks && at < (const char *)(d->locks + TEEQ_LOCK_MAX)) ||
	       (at >= (const char *)d->device_locks &&
		at < (const char *)(d->device_locks + TEEQ_DEVICE_MAX));
}

enum teeq_action point_action(const struct teeq_drive *d, const struct stand *stand)
{
	if (stand->kind == STAND_MUTEX && is_own_lock(d, stand->object))
		return TEEQ_ACTION_LOCK;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		const struct point *point = &points[i];
		const char *function = stand->kind == STAND_CONDITION ? stand->action :
									stand->site.function;

		if (point->kind == stand->kind &&
		    (!point->function || strcmp(point->function, function) == 0) &&
		    (!point->object || strcmp(point->object, stand->site.object) == 0))
			return point->action;
	}
	return TEEQ_ACTION_NONE;
}

/* ----------------------------------------- the queue ------------------------------------------ */

static bool is_queue_wait(const struct teeq_harness_view *view, const struct stand *stand)
{
	for (unsigned int i = 0; stand->kind == STAND_COMPLETION && i < view->waiter_count; i++)
		if (view->waiters[i].completion == stand->object)
			return true;
	return false;
}

/* A section under the queue's mutex: what it did says what it was. */
static enum teeq_action queue_action(struct agreement *a, unsigned int task)
{
	enum last_action last = a->last[task];
	int more = (int)(a->after.system_session_count - a->before.system_session_count);

	a->last[task] = LAST_NOTHING;
	for (unsigned int i = 0; i < a->after.waiter_count; i++)
		if (!harness_is_queued(&a->before, a->after.waiters[i].waiter))
			return TEEQ_ACTION_ENTER;
	for (unsigned int i = 0; i < a->before.waiter_count; i++)
		if (!harness_is_queued(&a->after, a->before.waiters[i].waiter))
			return TEEQ_ACTION_LEAVE;
	if (more != 0)
		return more > 0 ? TEEQ_ACTION_RESERVE : TEEQ_ACTION_UNRESERVE;
	if (last == LAST_WAIT) {
		a->last[task] = LAST_REQUEUE;
		return TEEQ_ACTION_REQUEUE;
	}
	return last == LAST_REQUEUE ? TEEQ_ACTION_RECHECK : TEEQ_ACTION_NONE;
}

static unsigned int depth_of(const struct teeq_drive *d, unsigned int task)
{
	unsigned int depth = 0;

	for (unsigned int i = 0; i < d->m->thread_count; i++)
		depth += d->threads[i].in_use && d->threads[i].task == task;
	return depth;
}

/* The secure world's points; what a thread does to have memory for its RPCs is none of the model's. */
static enum teeq_action smc_action(struct agreement *a, unsigned int task,
				   const struct stand *stand)
{
	bool secure = strcmp(stand->action, "secure") == 0;
	const struct teeq_drive *d = a->d;

	a->last[task] = LAST_NOTHING;
	if (!secure && a->passes_resume[task]) {
		a->passes_resume[task] = false;
		return TEEQ_ACTION_NONE;
	}
	for (unsigned int i = 0; secure && i < d->m->thread_count; i++)
		if (d->threads[i].in_use && d->threads[i].task == task &&
		    (d->threads[i].asked == ASKED_ARGUMENT || d->threads[i].asked == ASKED_FREE) &&
		    d->threads[i].level + 1 == depth_of(d, task)) {
			a->passes_resume[task] = true;
			return TEEQ_ACTION_NONE;
		}
	return secure ? TEEQ_ACTION_SECURE : TEEQ_ACTION_SMC;
}

enum teeq_action agree_action(struct agreement *a, unsigned int task, const struct stand *stand)
{
	if (strcmp(stand->action, "smc") == 0 || strcmp(stand->action, "secure") == 0)
		return smc_action(a, task, stand);
	if (is_queue_wait(&a->before, stand)) {
		a->last[task] = LAST_WAIT;
		return TEEQ_ACTION_WAIT;
	}
	if (stand->kind == STAND_MUTEX && stand->object == a->after.mutex)
		return queue_action(a, task);
	return point_action(a->d, stand);
}

enum teeq_outcome agree_outcome(const struct teeq_harness *h)
{
	switch (h->smc_outcome) {
	case SMC_ALLOC:
		return TEEQ_OUTCOME_TAKEN;
	case SMC_RESUME:
		return TEEQ_OUTCOME_RESUMED;
	case SMC_LIMIT:
		return TEEQ_OUTCOME_THREAD_LIMIT;
	case SMC_EXIT:
		return TEEQ_OUTCOME_EXIT;
	case SMC_WORKING:
		return TEEQ_OUTCOME_WORKING;
	case SMC_RPC:
		return TEEQ_OUTCOME_RPC;
	default:
		return TEEQ_OUTCOME_OK;
	}
}
