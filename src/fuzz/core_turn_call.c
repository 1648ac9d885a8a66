/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_turn.h"

static void take_down(struct turn *t, bool admitted, bool again)
{
	struct books *books = &t->f->books;
	bool system = t->level->call.flags & CALL_SYSTEM;

	if (!t->f->rules)
		return;
	if (admitted != rules_admits(t->f->rules, books, system, again))
		core_fail(t->f, "a caller was admitted or refused against the rules");
	if (again)
		rules_recheck(t->f->rules, books, t->place.id, admitted);
	else
		rules_enter(t->f->rules, books, t->place.id, system, admitted);
	if (!admitted)
		return;
	t->level->credit = (uint8_t)rules_takes(t->f->rules, books, system, again);
	books->held = (uint8_t)(books->held + (t->level->credit == TEEQ_CREDIT_THREAD));
	books->slot |= t->level->credit == TEEQ_CREDIT_SYSTEM;
}

static void core_give_back(struct turn *t)
{
	struct books *books = &t->f->books;

	if (!t->f->rules)
		return;
	books->held = (uint8_t)(books->held - (t->level->credit == TEEQ_CREDIT_THREAD));
	if (t->level->credit == TEEQ_CREDIT_SYSTEM)
		books->slot = 0;
	t->level->credit = TEEQ_CREDIT_NONE;
	rules_leave(t->f->rules, books, t->place.id);
}

bool core_enter(struct turn *t, uint8_t kind, uint8_t session)
{
	struct core_level *level = t->level;
	bool system = session == CORE_NONE && core_context_is_system(t);

	t->step.kind = kind;
	t->step.object = session;
	if (session != CORE_NONE) {
		if (core_refuses(t, kind, session)) {
			core_go_on(t);
			return true;
		}
		system = core_is_system(t, kind, session);
		if (kind == CORE_CLOSE)
			core_close_session(t, session);
	}
	level->kind = kind;
	level->session = session;
	call_begin(&level->call);
	take_down(t, call_enter(&level->call, &t->place, system), false);
	return true;
}

static bool smc(struct turn *t)
{
	struct core_world *f = t->f;
	struct call *call = &t->level->call;
	bool resume = call->state == CALL_RESUME;
	bool system = (call->flags & CALL_SYSTEM) && f->books.side != TEEQ_SECURE_PLAIN;
	unsigned int expected = resume ? call->context : rules_context(&f->books, system);
	struct teeq_smc_regs regs, ret;

	call_smc(call, &t->place, &regs, &ret);
	if (call->context != expected)
		return core_fail(f, "a call got another thread context than it should, or none");
	if (call->state == CALL_SECURE)
		f->books.owned |= (uint16_t)(1u << call->context);
	return true;
}

bool core_served(struct turn *t)
{
	*t->level = (struct core_level){ .call = CALL_NONE };
	t->task->top--;
	t->level--;
	t->place.id = core_id(t->index, t->task->top);
	t->step.level = t->task->top;
	call_served(&t->level->call);
	return smc(t);
}

static void core_begin_service(struct turn *t)
{
	t->task->top++;
	t->task->level[t->task->top] = (struct core_level){ .call = CALL_NONE };
}

static bool secure(struct turn *t, unsigned int verb)
{
	struct call *call = &t->level->call;
	struct teeq_smc_regs ret;

	/* To open or close a session the secure world needs nobody. */
	if (verb < VERB_RPC || verb == VERB_DRAIN || t->level->kind != CORE_CALL) {
		t->f->books.owned &= (uint16_t) ~(1u << call->context);
		call_finish(call, &t->place, &ret);
		return true;
	}
	if (verb >= VERB_INTERRUPT) {
		t->step.kind = CORE_INTERRUPT;
		call_suspend(call, &t->place, TEEQ_SMC_RPC_FOREIGN_INTR, &ret);
		t->level->interrupted = call->state == CALL_STARTED;
		if (call->state == CALL_RPC)
			call_served(call);
		return true;
	}
	t->step.kind = CORE_RPC;
	call_suspend(call, &t->place, TEEQ_SMC_RPC_CMD, &ret);
	if (call->state == CALL_RPC)
		core_begin_service(t);
	return true;
}

static bool started(struct turn *t)
{
	t->step.kind = CORE_STARTED;
	call_started(&t->level->call, &t->place);
	if (t->f->rules)
		rules_started(t->f->rules, &t->f->books, t->place.id);
	if (t->level->interrupted)
		call_served(&t->level->call);
	else
		core_begin_service(t);
	t->level->interrupted = false;
	return true;
}

static bool core_leave(struct turn *t)
{
	struct core_level *level = t->level;

	core_give_back(t);
	call_leave(&level->call, &t->place);
	if (level->kind == CORE_OPEN)
		t->f->sessions[level->session].open = 1;
	if (level->reservations == 0)
		core_go_on(t);
	return true;
}

bool core_go_on_calling(struct turn *t, unsigned int verb)
{
	struct call *call = &t->level->call;

	switch (call->state) {
	case CALL_WAIT_CREDIT:
	case CALL_WAIT_THREAD:
		if (!callq_is_done(t->place.q, t->place.id))
			return false;
		call_wait(call, &t->place);
		if (t->f->rules)
			rules_consume(&t->f->books, t->place.id);
		return true;
	case CALL_REQUEUE_CREDIT:
	case CALL_REQUEUE_THREAD:
		call_requeue(call, &t->place);
		if (t->f->rules)
			rules_requeue(t->f->rules, &t->f->books, t->place.id);
		return true;
	case CALL_RECHECK:
		take_down(t, call_recheck(call, &t->place), true);
		return true;
	case CALL_SECURE:
		return secure(t, verb);
	case CALL_STARTED:
		return started(t);
	case CALL_LEAVE:
		return core_leave(t);
	default:
		return smc(t);
	}
}
