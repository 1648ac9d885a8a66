/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

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
	event->touched = TEEQ_NO_OBJECT;
	event->peer = TEEQ_NO_TASK;
}

/* ----------------------------------- the invisible instructions ------------------------------- */

static void unlock(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		   unsigned int lock)
{
	uint8_t *owner = &world_locks(m, w)[lock];

	if (*owner == index + 1)
		*owner = 0;
	else
		world_violate(w, VIOLATION_UNLOCK);
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

/*
 * A service ended: the call below returns from its RPC; or, below, a thread of tee-supplicant has an
 * answer to send.
 */
static void end_script(const struct teeq_model *m, struct teeq_world *w, unsigned int index)
{
	struct task *task = world_task(m, w, index);
	unsigned int error = task_error(m, w, index);
	struct call *below;

	task_set_error(m, w, index, TEEQ_FAILURE_NONE);
	if (task->top == 0)
		return;
	*task_top(task) = (struct level){ .call = CALL_NONE };
	task->top--;
	below = &task_top(task)->call;
	if (below->state == CALL_IDLE) {
		task_set_error(m, w, index, error);
		task_top(task)->pc++;
		return;
	}
	if (error)
		secure_rpc_failed(m, w, index, error);
	call_served(below);
}

/* Runtime power management: the first user switches a device on, the last one off. */
static bool use(const struct teeq_model *m, struct teeq_world *w, unsigned int device)
{
	uint8_t *count = &world_devices(m, w)[device];

	/* Far more users than there can be tasks: the scenario never gives the device back. */
	if (*count == UINT8_MAX)
		world_violate(w, VIOLATION_UNUSE);
	else
		(*count)++;
	return *count == 1;
}

static bool unuse(const struct teeq_model *m, struct teeq_world *w, unsigned int device)
{
	uint8_t *count = &world_devices(m, w)[device];

	if (*count == 0) {
		world_violate(w, VIOLATION_UNUSE);
		return false;
	}
	return --*count == 0;
}

/* Whether no other task has the file of @context open any more: a task that dies releases it only then. */
static bool is_last(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		    unsigned int context)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		unsigned int pc = world_task(m, w, i)->levels[0].pc;

		if (i != index && m->tasks[i].context == context && pc < m->tasks[i].exit &&
		    m->code[pc].op != OP_END)
			return false;
	}
	return true;
}

bool task_catch(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		const struct instruction *at)
{
	if (at->error != TEEQ_FAILURE_NONE && at->error != task_error(m, w, index))
		return false;
	if (!(at->flags & FLAG_ERROR)) {
		task_top(world_task(m, w, index))->call.flags &= (uint8_t)~CALL_FAILED;
		task_set_error(m, w, index, TEEQ_FAILURE_NONE);
	}
	return true;
}

bool world_goes_on(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		   const struct instruction *at)
{
	struct task *task = world_task(m, w, index);
	const struct session *sessions = world_sessions(m, w);
	uint8_t *channels = world_channels(m, w);
	bool failed = task->flags & TASK_FAILED;

	switch (at->op) {
	case OP_ON_FAIL:
		task->flags &= (uint8_t)~TASK_FAILED;
		return !failed;
	case OP_CATCH:
		return task_catch(m, w, index, at);
	case OP_SET:
		channels[at->object] |= (uint8_t)at->bits;
		return true;
	case OP_CLEAR:
		channels[at->object] = 0;
		return true;
	case OP_UNLESS:
		return channels[at->object] & at->bits;
	case OP_UNLESS_OPEN:
		return sessions[at->object].open;
	case OP_UNLESS_MARKED:
		return sessions[at->object].marks > 0;
	case OP_UNLESS_LAST:
		return is_last(m, w, index, at->object);
	case OP_USE:
		return use(m, w, at->object);
	case OP_UNUSE:
		return unuse(m, w, at->object);
	default: /* OP_GOTO, OP_RAISE */
		return false;
	}
}

/* The task has come to @at, which others can see: make ready what that needs. */
static void arrive_at(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		      const struct instruction *at)
{
	struct task *task = world_task(m, w, index);

	if (m->argument_slots > 0 && op_takes_argument(at))
		call_begin_arg(&task_top(task)->call);
	else if (op_is(at->op, OP_BEGINS_CALL))
		call_begin(&task_top(task)->call);
	else if (at->op == OP_SLEEP)
		world_timers(m, w)[index] = at->ticks;
	else if (at->op == OP_BARRIER)
		arrive(m, w, index, at->object);
	else if (at->op == OP_END)
		end_script(m, w, index);
}

/* Whether a killed client has come to the end of its script: it dies there, as anywhere else. */
static bool dies(const struct teeq_model *m, const struct task *task, unsigned int index)
{
	const struct task_info *info = &m->tasks[index];

	return (task->flags & TASK_KILLED) && info->kind == TEEQ_TASK_CLIENT && task->top == 0 &&
	       task->levels[0].pc < info->exit;
}

/* Execute one invisible instruction. Returns false when the next one can be seen. */
static bool advance_one(const struct teeq_model *m, struct teeq_world *w, unsigned int index)
{
	struct task *task = world_task(m, w, index);
	struct level *level = task_top(task);
	const struct instruction *at = &m->code[level->pc];
	bool jumps = false;

	if (op_is(at->op, OP_ASKS_WORLD)) {
		jumps = !world_goes_on(m, w, index, at);
	} else if (at->op == OP_UNLOCK) {
		unlock(m, w, index, at->object);
	} else if (at->op == OP_SIGNAL) {
		w->events |= UINT64_C(1) << at->object;
	} else if (at->op == OP_LOOP) {
		task_loops(m, task, task->top)[at->counter] = at->count;
	} else if (at->op == OP_NEXT) {
		jumps = --task_loops(m, task, task->top)[at->counter] > 0;
	} else if (at->op == OP_END && dies(m, task, index)) {
		level->pc = m->tasks[index].exit;
		return true;
	} else {
		arrive_at(m, w, index, at);
		return false;
	}
	INVARIANT(instruction_leads(m->code, level->pc, jumps ? at->target : level->pc + 1u),
		  "instruction %u does not lead there", level->pc);
	level->pc = jumps ? at->target : (uint16_t)(level->pc + 1);
	return true;
}

void world_advance(const struct teeq_model *m, struct teeq_world *w, unsigned int task)
{
	while (advance_one(m, w, task))
		;
}

void step_next(struct step *s)
{
	s->level->pc++;
	world_advance(s->m, s->w, s->index);
}

void step_failed(struct step *s, unsigned int error)
{
	const struct instruction *next = &s->m->code[s->level->pc + 1];

	if (next->op != OP_ON_FAIL || error == TEEQ_FAILURE_NONE)
		return;
	s->task->flags |= TASK_FAILED;
	if (next->flags & FLAG_ERROR)
		task_set_error(s->m, s->w, s->index, error);
}

int result_of(unsigned int error)
{
	int value = (int)teeq_failure_value((enum teeq_failure)error);

	return error >= TEEQ_FAILURE_EINTR ? -value : (int)error;
}

/* ------------------------------------------ the step ------------------------------------------ */

/* Memory that the device tree or the page allocator may not have. */
static void step_allocate(struct step *s)
{
	bool failed = fault_strikes(s->m, s->w, TEEQ_FAULT_NO_MEMORY);

	s->event->object = TEEQ_NO_OBJECT;
	if (failed)
		step_note_error(s, TEEQ_ACTION_ALLOCATE, TEEQ_OUTCOME_FAILED, -TEEQ_ABI_ENOMEM);
	else
		step_note(s, TEEQ_ACTION_ALLOCATE, TEEQ_OUTCOME_OK);
	step_failed(s, failed ? TEEQ_FAILURE_ENOMEM : TEEQ_FAILURE_NONE);
}

/* Steps by which one task reaches others. */
static void step_reach(struct step *s, const struct instruction *at)
{
	switch (at->op) {
	case OP_NOTIFY:
		step_notify(s, at->object);
		break;
	case OP_ASYNC:
		async_raise(s->m, s->w, s->guest, at->object);
		step_note(s, TEEQ_ACTION_ASYNC, TEEQ_OUTCOME_OK);
		break;
	case OP_KILL:
		client_kill(s->m, s->w, at->object, s->guest);
		step_note(s, TEEQ_ACTION_KILL, TEEQ_OUTCOME_OK);
		break;
	case OP_START_SUPPLICANT:
		*world_supplicant(s->m, s->w, s->guest) = SUPPLICANT_RUNS;
		step_note(s, TEEQ_ACTION_START_SUPPLICANT, TEEQ_OUTCOME_OK);
		break;
	case OP_FREEZE: /* twice: ask for it, and see that it is done */
		if (at->flags == 0)
			client_freeze(s->m, s->w, at->object, s->guest, true);
		step_note(s, TEEQ_ACTION_FREEZE, at->flags ? TEEQ_OUTCOME_OK :
							    TEEQ_OUTCOME_MUST_WAIT);
		break;
	default:
		client_freeze(s->m, s->w, at->object, s->guest, false);
		step_note(s, TEEQ_ACTION_THAW, TEEQ_OUTCOME_OK);
		break;
	}
}

/*
 * Steps that do not simply lead to the next instruction: they go on by themselves, or are made several times.
 * Returns whether @at is one of them.
 */
static bool step_apart(struct step *s, const struct instruction *at)
{
	switch (at->op) {
	case OP_CLOSE: /* the call has left; what the session held is still to be returned */
		step_unreserve(s, &s->level->marks, false);
		if (s->level->marks == 0)
			step_next(s);
		return true;
	case OP_RESERVE:
		step_reserve(s, at);
		return true;
	case OP_RELEASE:
		step_release(s, at);
		return true;
	case OP_FAIL:
		s->event->object = TEEQ_NO_OBJECT;
		step_note_error(s, TEEQ_ACTION_FAIL, TEEQ_OUTCOME_FAILED, result_of(at->error));
		task_set_error(s->m, s->w, s->index, at->error);
		s->level->pc = at->target;
		world_advance(s->m, s->w, s->index);
		return true;
	case OP_RECEIVE:
		supplicant_receive(s);
		return true;
	case OP_ANSWER:
		s->event->object = TEEQ_NO_OBJECT;
		supplicant_answer(s);
		return true;
	case OP_IRQ:
		async_step(s);
		return true;
	case OP_BOTTOM_HALF:
		async_bottom_half(s);
		return true;
	default:
		return false;
	}
}

static void step_plain(struct step *s, const struct instruction *at)
{
	switch (at->op) {
	case OP_SLEEP:
		world_timers(s->m, s->w)[s->index] = 0;
		s->event->object = TEEQ_NO_OBJECT;
		s->event->ticks = at->ticks;
		step_note(s, TEEQ_ACTION_SLEEP, TEEQ_OUTCOME_OK);
		break;
	case OP_ALLOCATE:
		step_allocate(s);
		break;
	case OP_NOTIFY:
	case OP_ASYNC:
	case OP_KILL:
	case OP_START_SUPPLICANT:
	case OP_FREEZE:
	case OP_THAW:
		step_reach(s, at);
		break;
	case OP_LOCK:
		world_locks(s->m, s->w)[at->object] = (uint8_t)(s->index + 1);
		step_note(s, TEEQ_ACTION_LOCK, TEEQ_OUTCOME_OK);
		break;
	case OP_AWAIT:
		step_note(s, TEEQ_ACTION_AWAIT, TEEQ_OUTCOME_OK);
		break;
	case OP_POLL:
		step_note(s, TEEQ_ACTION_POLL, TEEQ_OUTCOME_OK);
		break;
	case OP_AGAIN:
		s->event->object = TEEQ_NO_OBJECT;
		step_note(s, TEEQ_ACTION_RETRY, TEEQ_OUTCOME_OK);
		break;
	case OP_BARRIER:
		s->task->flags &= (uint8_t)~TASK_RELEASED;
		step_note(s, TEEQ_ACTION_BARRIER, TEEQ_OUTCOME_OK);
		break;
	default:
		s->event->object = TEEQ_NO_OBJECT;
		step_note(s, TEEQ_ACTION_START, TEEQ_OUTCOME_OK);
		break;
	}
}

static void step_script(struct step *s, const struct instruction *at)
{
	s->event->object = at->object;
	if (s->level->counts > 0 && model_counts_late(s->m, at)) {
		step_count(s, at);
		return;
	}
	if (step_apart(s, at))
		return;
	step_plain(s, at);
	step_next(s);
}

/* Over FF-A the same standard calls are direct messages, and there are no fast calls. */
static void express_as_messages(struct teeq_event *event)
{
	if (event->has_call)
		teeq_ffa_from_call(&event->call, &event->call);
	if (event->has_ret)
		teeq_ffa_from_return(&event->ret, &event->ret);
}

static void begin_step(struct step *s, const struct teeq_model *m, struct teeq_world *w,
		       unsigned int index, struct teeq_event *event)
{
	struct task *task = world_task(m, w, index);
	unsigned int guest = model_guest(m, index);
	const struct guest_place *at = &m->guest_at[guest];
	uint16_t id = caller_id(index, task->top);

	s->m = m;
	s->w = w;
	s->index = index;
	s->guest = guest;
	s->task = task;
	s->level = task_top(task);
	s->event = event;
	s->place.q = world_part(w, at->callq);
	s->place.pool = world_part(w, at->pool);
	s->place.first = at->first_context;
	s->place.policy = m->policy;
	s->place.id = id;
	s->place.cookie = id + 1u;
	s->place.unregistered = m->lacks_rpc_arg;
}

/* What is true of a world between actions, and said of it. */
static void end_step(struct step *s)
{
	const struct teeq_callq *q = s->place.q;

	if (s->w->stage < s->m->last_stage)
		world_settle(s->m, s->w);
	INVARIANT(!world_broken(s->m, s->w, s->index), "%s", world_broken(s->m, s->w, s->index));
	s->event->free_count = q->free_count;
	s->event->system_session_count = q->system_session_count;
	s->event->waiter_count = q->waiter_count;
}

void world_act(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
	       struct teeq_event *event, unsigned int how)
{
	const struct instruction *at;
	struct step s;

	INVARIANT(index < m->task_count, "there is no task %u to step", index);
	begin_step(&s, m, w, index, event);
	s.watched = how & ACT_WATCHED;
	at = &m->code[s.level->pc];
	begin_event(&s);
	if (m->tasks[index].kind == TEEQ_TASK_FAULT)
		fault_step(&s);
	else if ((m->uses & USES_SIGNALS) && task_can_exit(m, w, index))
		task_exit(&s);
	else if (s.level->call.state != CALL_IDLE)
		step_call(&s, at);
	else
		step_script(&s, at);
	if (m->uses & USES_SIGNALS)
		task_settle(m, w, index);
	if (m->abi == TEEQ_ABI_FFA)
		express_as_messages(event);
	if (how & ACT_ALONE)
		end_step(&s);
}
