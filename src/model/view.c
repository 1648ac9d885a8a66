/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "model/step.h"

/* Looking inside a world without changing it, for reports and tests. */

/* ------------------------------------------- tasks -------------------------------------------- */

static uint16_t rpc_object(const struct teeq_model *m, const struct teeq_world *w,
			   const struct task *task)
{
	switch (task->wait) {
	case RPC_SLEEP:
		return TEEQ_NO_OBJECT;
	case RPC_SIMPLE:
	case RPC_REQUEST:
	case RPC_REPLY:
		return secure_rpc(m, w, task->levels[task->top].call.context)->object;
	default:
		return task->about;
	}
}

void teeq_world_task(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		     struct teeq_task_view *view)
{
	if (!view)
		return;
	*view = (struct teeq_task_view){ 0 };
	if (!m || !w || index >= m->task_count)
		return;

	struct task *task = world_task(m, w, index);
	const struct level *top = task_top(task);
	const struct instruction *at = &m->code[top->pc];
	bool none = at->op == OP_END || at->op == OP_START || at->op == OP_REGISTER;
	uint16_t object = none ? TEEQ_NO_OBJECT : at->object;
	bool enabled = teeq_world_enabled(m, w) >> index & 1;

	if (top->call.state == CALL_RPC)
		object = rpc_object(m, w, task);
	*view = (struct teeq_task_view){
		.action = world_action(m, w, index),
		.level = task->top,
		.enabled = enabled,
		.started = m->tasks[index].stage <= w->stage,
		.object = object,
		.wants_thread = top->call.state == CALL_WAIT_THREAD,
		.wants_all_threads = top->call.state == CALL_WAIT_THREAD && at->op == OP_SHM_CACHE,
		.killed = task->flags & TASK_KILLED,
		.freezing = task->flags & TASK_FREEZING,
		.frozen = task->flags & TASK_FROZEN,
		.lacks_cpu = m->cpu_count > 0 && !enabled && (world_can_move(m, w) >> index & 1),
		.keeps_cpu = cpu_is_kept(m, w, index),
		.spins = world_spinning(m, w) >> index & 1,
		.polled = (uint16_t)world_polled(m, w, index),
	};
}

bool teeq_world_call(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		     unsigned int level, struct teeq_call_view *view)
{
	if (!m || !w || index >= m->task_count || level >= m->level_count || !view)
		return false;

	const struct task *task = world_task(m, w, index);
	const struct teeq_waiter *waiter;
	const struct instruction *at;
	const struct call *call;

	if (level > task->top || task->levels[level].call.state == CALL_IDLE)
		return false;
	call = &task->levels[level].call;
	at = &m->code[task->levels[level].pc];
	waiter = callq_find(world_callq(m, w, m->tasks[index].guest), caller_id(index, level));
	*view = (struct teeq_call_view){
		.in_queue = waiter,
		.system = call->flags & CALL_SYSTEM,
		.done = waiter && (waiter->flags & TEEQ_WAITER_DONE),
		.admitted = call->state >= CALL_SMC,
		.context = call->context,
		.memory = call_memory(call, at),
		.command = call->flags & CALL_PAGE ? TEEQ_NO_OBJECT : model_command(at),
		.session = at->op == OP_SHM_CACHE ? TEEQ_NO_OBJECT : at->object,
		.closes = at->op == OP_CLOSE && !(call->flags & CALL_PAGE),
	};
	return true;
}

const struct teeq_callq *teeq_world_callq(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return NULL;
	return world_callq(m, w, 0);
}

struct teeq_caller teeq_waiter_caller(const struct teeq_waiter *waiter)
{
	if (!waiter)
		return (struct teeq_caller){ 0 };
	return (struct teeq_caller){ (uint8_t)id_task(waiter->id), (uint8_t)id_level(waiter->id) };
}

bool teeq_world_arguments(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int guest, struct teeq_arguments_view *view)
{
	const struct arguments *arguments;

	if (!m || !w || guest >= m->guest_count || !view || m->argument_slots == 0)
		return false;
	arguments = world_arguments(m, w, guest);
	*view = (struct teeq_arguments_view){
		.capacity = arguments->capacity,
		.used = arguments->used,
		.owner = (int)arguments->owner - 1,
	};
	return true;
}

unsigned int teeq_world_reserved(const struct teeq_model *m, const struct teeq_world *w)
{
	if (!m || !w)
		return 0;
	return teeq_world_guest_reserved(m, w, 0);
}

int teeq_world_lock_owner(const struct teeq_model *m, const struct teeq_world *w, unsigned int lock)
{
	if (!m || !w || lock >= m->lock_count)
		return -1;
	return world_locks(m, w)[lock] - 1;
}

bool teeq_world_event_signalled(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int event)
{
	if (!m || !w || event >= m->event_count)
		return false;

	return w->events >> event & 1;
}

unsigned int teeq_world_barrier(const struct teeq_model *m, const struct teeq_world *w,
				unsigned int barrier, unsigned int *wanted)
{
	if (!m || !w || barrier >= m->barrier_count || !wanted)
		return 0;
	*wanted = m->barrier_wants[barrier];
	return world_barriers(m, w)[barrier];
}

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

/*
 * Who waits for a session, or for the end of all who
 * do, is told as by a condition that has no name.
 */
static uint16_t condition_of(const struct teeq_model *m, const struct secure_wait *wait)
{
	bool named = wait->condition > 0 && wait->condition <= m->condition_count;

	return named ? (uint16_t)(wait->condition - 1) : TEEQ_NO_OBJECT;
}

/*
 * A guest of which a call is to send @key, so that its
 * own driver gets that: @own before others. -1: none.
 */
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
 * Whom a driver tells that it may go on where nobody waits for that: the one of the guest whose
 * thread released the lock, be it that it has done so or is to do it. Nothing where its own driver
 * is told as well.
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
