/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/check.h"
#include "model/secure_run.h"

/*
 * Who opens a TA that is not there makes it known as being loaded, and loads it with no mutex held.
 * Who else wants it waits for OP-TEE's condition variable with its thread held, and looks again
 * when the loading is over, however that ended (tee_ta_init_session_with_context()). It is there
 * while sessions of it are. Of a TA that is not single-instance each open loads an instance of its
 * own, but while the first one is loaded nobody knows that it is of this kind, and all wait.
 */
static uint8_t *loaded(const struct thread_run *run, const struct instruction *at)
{
	return &world_loaded(run->m, run->w)[at->object - model_first_load_lock(run->m)];
}

/*
 * So many sessions are counted by no scenario but one whose tasks open one over and over at once.
 */
static void count(const struct thread_run *run, const struct instruction *at)
{
	uint8_t *references = loaded(run, at);
	bool stays = run->m->ta_keep_alive[model_lock_ta(run->m, at->object)];

	if (stays)
		*references = LOADED_STAYS;
	else if (*references < LOADED_STAYS)
		(*references)++;
}

static bool want(struct thread_run *run, const struct instruction *at, struct secure_lock *lock)
{
	if (*loaded(run, at) > 0) {
		if (at->flags == 0)
			count(run, at);
		run_touch(run, at, TEEQ_EVENT_TOUCH_LOADED);
		run->thread->pc = at->target;
		return true;
	}
	return run_claim(run, at, lock);
}

static void drop(struct thread_run *run, const struct instruction *at)
{
	uint8_t *references = loaded(run, at);

	/*
	 * A session may have been opened twice at once, and is closed as often as it is found open.
	 */
	if (*references == 0 || *references >= LOADED_STAYS || --*references > 0)
		return;
	run_touch(run, at, TEEQ_EVENT_TOUCH_UNLOAD);
}

bool run_load(struct thread_run *run, const struct instruction *at)
{
	struct secure_lock *lock = world_secure_lock(run->m, run->w, at->object);

	INVARIANT(at->object >= model_first_load_lock(run->m) &&
			  at->object < model_first_session_lock(run->m),
		  "lock %u is of no TA that is loaded", at->object);
	switch (at->op) {
	case OP_LOAD_ENTER:
		return want(run, at, lock);
	case OP_LOAD_DONE:
		run_let_go(run, at, lock);
		run_broadcast(run, lock);
		count(run, at);
		run_touch(run, at, TEEQ_EVENT_TOUCH_LOAD);
		break;
	case OP_LOAD_COUNT:
		if (at->flags)
			*loaded(run, at) = LOADED_STAYS;
		else
			count(run, at);
		break;
	default:
		drop(run, at);
		break;
	}
	return run_on(run, 1);
}
