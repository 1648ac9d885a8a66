/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which locks each action takes. ThreadSanitizer proves that they are enough: what an action
 * touches without its lock is a data race.
 */
#include <stdlib.h>

#include "threads/threads.h"

/* --------------------------------- the invisible instructions --------------------------------- */

/* What an invisible instruction touches, or, of a barrier, what coming to stand there does. */
static unsigned int locks_of_op(unsigned int op)
{
	static const uint8_t locks[] = {
		[OP_OBJECT_LOCK] = LOCK_OUTSIDE,
		[OP_OBJECT_EVENT] = LOCK_OUTSIDE,
		[OP_OBJECT_CHANNEL] = LOCK_OUTSIDE,
		[OP_OBJECT_DEVICE] = LOCK_OUTSIDE,
		[OP_OBJECT_SESSION] = LOCK_QUEUE,
		[OP_OBJECT_CONTEXT] = LOCK_ALL, /* looks whether others work in the TEE context */
		[OP_OBJECT_BARRIER] =
			LOCK_ALL, /* looks for others who stand there, and releases them */
		[OP_OBJECT_COUNT] = 0,
	};
	bool at_once = op_is(op, OP_INVISIBLE) || op_object(op) == OP_OBJECT_BARRIER;

	return at_once ? locks[op_object(op)] : 0;
}

/* What follows it, on whatever way, up to the next that is visible. */
static unsigned int locks_behind(const struct teeq_threads *t, size_t pc)
{
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(t->m->code, (unsigned int)pc, next), set = 0;

	for (unsigned int i = 0; i < count; i++)
		set |= t->behind[next[i]];
	return set;
}

static unsigned int find_behind(const struct teeq_threads *t, size_t pc)
{
	unsigned int op = t->m->code[pc].op;

	/* What is behind it belongs to the same action. */
	return locks_of_op(op) | (op_is(op, OP_INVISIBLE) ? locks_behind(t, pc) : 0);
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
static bool takes_all_locks(const struct teeq_model *m)
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
	t->takes_all = takes_all_locks(t->m);
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
	case CALL_LEAVE: /* of an open: the session's flag of cancellation is cleared, over there */
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
	unsigned int set = locks_behind(t, pc);

	switch (op_infos[t->m->code[pc].op].action) {
	case TEEQ_ACTION_RESERVE: /* v4 asks the secure world, inside the driver's section */
	case TEEQ_ACTION_UNRESERVE:
		return set | LOCK_QUEUE | LOCK_POOL;
	case TEEQ_ACTION_RECEIVE:
		return set | LOCK_OUTSIDE | t->services;
	default:
		return set | LOCK_OUTSIDE;
	}
}

unsigned int locks_of(const struct teeq_threads *t, unsigned int index)
{
	const struct task *task = world_task(t->m, t->w, index);
	const struct level *top = &task->levels[task->top];

	if (t->takes_all)
		return LOCK_ALL;
	return top->call.state == CALL_IDLE ? locks_of_script(t, top->pc) :
					      locks_of_call(t, task, top->pc);
}

unsigned int locks_to_look(const struct teeq_threads *t, unsigned int index)
{
	const struct task *task = world_task(t->m, t->w, index);
	const struct call *call = &task->levels[task->top].call;

	if (t->takes_all)
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
