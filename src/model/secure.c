/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/secure_run.h"

/*
 * What a thread of the secure world does between two SMCs. Its mutexes put a waiter to sleep by an
 * RPC, so that it keeps its context (OP-TEE OS, wait queues over NOTIFICATION_WAIT and _SEND); a
 * wake does not hand the mutex over, the woken thread tries again.
 */

static unsigned int single_lock(const struct thread_run *run)
{
	return model_single_lock(run->m);
}

/* How often the thread has @lock. */
static uint8_t *own_hold(const struct thread_run *run, unsigned int lock)
{
	return &world_holds(run->m, run->w, lock)[run->context];
}

/* ------------------------------------------- mutexes ------------------------------------------ */

/* Returns false when the thread has to wait, and is to try the same again. */
static bool secure_take(struct thread_run *run, unsigned int index, bool read)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, index);
	struct secure_wait *own = run_find_wait(run, lock);

	INVARIANT(index < run->m->secure_lock_count, "lock %u of %u", index,
		  run->m->secure_lock_count);
	if (own && !(own->flags & WAIT_DONE))
		return run_sleep(run);
	if (own)
		run_remove_wait(run, lock, own);
	if (lock->holders != 0 && !(read && lock->holders != SECURE_WRITER)) {
		run_add_wait(run, lock, read ? WAIT_READ : 0, 0);
		return run_sleep(run);
	}
	if (read && lock->holders == SECURE_WRITER - 1) {
		world_violate(run->w, VIOLATION_READERS);
		return true;
	}
	lock->holders = read ? (uint8_t)(lock->holders + 1) : SECURE_WRITER;
	hold_take(run->m, run->w, index, run->context);
	return true;
}

static bool secure_release(struct thread_run *run, unsigned int index)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, index);

	INVARIANT(index < run->m->secure_lock_count, "lock %u of %u", index,
		  run->m->secure_lock_count);
	if (lock->holders == 0) {
		world_violate(run->w, VIOLATION_SECURE_UNLOCK);
		return run_on(run, UNLOCK_WAKE);
	}
	lock->holders = lock->holders == SECURE_WRITER ? 0 : (uint8_t)(lock->holders - 1);
	hold_release(run->m, run->w, index, run->context, run->index);
	return run_on(run, lock->holders > 0 ? UNLOCK_DONE : UNLOCK_WAKE);
}

/*
 * The first who waits for the mutex itself and was not woken yet; @read: of those who want to read.
 */
static struct secure_wait *next_wait(const struct thread_run *run, struct secure_lock *lock,
				     bool read)
{
	for (unsigned int i = 0; i < run->m->thread_count && lock->waits[i].context; i++) {
		struct secure_wait *wait = &lock->waits[i];

		if (!wait->condition && !(wait->flags & WAIT_DONE) &&
		    (!read || (wait->flags & WAIT_READ)))
			return wait;
	}
	return NULL;
}

/*
 * Wake the next waiter (wq_wake_next()): it may try again. Each waiter is woken by an RPC of its
 * own. Where the first wants to read, all other readers are woken as well, one after the other, as
 * each RPC returns. That is what the second of two instructions does: there, @read is set.
 */
static bool secure_wake(struct thread_run *run, unsigned int index, bool read)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, index);
	struct secure_wait *wait = next_wait(run, lock, read);

	if (!wait)
		return run_on(run, read ? 1 : WAKE_DONE);
	wait->flags |= WAIT_DONE;
	if (!read)
		run_on(run, wait->flags & WAIT_READ ? WAKE_READERS : WAKE_DONE);
	run->result = (struct secure_result){
		.stop = SECURE_SEND,
		.object = (uint16_t)model_context_key(run->m, wait->context - 1u),
	};
	return false;
}

/* -------------------------------------- condition variables ----------------------------------- */

static bool prepare(struct thread_run *run, unsigned int index, unsigned int condition)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, index);
	bool reads = lock->holders != SECURE_WRITER;

	run_add_wait(run, lock, reads ? WAIT_READ : 0, condition + 1);
	return secure_release(run, index);
}

/*
 * A wait for a condition is two instructions. The first sleeps even if the thread was woken
 * meanwhile: the notification is on its way, and would else reach whoever has this context next.
 * The second sleeps until woken. Behind them stand the instructions that take the mutex again: for
 * writing; for reading.
 */
static bool await_signal(struct thread_run *run, const struct instruction *at)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, at->object);
	struct secure_wait *own = run_find_wait(run, lock);
	bool first = at->count > 0;

	CHECK(own, "thread %u sleeps for a condition, and is not among those who wait for it",
	      run->context);
	if (first)
		run_on(run, 1);
	if (first || !(own->flags & (WAIT_DONE | WAIT_LATE))) {
		run_sleep(run);
		run->result.ticks = at->timeout;
		return false;
	}
	run_on(run, own->flags & WAIT_READ ? COND_READ : COND_WRITE);
	run_remove_wait(run, lock, own);
	return true;
}

/*
 * Who waits for the condition waits for its mutex from now on: it is woken when that is unlocked,
 * which is why whoever signals should hold it.
 */
static void signal_condition(const struct thread_run *run, const struct instruction *at)
{
	struct secure_lock *lock;

	if (run->m->condition_locks[at->condition] == 0)
		return; /* nobody ever waits for it */
	lock = world_secure_lock(run->m, run->w, run->m->condition_locks[at->condition] - 1u);
	for (unsigned int i = 0; i < run->m->thread_count; i++) {
		if (lock->waits[i].condition != at->condition + 1u)
			continue;
		lock->waits[i].condition = 0;
		if (at->count == 0)
			return;
	}
}

/* --------------------------------------------- TAs -------------------------------------------- */

static bool enter_single(struct thread_run *run)
{
	unsigned int single = single_lock(run);

	if (*own_hold(run, single) == 0)
		return secure_take(run, single, false) && run_on(run, 1);
	hold_take(run->m, run->w, single, run->context);
	return run_on(run, 1);
}

static bool leave_single(struct thread_run *run)
{
	unsigned int single = single_lock(run);

	if (*own_hold(run, single) <= 1)
		return secure_release(run, single);
	(*own_hold(run, single))--;
	return run_on(run, UNLOCK_DONE); /* it is held still: nobody is woken */
}

/*
 * A TA serves one call at a time. Who holds the lock of single-instance TAs does not wait for
 * another one: that could be a circle. Opening a session is answered with BUSY, invoking panics the
 * core (OP-TEE 4.10, tee_ta_try_set_busy() and tee_ta_set_busy()).
 */
static bool enter_ta(struct thread_run *run, const struct instruction *at)
{
	const struct secure_lock *ta = world_secure_lock(run->m, run->w, at->object);

	if (ta->holders != 0 && *own_hold(run, single_lock(run)) > 0) {
		if (at->count == 0) {
			world_violate(run->w, VIOLATION_PANIC);
			run->result.stop = SECURE_WORK;
			return false;
		}
		secure_give_up(run->m, run->w, run->context, at);
		run_fail(run, TEEQ_FAILURE_BUSY);
		return true;
	}
	return secure_take(run, at->object, false) && run_on(run, 1);
}

/* ---------------------------------------- instructions ---------------------------------------- */

/*
 * Whether @at would give back, in the clean-up, a lock
 * that the thread does not hold: then nothing is done.
 */
static bool has_not(const struct thread_run *run, const struct instruction *at)
{
	return at->op == OP_GIVE_BACK && *own_hold(run, at->object) == 0;
}

/*
 * Whether @at looks at, or clears, a cancellation that
 * nobody can have asked for: then nothing is done.
 */
static bool is_never_cancelled(const struct thread_run *run, const struct instruction *at)
{
	return (at->op == OP_CANCEL_LOOK || at->op == OP_CANCEL_END) &&
	       !cancel_flag(run->m, run->w, run->index);
}

/* The thread stops, and goes on with the next instruction later. */
static bool stop(struct thread_run *run, enum secure_stop why, const struct instruction *at)
{
	run_on(run, 1);
	run->result = (struct secure_result){
		.stop = why,
		.object = at->object,
		.ticks = at->ticks,
	};
	return false;
}

static bool turn(struct thread_run *run, const struct instruction *at)
{
	struct thread *thread = run->thread;

	INVARIANT(at->op == OP_LOOP || thread->loops[at->counter] > 0,
		  "a loop is at its end before it began");
	thread->pc++;
	if (at->op == OP_LOOP)
		thread->loops[at->counter] = at->count;
	else if (--thread->loops[at->counter] > 0)
		thread->pc = at->target;
	return true;
}

static bool stop_at(struct thread_run *run, const struct instruction *at)
{
	switch (at->op) {
	case OP_RPC:
		return stop(run, SECURE_RPC, at);
	case OP_WAIT_KEY:
		return stop(run, SECURE_WAIT, at);
	case OP_NOTIFY:
		return stop(run, SECURE_SEND, at);
	case OP_SUSPEND:
		return stop(run, SECURE_SLEEP, at);
	case OP_WORK:
		return stop(run, SECURE_WORK, at);
	case OP_INTERRUPT:
		return stop(run, SECURE_INTERRUPT, at);
	case OP_AGAIN:
		return stop(run, SECURE_WORK, at);
	case OP_FAIL:
		call_fail(run->m, run->w, run->index, at->error);
		stop(run, SECURE_WORK, at);
		run->result.ticks = 0;
		secure_give_up(run->m, run->w, run->context, at);
		return false;
	default:
		run->thread->pc = CODE_NONE;
		run->result = (struct secure_result){ .stop = SECURE_EXIT };
		return false;
	}
}

/*
 * An instruction about a lock of the secure world.
 * Returns whether it is done, and the thread further on.
 */
static bool lock_step(struct thread_run *run, const struct instruction *at)
{
	switch (at->op) {
	case OP_SECURE_LOCK:
		return secure_take(run, at->object, at->count > 0) && run_on(run, 1);
	case OP_SECURE_UNLOCK:
	case OP_GIVE_BACK:
		return secure_release(run, at->object);
	case OP_SECURE_WAKE:
		return secure_wake(run, at->object, at->count > 0);
	case OP_COND_PREPARE:
		return prepare(run, at->object, at->condition);
	case OP_COND_SLEEP:
		return await_signal(run, at);
	case OP_SINGLE_ENTER:
		return enter_single(run);
	default:
		return leave_single(run);
	}
}

/* What of it a trace tells: only what others can see. */
static void note_touch(struct thread_run *run, const struct instruction *at, bool done)
{
	bool condition = at->op == OP_COND_PREPARE || at->op == OP_COND_SIGNAL;

	if (op_infos[at->op].touch == 0 || run->touch != 0)
		return;
	run->touch = op_infos[at->op].touch;
	run->touched = condition ? at->condition : at->object;
	if (run->touch == TEEQ_EVENT_TOUCH_POLLED && !done)
		run->touch = TEEQ_EVENT_TOUCH_POLL;
	if (run->touch == TEEQ_EVENT_TOUCH_TAKE && (!done || run->failed))
		run->touch = TEEQ_EVENT_TOUCH_TAKEN;
}

/*
 * One look at the event. Where it is not signalled, the
 * thread is interrupted, and looks again once resumed.
 */
static bool poll(struct thread_run *run, const struct instruction *at)
{
	if (run->w->events >> at->object & 1)
		return true;
	run->result = (struct secure_result){ .stop = SECURE_POLL, .object = at->object };
	return false;
}

/*
 * OP_CANCEL_LOOK: TEE_Wait fails where its session was cancelled. OP_CANCEL_END: the TA returns, so
 * that what was asked until now is over.
 */
static bool cancel_step(struct thread_run *run, const struct instruction *at)
{
	const struct task *task = world_task(run->m, run->w, run->index);
	uint8_t *flag = cancel_flag(run->m, run->w, run->index);
	bool ends = at->op == OP_CANCEL_END;

	if (*flag && run->touch == 0) {
		run->touch = ends ? TEEQ_EVENT_TOUCH_CANCEL_OVER : TEEQ_EVENT_TOUCH_CANCELLED;
		run->touched = run->m->code[task->levels[task->top].pc].object;
	}
	if (*flag && !ends) {
		secure_give_up(run->m, run->w, run->context, at);
		run_fail(run, TEEQ_FAILURE_CANCEL);
		return true;
	}
	if (ends)
		*flag = 0;
	return run_on(run, 1);
}

/* One instruction. Returns false when the thread stops. */
static bool execute(struct thread_run *run, const struct instruction *at)
{
	switch (at->op) {
	case OP_LOOP:
	case OP_NEXT:
		return turn(run, at);
	case OP_GOTO:
		run->thread->pc = at->target;
		return true;
	case OP_CATCH:
		run->thread->pc = task_catch(run->m, run->w, run->index, at) ?
					  (uint16_t)(run->thread->pc + 1) :
					  at->target;
		return true;
	case OP_RAISE:
		secure_give_up(run->m, run->w, run->context, at);
		return true;
	case OP_TA_ENTER:
		return enter_ta(run, at);
	case OP_SESSION_ENTER:
	case OP_SESSION_SLEEP:
	case OP_SESSION_LEAVE:
	case OP_SESSION_UNLINK:
	case OP_SESSION_BEGIN:
		return run_session(run, at);
	case OP_LOAD_ENTER:
	case OP_LOAD_DONE:
	case OP_LOAD_COUNT:
	case OP_LOAD_DROP:
		return run_load(run, at);
	case OP_CANCEL_LOOK:
	case OP_CANCEL_END:
		return cancel_step(run, at);
	case OP_COND_SIGNAL:
		signal_condition(run, at);
		break;
	case OP_POLL:
		if (!poll(run, at))
			return false;
		break;
	case OP_ASYNC:
		async_raise(run->m, run->w, run->m->tasks[run->index].guest, at->object);
		break;
	case OP_SECURE_LOCK:
	case OP_SECURE_UNLOCK:
	case OP_GIVE_BACK:
	case OP_SECURE_WAKE:
	case OP_COND_PREPARE:
	case OP_COND_SLEEP:
	case OP_SINGLE_ENTER:
	case OP_SINGLE_LEAVE:
		return lock_step(run, at);
	default:
		return stop_at(run, at);
	}
	return run_on(run, 1);
}

/*
 * Whether executing an instruction led to a place where instruction_successors() says that it may
 * lead: who only reads code must not be wrong about it.
 */
static bool secure_is_expected(const struct thread_run *run, unsigned int from)
{
	const struct instruction *code = run->m->code;
	unsigned int to = run->thread->pc;

	/* A thread that was woken asks again, by the same instruction. */
	return to == from || to == CODE_NONE || instruction_leads(code, from, to) ||
	       (code[from].op == OP_SESSION_SLEEP &&
		instruction_leads(code, code[from].target, to));
}

struct secure_result secure_run(const struct teeq_model *m, struct teeq_world *w,
				unsigned int context, unsigned int index)
{
	struct thread_run run = {
		.m = m,
		.w = w,
		.thread = world_thread(m, w, context),
		.context = context,
		.index = index,
		.result = { .stop = SECURE_EXIT },
	};
	bool goes_on = true;

	INVARIANT(context < m->thread_count && index < m->task_count,
		  "context %u of %u runs, for task %u", context, m->thread_count, index);
	while (goes_on && run.thread->pc != CODE_NONE) {
		const struct instruction *at = &m->code[run.thread->pc];

		if (op_is(at->op, OP_SHARED)) {
			if (has_not(&run, at)) {
				run.thread->pc = at->target;
				continue;
			}
			if (is_never_cancelled(&run, at)) {
				run.thread->pc++;
				continue;
			}
			/*
			 * What others can see is done where a step
			 * begins, so that they may come in between.
			 */
			if (run.moved) {
				run.result = (struct secure_result){ .stop = SECURE_WORK };
				break;
			}
		}
		/* Turns of loops alone can neither be seen nor last. */
		run.moved |= !op_is(at->op, OP_SILENT);
		goes_on = execute(&run, at);
		INVARIANT(secure_is_expected(&run, (unsigned int)(at - m->code)),
			  "instruction %d leads to %u", (int)(at - m->code), run.thread->pc);
		note_touch(&run, at, goes_on);
	}
	if (run.result.stop == SECURE_EXIT && m->secure_lock_count > 0)
		hold_keep(m, w, context, index);
	run.result.failed = run.failed;
	run.result.touch = run.touch;
	run.result.touched = run.touched;
	return run.result;
}
