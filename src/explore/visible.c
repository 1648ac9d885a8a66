/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/visible.h"

/*
 * Whether the invisible instructions from @pc on, up to the next visible one, must not be moved
 * past what others do: because they depend on others, or do more to others than let them go on.
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

/*
 * Instructions at which a thread stops without a look at what others change, and that they do not
 * see before the caller serves what it asks for. Others change the event that is polled; a failure
 * leads elsewhere; and a thread that tries again for ever never comes to a place where others can
 * move.
 */
static bool is_plain_stop(const struct instruction *at)
{
	switch (at->op) {
	case OP_RPC:
	case OP_WAIT_KEY:
	case OP_NOTIFY:
	case OP_SUSPEND:
	case OP_WORK:
	case OP_INTERRUPT:
		return true;
	default:
		return false;
	}
}

/*
 * Where the secure thread in @context stops next, and would be seen by nobody until then; NULL
 * where it would; @exits: it comes to its end.
 */
static const struct instruction *next_stop(const struct teeq_model *m, const struct teeq_world *w,
					   unsigned int context, bool *exits)
{
	const struct thread *thread = world_thread(m, w, context);
	unsigned int pc = thread->pc;

	*exits = false;
	while (pc != CODE_NONE) {
		const struct instruction *at = &m->code[pc];

		/* A turn of a loop stops somewhere: no counter is looked at that was set here. */
		if (at->op == OP_NEXT && thread->loops[at->counter] != 1)
			pc = at->target;
		else if (at->op == OP_LOOP || at->op == OP_NEXT)
			pc++;
		else if (at->op != OP_END)
			return is_plain_stop(at) ? at : NULL;
		else
			break;
	}
	*exits = true;
	return NULL;
}

/* Whether the task can move on, whatever others do, once this RPC has come. */
static bool rpc_goes_on(const struct teeq_model *m, const struct level *top,
			const struct instruction *at)
{
	const struct script *service = &m->services[at->object];
	const struct instruction *first = &m->code[service->start];

	if (m->policy->started && !(top->call.flags & CALL_NOTED))
		return true;
	return service->by == TEEQ_SERVED_BY_SUPPLICANT || service->kind != TEEQ_RPC_KIND_OTHER ||
	       first->op == OP_END ||
	       (op_is(first->op, OP_BEGINS_CALL) && m->argument_slots == 0);
}

/*
 * An action that others do not see, but a fault of
 * @kind: where none can strike any more that is all.
 */
static enum visibility met_by(const struct surroundings *now, enum teeq_fault_kind kind)
{
	if (!(now->faults >> kind & 1))
		return LOCAL;
	return now->forks >> kind & 1 ? FORKS : SEEN;
}

/* What a call leaves behind in its context, or is told of there, is seen by others. */
static bool exit_is_seen(const struct reduce *reduce, const struct surroundings *now,
			 const struct instruction *call)
{
	const struct teeq_model *m = reduce->m;

	return !now->contexts_suffice || m->keeps_memory || m->keeps_locks || m->cancels ||
	       (call->op == OP_OPEN && (now->faults >> TEEQ_FAULT_OPEN_FAILS & 1));
}

static bool is_local_secure(const struct reduce *reduce, const struct surroundings *now,
			    const struct teeq_world *w, const struct level *top)
{
	const struct teeq_model *m = reduce->m;
	const struct instruction *at;
	bool exits;

	at = next_stop(m, w, top->call.context, &exits);
	if (!at)
		return exits && !exit_is_seen(reduce, now, &m->code[top->pc]);
	if (at->op != OP_RPC)
		return true;
	/* What lets others go on may make a preemption of a switch that was none. */
	if (reduce->alone && op_is(m->code[m->services[at->object].start].op, OP_INVISIBLE))
		return false;
	return !meets_others(m, m->services[at->object].start) &&
	       (!now->at_any_time || rpc_goes_on(m, top, at));
}

static bool is_local_script(const struct teeq_model *m, const struct surroundings *now,
			    const struct teeq_world *w, const struct level *top)
{
	const struct instruction *at = &m->code[top->pc];

	/*
	 * Where it comes to is not known, and might be a place where nothing but a fault can
	 * happen. And while calls in the secure world keep all processors, no script goes on.
	 */
	if (now->at_any_time || now->processors_kept)
		return false;
	return (at->op == OP_START || (at->op == OP_AWAIT && (w->events >> at->object & 1))) &&
	       !meets_others(m, top->pc + 1u);
}

/* Whoever goes into the secure world takes a processor, and may meet what strikes there. */
static enum visibility visibility_of_smc(const struct reduce *reduce,
					 const struct surroundings *now, const struct level *top)
{
	const struct instruction *at = &reduce->m->code[top->pc];
	bool opens = at->op == OP_OPEN;

	if (!now->contexts_suffice || now->processors_bind || at->op == OP_SHM_CACHE ||
	    (opens && (now->faults >> TEEQ_FAULT_OPEN_FAILS & 1)))
		return SEEN;
	return opens ? LOCAL : met_by(now, TEEQ_FAULT_CALL_FAILS);
}

bool visible_waits_count(const struct reduce *reduce, const struct surroundings *now)
{
	return reduce->waits_on && now->faults == 0 && !now->processors_bind;
}

/*
 * What the driver serves at once begins the script behind that, which
 * may meet others: what came right before need not have been local.
 */
static bool is_local_rpc(const struct reduce *reduce, const struct surroundings *now,
			 const struct teeq_world *w, unsigned int task)
{
	const struct teeq_model *m = reduce->m;
	const struct task *at = world_task(m, w, task);

	if (!visible_waits_count(reduce, now) || !waits_is_local(&reduce->waits, w, task))
		return false;
	return at->wait != RPC_SIMPLE ||
	       !meets_others(m, m->services[rpc_service_of(m, w, at)].start);
}

bool visible_argument_is_local(const struct reduce *reduce, const struct surroundings *now,
			       const struct teeq_world *w, unsigned int task,
			       const struct level *top)
{
	const struct teeq_model *m = reduce->m;

	if (!reduce->arguments || !now->arguments_suffice || now->processors_kept ||
	    top->reservations > 0)
		return false;
	/* Behind the first of the two a task surely goes on, into the queue. */
	if (top->call.state == CALL_FREE_ARG)
		return !now->at_any_time && !meets_others(m, top->pc + 1u);
	return reduce->sessions_stand &&
	       !model_refuses(m, w, task, world_task(m, w, task)->top, &m->code[top->pc]);
}

__attribute__((noinline)) enum visibility
visibility_of(const struct reduce *reduce, const struct surroundings *now,
	      const struct teeq_world *w, unsigned int task, const struct level *top)
{
	if (now->processors_bind && reduce->processors_order)
		return SEEN;
	switch (top->call.state) {
	case CALL_RESUME:
		if ((top->call.flags & CALL_INTERRUPTED) || now->processors_bind)
			return SEEN;
		return met_by(now, TEEQ_FAULT_RESUME_REFUSED);
	case CALL_SMC:
		return visibility_of_smc(reduce, now, top);
	case CALL_SECURE:
		return is_local_secure(reduce, now, w, top) ? met_by(now, TEEQ_FAULT_INTERRUPT) :
							      SEEN;
	case CALL_GET_ARG:
	case CALL_FREE_ARG:
		return visible_argument_is_local(reduce, now, w, task, top) ? LOCAL : SEEN;
	case CALL_RPC:
		return is_local_rpc(reduce, now, w, task) ? LOCAL : SEEN;
	case CALL_IDLE:
		return !reduce->scripts_are_stopped && is_local_script(reduce->m, now, w, top) ?
			       LOCAL : SEEN;
	default:
		return SEEN;
	}
}
