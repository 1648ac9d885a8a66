/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/secure_run.h"

/*
 * OP-TEE lets one invoke or close into a session at a time (tee_ta_get_session(), exclusive). The
 * next waits for the session's condition variable with its thread held. Who leaves broadcasts it:
 * all who wait are from then on waiters of the mutex around OP-TEE's list of sessions, of whom each
 * unlock wakes one. That mutex is held for no longer than a step here. Its waiters stand among
 * those of the session they want, where each that was woken wakes the next: who takes the session,
 * who finds it taken again, and who finds it gone.
 */

static uint8_t *is_gone(const struct thread_run *run, const struct instruction *at)
{
	return &world_gone(run->m, run->w)[at->object - model_first_session_lock(run->m)];
}

/* Where who closes the session is the only one left to wait, it waits no longer. */
static void note_gone(struct secure_lock *lock)
{
	struct secure_wait *first = lock->waits;

	/* It has a thread, and so has who came here: there are two at least. */
	if (first->condition == WAITS_FOR_NOBODY && !first[1].context)
		first->condition = 0;
}

static bool secure_session_enter(struct thread_run *run, const struct instruction *at,
				 struct secure_lock *lock)
{
	if (*is_gone(run, at)) {
		run_fail(run, TEEQ_FAILURE_BAD_PARAMETERS);
		run_touch(run, at, TEEQ_EVENT_TOUCH_GONE);
		note_gone(lock);
		run->thread->pc = at->target;
		return true;
	}
	return run_claim(run, at, lock);
}

/* The session is no more. Who still waits for it has to come and see that first. */
static bool shut(struct thread_run *run, const struct instruction *at, struct secure_lock *lock)
{
	*is_gone(run, at) = 1;
	run_broadcast(run, lock);
	if (lock->waits[0].context) {
		run_add_wait(run, lock, 0, WAITS_FOR_NOBODY);
		run_touch(run, at, TEEQ_EVENT_TOUCH_CLOSE);
		return run_on(run, GO_SLEEP);
	}
	run_let_go(run, at, lock);
	run_touch(run, at, TEEQ_EVENT_TOUCH_RELEASE);
	return run_on(run, GO_ON);
}

static bool try_again(struct thread_run *run, const struct instruction *at,
		      struct secure_lock *lock)
{
	if (at->op == OP_LOAD_ENTER)
		return run_load(run, at);
	return at->op == OP_SESSION_ENTER ? secure_session_enter(run, at, lock) :
					    shut(run, at, lock);
}

/* As behind a condition variable: once even if it was woken meanwhile, then until it was. */
static bool await_turn(struct thread_run *run, const struct instruction *at,
		       struct secure_lock *lock)
{
	struct secure_wait *own = run_find_wait(run, lock);

	CHECK(own, "thread %u waits for session lock %u, and is not in its list", run->context,
	      at->object);
	if (at->count)
		run_on(run, 1);
	if (at->count || !(own->flags & WAIT_DONE))
		return run_sleep(run);
	run_remove_wait(run, lock, own);
	run->thread->pc = at->target;
	return try_again(run, &run->m->code[at->target], lock);
}

static bool leave(struct thread_run *run, const struct instruction *at, struct secure_lock *lock)
{
	run_let_go(run, at, lock);
	run_broadcast(run, lock);
	run_touch(run, at, TEEQ_EVENT_TOUCH_RELEASE);
	return run_on(run, 1);
}

bool run_session(struct thread_run *run, const struct instruction *at)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, at->object);

	INVARIANT(at->object < run->m->secure_lock_count, "lock %u of %u", at->object,
		  run->m->secure_lock_count);
	switch (at->op) {
	case OP_SESSION_SLEEP:
		return await_turn(run, at, lock);
	case OP_SESSION_LEAVE:
		return leave(run, at, lock);
	case OP_SESSION_BEGIN:
		*is_gone(run, at) = 0;
		return run_on(run, 1);
	default:
		return try_again(run, at, lock);
	}
}
