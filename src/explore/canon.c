/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/canon.h"

#include <string.h>

#include "base/check.h"

/*
 * Contexts may be renamed within the part of the array that the same callers search. That part
 * stands still unless reservations come and go while the model runs.
 */
static bool contexts_are_alike(const struct teeq_model *m)
{
	/* A key may hold a notification that came too late for the call before: it meets the next in that context. */
	if (m->stale_keys)
		return false;
	/* A context that is lost while the model runs may be any of them. */
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_THREAD_LOST ||
		    m->faults[i].kind == TEEQ_FAULT_RESUME_REFUSED)
			return false;
	/* A thread of one guest may tell another's, and so leave a key of that number set in its own guest. */
	if (m->guest_count > 1 && m->secure_lock_count > 0)
		return false;
	if (model_secure_side(m) != TEEQ_SECURE_COUNTED)
		return true;
	for (size_t i = 0; i < m->code_count; i++)
		if (m->code[i].op == OP_RESERVE || m->code[i].op == OP_RELEASE ||
		    m->code[i].op == OP_CLOSE)
			return false;
	return true;
}

/* A task that a fault may kill is one of a kind; which of several that is makes no difference. */
static bool canon_is_target(const struct teeq_model *m, unsigned int task)
{
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_CLIENT_KILLED && m->faults[i].target == task)
			return true;
	return false;
}

/* Each driver is told how many threads there are when it is probed, before the first step. */
static bool knows_no_total(const struct teeq_model *m)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		if (world_callq(m, m->initial, guest)->total_count == 0)
			return true;
	return false;
}

void canon_init(struct canon *canon, const struct teeq_model *m, bool symmetry)
{
	*canon = (struct canon){
		.m = m,
		.uncounted = policy_is_builtin(m->policy) && knows_no_total(m),
	};
	for (unsigned int i = 0; i < m->task_count; i++) {
		canon->in_pool[m->guest_pool[m->tasks[i].guest]] |= task_bit(i);
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT)
			canon->supplicants |= task_bit(i);
	}
	if (!symmetry)
		return;
	canon->contexts = contexts_are_alike(m);
	/* A policy from outside may look at the ids of waiters, or keep them in its own data. */
	if (!policy_is_builtin(m->policy))
		return;
	for (unsigned int i = 1; i < m->task_count; i++) {
		bool alike = m->tasks[i].client == m->tasks[i - 1].client &&
			     !canon_is_target(m, i) && !canon_is_target(m, i - 1);

		canon->tasks |= alike;
		canon->firsts[i] = alike ? canon->firsts[i - 1] : (uint8_t)i;
	}
}

/* ------------------------------------------- tasks -------------------------------------------- */

static uint64_t canon_locks_of(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int task)
{
	const uint8_t *owners = world_locks(m, w);
	uint64_t held = 0;

	for (unsigned int i = 0; i < m->lock_count; i++)
		if (owners[i] == task + 1)
			held |= UINT64_C(1) << i;
	return held;
}

/* Mutexes of the secure world that two tasks, neither in a call, kept from earlier ones. */
static int compare_kept(const struct teeq_model *m, const struct teeq_world *w, unsigned int a,
			unsigned int b)
{
	int order = 0;

	for (unsigned int i = 0; m->keeps_locks && i < m->secure_lock_count && order == 0; i++) {
		const uint8_t *kept = world_holds(m, w, i) + m->thread_count;

		order = kept[a] - kept[b];
	}
	return order;
}

/* Whom a thread of tee-supplicant works for, by its new number plus 1; or 0. */
static unsigned int works_for(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int task, const uint8_t *name)
{
	unsigned int client = *task_client(world_task(m, w, task));

	return client ? name[client - 1] + 1u : 0;
}

/*
 * A total order, up to tasks that really are interchangeable, of those that are not in the queue:
 * such a task has no call in progress, so its record, its timer and its locks are all there is. Only
 * a thread of tee-supplicant names another task, one that waits in its call for the answer.
 */
static bool comes_before(const struct teeq_model *m, const struct teeq_world *w, unsigned int a,
			 unsigned int b, const uint8_t *name)
{
	int order = 0;

	if (m->tasks[a].kind == TEEQ_TASK_SUPPLICANT)
		order = (int)works_for(m, w, a, name) - (int)works_for(m, w, b, name);
	if (order == 0)
		order = memcmp(world_task(m, w, a), world_task(m, w, b), m->layout.task_size);
	if (order == 0 && (m->uses & USES_TIME))
		order = world_timers(m, w)[a] - world_timers(m, w)[b];
	if (order == 0)
		order = compare_kept(m, w, a, b);
	return order != 0 ? order < 0 : canon_locks_of(m, w, a) < canon_locks_of(m, w, b);
}

/*
 * Within each client, those whose outermost call is in the list of waiters come first, in the
 * list's order, which tells them all apart; @ends says where the others follow.
 */
static uint64_t place_queued(const struct canon *canon, const struct teeq_callq *q,
			     uint8_t *order, uint8_t *ends, uint8_t *name)
{
	uint64_t queued = 0;

	for (unsigned int i = 0; i < q->waiter_count; i++) {
		unsigned int task = id_task(q->waiters[i].id), first = canon->firsts[task];
		bool serves = canon->supplicants & task_bit(task);

		/* The outermost call of a thread of tee-supplicant is above its own script. */
		if (id_level(q->waiters[i].id) != serves)
			continue;
		name[task] = ends[first];
		order[ends[first]++] = (uint8_t)task;
		queued |= task_bit(task);
	}
	return queued;
}

/* Which of @w is each in @order. Returns whether anybody changed places. */
static bool sort_tasks(const struct canon *canon, const struct teeq_world *w, uint8_t *order)
{
	const struct teeq_model *m = canon->m;
	uint8_t ends[TEEQ_TASK_MAX], behind[TEEQ_TASK_MAX]; /* what is in place; by first task */
	uint8_t name[TEEQ_TASK_MAX];
	unsigned int changed = 0;
	uint64_t queued = 0;

	/* The tasks of one client are all in one guest. */
	memcpy(ends, canon->firsts, sizeof(canon->firsts));
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		queued |= place_queued(canon, world_callq(m, w, guest), order, ends, name);
	memcpy(behind, ends, sizeof(behind));
	for (unsigned int task = 0; task < m->task_count; task++) {
		unsigned int first = canon->firsts[task], at;

		if (queued & task_bit(task)) {
			changed |= name[task] ^ task;
			continue;
		}
		for (at = ends[first]++; at > behind[first] &&
					 comes_before(m, w, task, order[at - 1], name); at--)
			order[at] = order[at - 1];
		order[at] = (uint8_t)task;
		changed |= at ^ task;
	}
	return changed != 0;
}

/* A task's number plus 1, or 0. */
static void rename(uint8_t *number, const uint8_t *name)
{
	if (*number)
		*number = (uint8_t)(name[*number - 1] + 1);
}

/* Wherever else tasks are named: timers, requests and who works on them, notifications, owners. */
static void rename_in_parts(const struct teeq_model *m, struct teeq_world *to,
			    const struct teeq_world *from, const uint8_t *order,
			    const uint8_t *name)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		if (m->uses & USES_TIME)
			world_timers(m, to)[i] = world_timers(m, from)[order[i]];
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT)
			rename(task_client(world_task(m, to, i)), name);
	}
	for (unsigned int guest = 0; m->uses & USES_SUPPLICANT && guest < m->guest_count; guest++)
		for (unsigned int i = 0; i < m->task_count; i++)
			rename(&world_requests(m, to, guest)->callers[i], name);
	/* Those of all guests, one behind the other. */
	for (unsigned int i = 0; i < (unsigned int)m->guest_count * m->key_count; i++)
		rename(&world_keys(m, to, 0)[i].waiter, name);
	for (unsigned int i = 0; m->keeps_locks && i < m->secure_lock_count; i++) {
		const uint8_t *old = world_holds(m, from, i) + m->thread_count;
		uint8_t *kept = world_holds(m, to, i) + m->thread_count;

		for (unsigned int j = 0; j < m->task_count; j++)
			kept[j] = old[order[j]];
	}
}

static void rename_waiters(struct teeq_callq *q, const uint8_t *name)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		q->waiters[i].id = caller_id(name[id_task(q->waiters[i].id)],
					     id_level(q->waiters[i].id));
}

static void rename_tasks(const struct teeq_model *m, struct teeq_world *to,
			 const struct teeq_world *from, const uint8_t *order)
{
	uint8_t *owners = world_locks(m, to);
	uint8_t name[TEEQ_TASK_MAX];

	for (unsigned int i = 0; i < m->task_count; i++) {
		name[order[i]] = (uint8_t)i;
		if (order[i] != i)
			memcpy(world_task(m, to, i), world_task(m, from, order[i]),
			       m->layout.task_size);
	}
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		rename_waiters(world_callq(m, to, guest), name);
	for (unsigned int i = 0; i < m->lock_count; i++)
		rename(&owners[i], name);
	for (unsigned int guest = 0; m->argument_slots > 0 && guest < m->guest_count; guest++)
		rename(&world_arguments(m, to, guest)->owner, name);
	if (m->uses || m->key_count)
		rename_in_parts(m, to, from, order, name);
}

/* ------------------------------------------ contexts ------------------------------------------ */

/* The old number of each context, or TEEQ_NO_CONTEXT for a free one. */
struct renaming {
	uint8_t old_number[TEEQ_CONTEXT_MAX];
	bool changed;
};

/* The first context of a pool that may be renamed: those lost at the start stay where they are. */
static unsigned int first_context(const struct teeq_model *m, unsigned int number)
{
	return m->pool_first[number] + (number == 0 ? m->lost_count : 0u);
}

/*
 * Number the contexts of a pool in use in the order in which the tasks hold them, lowest first; the border
 * of the threads set aside stays where it is.
 */
static void number_pool(const struct canon *canon, const struct teeq_world *w, unsigned int number,
			struct renaming *renaming)
{
	const struct teeq_model *m = canon->m;
	const struct pool *pool = world_pool(m, w, number);
	unsigned int border = m->pool_first[number] + pool->context_count -
			      (unsigned int)pool->reserved_count;
	unsigned int low = first_context(m, number), high = border > low ? border : low;
	bool changed = false;

	for (uint64_t left = canon->in_pool[number]; left; left &= left - 1) {
		struct task *task = world_task(m, w, (unsigned int)__builtin_ctzll(left));

		for (unsigned int level = 0; level <= task->top; level++) {
			unsigned int old = task->levels[level].call.context, now;

			if (old == TEEQ_NO_CONTEXT)
				continue;
			now = old < border ? low++ : high++;
			renaming->old_number[now] = (uint8_t)old;
			changed |= now != old;
			task->levels[level].call.context = (uint8_t)now;
		}
	}
	renaming->changed |= changed;
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
 * Wherever else contexts are named: who holds a mutex of the secure world, who waits for it, and the
 * notifications that are each context's own.
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

static void rename_contexts(const struct canon *canon, struct teeq_world *to,
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

static void forget_free_counts(const struct teeq_model *m, struct teeq_world *w)
{
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		if (world_callq(m, w, guest)->total_count == 0)
			world_callq(m, w, guest)->free_count = 0;
}

void canon_apply(const struct canon *canon, struct teeq_world *to, const struct teeq_world *from,
		 uint8_t order[TEEQ_TASK_MAX])
{
	const struct teeq_model *m = canon->m;

	memcpy(to, from, m->layout.size);
	/* There the count only says how often somebody left, and nobody looks at it. */
	if (canon->uncounted)
		forget_free_counts(m, to);
	for (unsigned int i = 0; !canon->tasks && i < m->task_count; i++)
		order[i] = (uint8_t)i;
	if (canon->tasks && sort_tasks(canon, from, order))
		rename_tasks(m, to, from, order);
	if (canon->contexts)
		rename_contexts(canon, to, from);
}
