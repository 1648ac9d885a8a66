/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

/*
 * What fails: the error goes with the task, until a script asks for it or the call that it is about
 * is over. In the secure world it leads to what the command gives back.
 */

int result_of(unsigned int error)
{
	int value = (int)teeq_failure_value((enum teeq_failure)error);

	return error >= TEEQ_FAILURE_EINTR ? -value : (int)error;
}

void call_fail(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
	       unsigned int error)
{
	INVARIANT(error != TEEQ_FAILURE_NONE, "the call of task %u fails without an error", index);
	task_top(world_task(m, w, index))->call.flags |= CALL_FAILED;
	task_set_error(m, w, index, error);
}

/*
 * What the thread in @context does at @at fails: on to
 * where the script asks for errors, or to the clean-up.
 */
void secure_give_up(const struct teeq_model *m, const struct teeq_world *w, unsigned int context,
		    const struct instruction *at)
{
	INVARIANT(context < m->thread_count, "context %u of %u", context, m->thread_count);
	world_thread(m, w, context)->pc = at->target ? at->target : CODE_NONE;
}

void secure_rpc_failed(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		       unsigned int error)
{
	unsigned int context = task_top(world_task(m, w, index))->call.context;

	call_fail(m, w, index, error);
	secure_give_up(m, w, context, secure_rpc(m, w, context));
}

bool task_catch(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		const struct instruction *at)
{
	if (at->error != TEEQ_FAILURE_NONE && at->error != task_error(m, w, index))
		return false;
	if (!(at->flags & FLAG_ERROR)) {
		task_top(world_task(m, w, index))->call.flags &= (uint8_t)~CALL_FAILED;
		task_set_error(m, w, index, TEEQ_FAILURE_NONE);
	}
	return true;
}
