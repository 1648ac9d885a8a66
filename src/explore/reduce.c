/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/reduce.h"

void reduce_init(struct reduce *reduce, const struct teeq_model *m, bool on)
{
	*reduce = (struct reduce){
		.m = m,
		/*
		 * No action is hidden from CPUs that are counted, from the shared-memory cache and from
		 * faults: whether they can do something depends on all contexts at once.
		 */
		.on = on && !(m->uses & USES_POOL_STATE),
		.contexts_suffice =
			m->policy->counts_every_call && m->abi == TEEQ_ABI_SMC &&
			m->policy->secure == TEEQ_SECURE_PLAIN && m->lost_count == 0 &&
			!m->has_guests, /* their drivers may count more than there are */
		.secure_is_seen = m->uses & (USES_SECURE_STATE | USES_ASYNC),
		.scripts_are_stopped = m->uses & USES_SIGNALS,
	};
}

/*
 * Whether the invisible instructions from @pc on, up to the next visible one, must not be moved past what
 * others do: because they depend on others, or do more to others than let them go on.
 */
static bool meets_others(const struct teeq_model *m, unsigned int pc)
{
	while (op_is(m->code[pc].op, OP_INVISIBLE) && !op_is(m->code[pc].op, OP_MEETS_OTHERS)) {
		uint16_t next[SUCCESSOR_MAX];
		unsigned int count = instruction_successors(m->code, pc, next);

		/* Each turn of a loop holds something that can be seen: this ends. */
		for (unsigned int i = 1; i < count; i++)
			if (meets_others(m, next[i]))
				return true;
		pc = next[0];
	}
	return op_is(m->code[pc].op, OP_MEETS_OTHERS);
}

/* Where the secure thread in @context stops next; NULL: it exits. */
static const struct instruction *next_stop(const struct teeq_model *m, const struct teeq_world *w,
					   unsigned int context)
{
	const struct thread *thread = world_thread(m, w, context);
	unsigned int pc = thread->pc;

	while (pc != MODEL_NONE) {
		const struct instruction *at = &m->code[pc];

		/* A turn of a loop stops somewhere: no counter is looked at that was set here. */
		if (at->op == OP_NEXT && thread->loops[at->counter] != 1)
			pc = at->target;
		else if (at->op == OP_LOOP || at->op == OP_NEXT)
			pc++;
		else
			return at->op == OP_END ? NULL : at;
	}
	return NULL;
}

static bool is_local_secure(const struct reduce *reduce, const struct teeq_world *w,
			    unsigned int context)
{
	const struct teeq_model *m = reduce->m;
	const struct instruction *at;

	if (reduce->secure_is_seen)
		return false;
	at = next_stop(m, w, context);
	if (!at)
		return reduce->contexts_suffice;
	/*
	 * Others change the event that it polls. A failure leads elsewhere; and a thread that tries again for
	 * ever never comes to a place where others can move.
	 */
	if (at->op == OP_POLL || op_is(at->op, OP_FAILS))
		return false;
	return at->op != OP_RPC || !meets_others(m, m->services[at->object].start);
}

static bool is_local_script(const struct teeq_model *m, const struct teeq_world *w,
			    const struct level *top)
{
	const struct instruction *at = &m->code[top->pc];

	return (at->op == OP_START || (at->op == OP_AWAIT && (w->events >> at->object & 1))) &&
	       !meets_others(m, top->pc + 1u);
}

/* Whether what a started task stands at is such an action, and can be performed. */
static bool is_local(const struct reduce *reduce, const struct teeq_world *w,
		     const struct level *top)
{
	switch (top->call.state) {
	case CALL_RESUME:
		return !(top->call.flags & CALL_INTERRUPTED);
	case CALL_SMC:
		return reduce->contexts_suffice;
	case CALL_SECURE:
		return is_local_secure(reduce, w, top->call.context);
	case CALL_IDLE:
		return !reduce->scripts_are_stopped && is_local_script(reduce->m, w, top);
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
