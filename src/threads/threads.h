/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef THREADS_THREADS_H
#define THREADS_THREADS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/prng.h"
#include "model/world.h"
#include "teeq/threads.h"

/*
 * The locks of the two kernels, as a set. They are taken in this order.
 *
 * QUEUE   call queues and sessions
 * POOL    thread contexts of the secure world, and what their threads share there
 * OUTSIDE what surrounds both: mutexes, events, barriers, devices, channels, notifications,
 * tee-supplicant
 *
 * What a task is about is its own, whichever lock it holds. Who looks at, or changes, what others
 * are about takes all: no action does without one. But for who waits: a task that waits for its
 * request to be answered moves under OUTSIDE alone, where it is answered.
 */
enum {
	LOCK_QUEUE = 1,
	LOCK_POOL = 2,
	LOCK_OUTSIDE = 4,
	LOCK_ALL = 7,
	LOCK_COUNT = 3,
	LOCK_SETS = 8,
};

/* One action, or one choice of the caller's own code. */
struct record {
	uint64_t order;
	uint64_t hash; /* of the event */
	uint16_t pc;   /* of a choice: where the code goes on; otherwise CODE_NONE */
	uint8_t action;
	uint8_t outcome;
};

/* The actions of one task, written by its thread only. */
struct log {
	struct record *records;
	size_t count;
	size_t capacity;
	bool cut; /* it grew too long: what followed is not in it */
};

/*
 * The thread of a task.
 *
 * @gate, @moved, @woken  it sleeps here, whatever it waits for. Whoever sets @woken holds the locks
 *                        of that
 * @begun                 its stage has
 * @failure, @level       of a step of the caller's own code: what it was answered, and where it
 *                        stands
 */
struct sleeper {
	pthread_mutex_t gate;
	pthread_cond_t moved;
	bool woken;
	bool begun;
	struct prng prng;
	struct teeq_threads_stats stats;
	struct log log;
	int failure;
	unsigned int level;
};

/*
 * @locks     of LOCK_QUEUE, ...
 * @takes_all every action takes all of them: whether a task can move is a question about all others
 * @behind    by instruction: the locks of the invisible ones from there up to the next that can be
 *            seen
 * @services  the same for the beginning of any service
 * @blocked   by lock set: the tasks that cannot move before somebody holds those locks, one bit
 *            each
 * @napping   those that let time pass, which may be cut short; likewise
 * @running   tasks that are not blocked. Whoever wakes one counts it, and is itself counted while
 *            doing so: 0 means that nobody is left who could wake anybody
 * @order     actions so far; taken under the action's locks
 * @stopped   set once, looked at behind every lock
 * @watch, @changed  for whoever watches
 */
struct teeq_threads {
	const struct teeq_model *m;
	struct teeq_threads_options options;
	struct teeq_world *w;
	pthread_mutex_t locks[LOCK_COUNT];
	bool takes_all;
	uint8_t *behind;
	uint8_t services;
	uint64_t blocked[LOCK_SETS];
	uint64_t napping[LOCK_SETS];
	atomic_uint running;
	atomic_uint_fast64_t order;
	atomic_bool stopped;
	pthread_mutex_t watch;
	pthread_cond_t changed;
	struct sleeper sleepers[];
};

/*
 * locks.c: fill the tables; what the next action of @task takes, and what it takes to see that it
 * can move: none, where it can in any case.
 */
bool locks_init(struct teeq_threads *t);
unsigned int locks_of(const struct teeq_threads *t, unsigned int task);
unsigned int locks_to_look(const struct teeq_threads *t, unsigned int task);
void locks_take(struct teeq_threads *t, unsigned int set);
void locks_drop(struct teeq_threads *t, unsigned int set);

static inline bool threads_stopped(const struct teeq_threads *t)
{
	return atomic_load_explicit(&t->stopped, memory_order_relaxed);
}

/* Whether @task can move; under the locks to look. */
bool threads_can_move(const struct teeq_threads *t, unsigned int task);
/* Under the locks of @set: let go of those who wait for what they protect. */
void threads_wake(struct teeq_threads *t, unsigned int set);
/* @task, with the locks to look held, cannot move: it is not counted any more. */
void threads_count_out(struct teeq_threads *t, unsigned int task);
/* Tell whoever watches that there is something to see. */
void threads_tell(struct teeq_threads *t);
void threads_log(struct teeq_threads *t, unsigned int task, const struct record *record);
/* The point in time, on the monotonic clock, when so much of it has passed; and that clock. */
struct timespec threads_in_us(uint64_t microseconds);
uint64_t threads_now_ns(void);

#endif
