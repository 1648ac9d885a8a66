/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "explore/shortest.h"

/*
 * What is surely held where an instruction begins, whatever way led there: a bit for each lock of
 * the normal world, for each device that the script has switched on, and for each lock of the
 * secure world.
 */
#define LOCK_MAX   24
#define DEVICE_MAX 16
#define SECURE_MAX 24

struct analysis {
	const struct teeq_model *m;
	uint64_t *held; /* at each instruction */
	bool *seen;
	bool changed;
	bool may_break;
};

static uint64_t bit_of(struct analysis *a, enum op_object kind, unsigned int object)
{
	static const uint8_t starts[] = { [OP_OBJECT_LOCK] = 0, [OP_OBJECT_DEVICE] = LOCK_MAX,
					  [OP_OBJECT_SECURE_LOCK] = LOCK_MAX + DEVICE_MAX };
	static const uint8_t sizes[] = { [OP_OBJECT_LOCK] = LOCK_MAX,
					 [OP_OBJECT_DEVICE] = DEVICE_MAX,
					 [OP_OBJECT_SECURE_LOCK] = SECURE_MAX };

	if (object < sizes[kind])
		return UINT64_C(1) << (starts[kind] + object);
	a->may_break = true;
	return 0;
}

/* What was held on every way so far. */
static void flow(struct analysis *a, size_t to, uint64_t held)
{
	if (to >= a->m->code_count)
		return;
	held &= a->seen[to] ? a->held[to] : held;
	if (a->seen[to] && a->held[to] == held)
		return;
	a->seen[to] = true;
	a->held[to] = held;
	a->changed = true;
}

/* What is held behind it. */
static uint64_t behind(struct analysis *a, const struct instruction *at, uint64_t held)
{
	if (op_is(at->op, OP_TAKES))
		return held | bit_of(a, op_object(at->op), at->object);
	if (op_is(at->op, OP_GIVES))
		return held & ~bit_of(a, op_object(at->op), at->object);
	return held;
}

static void may_break_step(struct analysis *a, size_t pc)
{
	uint64_t held = behind(a, &a->m->code[pc], a->held[pc]);
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(a->m->code, (unsigned int)pc, next);

	for (unsigned int i = 0; i < count; i++)
		flow(a, next[i], held);
}

static void run(struct analysis *a)
{
	const struct teeq_model *m = a->m;

	for (unsigned int i = 0; i < m->task_count; i++)
		flow(a, m->tasks[i].start, 0);
	for (unsigned int i = 0; i < m->service_count; i++)
		flow(a, m->services[i].start, 0);
	for (unsigned int i = 0; i < m->command_count; i++)
		flow(a, m->commands[i].start, 0);
	/* What is held somewhere only becomes less: this ends. */
	do {
		a->changed = false;
		for (size_t pc = 0; pc < m->code_count; pc++)
			if (a->seen[pc])
				may_break_step(a, pc);
	} while (a->changed);
}

/* Some give back what they may not have; some may read more often than can be counted. */
static void may_break_judge(struct analysis *a)
{
	for (size_t pc = 0; pc < a->m->code_count; pc++) {
		const struct instruction *at = &a->m->code[pc];
		uint64_t before = a->held[pc];

		a->may_break |= at->op == OP_SECURE_LOCK && at->count > 0;
		a->may_break |= op_is(at->op, OP_UNTRACKED);
		/* A script that nobody comes to breaks nothing. */
		if (a->seen[pc] && op_is(at->op, OP_GIVES))
			a->may_break |= behind(a, at, before) == before;
	}
}

bool shortest_may_break(const struct teeq_model *m)
{
	struct analysis a = { .m = m };

	/*
	 * Whoever is killed leaves its script wherever
	 * it is; a policy from outside may do anything.
	 */
	if ((m->uses & USES_SIGNALS) || m->fault_count > 0 || !policy_is_builtin(m->policy))
		return true;
	a.held = calloc(m->code_count + 1, sizeof(*a.held));
	a.seen = calloc(m->code_count + 1, sizeof(*a.seen));
	a.may_break = !a.held || !a.seen;
	if (!a.may_break) {
		run(&a);
		may_break_judge(&a);
	}
	free(a.held);
	free(a.seen);
	return a.may_break;
}
