/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * Faults are choices: each stands beside the tasks, and a step of it is the fault striking. What
 * concerns one task or context happens at once; what lets an action fail arms the fault, and the
 * next action of that kind meets it.
 */
static bool is_being_served(const struct task *task)
{
	for (unsigned int level = 0; level <= task->top; level++)
		if (task->levels[level].call.state == CALL_RPC)
			return true;
	return false;
}

bool fault_can_meet(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		    enum teeq_fault_kind kind)
{
	const struct task *task = world_task(m, w, index);
	const struct level *top = &task->levels[task->top];
	const struct instruction *at = &m->code[top->pc];
	unsigned int state = top->call.state;

	switch (kind) {
	case TEEQ_FAULT_NO_MEMORY:
		if (state == CALL_RPC && task->wait == RPC_SIMPLE)
			return m->services[secure_rpc(m, w, top->call.context)->object].kind ==
			       TEEQ_RPC_KIND_SHM_ALLOC;
		if (state == CALL_GET_ARG)
			return arguments_are_full(m, w, index, &top->call);
		return state == CALL_IDLE && at->op == OP_ALLOCATE;
	case TEEQ_FAULT_RESERVE_REFUSED:
		return state == CALL_IDLE && at->op == OP_RESERVE && top->counts == 0;
	case TEEQ_FAULT_UNRESERVE_FAILS:
		return model_secure_side(m) == TEEQ_SECURE_COUNTED && state == CALL_IDLE &&
		       ((at->op == OP_RELEASE && top->counts == 0) || at->op == OP_CLOSE);
	case TEEQ_FAULT_RESUME_REFUSED:
		return state == CALL_RESUME;
	case TEEQ_FAULT_NOTIF_WAIT_FAILS:
		return state == CALL_RPC && task->wait == RPC_NOTIF_WAIT;
	case TEEQ_FAULT_OPEN_FAILS:
		return state == CALL_SMC && at->op == OP_OPEN && !(top->call.flags & CALL_PAGE);
	default:
		return state == CALL_SMC && at->op == OP_CALL && at->command != TEEQ_NO_OBJECT &&
		       !(top->call.flags & CALL_PAGE);
	}
}

static bool somebody_can_meet(const struct teeq_model *m, const struct teeq_world *w,
			      enum teeq_fault_kind kind)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].stage <= w->stage && fault_can_meet(m, w, i, kind))
			return true;
	return false;
}

/* The first that a call of @guest could take. */
static unsigned int free_context(const struct teeq_model *m, const struct teeq_world *w,
				 unsigned int guest)
{
	const struct pool *pool = world_guest_pool(m, w, guest);
	unsigned int context = pool_first_free(pool, 0, pool->context_count);

	return context == TEEQ_NO_CONTEXT ? context :
					    m->pool_first[m->guest_pool[guest]] + context;
}

unsigned int world_active_count(const struct teeq_model *m, const struct teeq_world *w)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < m->thread_count; i++)
		count += *world_context(m, w, i) == CONTEXT_ACTIVE;
	return count;
}

bool fault_can_strike(const struct teeq_model *m, const struct teeq_world *w, unsigned int fault)
{
	const struct fault_info *info = &m->faults[fault];
	const struct fault *state = &world_faults(m, w)[fault];
	const struct task *target;

	if (state->left == 0 || state->armed)
		return false;
	switch (info->kind) {
	case TEEQ_FAULT_SUPPLICANT_DIES:
		return *world_supplicant(m, w, info->target) == SUPPLICANT_RUNS;
	case TEEQ_FAULT_CLIENT_KILLED:
		target = world_task(m, w, info->target);
		return !(target->flags & TASK_KILLED) && is_being_served(target);
	case TEEQ_FAULT_THREAD_LOST:
		return free_context(m, w, info->target) != TEEQ_NO_CONTEXT;
	case TEEQ_FAULT_INTERRUPT:
		return world_active_count(m, w) > 0;
	default:
		return somebody_can_meet(m, w, (enum teeq_fault_kind)info->kind);
	}
}

static void lose_context(struct step *s, unsigned int context)
{
	unsigned int pool = model_pool_of(s->m, context);

	INVARIANT(context < s->m->thread_count, "context %u of %u is lost", context,
		  s->m->thread_count);
	pool_lose(world_pool(s->m, s->w, pool), context - s->m->pool_first[pool]);
	s->event->context = (uint8_t)context;
	s->w->lost_count++;
}

void fault_step(struct step *s)
{
	unsigned int fault = model_fault(s->m, s->index);
	const struct fault_info *info = &s->m->faults[fault];
	struct fault *state = &world_faults(s->m, s->w)[fault];

	INVARIANT(fault_can_strike(s->m, s->w, fault), "fault %u strikes where it cannot", fault);
	if (state->left != TEEQ_FAULT_ALWAYS)
		state->left--;
	step_note(s, TEEQ_ACTION_FAULT, TEEQ_OUTCOME_OK);
	switch (info->kind) {
	case TEEQ_FAULT_SUPPLICANT_DIES:
		supplicant_stop(s->m, s->w, info->target);
		break;
	case TEEQ_FAULT_CLIENT_KILLED:
		s->event->peer = info->target;
		task_kill(s->m, s->w, info->target);
		break;
	case TEEQ_FAULT_THREAD_LOST:
		lose_context(s, free_context(s->m, s->w, info->target));
		break;
	default:
		state->armed = 1;
		break;
	}
}

static struct fault *armed_fault(const struct teeq_model *m, const struct teeq_world *w,
				 enum teeq_fault_kind kind)
{
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == kind && world_faults(m, w)[i].armed)
			return &world_faults(m, w)[i];
	return NULL;
}

bool fault_is_armed(const struct teeq_model *m, const struct teeq_world *w,
		    enum teeq_fault_kind kind)
{
	return armed_fault(m, w, kind) != NULL;
}

unsigned int fault_meets(const struct teeq_model *m, struct teeq_world *w,
			 enum teeq_fault_kind kind)
{
	struct fault *fault = armed_fault(m, w, kind);

	if (!fault)
		return TEEQ_FAILURE_NONE;
	fault->armed = 0;
	return m->faults[fault - world_faults(m, w)].error;
}

bool fault_strikes(const struct teeq_model *m, struct teeq_world *w, enum teeq_fault_kind kind)
{
	return fault_meets(m, w, kind) != TEEQ_FAILURE_NONE;
}
