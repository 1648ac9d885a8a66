/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/check.h"
#include "model/secure_run.h"

/*
 * Who waits for a lock of the secure world, or for what is like one: in a list in the order of
 * arrival, with the thread held.
 */

struct secure_wait *run_find_wait(const struct thread_run *run, struct secure_lock *lock)
{
	for (unsigned int i = 0; i < run->m->thread_count && lock->waits[i].context; i++)
		if (lock->waits[i].context == run->context + 1)
			return &lock->waits[i];
	return NULL;
}

void run_add_wait(const struct thread_run *run, struct secure_lock *lock, uint8_t flags,
		  unsigned int condition)
{
	unsigned int i = 0;

	INVARIANT(!lock->waits[run->m->thread_count - 1].context,
		  "more threads wait for a lock than there are");
	while (lock->waits[i].context)
		i++;
	lock->waits[i] = (struct secure_wait){
		.context = (uint8_t)(run->context + 1),
		.flags = flags,
		.condition = (uint8_t)condition,
	};
}

void run_remove_wait(const struct thread_run *run, struct secure_lock *lock,
		     struct secure_wait *wait)
{
	struct secure_wait *last = &lock->waits[run->m->thread_count - 1];

	CHECK(wait, "thread %u is taken out of a list that it is not in", run->context);
	memmove(wait, wait + 1, (size_t)(last - wait) * sizeof(*wait));
	*last = (struct secure_wait){ 0 };
}

bool run_sleep(struct thread_run *run)
{
	run->result = (struct secure_result){
		.stop = SECURE_WAIT,
		.object = (uint16_t)model_context_key(run->m, run->context),
	};
	return false;
}

void run_fail(struct thread_run *run, unsigned int error)
{
	run->failed = true;
	call_fail(run->m, run->w, run->index, error);
}

void run_touch(struct thread_run *run, const struct instruction *at, enum teeq_event_touch what)
{
	run->touch = (uint8_t)what;
	run->touched = at->object;
}

bool run_claim(struct thread_run *run, const struct instruction *at, struct secure_lock *lock)
{
	if (lock->holders) {
		run_add_wait(run, lock, 0, WAITS_FOR_SESSION);
		run_touch(run, at, TEEQ_EVENT_TOUCH_TAKEN);
		return run_on(run, GO_SLEEP);
	}
	lock->holders = SECURE_WRITER;
	hold_take(run->m, run->w, at->object, run->context);
	run_touch(run, at, TEEQ_EVENT_TOUCH_TAKE);
	return run_on(run, GO_ON);
}

void run_let_go(struct thread_run *run, const struct instruction *at, struct secure_lock *lock)
{
	INVARIANT(lock->holders == SECURE_WRITER, "lock %u is let go that nobody has", at->object);
	lock->holders = 0;
	hold_release(run->m, run->w, at->object, run->context, run->index);
}

void run_broadcast(const struct thread_run *run, struct secure_lock *lock)
{
	for (unsigned int i = 0; i < run->m->thread_count && lock->waits[i].context; i++)
		lock->waits[i].condition = 0;
}

/*
 * Whether its wait may end by time: behind the first of the two instructions of a wait for a
 * condition. Behind both it waits for the mutex, which has no timeout.
 */
bool secure_wait_ends(const struct teeq_model *m, const struct teeq_world *w, unsigned int context)
{
	const struct instruction *behind = secure_rpc(m, w, context);

	return behind->op == OP_COND_SLEEP && behind->count > 0 && behind->timeout > 0;
}

void secure_note_late(const struct teeq_model *m, struct teeq_world *w, unsigned int context)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		struct secure_lock *lock = world_secure_lock(m, w, i);

		for (unsigned int j = 0; j < m->thread_count; j++)
			if (lock->waits[j].context == context + 1)
				lock->waits[j].flags |= WAIT_LATE;
	}
}

void secure_note_strayed(const struct teeq_model *m, struct teeq_world *w, unsigned int context,
			 unsigned int guest)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		struct secure_lock *lock = world_secure_lock(m, w, i);

		for (unsigned int j = 0; j < m->thread_count; j++) {
			struct secure_wait *wait = &lock->waits[j];

			if (wait->context != context + 1 || !(wait->flags & WAIT_DONE))
				continue;
			wait->flags &= (1u << WAIT_STRAYED_SHIFT) - 1;
			wait->flags |= (uint8_t)((guest + 1) << WAIT_STRAYED_SHIFT);
		}
	}
}
