/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/postpone.h"

#include <string.h>

#include "explore/contexts.h"

/*
 * Whatever else may happen at any time could come in between, or keep a task from going on.
 * Of the faults that end nobody, one may be met by what comes next, the closing of a
 * session, and not before.
 */
static bool is_undisturbed(const struct teeq_model *m)
{
	return !(fault_kinds(m) >> TEEQ_FAULT_UNRESERVE_FAILS & 1) && !(m->uses & USES_SIGNALS) &&
	       (m->cpu_count == 0 || !cpus_order(m));
}

bool postpone_init(struct postpone *postpone, const struct teeq_model *m,
		   const struct teeq_explore_options *options, bool on)
{
	*postpone = (struct postpone){ .m = m };
	if (!on || (options->without & TEEQ_WITHOUT_POSTPONING) || !policy_is_builtin(m->policy) ||
	    options->search == TEEQ_SEARCH_PREEMPTIONS || !is_undisturbed(m))
		return true;
	postpone->locks = true;
	/* Elsewhere than in the beginning somebody may have consumed a wake long ago. */
	postpone->wakes = !options->from;
	postpone->consumed = teeq_world_new(m);
	postpone->tried = teeq_world_new(m);
	return postpone->consumed && postpone->tried;
}

void postpone_free(struct postpone *postpone)
{
	teeq_world_free(postpone->consumed);
	teeq_world_free(postpone->tried);
}

/* What comes behind the mutex can be done at once, whatever others do. */
static bool call_or_sleep(const struct teeq_model *m, const struct instruction *at, bool slots)
{
	return at->op == OP_SLEEP || (op_is(at->op, OP_BEGINS_CALL) && at->op != OP_SHM_CACHE &&
				      (m->argument_slots == 0 || !op_takes_argument(at) || slots));
}

bool postpone_applies(const struct postpone *postpone, const struct teeq_world *w,
		      unsigned int task, bool slots)
{
	const struct teeq_model *m = postpone->m;
	const struct level *top;

	if (task >= m->first_fault)
		return false;
	top = task_top(world_task(m, w, task));
	if (call_sleeps(&top->call))
		return postpone->wakes;
	return postpone->locks && top->call.state == CALL_IDLE && m->code[top->pc].op == OP_LOCK &&
	       call_or_sleep(m, &m->code[top->pc + 1], slots);
}

/* ------------------------------------- who is woken again ------------------------------------- */

static const struct teeq_waiter *waiter_of(const struct teeq_model *m, const struct teeq_world *w,
					   unsigned int task)
{
	return callq_waiter(world_callq(m, w, m->tasks[task].guest),
			    caller_id(task, world_task(m, w, task)->top));
}

static bool is_between(const struct call *call)
{
	return call->state == CALL_REQUEUE_CREDIT || call->state == CALL_REQUEUE_THREAD;
}

/* Whether all of @tasks were woken, of those who are about to go back to the tail. */
static bool all_woken(const struct teeq_model *m, const struct teeq_world *w, uint64_t tasks)
{
	for (; tasks; tasks &= tasks - 1)
		if (!(waiter_of(m, w, (unsigned int)__builtin_ctzll(tasks))->flags &
		      TEEQ_WAITER_DONE))
			return false;
	return true;
}

/* Who consumed a wake, and was not woken again since. */
static uint64_t who_consumed(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t tasks = 0;

	for (unsigned int i = 0; i < m->first_fault; i++)
		if (is_between(&task_top(world_task(m, w, i))->call) &&
		    !(waiter_of(m, w, i)->flags & TEEQ_WAITER_DONE))
			tasks |= task_bit(i);
	return tasks;
}

/* Some actions never wake anybody. */
static bool may_wake(const struct teeq_model *m, const struct teeq_world *w, unsigned int task)
{
	switch (task_top(world_task(m, w, task))->call.state) {
	case CALL_ENTER:
	case CALL_WAIT_CREDIT:
	case CALL_WAIT_THREAD:
	case CALL_REQUEUE_CREDIT:
	case CALL_REQUEUE_THREAD:
	case CALL_SMC:
	case CALL_SECURE:
	case CALL_RPC:
	case CALL_RESUME:
		return false;
	case CALL_RECHECK:
		return m->policy->recheck;
	default:
		return true;
	}
}

/* Those of @enabled whose next action in @w wakes all of @tasks. */
static uint64_t who_wakes(const struct postpone *postpone, const struct teeq_world *w,
			  uint64_t enabled, uint64_t tasks)
{
	const struct teeq_model *m = postpone->m;
	uint64_t who = 0;

	for (uint64_t left = enabled & ~tasks; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (task >= m->first_fault || !may_wake(m, w, task))
			continue;
		memcpy(postpone->tried, w, m->layout.size);
		world_step(m, postpone->tried, task, NULL);
		if (all_woken(m, postpone->tried, tasks))
			who |= task_bit(task);
	}
	return who;
}

static bool is_worth_it(const struct postpone *postpone, const struct teeq_world *w,
			uint64_t enabled, uint64_t consumed, unsigned int task)
{
	const struct teeq_model *m = postpone->m;

	if (task >= m->first_fault || !call_sleeps(&task_top(world_task(m, w, task))->call))
		return false;
	memcpy(postpone->consumed, w, m->layout.size);
	world_step(m, postpone->consumed, task, NULL);
	return who_wakes(postpone, postpone->consumed, enabled, consumed | task_bit(task));
}

struct choices postpone_choose(const struct postpone *postpone, const struct teeq_world *w,
			       uint64_t enabled)
{
	struct choices choices = { .tasks = enabled };
	uint64_t consumed;

	if (!postpone->wakes)
		return choices;
	consumed = who_consumed(postpone->m, w);
	if (consumed)
		choices.tasks = who_wakes(postpone, w, enabled, consumed);
	for (uint64_t left = enabled; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (is_worth_it(postpone, w, enabled, consumed, task))
			choices.stops |= task_bit(task);
	}
	return choices;
}
