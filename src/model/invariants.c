/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/step.h"

/*
 * What no scenario can break, only a bug: asked after each step in builds that look (base/check.h).
 * What a scenario or a policy may break is asked by teeq_world_check(). And that raising a limit of
 * limits.h either works, or does not compile.
 */

/* ------------------------------------------ limits -------------------------------------------- */

_Static_assert(OP_COUNT <= UINT8_MAX + 1, "an instruction's number has 8 bits");
_Static_assert(TEEQ_CODE_MAX <= CODE_NONE,
	       "an instruction's place has 16 bits, and one says none");
_Static_assert(TEEQ_COMMAND_MAX < TEEQ_NO_OBJECT && TEEQ_SERVICE_MAX < TEEQ_NO_OBJECT,
	       "objects have 16 bits");
_Static_assert(TEEQ_COMMAND_MAX % 64 == 0 && TEEQ_SERVICE_MAX % 64 == 0,
	       "sets of them are whole words");
_Static_assert(TEEQ_TICK_MAX <= UINT16_MAX && TEEQ_REPEAT_MAX <= UINT16_MAX, "timers and counters");
_Static_assert(TEEQ_TASK_MAX <= 64, "a set of tasks is one word");
_Static_assert(TEEQ_EVENT_MAX <= 64, "the events that are signalled are one word");
_Static_assert(TEEQ_SESSION_MAX <= 64, "a set of sessions is one word");
_Static_assert(TEEQ_CONTEXT_MAX <= 64, "a set of thread contexts is one word");
_Static_assert(TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX <= 32, "a set of mutexes is half a word");
_Static_assert(TEEQ_SECURE_LOCK_MAX <= 32, "and one of locks of the secure world with a name");
_Static_assert(TEEQ_NOTIFICATION_MAX + 2 <= 64,
	       "what is raised, and the bottom half, are one word");
_Static_assert(TEEQ_NOTIFICATION_MAX + TEEQ_CONTEXT_MAX <= UINT8_MAX, "task.about is any key");
_Static_assert(TEEQ_TA_MAX < 16,
	       "a set of TAs has 16 bits, also of those before the one behind the last");
_Static_assert(TEEQ_CPU_MAX < 32, "a set of CPUs has 32 bits, and 0 is any of them");
_Static_assert(TEEQ_STAGE_MAX <= UINT8_MAX, "a stage has 8 bits");
_Static_assert(TEEQ_FAULT_TIMES_MAX < TEEQ_FAULT_ALWAYS && TEEQ_FAULT_ALWAYS <= UINT8_MAX,
	       "fault.left");
_Static_assert(TEEQ_TEE_CONTEXT_MAX < MODEL_OWN, "a TEE context has 8 bits, and one says its own");
_Static_assert(TEEQ_CONTEXT_MAX < SECURE_WRITER, "as many readers as contexts are no writer");
_Static_assert((int)TEEQ_CONDITION_MAX < (int)WAITS_FOR_NOBODY,
	       "a condition, plus 1, is none of these");
_Static_assert(TEEQ_SECURE_LOCK_MAX + 2 * TEEQ_TA_MAX + 1 + TEEQ_SESSION_MAX <= UINT8_MAX,
	       "all locks of the secure world have 8 bits");
_Static_assert(TEEQ_BARRIER_MAX <= UINT8_MAX && TEEQ_CHANNEL_MAX <= UINT8_MAX &&
		       TEEQ_CLIENT_MAX <= UINT8_MAX && TEEQ_GUEST_MAX < UINT8_MAX,
	       "their counts have 8 bits");
/* A thread of tee-supplicant runs its services above itself. */
_Static_assert(TEEQ_CALL_DEPTH_MAX + 2 <= CALLER_LEVELS,
	       "a level fits beside the task in a caller's number");
_Static_assert(TEEQ_TASK_MAX *CALLER_LEVELS <= UINT16_MAX + 1, "a caller's number has 16 bits");

_Static_assert(TEEQ_CONTEXT_MAX <= TEEQ_NO_CONTEXT && TEEQ_TASK_MAX <= TEEQ_NO_TASK,
	       "and one says none");

/* ------------------------------------------ padding ------------------------------------------- */

_Static_assert(sizeof(struct teeq_world) == 16, "no padding in the head");
_Static_assert(sizeof(struct call) == 3, "no padding in a call");
_Static_assert(sizeof(struct level) == 6, "no padding in a level");
_Static_assert(sizeof(struct task) == 4, "no padding in a task");
_Static_assert(sizeof(struct thread) == 2, "no padding in a secure thread");
_Static_assert(sizeof(struct secure_wait) == 3 && sizeof(struct secure_lock) == 1, "nor in a lock");
_Static_assert(sizeof(struct arguments) == 8, "no padding in the cache of arguments");
_Static_assert(sizeof(struct fault) == 2 && sizeof(struct guest) == 2,
	       "nor in a fault, or a guest");
_Static_assert(sizeof(struct key) == 2 && sizeof(struct session) == 2,
	       "nor in a key, or a session");
_Static_assert(sizeof(struct requests) == 1 && sizeof(struct pool) == 5, "nor in these");
_Static_assert(sizeof(struct instruction) == 8, "no padding in an instruction");

/* ----------------------------------------- the world ------------------------------------------ */

/* Where a call is, there is its thread context, and its place in the list of waiters. */
static const char *check_call(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int index, unsigned int level)
{
	const struct call *call = &world_task(m, w, index)->levels[level].call;
	bool suspended = call->state >= CALL_STARTED && call->state <= CALL_RESUME;
	unsigned int context = call->context;

	if (call->state >= CALL_STATE_COUNT)
		return "a call is in no state";
	if ((call->state > CALL_ENTER) !=
	    (callq_find(world_callq(m, w, model_guest(m, index)), caller_id(index, level)) != NULL))
		return "a call waits that is in no list, or is in the list and does not";
	if ((context != TEEQ_NO_CONTEXT) != (suspended || call->state == CALL_SECURE))
		return "a call has a thread context where it is not in the secure world, or has none";
	if (context == TEEQ_NO_CONTEXT)
		return NULL;
	if (context >= m->thread_count)
		return "a call is in no thread context";
	if (world_thread(m, w, context)->pc != CODE_NONE &&
	    world_thread(m, w, context)->pc >= m->code_count)
		return "a secure thread stands behind the code";
	return NULL;
}

/* What the task does about the RPC of its topmost call, if it is in one. */
static const char *check_wait(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int index)
{
	const struct task *task = world_task(m, w, index);
	unsigned int state = task->levels[task->top].call.state;
	bool deferred = task->wait == RPC_SERVICE || task->wait == RPC_INTERRUPT;

	if (task->wait > RPC_NOTIF_SEND)
		return "a task waits for nothing that there is";
	if (state != CALL_STARTED && (state == CALL_RPC) != (task->wait != RPC_NOTHING))
		return "a task waits for no RPC, or an RPC for nobody";
	if (deferred && state != CALL_STARTED)
		return "a service was to begin with a call's start, and did not";
	if ((task->flags & (TASK_TAKEN | TASK_ANSWERED | TASK_ABORTED)) && task->wait != RPC_REPLY)
		return "a request is on its way that nobody made";
	if ((task->wait == RPC_NOTIF_WAKE || task->wait == RPC_NOTIF_LATE) &&
	    world_keys(m, w, model_guest(m, index))[task->about].waiter != index + 1)
		return "a task waits for a key that knows nothing of it";
	return NULL;
}

static const char *check_task(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int index)
{
	const struct task *task = world_task(m, w, index);
	const char *broken = NULL;

	if (task->top >= m->level_count)
		return "scripts run inside each other deeper than the model";
	for (unsigned int i = 0; i <= task->top; i++) {
		unsigned int state = task->levels[i].call.state;
		bool serves = i == 0 && m->tasks[index].kind == TEEQ_TASK_SUPPLICANT;

		if (task->levels[i].pc >= m->code_count)
			return "a task stands behind the code";
		if (i < task->top && state != CALL_RPC && !(serves && state == CALL_IDLE))
			return "a service runs above a call that asked for none";
		broken = check_call(m, w, index, i);
		if (broken)
			return broken;
	}
	if ((task->flags & TASK_RELEASED) &&
	    (m->code[task->levels[task->top].pc].op != OP_BARRIER))
		return "a task is let go by a barrier where none is";
	return check_wait(m, w, index);
}

/* Who waits for a lock stands in one list without gaps, and each thread once. */
static const char *check_waits(const struct teeq_model *m, const struct secure_lock *lock)
{
	uint64_t seen = 0;

	for (unsigned int i = 0; i < m->thread_count; i++) {
		unsigned int context = lock->waits[i].context;

		if (context == 0)
			continue;
		if (i > 0 && lock->waits[i - 1].context == 0)
			return "a list of waiters has a gap";
		if (context > m->thread_count)
			return "no thread context waits for a lock";
		if (seen >> (context - 1) & 1)
			return "a thread waits twice for a lock";
		seen |= UINT64_C(1) << (context - 1);
	}
	return NULL;
}

const char *world_broken(const struct teeq_model *m, const struct teeq_world *w)
{
	const char *broken = NULL;

	if (w->zero[0] || w->zero[1] || w->zero[2])
		return "the head has bytes that say something where nothing is";
	if (w->stage > 1 && w->stage > m->last_stage)
		return "a stage begins that there is not";
	for (unsigned int i = 0; !broken && i < m->task_count; i++)
		broken = check_task(m, w, i);
	for (unsigned int i = 0; !broken && i < m->lock_count; i++)
		if (world_locks(m, w)[i] > m->task_count)
			broken = "a mutex is held by no task";
	for (unsigned int i = 0; !broken && i < m->secure_lock_count; i++)
		broken = check_waits(m, world_secure_lock(m, w, i));
	return broken;
}
