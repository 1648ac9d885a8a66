/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "model/step.h"

/*
 * Looking inside a world: tee-supplicant, and who waits for the locks of the secure world.
 */

/* --------------------------------------- tee-supplicant --------------------------------------- */

enum teeq_supplicant_state teeq_world_supplicant(const struct teeq_model *m,
						 const struct teeq_world *w)
{
	if (!m || !w)
		return (enum teeq_supplicant_state)0;
	return teeq_world_guest_supplicant(m, w, 0);
}

enum teeq_supplicant_state teeq_world_guest_supplicant(const struct teeq_model *m,
						       const struct teeq_world *w,
						       unsigned int guest)
{
	if (!m || !w || guest >= m->guest_count)
		return (enum teeq_supplicant_state)0;
	switch (*world_supplicant(m, w, guest)) {
	case SUPPLICANT_RUNS:
		return TEEQ_SUPPLICANT_RUNS;
	case SUPPLICANT_DEAD:
		return TEEQ_SUPPLICANT_DEAD;
	default:
		return TEEQ_SUPPLICANT_ABSENT;
	}
}

unsigned int teeq_world_memory(const struct teeq_model *m, const struct teeq_world *w,
			       unsigned int guest, unsigned int context)
{
	if (!m || !w || !m->keeps_memory || guest >= m->guest_count || context >= m->thread_count)
		return 0;
	return world_memory(m, w, guest)[context];
}

static int server_of(const struct teeq_model *m, const struct teeq_world *w, unsigned int client)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
		    *task_client(world_task(m, w, i)) == client + 1)
			return (int)i;
	return -1;
}

bool teeq_world_request(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
			struct teeq_request_view *view)
{
	if (!m || !w || index >= m->task_count || !view)
		return false;

	const struct task *task = world_task(m, w, index);

	if (task->wait != RPC_REPLY)
		return false;
	*view = (struct teeq_request_view){
		.service = secure_rpc(m, w, task->levels[task->top].call.context)->object,
		.server = -1,
	};
	if (task->flags & TASK_ANSWERED) {
		view->state = TEEQ_REQUEST_ANSWERED;
	} else if (task->flags & TASK_ABORTED) {
		view->state = TEEQ_REQUEST_FAILED;
	} else if (task->flags & TASK_TAKEN) {
		view->state = TEEQ_REQUEST_TAKEN;
		view->server = server_of(m, w, index);
	} else {
		while (world_requests(m, w, m->tasks[index].guest)->callers[view->ahead] !=
		       index + 1)
			view->ahead++;
	}
	return true;
}

bool teeq_world_serves(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		       int *client)
{
	struct task *task;

	if (!m || !w || index >= m->task_count || !client)
		return false;
	task = world_task(m, w, index);
	*client = -1;
	if (m->tasks[index].kind != TEEQ_TASK_SUPPLICANT)
		return false;
	*client = *task_client(task) - 1;
	return task->top > 0 || m->code[task->levels[0].pc].op == OP_ANSWER;
}

/* ---------------------------------- locks of the secure world --------------------------------- */

/* Who waits for a session, or for the end of all who do, is told as by a condition that has no name. */
static uint16_t condition_of(const struct teeq_model *m, const struct secure_wait *wait)
{
	bool named = wait->condition > 0 && wait->condition <= m->condition_count;

	return named ? (uint16_t)(wait->condition - 1) : TEEQ_NO_OBJECT;
}

/* A guest of which a call is to send @key, so that its own driver gets that: @own before others. -1: none. */
static int guest_that_sends(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int own, unsigned int key)
{
	int guest = -1;

	for (unsigned int i = 0; i < m->task_count && guest != (int)own; i++) {
		const struct task *task = world_task(m, w, i);

		if (task->wait == RPC_NOTIF_SEND && task->about == key)
			guest = m->tasks[i].guest;
	}
	return guest;
}

/*
 * Whom a driver tells that it may go on where nobody waits for that: the one of the guest whose thread
 * released the lock, be it that it has done so or is to do it. Nothing where its own driver is told as well.
 */
static void view_strayed(const struct teeq_model *m, const struct teeq_world *w,
			 unsigned int context, const struct secure_wait *wait,
			 struct teeq_secure_wait_view *view)
{
	struct teeq_context_view owner;
	unsigned int own, key = model_context_key(m, context);
	int sender;

	view->strayed = -1;
	teeq_world_context(m, w, context, &owner);
	if (!owner.owned || !view->chosen)
		return;
	own = m->tasks[owner.owner.task].guest;
	sender = guest_that_sends(m, w, own, key);
	if (world_keys(m, w, own)[key].flags || sender == (int)own)
		return;
	view->straying = sender >= 0;
	view->strayed = view->straying ? sender : (wait->flags >> WAIT_STRAYED_SHIFT) - 1;
}

bool teeq_world_secure_wait(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int context, struct teeq_secure_wait_view *view)
{
	if (!m || !w || context >= m->thread_count || !view)
		return false;
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		const struct secure_lock *lock = world_secure_lock(m, w, i);

		for (unsigned int j = 0; j < m->thread_count && lock->waits[j].context; j++) {
			const struct secure_wait *wait = &lock->waits[j];

			if (wait->context != context + 1)
				continue;
			*view = (struct teeq_secure_wait_view){
				.lock = (uint16_t)i,
				.condition = condition_of(m, wait),
				.read = wait->flags & WAIT_READ,
				.chosen = wait->flags & WAIT_DONE,
			};
			view_strayed(m, w, context, wait, view);
			return true;
		}
	}
	return false;
}
