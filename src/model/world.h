/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/callq.h"
#include "core/pool.h"
#include "model/model.h"
#include "teeq/world.h"

/*
 * The flat world: this head, then the parts that the model's layout places behind it. There is no
 * pointer and no padding that is not zero, so that equal bytes are equal states.
 */
struct teeq_world {
	uint64_t events;    /* signalled, one bit each */
	uint8_t stage;      /* tasks of this stage and earlier ones have started */
	uint8_t violation;  /* enum violation */
	uint8_t zero[6];
};

/* A scenario's own mistake, found while it runs. */
enum violation {
	VIOLATION_NONE,
	VIOLATION_UNLOCK, /* unlocked a mutex that it does not hold */
};

/*
 * One script that a task runs: its client's at level 0, above that the services of the RPCs of the
 * call below. A level below the top always stands in a call whose RPC is being served.
 */
struct level {
	uint16_t pc;      /* the instruction it stands at */
	struct call call; /* in progress at that instruction, or idle */
	uint8_t marks;    /* close: reservations still to be returned */
};

enum {
	TASK_RELEASED = 1, /* everybody arrived at the barrier it stands at */
};

struct task {
	uint8_t top; /* index of the topmost level */
	uint8_t flags;
	struct level levels[];
};

struct session {
	uint8_t open;
	uint8_t marks; /* how often it is a system session: 0, 1, or more with v4 */
};

/* What a secure thread is about to do. Loop counters follow. */
struct thread {
	uint16_t pc;
	uint16_t loops[];
};

static inline void *world_part(const struct teeq_world *w, size_t offset)
{
	return (unsigned char *)(uintptr_t)w + offset;
}

static inline struct teeq_callq *world_callq(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.callq);
}

static inline struct pool *world_pool(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.pool);
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

/* The loop counters of the script at @level of @task. */
static inline uint16_t *task_loops(const struct teeq_model *m, struct task *task, unsigned int level)
{
	uint16_t *loops = (uint16_t *)(void *)((unsigned char *)task + m->layout.loops);

	return loops + level * m->script_loop_count;
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

/* How many arrived at each barrier. */
static inline uint8_t *world_barriers(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.barriers);
}

static inline struct session *world_sessions(const struct teeq_model *m, const struct teeq_world *w)
{
	return world_part(w, m->layout.sessions);
}

/* A caller's number in the queue, and in the cookie of its message argument. */
static inline uint16_t caller_id(unsigned int task, unsigned int level)
{
	return (uint16_t)(task << 4 | level);
}

static inline unsigned int id_task(uint16_t id)
{
	return id >> 4;
}

static inline unsigned int id_level(uint16_t id)
{
	return id & 15;
}

/* Set @w, all zero, to the initial state; stores the sessions' answers in the model. */
void world_init(struct teeq_model *m, struct teeq_world *w);

/* Start the next stages while nothing can move. */
void world_settle(const struct teeq_model *m, struct teeq_world *w);

/* The invisible instructions from where @task stands up to the next it can be seen at. */
void world_advance(const struct teeq_model *m, struct teeq_world *w, unsigned int task);

/* One action of @task, which must be enabled. @event may be NULL. */
void world_step(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		struct teeq_event *event);

/*
 * Make a system session of @session, or take one mark of @marks back, by the policy's rules.
 * Returns 0 or a negative errno; @event gets the registers where a fast call is made.
 */
int session_reserve(const struct teeq_model *m, struct teeq_world *w, unsigned int session,
		    struct teeq_event *event);
int session_unreserve(const struct teeq_model *m, struct teeq_world *w, uint8_t *marks,
		      struct teeq_event *event);

/* What a task stands at. */
enum teeq_action world_action(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int task);

static inline uint64_t task_bit(unsigned int task)
{
	return UINT64_C(1) << task;
}

#endif
