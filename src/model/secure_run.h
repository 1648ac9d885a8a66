/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_SECURE_RUN_H
#define MODEL_SECURE_RUN_H

#include "model/step.h"

/* A thread of the secure world between two SMCs. */
struct thread_run {
	const struct teeq_model *m;
	struct teeq_world *w;
	struct thread *thread;
	unsigned int context;
	unsigned int index; /* of the task that made the call */
	bool moved;         /* it did something already */
	bool failed;        /* a TA was busy, and could not be waited for; or the session is gone */
	uint8_t touch;      /* enum teeq_event_touch, and of what */
	uint16_t touched;
	struct secure_result result;
};

/* secure_wait.c: who waits for a lock, in the order of arrival. NULL: this thread does not. */
struct secure_wait *run_find_wait(const struct thread_run *run, struct secure_lock *lock);
void run_add_wait(const struct thread_run *run, struct secure_lock *lock, uint8_t flags,
		  unsigned int condition);
void run_remove_wait(const struct thread_run *run, struct secure_lock *lock,
		     struct secure_wait *wait);
/* It cannot be had: the call fails. */
void run_fail(struct thread_run *run, unsigned int error);
/* On to an instruction so far behind this one. Returns true, for `return run_on(...)`. */
static inline bool run_on(struct thread_run *run, unsigned int distance)
{
	run->thread->pc = (uint16_t)(run->thread->pc + distance);
	return true;
}

/* Stop here until the key of this context is sent. Returns false, for `return run_sleep(...)`. */
bool run_sleep(struct thread_run *run);

/*
 * secure_session.c: an instruction about the lock of a session. It goes on to the next by itself,
 * and returns false where the thread stops.
 */
bool run_session(struct thread_run *run, const struct instruction *at);

/* secure_load.c: likewise, an instruction about the loading of a TA. */
bool run_load(struct thread_run *run, const struct instruction *at);

/*
 * What is written down of an instruction; take the lock of a session or of the loading of a TA, or
 * else go on to where the thread sleeps for it; let it go; and that everybody who waits for such a
 * lock is to ask again.
 */
void run_touch(struct thread_run *run, const struct instruction *at, enum teeq_event_touch what);
bool run_claim(struct thread_run *run, const struct instruction *at, struct secure_lock *lock);
void run_let_go(struct thread_run *run, const struct instruction *at, struct secure_lock *lock);
void run_broadcast(const struct thread_run *run, struct secure_lock *lock);

#endif
