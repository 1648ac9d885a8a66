/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_CORE_WORLD_H
#define FUZZ_CORE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/call.h"
#include "core/callq.h"
#include "core/thread_pool.h"
#include "core/session.h"
#include "fuzz/rules.h"

/*
 * A small world over src/core alone: tasks that open, reserve, call, serve RPCs, release, close,
 * die, in whatever order the input says. It knows no scripts, so it is fast; what it did can be
 * written as a scenario and a schedule all the same (core_scenario.h), since its steps are those of
 * the model. core_world.c keeps its state, core_world_step.c is a step of it (with what it does in
 * core_turn_call.c and core_turn_session.c), core_world_run.c an input from start to end.
 *
 * An input is CORE_HEADER bytes and then one byte for each operation; any bytes will do:
 *
 *	byte 0   policy (modulo their count), unless the caller says which; a quarter of the range:
 *	         over FF-A
 *	byte 1   bits 0-2 threads - 1, bits 3-5 set aside at build time (v1), bit 6: one is lost
 *	byte 2   bits 0-2 tasks - 1, bits 4-7: which sessions ask to be system sessions at the start
 *	others   bits 0-2 the task, bits 3-7 what it does where it has a choice
 *
 * Sessions 0 and 1 belong to TEE context 0, session 2 to context 1, session 3 to none. Task 0 works
 * in context 0, task 1 in context 1, the others are kernel clients with a context of their own.
 */
enum {
	CORE_TASKS = 8,
	CORE_CALLS = 3, /* in progress of one task */
	CORE_SESSIONS = 4,
	CORE_CONTEXTS = 8,
	CORE_HEADER = 3,
	CORE_OPERATIONS = 250,
	CORE_STEPS = 4000,
	CORE_NONE = 0xff,
};

/* What an operation's upper five bits mean to a task that stands between two calls. */
enum {
	VERB_CALL = 0,     /* to 7: own, own, session 0 to 3, 0, 1 */
	VERB_OPEN = 8,     /* and the session, as in the next three */
	VERB_CLOSE = 12,
	VERB_RESERVE = 16,
	VERB_RELEASE = 20,
	VERB_CONTEXT = 24, /* release the TEE context */
	VERB_KILL = 25,    /* the next task; 26: itself */
	VERB_SERVED = 27,  /* to 31: the RPC has been served, or a call of its own */
	/* ... and to one whose thread runs. */
	VERB_RPC = 12,       /* below: the thread exits */
	VERB_INTERRUPT = 29, /* and above */
	VERB_DRAIN = 32,     /* the input is over: finish what was begun */
};

/* What happened, as far as a script does not tell: one entry for each step. */
enum core_kind {
	CORE_MOVE, /* what follows from where the task stands */
	CORE_CALL,
	CORE_OPEN,
	CORE_CLOSE,
	CORE_RESERVE,
	CORE_RELEASE,
	CORE_KILL,
	CORE_RPC,
	CORE_INTERRUPT,
	CORE_STARTED, /* the service of its first RPC begins with that */
};

struct core_step {
	uint8_t task;
	uint8_t level;
	uint8_t kind;   /* enum core_kind */
	uint8_t object; /* a session or CORE_NONE; the task that is killed */
	bool scripted;  /* not part of what a killed task does on its way out */
};

struct core_world;

/* Who wants to know: called after each step. */
struct core_watcher {
	void (*saw)(struct core_watcher *watcher, const struct core_world *world,
		    const struct core_step *step);
};

struct core_level {
	struct call call;
	uint8_t kind; /* CORE_CALL, CORE_OPEN, CORE_CLOSE */
	uint8_t session;
	uint8_t reservations; /* close: reservations still to be returned */
	uint8_t credit; /* enum teeq_credit: what it must hold by the rules */
	bool interrupted; /* and has not said yet that it has started */
};

enum {
	CORE_KILLED = 1,
	CORE_EXITS = 2,   /* and is on its way out */
	CORE_PLANNED = 4, /* releases a TEE context: knows its next step */
	CORE_GONE = 8,
};

struct core_task {
	uint8_t top;
	uint8_t flags;
	uint8_t context; /* TEE context being released */
	uint8_t cursor;  /* sessions of it that were looked at */
	uint8_t planned; /* CORE_RELEASE, CORE_CLOSE */
	uint8_t session; /* of that */
	struct core_level level[CORE_CALLS + 1];
};

struct core_world {
	const struct teeq_policy *policy;
	const struct rules *rules; /* NULL: none are written down for this policy */
	struct core_watcher *watcher;
	const char *broken; /* the first thing that was wrong */
	uint32_t steps;
	uint8_t task_count;
	uint8_t static_count;
	uint8_t asks; /* sessions, one bit each */
	bool ffa;
	bool lost;
	bool signals; /* somebody was killed */
	struct books books;
	struct session sessions[CORE_SESSIONS];
	struct core_task tasks[CORE_TASKS];
	_Alignas(struct teeq_callq) unsigned char
		queue[sizeof(struct teeq_callq) + CORE_TASKS * CORE_CALLS *
		      sizeof(struct teeq_waiter)];
	_Alignas(struct pool) unsigned char secure[sizeof(struct pool) + CORE_CONTEXTS];
};

static inline struct teeq_callq *core_queue(const struct core_world *f)
{
	return (struct teeq_callq *)(uintptr_t)f->queue;
}

static inline struct pool *core_pool(const struct core_world *f)
{
	return (struct pool *)(uintptr_t)f->secure;
}

/* How an input ended. */
enum core_end {
	CORE_DONE,
	CORE_DEADLOCK,    /* somebody waits for a thread, and rightly */
	CORE_LOST_WAKEUP, /* somebody sleeps who would be admitted, and a thread is free */
	CORE_BROKEN,      /* @world->broken says what */
	CORE_END_COUNT
};

/*
 * Perform @data, then finish whatever was begun. @policy NULL: the one that the input says.
 * @watcher may be NULL.
 */
enum core_end core_run(struct core_world *world, const struct teeq_policy *policy,
		       const uint8_t *data, size_t size, struct core_watcher *watcher);

/* What must not happen: something broke, or a policy lost a wake that is said to lose none. */
const char *core_finding(const struct core_world *world, enum core_end end);

/* The TEE context of a session, of a task; CORE_NONE: its own. */
unsigned int core_session_context(unsigned int session);
unsigned int core_task_context(unsigned int task);

/* A caller's number in the queue: the same as the model's. */
static inline uint16_t core_id(unsigned int task, unsigned int level)
{
	return (uint16_t)(task << 4 | level);
}

#endif
