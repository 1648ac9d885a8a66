/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/world.h"

#include <stdlib.h>
#include <string.h>

enum teeq_secure_side model_secure_side(const struct teeq_model *m)
{
	return m->abi == TEEQ_ABI_FFA ? TEEQ_SECURE_PLAIN : m->policy->secure;
}

/* ----------------------------------------- enabled -------------------------------------------- */

/* The tasks that have a completion to consume where they stand. */
static uint64_t woken_tasks(const struct teeq_model *m, const struct teeq_world *w)
{
	const struct teeq_callq *q = world_callq(m, w);
	uint64_t woken = 0;

	for (unsigned int i = 0; i < q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &q->waiters[i];
		unsigned int task = id_task(waiter->id);

		if ((waiter->flags & TEEQ_WAITER_DONE) &&
		    world_task(m, w, task)->top == id_level(waiter->id))
			woken |= task_bit(task);
	}
	return woken;
}

/* Whether the instruction a task stands at can be executed now. */
static bool is_open(const struct teeq_model *m, const struct teeq_world *w, const struct task *task,
		    const struct instruction *at)
{
	switch (at->op) {
	case OP_END:
		return false;
	case OP_LOCK:
		return world_locks(m, w)[at->object] == 0;
	case OP_AWAIT:
		return w->events >> at->object & 1;
	case OP_BARRIER:
		return task->flags & TASK_RELEASED;
	default:
		return true;
	}
}

uint64_t teeq_world_enabled(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t woken = woken_tasks(m, w), enabled = 0;

	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);
		const struct level *top = task_top(task);
		bool can_move;

		if (m->tasks[i].stage > w->stage)
			continue;
		if (call_sleeps(&top->call))
			can_move = woken & task_bit(i);
		else if (top->call.state == CALL_IDLE)
			can_move = is_open(m, w, task, &m->code[top->pc]);
		else
			can_move = true;
		if (can_move)
			enabled |= task_bit(i);
	}
	return enabled;
}

uint64_t teeq_world_unfinished(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t unfinished = 0;

	for (unsigned int i = 0; i < m->task_count; i++)
		if (world_action(m, w, i) != TEEQ_ACTION_NONE)
			unfinished |= task_bit(i);
	return unfinished;
}

void world_settle(const struct teeq_model *m, struct teeq_world *w)
{
	while (w->stage < m->last_stage && teeq_world_enabled(m, w) == 0)
		w->stage++;
}

/* --------------------------------------- the beginning ---------------------------------------- */

/* What the driver learns of the secure world when it is probed. */
static unsigned int probe_thread_count(const struct teeq_model *m, struct teeq_world *w)
{
	struct teeq_smc_regs call = { .a = { TEEQ_SMC_GET_THREAD_COUNT } };
	struct teeq_smc_regs ret;

	if (m->abi == TEEQ_ABI_FFA)
		return 0;
	pool_smc(world_pool(m, w), &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK ? (unsigned int)ret.a[1] : 0;
}

static void init_sessions(struct teeq_model *m, struct teeq_world *w)
{
	struct session *sessions = world_sessions(m, w);

	for (unsigned int i = 0; i < m->session_count; i++) {
		sessions[i].open = m->session_asks[i] || !m->session_opened[i];
		if (m->session_asks[i])
			m->session_answer[i] = (int16_t)session_reserve(m, w, i, NULL);
	}
}

void world_init(struct teeq_model *m, struct teeq_world *w)
{
	pool_init(world_pool(m, w), m->thread_count, model_secure_side(m), m->static_system_count);
	for (unsigned int i = 0; i < m->lost_count; i++)
		pool_lose(world_pool(m, w), i);
	callq_init(world_callq(m, w), probe_thread_count(m, w));
	init_sessions(m, w);
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level < m->level_count; level++)
			task->levels[level].call = CALL_NONE;
		task->levels[0].pc = m->tasks[i].start;
		world_advance(m, w, i);
	}
	w->stage = 1;
	world_settle(m, w);
}

/* ------------------------------------------ public -------------------------------------------- */

struct teeq_world *teeq_world_new(const struct teeq_model *m)
{
	struct teeq_world *w = malloc(m->layout.size);

	if (w)
		teeq_world_reset(m, w);
	return w;
}

void teeq_world_free(struct teeq_world *w)
{
	free(w);
}

void teeq_world_reset(const struct teeq_model *m, struct teeq_world *w)
{
	memcpy(w, m->initial, m->layout.size);
}

size_t teeq_world_size(const struct teeq_model *m)
{
	return m->layout.size;
}

void teeq_world_copy(const struct teeq_model *m, struct teeq_world *to,
		     const struct teeq_world *from)
{
	memcpy(to, from, m->layout.size);
}

enum teeq_status teeq_world_step(const struct teeq_model *m, struct teeq_world *w,
				 unsigned int task, struct teeq_event *event)
{
	if (task >= m->task_count || !(teeq_world_enabled(m, w) & task_bit(task)))
		return TEEQ_EINPUT;
	world_step(m, w, task, event);
	return TEEQ_OK;
}

/* ----------------------------------------- invariants ----------------------------------------- */

/* Each context that runs or waits belongs to exactly one call, but for the lost ones. */
static const char *check_contexts(const struct teeq_model *m, const struct teeq_world *w)
{
	const struct pool *pool = world_pool(m, w);
	uint64_t owned = 0, used = 0;

	for (unsigned int i = 0; i < pool->context_count; i++)
		used |= (uint64_t)(pool->context[i] != CONTEXT_FREE) << i;
	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			unsigned int context = task->levels[level].call.context;

			if (context == POOL_NO_CONTEXT)
				continue;
			if (owned >> context & 1)
				return "a thread context has two owners";
			owned |= UINT64_C(1) << context;
		}
	}
	if (owned & ~used)
		return "a free thread context has an owner";
	return __builtin_popcountll(used & ~owned) == m->lost_count ?
		       NULL : "a thread context in use has no owner";
}

/* Who is admitted holds a credit, and nobody else does, where the policy says so. */
static const char *check_admitted(const struct teeq_model *m, const struct teeq_world *w)
{
	const struct teeq_callq *q = world_callq(m, w);

	if (!m->policy->counts_every_call || q->total_count == 0)
		return NULL;
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		uint16_t id = q->waiters[i].id;
		const struct task *task = world_task(m, w, id_task(id));
		bool admitted = task->levels[id_level(id)].call.state >= CALL_SMC;

		if (admitted != (q->waiters[i].credit == TEEQ_CREDIT_THREAD))
			return "a caller is admitted without a credit, or holds one unadmitted";
	}
	return q->free_count < 0 ? "more credits were taken than there are" : NULL;
}

const char *teeq_world_check(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	if (w->violation == VIOLATION_UNLOCK)
		broken = "a task unlocked a mutex that it does not hold";
	if (!broken)
		broken = callq_check(world_callq(m, w), m->policy);
	if (!broken)
		broken = pool_check(world_pool(m, w));
	if (!broken)
		broken = check_admitted(m, w);
	return broken ? broken : check_contexts(m, w);
}
