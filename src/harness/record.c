/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recording a run in the format of tests/recordings. The code under test does not say which of its
 * steps is which, so that is worked out: a section under the queue's mutex that adds an entry is
 * `enter`, one that removes an entry is `leave`, what follows a wait is `requeue`, then `recheck`,
 * and what follows an RPC at once is `started`.
 */
#include "harness/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recorder *recorder_new(const struct teeq_harness *h)
{
	struct recorder *r = calloc(1, sizeof(*r));

	if (r)
		r->h = h;
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		text_free(&r->scripts[i].text);
	text_free(&r->steps);
	text_free(&r->blocked);
	free(r);
}

static void recorder_look(struct recorder *r)
{
	memset(&r->after, 0, sizeof(r->after));
	r->h->observe(r->h->observe_argument, &r->after);
	if (r->after.waiter_count >= TEEQ_HARNESS_WAITER_MAX)
		recorder_cut(r, "%d callers or more in the queue", TEEQ_HARNESS_WAITER_MAX);
}

void recorder_begin(struct recorder *r)
{
	recorder_look(r);
	r->tracking = r->after.tracking;
	r->system_session_count = r->after.system_session_count;
	r->misplaced = r->after.waiter_count > 0;
}

/* ---------------------------------------- the queue ------------------------------------------- */

static const struct known *known_of(const struct recorder *r, const void *waiter)
{
	for (unsigned int i = 0; i < r->known_count; i++)
		if (r->known[i].waiter == waiter)
			return &r->known[i];
	return NULL;
}

static const struct teeq_harness_waiter *new_entry(const struct recorder *r)
{
	for (unsigned int i = 0; i < r->after.waiter_count; i++)
		if (!known_of(r, r->after.waiters[i].waiter))
			return &r->after.waiters[i];
	return NULL;
}

/* The place of an entry that is gone, or known_count. */
static unsigned int gone_entry(const struct recorder *r)
{
	unsigned int i = 0;

	while (i < r->known_count && harness_is_queued(&r->after, r->known[i].waiter))
		i++;
	return i;
}

static bool is_queue_wait(const struct teeq_harness_view *view, const struct point *point)
{
	if (point->kind != POINT_COMPLETION)
		return false;
	for (unsigned int i = 0; i < view->waiter_count; i++)
		if (view->waiters[i].completion == point->object)
			return true;
	return false;
}

/* A section under the queue's mutex: what it did says what it was. NULL: no step of the format. */
static const char *queue_step(struct recorder *r, unsigned int task)
{
	struct script *script = &r->scripts[task];
	const struct teeq_harness_waiter *entry = new_entry(r);
	unsigned int gone = gone_entry(r);
	enum last_step last = script->last;

	script->last = LAST_OTHER;
	if (entry) {
		r->known[r->known_count++] = (struct known){ entry->waiter, task,
							     script->call_count };
		script_enter(r, task, entry->system);
		return "enter";
	}
	if (gone < r->known_count) {
		r->known[gone] = r->known[--r->known_count];
		script_leave(r, task);
		return "leave";
	}
	if (r->after.system_session_count != r->before.system_session_count) {
		bool more = r->after.system_session_count > r->before.system_session_count;

		script_word(r, task, more ? "reserve" : "unreserve");
		return "sysref";
	}
	if (last == LAST_WAIT) {
		script->last = LAST_REQUEUE;
		return "requeue";
	}
	if (last == LAST_RPC)
		return "started";
	return last == LAST_REQUEUE ? "recheck" : NULL;
}

/* ------------------------------------------ the steps ----------------------------------------- */

static unsigned int lock_number(struct recorder *r, const void *mutex)
{
	unsigned int i = 0;

	while (i < r->lock_count && r->locks[i] != mutex)
		i++;
	if (i == TEEQ_LOCK_MAX) {
		recorder_cut(r, "more than %d mutexes", TEEQ_LOCK_MAX);
		return 0;
	}
	if (i == r->lock_count)
		r->locks[r->lock_count++] = mutex;
	return i;
}

/* Only at the points that the secure world has. */
static const char *smc_step(struct recorder *r, unsigned int task, const char **smc)
{
	r->scripts[task].last = LAST_OTHER;
	switch (r->h->smc_outcome) {
	case SMC_ALLOC:
		*smc = "alloc";
		return "smc";
	case SMC_LIMIT:
		*smc = "limit";
		return "smc";
	case SMC_RESUME:
		*smc = "resume";
		script_resume(r, task);
		return "smc";
	case SMC_RPC:
		*smc = "rpc";
		r->scripts[task].last = LAST_RPC;
		script_rpc(r, task);
		return "secure";
	case SMC_EXIT:
		*smc = "exit";
		return "secure";
	default:
		recorder_cut(r, "task %s makes an SMC that the secure world refuses",
				 r->h->tasks[task].name);
		return NULL;
	}
}

/* A trylock may have failed; what was locked may be unlocked again by the next point. */
static bool took_mutex(const struct recorder *r, unsigned int task, const struct point *point)
{
	const struct script *script = &r->scripts[task];
	const struct held *held;

	if (point->kind == POINT_MUTEX)
		return true;
	if (point->kind != POINT_FREE || strcmp(point->action, "lock") != 0)
		return false;
	held = harness_holder(r->h, point->object);
	if (held)
		return held->task == task && held->is_mutex;
	for (unsigned int i = 0; i < script->pending_count; i++)
		if (r->locks[script->pending[i]] == point->object)
			return true;
	return false;
}

static const char *name_step(struct recorder *r, unsigned int task, const struct point *point,
			     const char **smc)
{
	if (strcmp(point->action, "smc") == 0 || strcmp(point->action, "secure") == 0)
		return smc_step(r, task, smc);
	if (is_queue_wait(&r->before, point)) {
		if (r->h->wakeup != WAKEUP_READY)
			recorder_cut(r, "a wait in the queue ended by a signal or a timeout");
		r->scripts[task].last = LAST_WAIT;
		return "wait";
	}
	if (point->kind == POINT_COMPLETION || point->kind == POINT_SLEEP)
		return "other";
	if (!took_mutex(r, task, point) || r->h->wakeup != WAKEUP_READY)
		return NULL;
	if (point->object == r->after.mutex)
		return queue_step(r, task);
	script_lock(r, task, lock_number(r, point->object));
	return "nlock";
}

static void add_waiters(struct recorder *r)
{
	text_add(&r->steps, ",\"waiters\":[");
	for (unsigned int i = 0; i < r->after.waiter_count; i++) {
		const struct known *known = known_of(r, r->after.waiters[i].waiter);

		if (!known) {
			recorder_cut(r, "two callers entered the queue in one step");
			return;
		}
		text_add(&r->steps, "%s[%u,%u,%u]", i > 0 ? "," : "", known->task, known->level,
			 r->after.waiters[i].done);
	}
	text_add(&r->steps, "]");
}

/* As much of @words as the format takes. */
static void add_what(struct recorder *r, const char *words)
{
	text_add(&r->steps, ",\"what\":\"");
	for (size_t i = 0; words[i] && i < TEEQ_RECORDED_TEXT_MAX; i++)
		text_add(&r->steps, "%c", recorder_plain(words[i]));
	text_add(&r->steps, "\"");
}

static void add_step(struct recorder *r, unsigned int task, const struct point *point,
		     const char *at, const char *smc)
{
	size_t before = r->steps.size;

	text_add(&r->steps, "%s{\"task\":%u,\"at\":\"%s\"", before > 0 ? "," : "", task, at);
	if (strcmp(at, "other") == 0)
		add_what(r, point->site.object);
	if (smc)
		text_add(&r->steps, ",\"smc\":\"%s\"", smc);
	if (r->after.has_counters)
		text_add(&r->steps, ",\"free\":%d,\"system_sessions\":%u", r->after.free_count,
			 r->after.system_session_count);
	add_waiters(r);
	text_add(&r->steps, ",\"owners\":[");
	for (unsigned int i = 0; i < r->h->options.thread_count; i++) {
		const struct context *context = &r->h->contexts[i];

		text_add(&r->steps, "%s%d", i > 0 ? "," : "",
			 context->in_use ? (int)context->secure.task : -1);
	}
	text_add(&r->steps, "]}");
	/* What cannot be told is not told by half. */
	if (r->cut[0])
		r->steps.size = before;
}

void recorder_step(struct recorder *r, const struct harness_task *task, const struct point *point)
{
	unsigned int index = harness_index(r->h, task);
	const char *smc = NULL, *at;

	if (r->cut[0])
		return;
	r->before = r->after;
	recorder_look(r);
	at = name_step(r, index, point, &smc);
	script_settle(r, index);
	if (at && !r->cut[0])
		add_step(r, index, point, at, smc);
}

void recorder_unlock(struct recorder *r, const struct harness_task *task, const void *mutex)
{
	unsigned int index = harness_index(r->h, task);
	struct script *script;

	if (mutex == r->after.mutex || index >= r->h->task_count || r->cut[0])
		return;
	script = &r->scripts[index];
	if (script->pending_count < PENDING_MAX)
		script->pending[script->pending_count++] = lock_number(r, mutex);
	else
		recorder_cut(r, "more than %d mutexes are unlocked in one step", PENDING_MAX);
}

/* ------------------------------------------- the end ------------------------------------------ */

static void add_blocked(struct recorder *r, unsigned int task)
{
	const struct point *point = &r->h->tasks[task].point;
	const char *at = "other";

	if (is_queue_wait(&r->after, point))
		at = "wait";
	else if (point->kind == POINT_MUTEX)
		at = "nlock";
	if (point->object == r->after.mutex || (strcmp(at, "other") == 0 && !script_other(r, task)))
		recorder_cut(r, "task %s waits for %s in the middle of a call",
			     r->h->tasks[task].name, point->site.object);
	if (strcmp(at, "nlock") == 0)
		script_lock(r, task, lock_number(r, point->object));
	text_add(&r->blocked, "%s[%u,\"%s\"]", r->blocked.size > 0 ? "," : "", task, at);
}

/* A daemon that waits for nothing of the queue's is done as far as that is concerned. */
static void end_daemon(struct recorder *r, unsigned int task)
{
	if (r->scripts[task].open_count > 0 || r->h->tasks[task].point.kind == POINT_MUTEX)
		recorder_cut(r, "the daemon %s waits in a call or for a mutex",
			     r->h->tasks[task].name);
}

void recorder_end(struct recorder *r)
{
	r->verdict = r->h->result.verdict;
	if (r->verdict != TEEQ_VERDICT_DONE && r->verdict != TEEQ_VERDICT_DEADLOCK)
		recorder_cut(r, "the run ended in a %s", teeq_verdict_name(r->verdict));
	for (unsigned int i = 0; i < r->h->task_count; i++) {
		bool standing = r->h->tasks[i].state == TASK_AT_POINT && !r->cut[0];

		if (standing && r->verdict == TEEQ_VERDICT_DONE)
			end_daemon(r, i);
		else if (standing)
			add_blocked(r, i);
		script_close(r, i);
	}
}
