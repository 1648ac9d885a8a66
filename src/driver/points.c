/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which point of the driver answers to which action of the model. docs/driver.md has the same
 * table.
 */
#include "driver/agree.h"

#include <string.h>

/*
 * Sections under a lock, and waits, by the function that they are in and the object as it is
 * written there. @function NULL: any.
 */
struct point_meaning {
	enum point_kind kind;
	const char *function;
	const char *object;
	enum teeq_action action;
};

static const struct point_meaning meanings[] = {
	{ POINT_MUTEX, "optee_get_msg_arg", "&optee->shm_arg_cache.mutex", TEEQ_ACTION_GET_ARG },
	{ POINT_MUTEX, "optee_free_msg_arg", "&optee->shm_arg_cache.mutex", TEEQ_ACTION_FREE_ARG },
	{ POINT_MUTEX, "optee_supp_thrd_req", "&supp->mutex", TEEQ_ACTION_REQUEST },
	{ POINT_COMPLETION, "optee_supp_thrd_req", "&req->c", TEEQ_ACTION_REPLY },
	{ POINT_MUTEX, "optee_supp_recv", "&supp->mutex", TEEQ_ACTION_RECEIVE },
	{ POINT_MUTEX, "optee_supp_send", "&supp->mutex", TEEQ_ACTION_ANSWER },
	{ POINT_SPIN, "optee_notif_wait", "&optee->notif.lock", TEEQ_ACTION_NOTIF_WAIT },
	{ POINT_SPIN, "optee_notif_send", "&optee->notif.lock", TEEQ_ACTION_NOTIF_SEND },
	{ POINT_MUTEX, NULL, "&channel->mu", TEEQ_ACTION_LOCK },
	{ POINT_MUTEX, "optee_supp_release", "&supp->mutex", TEEQ_ACTION_EXIT },
	{ POINT_CONDITION, "kill", NULL, TEEQ_ACTION_KILL },
	{ POINT_CONDITION, "freeze", NULL, TEEQ_ACTION_FREEZE },
	{ POINT_CONDITION, "thaw", NULL, TEEQ_ACTION_THAW },
	{ POINT_CONDITION, "start-supplicant", NULL, TEEQ_ACTION_START_SUPPLICANT },
	{ POINT_CONDITION, "sleep", NULL, TEEQ_ACTION_SLEEP },
	{ POINT_CONDITION, "await", NULL, TEEQ_ACTION_AWAIT },
	{ POINT_CONDITION, "barrier", NULL, TEEQ_ACTION_BARRIER },
	{ POINT_CONDITION, "poll", NULL, TEEQ_ACTION_POLL },
	{ POINT_SLEEP, NULL, NULL, TEEQ_ACTION_SLEEP },
};

/* A lock of the scenario's, or a device's. */
static bool is_own_lock(const struct teeq_drive *d, const void *lock)
{
	const char *at = lock;

	return (at >= (const char *)d->locks && at < (const char *)(d->locks + TEEQ_LOCK_MAX)) ||
	       (at >= (const char *)d->device_locks &&
		at < (const char *)(d->device_locks + TEEQ_DEVICE_MAX));
}

enum teeq_action point_action(const struct teeq_drive *d, const struct point *point)
{
	if (point->kind == POINT_MUTEX && is_own_lock(d, point->object))
		return TEEQ_ACTION_LOCK;
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		const struct point_meaning *meaning = &meanings[i];
		const char *function = point->kind == POINT_CONDITION ? point->action :
									point->site.function;

		if (meaning->kind == point->kind &&
		    (!meaning->function || strcmp(meaning->function, function) == 0) &&
		    (!meaning->object || strcmp(meaning->object, point->site.object) == 0))
			return meaning->action;
	}
	return TEEQ_ACTION_NONE;
}

/* ----------------------------------------- the queue ------------------------------------------ */

bool point_is_queue_wait(const struct teeq_harness_view *view, const struct point *point)
{
	for (unsigned int i = 0; point->kind == POINT_COMPLETION && i < view->waiter_count; i++)
		if (view->waiters[i].completion == point->object)
			return true;
	return false;
}

/* A section under the queue's mutex: what it did says what it was. */
static enum teeq_action queue_action(struct agreement *a, unsigned int task)
{
	const struct teeq_harness_view *before = &a->before[model_guest(a->m, task)];
	const struct teeq_harness_view *after = &a->after[model_guest(a->m, task)];
	enum last_action last = a->last[task];
	int more = (int)(after->system_session_count - before->system_session_count);

	a->last[task] = LAST_NOTHING;
	for (unsigned int i = 0; i < after->waiter_count; i++)
		if (!harness_is_queued(before, after->waiters[i].waiter))
			return TEEQ_ACTION_ENTER;
	for (unsigned int i = 0; i < before->waiter_count; i++)
		if (!harness_is_queued(after, before->waiters[i].waiter))
			return TEEQ_ACTION_LEAVE;
	if (more != 0)
		return more > 0 ? TEEQ_ACTION_RESERVE : TEEQ_ACTION_UNRESERVE;
	if (last == LAST_WAIT) {
		a->last[task] = LAST_REQUEUE;
		return TEEQ_ACTION_REQUEUE;
	}
	return last == LAST_REQUEUE ? TEEQ_ACTION_RECHECK : TEEQ_ACTION_NONE;
}

/*
 * The secure world's points; what a thread does to have memory for its RPCs is none of the model's.
 */
static enum teeq_action smc_action(struct agreement *a, unsigned int task,
				   const struct point *point)
{
	bool secure = strcmp(point->action, "secure") == 0;
	const struct teeq_drive *d = a->d;

	a->last[task] = LAST_NOTHING;
	if (!secure && a->passes_resume[task]) {
		a->passes_resume[task] = false;
		return TEEQ_ACTION_NONE;
	}
	for (unsigned int i = 0; secure && i < d->m->thread_count; i++)
		if (d->threads[i].in_use && d->threads[i].task == task &&
		    (d->threads[i].asked == ASKED_ARGUMENT || d->threads[i].asked == ASKED_FREE) &&
		    d->threads[i].level + 1 == secure_depth(d, task)) {
			a->passes_resume[task] = true;
			return TEEQ_ACTION_NONE;
		}
	return secure ? TEEQ_ACTION_SECURE : TEEQ_ACTION_SMC;
}

enum teeq_action agree_action(struct agreement *a, unsigned int task, const struct point *point)
{
	if (strcmp(point->action, "smc") == 0 || strcmp(point->action, "secure") == 0)
		return smc_action(a, task, point);
	if (point_is_queue_wait(&a->before[model_guest(a->m, task)], point)) {
		a->last[task] = LAST_WAIT;
		return TEEQ_ACTION_WAIT;
	}
	if (point->kind == POINT_MUTEX && point->object == a->after[model_guest(a->m, task)].mutex)
		return queue_action(a, task);
	return point_action(a->d, point);
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
