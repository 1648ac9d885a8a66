/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/waits.h"

#include <stdlib.h>

/* ------------------------------------- looked up in the code ---------------------------------- */

/* At each instruction, which notifications may be sent, and waited for, from there on. */
struct ways {
	const struct teeq_model *m;
	uint32_t *sends;
	uint32_t *waits;
	bool changed;
};

static uint32_t key_bit(const struct teeq_model *m, const struct instruction *at)
{
	return at->object < m->notification_count ? UINT32_C(1) << at->object : 0;
}

static void take_ways(struct ways *ways, size_t pc, size_t from)
{
	uint32_t sends = ways->sends[pc], waits = ways->waits[pc];

	if (from >= ways->m->code_count)
		return;
	ways->sends[pc] |= ways->sends[from];
	ways->waits[pc] |= ways->waits[from];
	ways->changed |= sends != ways->sends[pc] || waits != ways->waits[pc];
}

static void ways_step(struct ways *ways, size_t pc)
{
	const struct instruction *at = &ways->m->code[pc];
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(ways->m->code, (unsigned int)pc, next);

	for (unsigned int i = 0; i < count; i++)
		take_ways(ways, pc, next[i]);
	if (op_is(at->op, OP_BEGINS_CALL))
		take_ways(ways, pc, model_entry(ways->m, at));
	if (at->op == OP_RPC)
		take_ways(ways, pc, ways->m->services[at->object].start);
}

static void find_ways(struct ways *ways)
{
	const struct teeq_model *m = ways->m;

	for (size_t pc = 0; pc < m->code_count; pc++) {
		if (m->code[pc].op == OP_NOTIFY)
			ways->sends[pc] = key_bit(m, &m->code[pc]);
		if (m->code[pc].op == OP_WAIT_KEY)
			ways->waits[pc] = key_bit(m, &m->code[pc]);
	}
	do {
		ways->changed = false;
		for (size_t pc = m->code_count; pc-- > 0;)
			ways_step(ways, pc);
	} while (ways->changed);
}

/* Who waits for a time only, and what threads of tee-supplicant send or wait for, is left out. */
static uint32_t shared_keys(const struct ways *ways)
{
	const struct teeq_model *m = ways->m;
	uint32_t shared = 0;

	for (size_t pc = 0; pc < m->code_count; pc++)
		if (m->code[pc].op == OP_WAIT_KEY && m->code[pc].ticks > 0)
			shared |= key_bit(m, &m->code[pc]);
	for (unsigned int i = 0; i < m->service_count; i++)
		if (m->services[i].by == TEEQ_SERVED_BY_SUPPLICANT)
			shared |= ways->sends[m->services[i].start] |
				  ways->waits[m->services[i].start];
	return shared;
}

static uint32_t of_task(const struct teeq_model *m, const uint32_t *keys, unsigned int task)
{
	const struct task_info *info = &m->tasks[task];

	return keys[info->start] | (info->exit < m->code_count ? keys[info->exit] : 0);
}

static void find_own(struct waits *waits, const struct ways *ways)
{
	const struct teeq_model *m = waits->m;
	uint32_t sent = 0, waited = 0, shared = shared_keys(ways);

	for (unsigned int i = 0; i < m->first_fault; i++) {
		uint32_t sends = of_task(m, ways->sends, i), waits_for = of_task(m, ways->waits, i);

		shared |= (sends & sent) | (waits_for & waited) | (sends & waits_for);
		sent |= sends;
		waited |= waits_for;
		for (unsigned int key = 0; key < m->notification_count; key++)
			if (sends >> key & 1)
				waits->sender[key] = (uint8_t)i;
	}
	waits->own = sent & waited & ~shared;
}

bool waits_init(struct waits *waits, const struct teeq_model *m, bool on)
{
	struct ways ways = { .m = m };

	*waits = (struct waits){ .m = m };
	if (!on || m->notification_count == 0 || m->guest_count > 1 || (m->uses & USES_ASYNC))
		return true;
	ways.sends = calloc(m->code_count, sizeof(*ways.sends));
	ways.waits = calloc(m->code_count, sizeof(*ways.waits));
	if (ways.sends && ways.waits) {
		find_ways(&ways);
		find_own(waits, &ways);
	}
	free(ways.waits);
	waits->sends = ways.sends;
	return ways.sends && ways.waits;
}

void waits_free(struct waits *waits)
{
	free(waits->sends);
}

/* --------------------------------------- in a state ------------------------------------------- */

static uint32_t sends_behind(const struct waits *waits, uint16_t pc)
{
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(waits->m->code, pc, next);
	uint32_t sends = 0;

	for (unsigned int i = 0; i < count; i++)
		sends |= next[i] < waits->m->code_count ? waits->sends[next[i]] : 0;
	return sends;
}

static uint32_t sends_of_level(const struct waits *waits, const struct teeq_world *w,
			       const struct level *level)
{
	uint16_t pc;

	/* Behind the call that registers a page comes the one that it is for. */
	if (level->call.flags & CALL_PAGE)
		return waits->sends[level->pc];
	if (level->call.context == TEEQ_NO_CONTEXT)
		return level->call.state >= CALL_LEAVE ? sends_behind(waits, level->pc) :
							 waits->sends[level->pc];
	pc = world_thread(waits->m, w, level->call.context)->pc;
	return sends_behind(waits, level->pc) |
	       (pc < waits->m->code_count ? waits->sends[pc] : 0);
}

/*
 * What @task may still send: in its script, in what it serves, in the calls it is in, and what it
 * is about to send, which the secure thread is behind already.
 */
static uint32_t sends_of(const struct waits *waits, const struct teeq_world *w, unsigned int task)
{
	const struct task *at = world_task(waits->m, w, task);
	uint32_t sends = 0;

	if (at->wait == RPC_NOTIF_SEND && at->about < waits->m->notification_count)
		sends |= UINT32_C(1) << at->about;
	for (unsigned int i = 0; i <= at->top; i++)
		sends |= sends_of_level(waits, w, &at->levels[i]);
	return sends;
}

static bool is_between_two(const struct waits *waits, unsigned int key)
{
	return key < waits->m->notification_count && (waits->own >> key & 1);
}

bool waits_is_local(const struct waits *waits, const struct teeq_world *w, unsigned int task)
{
	const struct task *at = world_task(waits->m, w, task);
	const struct key *key;

	if (at->wait == RPC_SIMPLE || at->wait == RPC_SLEEP)
		return true;
	if (at->wait < RPC_NOTIF_WAIT || !is_between_two(waits, at->about))
		return false;
	key = &world_keys(waits->m, w, waits->m->tasks[task].guest)[at->about];
	if (at->wait == RPC_NOTIF_SEND)
		return !(key->flags & (KEY_PENDING | KEY_DONE));
	/* Another one may be lost, or not, by when this one is taken. */
	return (key->flags & (KEY_PENDING | KEY_DONE)) &&
	       !(sends_of(waits, w, waits->sender[at->about]) >> at->about & 1);
}

bool waits_idly(const struct waits *waits, const struct teeq_world *w, unsigned int task)
{
	const struct task *at = world_task(waits->m, w, task);

	return at->wait == RPC_NOTIF_WAIT && is_between_two(waits, at->about) &&
	       !(world_keys(waits->m, w, waits->m->tasks[task].guest)[at->about].flags &
		 KEY_PENDING);
}
