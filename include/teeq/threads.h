/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_THREADS_H
#define TEEQ_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/status.h"
#include "teeq/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A model on real threads: a pthread for each task, which performs the actions of its task and
 * sleeps while it cannot move. What an action does is the model's step (teeq/world.h), done under
 * the locks that the action takes in the two kernels: that of the call queue, that of the secure
 * threads, and one for what surrounds them. When it happens is decided by threads and locks alone.
 *
 *	teeq_threads_new(model, &options, &threads, &error);
 *	for (i = 0; i < teeq_model_task_count(model); i++)
 *		pthread_create(&thread[i], NULL, body, ...); it calls teeq_threads_task(threads, i)
 *	verdict = teeq_threads_watch(threads, 10000);
 *	teeq_threads_stop(threads);
 *	for (i = 0; i < teeq_model_task_count(model); i++)
 *		pthread_join(thread[i], NULL);
 *	teeq_threads_free(threads);
 */
struct teeq_threads;

/*
 * All zero is a legal choice.
 *
 * @pause_percent  0..100: how often a thread lets others go first between two actions, so that
 *                 races show on few processors too; drawn from @seed, for each task apart
 * @record         keep what is needed for teeq_threads_compare()
 * @on_event       called for every action, or NULL. Runs on the task's thread under the locks of
 *                 the action, so two threads may be in it at once, with different actions; it must
 *                 not block or call anything of this header. event->step is the place of the action
 *                 among all. What an event says of the queue (free_count, system_session_count,
 *                 waiter_count) is 0
 * @gives_up       asked on the task's thread before every action, without any lock: whether the run
 *                 is to end as if by teeq_threads_stop(). NULL: never
 * @code           the caller's own code at a TEEQ_STEP_CODE of @task: of its script, or of service
 *                 @service where that is not -1. On the task's thread, without any lock; may block,
 *                 and does the steps that it may by teeq_threads_do(). NULL: it does nothing there
 * @argument       handed through
 */
struct teeq_threads_options {
	unsigned int pause_percent;
	uint64_t seed;
	bool record;
	void (*on_event)(void *argument, const struct teeq_event *event);
	bool (*gives_up)(void *argument);
	void (*code)(void *argument, struct teeq_threads *threads, unsigned int task, int service);
	void *argument;
};

/*
 * A run of @model, which must outlive it, from its initial state; on success *@threads is the
 * caller's. TEEQ_EINPUT: a pointer is NULL, or @pause_percent out of range. TEEQ_ENOMEM. No thread
 * is started.
 */
TEEQ_API enum teeq_status teeq_threads_new(const struct teeq_model *model,
					   const struct teeq_threads_options *options,
					   struct teeq_threads **threads, struct teeq_error *error);
/* Free @threads, once no thread is in it any more. NULL is fine. */
TEEQ_API void teeq_threads_free(struct teeq_threads *threads);

/*
 * Do what @task does, on the calling thread, up to its end or the run's; each task by one thread,
 * once. A thread of tee-supplicant or of an interrupt, and a fault, have no end of their own. Those
 * that begin later (stages) may be called at once: they wait.
 */
TEEQ_API void teeq_threads_task(struct teeq_threads *threads, unsigned int task);

/*
 * Wait until nobody can move, and say what that is (teeq_world_verdict()): who is blocked is
 * counted, so a hang is found at once, and only if it is one. A stage of the scenario begins at
 * such a moment. VERDICT_VIOLATION: an invariant broke, and the run is over. VERDICT_LIMIT: it was
 * given up or stopped; or for @stall_ms milliseconds (0: for ever) there was no action although
 * some task could move: the caller's own code does not come back, a task has no thread, or the
 * machine is very busy. One thread at a time.
 */
TEEQ_API enum teeq_verdict teeq_threads_watch(struct teeq_threads *threads, unsigned int stall_ms);

/*
 * End the run: nothing happens any more, and every thread comes to its end, those that are blocked
 * included. Callable from any thread, more than once.
 */
TEEQ_API void teeq_threads_stop(struct teeq_threads *threads);

/*
 * The world as the threads made it, for teeq/world.h and teeq/report.h. To be looked at behind
 * teeq_threads_watch(), while no thread can move, or behind teeq_threads_stop(). NULL: no @threads.
 */
TEEQ_API const struct teeq_world *teeq_threads_world(const struct teeq_threads *threads);

/*
 * @calls     standard calls that came to their end
 * @waits     how often one of them slept in the call queue
 * @wait_ns   nanoseconds of all those waits together, and of the longest; monotonic clock
 * @actions   of all kinds
 */
struct teeq_threads_stats {
	uint64_t calls;
	uint64_t waits;
	uint64_t wait_ns;
	uint64_t wait_ns_max;
	uint64_t actions;
};
/* The sums over all tasks, once their threads were joined. */
TEEQ_API void teeq_threads_stats(const struct teeq_threads *threads,
				 struct teeq_threads_stats *stats);

/* Actions of one task that are kept. */
#define TEEQ_THREADS_RECORD_MAX (1u << 17)

/*
 * Once the threads were joined: make the same choices, in the order in which the threads took their
 * locks, one after another, and compare what every action did, and the worlds at the end, byte by
 * byte. So what the threads did is a run of the model, or TEEQ_EMISMATCH, and @error says which
 * action differs. TEEQ_ELIMIT: nothing was recorded, or a task did more than
 * TEEQ_THREADS_RECORD_MAX actions. TEEQ_ENOMEM.
 * @schedule (may be NULL, must be empty) gets those choices; with TEEQ_STEP_CODE they are not all.
 */
TEEQ_API enum teeq_status teeq_threads_compare(const struct teeq_threads *threads,
					       struct teeq_schedule *schedule,
					       struct teeq_error *error);

/* ------------------------------------- the caller's own code ---------------------------------- */

/*
 * Do step @step of those that TEEQ_STEP_CODE lists, from 0, for @task, which stands there: on its
 * own thread, from within options.code. Blocks until it is done; serving an RPC of a call may come
 * to options.code again. *@result (may be NULL): 0, or what the driver answered, a negative errno;
 * -EIO for what has no number. TEEQ_EINPUT: there is no such step, or @task does not stand at such
 * code, and nothing changed. TEEQ_ELIMIT: the run is over, and the caller is to return.
 */
TEEQ_API enum teeq_status teeq_threads_do(struct teeq_threads *threads, unsigned int task,
					  unsigned int step, int *result);

#ifdef __cplusplus
}
#endif
#endif
