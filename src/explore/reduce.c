/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/reduce.h"

#include <stdlib.h>

#include "base/check.h"
#include "explore/visible.h"

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
	reduce->waits_on = reduce->on && !reduce->alone && !reduce->scripts_are_stopped &&
			   !(options->without & TEEQ_WITHOUT_WAITS);
	reduce->arguments = reduce->on && !reduce->alone && !reduce->scripts_are_stopped &&
			    !(options->without & TEEQ_WITHOUT_ARGUMENTS);
	return surroundings_init(reduce, m) && waits_init(&reduce->waits, m, reduce->waits_on) &&
	       postpone_init(&reduce->postpone, m, options, reduce->on);
}

void reduce_free(struct reduce *reduce)
{
	free(reduce->looks);
	waits_free(&reduce->waits);
	postpone_free(&reduce->postpone);
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

bool reduce_is_local(const struct reduce *reduce, const struct teeq_world *w, unsigned int task)
{
	struct surroundings now;

	if (!reduce->on || w->violation)
		return false;
	now = surroundings_of(reduce, w);
	return visibility_of_task(reduce, &now, w, task) == LOCAL &&
	       (!reduce->alone || follows_at_once(reduce, &now, w, task));
}

bool reduce_is_postponed(const struct reduce *reduce, const struct teeq_world *w,
			 unsigned int task, bool behind)
{
	const struct level *top = task_top(world_task(reduce->m, w, task));
	struct surroundings now;
	bool slots;

	if (!reduce->on || w->violation)
		return false;
	if (!reduce->arguments || reduce->m->argument_slots == 0)
		return !behind && postpone_applies(&reduce->postpone, w, task, false);
	now = surroundings_of(reduce, w);
	slots = now.arguments_suffice && reduce->sessions_stand;
	if (behind)
		return top->call.state == CALL_GET_ARG &&
		       visible_argument_is_local(reduce, &now, w, task, top);
	return postpone_applies(&reduce->postpone, w, task, slots);
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

/* Who would register for what did not come yet does it last. */
static uint64_t but_idle(const struct reduce *reduce, const struct surroundings *now,
			 const struct teeq_world *w, uint64_t enabled)
{
	const struct teeq_model *m = reduce->m;
	uint64_t idle = 0;

	if (!reduce->waits.own || !visible_waits_count(reduce, now))
		return enabled;
	for (uint64_t left = enabled; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (task < m->first_fault &&
		    task_top(world_task(m, w, task))->call.state == CALL_RPC &&
		    waits_idly(&reduce->waits, w, task))
			idle |= task_bit(task);
	}
	return enabled & ~idle ? enabled & ~idle : idle & -idle;
}

/* What is put first, and nothing else then; or nothing. */
static uint64_t put_first(const struct reduce *reduce, const struct surroundings *now,
			  const struct teeq_world *w, uint64_t enabled, unsigned int last)
{
	uint64_t met = 0;
	int task;

	if (now->armed & now->forks)
		met = who_meets(reduce, now, w, enabled);
	if (met)
		return met;
	task = first_with(reduce, now, w, LOCAL, last);
	if (task >= 0)
		return only(enabled, (unsigned int)task);
	task = now->faults & now->forks ? first_with(reduce, now, w, FORKS, last) : -1;
	return task < 0 ? 0 :
			  only(enabled, (unsigned int)task) |
				  strikes_before(reduce, now, w, (unsigned int)task, enabled);
}

struct choices reduce_choices(const struct reduce *reduce, const struct teeq_world *w,
			      uint64_t enabled, unsigned int last)
{
	struct surroundings now;
	uint64_t first;

	if (!reduce->on || w->violation)
		return (struct choices){ .tasks = enabled };
	now = surroundings_of(reduce, w);
	first = put_first(reduce, &now, w, enabled, last);
	if (first)
		return (struct choices){ .tasks = first };
	return postpone_choose(&reduce->postpone, w, but_idle(reduce, &now, w, enabled));
}
