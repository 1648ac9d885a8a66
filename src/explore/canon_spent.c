/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/canon_shared.h"

#include <string.h>

/*
 * Tasks that have nothing left to do but to leave the queue are alike, whatever they did before.
 * docs/explorer.md.
 */

#define RECORD_MAX 512 /* of a task, bytes */

/* ------------------------------------------- set-up ------------------------------------------- */

/* The last call of a script behind which there is nothing, or CODE_NONE. */
static uint16_t find_tail(const struct teeq_model *m, unsigned int task)
{
	uint16_t pc = m->tasks[task].start;

	if (m->tasks[task].kind != TEEQ_TASK_CLIENT)
		return CODE_NONE;
	while (m->code[pc].op != OP_END)
		pc++;
	return pc > m->tasks[task].start && m->code[pc - 1].op == OP_CALL ? (uint16_t)(pc - 1) :
									     CODE_NONE;
}

static bool alike_when_spent(const struct teeq_model *m, const uint64_t apart[2], unsigned int a,
			     unsigned int b)
{
	const struct task_info *one = &m->tasks[a], *two = &m->tasks[b];

	for (unsigned int i = 0; i < 2; i++)
		if ((apart[i] >> a ^ apart[i] >> b) & 1)
			return false;
	return one->stage == two->stage && one->guest == two->guest && one->cpu == two->cpu &&
	       one->priority == two->priority;
}

void spent_init(struct spent *spent, const struct teeq_model *m, bool on, const uint64_t apart[2])
{
	unsigned int count = 0;

	*spent = (struct spent){ .any = false };
	for (unsigned int i = 0; i < m->task_count; i++) {
		spent->tail[i] = find_tail(m, i);
		spent->like[i] = (uint8_t)i;
		for (unsigned int j = 0; j < i && spent->tail[i] != CODE_NONE; j++)
			if (spent->tail[j] != CODE_NONE && alike_when_spent(m, apart, i, j)) {
				spent->like[i] = spent->like[j];
				count++;
				break;
			}
	}
	spent->any = on && count > 0 && !m->keeps_locks && !(m->uses & USES_SIGNALS) &&
		     m->layout.task_size <= RECORD_MAX;
}

/* ------------------------------------------ in a state ---------------------------------------- */

static bool is_spent(const struct canon *canon, const struct teeq_world *w, unsigned int task)
{
	const struct task *at = world_task(canon->m, w, task);
	const struct level *level = &at->levels[0];
	uint16_t tail = canon->spent.tail[task];

	if (tail == CODE_NONE || at->top > 0 || at->wait != RPC_NOTHING ||
	    (level->pc != tail && level->pc != tail + 1))
		return false;
	if (level->pc == tail &&
	    ((level->call.state != CALL_LEAVE && level->call.state != CALL_FREE_ARG) ||
	     level->reservations > 0 ||
	     (level->call.flags & ~(unsigned int)(CALL_SYSTEM | CALL_NOTED | CALL_KIND))))
		return false;
	return world_locks_of(canon->m, w, task) == 0;
}

uint64_t canon_find_spent(const struct canon *canon, const struct teeq_world *w)
{
	uint64_t spent = 0;

	for (unsigned int i = 0; canon->spent.any && i < canon->m->first_fault; i++)
		if (is_spent(canon, w, i))
			spent |= task_bit(i);
	return spent & (spent - 1) ? spent : 0;
}

/* What is left of one, and its place in the queue as far as that can be told. */
struct rest {
	uint8_t task;
	uint8_t state; /* CALL_IDLE last */
	uint8_t flags; /* of the call, and of its waiter */
	uint8_t waiter_flags;
	uint16_t slot;
	uint16_t place;
};

static int compare_rests(const struct rest *a, const struct rest *b)
{
	int order = b->state - a->state;

	if (order == 0)
		order = a->slot - b->slot;
	if (order == 0)
		order = a->waiter_flags - b->waiter_flags;
	if (order == 0)
		order = a->flags - b->flags;
	return order != 0 ? order : a->place - b->place;
}

static struct rest rest_of(const struct canon *canon, const struct teeq_world *w,
			   const struct queued *queued, unsigned int task)
{
	unsigned int guest = canon->m->tasks[task].guest;
	const struct teeq_callq *q = world_callq(canon->m, w, guest);
	const struct call *call = &world_task(canon->m, w, task)->levels[0].call;
	struct rest rest = { .task = (uint8_t)task, .state = call->state, .flags = call->flags };

	for (unsigned int i = 0; call->state == CALL_LEAVE && i < q->waiter_count; i++)
		if (q->waiters[i].id == caller_id(task, 0)) {
			rest.slot = queued->slots[guest].slot[i];
			rest.waiter_flags = q->waiters[i].flags;
			rest.place = (uint16_t)i;
		}
	return rest;
}

/* The record of @from becomes that of @to, which stands in its own script then. */
static void put_record(const struct canon *canon, struct teeq_world *w, unsigned int to,
		       const unsigned char *record, unsigned int from)
{
	struct task *task = world_task(canon->m, w, to);
	const uint16_t *tail = canon->spent.tail;

	memcpy(task, record, canon->m->layout.task_size);
	task->levels[0].pc = (uint16_t)(task->levels[0].pc - tail[from] + tail[to]);
}

/* Those of one kind, in order: @rests[i] comes to where @members[i] was. */
static void move_rests(const struct canon *canon, struct teeq_world *w, const struct rest *rests,
		       const uint8_t *members, unsigned int count, uint8_t *order)
{
	const struct teeq_model *m = canon->m;
	struct teeq_callq *q = world_callq(m, w, m->tasks[members[0]].guest);
	unsigned char records[TEEQ_TASK_MAX][RECORD_MAX];
	uint8_t old[TEEQ_TASK_MAX], name[TEEQ_TASK_MAX];
	uint16_t timers[TEEQ_TASK_MAX];

	for (unsigned int i = 0; i < m->task_count; i++)
		name[i] = (uint8_t)i;
	for (unsigned int i = 0; i < count; i++) {
		memcpy(records[i], world_task(m, w, rests[i].task), m->layout.task_size);
		old[i] = order[rests[i].task];
		name[rests[i].task] = members[i];
		timers[i] = m->uses & USES_TIME ? world_timers(m, w)[rests[i].task] : 0;
	}
	for (unsigned int i = 0; i < count; i++) {
		put_record(canon, w, members[i], records[i], rests[i].task);
		order[members[i]] = old[i];
		if (m->uses & USES_TIME)
			world_timers(m, w)[members[i]] = timers[i];
	}
	for (unsigned int i = 0; i < q->waiter_count; i++)
		q->waiters[i].id = caller_id(name[id_task(q->waiters[i].id)],
					     id_level(q->waiters[i].id));
}

static void share_class(const struct canon *canon, struct teeq_world *w,
			const struct queued *queued, uint64_t class, uint8_t *order)
{
	uint8_t members[TEEQ_TASK_MAX];
	struct rest rests[TEEQ_TASK_MAX];
	unsigned int count = 0, changed = 0;

	for (uint64_t left = class; left; left &= left - 1) {
		struct rest rest = rest_of(canon, w, queued, (unsigned int)__builtin_ctzll(left));
		unsigned int at = count;

		members[count++] = rest.task;
		for (; at > 0 && compare_rests(&rests[at - 1], &rest) > 0; at--)
			rests[at] = rests[at - 1];
		rests[at] = rest;
	}
	for (unsigned int i = 0; i < count; i++)
		changed |= rests[i].task ^ members[i];
	if (changed)
		move_rests(canon, w, rests, members, count, order);
}

void canon_share_spent(const struct canon *canon, struct teeq_world *w,
		       const struct queued *queued, uint8_t *order)
{
	uint64_t spent = 0;

	for (unsigned int i = 0; queued->spent && i < canon->m->first_fault; i++)
		if (queued->spent >> order[i] & 1)
			spent |= task_bit(i);
	while (spent) {
		unsigned int first = (unsigned int)__builtin_ctzll(spent);
		uint64_t class = 0;

		for (uint64_t left = spent; left; left &= left - 1) {
			unsigned int task = (unsigned int)__builtin_ctzll(left);

			if (canon->spent.like[task] == canon->spent.like[first])
				class |= task_bit(task);
		}
		spent &= ~class;
		if (class & (class - 1))
			share_class(canon, w, queued, class, order);
	}
}
