/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_WORLD_H
#define TEEQ_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/abi.h"
#include "teeq/limits.h"
#include "teeq/model.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Everything that changes while a model runs: one block of bytes without pointers. A snapshot is a
 * memcpy of teeq_world_size() bytes, and two worlds of a model are the same state exactly when
 * those bytes are equal. A world belongs to one thread at a time; the model may be shared.
 */
struct teeq_world;

/* ------------------------------------------ actions ------------------------------------------- */

/*
 * What a caller does between two points at which others may come in. What threads do under locks
 * are the same actions as the steps of a run.
 */

/* One atomic action; the names are those of the trace ("enter", "wait", ...). */
enum teeq_action {
	TEEQ_ACTION_NONE,      /* the task has finished */
	TEEQ_ACTION_START,     /* a script that begins with signal, unlock or barrier starts; or the
				  thread of a bottom half that was asked for; or what is behind the
				  caller's own code (TEEQ_STEP_CODE) */
	TEEQ_ACTION_ENTER,     /* append to the waiters; admitted, or a wait is needed */
	TEEQ_ACTION_WAIT,      /* own completion is done: consume it */
	TEEQ_ACTION_REQUEUE,   /* move to the tail, re-initialise the completion */
	TEEQ_ACTION_RECHECK,   /* the policy's admission test again */
	TEEQ_ACTION_SMC,       /* enter the secure world: new call or resume */
	TEEQ_ACTION_SECURE,    /* the secure world runs up to the next RPC or the exit */
	TEEQ_ACTION_LEAVE,     /* remove self, return the credit, wake */
	TEEQ_ACTION_RESERVE,   /* count a system session in */
	TEEQ_ACTION_UNRESERVE, /* count one out */
	TEEQ_ACTION_LOCK,      /* take a normal-world mutex */
	TEEQ_ACTION_AWAIT,     /* an event is signalled: go on */
	TEEQ_ACTION_BARRIER,   /* everybody arrived: go on */
	TEEQ_ACTION_RPC,       /* serve an RPC that the driver answers by itself */
	TEEQ_ACTION_REQUEST,   /* queue a request for tee-supplicant, and tell it */
	TEEQ_ACTION_REPLY,     /* its answer is there, or the wait was ended by a signal */
	TEEQ_ACTION_RECEIVE,   /* tee-supplicant: take the first request */
	TEEQ_ACTION_ANSWER,    /* tee-supplicant: send the answer */
	TEEQ_ACTION_NOTIF_WAIT, /* RPC: is it there already? if not, start to wait for it */
	TEEQ_ACTION_NOTIF_WAKE, /* it came, or the time is over: stop waiting */
	TEEQ_ACTION_NOTIF_SEND, /* RPC, or a task of the normal world */
	TEEQ_ACTION_INTERRUPT, /* the interrupt fetches the value of an async notification */
	TEEQ_ACTION_ASYNC,     /* the secure world raises that interrupt */
	TEEQ_ACTION_SLEEP,     /* the time is over: go on */
	TEEQ_ACTION_ALLOCATE,  /* shared memory, in the normal world */
	TEEQ_ACTION_KILL,      /* send a fatal signal */
	TEEQ_ACTION_START_SUPPLICANT, /* start tee-supplicant, which can be started: go on */
	TEEQ_ACTION_FREEZE,    /* the target is frozen: go on */
	TEEQ_ACTION_THAW,      /* let the target go on */
	TEEQ_ACTION_EXIT,      /* a killed task stops what it was doing */
	TEEQ_ACTION_FAULT,     /* of a fault: it strikes */
	TEEQ_ACTION_STARTED,   /* the secure world took the call: wait no more (policies with
				  @started) */
	TEEQ_ACTION_GET_ARG,   /* memory for a message argument: a slot, or a page has to be
				  added */
	TEEQ_ACTION_FREE_ARG,  /* and give it back */
	TEEQ_ACTION_POLL,      /* the event that it polled is signalled: go on */
	TEEQ_ACTION_FAIL,      /* a script fails by itself: event.result says with what */
	TEEQ_ACTION_RETRY,     /* and tries again what failed */
	TEEQ_ACTION_COUNT_SESSION, /* the count that follows the fast call of reserve or unreserve,
				      where several may release what one TEE context has (v4) */
	TEEQ_ACTION_COUNT
};

/* How an action went. */
enum teeq_outcome {
	TEEQ_OUTCOME_OK,           /* nothing particular */
	TEEQ_OUTCOME_ADMITTED,     /* enter, recheck: go to the SMC */
	TEEQ_OUTCOME_MUST_WAIT,    /* enter, recheck: wait for the completion */
	TEEQ_OUTCOME_TAKEN,        /* smc: a thread context was taken */
	TEEQ_OUTCOME_RESUMED,      /* smc: a suspended context runs again */
	TEEQ_OUTCOME_THREAD_LIMIT, /* smc: no context */
	TEEQ_OUTCOME_RPC,          /* secure: suspended in an RPC */
	TEEQ_OUTCOME_EXIT,         /* secure: the context is free again */
	TEEQ_OUTCOME_REFUSED,      /* by the driver: event.result is a negative errno, nothing else
				      happened; smc: by the secure world, see event.ret */
	TEEQ_OUTCOME_INTERRUPTED,  /* secure: suspended by a non-secure interrupt */
	TEEQ_OUTCOME_WORKING,      /* secure: still running */
	TEEQ_OUTCOME_FAILED,       /* the thing asked for could not be had; event.result says why */
	TEEQ_OUTCOME_BUSY,         /* smc, of a fast call: while any context is in use */
	TEEQ_OUTCOME_AGAIN,        /* smc: done, and the same is to be asked once more */
	TEEQ_OUTCOME_COUNT
};

/*
 * The word of traces, recordings and JSON: "enter", "wait", ... Constant text; NULL out of range.
 */
TEEQ_API const char *teeq_action_name(enum teeq_action action);
/* Likewise: "ok", "admitted", "must-wait", ... Constant text; NULL out of range. */
TEEQ_API const char *teeq_outcome_name(enum teeq_outcome outcome);

/* ------------------------------------------ events -------------------------------------------- */

/* What the RPC asks for that a step of the secure world ended with. */
enum teeq_event_rpc {
	TEEQ_EVENT_RPC_SERVICE,    /* event.object */
	TEEQ_EVENT_RPC_NOTIF_WAIT, /* notification event.object, event.ticks at most where not 0 */
	TEEQ_EVENT_RPC_NOTIF_SEND, /* notification event.object */
	TEEQ_EVENT_RPC_SUSPEND,    /* for event.ticks */
};

/* What a call that is made for memory alone is about. */
enum teeq_memory {
	TEEQ_MEMORY_NONE,       /* it is another call */
	TEEQ_MEMORY_PAGE,       /* registers a page for message arguments, before the call it is
				   for */
	TEEQ_MEMORY_REGISTER,   /* registers shared memory */
	TEEQ_MEMORY_UNREGISTER, /* unregisters it */
};

/* What a step of the secure world did that its other threads can see. */
enum teeq_event_touch {
	TEEQ_EVENT_TOUCH_NONE,
	TEEQ_EVENT_TOUCH_TAKE,    /* took lock event.touched */
	TEEQ_EVENT_TOUCH_TAKEN,   /* found it taken: waits for it, or does without */
	TEEQ_EVENT_TOUCH_RELEASE, /* released it */
	TEEQ_EVENT_TOUCH_COND_WAIT,   /* began to wait for condition event.touched */
	TEEQ_EVENT_TOUCH_COND_SIGNAL, /* signalled it, or broadcast */
	TEEQ_EVENT_TOUCH_ASYNC,   /* raised notification event.touched; TEEQ_NO_OBJECT: bottom
				     half */
	TEEQ_EVENT_TOUCH_CLOSE,   /* closed the session of lock event.touched, others still want
				     it */
	TEEQ_EVENT_TOUCH_GONE,    /* found it closed: the call fails */
	TEEQ_EVENT_TOUCH_POLL,    /* looked at event event.touched in vain */
	TEEQ_EVENT_TOUCH_POLLED,  /* and saw it signalled */
	TEEQ_EVENT_TOUCH_LOAD,    /* has loaded the TA of lock event.touched */
	TEEQ_EVENT_TOUCH_LOADED,  /* wanted it, and found it loaded */
	TEEQ_EVENT_TOUCH_UNLOAD,  /* closed its last session, so that the next open loads it
				     again */
	TEEQ_EVENT_TOUCH_CANCELLED, /* found that its session event.touched was cancelled: it
				       fails */
	TEEQ_EVENT_TOUCH_CANCEL_OVER, /* its TA returns, and the session is cancelled no longer */
};

#define TEEQ_EVENT_WOKEN_MAX 8

/* A caller: the task, and the nesting depth of the call (0: made by the client's own script). */
struct teeq_caller {
	uint8_t task;
	uint8_t level;
};

/*
 * One action, as it happened.
 *
 * @step                   number of the action in its run, from 0 (filled in by the runner)
 * @task, @level           who moved
 * @action, @outcome       enum teeq_action, enum teeq_outcome
 * @context                thread context concerned, or TEEQ_NO_CONTEXT
 * @system                 the call is made as a system call
 * @result                 reserve, unreserve, and what failed: 0 or -TEEQ_ABI_E*; above 0: one of
 *                         enum teeq_failure; of leave only where scripts ask for errors
 * @object                 index of the lock, event or barrier; for enter, reserve, unreserve and a
 *                         refused call the session; for a secure RPC the service, or the
 *                         notification (see @rpc), which it also is for notif-* and interrupt; for
 *                         rpc, request, reply and receive the service; for kill, freeze and thaw
 *                         the client; TEEQ_NO_OBJECT: none, or tee-supplicant, or the bottom half
 * @command                enter, smc and secure: the command's index or TEEQ_NO_OBJECT
 * @free_count, @system_session_count, @waiter_count
 *                         the queue's counters afterwards
 * @woken, @woken_count    whose completions this action signalled; the count may exceed the array
 * @rpc                    secure, suspended: enum teeq_event_rpc, what is asked for
 * @touch, @touched        secure: enum teeq_event_touch, and what
 * @ticks                  secure: how long it works on, sleeps, or waits at most; sleep: how long
 *                         it was; 0: not said, or without end
 * @peer                   whom else it concerns: receive, answer: whose request; fault: who is
 *                         killed; notif-send, interrupt: who waits for it; TEEQ_NO_TASK: nobody
 * @memory                 of calls: enum teeq_memory, what it registers
 * @has_call, @call        what went into the secure world: of smc, and of reserve and unreserve
 *                         where the policy does that by a fast call. Not set otherwise
 * @has_ret, @ret          what came out of it: of secure, of an smc that was refused, and of fast
 *                         calls. Not set otherwise
 */
struct teeq_event {
	uint64_t step;
	uint8_t task;
	uint8_t level;
	uint8_t action;
	uint8_t outcome;
	uint8_t context;
	bool system;
	bool has_call;
	bool has_ret;
	int16_t result;
	uint16_t object;
	uint16_t command;
	uint16_t system_session_count;
	int32_t free_count;
	uint16_t waiter_count;
	uint16_t woken_count;
	uint16_t ticks;
	uint16_t touched;
	uint8_t touch;
	uint8_t rpc;
	uint8_t peer;
	uint8_t memory;
	struct teeq_caller woken[TEEQ_EVENT_WOKEN_MAX];
	struct teeq_smc_regs call;
	struct teeq_smc_regs ret;
};

/*
 * A new world in the model's initial state, the caller's until teeq_world_free(); NULL: no memory.
 */
TEEQ_API struct teeq_world *teeq_world_new(const struct teeq_model *model);
/* Give it back. NULL is fine. */
TEEQ_API void teeq_world_free(struct teeq_world *world);
/* Back to the initial state. */
TEEQ_API void teeq_world_reset(const struct teeq_model *model, struct teeq_world *world);
/* Bytes of a world of @model. */
TEEQ_API size_t teeq_world_size(const struct teeq_model *model);
/* @to becomes a copy of @from; both are worlds of @model. */
TEEQ_API void teeq_world_copy(const struct teeq_model *model, struct teeq_world *to,
			      const struct teeq_world *from);

/* The tasks that can move: bit i is task i. Zero: everybody finished, or a deadlock. */
TEEQ_API uint64_t teeq_world_enabled(const struct teeq_model *model,
				     const struct teeq_world *world);
/* The tasks that have not finished. */
TEEQ_API uint64_t teeq_world_unfinished(const struct teeq_model *model,
					const struct teeq_world *world);

/*
 * Perform one atomic action of @task and describe it in @event (may be NULL). TEEQ_EINPUT, and
 * nothing happens, if the task is not among teeq_world_enabled().
 */
TEEQ_API enum teeq_status teeq_world_step(const struct teeq_model *model, struct teeq_world *world,
					  unsigned int task, struct teeq_event *event);

/*
 * The first invariant that does not hold, as text; NULL when all hold. A scenario's own mistake
 * (unlocking what it does not hold) shows here too.
 */
TEEQ_API const char *teeq_world_check(const struct teeq_model *model,
				      const struct teeq_world *world);

/* ------------------------------- looking inside: for reports and tests ------------------------ */

/*
 * None of these changes the world, and none can fail. Indices must be those of the model: a task
 * below teeq_model_task_count(), a context below teeq_model_thread_count(), and so on.
 */

/* What a task stands at, and whether it could move now. */
struct teeq_task_view {
	enum teeq_action action; /* TEEQ_ACTION_NONE: finished */
	unsigned int level;
	bool enabled;
	bool started;            /* its stage has begun */
	uint16_t object;         /* as in teeq_event, for the action it stands at */
	bool wants_thread;       /* at wait: ETHREAD_LIMIT sent it to sleep, not the admission
				    test */
	bool wants_all_threads;  /* at wait: EBUSY of the shared-memory cache did */
	bool killed;             /* a fatal signal is pending */
	bool freezing;           /* to be frozen, where it comes to a place for that */
	bool frozen;
	bool lacks_cpu;          /* could move, were there a CPU for it: those that it may use are
				    in the secure world, kept, or run somebody of a higher
				    priority */
	bool keeps_cpu;          /* nobody else can run on its CPU: in the secure world, or about to
				    resume an interrupted call without letting go */
	bool spins;              /* polls event @polled in vain, in either world */
	uint16_t polled;         /* TEEQ_NO_OBJECT where it does not */
};
/* Of @task, in @view, which is overwritten. */
TEEQ_API void teeq_world_task(const struct teeq_model *model, const struct teeq_world *world,
			      unsigned int task, struct teeq_task_view *view);

/* One call in progress of a task: at every level below the one it stands at, and maybe there. */
struct teeq_call_view {
	bool in_queue;   /* between enter and leave */
	bool system;
	bool done;       /* completion signalled */
	bool admitted;   /* holds a credit, or needs none */
	uint8_t context; /* TEEQ_NO_CONTEXT: holds no thread */
	uint8_t memory;   /* enum teeq_memory: what it registers */
	uint16_t command; /* TEEQ_NO_OBJECT: an empty one */
	uint16_t session; /* TEEQ_NO_OBJECT: its own */
	bool closes;      /* it closes @session */
};
/* False, and nothing filled in, where that task has no call in progress at that level. */
TEEQ_API bool teeq_world_call(const struct teeq_model *model, const struct teeq_world *world,
			      unsigned int task, unsigned int level, struct teeq_call_view *view);

/*
 * The queue's counters and list, of the first guest, which mostly is the only one. The pointer is
 * valid until the world changes.
 */
TEEQ_API const struct teeq_callq *teeq_world_callq(const struct teeq_model *model,
						   const struct teeq_world *world);
/* Of any guest, likewise. */
TEEQ_API const struct teeq_callq *teeq_world_guest_callq(const struct teeq_model *model,
							 const struct teeq_world *world,
							 unsigned int guest);
/* How many calls of @guest are in the secure world, suspended ones included. */
TEEQ_API unsigned int teeq_world_guest_calls(const struct teeq_model *model,
					     const struct teeq_world *world, unsigned int guest);
/* Whose entry of the list a waiter is. */
TEEQ_API struct teeq_caller teeq_waiter_caller(const struct teeq_waiter *waiter);

/* Of a thread context of the secure world (OP-TEE, enum thread_state). */
enum teeq_context_state { TEEQ_CONTEXT_FREE, TEEQ_CONTEXT_ACTIVE, TEEQ_CONTEXT_SUSPENDED };
/* A thread context, and whose call is in it. */
struct teeq_context_view {
	enum teeq_context_state state;
	bool owned;                /* false while not FREE: lost */
	struct teeq_caller owner;
};
/* Of @context, in @view, which is overwritten. */
TEEQ_API void teeq_world_context(const struct teeq_model *model, const struct teeq_world *world,
				 unsigned int context, struct teeq_context_view *view);
/* The memory for message arguments of the driver of one guest: 0, where there are no guests. */
struct teeq_arguments_view {
	unsigned int capacity; /* slots of all pages */
	unsigned int used;
	int owner; /* the task that holds the mutex while it registers a page, or -1 */
};
/* False, and nothing filled in, where slots cannot run out. */
TEEQ_API bool teeq_world_arguments(const struct teeq_model *model, const struct teeq_world *world,
				   unsigned int guest, struct teeq_arguments_view *view);
/* Threads set aside for system calls now (v1, v4), of those that the first guest's calls take. */
TEEQ_API unsigned int teeq_world_reserved(const struct teeq_model *model,
					  const struct teeq_world *world);
/* Of those that any guest's calls take. */
TEEQ_API unsigned int teeq_world_guest_reserved(const struct teeq_model *model,
						const struct teeq_world *world, unsigned int guest);
/*
 * Whether a call of @guest could be in thread @context, if that were free: it is the guest's own or
 * one of those that it shares, and not set aside unless @system.
 */
TEEQ_API bool teeq_world_context_serves(const struct teeq_model *model,
					const struct teeq_world *world, unsigned int context,
					unsigned int guest, bool system);

/* tee-supplicant, as a driver sees it. */
enum teeq_supplicant_state {
	TEEQ_SUPPLICANT_ABSENT,
	TEEQ_SUPPLICANT_RUNS,
	TEEQ_SUPPLICANT_DEAD, /* killed; threads of it, or memory that it allocated, keep its device
				 open */
};
/* As the driver of the first guest sees it. */
TEEQ_API enum teeq_supplicant_state teeq_world_supplicant(const struct teeq_model *model,
							  const struct teeq_world *world);
/* As that of any sees it. */
TEEQ_API enum teeq_supplicant_state
teeq_world_guest_supplicant(const struct teeq_model *model, const struct teeq_world *world,
			    unsigned int guest);

/*
 * How many pieces of shared memory that tee-supplicant of @guest allocated the call in thread
 * @context holds: from the answer to a request of kind shm-alloc to the next of kind shm-free, or
 * to the end of the call. What a lost thread holds it holds for ever. Source:
 * optee_rpc_cmd_alloc_suppl() and _free_suppl() of Linux.
 */
TEEQ_API unsigned int teeq_world_memory(const struct teeq_model *model,
					const struct teeq_world *world, unsigned int guest,
					unsigned int context);

/* How far a request for tee-supplicant has come. */
enum teeq_request_state {
	TEEQ_REQUEST_QUEUED,   /* and not seen yet */
	TEEQ_REQUEST_TAKEN,    /* received, and not answered */
	TEEQ_REQUEST_ANSWERED, /* its caller has not looked yet */
	TEEQ_REQUEST_FAILED,   /* likewise: there is nobody to serve it */
};
/* A request for tee-supplicant that somebody waits for the answer to. */
struct teeq_request_view {
	enum teeq_request_state state;
	uint16_t service;
	int server;         /* TAKEN: the thread of tee-supplicant that works on it; otherwise -1 */
	unsigned int ahead; /* QUEUED: how many are before it */
};
/* False, and nothing filled in, where @task waits for no answer of tee-supplicant. */
TEEQ_API bool teeq_world_request(const struct teeq_model *model, const struct teeq_world *world,
				 unsigned int task, struct teeq_request_view *view);
/*
 * Whether @task is a thread of tee-supplicant at work; *@client: for whom, -1 when nobody listens.
 */
TEEQ_API bool teeq_world_serves(const struct teeq_model *model, const struct teeq_world *world,
				unsigned int task, int *client);

/* A lock of the secure world; @lock as for teeq_model_secure_lock_name(). */
struct teeq_secure_lock_view {
	unsigned int readers;      /* how often it is held for reading; 0 with @written: it is
				      free */
	bool written;              /* one holds it alone */
	unsigned int holder_count; /* who can be named, see teeq_world_secure_holder() */
	unsigned int named;        /* how often those took it: more than @readers where others gave
				      back what several of them have, and nobody can say whose */
};
/* Of @lock, in @view, which is overwritten. */
TEEQ_API void teeq_world_secure_lock(const struct teeq_model *model, const struct teeq_world *world,
				     unsigned int lock, struct teeq_secure_lock_view *view);
/*
 * One who holds @lock, as it was written down when it was taken: first the calls, in the order of
 * their contexts, then the tasks that took it in a call that has ended, in their order.
 */
struct teeq_secure_holder_view {
	int task;           /* -1: the thread is lost, and its call was given up */
	unsigned int level; /* of the call; 0 where it has ended */
	uint8_t context;    /* of the call; TEEQ_NO_CONTEXT: it has ended */
	unsigned int count; /* how often: readers may, and so may who has single-instance TAs */
};
/* False, and nothing filled in, where there are no more than @index (from 0). */
TEEQ_API bool teeq_world_secure_holder(const struct teeq_model *model,
				       const struct teeq_world *world, unsigned int lock,
				       unsigned int index, struct teeq_secure_holder_view *view);
/* Whether the call of @task at @level holds @lock: took it, and has not given it back. */
TEEQ_API bool teeq_world_holds(const struct teeq_model *model, const struct teeq_world *world,
			       unsigned int task, unsigned int level, unsigned int lock);

/*
 * Whether @session was cancelled, and its TA has not returned since (OP-TEE 4.10,
 * tee_ta_session_is_cancelled()). False where no command looks for that. @model and @world may be
 * NULL: false.
 */
TEEQ_API bool teeq_world_session_cancelled(const struct teeq_model *model,
					   const struct teeq_world *world, size_t session);

/*
 * Whether the secure world panicked: the call of *@caller invoked the TA of lock *@ta, which is
 * busy (who is in it: teeq_world_secure_holder()), and which it must not wait for, as it holds the
 * lock of single-instance TAs. False, and nothing filled in, where it did not.
 */
TEEQ_API bool teeq_world_panic(const struct teeq_model *model, const struct teeq_world *world,
			       struct teeq_caller *caller, unsigned int *ta);

/* What the thread in a context sleeps on, in the secure world. */
struct teeq_secure_wait_view {
	uint16_t lock;      /* that it wants, or that it will take again behind the condition */
	uint16_t condition; /* TEEQ_NO_OBJECT: it waits for the lock itself */
	bool read;          /* it wants to read only */
	bool chosen;        /* it is its turn to try again */
	int strayed;        /* chosen, but that goes to this guest, where nobody waits; -1: not
			       so */
	bool straying;      /* and is still to be sent there */
};
/* False, and nothing filled in, where it sleeps on nothing. */
TEEQ_API bool teeq_world_secure_wait(const struct teeq_model *model, const struct teeq_world *world,
				     unsigned int context, struct teeq_secure_wait_view *view);

/* The task that owns a lock, or -1. */
TEEQ_API int teeq_world_lock_owner(const struct teeq_model *model, const struct teeq_world *world,
				   unsigned int lock);
/* Whether an event has been signalled: it stays so. */
TEEQ_API bool teeq_world_event_signalled(const struct teeq_model *model,
					 const struct teeq_world *world, unsigned int event);
/* How many have arrived at a barrier, and how many it wants. */
TEEQ_API unsigned int teeq_world_barrier(const struct teeq_model *model,
					 const struct teeq_world *world, unsigned int barrier,
					 unsigned int *wanted);
/* What a step of a script does to others, and what @object then is. */
enum teeq_effect {
	TEEQ_EFFECT_SIGNAL,        /* an event */
	TEEQ_EFFECT_ARRIVE,        /* at a barrier */
	TEEQ_EFFECT_NOTIFY,        /* a notification of the scenario's: sent, or raised */
	TEEQ_EFFECT_COND_SIGNAL,   /* a condition of the secure world */
	TEEQ_EFFECT_SECURE_UNLOCK, /* a lock of the secure world */
	TEEQ_EFFECT_THAW,          /* a client; TEEQ_NO_OBJECT: tee-supplicant */
	TEEQ_EFFECT_KILL,          /* likewise */
	TEEQ_EFFECT_FREEZE,        /* likewise */
	TEEQ_EFFECT_START,         /* tee-supplicant; of this and the next two @object does
				      not matter */
	TEEQ_EFFECT_COUNT_OUT,     /* a session: it is closed, or no system session any more */
	TEEQ_EFFECT_WAKE,          /* leaves the call queue, or counts a session out */
};
/* How a task comes to do it. */
enum teeq_may {
	TEEQ_MAY_NOT,            /* it cannot */
	TEEQ_MAY_ITSELF,         /* by a step of its own code */
	TEEQ_MAY_BY_SUPPLICANT,  /* tee-supplicant does, when it serves what the task asks for */
	TEEQ_MAY_BY_BOTTOM_HALF, /* the bottom half does that the task asks for */
};
/*
 * Whether @task can still come to such a step, on any continuation of its own code: its script,
 * commands and services, what a failing command gives back, and the exit of a client that was
 * killed or may yet be, by a step that somebody can come to or by a fault that has still to strike.
 * That it would, not that it will: what it waits for on the way is no question here. TEEQ_MAY_NOT:
 * there is no such step that it can come to. Who stands at a barrier has arrived there already.
 */
TEEQ_API enum teeq_may teeq_world_may(const struct teeq_model *model,
				      const struct teeq_world *world, unsigned int task,
				      enum teeq_effect effect, unsigned int object);
/*
 * Whether @task sleeps in the call queue, its completion not done, although it would go on if it
 * were woken: the admission test would pass and a thread it may use is free; where it is about the
 * shared-memory cache, every thread is.
 */
TEEQ_API bool teeq_world_sleeps_in_vain(const struct teeq_model *model,
					const struct teeq_world *world, unsigned int task);

#ifdef __cplusplus
}
#endif
#endif
