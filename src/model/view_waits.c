/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "model/world.h"

/*
 * Looking inside a world: tee-supplicant, and the locks of the secure world.
 */

/* --------------------------------------- tee-supplicant --------------------------------------- */

enum teeq_supplicant_state teeq_world_supplicant(const struct teeq_model *m,
						 const struct teeq_world *w)
{
	(void)m;
	switch (w->supplicant) {
	case SUPPLICANT_RUNS:
		return TEEQ_SUPPLICANT_RUNS;
	case SUPPLICANT_DEAD:
		return TEEQ_SUPPLICANT_DEAD;
	default:
		return TEEQ_SUPPLICANT_ABSENT;
	}
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
		while (world_requests(m, w)->callers[view->ahead] != index + 1)
			view->ahead++;
	}
	return true;
}

bool teeq_world_serves(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		       int *client)
{
	struct task *task = world_task(m, w, index);

	*client = -1;
	if (m->tasks[index].kind != TEEQ_TASK_SUPPLICANT)
		return false;
	*client = *task_client(task) - 1;
	return task->top > 0 || m->code[task->levels[0].pc].op == OP_ANSWER;
}

/* ---------------------------------- locks of the secure world --------------------------------- */

void teeq_world_secure_lock(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int index, struct teeq_secure_lock_view *view)
{
	const struct secure_lock *lock = world_secure_lock(m, w, index);
	bool written = lock->holders == SECURE_WRITER;

	*view = (struct teeq_secure_lock_view){
		.readers = written ? 0 : lock->holders,
		.written = written,
		.owner = lock->holders > 0 ? (int)lock->owner - 1 : -1,
	};
}

/* How often more than it gives back the code takes @lock. */
static int balance(const struct instruction *from, const struct instruction *end, unsigned int lock)
{
	int taken = 0;

	for (; from < end; from++) {
		if (from->object != lock)
			continue;
		if (from->op == OP_SECURE_LOCK || from->op == OP_TA_ENTER ||
		    from->op == OP_SINGLE_ENTER)
			taken++;
		else if (from->op == OP_SECURE_UNLOCK || from->op == OP_COND_PREPARE ||
			 from->op == OP_SINGLE_LEAVE)
			taken--;
	}
	return taken;
}

/* What whole turns of the loops around @at left behind. */
static int loop_balance(const struct teeq_model *m, const struct thread *thread,
			const struct instruction *at, unsigned int lock)
{
	const struct instruction *next = at;
	int taken = 0;

	for (; next->op != OP_END; next++) {
		const struct instruction *body = &m->code[next->target];

		if (next->op != OP_NEXT || body > at)
			continue;
		taken += (body[-1].count - thread->loops[next->slot]) * balance(body, next, lock);
	}
	return taken;
}

/* Behind the end of a command stands what gives back what it held when it failed. */
static bool gives_back(const struct teeq_model *m, unsigned int pc, unsigned int lock)
{
	while (m->code[pc].op != OP_END) {
		const struct instruction *at = &m->code[pc];

		if (balance(at, at + 1, lock) < 0)
			return true;
		pc = at->op == OP_GOTO ? at->target : pc + 1;
	}
	return false;
}

static bool is_behind_end(const struct teeq_model *m, unsigned int start, unsigned int pc)
{
	while (start < pc && m->code[start].op != OP_END)
		start++;
	return start < pc;
}

bool teeq_world_holds(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		      unsigned int level, unsigned int lock)
{
	const struct task *task = world_task(m, w, index);
	const struct instruction *call = &m->code[task->levels[level].pc];
	unsigned int context = task->levels[level].call.context, start;
	const struct thread *thread;

	if (level > task->top || context == POOL_NO_CONTEXT || call->op != OP_CALL ||
	    call->target == MODEL_NONE)
		return false;
	thread = world_thread(m, w, context);
	start = m->commands[call->target].start;
	if (thread->pc == MODEL_NONE)
		return false;
	if (is_behind_end(m, start, thread->pc))
		return gives_back(m, thread->pc, lock);
	return balance(&m->code[start], &m->code[thread->pc], lock) +
	       loop_balance(m, thread, &m->code[thread->pc], lock) > 0;
}

bool teeq_world_secure_wait(const struct teeq_model *m, const struct teeq_world *w,
			    unsigned int context, struct teeq_secure_wait_view *view)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		const struct secure_lock *lock = world_secure_lock(m, w, i);

		for (unsigned int j = 0; j < m->thread_count && lock->waits[j].context; j++) {
			const struct secure_wait *wait = &lock->waits[j];

			if (wait->context != context + 1)
				continue;
			*view = (struct teeq_secure_wait_view){
				.lock = (uint16_t)i,
				.condition = (uint16_t)(wait->condition ? wait->condition - 1u :
								   TEEQ_NO_OBJECT),
				.read = wait->flags & WAIT_READ,
				.chosen = wait->flags & WAIT_DONE,
			};
			return true;
		}
	}
	return false;
}
