/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * The life of tee-supplicant: where it dies, what its death means for those who asked it, and when
 * it can be started again. What it does while it lives is in rpc.c.
 */

/* A dead process has its files until the last of its threads has come out of the kernel. */
static bool has_files(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].guest == guest && m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
		    (world_task(m, w, i)->flags & TASK_KILLED))
			return true;
	return false;
}

/* Memory that it allocated holds the device open as long as a call refers to it. */
static bool has_memory(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest)
{
	for (unsigned int i = 0; m->keeps_memory && i < m->thread_count; i++)
		if (world_memory(m, w, guest)[i] > 0)
			return true;
	return false;
}

/*
 * What requests of @guest come to when the dead one's files are closed: memory that it answered
 * with, and that nobody has got hold of yet, is gone; and with the device (@all) whatever was not
 * answered fails, seen or not.
 */
static void abort_requests(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
			   bool all)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		if (m->tasks[i].guest != guest || task->wait != RPC_REPLY)
			continue;
		if (task->flags & TASK_ANSWERED ?
			    rpc_asks_for(m, w, task, TEEQ_RPC_KIND_SHM_ALLOC) :
			    all)
			task->flags |= TASK_ABORTED;
	}
}

void supplicant_release(const struct teeq_model *m, struct teeq_world *w, unsigned int guest)
{
	struct requests *queue = world_requests(m, w, guest);
	uint8_t *state = world_supplicant(m, w, guest);
	bool all;

	INVARIANT(guest < m->guest_count, "guest %u of %u", guest, m->guest_count);
	if (*state != SUPPLICANT_DEAD || has_files(m, w, guest))
		return;
	all = !has_memory(m, w, guest);
	abort_requests(m, w, guest, all);
	if (!all)
		return;
	*state = SUPPLICANT_ABSENT;
	while (queue->count > 0)
		requests_take(queue);
}

void supplicant_memory_drop(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
			    unsigned int context, bool all)
{
	uint8_t *count;

	INVARIANT(context < m->thread_count, "context %u of %u", context, m->thread_count);
	if (!m->keeps_memory)
		return;
	count = &world_memory(m, w, guest)[context];
	if (*count == 0)
		return;
	*count = all ? 0 : (uint8_t)(*count - 1);
	supplicant_release(m, w, guest);
}

/* Whether @index is a thread of tee-supplicant with a request, even if it has only to answer it. */
static bool is_at_work(const struct teeq_model *m, const struct teeq_world *w, unsigned int index)
{
	const struct task *task = world_task(m, w, index);

	return task->top > 0 || m->code[task->levels[0].pc].op == OP_ANSWER;
}

void supplicant_stop(const struct teeq_model *m, struct teeq_world *w, unsigned int guest)
{
	uint8_t *state = world_supplicant(m, w, guest);

	INVARIANT(guest < m->guest_count, "guest %u of %u", guest, m->guest_count);
	if (*state != SUPPLICANT_RUNS)
		return;
	*state = SUPPLICANT_DEAD;
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT && m->tasks[i].guest == guest &&
		    is_at_work(m, w, i))
			world_task(m, w, i)->flags |= TASK_KILLED;
	supplicant_release(m, w, guest);
}

bool supplicant_can_start(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int guest)
{
	return *world_supplicant(m, w, guest) == SUPPLICANT_ABSENT;
}
