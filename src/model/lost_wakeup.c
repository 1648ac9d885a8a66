/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

/*
 * What decides a lost wake-up: a call sleeps in the queue, and would go on if only somebody woke
 * it. A deadlock with such a sleeper in it is one (teeq_world_verdict()).
 */
bool teeq_world_sleeps_in_vain(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int index)
{
	if (!m || !w || index >= m->task_count)
		return false;

	union {
		struct teeq_callq q;
		unsigned char bytes[sizeof(struct teeq_callq) + TEEQ_TASK_MAX *
									TEEQ_CALL_DEPTH_MAX *
									sizeof(struct teeq_waiter)];
	} scratch;
	struct task *task = world_task(m, w, index);

	if (!call_sleeps(&task_top(task)->call))
		return false;

	const struct call_place place = {
		.q = world_callq(m, w, m->tasks[index].guest),
		.pool = world_guest_pool(m, w, m->tasks[index].guest),
		.policy = m->policy,
		.id = caller_id(index, task->top),
	};

	if (guest_is_full(m, w, m->tasks[index].guest) &&
	    m->code[task_top(task)->pc].op != OP_SHM_CACHE)
		return false;
	if (m->code[task_top(task)->pc].op == OP_SHM_CACHE)
		return call_fast_sleeps_in_vain(&task_top(task)->call, &place, &scratch.q);
	return call_sleeps_in_vain(&task_top(task)->call, &place, &scratch.q);
}
