/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_world_step.h"

#include <string.h>

/* At the end of an input most have nothing left to do; that should cost nothing. */
static bool core_is_idle(const struct core_task *task)
{
	return task->top == 0 && task->level[0].call.state == CALL_IDLE && !task->flags &&
	       !task->level[0].reservations;
}

static void core_drain(struct core_world *f)
{
	bool moved = true;

	while (moved && !f->broken) {
		moved = false;
		for (unsigned int i = 0; i < f->task_count && !f->broken; i++)
			moved |= !core_is_idle(&f->tasks[i]) && core_move(f, i, VERB_DRAIN);
		if (f->steps > CORE_STEPS)
			core_fail(f, "it goes on and on");
	}
}

/* --------------------------------------- start and end ---------------------------------------- */

static void core_start(struct core_world *f, const struct teeq_policy *policy,
		       const uint8_t header[CORE_HEADER], struct core_watcher *watcher)
{
	const struct core_task idle = { .level = { { .call = CALL_NONE } } };
	struct books *books = &f->books;
	unsigned int kinds = header[0] / policy_count();

	memset(f, 0, sizeof(*f));
	f->watcher = watcher;
	f->policy = policy ? policy : teeq_policy_at(header[0] % policy_count());
	f->rules = rules_of(f->policy);
	f->ffa = kinds % 4 == 3;
	f->task_count = (header[2] & 7) + 1;
	f->asks = header[2] >> 4;
	books->threads = (header[1] & 7) + 1;
	f->static_count = header[1] >> 3 & 7;
	if (f->static_count > books->threads)
		f->static_count = books->threads;
	f->lost = header[1] >> 6 & 1;
	books->side = (uint8_t)(f->ffa ? TEEQ_SECURE_PLAIN : f->policy->secure);
	books->total = f->ffa ? 0 : books->threads;
	books->reserved = books->side == TEEQ_SECURE_STATIC ? f->static_count : 0;
	pool_init(core_pool(f), books->threads, (enum teeq_secure_side)books->side,
		  f->static_count);
	callq_init(core_queue(f), books->total);
	if (f->lost) {
		pool_lose(core_pool(f), 0);
		books->owned = 1;
	}
	for (unsigned int i = 0; i < f->task_count; i++)
		f->tasks[i] = idle;
	for (unsigned int i = 0; i < CORE_SESSIONS; i++) {
		f->sessions[i].open = f->asks >> i & 1;
		if (f->sessions[i].open)
			core_reserve(f, i);
	}
	core_check(f);
}

/* Whether @task, asleep, would be admitted: by the rules, or, without them, by the policy. */
static bool would_enter(const struct core_world *f, const struct core_task *task, bool system)
{
	_Alignas(struct teeq_callq) unsigned char scratch[sizeof(f->queue)];
	unsigned int index = (unsigned int)(task - f->tasks);

	if (f->rules)
		return rules_admits(f->rules, &f->books, system, true);
	return callq_would_admit(core_queue(f), f->policy, core_id(index, task->top),
				 (struct teeq_callq *)(void *)scratch);
}

/* Asleep at the top of @task, and a thread and a credit are there. */
static bool sleeps_in_vain(const struct core_world *f, const struct core_task *task)
{
	const struct call *call = &task->level[task->top].call;
	bool system = call->flags & CALL_SYSTEM;

	if (rules_context(&f->books, system && f->books.side != TEEQ_SECURE_PLAIN) ==
	    TEEQ_NO_CONTEXT)
		return false;
	return call->state == CALL_WAIT_THREAD || would_enter(f, task, system);
}

/* Nobody can move: is that as it should be? */
static enum core_end core_end_of(struct core_world *f)
{
	enum core_end end = CORE_DONE;

	for (unsigned int i = 0; i < f->task_count; i++) {
		const struct core_task *task = &f->tasks[i];

		if (task->level[task->top].call.state == CALL_IDLE && task->top == 0)
			continue;
		if (!call_sleeps(&task->level[task->top].call))
			core_fail(f, "a task that does not sleep cannot move");
		else if (sleeps_in_vain(f, task))
			end = CORE_LOST_WAKEUP;
		else if (end == CORE_DONE)
			end = CORE_DEADLOCK;
	}
	if (end == CORE_DONE && (core_queue(f)->waiter_count || f->books.held || f->books.slot ||
				 f->books.owned != f->lost))
		core_fail(f, "everybody is done, and something is still held");
	return f->broken ? CORE_BROKEN : end;
}

enum core_end core_run(struct core_world *f, const struct teeq_policy *policy, const uint8_t *data,
		       size_t size, struct core_watcher *watcher)
{
	uint8_t header[CORE_HEADER] = { 0 };
	size_t most = CORE_HEADER + CORE_OPERATIONS;

	if (size > 0)
		memcpy(header, data, size < CORE_HEADER ? size : CORE_HEADER);
	core_start(f, policy, header, watcher);
	for (size_t i = CORE_HEADER; i < size && i < most && !f->broken; i++)
		if ((data[i] & 7) < f->task_count)
			core_move(f, data[i] & 7, data[i] >> 3);
	core_drain(f);
	return core_end_of(f);
}

const char *core_finding(const struct core_world *f, enum core_end end)
{
	if (end == CORE_BROKEN)
		return f->broken;
	if (end == CORE_LOST_WAKEUP && !(f->rules && f->rules->loses_wakes))
		return "a policy that loses no wake-up lost one";
	return NULL;
}
