/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

/* Who can move. It is asked at every step, so that what few models have is looked at last. */

/* The tasks whose topmost call is in the queue of @guest with its completion done. */
static inline uint64_t woken_in(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int guest)
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
	return at->op == OP_IRQ ? async_pending(m, w, guest) : async_half_is_due(m, w, guest);
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

/*
 * Whether the instruction a task stands at can be executed now: asked of every task at every step.
 */
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
 * Of a task that does not sleep in the call queue: calls
 * and scripts, and nobody who is killed, frozen or failing.
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
	/*
	 * An interrupted poll is not resumed before its
	 * event is signalled: it would look in vain again.
	 */
	return top->call.state != CALL_RESUME || !(top->call.flags & CALL_INTERRUPTED) ||
	       world_polled(m, w, index) == TEEQ_NO_OBJECT;
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
 * A fault may strike while anything else can move: a deadlock is one without its help. Where nobody
 * is in the normal world, an interrupt is all that can happen.
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
	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	const struct teeq_waiter *waiter;

	if (m->tasks[index].stage > w->stage)
		return false;
	if (!call_sleeps(&top->call))
		return can_move(m, w, index, task, top);
	waiter = callq_find(world_callq(m, w, model_guest(m, index)), caller_id(index, task->top));
	return waiter && (waiter->flags & TEEQ_WAITER_DONE);
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

void world_settle(const struct teeq_model *m, struct teeq_world *w)
{
	while (w->stage < m->last_stage && teeq_world_enabled(m, w) == 0)
		w->stage++;
}
