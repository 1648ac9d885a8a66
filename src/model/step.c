/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/step.h"
#include "teeq/abi.h"

/*
 * One action of one task: what is no part of a call stands here, calls are in step_call.c, and what
 * belongs to the action without being seen in advance.c.
 */

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
		step_note(s, TEEQ_ACTION_FREEZE,
			  at->flags ? TEEQ_OUTCOME_OK : TEEQ_OUTCOME_MUST_WAIT);
		break;
	default:
		client_freeze(s->m, s->w, at->object, s->guest, false);
		step_note(s, TEEQ_ACTION_THAW, TEEQ_OUTCOME_OK);
		break;
	}
}

/*
 * Steps that do not simply lead to the next instruction: they go on by themselves, or are made
 * several times. Returns whether @at is one of them.
 */
static bool step_apart(struct step *s, const struct instruction *at)
{
	switch (at->op) {
	case OP_CLOSE: /* the call has left; what the session held is still to be returned */
		step_unreserve(s, &s->level->reservations, false);
		if (s->level->reservations == 0)
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
		INVARIANT(world_locks(s->m, s->w)[at->object] == 0, "mutex %u has an owner",
			  at->object);
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
		INVARIANT(s->task->flags & TASK_RELEASED, "task %u leaves a barrier too early",
			  s->index);
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
	INVARIANT(!world_broken(s->m, s->w), "%s", world_broken(s->m, s->w));
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
	INVARIANT(!(how & ACT_ALONE) || (teeq_world_enabled(m, w) & task_bit(index)),
		  "task %u makes a step, and cannot", index);
	begin_step(&s, m, w, index, event);
	s.watched = how & ACT_WATCHED;
	at = &m->code[s.level->pc];
	step_begin_event(&s);
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
		step_express_as_messages(event);
	if (how & ACT_ALONE)
		end_step(&s);
}
