/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "model/world.h"

/*
 * One step of one task. Everything here is atomic: what can be interleaved are calls of
 * world_step(), and nothing else.
 */
struct step {
	const struct teeq_model *m;
	struct teeq_world *w;
	unsigned int index; /* of the task */
	struct task *task;
	struct level *level; /* the topmost when the step begins */
	struct call_place place;
	struct teeq_event *event;
	bool watched; /* somebody wants to see the event */
};

/* ------------------------------------------ events -------------------------------------------- */

/* An empty event. Its registers stay as they are: has_call and has_ret say whether they count. */
static void begin_event(struct step *s)
{
	struct teeq_event *event = s->event;

	memset(event, 0, offsetof(struct teeq_event, woken));
	event->task = (uint8_t)s->index;
	event->level = s->task->top;
	event->context = TEEQ_NO_CONTEXT;
	event->object = TEEQ_NO_OBJECT;
	event->command = TEEQ_NO_OBJECT;
}

static void note(struct step *s, enum teeq_action action, enum teeq_outcome outcome)
{
	s->event->action = (uint8_t)action;
	s->event->outcome = (uint8_t)outcome;
}

static void note_refused(struct step *s, enum teeq_action action, int result)
{
	note(s, action, TEEQ_OUTCOME_REFUSED);
	s->event->result = (int16_t)result;
}

/* Which completions were signalled before a wake, so that the event can name those it added. */
struct signalled {
	uint64_t done[(TEEQ_TASK_MAX << 4) / 64];
};

static void remember_signalled(const struct step *s, struct signalled *before)
{
	const struct teeq_callq *q = s->place.q;

	if (!s->watched)
		return;
	memset(before, 0, sizeof(*before));
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (q->waiters[i].flags & TEEQ_WAITER_DONE)
			before->done[q->waiters[i].id / 64] |= UINT64_C(1) << q->waiters[i].id % 64;
}

static void note_woken(struct step *s, const struct signalled *before)
{
	const struct teeq_callq *q = s->place.q;
	struct teeq_event *event = s->event;

	for (unsigned int i = 0; s->watched && i < q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &q->waiters[i];

		if (!(waiter->flags & TEEQ_WAITER_DONE) ||
		    before->done[waiter->id / 64] >> waiter->id % 64 & 1)
			continue;
		if (event->woken_count < TEEQ_EVENT_WOKEN_MAX)
			event->woken[event->woken_count] = teeq_waiter_caller(waiter);
		event->woken_count++;
	}
}

/* ----------------------------------- the invisible instructions ------------------------------- */

static void unlock(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		   unsigned int lock)
{
	uint8_t *owner = &world_locks(m, w)[lock];

	if (*owner == index + 1)
		*owner = 0;
	else
		w->violation = VIOLATION_UNLOCK;
}

/* The last to arrive releases all who stand there; the barrier is then as new. */
static void arrive(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		   unsigned int barrier)
{
	uint8_t *count = &world_barriers(m, w)[barrier];

	world_task(m, w, index)->flags &= (uint8_t)~TASK_RELEASED;
	if (++*count < m->barrier_wants[barrier])
		return;
	*count = 0;
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);
		const struct level *top = task_top(task);
		const struct instruction *at = &m->code[top->pc];

		if (top->call.state == CALL_IDLE && at->op == OP_BARRIER && at->object == barrier)
			task->flags |= TASK_RELEASED;
	}
}

/* A service ended: the call below returns from its RPC. Returns false at the end of a client. */
static bool end_script(struct task *task)
{
	if (task->top == 0)
		return false;
	*task_top(task) = (struct level){ .call = CALL_NONE };
	task->top--;
	call_served(&task_top(task)->call);
	return true;
}

/* Execute one invisible instruction. Returns false when the next one can be seen. */
static bool advance_one(const struct teeq_model *m, struct teeq_world *w, unsigned int index)
{
	struct task *task = world_task(m, w, index);
	struct level *level = task_top(task);
	const struct instruction *at = &m->code[level->pc];
	uint16_t *loops = task_loops(m, task, task->top);

	switch (at->op) {
	case OP_UNLOCK:
		unlock(m, w, index, at->object);
		break;
	case OP_SIGNAL:
		w->events |= UINT64_C(1) << at->object;
		break;
	case OP_LOOP:
		loops[at->slot] = at->count;
		break;
	case OP_NEXT:
		if (--loops[at->slot] > 0) {
			level->pc = at->target;
			return true;
		}
		break;
	case OP_CALL:
	case OP_OPEN:
	case OP_CLOSE:
		call_begin(&level->call);
		return false;
	case OP_BARRIER:
		arrive(m, w, index, at->object);
		return false;
	case OP_END:
		end_script(task);
		return false;
	default:
		return false;
	}
	level->pc++;
	return true;
}

void world_advance(const struct teeq_model *m, struct teeq_world *w, unsigned int task)
{
	while (advance_one(m, w, task))
		;
}

/* The instruction is done: on to the next visible one. */
static void next(struct step *s)
{
	s->level->pc++;
	world_advance(s->m, s->w, s->index);
}

/* ------------------------------------- system sessions ---------------------------------------- */

/* A fast call of the v4 interface; what it answered is what the driver looks at. */
static bool fast_call(const struct teeq_model *m, struct teeq_world *w, uint32_t function,
		      struct teeq_event *event)
{
	struct teeq_smc_regs call = { .a = { function } };
	struct teeq_smc_regs ret;

	pool_smc(world_pool(m, w), &call, &ret);
	if (event) {
		event->has_call = event->has_ret = true;
		event->call = call;
		event->ret = ret;
	}
	return ret.a[0] == TEEQ_SMC_RETURN_OK;
}

int session_reserve(const struct teeq_model *m, struct teeq_world *w, unsigned int session,
		    struct teeq_event *event)
{
	struct session *self = &world_sessions(m, w)[session];
	enum teeq_secure_side side = model_secure_side(m);
	int result;

	/* v4 reserves for the TEE context, which is there before and behind its sessions. */
	if (!self->open && side != TEEQ_SECURE_COUNTED)
		return -EINVAL;
	if (m->policy->secure != TEEQ_SECURE_PLAIN && side == TEEQ_SECURE_PLAIN)
		return -EINVAL;
	if (self->marks > 0 && m->policy->remark == TEEQ_REMARK_FAILS)
		return -EINVAL;
	if (self->marks > 0 && m->policy->remark == TEEQ_REMARK_ANSWERS_OK)
		return 0;
	if (self->marks == TEEQ_SESSION_MARK_MAX)
		return -EINVAL;
	if (side == TEEQ_SECURE_COUNTED)
		result = fast_call(m, w, TEEQ_SMC_RESERVE_SYS_THREAD, event) ? 0 : -EINVAL;
	else
		result = callq_reserve(world_callq(m, w), m->policy);
	if (result == 0)
		self->marks++;
	return result;
}

int session_unreserve(const struct teeq_model *m, struct teeq_world *w, uint8_t *marks,
		      struct teeq_event *event)
{
	if (*marks == 0)
		return -EINVAL;
	if (model_secure_side(m) != TEEQ_SECURE_COUNTED)
		callq_unreserve(world_callq(m, w), m->policy);
	else if (!fast_call(m, w, TEEQ_SMC_UNRESERVE_SYS_THREAD, event))
		return -EINVAL;
	(*marks)--;
	return 0;
}

static void step_unreserve(struct step *s, uint8_t *marks)
{
	struct signalled before;
	int result;

	remember_signalled(s, &before);
	result = session_unreserve(s->m, s->w, marks, s->event);
	if (result)
		note_refused(s, TEEQ_ACTION_UNRESERVE, result);
	else
		note(s, TEEQ_ACTION_UNRESERVE, TEEQ_OUTCOME_OK);
	note_woken(s, &before);
}

/* -------------------------------------- one standard call ------------------------------------- */

static struct session *named_session(const struct step *s, const struct instruction *at)
{
	return at->object == MODEL_NONE ? NULL : &world_sessions(s->m, s->w)[at->object];
}

/* The driver knows no such session: the call ends before it began. */
static bool refuses(const struct instruction *at, const struct session *session)
{
	if (!session)
		return false;
	return at->op == OP_OPEN ? session->open : !session->open;
}

static void step_enter(struct step *s, const struct instruction *at)
{
	struct session *session = named_session(s, at);
	bool system = session && session->marks > 0 &&
		      (at->op != OP_OPEN || s->m->policy->secure == TEEQ_SECURE_COUNTED);

	if (refuses(at, session)) {
		s->level->call = CALL_NONE;
		note_refused(s, TEEQ_ACTION_ENTER, -EINVAL);
		next(s);
		return;
	}
	if (at->op == OP_CLOSE) {
		s->level->marks = session->marks;
		*session = (struct session){ 0 };
	}
	note(s, TEEQ_ACTION_ENTER, call_enter(&s->level->call, &s->place, system) ?
					   TEEQ_OUTCOME_ADMITTED : TEEQ_OUTCOME_MUST_WAIT);
}

/* The secure world finds the command in the message argument, whose cookie is in a1 and a2. */
static uint16_t message_command(const struct step *s, const struct teeq_smc_regs *call)
{
	uint16_t id = (uint16_t)(call->a[2] - 1);
	const struct task *task = world_task(s->m, s->w, id_task(id));
	const struct instruction *at = &s->m->code[task->levels[id_level(id)].pc];

	return at->op == OP_CALL ? at->target : MODEL_NONE;
}

static void start_thread(const struct step *s, unsigned int context)
{
	uint16_t command = message_command(s, &s->event->call);
	struct thread *thread = world_thread(s->m, s->w, context);

	thread->pc = command == MODEL_NONE ? MODEL_NONE : s->m->commands[command].start;
}

static void step_smc(struct step *s)
{
	struct call *call = &s->level->call;
	bool resume = call->state == CALL_RESUME;

	s->event->context = call->context;
	s->event->has_call = true;
	if (call_smc(call, &s->place, &s->event->call, &s->event->ret)) {
		s->event->context = call->context;
		if (!resume)
			start_thread(s, call->context);
		note(s, TEEQ_ACTION_SMC, resume ? TEEQ_OUTCOME_RESUMED : TEEQ_OUTCOME_TAKEN);
		return;
	}
	s->event->has_ret = true;
	note(s, TEEQ_ACTION_SMC, call->state == CALL_WAIT_THREAD ? TEEQ_OUTCOME_THREAD_LIMIT :
								   TEEQ_OUTCOME_REFUSED);
}

/* Run the command in @thread up to its next RPC, whose service is returned, or to its end. */
static uint16_t run_thread(const struct teeq_model *m, struct thread *thread)
{
	while (thread->pc != MODEL_NONE) {
		const struct instruction *at = &m->code[thread->pc++];

		switch (at->op) {
		case OP_RPC:
			return at->object;
		case OP_LOOP:
			thread->loops[at->slot] = at->count;
			break;
		case OP_NEXT:
			if (--thread->loops[at->slot] > 0)
				thread->pc = at->target;
			break;
		default:
			thread->pc = MODEL_NONE;
			break;
		}
	}
	return MODEL_NONE;
}

static void serve(struct step *s, uint16_t service)
{
	struct level *level;

	CHECK(s->task->top + 1 < s->m->level_count, "task %u nests deeper than its model", s->index);
	s->task->top++;
	level = task_top(s->task);
	*level = (struct level){ .pc = s->m->services[service].start, .call = CALL_NONE };
	world_advance(s->m, s->w, s->index);
}

static void step_secure(struct step *s)
{
	struct call *call = &s->level->call;
	struct thread *thread = world_thread(s->m, s->w, call->context);
	uint16_t service = run_thread(s->m, thread);

	s->event->context = call->context;
	s->event->has_ret = true;
	if (service != MODEL_NONE) {
		call_suspend(call, &s->place, TEEQ_SMC_RPC_CMD, &s->event->ret);
		note(s, TEEQ_ACTION_SECURE, TEEQ_OUTCOME_RPC);
		s->event->object = service;
		serve(s, service);
		return;
	}
	memset(thread, 0, s->m->layout.thread_size);
	call_finish(call, &s->place, &s->event->ret);
	note(s, TEEQ_ACTION_SECURE, TEEQ_OUTCOME_EXIT);
}

static void step_leave(struct step *s, const struct instruction *at)
{
	struct signalled before;

	remember_signalled(s, &before);
	call_leave(&s->level->call, &s->place);
	note(s, TEEQ_ACTION_LEAVE, TEEQ_OUTCOME_OK);
	note_woken(s, &before);
	if (at->op == OP_OPEN)
		world_sessions(s->m, s->w)[at->object].open = 1;
	if (s->level->marks == 0)
		next(s);
}

static void step_call(struct step *s, const struct instruction *at)
{
	struct call *call = &s->level->call;

	s->event->system = call->flags & CALL_SYSTEM;
	s->event->command = at->op == OP_CALL ? at->target : MODEL_NONE;
	switch (call->state) {
	case CALL_ENTER:
		s->event->object = at->object;
		step_enter(s, at);
		s->event->system = call->flags & CALL_SYSTEM;
		break;
	case CALL_WAIT_CREDIT:
	case CALL_WAIT_THREAD:
		call_wait(call, &s->place);
		note(s, TEEQ_ACTION_WAIT, TEEQ_OUTCOME_OK);
		break;
	case CALL_REQUEUE_CREDIT:
	case CALL_REQUEUE_THREAD:
		call_requeue(call, &s->place);
		note(s, TEEQ_ACTION_REQUEUE, TEEQ_OUTCOME_OK);
		break;
	case CALL_RECHECK:
		note(s, TEEQ_ACTION_RECHECK, call_recheck(call, &s->place) ?
						     TEEQ_OUTCOME_ADMITTED : TEEQ_OUTCOME_MUST_WAIT);
		break;
	case CALL_SMC:
	case CALL_RESUME:
		step_smc(s);
		break;
	case CALL_SECURE:
		step_secure(s);
		break;
	default:
		step_leave(s, at);
		break;
	}
}

/* ------------------------------------------ the step ------------------------------------------ */

static void step_reserve(struct step *s, const struct instruction *at)
{
	int result = session_reserve(s->m, s->w, at->object, s->event);

	if (result)
		note_refused(s, TEEQ_ACTION_RESERVE, result);
	else
		note(s, TEEQ_ACTION_RESERVE, TEEQ_OUTCOME_OK);
	next(s);
}

static void step_script(struct step *s, const struct instruction *at)
{
	s->event->object = at->object;
	switch (at->op) {
	case OP_CLOSE: /* the call has left; what the session held is still to be returned */
		step_unreserve(s, &s->level->marks);
		if (s->level->marks == 0)
			next(s);
		return;
	case OP_RESERVE:
		step_reserve(s, at);
		return;
	case OP_RELEASE:
		step_unreserve(s, &world_sessions(s->m, s->w)[at->object].marks);
		break;
	case OP_LOCK:
		world_locks(s->m, s->w)[at->object] = (uint8_t)(s->index + 1);
		note(s, TEEQ_ACTION_LOCK, TEEQ_OUTCOME_OK);
		break;
	case OP_AWAIT:
		note(s, TEEQ_ACTION_AWAIT, TEEQ_OUTCOME_OK);
		break;
	case OP_BARRIER:
		s->task->flags &= (uint8_t)~TASK_RELEASED;
		note(s, TEEQ_ACTION_BARRIER, TEEQ_OUTCOME_OK);
		break;
	default:
		s->event->object = TEEQ_NO_OBJECT;
		note(s, TEEQ_ACTION_START, TEEQ_OUTCOME_OK);
		break;
	}
	next(s);
}

void world_step(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		struct teeq_event *event)
{
	struct teeq_event unseen;
	struct task *task = world_task(m, w, index);
	struct step s = {
		.m = m, .w = w, .index = index, .task = task, .level = task_top(task),
		.place = { .q = world_callq(m, w), .pool = world_pool(m, w), .policy = m->policy,
			   .id = caller_id(index, task->top),
			   .cookie = caller_id(index, task->top) + 1u },
		.event = event ? event : &unseen,
		.watched = event != NULL,
	};
	const struct instruction *at = &m->code[s.level->pc];

	begin_event(&s);
	if (s.level->call.state != CALL_IDLE)
		step_call(&s, at);
	else
		step_script(&s, at);
	world_settle(m, w);
	s.event->free_count = s.place.q->free_count;
	s.event->system_session_count = s.place.q->system_session_count;
	s.event->waiter_count = s.place.q->waiter_count;
}
