/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * Time passes in ticks, and only for who waits for it: a timer counts down what is left of a sleep,
 * of a wait or of work. In a run the others wait for nothing while anybody can move; a search lets
 * whoever waits for time move at once instead. How long a step takes its timer says where it is
 * set: step.c, rpc.c.
 */
bool world_waits_for_time(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int index)
{
	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);

	if (world_timers(m, w)[index] == 0 || top->call.state == CALL_STARTED)
		return false;
	if (task->wait == RPC_NOTIF_WAKE)
		return !(world_keys(m, w, m->tasks[index].guest)[task->about].flags & KEY_DONE);
	/* An interrupt does not wait until the work is done. */
	if (top->call.state == CALL_SECURE)
		return !fault_is_armed(m, w, TEEQ_FAULT_INTERRUPT);
	return (task->wait == RPC_SLEEP && !cancel_cuts_sleep(m, w, index)) ||
	       (top->call.state == CALL_IDLE && m->code[top->pc].op == OP_SLEEP &&
		!(task->flags & TASK_KILLED));
}

uint64_t world_timed(const struct teeq_model *m, const struct teeq_world *w, uint64_t enabled)
{
	uint64_t timed = 0;

	if (!(m->uses & USES_TIME))
		return 0;
	for (uint64_t left = enabled; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (task < m->first_fault && world_waits_for_time(m, w, task))
			timed |= task_bit(task);
	}
	return timed;
}

/*
 * Time passes for all who wait for it, also for those who could not move even if theirs were over.
 */
uint64_t world_pass_time(const struct teeq_model *m, struct teeq_world *w, uint64_t timed)
{
	uint16_t *timers = world_timers(m, w);
	uint16_t ticks = UINT16_MAX;
	uint64_t over = 0;

	INVARIANT((timed & ~world_timed(m, w, timed)) == 0, "time passes for who waits for none");
	for (uint64_t left = timed; left; left &= left - 1)
		if (timers[__builtin_ctzll(left)] < ticks)
			ticks = timers[__builtin_ctzll(left)];
	for (unsigned int task = 0; task < m->first_fault; task++) {
		if (!world_waits_for_time(m, w, task))
			continue;
		timers[task] = timers[task] > ticks ? (uint16_t)(timers[task] - ticks) : 0;
		if (timers[task] == 0)
			over |= task_bit(task);
	}
	return over & timed;
}
