/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_turn.h"

/* ---------------------------------------- between calls --------------------------------------- */

static bool core_release(struct turn *t, unsigned int session)
{
	t->step.kind = CORE_RELEASE;
	t->step.object = (uint8_t)session;
	if (!core_is_foreign(t, session))
		core_unreserve(t->f, core_reservations_of(t->f, session));
	core_go_on(t);
	return true;
}

static bool reserve(struct turn *t, unsigned int session)
{
	t->step.kind = CORE_RESERVE;
	t->step.object = (uint8_t)session;
	if (!core_is_foreign(t, session))
		core_reserve(t->f, session);
	return true;
}

static bool kill_task(struct turn *t, unsigned int target)
{
	struct core_task *other = &t->f->tasks[target];

	t->step.kind = CORE_KILL;
	t->step.object = (uint8_t)target;
	t->f->signals = true;
	if (!(other->flags & CORE_GONE))
		other->flags |= CORE_KILLED;
	return true;
}

static bool release_context(struct turn *t)
{
	unsigned int own = core_task_context(t->index);

	if (t->task->top > 0)
		return false;
	core_start_plan(t->f, t->task, own == CORE_NONE ? t->index & 1 : own, 0);
	return false;
}

/* A task that has a choice. @verb never is VERB_DRAIN here but where an RPC is being served. */
static bool core_choose(struct turn *t, unsigned int verb)
{
	static const uint8_t sessions[] = { CORE_NONE, CORE_NONE, 0, 1, 2, 3, 0, 1 };
	bool may_call = t->task->top < CORE_CALLS;

	if (verb >= VERB_SERVED)
		return t->task->top > 0 ? core_served(t) :
					  verb != VERB_DRAIN && core_enter(t, CORE_CALL, CORE_NONE);
	if (verb >= VERB_CONTEXT)
		return verb == VERB_CONTEXT ? release_context(t) :
		       verb == VERB_KILL    ? kill_task(t, (t->index + 1) % t->f->task_count) :
					      kill_task(t, t->index);
	if (verb >= VERB_RELEASE)
		return core_release(t, verb - VERB_RELEASE);
	if (verb >= VERB_RESERVE)
		return reserve(t, verb - VERB_RESERVE);
	if (!may_call)
		return false;
	if (verb >= VERB_CLOSE)
		return core_enter(t, CORE_CLOSE, (uint8_t)(verb - VERB_CLOSE));
	if (verb >= VERB_OPEN)
		return core_enter(t, CORE_OPEN, (uint8_t)(verb - VERB_OPEN));
	return core_enter(t, CORE_CALL, sessions[verb]);
}

static bool between_calls(struct turn *t, unsigned int verb)
{
	struct core_task *task = t->task;

	if (t->level->reservations > 0) {
		core_unreserve(t->f, &t->level->reservations);
		if (t->level->reservations == 0)
			core_go_on(t);
		return true;
	}
	if (task->top > 0)
		return core_choose(t, verb);
	if ((task->flags & (CORE_KILLED | CORE_EXITS)) == CORE_KILLED) {
		task->flags &= (uint8_t)~CORE_PLANNED;
		core_start_plan(t->f, task, core_task_context(t->index), CORE_EXITS);
		return true;
	}
	if (task->flags & CORE_PLANNED)
		return task->planned == CORE_RELEASE ? core_release(t, task->session) :
						       core_enter(t, CORE_CLOSE, task->session);
	return !(task->flags & CORE_GONE) && core_choose(t, verb);
}

/* ------------------------------------------- steps -------------------------------------------- */

/* One step of @index, if it can move and wants to. */
bool core_move(struct core_world *f, unsigned int index, unsigned int verb)
{
	struct core_task *task = &f->tasks[index];
	uint16_t id = core_id(index, task->top);
	struct turn t = {
		.f = f,
		.index = index,
		.task = task,
		.level = &task->level[task->top],
		.place = { .q = core_queue(f),
			   .pool = core_pool(f),
			   .policy = f->policy,
			   .id = id,
			   .cookie = id + 1u },
		.step = { .task = (uint8_t)index,
			  .level = task->top,
			  .object = CORE_NONE,
			  .scripted = !(task->flags & CORE_EXITS) || task->top > 0 },
	};
	bool moved = t.level->call.state == CALL_IDLE ? between_calls(&t, verb) :
							core_go_on_calling(&t, verb);

	if (!moved)
		return false;
	f->steps++;
	core_check(f);
	if (f->watcher)
		f->watcher->saw(f->watcher, f, &t.step);
	return true;
}
