/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"
#include "core/callq.h"
#include "core/notif.h"
#include "core/pool.h"
#include "core/requests.h"
#include "core/session.h"
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
	uint8_t supplicant; /* enum supplicant */
	uint8_t lost_count; /* contexts that are suspended for ever */
	uint8_t warned;     /* a reservation could not be returned: the driver says so once */
	uint8_t zero[3];
};

/* tee-supplicant, as the driver sees it. */
enum supplicant {
	SUPPLICANT_ABSENT,
	SUPPLICANT_RUNS,
	SUPPLICANT_DEAD, /* killed: the device is released with the last reference */
};

/* A scenario's own mistake, found while it runs. */
enum violation {
	VIOLATION_NONE,
	VIOLATION_UNLOCK, /* unlocked a mutex that it does not hold */
	VIOLATION_SECURE_UNLOCK, /* unlocked a mutex of the secure world that nobody holds */
	VIOLATION_READERS, /* more readers of one than can be counted */
	VIOLATION_PANIC, /* the secure world panicked, see teeq_world_panic() */
	VIOLATION_UNUSE, /* one user less than none of a device */
};

/* Threads may do so at once, under different locks. */
static inline void world_violate(struct teeq_world *w, enum violation violation)
{
	__atomic_store_n(&w->violation, (uint8_t)violation, __ATOMIC_RELAXED);
}

static inline bool world_is_violated(const struct teeq_world *w)
{
	return __atomic_load_n(&w->violation, __ATOMIC_RELAXED);
}

/*
 * One script that a task runs: its client's at level 0, above that the services of the RPCs of the
 * call below. A level below the top always stands in a call whose RPC is being served.
 */
struct level {
	uint16_t pc;      /* the instruction it stands at */
	struct call call; /* in progress at that instruction, or idle */
	/*
	 * Close: reservations still to be returned. Reserve, release: 1 between the fast call and the
	 * count, see model_counts_late(). See also task_client().
	 */
	uint8_t marks;
};

enum {
	TASK_RELEASED = 1,  /* everybody arrived at the barrier it stands at */
	TASK_KILLED = 2,    /* a fatal signal is pending */
	TASK_FROZEN = 4,
	TASK_FREEZING = 8,  /* to be frozen where that is possible */
	TASK_FAILED = 16,   /* what it did last failed; only where the script asks */
	TASK_TAKEN = 32,    /* its request has been received */
	TASK_ANSWERED = 64, /* its request has been answered */
	TASK_ABORTED = 128, /* its request failed */
};

/*
 * What a task in CALL_RPC does about the RPC, where no script serves it: @about says more.
 */
enum rpc_wait {
	RPC_NOTHING,    /* a script serves it, or there is none */
	RPC_SERVICE,    /* a script is to serve it, once the call has been noted as started */
	RPC_INTERRUPT,  /* nothing is to be served, once it has been */
	RPC_SIMPLE,     /* the driver does it at once */
	RPC_SLEEP,      /* the driver sleeps: @about is not used, the timer is armed */
	RPC_REQUEST,    /* to be queued for tee-supplicant */
	RPC_REPLY,      /* queued */
	RPC_NOTIF_WAIT, /* for key @about */
	RPC_NOTIF_WAKE, /* registered for key @about */
	RPC_NOTIF_LATE, /* the same, and the time is over: what comes now is lost */
	RPC_NOTIF_SEND, /* key @about */
};

/*
 * @wait, @about   enum rpc_wait, and the key it is about
 */
struct task {
	uint8_t top; /* index of the topmost level */
	uint8_t flags;
	uint8_t wait;
	uint8_t about;
	struct level levels[];
};

/* A mutex of the secure world. Who waits stands in the order of arrival. */
#define SECURE_WRITER 0xff
struct secure_wait {
	uint8_t context; /* plus 1; 0: the end */
	uint8_t flags;
	uint8_t condition; /* plus 1; 0: waits for the mutex itself; of a session: see below */
};

/* What is waited for among those of a session's lock, until everybody is told. */
enum {
	WAITS_FOR_NOBODY = 0xfe, /* closes it, and waits until nobody wants it any more */
	WAITS_FOR_SESSION = 0xff,
};

enum {
	WAIT_READ = 1, /* wants to read only */
	WAIT_DONE = 2, /* may try again, and the notification is on its way */
	WAIT_LATE = 4, /* the time is over for which it waits for the condition */
};

/* Above these bits: the guest, plus 1, to whose driver the notification went, which is not the waiter's. */
#define WAIT_STRAYED_SHIFT 3
_Static_assert((TEEQ_GUEST_MAX << WAIT_STRAYED_SHIFT) <= UINT8_MAX, "a guest, plus 1, fits there");

/*
 * @holders   0, the number of readers, or SECURE_WRITER; who they are: world_holds()
 */
struct secure_lock {
	uint8_t holders;
	struct secure_wait waits[];
};

/*
 * The driver's cache of memory for message arguments. Which slot a call has does not matter.
 *
 * @capacity  slots of all pages
 * @used      those that calls have
 * @leaked    reservations of sessions that were closed without a call
 * @owner     task that holds the mutex from one of its actions to the next, plus 1; or 0
 */
struct arguments {
	uint16_t capacity;
	uint16_t used;
	uint16_t leaked;
	uint8_t owner;
	uint8_t zero;
};

struct fault {
	uint8_t left;  /* times it may still strike; TEEQ_FAULT_ALWAYS: any number */
	uint8_t armed; /* the next action of its kind meets it */
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

/* What the driver of each guest but the first has for itself, besides its queue; see world_supplicant(). */
struct guest {
	uint8_t supplicant;
	uint8_t warned;
};

static inline struct teeq_callq *world_callq(const struct teeq_model *m, const struct teeq_world *w,
					     unsigned int guest)
{
	return world_part(w, m->layout.callq + (size_t)guest * m->layout.callq_size);
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
	return world_pool(m, w, m->guest_pool[guest]);
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
	return &task->levels[0].marks;
}

/* The loop counters of the script at @level of @task. */
static inline uint16_t *task_loops(const struct teeq_model *m, struct task *task, unsigned int level)
{
	uint16_t *loops = (uint16_t *)(void *)((unsigned char *)task + m->layout.loops);

	return loops + level * m->script_loop_count;
}

/*
 * The error of what @task does at its topmost level, enum teeq_failure: of a call in progress, of a service
 * that ended for tee-supplicant's answer, or on the way to who asks for it. Only where scripts ask.
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

static inline struct requests *world_requests(const struct teeq_model *m, const struct teeq_world *w,
					      unsigned int guest)
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
 * How many references each TA has that is loaded by a step, in their order; 0: it is not loaded. From
 * LOADED_STAYS on nobody counts any more.
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
 * How many pieces of memory that tee-supplicant of @guest allocated the call in each thread context has
 * references to, where it allocates any.
 */
static inline uint8_t *world_memory(const struct teeq_model *m, const struct teeq_world *w,
				    unsigned int guest)
{
	return (uint8_t *)world_part(w, m->layout.memory) + (size_t)guest * m->thread_count;
}

/* Whether each session was cancelled, and its TA has not returned since; where commands look for that. */
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

/* Of an instruction that OP_ASKS_WORLD: whether @task goes on with the next, rather than at its target. */
bool world_goes_on(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		   const struct instruction *at);

/* Of @at, which OP_SERVES: whether somebody asked for what whoever stands there does. */
bool world_is_asked(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest,
		    const struct instruction *at);

/* prospect.c: teeq_world_may(); and adds to @visited how many instructions it looked at for that. */
enum teeq_may prospect_may(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int index, enum teeq_deed deed, unsigned int object,
			   uint64_t *visited);

/* One action of @task, which must be enabled. @event may be NULL. */
void world_step(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		struct teeq_event *event);

/*
 * The same for threads: what of the world belongs to others is left alone. No stage begins, and the
 * event says nothing of the queue, nor, if not @watched, of who was woken. Whether @task can move, where neither signals nor CPUs nor faults have
 * a say in it: only what it waits for is looked at.
 */
void world_act(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
	       struct teeq_event *event, bool watched);
bool world_task_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);

/* ------------------------------ parts of a step, each in its file ------------------------------ */

/*
 * One step of one task. Everything in it is atomic: what can be interleaved are calls of
 * world_step(), and nothing else.
 */
struct step {
	const struct teeq_model *m;
	struct teeq_world *w;
	unsigned int index; /* of the task */
	unsigned int guest; /* that it runs in */
	struct task *task;
	struct level *level; /* the topmost when the step begins */
	struct call_place place;
	struct teeq_event *event;
	bool watched; /* somebody wants to see the event */
};

static inline void step_note(struct step *s, enum teeq_action action, enum teeq_outcome outcome)
{
	s->event->action = (uint8_t)action;
	s->event->outcome = (uint8_t)outcome;
}

static inline void step_note_error(struct step *s, enum teeq_action action,
				   enum teeq_outcome outcome, int result)
{
	step_note(s, action, outcome);
	s->event->result = (int16_t)result;
}

/* The instruction is done: on to the next visible one. */
void step_next(struct step *s);
/* What the script's next instruction asks about. */
void step_failed(struct step *s, unsigned int error); /* enum teeq_failure */
/* What an event says of an error: a negative errno, or the number of another one. */
int result_of(unsigned int error);
/* Whether @at, an OP_CATCH, takes the error of @task; and forgets it, unless it says otherwise. */
bool task_catch(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		const struct instruction *at);

/*
 * step_call.c: one standard call. Whether the session it names is another TEE context's than that of @task,
 * which makes it at @level.
 */
bool model_is_foreign(const struct teeq_model *m, unsigned int task, unsigned int level,
		      const struct instruction *at);
void step_call(struct step *s, const struct instruction *at);
/* Whether the driver knows no such session: the call of @task, at @level, ends before it began. */
bool model_refuses(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		   unsigned int level, const struct instruction *at);
/*
 * The driver looks the session up, and takes one that is closed out of its list. False: there is none,
 * and the call is over.
 */
bool step_look_up(struct step *s, const struct instruction *at);
/*
 * The driver's release of one reservation; the event says how it went. @late: the count is yet to follow,
 * by step_count(), as it is after a reserve.
 */
void step_unreserve(struct step *s, uint8_t *marks, bool late);
void step_count(struct step *s, const struct instruction *at);
void step_release(struct step *s, const struct instruction *at);
void step_reserve(struct step *s, const struct instruction *at);

/*
 * arguments.c: memory for message arguments. Whether an instruction makes a call that needs one; whether
 * a task that stands there can go on; and the steps.
 */
bool op_takes_argument(const struct instruction *at);
/* What a call does about memory: enum teeq_memory. */
uint8_t call_memory(const struct call *call, const struct instruction *at);
bool arguments_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
/* Whether a new page is wanted for @call of @task, and none is there yet. */
bool arguments_are_full(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
			const struct call *call);
void arguments_init(const struct teeq_model *m, struct teeq_world *w);
void step_get_arg(struct step *s, const struct instruction *at);
void step_free_arg(struct step *s);
/* A call that registered a page leaves the queue; it may have failed. */
void step_leave_page(struct step *s, const struct instruction *at);
/* The first invariant that does not hold, or NULL. */
const char *arguments_check(const struct teeq_model *m, const struct teeq_world *w);

/* secure.c: what a thread asks for when it stops running. */
enum secure_stop {
	SECURE_EXIT,
	SECURE_RPC,       /* served by a service: @object */
	SECURE_SLEEP,     /* RPC SUSPEND: @ticks */
	SECURE_WAIT,      /* RPC NOTIFICATION WAIT: key @object, @ticks at most */
	SECURE_SEND,      /* RPC NOTIFICATION SEND: key @object */
	SECURE_WORK,      /* runs on for @ticks */
	SECURE_INTERRUPT,
	SECURE_POLL,      /* looked in vain: interrupted, and will look again */
};

struct secure_result {
	enum secure_stop stop;
	uint16_t object;
	uint16_t ticks;
	bool failed; /* on the way: a TA was busy that must not be waited for */
	uint8_t touch; /* enum teeq_event_touch */
	uint16_t touched;
};

/* Run the thread in @context, for task @index, up to where it stops. */
struct secure_result secure_run(const struct teeq_model *m, struct teeq_world *w,
				unsigned int context, unsigned int index);
/* Whether the thread in @context sleeps for a condition that it waits for no longer than so long. */
bool secure_wait_ends(const struct teeq_model *m, const struct teeq_world *w, unsigned int context);
/* The time is over that the thread in @context waits for a condition. */
void secure_note_late(const struct teeq_model *m, struct teeq_world *w, unsigned int context);
/* Where the thread in @context was told that it may have a lock, the driver of @guest got that, which is not its own. */
void secure_note_strayed(const struct teeq_model *m, struct teeq_world *w, unsigned int context,
			 unsigned int guest);
/* The error of the RPC that the thread of @task waits in; and the error alone. */
void secure_rpc_failed(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		       unsigned int error);
void call_fail(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
	       unsigned int error);
/* The instruction of its RPC. */
const struct instruction *secure_rpc(const struct teeq_model *m, const struct teeq_world *w,
				     unsigned int context);

/*
 * cancel.c: the flag of the session that the call at the top of @task is made in, or NULL where nobody
 * could have set it; what a call that came to its end in the secure world does to that of its session; and
 * whether a signal that is pending ends the sleep of @task in SUSPEND, so that it sees the flag.
 */
uint8_t *cancel_flag(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
void cancel_note(struct step *s, const struct instruction *at);
bool cancel_cuts_sleep(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);

/*
 * holds.c: who holds the locks of the secure world. The thread in @context took @lock once more; it
 * gave it back, for task @index; it comes to its end, and what it still holds is kept from then on.
 */
void hold_take(const struct teeq_model *m, struct teeq_world *w, unsigned int lock,
	       unsigned int context);
void hold_release(const struct teeq_model *m, struct teeq_world *w, unsigned int lock,
		  unsigned int context, unsigned int index);
void hold_keep(const struct teeq_model *m, struct teeq_world *w, unsigned int context,
	       unsigned int index);
/* The first invariant of these that does not hold, or NULL. */
const char *hold_check(const struct teeq_model *m, const struct teeq_world *w);

/* rpc.c: RPCs that no script serves, and tee-supplicant. */
void rpc_begin(struct step *s, const struct secure_result *result);
/* The call has been noted as started: the service that waits for that begins. */
void rpc_started(struct step *s);
void rpc_step(struct step *s);
bool rpc_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
/* The RPC has been served, or not: back to the secure world. */
void rpc_end(struct step *s, unsigned int error); /* enum teeq_failure */
/* Where nothing holds the dead one's device any more, it is closed; what it was to answer fails then. */
void supplicant_release(const struct teeq_model *m, struct teeq_world *w, unsigned int guest);
/* The call in @context gives back one piece of memory that tee-supplicant of @guest allocated, or all. */
void supplicant_memory_drop(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
			    unsigned int context, bool all);
void supplicant_stop(const struct teeq_model *m, struct teeq_world *w, unsigned int guest);
bool supplicant_can_start(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int guest);
void supplicant_receive(struct step *s);
void supplicant_answer(struct step *s);

/* notif.c: notifications, those of RPCs too. */
void notif_step(struct step *s);
/* Send notification @key; the event says who waits for it. */
void step_notify(struct step *s, unsigned int key);
/* In @guest, as all of these. */
void async_raise(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
		 unsigned int key);
/* Whether the interrupt has a value to fetch; whether its thread has a bottom half to run. */
bool async_pending(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);
bool async_told(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);
void async_step(struct step *s);
void async_bottom_half(struct step *s);

/* signals.c: tasks that are killed or frozen. */
void task_kill(const struct teeq_model *m, struct teeq_world *w, unsigned int task);
/* Whether a killed task can stop what it is doing, here and now. */
bool task_can_exit(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
void task_exit(struct step *s);
/* Kill the tasks of @client, or the tee-supplicant of @guest (MODEL_NONE). */
void client_kill(const struct teeq_model *m, struct teeq_world *w, unsigned int client,
		 unsigned int guest);
/* Freeze those of @client (or tee-supplicant's threads) that stand where they can be. */
void client_freeze(const struct teeq_model *m, struct teeq_world *w, unsigned int client,
		   unsigned int guest, bool on);
bool client_is_frozen(const struct teeq_model *m, const struct teeq_world *w, unsigned int client,
		      unsigned int guest);
/* A freezing task that came where it can be frozen is. */
void task_settle(const struct teeq_model *m, struct teeq_world *w, unsigned int task);

/* faults.c */
bool fault_can_strike(const struct teeq_model *m, const struct teeq_world *w, unsigned int fault);
void fault_step(struct step *s);
bool fault_is_armed(const struct teeq_model *m, const struct teeq_world *w,
		    enum teeq_fault_kind kind);
/* Whether a fault of @kind is armed; it strikes with that, and is not any more. */
/* The same, with its error: enum teeq_failure. */
unsigned int fault_meets(const struct teeq_model *m, struct teeq_world *w, enum teeq_fault_kind kind);
bool fault_strikes(const struct teeq_model *m, struct teeq_world *w, enum teeq_fault_kind kind);

/* guests.c: calls of @guest that are in the secure world; and whether it may have no more there. */
unsigned int guest_calls(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);
bool guest_is_full(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);

/* cpus.c: whether every CPU is kept by somebody; and who of @enabled has one to run on. */
bool cpus_are_busy(const struct teeq_model *m, const struct teeq_world *w);
uint64_t cpus_apply(const struct teeq_model *m, const struct teeq_world *w, uint64_t enabled);
/* Whether nobody else can run on the CPU of @task, whatever it does next. */
bool cpu_is_kept(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
/* Who polls in vain, in either world; and the event that a task polls, or MODEL_NONE. */
uint64_t world_spinning(const struct teeq_model *m, const struct teeq_world *w);
unsigned int world_polled(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int task);

/* Contexts that run now. */
unsigned int world_active_count(const struct teeq_model *m, const struct teeq_world *w);

/*
 * Time, in runs: the tasks that only wait for it, of those that can move; and let as much of it pass
 * as the first of them needs. A search lets any of them move instead.
 */
uint64_t world_timed(const struct teeq_model *m, const struct teeq_world *w, uint64_t enabled);
uint64_t world_pass_time(const struct teeq_model *m, struct teeq_world *w, uint64_t timed);

/* @session asks to be a system session, by the policy's rules: 0 or a negative errno. */
int world_reserve(const struct teeq_model *m, struct teeq_world *w, unsigned int session);

/* The tasks that could move if there were a CPU for each; no faults. */
uint64_t world_can_move(const struct teeq_model *m, const struct teeq_world *w);

bool world_waits_for_time(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int task);

/* What a task stands at. */
enum teeq_action world_action(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int task);

static inline uint64_t task_bit(unsigned int task)
{
	return UINT64_C(1) << task;
}

#endif
