/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

#include <stdlib.h>
#include <string.h>

enum teeq_secure_side model_secure_side(const struct teeq_model *m)
{
	return m->abi == TEEQ_ABI_FFA ? TEEQ_SECURE_PLAIN : m->policy->secure;
}

/* ----------------------------------------- enabled -------------------------------------------- */

/* The tasks whose topmost call is in the queue of @guest with its completion done. */
static inline uint64_t woken_in(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	const struct teeq_callq *q = world_callq(m, w, guest);
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

static uint64_t woken_tasks(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t woken = woken_in(m, w, 0);

	for (unsigned int guest = 1; guest < m->guest_count; guest++)
		woken |= woken_in(m, w, guest);
	return woken;
}

bool world_is_asked(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest,
		    const struct instruction *at)
{
	if (at->op == OP_RECEIVE)
		return *world_supplicant(m, w, guest) == SUPPLICANT_RUNS &&
		       world_requests(m, w, guest)->count > 0;
	return at->op == OP_IRQ ? async_pending(m, w, guest) : async_told(m, w, guest);
}

/* Instructions that wait for what surrounds the calls. */
static bool is_open_outside(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int index, const struct instruction *at)
{
	unsigned int guest = m->tasks[index].guest;

	switch (at->op) {
	case OP_RECEIVE:
	case OP_IRQ:
	case OP_BOTTOM_HALF:
		return world_is_asked(m, w, guest, at);
	case OP_START_SUPPLICANT:
		return supplicant_can_start(m, w, guest);
	case OP_FREEZE:
		return at->flags == 0 || client_is_frozen(m, w, at->object, guest);
	default:
		return true;
	}
}

/* Whether the instruction a task stands at can be executed now: asked of every task at every step. */
static bool is_open(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		    const struct task *task, const struct instruction *at)
{
	if (at->op == OP_END)
		return false;
	if (at->op == OP_LOCK)
		return world_locks(m, w)[at->object] == 0;
	if (at->op == OP_AWAIT || at->op == OP_POLL)
		return w->events >> at->object & 1;
	if (at->op == OP_BARRIER)
		return task->flags & TASK_RELEASED;
	return is_open_outside(m, w, index, at);
}

/*
 * Of a task that does not sleep in the call queue: calls and scripts, and nobody who is killed, frozen or
 * failing.
 */
__attribute__((always_inline)) static inline bool
can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
	 const struct task *task, const struct level *top)
{
	if (top->call.state == CALL_IDLE)
		return is_open(m, w, index, task, &m->code[top->pc]);
	if (top->call.state == CALL_RPC)
		return rpc_can_move(m, w, index);
	if (top->call.state <= CALL_FREE_ARG)
		return arguments_can_move(m, w, index);
	/* An interrupted poll is not resumed before its event is signalled: it would look in vain again. */
	return top->call.state != CALL_RESUME || !(top->call.flags & CALL_INTERRUPTED) ||
	       world_polled(m, w, index) == MODEL_NONE;
}

/* Killed and frozen tasks. */
static uint64_t apply_signals(const struct teeq_model *m, const struct teeq_world *w,
			      uint64_t enabled)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		if (m->tasks[i].stage > w->stage)
			continue;
		if (task->flags & TASK_FROZEN)
			enabled &= ~task_bit(i);
		else if (task_can_exit(m, w, i))
			enabled |= task_bit(i);
	}
	return enabled;
}

/*
 * A fault may strike while anything else can move: a deadlock is one without its help. Where nobody is in
 * the normal world, an interrupt is all that can happen.
 */
static uint64_t world_add_faults(const struct teeq_model *m, const struct teeq_world *w,
				 uint64_t enabled)
{
	bool busy = cpus_are_busy(m, w);
	uint64_t faults = 0;

	for (unsigned int i = 0; enabled && i < m->fault_count; i++)
		if ((!busy || m->faults[i].kind == TEEQ_FAULT_INTERRUPT) &&
		    fault_can_strike(m, w, i))
			faults |= task_bit(m->first_fault + i);
	return enabled | faults;
}

uint64_t world_can_move(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t sleeping = 0, enabled = 0;

	for (unsigned int i = 0; i < m->first_fault; i++) {
		struct task *task = world_task(m, w, i);
		const struct level *top = task_top(task);

		if (m->tasks[i].stage > w->stage)
			continue;
		if (call_sleeps(&top->call))
			sleeping |= task_bit(i);
		else if (can_move(m, w, i, task, top))
			enabled |= task_bit(i);
	}
	if (sleeping)
		enabled |= sleeping & woken_tasks(m, w);
	return m->uses & USES_SIGNALS ? apply_signals(m, w, enabled) : enabled;
}

bool world_task_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct teeq_callq *q = world_callq(m, w, model_guest(m, index));
	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	uint16_t id = caller_id(index, task->top);

	if (m->tasks[index].stage > w->stage)
		return false;
	if (!call_sleeps(&top->call))
		return can_move(m, w, index, task, top);
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (q->waiters[i].id == id)
			return q->waiters[i].flags & TEEQ_WAITER_DONE;
	return false;
}

/* Apart from who asks it for nearly every world, where there is neither. */
__attribute__((noinline)) static uint64_t with_cpus_and_faults(const struct teeq_model *m,
							       const struct teeq_world *w)
{
	uint64_t enabled = world_can_move(m, w);

	if (m->cpu_count > 0)
		enabled = cpus_apply(m, w, enabled);
	return m->fault_count > 0 ? world_add_faults(m, w, enabled) : enabled;
}

uint64_t teeq_world_enabled(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return 0;
	if (m->cpu_count + m->fault_count > 0)
		return with_cpus_and_faults(m, w);
	return world_can_move(m, w);
}

uint64_t teeq_world_unfinished(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return 0;

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
	pool_smc(world_guest_pool(m, w, 0), &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK ? (unsigned int)ret.a[1] : 0;
}

/* Each has been told of all threads, of as many as its hypervisor says, or of none. */
static void init_guests(const struct teeq_model *m, struct teeq_world *w)
{
	unsigned int threads = probe_thread_count(m, w);

	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		bool runs = m->supplicant_count > 0 && !m->guest_no_supplicant[guest];
		bool told = m->has_guests && m->abi == TEEQ_ABI_SMC;

		callq_init(world_callq(m, w, guest),
			   told ? m->guest_thread_count[guest] : threads);
		*world_supplicant(m, w, guest) = runs ? SUPPLICANT_RUNS : SUPPLICANT_ABSENT;
	}
}

static void init_sessions(struct teeq_model *m, struct teeq_world *w)
{
	struct session *sessions = world_sessions(m, w);

	for (unsigned int i = 0; i < m->session_count; i++) {
		sessions[i].open = m->session_asks[i] || !m->session_opened[i];
		if (m->session_asks[i])
			m->session_answer[i] = (int16_t)world_reserve(m, w, i);
	}
}

static void init_pools(const struct teeq_model *m, struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->pool_count; i++) {
		struct pool *pool = world_pool(m, w, i);

		pool_init(pool, (unsigned int)m->pool_first[i + 1] - m->pool_first[i],
			  model_secure_side(m), m->static_system_count);
		pool->lacks_rpc_arg = m->lacks_rpc_arg;
		if (m->uses & USES_SHM_CACHE)
			pool->cached_count = pool->context_count;
	}
}

void world_init(struct teeq_model *m, struct teeq_world *w)
{
	init_pools(m, w);
	for (unsigned int i = 0; i < m->lost_count; i++)
		pool_lose(world_pool(m, w, 0), i);
	w->lost_count = m->lost_count;
	for (unsigned int i = 0; i < m->fault_count; i++)
		world_faults(m, w)[i].left = m->faults[i].times;
	for (unsigned int i = 0, at = 0; i < m->ta_count; i++)
		if (m->tas_to_load >> i & 1)
			world_loaded(m, w)[at++] = (uint8_t)(m->tas_there >> i & 1 ? LOADED_STAYS : 0);
	if (m->argument_slots > 0)
		arguments_init(m, w);
	init_guests(m, w);
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
	if (!m)
		return NULL;

	/* A copy is quicker from and to whole lines of the cache. */
	struct teeq_world *w = aligned_alloc(64, (m->layout.size + 63u) / 64 * 64);

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
	if (!m || !w)
		return;

	memcpy(w, m->initial, m->layout.size);
}

size_t teeq_world_size(const struct teeq_model *m)
{
	if (!m)
		return 0;
	return m->layout.size;
}

void teeq_world_copy(const struct teeq_model *m, struct teeq_world *to,
		     const struct teeq_world *from)
{
	if (!m || !to || !from)
		return;

	memcpy(to, from, m->layout.size);
}

enum teeq_status teeq_world_step(const struct teeq_model *m, struct teeq_world *w,
				 unsigned int task, struct teeq_event *event)
{
	if (!m || !w || task >= m->task_count)
		return TEEQ_EINPUT;
	if (task >= m->task_count || !(teeq_world_enabled(m, w) & task_bit(task)))
		return TEEQ_EINPUT;
	world_step(m, w, task, event);
	return TEEQ_OK;
}
