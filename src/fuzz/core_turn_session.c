/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_turn.h"

/* ----------------------------------- releasing a TEE context ---------------------------------- */

/* What comes next is decided where the step before it ends, as everything that nobody can see. */
static void plan(struct core_world *f, struct core_task *task)
{
	uint8_t gone = task->flags & CORE_EXITS ? CORE_GONE : 0;

	if (task->cursor == 0 && f->books.side == TEEQ_SECURE_COUNTED && task->context < 2 &&
	    f->sessions[task->context == 0 ? 0 : 2].reservations > 0) {
		task->planned = CORE_RELEASE;
		task->session = task->context == 0 ? 0 : 2;
		return;
	}
	/* The last declared first. */
	while (task->cursor < CORE_SESSIONS) {
		uint8_t session = (uint8_t)(CORE_SESSIONS - 1 - task->cursor++);

		if (task->context != core_session_context(session) || task->context == CORE_NONE ||
		    !f->sessions[session].open)
			continue;
		task->planned = CORE_CLOSE;
		task->session = session;
		return;
	}
	task->flags = (uint8_t)((task->flags & ~CORE_PLANNED) | gone);
}

void core_start_plan(struct core_world *f, struct core_task *task, unsigned int context,
		     uint8_t flags)
{
	task->flags |= (uint8_t)(CORE_PLANNED | flags);
	task->context = (uint8_t)context;
	task->cursor = 0;
	plan(f, task);
}

void core_go_on(struct turn *t)
{
	if ((t->task->flags & CORE_PLANNED) && t->task->top == 0)
		plan(t->f, t->task);
}

/* ------------------------------------------ sessions ------------------------------------------ */

bool core_is_foreign(const struct turn *t, unsigned int session)
{
	unsigned int context = core_session_context(session), own = core_task_context(t->index);

	return context != CORE_NONE && own != CORE_NONE && t->task->top == 0 && context != own;
}

void core_close_session(struct turn *t, uint8_t index)
{
	struct core_world *f = t->f;
	struct session *session = &f->sessions[index];
	uint8_t held = session->reservations;

	if (core_keeps_reservations(f, index)) {
		session->open = 0;
		return;
	}
	t->level->reservations = session_shut(session);
	if (t->level->reservations != held || session->reservations != 0 || session->open)
		core_fail(f, "a closed session keeps something, or lost it");
}

static const enum session_use uses[] = {
	[CORE_CALL] = SESSION_CALL,
	[CORE_OPEN] = SESSION_OPEN,
	[CORE_CLOSE] = SESSION_CLOSE,
};

bool core_refuses(struct turn *t, uint8_t kind, uint8_t session)
{
	const struct session *named = &t->f->sessions[session];
	bool refused = named->open == (kind == CORE_OPEN);

	if (session_refuses(named, uses[kind]) != refused)
		core_fail(t->f, "a call in a session was refused, or let pass, against the rules");
	return refused || core_is_foreign(t, session);
}

bool core_is_system(struct turn *t, uint8_t kind, uint8_t session)
{
	struct core_world *f = t->f;
	struct session kept = { .open = 1, .reservations = *core_reservations_of(f, session) };
	bool counted = f->policy->secure == TEEQ_SECURE_COUNTED;

	for (unsigned int use = CORE_CALL; use <= CORE_CLOSE; use++)
		if (session_is_system(&kept, uses[use], f->policy) !=
		    (kept.reservations > 0 && (use != CORE_OPEN || counted)))
			core_fail(f, "a call is a system call, or is none, against the rules");
	return kept.reservations > 0 && (kind != CORE_OPEN || counted);
}

bool core_context_is_system(const struct turn *t)
{
	unsigned int own = core_task_context(t->index);

	return t->f->books.side == TEEQ_SECURE_COUNTED && own != CORE_NONE && t->task->top == 0 &&
	       t->f->sessions[own == 0 ? 0 : 2].reservations > 0;
}
