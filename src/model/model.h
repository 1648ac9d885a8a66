/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/instruction.h"
#include "teeq/model.h"
#include "teeq/policy.h"

/* Of a channel. */
enum {
	CHANNEL_SYSTEM = 1, /* it asked for a reservation, and got one */
	CHANNEL_READY = 2,
};

/* What a model makes use of: reductions and symmetries ask, and parts of a world are left out. */
enum {
	USES_SECURE_STATE = 1, /* commands touch what other threads see: locks, TAs, async */
	USES_SIGNALS = 2,      /* tasks are killed or frozen */
	USES_POOL_STATE = 4,   /* somebody looks at all contexts: CPUs, the shm cache, faults */
	USES_TIME = 8,
	USES_SUPPLICANT = 16,
	USES_SHM_CACHE = 64,
	USES_ASYNC = 128,
	USES_UNRESERVE_FAULT = 32, /* without end: a release loop may spin */
};

/* A command or a service: where its code starts, and how deep calls nest in it. */
struct script {
	const char *name;
	uint16_t start;
	uint8_t kind;       /* service: enum teeq_rpc_kind */
	uint8_t by;         /* service: enum teeq_server */
	uint8_t call_depth; /* calls in progress at once, inside it */
	uint8_t opens;      /* command: the TA, plus 1, that is loaded where this one opens it */
	uint8_t ta;         /* command: the TA, plus 1, that it runs in */
};

struct task_info {
	const char *name;
	uint16_t start;
	uint16_t exit;    /* where a killed task goes on */
	uint8_t stage;
	uint8_t client;   /* tasks of one kind that are alike share it */
	uint8_t call_depth;
	uint8_t kind;     /* enum teeq_task_kind */
	uint8_t context;  /* TEE context, or MODEL_OWN */
	bool nowait;      /* requests to tee-supplicant fail where there is none */
	uint8_t guest;
	uint8_t cpu;      /* from 1; 0: any */
	uint8_t priority;
};

#define MODEL_OWN 0xff

struct fault_info {
	uint8_t kind;   /* enum teeq_fault_kind */
	uint8_t target; /* task; supplicant-dies: guest */
	uint8_t times;
	uint8_t error; /* enum teeq_failure */
};

/* Offsets and sizes, in bytes, of the parts of a world. Unused capacity takes no room. */
struct layout {
	uint16_t threads;
	uint16_t thread_size;
	uint16_t tasks;
	uint16_t task_size;
	uint16_t errors;    /* of a task, one for each level, where scripts ask for them */
	uint16_t loops;     /* of a task's loop counters, inside the task */
	uint16_t locks;
	uint16_t barriers;
	uint16_t sessions;
	uint16_t timers;    /* the following only where the model uses them */
	uint16_t guests;
	uint16_t requests;  /* of each guest, @requests_size apart */
	uint16_t requests_size;
	uint16_t keys;      /* of each guest, and so with @async */
	uint16_t secure_locks;
	uint16_t secure_lock_size;
	uint16_t holds;     /* who has those */
	uint16_t holds_size;
	uint16_t gone;      /* sessions with a lock that were closed */
	uint16_t loaded;    /* TAs that are loaded by a step */
	uint16_t devices;
	uint16_t channels;
	uint16_t faults;
	uint16_t async;
	uint16_t arguments;
	uint16_t memory;
	uint16_t cancels;
	uint16_t size;
};

/*
 * The same of what the calls of one guest go through:
 * its queue, and the pool of threads that serves it.
 */
struct guest_place {
	uint16_t callq;
	uint16_t pool;
	uint8_t first_context; /* of that pool */
};

struct teeq_world;

/*
 * The immutable model: all scripts as one array of instructions, and what they refer to by index.
 */
struct teeq_model {
	char *names; /* every name below points in here */
	const char *name;
	const struct teeq_policy *policy;
	uint64_t digest;
	struct layout layout;
	struct instruction *code;
	size_t code_count;
	struct script commands[TEEQ_COMMAND_MAX];
	struct script services[TEEQ_SERVICE_MAX];
	struct task_info tasks[TEEQ_TASK_MAX];
	const char *locks[TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX]; /* those of devices come last */
	const char *events[TEEQ_EVENT_MAX];
	const char *barriers[TEEQ_BARRIER_MAX];
	uint8_t barrier_wants[TEEQ_BARRIER_MAX];
	const char *sessions[TEEQ_SESSION_MAX];
	bool session_asks[TEEQ_SESSION_MAX];   /* to be a system session before the run */
	bool session_opened[TEEQ_SESSION_MAX]; /* by a step, so it is closed when the run begins */
	int16_t session_answer[TEEQ_SESSION_MAX];
	uint16_t command_count;
	uint16_t service_count;
	const char *clients[TEEQ_CLIENT_MAX];
	const char *notifications[TEEQ_NOTIFICATION_MAX];
	const char *secure_locks[TEEQ_SECURE_LOCK_MAX];
	const char *conditions[TEEQ_CONDITION_MAX];
	uint8_t condition_locks[TEEQ_CONDITION_MAX]; /* the one it is waited for with, plus 1 */
	const char *tas[TEEQ_TA_MAX];
	bool ta_single[TEEQ_TA_MAX];
	bool ta_keep_alive[TEEQ_TA_MAX];
	uint16_t ta_load
		[TEEQ_TA_MAX]; /* what loads it, for those who look at scripts; nobody runs it */
	uint16_t tas_to_load;          /* by a step: one bit each, as of the next */
	uint16_t tas_there;            /* of those, loaded from the beginning, and for ever */
	uint8_t session_loads[TEEQ_SESSION_MAX]; /* the TA, plus 1, that it keeps loaded */
	uint8_t session_ta[TEEQ_SESSION_MAX]; /* the one, plus 1, that its close enters */
	const char *contexts[TEEQ_TEE_CONTEXT_MAX];
	uint64_t shared_sessions; /* in which two calls may meet: one bit each */
	uint8_t session_context[TEEQ_SESSION_MAX]; /* TEE context, or MODEL_OWN */
	uint8_t session_home[TEEQ_SESSION_MAX];  /* the one that keeps its context's reservations */
	uint8_t context_home[TEEQ_TEE_CONTEXT_MAX]; /* that session of each context, plus 1; or 0 */
	bool session_keeps[TEEQ_SESSION_MAX]; /* those outlive it, where they are the context's */
	const char *channels[TEEQ_CHANNEL_MAX];
	uint16_t channel_session[TEEQ_CHANNEL_MAX];
	uint16_t channel_config[TEEQ_CHANNEL_MAX];
	const char *guests[TEEQ_GUEST_MAX];
	uint8_t guest_call_limit[TEEQ_GUEST_MAX];
	uint8_t guest_thread_count[TEEQ_GUEST_MAX]; /* that it is told of; 0: of none */
	bool guest_no_supplicant[TEEQ_GUEST_MAX];
	uint8_t guest_threads
		[TEEQ_GUEST_MAX]; /* of its own; 0: it shares those of the first pool */
	uint8_t guest_pool[TEEQ_GUEST_MAX];     /* whose threads its calls take */
	uint8_t pool_first[TEEQ_GUEST_MAX + 1]; /* the first context of each, and behind the last */
	uint16_t pool_at[TEEQ_GUEST_MAX];       /* where each is in the world */
	struct guest_place guest_at[TEEQ_GUEST_MAX];
	uint8_t session_guest[TEEQ_SESSION_MAX];
	uint8_t context_guest[TEEQ_TEE_CONTEXT_MAX]; /* plus 1; 0: nobody named it yet */
	struct fault_info faults[TEEQ_FAULT_MAX];
	uint16_t bottom_half; /* command, or TEEQ_NO_OBJECT */
	uint8_t uses;
	uint8_t guest_count; /* at least 1 */
	uint8_t pool_count;  /* of thread contexts: 1, unless a guest has threads of its own */
	bool retries_for_ever;
	bool plain; /* it has no mechanism that teeq_world_check() looks at apart from the queue */
	bool has_results;    /* scripts ask what failed, and with which error */
	bool cancels;        /* sessions are cancelled, and commands look for that */
	bool has_guests;     /* the scenario declares them */
	bool keeps_memory;   /* a service lets tee-supplicant allocate shared memory for a call */
	bool no_resched;
	bool pins;           /* some task is bound to a CPU */
	bool polls;          /* some script does */
	uint8_t client_count;
	uint8_t notification_count;
	uint8_t named_lock_count;  /* of the secure world */
	uint8_t secure_lock_count; /* with those of TAs, of single-instance TAs, and of sessions */
	uint8_t condition_count;
	uint8_t ta_count;
	uint8_t context_count;
	uint8_t channel_count;
	uint8_t device_count;
	uint8_t fault_count;
	uint8_t supplicant_count;
	uint8_t supplicant_wait;
	uint8_t cpu_count;
	uint8_t first_fault; /* task: the faults are the last ones */
	uint8_t key_count;   /* with those of contexts, where locks of the secure world need them */
	uint8_t task_count;
	uint8_t lock_count;
	uint8_t event_count;
	uint8_t barrier_count;
	uint8_t session_count;
	uint8_t thread_count; /* of all pools */
	uint8_t lost_count;   /* of the first */
	uint8_t static_system_count;
	uint8_t abi;
	bool lacks_rpc_arg;
	bool may_panic; /* the secure world: a command invokes with the single-instance lock held */
	bool nests_single; /* ... or runs one single-instance TA inside of another */
	bool stale_keys;  /* a thread may go on without the notification that is on its way to it */
	bool keeps_locks; /* of the secure world: a command may leave one held behind its end */
	bool lacks_session_lock;
	uint8_t argument_full;     /* enum teeq_argument_full: what is done where no slot is free */
	uint16_t argument_slots;   /* of one page; 0: they cannot run out, and nobody looks */
	uint8_t last_stage;
	uint8_t level_count;        /* scripts of one task running inside each other */
	uint8_t script_loop_count;  /* loop counters that a level needs */
	uint8_t command_loop_count; /* ... and a secure thread */
	uint16_t waiter_max;
	uint64_t late_counts; /* sessions: of a TEE context that two may release at once */
	struct teeq_world *initial;
};

/* The fault of a task that is one. */
static inline unsigned int model_fault(const struct teeq_model *m, unsigned int task)
{
	return task - m->first_fault;
}

/* As teeq_model_new(), of what only a driver's own code can be run with as well. */
enum teeq_status model_new_for_driver(const struct teeq_scenario *scenario,
				      const struct teeq_policy *policy, struct teeq_model **model,
				      struct teeq_error *error);

/* The guest of a task; most models have one, and its number is asked for at every step. */
static inline unsigned int model_guest(const struct teeq_model *m, unsigned int task)
{
	return m->guest_count > 1 ? m->tasks[task].guest : 0;
}

/* The key by which a thread context is told that a secure lock may be had. */
static inline unsigned int model_context_key(const struct teeq_model *m, unsigned int context)
{
	return m->notification_count + context;
}

/* Behind the locks of TAs, where there are any or locks of the scenario's own. */
static inline unsigned int model_single_lock(const struct teeq_model *m)
{
	return m->named_lock_count + (unsigned int)m->ta_count;
}

static inline unsigned int model_first_load_lock(const struct teeq_model *m)
{
	return model_single_lock(m) + (model_single_lock(m) > 0);
}

static inline unsigned int model_first_session_lock(const struct teeq_model *m)
{
	return model_first_load_lock(m) + (unsigned int)__builtin_popcount(m->tas_to_load);
}

/* The lock of a TA that is among @m->tas_to_load; and the TA of such a lock. */
static inline unsigned int model_load_lock(const struct teeq_model *m, unsigned int ta)
{
	unsigned int before = m->tas_to_load & ((1u << ta) - 1);

	return model_first_load_lock(m) + (unsigned int)__builtin_popcount(before);
}

static inline unsigned int model_lock_ta(const struct teeq_model *m, unsigned int lock)
{
	unsigned int left = m->tas_to_load;

	for (unsigned int i = model_first_load_lock(m); i < lock; i++)
		left &= left - 1;
	return (unsigned int)__builtin_ctz(left);
}

/* The lock of a session that is among @m->shared_sessions; and the session of such a lock. */
static inline unsigned int model_session_lock(const struct teeq_model *m, unsigned int session)
{
	uint64_t before = m->shared_sessions & ((UINT64_C(1) << session) - 1);

	return model_first_session_lock(m) + (unsigned int)__builtin_popcountll(before);
}

static inline unsigned int model_lock_session(const struct teeq_model *m, unsigned int lock)
{
	uint64_t left = m->shared_sessions;

	for (unsigned int i = model_first_session_lock(m); i < lock; i++)
		left &= left - 1;
	return (unsigned int)__builtin_ctzll(left);
}

/*
 * Where the code starts that a call runs in the secure world; CODE_NONE: there is none. Where
 * others may be in its session there is code around the command, and that is where @entry points;
 * as for a command that opens a session.
 */
static inline unsigned int model_entry(const struct teeq_model *m, const struct instruction *at)
{
	if (op_is(at->op, OP_RUNS_COMMAND) && at->entry > 0)
		return at->entry;
	return at->op == OP_CALL && at->command != TEEQ_NO_OBJECT ? m->commands[at->command].start :
								    CODE_NONE;
}

/* The effective kind of secure side: over FF-A there is no interface to set threads aside. */
static inline enum teeq_secure_side model_secure_side(const struct teeq_model *m)
{
	return m->abi == TEEQ_ABI_FFA ? TEEQ_SECURE_PLAIN : m->policy->secure;
}

/*
 * Which session keeps the reservations that count for @session. With v4 they are the TEE context's,
 * of which one session of it keeps the book, and outlive the session.
 */
static inline bool model_keeps_reservations(const struct teeq_model *m, unsigned int session)
{
	return m->session_keeps[session] && model_secure_side(m) == TEEQ_SECURE_COUNTED;
}

static inline unsigned int model_keeper_of(const struct teeq_model *m, unsigned int session)
{
	return model_keeps_reservations(m, session) ? m->session_home[session] : session;
}

/* Whether the fast call of @at, with v4, is one action and the count that follows it another. */
static inline bool model_counts_late(const struct teeq_model *m, const struct instruction *at)
{
	return m->late_counts && (at->op == OP_RESERVE || at->op == OP_RELEASE) &&
	       m->late_counts >> model_keeper_of(m, at->object) & 1;
}

#endif
