/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which locks each action takes. ThreadSanitizer proves that they are enough: what an action touches
 * without its lock is a data race.
 */
#include <stdlib.h>

#include "threads/threads.h"

/* --------------------------------- the invisible instructions --------------------------------- */

/* Of a visible one: what coming to stand there takes. */
static unsigned int locks_of_op(unsigned int op)
{
	switch (op) {
	case OP_UNLOCK:
	case OP_SIGNAL:
	case OP_SET:
	case OP_CLEAR:
	case OP_UNLESS:
	case OP_USE:
	case OP_UNUSE:
		return LOCK_OUTSIDE;
	case OP_UNLESS_OPEN:
	case OP_UNLESS_MARKED:
		return LOCK_QUEUE;
	case OP_UNLESS_LAST: /* looks whether others work in the TEE context */
	case OP_BARRIER:     /* looks for others who stand there, and releases them */
		return LOCK_ALL;
	default:
		return 0;
	}
}

static unsigned int find_behind(const struct teeq_threads *t, size_t pc)
{
	const struct instruction *at = &t->m->code[pc];
	unsigned int set = locks_of_op(at->op);

	/* What is behind it belongs to the same action. */
	if (op_is(at->op, OP_INVISIBLE)) {
		uint16_t next[SUCCESSOR_MAX];
		unsigned int count = instruction_successors(t->m->code, (unsigned int)pc, next);

		for (unsigned int i = 0; i < count; i++)
			set |= t->behind[next[i]];
	}
	return set;
}

/* Along all ways, until that changes nothing. */
static void find_all_behind(struct teeq_threads *t)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t pc = t->m->code_count; pc-- > 0;) {
			unsigned int set = find_behind(t, pc);

			changed |= set != t->behind[pc];
			t->behind[pc] = (uint8_t)set;
		}
	}
	for (unsigned int i = 0; i < t->m->service_count; i++)
		t->services |= t->behind[t->m->services[i].start];
}

/* Whoever asks for all tasks at once, or reaches into them from outside. */
static bool is_whole(const struct teeq_model *m)
{
	return (m->uses & USES_SIGNALS) || m->fault_count > 0 || m->cpu_count > 0 ||
	       m->guest_count > 1 || m->has_guests || m->argument_slots > 0 || m->polls ||
	       m->stale_keys || m->late_counts;
}

bool locks_init(struct teeq_threads *t)
{
	t->behind = calloc(t->m->code_count + 1, 1);
	if (!t->behind)
		return false;
	t->whole = is_whole(t->m);
	find_all_behind(t);
	return true;
}

/* ------------------------------------------ actions ------------------------------------------- */

/* The key of a secure thread says that it may try again for what its world has. */
static unsigned int locks_of_key(const struct teeq_threads *t, const struct task *task)
{
	return task->about >= t->m->notification_count ? LOCK_POOL : 0;
}

static unsigned int locks_of_rpc(const struct teeq_threads *t, const struct task *task)
{
	switch (task->wait) {
	case RPC_SIMPLE:
		return LOCK_OUTSIDE | t->services;
	case RPC_NOTIF_WAIT:
	case RPC_NOTIF_WAKE:
	case RPC_NOTIF_LATE:
	case RPC_NOTIF_SEND:
		return LOCK_OUTSIDE | locks_of_key(t, task);
	default:
		return LOCK_OUTSIDE;
	}
}

/* What a thread of the secure world may touch beside its own world's things. */
static unsigned int locks_of_secure(const struct teeq_threads *t)
{
	bool reaches_out = (t->m->uses & USES_ASYNC) || t->m->keeps_memory;

	return LOCK_POOL | t->services | (reaches_out ? LOCK_OUTSIDE : 0);
}

static unsigned int locks_of_call(const struct teeq_threads *t, const struct task *task,
				  unsigned int pc)
{
	switch (task->levels[task->top].call.state) {
	case CALL_ENTER:
		return LOCK_QUEUE | t->behind[pc + 1];
	case CALL_LEAVE: /* of an open: the session's flag of cancellation, in the secure world, is cleared */
		return LOCK_QUEUE | t->behind[pc + 1] | (t->m->cancels ? LOCK_POOL : 0);
	case CALL_STARTED:
		return LOCK_QUEUE | t->services;
	case CALL_WAIT_CREDIT:
	case CALL_REQUEUE_CREDIT:
	case CALL_RECHECK:
	case CALL_WAIT_THREAD:
	case CALL_REQUEUE_THREAD:
		return LOCK_QUEUE;
	case CALL_SMC:
	case CALL_RESUME:
		return LOCK_POOL;
	case CALL_SECURE:
		return locks_of_secure(t);
	case CALL_RPC:
		return locks_of_rpc(t, task);
	default:
		return LOCK_ALL;
	}
}

static unsigned int locks_of_script(const struct teeq_threads *t, unsigned int pc)
{
	const struct instruction *at = &t->m->code[pc];
	unsigned int set = t->behind[pc + 1] | (at->op == OP_FAIL ? t->behind[at->target] : 0);

	switch (at->op) {
	case OP_END:
		return LOCK_OUTSIDE;
	case OP_RESERVE: /* v4 asks the secure world, inside the driver's section */
	case OP_RELEASE:
	case OP_CLOSE:
		return set | LOCK_QUEUE | LOCK_POOL;
	case OP_RECEIVE:
		return set | LOCK_OUTSIDE | t->services;
	default:
		return set | LOCK_OUTSIDE;
	}
}

unsigned int locks_of(const struct teeq_threads *t, unsigned int index)
{
	const struct task *task = world_task(t->m, t->w, index);
	const struct level *top = &task->levels[task->top];

	if (t->whole)
		return LOCK_ALL;
	return top->call.state == CALL_IDLE ? locks_of_script(t, top->pc) :
					      locks_of_call(t, task, top->pc);
}

unsigned int locks_to_look(const struct teeq_threads *t, unsigned int index)
{
	const struct task *task = world_task(t->m, t->w, index);
	const struct call *call = &task->levels[task->top].call;

	if (t->whole)
		return LOCK_ALL;
	if (call_sleeps(call))
		return LOCK_QUEUE;
	if (call->state == CALL_RPC && task->wait >= RPC_NOTIF_WAIT)
		return LOCK_OUTSIDE | locks_of_key(t, task);
	/* In the midst of a call nothing else is waited for. */
	if (t->sleepers[index].begun && call->state != CALL_IDLE && call->state != CALL_RPC)
		return 0;
	return LOCK_OUTSIDE;
}

void locks_take(struct teeq_threads *t, unsigned int set)
{
	for (unsigned int i = 0; i < LOCK_COUNT; i++)
		if (set >> i & 1)
			pthread_mutex_lock(&t->locks[i]);
}

void locks_drop(struct teeq_threads *t, unsigned int set)
{
	for (unsigned int i = LOCK_COUNT; i-- > 0;)
		if (set >> i & 1)
			pthread_mutex_unlock(&t->locks[i]);
}
