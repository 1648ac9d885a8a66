/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/surroundings.h"

#include <stdlib.h>

#include "explore/contexts.h"
#include "explore/order.h"

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

/* Calls that may be in progress at once: of scripts, and inside of others. */
struct load {
	unsigned int outer;
	unsigned int nested;
};

/* As many as a task may have at once, from the beginning to its end. */
static void add_load(const struct teeq_model *m, unsigned int task, struct load *load)
{
	unsigned int depth = m->tasks[task].call_depth;

	load->outer += depth > 0;
	load->nested += depth > 0 ? depth - 1 : 0;
}

static unsigned int load_calls(const struct reduce *reduce, const struct load *load)
{
	return load->outer +
	       (load->nested < reduce->nested_max ? load->nested : reduce->nested_max);
}

/* Of which kind the call of a session is, and whether it is open, is the same all the time. */
static bool sessions_stand(const struct teeq_model *m)
{
	for (size_t pc = 0; pc < m->code_count; pc++)
		if (m->code[pc].op == OP_OPEN || m->code[pc].op == OP_CLOSE ||
		    m->code[pc].op == OP_RESERVE || m->code[pc].op == OP_RELEASE)
			return false;
	return true;
}

bool surroundings_init(struct reduce *reduce, const struct teeq_model *m)
{
	struct load load = { 0 };
	unsigned int calls;
	bool suffice;

	for (unsigned int i = 0; i < m->first_fault; i++)
		add_load(m, i, &load);
	reduce->nested_max = order_nested(m);
	reduce->sessions_stand = sessions_stand(m);
	calls = load_calls(reduce, &load);
	reduce->contexts_alike = contexts_alike(m);
	reduce->credits_suffice = contexts_for_credits(m);
	suffice = reduce->credits_suffice || calls_fit(m, m->initial, calls);
	reduce->contexts_suffice = reduce->contexts_alike && suffice;
	reduce->processors_order = cpus_order(m);
	reduce->forks = find_forks(m, reduce->processors_order);
	reduce->varies = (m->uses & USES_POOL_STATE) || (!suffice && !m->has_guests) ||
			 m->argument_slots > 0;
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

/*
 * The slots of a guest of which it makes no difference who has which: where the secure world tells
 * calls apart by where their argument lies, those of the first page only.
 */
static unsigned int slots_alike(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int guest)
{
	unsigned int capacity = world_arguments(m, w, guest)->capacity;
	bool told = m->argument_full == TEEQ_ARGUMENT_PRIVATE &&
		    m->policy->secure != TEEQ_SECURE_PLAIN;

	return told && capacity > m->argument_slots ? m->argument_slots : capacity;
}

/* Nobody adds a page, and there are slots for so many calls in each guest. */
static bool slots_fit(const struct teeq_model *m, const struct teeq_world *w, unsigned int calls)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		if (world_arguments(m, w, guest)->owner || slots_alike(m, w, guest) < calls)
			return false;
	for (unsigned int i = 0; i < m->first_fault; i++) {
		const struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++)
			if (task->levels[level].call.flags & CALL_PAGE)
				return false;
	}
	return true;
}

struct surroundings surroundings_of(const struct reduce *reduce, const struct teeq_world *w)
{
	const struct teeq_model *m = reduce->m;
	struct surroundings now = { .contexts_suffice = reduce->contexts_suffice };
	struct load load = { 0 };
	unsigned int calls, tasks = 0, contexts = m->thread_count - (unsigned int)w->lost_count;

	if (!reduce->varies)
		return now;
	for (unsigned int i = 0; i < m->first_fault; i++)
		if (!surroundings_finished(m, w, i)) {
			add_load(m, i, &load);
			tasks++;
		}
	calls = load_calls(reduce, &load);
	now.forks = reduce->forks;
	look_at_faults(m, w, &now);
	now.at_any_time = now.faults & AT_ANY_TIME;
	now.arguments_suffice = m->argument_slots > 0 && slots_fit(m, w, calls);
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
