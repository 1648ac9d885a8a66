/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can still move, and the end of a run. */
#include <errno.h>
#include <time.h>

#include "base/check.h"
#include "threads/threads.h"

/* --------------------------------------- who can move ----------------------------------------- */

bool threads_can_move(const struct teeq_threads *t, unsigned int task)
{
	return t->takes_all ? teeq_world_enabled(t->m, t->w) & task_bit(task) :
			  world_task_can_move(t->m, t->w, task);
}

/* Of @tasks, whose locks to look are held. */
static uint64_t movable(const struct teeq_threads *t, uint64_t tasks)
{
	uint64_t found = 0;

	if (t->takes_all)
		return tasks ? tasks & teeq_world_enabled(t->m, t->w) : 0;
	for (uint64_t left = tasks; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (world_task_can_move(t->m, t->w, task))
			found |= task_bit(task);
	}
	return found;
}

static void wake_up(struct sleeper *sleeper)
{
	pthread_mutex_lock(&sleeper->gate);
	sleeper->woken = true;
	pthread_cond_signal(&sleeper->moved);
	pthread_mutex_unlock(&sleeper->gate);
}

static void wake_blocked(struct teeq_threads *t, unsigned int set)
{
	uint64_t found = movable(t, t->blocked[set]);

	t->blocked[set] &= ~found;
	for (; found; found &= found - 1) {
		atomic_fetch_add(&t->running, 1);
		wake_up(&t->sleepers[__builtin_ctzll(found)]);
	}
}

static void wake_napping(struct teeq_threads *t, unsigned int set)
{
	for (uint64_t left = t->napping[set]; left; left &= left - 1) {
		unsigned int task = (unsigned int)__builtin_ctzll(left);

		if (!world_waits_for_time(t->m, t->w, task))
			wake_up(&t->sleepers[task]);
	}
}

/* Each of them stands in the list of the locks that it takes to see whether it can move. */
void threads_wake(struct teeq_threads *t, unsigned int held)
{
	for (unsigned int set = 1; set < LOCK_SETS; set++) {
		if ((set & held) != set)
			continue;
		wake_blocked(t, set);
		wake_napping(t, set);
	}
}

void threads_count_out(struct teeq_threads *t, unsigned int task)
{
	uint64_t *blocked = &t->blocked[locks_to_look(t, task)];

	if (*blocked & task_bit(task))
		return; /* it has not begun */
	*blocked |= task_bit(task);
	atomic_fetch_sub(&t->running, 1);
}

/* ------------------------------------------ time ---------------------------------------------- */

struct timespec threads_in_us(uint64_t microseconds)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += (time_t)(microseconds / 1000000);
	time.tv_nsec += (long)(microseconds % 1000000) * 1000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

uint64_t threads_now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ------------------------------------------ watching ------------------------------------------ */

void threads_tell(struct teeq_threads *t)
{
	if (atomic_load(&t->running) > 0 && !threads_stopped(t))
		return;
	pthread_mutex_lock(&t->watch);
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->watch);
}

/* Until nobody can move, or the run is over. False: nothing happens, although somebody could. */
static bool wait_for_rest(struct teeq_threads *t, unsigned int stall_ms)
{
	uint64_t seen = atomic_load(&t->order);
	struct timespec due = threads_in_us(stall_ms * UINT64_C(1000));
	bool stalled = false;
	int late = 0;

	pthread_mutex_lock(&t->watch);
	while (atomic_load(&t->running) > 0 && !threads_stopped(t) && !stalled) {
		late = stall_ms > 0 ? pthread_cond_timedwait(&t->changed, &t->watch, &due) :
				      pthread_cond_wait(&t->changed, &t->watch);
		if (late != ETIMEDOUT)
			continue;
		stalled = atomic_load(&t->order) == seen && atomic_load(&t->running) > 0;
		seen = atomic_load(&t->order);
		due = threads_in_us(stall_ms * UINT64_C(1000));
	}
	pthread_mutex_unlock(&t->watch);
	return !stalled;
}

/*
 * Everything is held. Nobody can move: the next stage begins, or this is the end; a fault may have
 * come in between. Returns whether it is the end.
 */
static bool is_at_rest(struct teeq_threads *t)
{
	unsigned int stage = t->w->stage;

	if (threads_stopped(t))
		return true;
	if (atomic_load(&t->running) > 0)
		return false;
	CHECK(!teeq_world_enabled(t->m, t->w), "a thread that could move was not woken");
	world_settle(t->m, t->w);
	threads_wake(t, LOCK_ALL);
	return t->w->stage == stage || atomic_load(&t->running) == 0;
}

enum teeq_verdict teeq_threads_watch(struct teeq_threads *t, unsigned int stall_ms)
{
	enum teeq_verdict verdict = TEEQ_VERDICT_LIMIT;
	bool over = false;

	if (!t)
		return TEEQ_VERDICT_LIMIT;
	while (!over) {
		if (!wait_for_rest(t, stall_ms))
			return TEEQ_VERDICT_LIMIT;
		locks_take(t, LOCK_ALL);
		over = is_at_rest(t);
		if (over)
			verdict = teeq_world_verdict(t->m, t->w);
		locks_drop(t, LOCK_ALL);
	}
	return threads_stopped(t) && verdict != TEEQ_VERDICT_VIOLATION ? TEEQ_VERDICT_LIMIT :
									 verdict;
}

void teeq_threads_stop(struct teeq_threads *t)
{
	if (!t)
		return;

	atomic_store(&t->stopped, true);
	for (unsigned int i = 0; i < t->m->task_count; i++) {
		/* Who looks at the flag holds the gate, so that nobody misses the signal. */
		pthread_mutex_lock(&t->sleepers[i].gate);
		pthread_cond_signal(&t->sleepers[i].moved);
		pthread_mutex_unlock(&t->sleepers[i].gate);
	}
	/* Whoever is in a section now finishes it before this returns. */
	locks_take(t, LOCK_ALL);
	locks_drop(t, LOCK_ALL);
	pthread_mutex_lock(&t->watch);
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->watch);
}

const struct teeq_world *teeq_threads_world(const struct teeq_threads *t)
{
	return t ? t->w : NULL;
}
