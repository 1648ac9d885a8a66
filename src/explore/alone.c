/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdlib.h>

#include "explore/order.h"

/*
 * Whether two system calls may be in the queue at once. They may not where only one task ever makes
 * any, and none inside of another, or where all are made with one mutex of the normal world held.
 */
struct places {
	const struct teeq_model *m;
	uint64_t systems; /* sessions that may ever be system sessions */
	uint64_t *held;   /* mutexes held where an instruction begins, whatever way led there */
	uint8_t *seen;
	uint8_t *leads;   /* to a system call, there or in what is called there */
	bool changed;
};

static bool is_system_call(const struct places *p, size_t pc)
{
	const struct instruction *at = &p->m->code[pc];

	return op_is(at->op, OP_BEGINS_CALL) && at->op != OP_SHM_CACHE &&
	       at->object != TEEQ_NO_OBJECT && (p->systems >> at->object & 1);
}

static void alone_flow(struct places *p, size_t to, uint64_t held)
{
	if (to >= p->m->code_count)
		return;
	held &= p->seen[to] ? p->held[to] : held;
	if (p->seen[to] && p->held[to] == held)
		return;
	p->seen[to] = 1;
	p->held[to] = held;
	p->changed = true;
}

static uint64_t lock_bit(const struct instruction *at)
{
	return at->op == OP_LOCK || at->op == OP_UNLOCK ? UINT64_C(1) << at->object : 0;
}

static void alone_step(struct places *p, size_t pc)
{
	const struct instruction *at = &p->m->code[pc];
	uint64_t held = at->op == OP_LOCK ? p->held[pc] | lock_bit(at) :
					    p->held[pc] & ~lock_bit(at);
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(p->m->code, (unsigned int)pc, next);
	bool leads = is_system_call(p, pc);

	for (unsigned int i = 0; i < count; i++) {
		alone_flow(p, next[i], held);
		leads |= next[i] < p->m->code_count && p->leads[next[i]];
	}
	if (op_is(at->op, OP_BEGINS_CALL) && model_entry(p->m, at) != CODE_NONE) {
		alone_flow(p, model_entry(p->m, at), 0);
		leads |= p->leads[model_entry(p->m, at)];
	}
	if (at->op == OP_RPC && p->m->services[at->object].by == TEEQ_SERVED_BY_CALLER)
		leads |= p->leads[p->m->services[at->object].start];
	p->changed |= leads && !p->leads[pc];
	p->leads[pc] |= leads;
}

/* What is held becomes only less, and what leads to a system call more: this ends. */
static void alone_walk(struct places *p)
{
	const struct teeq_model *m = p->m;

	for (unsigned int i = 0; i < m->task_count; i++) {
		alone_flow(p, m->tasks[i].start, 0);
		alone_flow(p, m->tasks[i].exit, 0);
	}
	for (unsigned int i = 0; i < m->service_count; i++)
		alone_flow(p, m->services[i].start, 0);
	do {
		p->changed = false;
		for (size_t pc = 0; pc < m->code_count; pc++)
			if (p->seen[pc])
				alone_step(p, pc);
	} while (p->changed);
}

static bool leads_at(const struct places *p, size_t pc)
{
	return pc < p->m->code_count && p->leads[pc];
}

/* How many tasks may come to a system call; threads of tee-supplicant each by what they serve. */
static unsigned int count_callers(const struct places *p)
{
	const struct teeq_model *m = p->m;
	bool served = false;
	unsigned int count = 0;

	for (unsigned int i = 0; i < m->service_count; i++)
		served |= m->services[i].by == TEEQ_SERVED_BY_SUPPLICANT &&
			  p->leads[m->services[i].start];
	for (unsigned int i = 0; i < m->first_fault; i++) {
		bool calls = leads_at(p, m->tasks[i].start) || leads_at(p, m->tasks[i].exit);

		count += calls || (served && m->tasks[i].kind == TEEQ_TASK_SUPPLICANT);
	}
	return count;
}

/*
 * The mutexes that are held for what they are taken for: who gives back what
 * somebody else took, or may not have, ends that.
 */
static uint64_t kept_mutexes(const struct places *p)
{
	const struct teeq_model *m = p->m;
	uint64_t kept = m->uses & USES_SIGNALS ? 0 : UINT64_MAX;

	for (size_t pc = 0; pc < m->code_count; pc++) {
		const struct instruction *at = &m->code[pc];

		/* The steps of such code are made in any order. */
		if (p->seen[pc] && at->op == OP_CODE)
			kept = 0;
		if (p->seen[pc] && at->op == OP_UNLOCK)
			kept &= p->held[pc] | ~lock_bit(at);
	}
	return kept;
}

static bool alone_judge(const struct places *p, bool *none)
{
	const struct teeq_model *m = p->m;
	uint64_t common = kept_mutexes(p);
	bool nested = false;

	*none = true;
	for (size_t pc = 0; pc < m->code_count; pc++) {
		const struct instruction *at = &m->code[pc];

		if (!p->seen[pc] || !is_system_call(p, pc))
			continue;
		*none = false;
		common &= p->held[pc];
		nested |= model_entry(m, at) != CODE_NONE && p->leads[model_entry(m, at)];
	}
	return *none || common != 0 || (!nested && count_callers(p) <= 1);
}

static uint64_t find_systems(const struct teeq_model *m)
{
	uint64_t systems = 0;

	for (unsigned int i = 0; i < m->session_count; i++)
		if (m->session_asks[i])
			systems |= UINT64_C(1) << i;
	for (size_t pc = 0; pc < m->code_count; pc++)
		if (m->code[pc].op == OP_RESERVE)
			systems |= UINT64_C(1) << m->code[pc].object;
	return systems;
}

/* Returns false where nothing is known: there is no memory. */
static bool places_init(struct places *p, const struct teeq_model *m)
{
	*p = (struct places){ .m = m, .systems = find_systems(m) };
	p->held = calloc(m->code_count, sizeof(*p->held));
	p->seen = calloc(m->code_count, 1);
	p->leads = calloc(m->code_count, 1);
	if (!p->held || !p->seen || !p->leads || m->lock_count > 64)
		return false;
	alone_walk(p);
	return true;
}

static void places_free(struct places *p)
{
	free(p->held);
	free(p->seen);
	free(p->leads);
}

bool order_system_alone(const struct teeq_model *m, bool *none)
{
	struct places p;
	bool alone;

	*none = false;
	alone = places_init(&p, m) && alone_judge(&p, none);
	places_free(&p);
	return alone;
}

/* ----------------------------------- calls inside of others ----------------------------------- */

/*
 * Adds to @mutexes one of @kept for each call of a service, which is made with that
 * held. Returns false where one is made without any.
 */
static bool add_mutexes(const struct places *p, const struct script *service, uint64_t kept,
			uint64_t *mutexes)
{
	const struct teeq_model *m = p->m;

	for (size_t pc = service->start; m->code[pc].op != OP_END; pc++) {
		uint64_t held = p->held[pc] & kept;

		if (!p->seen[pc] || !op_is(m->code[pc].op, OP_BEGINS_CALL) || (held & *mutexes))
			continue;
		if (!held)
			return false;
		*mutexes |= held & -held;
	}
	return true;
}

unsigned int order_nested(const struct teeq_model *m)
{
	struct places p;
	bool known = places_init(&p, m);
	uint64_t kept = known ? kept_mutexes(&p) : 0, mutexes = 0;

	for (unsigned int i = 0; i < m->service_count && known; i++)
		known = m->services[i].by == TEEQ_SERVED_BY_SUPPLICANT ||
			add_mutexes(&p, &m->services[i], kept, &mutexes);
	places_free(&p);
	return known ? (unsigned int)__builtin_popcountll(mutexes) : UINT_MAX;
}
