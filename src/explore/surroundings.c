/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/surroundings.h"

#include <stdlib.h>

#include "explore/contexts.h"

/* ---------------------------------------- of the model ---------------------------------------- */

/*
 * Mark from where a script may come to a look at all
 * contexts. Returns whether there was more to mark.
 */
static bool mark_looks(const struct teeq_model *m, uint8_t *looks)
{
	bool more = false;

	for (size_t pc = m->code_count; pc-- > 0;) {
		uint16_t next[SUCCESSOR_MAX];
		bool leads = m->code[pc].op == OP_SHM_CACHE;
		unsigned int count = instruction_successors(m->code, (unsigned int)pc, next);

		for (unsigned int i = 0; i < count && !leads; i++)
			leads = next[i] < m->code_count && looks[next[i]];
		more |= leads && !looks[pc];
		looks[pc] |= leads;
	}
	return more;
}

static bool find_looks(struct reduce *reduce, const struct teeq_model *m)
{
	reduce->looks = calloc(m->code_count, 1);
	if (!reduce->looks)
		return false;
	while (mark_looks(m, reduce->looks))
		;
	for (unsigned int i = 0; i < m->service_count; i++)
		reduce->looks_always |= reduce->looks[m->services[i].start];
	return true;
}

/*
 * Threads that any call may have. What v1 and v4 set aside
 * is for some only, and where that changes for none.
 */
static unsigned int contexts_for_all(const struct teeq_model *m, const struct teeq_world *w)
{
	const struct pool *pool = world_pool(m, w, 0);
	unsigned int taken = w->lost_count + (unsigned int)pool->reserved_count;

	return pool->context_count > taken ? pool->context_count - taken : 0;
}

/* Whether there is a thread for each of so many calls, whoever makes them. */
static bool calls_fit(const struct teeq_model *m, const struct teeq_world *w, unsigned int calls)
{
	return !m->has_guests && calls <= contexts_for_all(m, w);
}

/*
 * Kinds of faults that are met by one action, which is always possible where it is the next: one of
 * a kind, or it would matter which of them it was.
 */
static uint32_t find_forks(const struct teeq_model *m, bool processors_order)
{
	uint32_t forks = 1u << TEEQ_FAULT_CALL_FAILS | 1u << TEEQ_FAULT_RESUME_REFUSED |
			 1u << TEEQ_FAULT_INTERRUPT | 1u << TEEQ_FAULT_NOTIF_WAIT_FAILS;
	uint32_t once = 0;

	/*
	 * While all processors are kept hardly a fault strikes: who keeps one may meet what struck
	 * before, and not what would have to strike then. A call that is refused in a guest counts
	 * no more.
	 */
	if (processors_order)
		return 0;
	if (m->has_guests)
		forks &= ~(1u << TEEQ_FAULT_RESUME_REFUSED);
	for (unsigned int i = 0; i < m->fault_count; i++) {
		uint32_t kind = UINT32_C(1) << m->faults[i].kind;

		if (once & kind)
			forks &= ~kind;
		once |= kind;
	}
	return forks & once;
}

bool surroundings_init(struct reduce *reduce, const struct teeq_model *m)
{
	unsigned int calls = 0;
	bool suffice;

	/* As many as a task may have in progress at once, from the beginning to its end. */
	for (unsigned int i = 0; i < m->first_fault; i++)
		calls += m->tasks[i].call_depth;
	reduce->contexts_alike = contexts_alike(m);
	reduce->credits_suffice = contexts_for_credits(m);
	suffice = reduce->credits_suffice || calls_fit(m, m->initial, calls);
	reduce->contexts_suffice = reduce->contexts_alike && suffice;
	reduce->processors_order = m->pins || m->no_resched || m->polls;
	reduce->forks = find_forks(m, reduce->processors_order);
	reduce->varies = (m->uses & USES_POOL_STATE) || (!suffice && !m->has_guests);
	return !(m->uses & USES_SHM_CACHE) || find_looks(reduce, m);
}

/* ---------------------------------------- of a state ------------------------------------------ */

/*
 * Those that need nobody who stands where he would meet it: they may strike while anybody can move.
 */
#define AT_ANY_TIME                                                                     \
	(1u << TEEQ_FAULT_SUPPLICANT_DIES | 1u << TEEQ_FAULT_CLIENT_KILLED |           \
	 1u << TEEQ_FAULT_THREAD_LOST)

static void look_at_faults(const struct teeq_model *m, const struct teeq_world *w,
			   struct surroundings *now)
{
	for (unsigned int i = 0; i < m->fault_count; i++) {
		uint32_t kind = UINT32_C(1) << m->faults[i].kind;

		if (world_faults(m, w)[i].armed)
			now->armed |= kind;
		if (world_faults(m, w)[i].left)
			now->faults |= kind;
	}
	now->faults |= now->armed;
}

static bool surroundings_finished(const struct teeq_model *m, const struct teeq_world *w,
				  unsigned int task)
{
	const struct task *at = world_task(m, w, task);

	return at->top == 0 && at->levels[0].call.state == CALL_IDLE &&
	       m->code[at->levels[0].pc].op == OP_END;
}

static bool somebody_looks(const struct reduce *reduce, const struct teeq_world *w)
{
	const struct teeq_model *m = reduce->m;
	bool looks = reduce->looks_always;

	for (unsigned int i = 0; i < m->first_fault && reduce->looks && !looks; i++)
		looks = reduce->looks[world_task(m, w, i)->levels[0].pc];
	return looks;
}

struct surroundings surroundings_of(const struct reduce *reduce, const struct teeq_world *w)
{
	const struct teeq_model *m = reduce->m;
	struct surroundings now = { .contexts_suffice = reduce->contexts_suffice };
	unsigned int calls = 0, tasks = 0, contexts = m->thread_count - (unsigned int)w->lost_count;

	if (!reduce->varies)
		return now;
	for (unsigned int i = 0; i < m->first_fault; i++)
		if (!surroundings_finished(m, w, i)) {
			calls += m->tasks[i].call_depth;
			tasks++;
		}
	now.forks = reduce->forks;
	look_at_faults(m, w, &now);
	now.at_any_time = now.faults & AT_ANY_TIME;
	now.contexts_suffice = reduce->contexts_alike && !(now.faults & FAULTS_THAT_LOSE) &&
			       ((reduce->credits_suffice && w->lost_count == 0) ||
				calls_fit(m, w, calls)) &&
			       !somebody_looks(reduce, w);
	now.processors_bind = m->cpu_count > 0 &&
			      (reduce->processors_order ||
			       (tasks >= m->cpu_count && contexts >= m->cpu_count));
	now.processors_kept = now.processors_bind && cpus_are_busy(m, w);
	return now;
}
