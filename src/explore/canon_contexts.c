/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/canon_shared.h"

#include <string.h>

#include "base/check.h"

/* The old number of each context, or TEEQ_NO_CONTEXT for a free one. */
struct renaming {
	uint8_t old_number[TEEQ_CONTEXT_MAX];
	bool changed;
};

/*
 * In one pool: the next numbers, below the border of the threads set aside, which stays where it
 * is, and from there on; and which old ones have got theirs.
 */
struct numbering {
	unsigned int border;
	unsigned int low;
	unsigned int high;
	uint64_t numbered;
};

/* The first context of a pool that may be renamed: those lost at the start stay where they are. */
static unsigned int first_context(const struct teeq_model *m, unsigned int number)
{
	return m->pool_first[number] + (number == 0 ? m->lost_count : 0u);
}

static uint8_t number_next(struct numbering *numbering, unsigned int old,
			   struct renaming *renaming)
{
	unsigned int now = old < numbering->border ? numbering->low++ : numbering->high++;

	renaming->old_number[now] = (uint8_t)old;
	renaming->changed |= now != old;
	numbering->numbered |= UINT64_C(1) << old;
	return (uint8_t)now;
}

/* Those that were lost on the way belong to nobody. */
static void number_lost(const struct teeq_model *m, const struct pool *pool, unsigned int number,
			struct numbering *numbering, struct renaming *renaming)
{
	unsigned int first = m->pool_first[number];

	for (unsigned int i = first_context(m, number); i < first + pool->context_count; i++)
		if (pool->context[i - first] != CONTEXT_FREE && !(numbering->numbered >> i & 1))
			number_next(numbering, i, renaming);
}

/*
 * Number the contexts of a pool in use in the order in which the
 * tasks hold them, lowest first, and behind them those that are lost.
 */
static void number_pool(const struct canon *canon, const struct teeq_world *w, unsigned int number,
			struct renaming *renaming)
{
	const struct teeq_model *m = canon->m;
	const struct pool *pool = world_pool(m, w, number);
	unsigned int low = first_context(m, number);
	unsigned int border = m->pool_first[number] + pool->context_count -
			      (unsigned int)pool->reserved_count;
	struct numbering numbering = { border, low, border > low ? border : low, 0 };

	for (uint64_t left = canon->in_pool[number]; left; left &= left - 1) {
		struct task *task = world_task(m, w, (unsigned int)__builtin_ctzll(left));

		for (unsigned int level = 0; level <= task->top; level++) {
			uint8_t *context = &task->levels[level].call.context;

			if (*context != TEEQ_NO_CONTEXT)
				*context = number_next(&numbering, *context, renaming);
		}
	}
	if (w->lost_count > m->lost_count)
		number_lost(m, pool, number, &numbering, renaming);
}

/* What no task holds is free, and free contexts are all alike. */
static void number_contexts(const struct canon *canon, const struct teeq_world *w,
			    struct renaming *renaming)
{
	const struct teeq_model *m = canon->m;

	memset(renaming->old_number, TEEQ_NO_CONTEXT, sizeof(renaming->old_number));
	renaming->changed = false;
	for (unsigned int i = 0; i < m->lost_count; i++)
		renaming->old_number[i] = (uint8_t)i;
	for (unsigned int i = 0; i < m->pool_count; i++)
		number_pool(canon, w, i, renaming);
}

static uint8_t new_number(const struct teeq_model *m, const struct renaming *renaming,
			  unsigned int context)
{
	unsigned int i = 0;

	while (i < m->thread_count && renaming->old_number[i] != context)
		i++;
	CHECK(i < m->thread_count, "thread context %u is named, and free", context);
	return (uint8_t)i;
}

/*
 * Wherever else contexts are named: who holds a mutex of the secure world, who waits for it, and
 * the notifications that are each context's own.
 */
static void rename_context_keys(const struct teeq_model *m, struct teeq_world *to,
				const struct renaming *renaming)
{
	struct key *keys = world_keys(m, to, 0);
	struct key old[TEEQ_NOTIFICATION_MAX + TEEQ_CONTEXT_MAX];

	memcpy(old, keys, m->key_count * sizeof(*keys));
	for (unsigned int i = m->lost_count; i < m->thread_count; i++) {
		unsigned int number = renaming->old_number[i];

		keys[model_context_key(m, i)] = number == TEEQ_NO_CONTEXT ?
			(struct key){ 0 } : old[model_context_key(m, number)];
	}
	/* Who waits, by the key of its own context; and who sends, by that of another. */
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, to, i);

		if (task->wait >= RPC_NOTIF_WAIT && task->about >= m->notification_count)
			task->about = (uint8_t)model_context_key(
				m, new_number(m, renaming,
					      task->about - (unsigned int)m->notification_count));
	}
}

static void rename_in_secure_locks(const struct teeq_model *m, struct teeq_world *to,
				   const struct teeq_world *from,
				   const struct renaming *renaming)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		struct secure_lock *lock = world_secure_lock(m, to, i);
		const uint8_t *old = world_holds(m, from, i);

		for (unsigned int j = 0; j < m->thread_count; j++)
			world_holds(m, to, i)[j] = renaming->old_number[j] == TEEQ_NO_CONTEXT ?
							   0 : old[renaming->old_number[j]];
		for (unsigned int j = 0; j < m->thread_count && lock->waits[j].context; j++)
			lock->waits[j].context = (uint8_t)(
				new_number(m, renaming, lock->waits[j].context - 1u) + 1);
	}
}

static void rename_in_memory(const struct teeq_model *m, struct teeq_world *to,
			     const struct teeq_world *from, const struct renaming *renaming)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		const uint8_t *old = world_memory(m, from, guest);

		for (unsigned int i = 0; i < m->thread_count; i++)
			world_memory(m, to, guest)[i] = renaming->old_number[i] == TEEQ_NO_CONTEXT ?
							       0 : old[renaming->old_number[i]];
	}
}

static void rename_pool(const struct teeq_model *m, struct teeq_world *to,
			const struct teeq_world *from, unsigned int number,
			const struct renaming *renaming)
{
	const uint8_t *old = world_pool(m, from, number)->context;
	uint8_t *now = world_pool(m, to, number)->context;
	unsigned int first = m->pool_first[number], end = m->pool_first[number + 1];

	for (unsigned int i = first_context(m, number); i < end; i++) {
		unsigned int was = renaming->old_number[i];

		if (was == TEEQ_NO_CONTEXT) {
			now[i - first] = CONTEXT_FREE;
			memset(world_thread(m, to, i), 0, m->layout.thread_size);
		} else {
			now[i - first] = old[was - first];
			memcpy(world_thread(m, to, i), world_thread(m, from, was),
			       m->layout.thread_size);
		}
	}
}

void canon_rename_contexts(const struct canon *canon, struct teeq_world *to,
			   const struct teeq_world *from)
{
	const struct teeq_model *m = canon->m;
	struct renaming renaming;

	number_contexts(canon, to, &renaming);
	if (!renaming.changed)
		return;
	if (m->keeps_memory)
		rename_in_memory(m, to, from, &renaming);
	if (m->secure_lock_count > 0) {
		rename_context_keys(m, to, &renaming);
		rename_in_secure_locks(m, to, from, &renaming);
	}
	for (unsigned int i = 0; i < m->pool_count; i++)
		rename_pool(m, to, from, i, &renaming);
}
