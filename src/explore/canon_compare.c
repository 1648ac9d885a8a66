/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/canon_shared.h"

#include <string.h>

/* ------------------------------------- what is kept of a task --------------------------------- */

/* Mutexes of the secure world that two tasks kept from earlier calls. */
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

/* Where a call in @context waits for a lock of the secure world, from 1; or 0. */
static unsigned int waits_at(const struct teeq_model *m, const struct teeq_world *w,
			     unsigned int lock, unsigned int context)
{
	const struct secure_wait *waits = world_secure_lock(m, w, lock)->waits;

	for (unsigned int i = 0; i < m->thread_count && waits[i].context; i++)
		if (waits[i].context == context + 1)
			return i + 1;
	return 0;
}

/* What the secure world, and the driver, keep of each of two contexts besides its thread. */
static int compare_kept_for(const struct teeq_model *m, const struct teeq_world *w, unsigned int a,
			    unsigned int b)
{
	int order = 0;

	for (unsigned int i = 0; i < m->secure_lock_count && order == 0; i++) {
		order = world_holds(m, w, i)[a] - world_holds(m, w, i)[b];
		if (order == 0)
			order = (int)waits_at(m, w, i, a) - (int)waits_at(m, w, i, b);
	}
	for (unsigned int guest = 0; m->keeps_memory && guest < m->guest_count && order == 0;
	     guest++)
		order = world_memory(m, w, guest)[a] - world_memory(m, w, guest)[b];
	return order;
}

/* Two tasks of one class, each with the bundle that says what its code and its keys stand for. */
struct two {
	const struct canon *canon;
	const struct teeq_world *w;
	unsigned int a;
	unsigned int b;
	const struct bundle *of_a;
	const struct bundle *of_b;
};

/* As bytes, the least significant first, on every machine. */
static int compare_counters(const uint16_t *a, const uint16_t *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (a[i] != b[i])
			return (a[i] & 0xff) != (b[i] & 0xff) ? (a[i] & 0xff) - (b[i] & 0xff) :
								a[i] - b[i];
	return 0;
}

static int compare_threads(const struct two *two, unsigned int a, unsigned int b)
{
	const struct teeq_model *m = two->canon->m;
	const struct thread *one, *other;
	int order;

	if (a == TEEQ_NO_CONTEXT || b == TEEQ_NO_CONTEXT)
		return (a == TEEQ_NO_CONTEXT) - (b == TEEQ_NO_CONTEXT);
	one = world_thread(m, two->w, a);
	other = world_thread(m, two->w, b);
	order = bundle_role(two->of_a, one->pc) - bundle_role(two->of_b, other->pc);
	if (order == 0)
		order = compare_counters(one->loops, other->loops, m->command_loop_count);
	return order != 0 ? order : compare_kept_for(m, two->w, a, b);
}

static int compare_levels(const struct two *two, unsigned int level)
{
	const struct teeq_model *m = two->canon->m;
	const struct level *a = &world_task(m, two->w, two->a)->levels[level];
	const struct level *b = &world_task(m, two->w, two->b)->levels[level];
	int order = bundle_role(two->of_a, a->pc) - bundle_role(two->of_b, b->pc);

	if (order == 0)
		order = a->call.state - b->call.state;
	if (order == 0)
		order = a->call.flags - b->call.flags;
	/* A thread of tee-supplicant has there for whom it works. */
	if (order == 0 && (level > 0 || m->tasks[two->a].kind != TEEQ_TASK_SUPPLICANT))
		order = a->reservations - b->reservations;
	return order != 0 ? order : compare_threads(two, a->call.context, b->call.context);
}

static int compare_records(const struct two *two)
{
	const struct teeq_model *m = two->canon->m;
	struct task *a = world_task(m, two->w, two->a), *b = world_task(m, two->w, two->b);
	int order = a->top - b->top;

	if (order == 0)
		order = a->flags - b->flags;
	if (order == 0)
		order = a->wait - b->wait;
	for (unsigned int level = 0; level <= a->top && order == 0; level++)
		order = compare_levels(two, level);
	if (order == 0)
		order = compare_counters(task_loops(m, a, 0), task_loops(m, b, 0),
					 (size_t)m->level_count * m->script_loop_count);
	if (order == 0)
		order = memcmp(task_errors(m, a), task_errors(m, b),
			       (size_t)m->layout.task_size - m->layout.errors);
	return order;
}

/* What is kept of a task elsewhere than in its record; contexts have no names in this. */
static int compare_elsewhere(const struct two *two)
{
	const struct teeq_model *m = two->canon->m;
	uint8_t keys[2] = { world_task(m, two->w, two->a)->about,
			    world_task(m, two->w, two->b)->about };
	uint64_t locks[2] = { world_locks_of(m, two->w, two->a),
			      world_locks_of(m, two->w, two->b) };
	int order = 0;

	/* Their own ones are compared with what else is theirs. */
	for (unsigned int i = 0; i < two->of_a->object_count; i++)
		if (two->of_a->objects[i].kind == OP_OBJECT_LOCK) {
			uint64_t own[2] = { locks[0] >> two->of_a->objects[i].number & 1,
					    locks[1] >> two->of_b->objects[i].number & 1 };

			order = order != 0 ? order : (int)own[0] - (int)own[1];
			locks[0] &= ~(UINT64_C(1) << two->of_a->objects[i].number);
			locks[1] &= ~(UINT64_C(1) << two->of_b->objects[i].number);
		}
	if (order == 0)
		order = (locks[0] > locks[1]) - (locks[0] < locks[1]);
	if (order == 0 && keys[0] < m->notification_count)
		order = bundle_key(two->of_a, two->of_b, keys[1]) == keys[0] ? 0 :
									       keys[0] - keys[1];
	if (order == 0 && (m->uses & USES_TIME))
		order = (world_timers(m, two->w)[two->a] > 0) -
			(world_timers(m, two->w)[two->b] > 0);
	return order != 0 ? order : compare_kept(m, two->w, two->a, two->b);
}

/* -------------------------------------------- queue ------------------------------------------- */

/* The level at which a task's outermost call stands. */
static unsigned int outermost(const struct teeq_model *m, unsigned int task)
{
	return m->tasks[task].kind == TEEQ_TASK_SUPPLICANT;
}

void canon_find_slots(const struct canon *canon, const struct teeq_world *w, struct queued *queued)
{
	const struct teeq_model *m = canon->m;

	queued->tasks = 0;
	if (canon->tasks)
		memset(queued->of, 0, m->task_count * sizeof(queued->of[0]));
	for (unsigned int guest = 0; guest < m->guest_count; guest++) {
		const struct teeq_callq *q = world_callq(m, w, guest);

		order_slots(&canon->order, w, guest, &queued->slots[guest]);
		for (unsigned int i = 0; canon->tasks && i < q->waiter_count; i++) {
			unsigned int task = id_task(q->waiters[i].id);
			unsigned int level = id_level(q->waiters[i].id);

			queued->of[task][level] = queued->slots[guest].slot[i];
			if (level != outermost(m, task))
				continue;
			queued->tasks |= task_bit(task);
			queued->place[task] = (uint16_t)i;
		}
	}
}

/* The places of all their calls, where wakes can tell those apart. */
static int compare_slots(const struct two *two, const struct queued *queued)
{
	int order = 0;

	for (unsigned int level = 0; level <= TEEQ_CALL_DEPTH_MAX && order == 0; level++)
		order = queued->of[two->a][level] - queued->of[two->b][level];
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
 * Those whose outermost call is in the queue come first, by their places as far as those can be
 * told, and then by what they are at. Only a thread of tee-supplicant names another task, one that
 * waits in its call for the answer.
 */
static int compare_tasks(const struct two *two, const struct queued *queued, const uint8_t *name)
{
	const struct teeq_model *m = two->canon->m;
	bool spent[2] = { queued->spent >> two->a & 1, queued->spent >> two->b & 1 };
	bool in_queue[2] = { queued->tasks >> two->a & 1, queued->tasks >> two->b & 1 };
	int order = spent[0] - spent[1];

	/* What is left of those is shared out behind this. */
	if (spent[0] && spent[1])
		return 0;
	if (order == 0)
		order = in_queue[1] - in_queue[0];
	if (order == 0)
		order = compare_slots(two, queued);
	if (order == 0 && m->tasks[two->a].kind == TEEQ_TASK_SUPPLICANT)
		order = (int)works_for(m, two->w, two->a, name) -
			(int)works_for(m, two->w, two->b, name);
	if (order == 0)
		order = compare_records(two);
	return order != 0 ? order : compare_elsewhere(two);
}

/* ------------------------------------------- bundles ------------------------------------------ */

static int compare_object(const struct two *two, const struct own_object *a,
			  const struct own_object *b)
{
	const struct teeq_model *m = two->canon->m;
	const struct key *keys = world_keys(m, two->w, m->tasks[two->a].guest);

	switch (a->kind) {
	case OP_OBJECT_SESSION:
		return memcmp(&world_sessions(m, two->w)[a->number],
			      &world_sessions(m, two->w)[b->number], sizeof(struct session));
	case OP_OBJECT_DEVICE:
		return world_devices(m, two->w)[a->number] - world_devices(m, two->w)[b->number];
	case OP_OBJECT_EVENT:
		return (int)(two->w->events >> a->number & 1) -
		       (int)(two->w->events >> b->number & 1);
	case OP_OBJECT_KEY:
		return keys[a->number].flags - keys[b->number].flags;
	default: /* who has a lock was looked at */
		return 0;
	}
}

int canon_compare_bundles(const struct canon *canon, const struct teeq_world *w,
			  const struct queued *queued, unsigned int a, unsigned int b,
			  const uint8_t *name)
{
	const struct bundle *one = &canon->alike.bundles[a], *other = &canon->alike.bundles[b];
	struct two two = { canon, w, 0, 0, one, other };
	int order = 0;

	for (unsigned int i = 0; i < one->width && order == 0; i++) {
		two.a = one->tasks[i];
		two.b = other->tasks[i];
		order = compare_tasks(&two, queued, name);
	}
	for (unsigned int i = 0; i < one->object_count && order == 0; i++)
		order = compare_object(&two, &one->objects[i], &other->objects[i]);
	/* Where nothing else tells them apart, the list does. */
	for (unsigned int i = 0; i < one->width && order == 0; i++)
		if ((queued->tasks & ~queued->spent) >> one->tasks[i] & 1)
			order = queued->place[one->tasks[i]] - queued->place[other->tasks[i]];
	return order;
}
