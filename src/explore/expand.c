/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/expand.h"

#include <stdlib.h>
#include <string.h>

/*
 * Behind the world: the task that moved last, or
 * TEEQ_NO_TASK; and nothing else in a word of its own.
 */
#define LAST_SIZE 8u

bool expander_init(struct expander *expander, const struct teeq_model *m,
		   const struct teeq_explore_options *options)
{
	bool tells_last = options->search == TEEQ_SEARCH_PREEMPTIONS;

	*expander = (struct expander){
		.tells_last = tells_last,
		.size = tells_last ? m->layout.size + LAST_SIZE : m->layout.size,
		.moved = teeq_world_new(m),
	};
	expander->form = expander_state_new(expander);
	return canon_init(&expander->canon, m, options) &&
	       reduce_init(&expander->reduce, m, options) && expander->moved && expander->form;
}

struct teeq_world *expander_state_new(const struct expander *expander)
{
	return aligned_alloc(CACHE_LINE,
			     (expander->size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
}

void expander_free(struct expander *expander)
{
	canon_free(&expander->canon);
	reduce_free(&expander->reduce);
	teeq_world_free(expander->moved);
	teeq_world_free(expander->form);
}

/* ---------------------------------------- preemptions ----------------------------------------- */

static unsigned char *last_of(const struct expander *expander, const struct teeq_world *state)
{
	return (unsigned char *)(uintptr_t)state + expander->canon.m->layout.size;
}

void expander_start(const struct expander *expander, struct teeq_world *state,
		    const struct teeq_world *world, uint8_t order[TEEQ_TASK_MAX])
{
	canon_apply(&expander->canon, state, world, order);
	if (!expander->tells_last)
		return;
	memset(last_of(expander, state), 0, LAST_SIZE);
	*last_of(expander, state) = TEEQ_NO_TASK;
}

/* Under its new name: a fault that strikes comes in between, and is nobody's move. */
static void keep_last(const struct expander *expander, const struct teeq_world *from,
		      unsigned int task, struct teeq_world *form, const uint8_t *order)
{
	const struct teeq_model *m = expander->canon.m;
	unsigned char last = task < m->first_fault ? (unsigned char)task : *last_of(expander, from);
	unsigned char name = 0;

	while (name < m->task_count && order[name] != last)
		name++;
	memset(last_of(expander, form), 0, LAST_SIZE);
	*last_of(expander, form) = name < m->task_count ? name : TEEQ_NO_TASK;
}

unsigned int expander_preempts(const struct expander *expander, const struct teeq_world *state,
			       unsigned int task, uint64_t enabled)
{
	const struct teeq_model *m = expander->canon.m;
	unsigned int last = *last_of(expander, state);

	if (last == TEEQ_NO_TASK || task == last || task >= m->first_fault)
		return 0;
	enabled &= task_bit(last);
	return (enabled & ~world_timed(m, state, enabled)) != 0;
}

/* ------------------------------------------- moves -------------------------------------------- */

struct choices expander_choices(const struct expander *expander, const struct teeq_world *w,
				uint64_t enabled)
{
	unsigned int last = expander->tells_last ? *last_of(expander, w) : TEEQ_NO_TASK;

	return reduce_choices(&expander->reduce, w, enabled, last);
}

unsigned int choices_take(struct choices *choices)
{
	uint64_t *from = choices->tasks ? &choices->tasks : &choices->stops;
	unsigned int task = (unsigned int)__builtin_ctzll(*from);

	*from &= *from - 1;
	return from == &choices->tasks ? task : task + MOVE_STOPS;
}

bool choices_have(const struct choices *choices, unsigned int move)
{
	uint64_t among = move < MOVE_STOPS ? choices->tasks : choices->stops;

	return among >> move_task(move) & 1;
}

/*
 * The task whose invisible action is made next, behind the one of @last; or -1. Where no other task
 * had such an action before, none has one now, unless an event was signalled, a stage began, or
 * what others can see depends on the state: nothing else lets another task come to an action that
 * nobody can see.
 */
static int next_local(const struct reduce *reduce, const struct teeq_world *w,
		      const struct teeq_world *before, unsigned int last, bool others)
{
	if (others || reduce->varies || w->events != before->events || w->stage != before->stage)
		return reduce_local_task(reduce, w, last);
	return reduce_is_local(reduce, w, last) ? (int)last : -1;
}

unsigned int expander_move(struct expander *expander, const struct teeq_world *from,
			   unsigned int move, struct teeq_world *form, uint8_t *chain,
			   uint8_t order[TEEQ_TASK_MAX])
{
	const struct teeq_model *m = expander->canon.m;
	struct teeq_world *w = expander->moved;
	unsigned int task = move_task(move);
	/*
	 * Where anybody stands at such an action, one of those is moved first: else there is none.
	 */
	bool others = reduce_is_local(&expander->reduce, from, task);
	bool postponed = move < MOVE_STOPS;
	int next = (int)task;
	unsigned int count = 0;

	memcpy(w, from, m->layout.size);
	while (next >= 0 && count < EXPAND_CHAIN_MAX) {
		unsigned int last = (unsigned int)next;

		/* What can be postponed is done right before the next. */
		postponed = postponed &&
			    reduce_is_postponed(&expander->reduce, w, last, count > 0);
		world_step(m, w, last, NULL);
		if (chain)
			chain[count] = (uint8_t)last;
		count++;
		if (!postponed)
			next = move < MOVE_STOPS ?
				       next_local(&expander->reduce, w, from, last, others) : -1;
	}
	canon_apply(&expander->canon, form, w, order);
	if (expander->tells_last)
		keep_last(expander, from, task, form, order);
	return count;
}

uint64_t expander_fingerprint(const struct expander *expander, const struct teeq_world *form)
{
	uint64_t fingerprint = world_hash(expander->canon.m, form, expander->size);

	return fingerprint ? fingerprint : 1;
}

/* Calls in one of these states go on by themselves, and may wake somebody later. */
#define GOES_ON                                                                        \
	(1u << CALL_REQUEUE_CREDIT | 1u << CALL_REQUEUE_THREAD | 1u << CALL_RECHECK |     \
	 1u << CALL_SMC | 1u << CALL_STARTED | 1u << CALL_LEAVE)

/* Of the queue of one guest: who sleeps there is woken by nobody in another guest's queue. */
static bool is_stranded_in(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int guest)
{
	const struct teeq_callq *q = world_callq(m, w, guest);
	bool asleep = false;

	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct task *task = world_task(m, w, id_task(q->waiters[i].id));
		const struct call *call = &task->levels[id_level(q->waiters[i].id)].call;

		if (GOES_ON >> call->state & 1)
			return false;
		/*
		 * Under a policy with @started a caller that
		 * executes hands its wake on when it starts.
		 */
		if ((q->waiters[i].flags & TEEQ_WAITER_DONE) &&
		    (call_sleeps(call) || m->policy->started))
			return false;
		asleep |= call_sleeps(call);
	}
	for (unsigned int i = 0; asleep && i < m->task_count; i++)
		if (m->tasks[i].guest == guest && teeq_world_sleeps_in_vain(m, w, i))
			return true;
	return false;
}

bool world_is_stranded(const struct teeq_model *m, const struct teeq_world *w)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		if (is_stranded_in(m, w, guest))
			return true;
	return false;
}
