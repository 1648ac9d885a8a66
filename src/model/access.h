/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_ACCESS_H
#define MODEL_ACCESS_H

#include "model/state.h"

/* Where the parts of a world are: its head says nothing of them, the model's layout does. */

static inline void *world_part(const struct teeq_world *w, size_t offset)
{
	return (unsigned char *)(uintptr_t)w + offset;
}

static inline struct teeq_callq *world_callq(const struct teeq_model *m, const struct teeq_world *w,
					     unsigned int guest)
{
	return world_part(w, m->guest_at[guest].callq);
}

/* The thread contexts are in one pool, or in several, one behind the other and numbered through. */
static inline struct pool *world_pool(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int pool)
{
	return world_part(w, m->pool_at[pool]);
}

static inline struct pool *world_guest_pool(const struct teeq_model *m, const struct teeq_world *w,
					    unsigned int guest)
{
	return world_part(w, m->guest_at[guest].pool);
}

static inline unsigned int model_pool_of(const struct teeq_model *m, unsigned int context)
{
	unsigned int pool = 0;

	if (m->pool_count == 1)
		return 0;
	while (context >= m->pool_first[pool + 1])
		pool++;
	return pool;
}

static inline uint8_t *world_context(const struct teeq_model *m, const struct teeq_world *w,
				     unsigned int context)
{
	unsigned int pool = model_pool_of(m, context);

	return &world_pool(m, w, pool)->context[context - m->pool_first[pool]];
}

static inline struct task *world_task(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int task)
{
	return world_part(w, m->layout.tasks + (size_t)task * m->layout.task_size);
}

static inline struct level *task_top(struct task *task)
{
	return &task->levels[task->top];
}

/*
 * The task that a thread of tee-supplicant works for, plus 1. It stands where its own script, which
 * closes no session, has nothing: a service may make calls, which wait by themselves.
 */
static inline uint8_t *task_client(struct task *task)
{
	return &task->levels[0].client;
}

/* The loop counters of the script at @level of @task. */
static inline uint16_t *task_loops(const struct teeq_model *m, struct task *task,
				   unsigned int level)
{
	uint16_t *loops = (uint16_t *)(void *)((unsigned char *)task + m->layout.loops);

	return loops + level * m->script_loop_count;
}

/*
 * The error of what @task does at its topmost level, enum teeq_failure: of a call in progress, of a
 * service that ended for tee-supplicant's answer, or on the way to who asks for it. Only where
 * scripts ask.
 */
static inline uint8_t *task_errors(const struct teeq_model *m, struct task *task)
{
	return (unsigned char *)task + m->layout.errors;
}

static inline unsigned int task_error(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int index)
{
	struct task *task = world_task(m, w, index);

	return m->has_results ? task_errors(m, task)[task->top] : 0;
}

static inline void task_set_error(const struct teeq_model *m, const struct teeq_world *w,
				  unsigned int index, unsigned int error)
{
	struct task *task = world_task(m, w, index);

	if (m->has_results)
		task_errors(m, task)[task->top] = (uint8_t)error;
}

static inline struct thread *world_thread(const struct teeq_model *m, const struct teeq_world *w,
					  unsigned int context)
{
	return world_part(w, m->layout.threads + (size_t)context * m->layout.thread_size);
}

/* Owner of each lock: task + 1, or 0. */
static inline uint8_t *world_locks(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.locks);
}

/* Those that @task has, one bit each. */
static inline uint64_t world_locks_of(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int task)
{
	const uint8_t *owners = world_locks(m, w);
	uint64_t owned = 0;

	for (unsigned int i = 0; i < m->lock_count; i++)
		if (owners[i] == task + 1)
			owned |= UINT64_C(1) << i;
	return owned;
}

/* How many arrived at each barrier. */
static inline uint8_t *world_barriers(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.barriers);
}

static inline struct session *world_sessions(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.sessions);
}

static inline uint16_t *world_timers(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.timers);
}

/* The first guest's are in the head: where there is one only, nothing else is needed. */
static inline struct guest *world_guest(const struct teeq_model *m, const struct teeq_world *w,
					unsigned int guest)
{
	return (struct guest *)world_part(w, m->layout.guests) + (guest - 1);
}

static inline uint8_t *world_supplicant(const struct teeq_model *m, const struct teeq_world *w,
					unsigned int guest)
{
	return guest == 0 ? (uint8_t *)(uintptr_t)&w->supplicant :
			    &world_guest(m, w, guest)->supplicant;
}

static inline uint8_t *world_warned(const struct teeq_model *m, const struct teeq_world *w,
				    unsigned int guest)
{
	return guest == 0 ? (uint8_t *)(uintptr_t)&w->warned : &world_guest(m, w, guest)->warned;
}

static inline struct requests *world_requests(const struct teeq_model *m,
					      const struct teeq_world *w, unsigned int guest)
{
	return world_part(w, m->layout.requests + (size_t)guest * m->layout.requests_size);
}

static inline struct key *world_keys(const struct teeq_model *m, const struct teeq_world *w,
				     unsigned int guest)
{
	return (struct key *)world_part(w, m->layout.keys) + (size_t)guest * m->key_count;
}

static inline struct secure_lock *world_secure_lock(const struct teeq_model *m,
						    const struct teeq_world *w, unsigned int lock)
{
	return world_part(w, m->layout.secure_locks + (size_t)lock * m->layout.secure_lock_size);
}

/*
 * Who holds a lock of the secure world, and how often: one number for each thread context; behind
 * them one for each task that took it in a call that has ended, where a model has such commands.
 */
static inline uint8_t *world_holds(const struct teeq_model *m, const struct teeq_world *w,
				   unsigned int lock)
{
	return world_part(w, m->layout.holds + (size_t)lock * m->layout.holds_size);
}

/* Whether each session that has a lock is gone, in their order. */
static inline uint8_t *world_gone(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.gone);
}

/*
 * How many references each TA has that is loaded by a step, in their order; 0: it is not loaded.
 * From LOADED_STAYS on nobody counts any more.
 */
#define LOADED_STAYS 0x80
static inline uint8_t *world_loaded(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.loaded);
}

/* How many use each device. */
static inline uint8_t *world_devices(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.devices);
}

static inline uint8_t *world_channels(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.channels);
}

static inline struct fault *world_faults(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.faults);
}

/* Only where the model has slots. */
static inline struct arguments *world_arguments(const struct teeq_model *m,
						const struct teeq_world *w, unsigned int guest)
{
	return (struct arguments *)world_part(w, m->layout.arguments) + guest;
}

/*
 * How many pieces of memory that tee-supplicant of @guest allocated the call in each thread context
 * has references to, where it allocates any.
 */
static inline uint8_t *world_memory(const struct teeq_model *m, const struct teeq_world *w,
				    unsigned int guest)
{
	return (uint8_t *)world_part(w, m->layout.memory) + (size_t)guest * m->thread_count;
}

/*
 * Whether each session was cancelled, and its TA has
 * not returned since; where commands look for that.
 */
static inline uint8_t *world_cancels(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.cancels);
}

/* Keys raised and not fetched yet, one bit each; the two behind them belong to the bottom half. */
static inline uint64_t *world_async(const struct teeq_model *m, const struct teeq_world *w,
				    unsigned int guest)
{
	return (uint64_t *)world_part(w, m->layout.async) + guest;
}

/*
 * A caller's number in the queue, and in the cookie
 * of its message argument: the task and the level.
 */
#define CALLER_LEVELS 16
static inline uint16_t caller_id(unsigned int task, unsigned int level)
{
	return (uint16_t)(task * CALLER_LEVELS + level);
}

static inline unsigned int id_task(uint16_t id)
{
	return id / CALLER_LEVELS;
}

static inline unsigned int id_level(uint16_t id)
{
	return id % CALLER_LEVELS;
}

static inline uint64_t task_bit(unsigned int task)
{
	return UINT64_C(1) << task;
}

#endif
