/* SPDX-License-Identifier: BSD-2-Clause */
#include "flat.h"

#include <string.h>

/* One step in progress. */
struct turn {
	struct flat *f;
	unsigned int index; /* of the task */
	struct flat_task *task;
	struct flat_level *level;
	struct call_place place;
	struct flat_step step;
};

unsigned int flat_session_context(unsigned int session)
{
	return session < 2 ? 0 : session == 2 ? 1 : FLAT_NONE;
}

unsigned int flat_task_context(unsigned int task)
{
	return task < 2 ? task : FLAT_NONE;
}

static bool fail(struct flat *f, const char *what)
{
	if (!f->broken)
		f->broken = what;
	return true;
}

/* --------------------------------------- reservations ----------------------------------------- */

/* With v4 reservations are the TEE context's: the first session of it keeps the book. */
static bool keeps_marks(const struct flat *f, unsigned int session)
{
	return f->books.side == TEEQ_SECURE_COUNTED && flat_session_context(session) != FLAT_NONE;
}

static uint8_t *marks_of(struct flat *f, unsigned int session)
{
	bool home = keeps_marks(f, session) && session == 1;

	return &f->marks[home ? 0 : session];
}

static bool fast_call(struct flat *f, uint32_t function)
{
	struct teeq_smc_regs call = { .a = { function } };
	struct teeq_smc_regs ret;

	pool_smc(flat_pool(f), &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK;
}

static void reserve(struct flat *f, unsigned int session)
{
	const struct teeq_policy *policy = f->policy;
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	uint8_t *marks = marks_of(f, session);
	bool expected = rules_reserves(f->rules, &f->books);
	bool granted;

	if ((!f->open[session] && !counted) ||
	    (policy->secure != TEEQ_SECURE_PLAIN && f->books.side == TEEQ_SECURE_PLAIN) ||
	    (*marks > 0 && policy->remark != TEEQ_REMARK_COUNTS) || *marks == UINT8_MAX)
		return;
	granted = counted ? fast_call(f, TEEQ_SMC_RESERVE_SYS_THREAD) :
			    callq_reserve(flat_queue(f), policy) == 0;
	if (granted != expected)
		fail(f, "a reservation was granted or refused against the rules");
	*marks = (uint8_t)(*marks + granted);
	f->books.registered = (uint16_t)(f->books.registered + granted);
	f->books.reserved = (uint16_t)(f->books.reserved + (granted && counted));
}

static void unreserve(struct flat *f, uint8_t *marks)
{
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;

	if (*marks == 0)
		return;
	if (!counted)
		callq_unreserve(flat_queue(f), f->policy);
	else if (!fast_call(f, TEEQ_SMC_UNRESERVE_SYS_THREAD))
		fail(f, "the secure world did not take a reservation back");
	(*marks)--;
	f->books.registered--;
	f->books.reserved = (uint16_t)(f->books.reserved - counted);
	rules_session_ends(f->rules, &f->books);
}

/* ----------------------------------- releasing a TEE context ---------------------------------- */

/* What comes next is decided where the step before it ends, as everything that nobody can see. */
static void plan(struct flat *f, struct flat_task *task)
{
	uint8_t gone = task->flags & FLAT_EXITS ? FLAT_GONE : 0;

	if (task->cursor == 0 && f->books.side == TEEQ_SECURE_COUNTED && task->context < 2 &&
	    f->marks[task->context == 0 ? 0 : 2] > 0) {
		task->planned = FLAT_RELEASE;
		task->session = task->context == 0 ? 0 : 2;
		return;
	}
	while (task->cursor < FLAT_SESSIONS) {
		uint8_t session = task->cursor++;

		if (task->context != flat_session_context(session) || task->context == FLAT_NONE ||
		    !f->open[session])
			continue;
		task->planned = FLAT_CLOSE;
		task->session = session;
		return;
	}
	task->flags = (uint8_t)((task->flags & ~FLAT_PLANNED) | gone);
}

static void start_plan(struct flat *f, struct flat_task *task, unsigned int context, uint8_t flags)
{
	task->flags |= (uint8_t)(FLAT_PLANNED | flags);
	task->context = (uint8_t)context;
	task->cursor = 0;
	plan(f, task);
}

static void go_on(struct turn *t)
{
	if ((t->task->flags & FLAT_PLANNED) && t->task->top == 0)
		plan(t->f, t->task);
}

/* ------------------------------------------- calls -------------------------------------------- */

static void take_down(struct turn *t, bool admitted, bool again)
{
	struct books *books = &t->f->books;
	bool system = t->level->call.flags & CALL_SYSTEM;

	if (admitted != rules_admits(t->f->rules, books, system, again))
		fail(t->f, "a caller was admitted or refused against the rules");
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

static void give_back(struct turn *t)
{
	struct books *books = &t->f->books;

	books->held = (uint8_t)(books->held - (t->level->credit == TEEQ_CREDIT_THREAD));
	if (t->level->credit == TEEQ_CREDIT_SYSTEM)
		books->slot = 0;
	t->level->credit = TEEQ_CREDIT_NONE;
	rules_leave(t->f->rules, books, t->place.id);
}

static bool is_foreign(const struct turn *t, unsigned int session)
{
	unsigned int context = flat_session_context(session), own = flat_task_context(t->index);

	return context != FLAT_NONE && own != FLAT_NONE && t->task->top == 0 && context != own;
}

/* Closed from now on; what it had reserved is given back once the call has left the queue. */
static void close_session(struct turn *t, uint8_t session)
{
	struct flat *f = t->f;

	f->open[session] = 0;
	if (keeps_marks(f, session))
		return;
	t->level->marks = f->marks[session];
	f->marks[session] = 0;
}

static bool enter(struct turn *t, uint8_t kind, uint8_t session)
{
	struct flat *f = t->f;
	struct flat_level *level = t->level;
	bool system = false;

	t->step.kind = kind;
	t->step.object = session;
	if (session != FLAT_NONE) {
		if (is_foreign(t, session) || f->open[session] == (kind == FLAT_OPEN)) {
			go_on(t);
			return true;
		}
		system = *marks_of(f, session) > 0 &&
			 (kind != FLAT_OPEN || f->policy->secure == TEEQ_SECURE_COUNTED);
		if (kind == FLAT_CLOSE)
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
	struct flat *f = t->f;
	struct call *call = &t->level->call;
	bool resume = call->state == CALL_RESUME;
	bool system = (call->flags & CALL_SYSTEM) && f->books.side != TEEQ_SECURE_PLAIN;
	unsigned int expected = resume ? call->context : rules_context(&f->books, system);
	struct teeq_smc_regs regs, ret;

	call_smc(call, &t->place, &regs, &ret);
	if (call->context != expected)
		return fail(f, "a call got another thread context than it should, or none");
	if (call->state == CALL_SECURE)
		f->books.owned |= (uint16_t)(1u << call->context);
	return true;
}

static bool served(struct turn *t)
{
	*t->level = (struct flat_level){ .call = CALL_NONE };
	t->task->top--;
	t->level--;
	t->place.id = flat_id(t->index, t->task->top);
	t->step.level = t->task->top;
	call_served(&t->level->call);
	return smc(t);
}

static bool secure(struct turn *t, unsigned int verb)
{
	struct call *call = &t->level->call;
	struct teeq_smc_regs ret;

	/* To open or close a session the secure world needs nobody. */
	if (verb < VERB_RPC || verb == VERB_DRAIN || t->level->kind != FLAT_CALL) {
		t->f->books.owned &= (uint16_t)~(1u << call->context);
		call_finish(call, &t->place, &ret);
		return true;
	}
	if (verb >= VERB_INTERRUPT) {
		t->step.kind = FLAT_INTERRUPT;
		call_suspend(call, &t->place, TEEQ_SMC_RPC_FOREIGN_INTR, &ret);
		call_served(call);
		return true;
	}
	t->step.kind = FLAT_RPC;
	call_suspend(call, &t->place, TEEQ_SMC_RPC_CMD, &ret);
	t->task->top++;
	t->task->level[t->task->top] = (struct flat_level){ .call = CALL_NONE };
	return true;
}

static bool leave(struct turn *t)
{
	struct flat_level *level = t->level;

	give_back(t);
	call_leave(&level->call, &t->place);
	if (level->kind == FLAT_OPEN)
		t->f->open[level->session] = 1;
	if (level->marks == 0)
		go_on(t);
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
		rules_consume(&t->f->books, t->place.id);
		return true;
	case CALL_REQUEUE_CREDIT:
	case CALL_REQUEUE_THREAD:
		call_requeue(call, &t->place);
		rules_requeue(&t->f->books, t->place.id);
		return true;
	case CALL_RECHECK:
		take_down(t, call_recheck(call, &t->place), true);
		return true;
	case CALL_SECURE:
		return secure(t, verb);
	case CALL_LEAVE:
		return leave(t);
	default:
		return smc(t);
	}
}

/* ---------------------------------------- between calls --------------------------------------- */

static bool release(struct turn *t, unsigned int session)
{
	t->step.kind = FLAT_RELEASE;
	t->step.object = (uint8_t)session;
	unreserve(t->f, marks_of(t->f, session));
	go_on(t);
	return true;
}

static bool kill_task(struct turn *t, unsigned int target)
{
	struct flat_task *other = &t->f->tasks[target];

	t->step.kind = FLAT_KILL;
	t->step.object = (uint8_t)target;
	t->f->signals = true;
	if (!(other->flags & FLAT_GONE))
		other->flags |= FLAT_KILLED;
	return true;
}

static bool release_context(struct turn *t)
{
	unsigned int own = flat_task_context(t->index);

	if (t->task->top > 0)
		return false;
	start_plan(t->f, t->task, own == FLAT_NONE ? t->index & 1 : own, 0);
	return false;
}

/* A task that has a choice. @verb never is VERB_DRAIN here but where an RPC is being served. */
static bool choose(struct turn *t, unsigned int verb)
{
	static const uint8_t sessions[] = { FLAT_NONE, FLAT_NONE, 0, 1, 2, 3, 0, 1 };
	bool may_call = t->task->top < FLAT_CALLS;

	if (verb >= VERB_SERVED)
		return t->task->top > 0 ? served(t) :
		       verb != VERB_DRAIN && enter(t, FLAT_CALL, FLAT_NONE);
	if (verb >= VERB_CONTEXT)
		return verb == VERB_CONTEXT ? release_context(t) :
		       verb == VERB_KILL ? kill_task(t, (t->index + 1) % t->f->task_count) :
					   kill_task(t, t->index);
	if (verb >= VERB_RELEASE)
		return release(t, verb - VERB_RELEASE);
	if (verb >= VERB_RESERVE) {
		t->step.kind = FLAT_RESERVE;
		t->step.object = (uint8_t)(verb - VERB_RESERVE);
		reserve(t->f, verb - VERB_RESERVE);
		return true;
	}
	if (!may_call)
		return false;
	if (verb >= VERB_CLOSE)
		return enter(t, FLAT_CLOSE, (uint8_t)(verb - VERB_CLOSE));
	if (verb >= VERB_OPEN)
		return enter(t, FLAT_OPEN, (uint8_t)(verb - VERB_OPEN));
	return enter(t, FLAT_CALL, sessions[verb]);
}

static bool between_calls(struct turn *t, unsigned int verb)
{
	struct flat_task *task = t->task;

	if (t->level->marks > 0) {
		unreserve(t->f, &t->level->marks);
		if (t->level->marks == 0)
			go_on(t);
		return true;
	}
	if (task->top > 0)
		return choose(t, verb);
	if ((task->flags & (FLAT_KILLED | FLAT_EXITS)) == FLAT_KILLED) {
		task->flags &= (uint8_t)~FLAT_PLANNED;
		start_plan(t->f, task, flat_task_context(t->index), FLAT_EXITS);
		return true;
	}
	if (task->flags & FLAT_PLANNED)
		return task->planned == FLAT_RELEASE ? release(t, task->session) :
						       enter(t, FLAT_CLOSE, task->session);
	return !(task->flags & FLAT_GONE) && choose(t, verb);
}

/* ------------------------------------------- steps -------------------------------------------- */

static void check(struct flat *f)
{
	const char *broken = callq_check(flat_queue(f), f->policy);

	if (!broken)
		broken = pool_check(flat_pool(f));
	if (!broken)
		broken = rules_check(f->rules, &f->books, flat_queue(f), flat_pool(f));
	if (broken)
		fail(f, broken);
}

/* One step of @index, if it can move and wants to. */
static bool move(struct flat *f, unsigned int index, unsigned int verb)
{
	struct flat_task *task = &f->tasks[index];
	uint16_t id = flat_id(index, task->top);
	struct turn t = {
		.f = f, .index = index, .task = task, .level = &task->level[task->top],
		.place = { .q = flat_queue(f), .pool = flat_pool(f), .policy = f->policy,
			   .id = id, .cookie = id + 1u },
		.step = { .task = (uint8_t)index, .level = task->top, .object = FLAT_NONE,
			  .scripted = !(task->flags & FLAT_EXITS) || task->top > 0 },
	};
	bool moved = t.level->call.state == CALL_IDLE ? between_calls(&t, verb) :
							go_on_calling(&t, verb);

	if (!moved)
		return false;
	f->steps++;
	check(f);
	if (f->watcher)
		f->watcher->saw(f->watcher, f, &t.step);
	return true;
}

/* At the end of an input most have nothing left to do; that should cost nothing. */
static bool is_idle(const struct flat_task *task)
{
	return task->top == 0 && task->level[0].call.state == CALL_IDLE && !task->flags &&
	       !task->level[0].marks;
}

static void drain(struct flat *f)
{
	bool moved = true;

	while (moved && !f->broken) {
		moved = false;
		for (unsigned int i = 0; i < f->task_count && !f->broken; i++)
			moved |= !is_idle(&f->tasks[i]) && move(f, i, VERB_DRAIN);
		if (f->steps > FLAT_STEPS)
			fail(f, "it goes on and on");
	}
}

/* --------------------------------------- start and end ---------------------------------------- */

static void start(struct flat *f, const uint8_t header[FLAT_HEADER], struct flat_watcher *watcher)
{
	const struct flat_task idle = { .level = { { .call = CALL_NONE } } };
	struct books *books = &f->books;
	unsigned int kinds = header[0] / 9;

	memset(f, 0, sizeof(*f));
	f->watcher = watcher;
	f->policy_index = header[0] % 9;
	f->policy = teeq_policy_at(f->policy_index);
	f->rules = rules_of(f->policy->name);
	f->ffa = kinds % 4 == 3;
	f->task_count = (header[2] & 7) + 1;
	f->asks = header[2] >> 4;
	books->threads = (header[1] & 7) + 1;
	f->static_count = header[1] >> 3 & 7;
	if (f->static_count > books->threads)
		f->static_count = books->threads;
	f->lost = header[1] >> 6 & 1;
	books->side = (uint8_t)(f->ffa ? TEEQ_SECURE_PLAIN : f->policy->secure);
	books->total = f->ffa ? 0 : books->threads;
	books->reserved = books->side == TEEQ_SECURE_STATIC ? f->static_count : 0;
	pool_init(flat_pool(f), books->threads, (enum teeq_secure_side)books->side,
		  f->static_count);
	callq_init(flat_queue(f), books->total);
	if (f->lost) {
		pool_lose(flat_pool(f), 0);
		books->owned = 1;
	}
	for (unsigned int i = 0; i < f->task_count; i++)
		f->tasks[i] = idle;
	for (unsigned int i = 0; i < FLAT_SESSIONS; i++) {
		f->open[i] = f->asks >> i & 1;
		if (f->open[i])
			reserve(f, i);
	}
	check(f);
}

/* Asleep at the top of @task, and a thread and a credit are there. */
static bool sleeps_in_vain(const struct flat *f, const struct flat_task *task)
{
	const struct call *call = &task->level[task->top].call;
	bool system = call->flags & CALL_SYSTEM;

	if (rules_context(&f->books, system && f->books.side != TEEQ_SECURE_PLAIN) ==
	    POOL_NO_CONTEXT)
		return false;
	return call->state == CALL_WAIT_THREAD || rules_admits(f->rules, &f->books, system, true);
}

/* Nobody can move: is that as it should be? */
static enum flat_end end(struct flat *f)
{
	enum flat_end end = FLAT_DONE;

	for (unsigned int i = 0; i < f->task_count; i++) {
		const struct flat_task *task = &f->tasks[i];

		if (task->level[task->top].call.state == CALL_IDLE && task->top == 0)
			continue;
		if (!call_sleeps(&task->level[task->top].call))
			fail(f, "a task that does not sleep cannot move");
		else if (sleeps_in_vain(f, task))
			end = FLAT_LOST_WAKEUP;
		else if (end == FLAT_DONE)
			end = FLAT_DEADLOCK;
	}
	if (end == FLAT_DONE && (f->books.waiters || f->books.held || f->books.slot ||
				 f->books.owned != f->lost))
		fail(f, "everybody is done, and something is still held");
	return f->broken ? FLAT_BROKEN : end;
}

enum flat_end flat_run(struct flat *f, const uint8_t *data, size_t size,
		       struct flat_watcher *watcher)
{
	uint8_t header[FLAT_HEADER] = { 0 };
	size_t most = FLAT_HEADER + FLAT_OPERATIONS;

	memcpy(header, data, size < FLAT_HEADER ? size : FLAT_HEADER);
	start(f, header, watcher);
	for (size_t i = FLAT_HEADER; i < size && i < most && !f->broken; i++)
		if ((data[i] & 7) < f->task_count)
			move(f, data[i] & 7, data[i] >> 3);
	drain(f);
	return end(f);
}

const char *flat_finding(const struct flat *f, enum flat_end end)
{
	if (end == FLAT_BROKEN)
		return f->broken;
	if (end == FLAT_LOST_WAKEUP && !f->rules->loses_wakes)
		return "a policy that loses no wake-up lost one";
	return NULL;
}
