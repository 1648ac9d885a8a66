/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"

/*
 * The instructions that nobody can see happen: they belong to the action before them, whose step
 * goes on to the next that can be seen.
 */

static void unlock(const struct teeq_model *m, struct teeq_world *w, unsigned int index,
		   unsigned int lock)
{
	uint8_t *owner = &world_locks(m, w)[lock];

	INVARIANT(lock < m->lock_count, "mutex %u of %u", lock, m->lock_count);
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

	INVARIANT(barrier < m->barrier_count && *count < m->barrier_wants[barrier],
		  "more tasks came to barrier %u than it waits for", barrier);
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
 * A service ended: the call below returns from its RPC; or,
 * below, a thread of tee-supplicant has an answer to send.
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

	INVARIANT(device < m->device_count, "device %u of %u", device, m->device_count);
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

	INVARIANT(device < m->device_count, "device %u of %u", device, m->device_count);
	if (*count == 0) {
		world_violate(w, VIOLATION_UNUSE);
		return false;
	}
	return --*count == 0;
}

/*
 * Whether no other task has the file of @context open
 * any more: a task that dies releases it only then.
 */
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
		return sessions[at->object].reservations > 0;
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

	INVARIANT(level->pc < m->code_count, "task %u stands at %u of %zu instructions", index,
		  level->pc, m->code_count);
	INVARIANT(level->call.state == CALL_IDLE, "task %u goes on in a call", index);
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
	INVARIANT(s->m->code[s->level->pc].op != OP_END, "task %u goes on behind its end", s->index);
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
