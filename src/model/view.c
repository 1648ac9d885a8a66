/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "model/world.h"

/*
 * Looking inside a world without changing it, for reports and tests.
 */
static const uint8_t call_actions[] = {
	[CALL_ENTER] = TEEQ_ACTION_ENTER,
	[CALL_WAIT_CREDIT] = TEEQ_ACTION_WAIT,
	[CALL_REQUEUE_CREDIT] = TEEQ_ACTION_REQUEUE,
	[CALL_RECHECK] = TEEQ_ACTION_RECHECK,
	[CALL_SMC] = TEEQ_ACTION_SMC,
	[CALL_WAIT_THREAD] = TEEQ_ACTION_WAIT,
	[CALL_REQUEUE_THREAD] = TEEQ_ACTION_REQUEUE,
	[CALL_SECURE] = TEEQ_ACTION_SECURE,
	[CALL_RESUME] = TEEQ_ACTION_SMC,
	[CALL_LEAVE] = TEEQ_ACTION_LEAVE,
};

static const uint8_t op_actions[] = {
	[OP_END] = TEEQ_ACTION_NONE,	      [OP_START] = TEEQ_ACTION_START,
	[OP_CLOSE] = TEEQ_ACTION_UNRESERVE,   [OP_RESERVE] = TEEQ_ACTION_RESERVE,
	[OP_RELEASE] = TEEQ_ACTION_UNRESERVE, [OP_LOCK] = TEEQ_ACTION_LOCK,
	[OP_AWAIT] = TEEQ_ACTION_AWAIT,	      [OP_BARRIER] = TEEQ_ACTION_BARRIER,
};

enum teeq_action world_action(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int task)
{
	const struct level *top = task_top(world_task(m, w, task));

	if (top->call.state != CALL_IDLE)
		return call_actions[top->call.state];
	return op_actions[m->code[top->pc].op];
}

void teeq_world_task(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		     struct teeq_task_view *view)
{
	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	const struct instruction *at = &m->code[top->pc];
	bool named = at->op != OP_END && at->op != OP_START;

	*view = (struct teeq_task_view){
		.action = world_action(m, w, index),
		.level = task->top,
		.enabled = teeq_world_enabled(m, w) >> index & 1,
		.started = m->tasks[index].stage <= w->stage,
		.object = named ? at->object : TEEQ_NO_OBJECT,
		.wants_thread = top->call.state == CALL_WAIT_THREAD,
	};
}

bool teeq_world_call(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		     unsigned int level, struct teeq_call_view *view)
{
	const struct task *task = world_task(m, w, index);
	const struct teeq_waiter *waiter;
	const struct instruction *at;
	const struct call *call;

	if (level > task->top || task->levels[level].call.state == CALL_IDLE)
		return false;
	call = &task->levels[level].call;
	at = &m->code[task->levels[level].pc];
	waiter = callq_find(world_callq(m, w), caller_id(index, level));
	*view = (struct teeq_call_view){
		.in_queue = waiter,
		.system = call->flags & CALL_SYSTEM,
		.done = waiter && (waiter->flags & TEEQ_WAITER_DONE),
		.admitted = call->state >= CALL_SMC,
		.context = call->context,
		.command = at->op == OP_CALL ? at->target : TEEQ_NO_OBJECT,
		.session = at->object,
	};
	return true;
}

const struct teeq_callq *teeq_world_callq(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_callq(m, w);
}

struct teeq_caller teeq_waiter_caller(const struct teeq_waiter *waiter)
{
	return (struct teeq_caller){ (uint8_t)id_task(waiter->id), (uint8_t)id_level(waiter->id) };
}

void teeq_world_context(const struct teeq_model *m, const struct teeq_world *w,
			unsigned int context, struct teeq_context_view *view)
{
	*view = (struct teeq_context_view){
		.state = (enum teeq_context_state)world_pool(m, w)->context[context]
	};
	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			if (task->levels[level].call.context != context)
				continue;
			view->owned = true;
			view->owner = (struct teeq_caller){ (uint8_t)i, (uint8_t)level };
		}
	}
}

unsigned int teeq_world_reserved(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_pool(m, w)->reserved_count;
}

int teeq_world_lock_owner(const struct teeq_model *m, const struct teeq_world *w, unsigned int lock)
{
	return world_locks(m, w)[lock] - 1;
}

bool teeq_world_event_signalled(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int event)
{
	(void)m;
	return w->events >> event & 1;
}

unsigned int teeq_world_barrier(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int barrier, unsigned int *wanted)
{
	*wanted = m->barrier_wants[barrier];
	return world_barriers(m, w)[barrier];
}

/* ------------------------------- what a task may still do ------------------------------------- */

struct prospect {
	uint64_t signals;
	uint32_t arrivals;
};

static void add_script(struct prospect *prospect, const struct script *script)
{
	prospect->signals |= script->signals;
	prospect->arrivals |= script->arrivals;
}

/* From @pc to the end of the script; from the start of the outermost loop that it is in. */
static void add_code(const struct teeq_model *m, struct prospect *prospect, unsigned int pc)
{
	unsigned int from = pc, end = pc;

	for (; m->code[end].op != OP_END; end++)
		if (m->code[end].op == OP_NEXT && m->code[end].target < from)
			from = m->code[end].target;
	for (; from < end; from++) {
		const struct instruction *at = &m->code[from];

		if (at->op == OP_SIGNAL)
			prospect->signals |= UINT64_C(1) << at->object;
		else if (at->op == OP_BARRIER)
			prospect->arrivals |= UINT32_C(1) << at->object;
		else if (at->op == OP_CALL && at->target != MODEL_NONE)
			add_script(prospect, &m->commands[at->target]);
		else if (at->op == OP_RPC)
			add_script(prospect, &m->services[at->object]);
	}
}

/* What lies behind where a level stands; the call it is in counts from where its thread is. */
static void add_level(const struct teeq_model *m, const struct teeq_world *w,
		      struct prospect *prospect, const struct level *level)
{
	const struct call *call = &level->call;
	bool begun = call->context != POOL_NO_CONTEXT || call->state == CALL_LEAVE;
	const struct instruction *at = &m->code[level->pc];

	if (call->context != POOL_NO_CONTEXT &&
	    world_thread(m, w, call->context)->pc != MODEL_NONE)
		add_code(m, prospect, world_thread(m, w, call->context)->pc);
	if (at->op == OP_END)
		return;
	add_code(m, prospect, level->pc + (begun || at->op == OP_BARRIER ? 1u : 0u));
}

static struct prospect prospect_of(const struct teeq_model *m, const struct teeq_world *w,
				   unsigned int index)
{
	const struct task *task = world_task(m, w, index);
	struct prospect prospect = { 0 };

	for (unsigned int level = 0; level <= task->top; level++)
		add_level(m, w, &prospect, &task->levels[level]);
	return prospect;
}

bool teeq_world_may_signal(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int task, unsigned int event)
{
	return prospect_of(m, w, task).signals >> event & 1;
}

bool teeq_world_may_arrive(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int task, unsigned int barrier)
{
	return prospect_of(m, w, task).arrivals >> barrier & 1;
}

bool teeq_world_sleeps_in_vain(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int index)
{
	union {
		struct teeq_callq q;
		unsigned char bytes[sizeof(struct teeq_callq) + TEEQ_TASK_MAX *
				    TEEQ_CALL_DEPTH_MAX * sizeof(struct teeq_waiter)];
	} scratch;
	struct task *task = world_task(m, w, index);
	const struct call *call = &task_top(task)->call;
	uint16_t id = caller_id(index, task->top);
	struct teeq_callq *q = world_callq(m, w);

	if (!call_sleeps(call) || callq_is_done(q, id))
		return false;
	if (!pool_has_room(world_pool(m, w), call->flags & CALL_SYSTEM))
		return false;
	return call->state == CALL_WAIT_THREAD || callq_would_admit(q, m->policy, id, &scratch.q);
}
