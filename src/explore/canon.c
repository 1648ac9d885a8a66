/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/canon_shared.h"

#include <string.h>

#include "explore/contexts.h"

/* Each driver is told how many threads there are when it is probed, before the first step. */
static bool knows_no_total(const struct teeq_model *m)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		if (world_callq(m, m->initial, guest)->total_count == 0)
			return true;
	return false;
}

void canon_forget_counts(const struct teeq_model *m, struct teeq_world *w)
{
	if (!policy_is_builtin(m->policy))
		return;
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		if (world_callq(m, w, guest)->total_count == 0)
			world_callq(m, w, guest)->free_count = 0;
}

bool canon_init(struct canon *canon, const struct teeq_model *m,
		const struct teeq_explore_options *options)
{
	const uint64_t apart[2] = { options->must_finish, options->watch };

	*canon = (struct canon){
		.m = m,
		.uncounted = policy_is_builtin(m->policy) && knows_no_total(m),
	};
	for (unsigned int i = 0; i < m->task_count; i++)
		canon->in_pool[m->guest_pool[m->tasks[i].guest]] |= task_bit(i);
	order_init(&canon->order, m,
		   !options->no_symmetry && !(options->without & TEEQ_WITHOUT_ORDER));
	if (options->no_symmetry)
		return true;
	canon->contexts = contexts_alike(m);
	/* A policy from outside may look at the ids of waiters, or keep them in its own data. */
	if (!policy_is_builtin(m->policy))
		return true;
	spent_init(&canon->spent, m, !(options->without & TEEQ_WITHOUT_SPENT), apart);
	if (!alike_init(&canon->alike, m, !(options->without & TEEQ_WITHOUT_CLIENTS), apart))
		return false;
	canon->tasks = canon->alike.any;
	return true;
}

void canon_free(struct canon *canon)
{
	alike_free(&canon->alike);
}

/* A search looks at whether a timer is armed, and never at what is left of it. */
static void forget_ticks(const struct teeq_model *m, struct teeq_world *w)
{
	for (unsigned int i = 0; (m->uses & USES_TIME) && i < m->task_count; i++)
		world_timers(m, w)[i] = world_timers(m, w)[i] > 0;
}

void canon_apply(const struct canon *canon, struct teeq_world *to, const struct teeq_world *from,
		 uint8_t order[TEEQ_TASK_MAX])
{
	const struct teeq_model *m = canon->m;
	bool looks_at_queues = canon->tasks || canon->spent.any ||
			       canon->order.rule != ORDER_KEPT;
	struct queued queued;
	bool moved = false;

	memcpy(to, from, m->layout.size);
	/* There the count only says how often somebody left, and nobody looks at it. */
	if (canon->uncounted)
		canon_forget_counts(m, to);
	for (unsigned int i = 0; !canon->tasks && i < m->task_count; i++)
		order[i] = (uint8_t)i;
	if (looks_at_queues)
		canon_find_slots(canon, from, &queued);
	queued.spent = canon->spent.any ? canon_find_spent(canon, from) : 0;
	if (canon->tasks)
		moved = canon_sort_tasks(canon, from, &queued, order);
	if (moved)
		canon_rename_tasks(canon, to, from, order);
	if (queued.spent)
		canon_share_spent(canon, to, &queued, order);
	for (unsigned int guest = 0; looks_at_queues && guest < m->guest_count; guest++)
		order_apply(&canon->order, to, guest, &queued.slots[guest]);
	if (canon->contexts)
		canon_rename_contexts(canon, to, from);
	if (moved)
		canon_rename_threads(canon, to, order);
	if (canon->tasks)
		forget_ticks(m, to);
}
