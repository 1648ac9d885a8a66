/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "model/step.h"

/*
 * Looking inside a world without changing it, for reports and tests.
 */
static const uint8_t call_actions[] = {
	[CALL_GET_ARG] = TEEQ_ACTION_GET_ARG,
	[CALL_FREE_ARG] = TEEQ_ACTION_FREE_ARG,
	[CALL_ENTER] = TEEQ_ACTION_ENTER,
	[CALL_WAIT_CREDIT] = TEEQ_ACTION_WAIT,
	[CALL_REQUEUE_CREDIT] = TEEQ_ACTION_REQUEUE,
	[CALL_RECHECK] = TEEQ_ACTION_RECHECK,
	[CALL_SMC] = TEEQ_ACTION_SMC,
	[CALL_WAIT_THREAD] = TEEQ_ACTION_WAIT,
	[CALL_REQUEUE_THREAD] = TEEQ_ACTION_REQUEUE,
	[CALL_SECURE] = TEEQ_ACTION_SECURE,
	[CALL_STARTED] = TEEQ_ACTION_STARTED,
	[CALL_RESUME] = TEEQ_ACTION_SMC,
	[CALL_LEAVE] = TEEQ_ACTION_LEAVE,
};

static const uint8_t wait_actions[] = {
	[RPC_SIMPLE] = TEEQ_ACTION_RPC,
	[RPC_SLEEP] = TEEQ_ACTION_SLEEP,
	[RPC_REQUEST] = TEEQ_ACTION_REQUEST,
	[RPC_REPLY] = TEEQ_ACTION_REPLY,
	[RPC_NOTIF_WAIT] = TEEQ_ACTION_NOTIF_WAIT,
	[RPC_NOTIF_WAKE] = TEEQ_ACTION_NOTIF_WAKE,
	[RPC_NOTIF_LATE] = TEEQ_ACTION_NOTIF_WAKE,
	[RPC_NOTIF_SEND] = TEEQ_ACTION_NOTIF_SEND,
};

/* Threads that serve have nothing left to do while nobody asks them. */
static enum teeq_action idle_action(const struct teeq_model *m, const struct teeq_world *w,
				    unsigned int guest, const struct instruction *at)
{
	if (op_is(at->op, OP_SERVES) && !world_is_asked(m, w, guest, at))
		return TEEQ_ACTION_NONE;
	return op_infos[at->op].action;
}

enum teeq_action world_action(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int task)
{
	const struct level *top = task_top(world_task(m, w, task));

	if (top->call.state == CALL_RPC)
		return wait_actions[world_task(m, w, task)->wait];
	if (top->call.state != CALL_IDLE)
		return call_actions[top->call.state];
	if (top->counts > 0 && model_counts_late(m, &m->code[top->pc]))
		return TEEQ_ACTION_COUNT_SESSION;
	return idle_action(m, w, m->tasks[task].guest, &m->code[top->pc]);
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

static uint16_t rpc_object(const struct teeq_model *m, const struct teeq_world *w,
			   const struct task *task)
{
	switch (task->wait) {
	case RPC_SLEEP:
		return TEEQ_NO_OBJECT;
	case RPC_SIMPLE:
	case RPC_REQUEST:
	case RPC_REPLY:
		return secure_rpc(m, w, task->levels[task->top].call.context)->object;
	default:
		return task->about;
	}
}

void teeq_world_task(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		     struct teeq_task_view *view)
{
	if (!view)
		return;
	*view = (struct teeq_task_view){ 0 };
	if (!m || !w || index >= m->task_count)
		return;

	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	const struct instruction *at = &m->code[top->pc];
	bool none = at->op == OP_END || at->op == OP_START || at->op == OP_REGISTER;
	uint16_t object = none ? TEEQ_NO_OBJECT : at->object;
	bool enabled = teeq_world_enabled(m, w) >> index & 1;

	if (top->call.state == CALL_RPC)
		object = rpc_object(m, w, task);
	*view = (struct teeq_task_view){
		.action = world_action(m, w, index),
		.level = task->top,
		.enabled = enabled,
		.started = m->tasks[index].stage <= w->stage,
		.object = object,
		.wants_thread = top->call.state == CALL_WAIT_THREAD,
		.wants_all_threads = top->call.state == CALL_WAIT_THREAD && at->op == OP_SHM_CACHE,
		.killed = task->flags & TASK_KILLED,
		.freezing = task->flags & TASK_FREEZING,
		.frozen = task->flags & TASK_FROZEN,
		.lacks_cpu = m->cpu_count > 0 && !enabled && (world_can_move(m, w) >> index & 1),
		.keeps_cpu = cpu_is_kept(m, w, index),
		.spins = world_spinning(m, w) >> index & 1,
		.polled = (uint16_t)world_polled(m, w, index),
	};
}

bool teeq_world_call(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		     unsigned int level, struct teeq_call_view *view)
{
	if (!m || !w || index >= m->task_count || level >= m->level_count || !view)
		return false;

	const struct task *task = world_task(m, w, index);
	const struct teeq_waiter *waiter;
	const struct instruction *at;
	const struct call *call;

	if (level > task->top || task->levels[level].call.state == CALL_IDLE)
		return false;
	call = &task->levels[level].call;
	at = &m->code[task->levels[level].pc];
	waiter = callq_find(world_callq(m, w, m->tasks[index].guest), caller_id(index, level));
	*view = (struct teeq_call_view){
		.in_queue = waiter,
		.system = call->flags & CALL_SYSTEM,
		.done = waiter && (waiter->flags & TEEQ_WAITER_DONE),
		.admitted = call->state >= CALL_SMC,
		.context = call->context,
		.memory = call_memory(call, at),
		.command = call->flags & CALL_PAGE ? TEEQ_NO_OBJECT : model_command(at),
		.session = at->op == OP_SHM_CACHE ? TEEQ_NO_OBJECT : at->object,
		.closes = at->op == OP_CLOSE && !(call->flags & CALL_PAGE),
	};
	return true;
}

const struct teeq_callq *teeq_world_callq(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return NULL;
	return world_callq(m, w, 0);
}

struct teeq_caller teeq_waiter_caller(const struct teeq_waiter *waiter)
{
	if (!waiter)
		return (struct teeq_caller){ 0 };
	return (struct teeq_caller){ (uint8_t)id_task(waiter->id), (uint8_t)id_level(waiter->id) };
}

bool teeq_world_arguments(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int guest, struct teeq_arguments_view *view)
{
	const struct arguments *arguments;

	if (!m || !w || guest >= m->guest_count || !view || m->argument_slots == 0)
		return false;
	arguments = world_arguments(m, w, guest);
	*view = (struct teeq_arguments_view){
		.capacity = arguments->capacity,
		.used = arguments->used,
		.owner = (int)arguments->owner - 1,
	};
	return true;
}

unsigned int teeq_world_reserved(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return 0;
	return teeq_world_guest_reserved(m, w, 0);
}

int teeq_world_lock_owner(const struct teeq_model *m, const struct teeq_world *w, unsigned int lock)
{
	if (!m || !w || lock >= m->lock_count)
		return -1;
	return world_locks(m, w)[lock] - 1;
}

bool teeq_world_event_signalled(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int event)
{
	if (!m || !w || event >= m->event_count)
		return false;

	return w->events >> event & 1;
}

unsigned int teeq_world_barrier(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int barrier, unsigned int *wanted)
{
	if (!m || !w || barrier >= m->barrier_count || !wanted)
		return 0;
	*wanted = m->barrier_wants[barrier];
	return world_barriers(m, w)[barrier];
}
