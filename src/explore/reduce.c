/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/reduce.h"

#include <stdlib.h>

#include "base/check.h"
#include "explore/surroundings.h"
#include "model/step.h"

bool reduce_is_on(const struct teeq_model *m, const struct teeq_explore_options *options)
{
	return !options->no_reduction &&
	       !((options->without & TEEQ_WITHOUT_SURROUNDINGS) && (m->uses & USES_POOL_STATE));
}

bool reduce_init(struct reduce *reduce, const struct teeq_model *m,
		 const struct teeq_explore_options *options)
{
	*reduce = (struct reduce){
		.m = m,
		.on = reduce_is_on(m, options),
		.scripts_are_stopped = m->uses & USES_SIGNALS,
		.alone = options->search == TEEQ_SEARCH_PREEMPTIONS,
	};
	return surroundings_init(reduce, m);
}

void reduce_free(struct reduce *reduce)
{
	free(reduce->looks);
}

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

/* How an action stands to those of others. */
enum visibility {
	SEEN,
	LOCAL, /* nobody can see or disturb it */
	FORKS, /* nobody but a fault that may strike right before it */
};

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

/* How what a started task stands at is to others, where it is an action that can be performed. */
__attribute__((noinline)) static enum visibility
visibility_of(const struct reduce *reduce, const struct surroundings *now,
	      const struct teeq_world *w, const struct level *top)
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
	case CALL_IDLE:
		return !reduce->scripts_are_stopped && is_local_script(reduce->m, now, w, top) ?
			       LOCAL : SEEN;
	default:
		return SEEN;
	}
}

/*
 * Whether putting the action of @task first costs no preemption: it comes right behind an action of
 * its own, to switch away from it is one, and nobody can go on through it.
 */
static bool follows_at_once(const struct reduce *reduce, const struct surroundings *now,
			    const struct teeq_world *w, unsigned int task)
{
	const struct teeq_model *m = reduce->m;
	enum call_state state = task_top(world_task(m, w, task))->call.state;

	return state != CALL_IDLE && !now->processors_bind &&
	       world_timed(m, w, task_bit(task)) == 0;
}

/* Asked of every task in every state. */
__attribute__((always_inline)) static inline enum visibility
visibility_of_task(const struct reduce *reduce, const struct surroundings *now,
		   const struct teeq_world *w, unsigned int task)
{
	const struct task_info *info = &reduce->m->tasks[task];

	if (info->stage > w->stage || info->kind == TEEQ_TASK_FAULT)
		return SEEN;
	return visibility_of(reduce, now, w, task_top(world_task(reduce->m, w, task)));
}

bool reduce_is_local(const struct reduce *reduce, const struct teeq_world *w, unsigned int task)
{
	struct surroundings now;

	if (!reduce->on || w->violation)
		return false;
	now = surroundings_of(reduce, w);
	return visibility_of_task(reduce, &now, w, task) == LOCAL &&
	       (!reduce->alone || follows_at_once(reduce, &now, w, task));
}

static int first_with(const struct reduce *reduce, const struct surroundings *now,
		      const struct teeq_world *w, enum visibility visibility, unsigned int last)
{
	if (reduce->alone)
		return last < reduce->m->first_fault &&
				       visibility_of_task(reduce, now, w, last) == visibility &&
				       follows_at_once(reduce, now, w, last) ?
			       (int)last :
			       -1;
	for (unsigned int i = 0; i < reduce->m->first_fault; i++)
		if (visibility_of_task(reduce, now, w, i) == visibility)
			return (int)i;
	return -1;
}

/* Whoever would meet a fault of @kind with his next action. */
static bool would_meet(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		       enum teeq_fault_kind kind)
{
	const struct level *top = task_top(world_task(m, w, task));

	if (kind == TEEQ_FAULT_INTERRUPT)
		return top->call.state == CALL_SECURE;
	return fault_can_meet(m, w, task, kind);
}

/*
 * Of a fault that has struck: only who meets it at once, since it might as well have struck later.
 */
static uint64_t who_meets(const struct reduce *reduce, const struct surroundings *now,
			  const struct teeq_world *w, uint64_t enabled)
{
	const struct teeq_model *m = reduce->m;
	uint64_t who = 0;

	for (uint64_t left = enabled; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		for (unsigned int i = 0; i < m->fault_count && task < m->first_fault; i++)
			if (world_faults(m, w)[i].armed && (now->forks >> m->faults[i].kind & 1) &&
			    would_meet(m, w, task, (enum teeq_fault_kind)m->faults[i].kind))
				who |= task_bit(task);
	}
	return who;
}

/* The faults that may strike right before what @task does. */
static uint64_t strikes_before(const struct reduce *reduce, const struct surroundings *now,
			       const struct teeq_world *w, unsigned int task, uint64_t enabled)
{
	const struct teeq_model *m = reduce->m;
	uint64_t strikes = 0;

	for (unsigned int i = 0; i < m->fault_count; i++)
		if ((now->forks >> m->faults[i].kind & 1) &&
		    would_meet(m, w, task, (enum teeq_fault_kind)m->faults[i].kind))
			strikes |= task_bit(m->first_fault + i);
	return enabled & strikes;
}

int reduce_local_task(const struct reduce *reduce, const struct teeq_world *w, unsigned int last)
{
	struct surroundings now;
	uint64_t met = 0;

	if (!reduce->on || w->violation)
		return -1;
	now = surroundings_of(reduce, w);
	/* Who alone meets a fault that struck goes on at once, where that is no preemption. */
	if ((now.armed & now.forks) && !reduce->alone)
		met = who_meets(reduce, &now, w, teeq_world_enabled(reduce->m, w));
	if (met && (met & (met - 1)) == 0)
		return __builtin_ctzll(met);
	return first_with(reduce, &now, w, LOCAL, last);
}

/* Whatever is put first can be performed. */
static uint64_t only(uint64_t enabled, unsigned int task)
{
	INVARIANT(enabled & task_bit(task), "task %u is put first, and cannot move", task);
	return task_bit(task);
}

uint64_t reduce_choices(const struct reduce *reduce, const struct teeq_world *w, uint64_t enabled,
			unsigned int last)
{
	struct surroundings now;
	uint64_t met = 0;
	int task;

	if (!reduce->on || w->violation)
		return enabled;
	now = surroundings_of(reduce, w);
	if (now.armed & now.forks)
		met = who_meets(reduce, &now, w, enabled);
	if (met)
		return met;
	task = first_with(reduce, &now, w, LOCAL, last);
	if (task >= 0)
		return only(enabled, (unsigned int)task);
	task = now.faults & now.forks ? first_with(reduce, &now, w, FORKS, last) : -1;
	if (task < 0)
		return enabled;
	return only(enabled, (unsigned int)task) |
	       strikes_before(reduce, &now, w, (unsigned int)task, enabled);
}
