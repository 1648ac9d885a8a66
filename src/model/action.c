/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

/* Which action a task stands at. */

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
