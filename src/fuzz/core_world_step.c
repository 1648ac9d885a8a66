/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz/core_world_step.h"

/* One step in progress. */
struct turn {
	struct core_world *f;
	unsigned int index; /* of the task */
	struct core_task *task;
	struct core_level *level;
	struct call_place place;
	struct core_step step;
};

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

static void start_plan(struct core_world *f, struct core_task *task, unsigned int context,
		       uint8_t flags)
{
	task->flags |= (uint8_t)(CORE_PLANNED | flags);
	task->context = (uint8_t)context;
	task->cursor = 0;
	plan(f, task);
}

static void core_go_on(struct turn *t)
{
	if ((t->task->flags & CORE_PLANNED) && t->task->top == 0)
		plan(t->f, t->task);
}

/* ------------------------------------------- calls -------------------------------------------- */

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

static bool core_is_foreign(const struct turn *t, unsigned int session)
{
	unsigned int context = core_session_context(session), own = core_task_context(t->index);

	return context != CORE_NONE && own != CORE_NONE && t->task->top == 0 && context != own;
}

/* Closed from now on; what it had reserved is given back once the call has left the queue. */
static void close_session(struct turn *t, uint8_t index)
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

/* Whether the driver refuses the call: one opens what is closed, and all else needs it open. */
static bool refuses(struct turn *t, uint8_t kind, uint8_t session)
{
	const struct session *named = &t->f->sessions[session];
	bool refused = named->open == (kind == CORE_OPEN);

	if (session_refuses(named, uses[kind]) != refused)
		core_fail(t->f, "a call in a session was refused, or let pass, against the rules");
	return refused || core_is_foreign(t, session);
}

/*
 * Of a system session; but one is opened by a normal call, unless the TEE context holds the mark.
 */
static bool core_is_system(struct turn *t, uint8_t kind, uint8_t session)
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

/*
 * With v4 a TEE context that holds a mark makes system calls only, in sessions without a name, too.
 */
static bool context_is_system(const struct turn *t)
{
	unsigned int own = core_task_context(t->index);

	return t->f->books.side == TEEQ_SECURE_COUNTED && own != CORE_NONE && t->task->top == 0 &&
	       t->f->sessions[own == 0 ? 0 : 2].reservations > 0;
}

static bool enter(struct turn *t, uint8_t kind, uint8_t session)
{
	struct core_level *level = t->level;
	bool system = session == CORE_NONE && context_is_system(t);

	t->step.kind = kind;
	t->step.object = session;
	if (session != CORE_NONE) {
		if (refuses(t, kind, session)) {
			core_go_on(t);
			return true;
		}
		system = core_is_system(t, kind, session);
		if (kind == CORE_CLOSE)
			close_session(t, session);
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

static bool served(struct turn *t)
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

static bool go_on_calling(struct turn *t, unsigned int verb)
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
	start_plan(t->f, t->task, own == CORE_NONE ? t->index & 1 : own, 0);
	return false;
}

/* A task that has a choice. @verb never is VERB_DRAIN here but where an RPC is being served. */
static bool core_choose(struct turn *t, unsigned int verb)
{
	static const uint8_t sessions[] = { CORE_NONE, CORE_NONE, 0, 1, 2, 3, 0, 1 };
	bool may_call = t->task->top < CORE_CALLS;

	if (verb >= VERB_SERVED)
		return t->task->top > 0 ? served(t) :
					  verb != VERB_DRAIN && enter(t, CORE_CALL, CORE_NONE);
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
		return enter(t, CORE_CLOSE, (uint8_t)(verb - VERB_CLOSE));
	if (verb >= VERB_OPEN)
		return enter(t, CORE_OPEN, (uint8_t)(verb - VERB_OPEN));
	return enter(t, CORE_CALL, sessions[verb]);
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
		start_plan(t->f, task, core_task_context(t->index), CORE_EXITS);
		return true;
	}
	if (task->flags & CORE_PLANNED)
		return task->planned == CORE_RELEASE ? core_release(t, task->session) :
						       enter(t, CORE_CLOSE, task->session);
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
							go_on_calling(&t, verb);

	if (!moved)
		return false;
	f->steps++;
	core_check(f);
	if (f->watcher)
		f->watcher->saw(f->watcher, f, &t.step);
	return true;
}
