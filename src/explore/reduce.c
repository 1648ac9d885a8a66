/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/reduce.h"

void reduce_init(struct reduce *reduce, const struct teeq_model *m, bool on)
{
	*reduce = (struct reduce){
		.m = m,
		/* What all contexts are looked at for, and faults, see every action. */
		.on = on && !(m->uses & USES_POOL_STATE),
		.contexts_suffice = m->policy->counts_every_call && m->abi == TEEQ_ABI_SMC &&
				    m->policy->secure == TEEQ_SECURE_PLAIN && m->lost_count == 0,
		.has_barriers = m->barrier_count > 0,
		.secure_is_seen = m->uses & (USES_SECURE_STATE | USES_ASYNC),
		.scripts_are_stopped = m->uses & USES_SIGNALS,
	};
}

/* Whether the secure thread in @context exits next, rather than ask for an RPC. */
static bool exits_next(const struct teeq_model *m, const struct teeq_world *w, unsigned int context)
{
	const struct thread *thread = world_thread(m, w, context);
	unsigned int pc = thread->pc;

	/* A turn of a loop contains an RPC, so what follows decides, unless the loop goes on. */
	while (pc != MODEL_NONE && m->code[pc].op == OP_NEXT && thread->loops[m->code[pc].slot] == 1)
		pc++;
	return pc == MODEL_NONE || m->code[pc].op == OP_END;
}

static bool is_local_script(const struct teeq_model *m, const struct teeq_world *w,
			    const struct level *top)
{
	const struct instruction *at = &m->code[top->pc];

	return at->op == OP_START || (at->op == OP_AWAIT && (w->events >> at->object & 1));
}

/* Whether what a started task stands at is such an action, and can be performed. */
static bool is_local(const struct reduce *reduce, const struct teeq_world *w,
		     const struct level *top)
{
	switch (top->call.state) {
	case CALL_RESUME:
		return true;
	case CALL_SMC:
		return reduce->contexts_suffice;
	case CALL_SECURE:
		if (reduce->secure_is_seen)
			return false;
		if (exits_next(reduce->m, w, top->call.context))
			return reduce->contexts_suffice;
		return !reduce->has_barriers;
	case CALL_IDLE:
		return !reduce->has_barriers && !reduce->scripts_are_stopped &&
		       is_local_script(reduce->m, w, top);
	default:
		return false;
	}
}

bool reduce_is_local(const struct reduce *reduce, const struct teeq_world *w, unsigned int task)
{
	const struct teeq_model *m = reduce->m;

	return reduce->on && !w->violation && m->tasks[task].stage <= w->stage &&
	       is_local(reduce, w, task_top(world_task(m, w, task)));
}

int reduce_local_task(const struct reduce *reduce, const struct teeq_world *w)
{
	for (unsigned int i = 0; reduce->on && i < reduce->m->task_count; i++)
		if (reduce_is_local(reduce, w, i))
			return (int)i;
	return -1;
}
