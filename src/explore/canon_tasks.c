/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/canon_shared.h"

#include <string.h>

/* ------------------------------------------- sorting ------------------------------------------ */

/* Put the bundles of one class in order. Returns whether any changed places. */
static bool sort_class(const struct canon *canon, const struct teeq_world *w,
		       const struct queued *queued, unsigned int first, uint8_t *order,
		       uint8_t *name)
{
	const struct alike *alike = &canon->alike;
	uint8_t members[TEEQ_TASK_MAX], sorted[TEEQ_TASK_MAX];
	unsigned int count = 0, changed = 0;

	for (unsigned int i = first; i < alike->count; i++) {
		unsigned int at = count;

		if (alike->bundles[i].first != first || alike->bundles[i].width == 0)
			continue;
		members[count++] = (uint8_t)i;
		for (;
		     at > 0 && canon_compare_bundles(canon, w, queued, sorted[at - 1], i, name) > 0;
		     at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = (uint8_t)i;
	}
	for (unsigned int i = 0; i < count; i++) {
		const struct bundle *to = &alike->bundles[members[i]];
		const struct bundle *from = &alike->bundles[sorted[i]];

		changed |= members[i] ^ sorted[i];
		for (unsigned int j = 0; j < to->width; j++) {
			order[to->tasks[j]] = from->tasks[j];
			name[from->tasks[j]] = to->tasks[j];
		}
	}
	return changed != 0;
}

bool canon_sort_tasks(const struct canon *canon, const struct teeq_world *w,
		      const struct queued *queued, uint8_t *order)
{
	const struct alike *alike = &canon->alike;
	uint8_t name[TEEQ_TASK_MAX];
	bool changed = false;

	/* Threads of tee-supplicant are told apart by whom they work for, and so come last. */
	for (unsigned int turn = 0; turn < 2; turn++)
		for (unsigned int i = 0; i < alike->count; i++) {
			const struct bundle *bundle = &alike->bundles[i];
			bool serves = canon->m->tasks[bundle->tasks[0]].kind ==
				      TEEQ_TASK_SUPPLICANT;

			if (bundle->first == i && bundle->width > 0 && serves == turn)
				changed |= sort_class(canon, w, queued, i, order, name);
		}
	return changed;
}

/* ------------------------------------------- renaming ----------------------------------------- */

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

/*
 * The record of @index of @to is that of a task of another
 * bundle: it stands in its own code, and has its own keys.
 */
static void translate(const struct canon *canon, struct teeq_world *to, unsigned int index,
		      const struct bundle *own, const struct bundle *other)
{
	struct task *task = world_task(canon->m, to, index);

	for (unsigned int level = 0; level <= task->top; level++)
		task->levels[level].pc = bundle_pc(own, other, task->levels[level].pc);
	if (task->wait >= RPC_NOTIF_WAIT && task->about < canon->m->notification_count)
		task->about = bundle_key(own, other, task->about);
}

/* What is a bundle's own comes with its tasks. */
static void move_object(const struct teeq_model *m, struct teeq_world *to,
			const struct teeq_world *from, const struct own_object *own,
			const struct own_object *other)
{
	uint64_t event = UINT64_C(1) << own->number;

	switch (own->kind) {
	case OP_OBJECT_SESSION:
		world_sessions(m, to)[own->number] = world_sessions(m, from)[other->number];
		if (m->cancels)
			world_cancels(m, to)[own->number] = world_cancels(m, from)[other->number];
		break;
	case OP_OBJECT_LOCK:
		world_locks(m, to)[own->number] = world_locks(m, from)[other->number];
		break;
	case OP_OBJECT_DEVICE:
		world_devices(m, to)[own->number] = world_devices(m, from)[other->number];
		break;
	case OP_OBJECT_EVENT:
		to->events = from->events >> other->number & 1 ? to->events | event :
								 to->events & ~event;
		break;
	default:
		for (unsigned int guest = 0; guest < m->guest_count; guest++)
			world_keys(m, to, guest)[own->number] =
				world_keys(m, from, guest)[other->number];
		break;
	}
}

static void move_bundles(const struct canon *canon, struct teeq_world *to,
			 const struct teeq_world *from, const uint8_t *order)
{
	const struct alike *alike = &canon->alike;

	for (unsigned int i = 0; i < alike->count; i++) {
		const struct bundle *own = &alike->bundles[i], *other;

		if (own->width == 0 || order[own->tasks[0]] == own->tasks[0])
			continue;
		other = &alike->bundles[alike->of[order[own->tasks[0]]]];
		for (unsigned int j = 0; j < own->width && (own->image || other->role); j++)
			translate(canon, to, own->tasks[j], own, other);
		for (unsigned int j = 0; j < own->object_count; j++)
			move_object(canon->m, to, from, &own->objects[j], &other->objects[j]);
	}
}

void canon_rename_tasks(const struct canon *canon, struct teeq_world *to,
			const struct teeq_world *from, const uint8_t *order)
{
	const struct teeq_model *m = canon->m;
	uint8_t *owners = world_locks(m, to);
	uint8_t name[TEEQ_TASK_MAX];

	for (unsigned int i = 0; i < m->task_count; i++) {
		name[order[i]] = (uint8_t)i;
		if (order[i] != i)
			memcpy(world_task(m, to, i), world_task(m, from, order[i]),
			       m->layout.task_size);
	}
	move_bundles(canon, to, from, order);
	for (unsigned int guest = 0; guest < m->guest_count; guest++)
		rename_waiters(world_callq(m, to, guest), name);
	for (unsigned int i = 0; i < m->lock_count; i++)
		rename(&owners[i], name);
	for (unsigned int guest = 0; m->argument_slots > 0 && guest < m->guest_count; guest++)
		rename(&world_arguments(m, to, guest)->owner, name);
	if (m->uses || m->key_count)
		rename_in_parts(m, to, from, order, name);
}

void canon_rename_threads(const struct canon *canon, struct teeq_world *to, const uint8_t *order)
{
	const struct teeq_model *m = canon->m;
	const struct alike *alike = &canon->alike;

	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct bundle *own = &alike->bundles[alike->of[i]];
		const struct bundle *other = &alike->bundles[alike->of[order[i]]];
		struct task *task = world_task(m, to, i);

		for (unsigned int level = 0; own != other && (own->image || other->role) &&
					     level <= task->top; level++) {
			unsigned int context = task->levels[level].call.context;

			if (context != TEEQ_NO_CONTEXT)
				world_thread(m, to, context)->pc = bundle_pc(
					own, other, world_thread(m, to, context)->pc);
		}
	}
}
