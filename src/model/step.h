/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_STEP_H
#define MODEL_STEP_H

#include "model/world.h"

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

/*
 * event.c: an empty event. Its registers stay as they
 * are: has_call and has_ret say whether they count.
 */
void step_begin_event(struct step *s);
/* Which completions were signalled before a wake, so that the event can name those it added. */
struct signalled {
	uint64_t done[TEEQ_TASK_MAX * CALLER_LEVELS / 64];
};
void step_remember_signalled(const struct step *s, struct signalled *before);
/* Whom the action woke, of those who were not among @before. */
void step_note_woken(struct step *s, const struct signalled *before);
/* A fast call, where one was made. @event may be NULL. */
void step_note_fast(struct teeq_event *event, const struct session_fast *fast);
/* Over FF-A the same standard calls are direct messages, and there are no fast calls. */
void step_express_as_messages(struct teeq_event *event);

/* advance.c: the instruction is done: on to the next visible one. */
void step_next(struct step *s);
/* What the script's next instruction asks about. */
void step_failed(struct step *s, unsigned int error); /* enum teeq_failure */
/* failure.c: what an event says of an error: a negative errno, or the number of another one. */
int result_of(unsigned int error);
/* Whether @at, an OP_CATCH, takes the error of @task; and forgets it, unless it says otherwise. */
bool task_catch(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		const struct instruction *at);

/* step_call.c: one standard call. */
void step_call(struct step *s, const struct instruction *at);

/*
 * sessions.c: the session that a call names, or NULL; whether it is another TEE context's than that
 * of @task, which makes it at @level.
 */
struct session *session_named(const struct step *s, const struct instruction *at);
bool model_is_foreign(const struct teeq_model *m, unsigned int task, unsigned int level,
		      const struct instruction *at);
/* Whether the driver knows no such session: the call of @task, at @level, ends before it began. */
bool model_refuses(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		   unsigned int level, const struct instruction *at);
/*
 * The driver looks the session up, and takes one that is closed out of its list. False: there is
 * none, and the call is over.
 */
bool step_look_up(struct step *s, const struct instruction *at);
/*
 * The driver's release of one reservation; the event says how it went. @late: the count is yet to
 * follow, by step_count(), as it is after a reserve.
 */
void step_unreserve(struct step *s, uint8_t *reservations, bool late);
void step_count(struct step *s, const struct instruction *at);
void step_release(struct step *s, const struct instruction *at);
void step_reserve(struct step *s, const struct instruction *at);

/* arguments.c: memory for message arguments. */

/* What a call does about memory: enum teeq_memory. */
uint8_t call_memory(const struct call *call, const struct instruction *at);
/* Whether a new page is wanted for @call of @task, and none is there yet. */
static inline bool arguments_are_full(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int task, const struct call *call)
{
	const struct arguments *arguments = world_arguments(m, w, m->tasks[task].guest);

	return !(call->flags & CALL_PAGE) && arguments->used >= arguments->capacity;
}

/* Whether a task that stands there can go on; and the steps. */
bool arguments_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
void arguments_init(const struct teeq_model *m, struct teeq_world *w);
void step_get_arg(struct step *s, const struct instruction *at);
void step_free_arg(struct step *s);
/* A call that registered a page leaves the queue; it may have failed. */
void step_leave_page(struct step *s);
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
/*
 * Whether the thread in @context sleeps for a condition that it waits for no longer than so long.
 */
bool secure_wait_ends(const struct teeq_model *m, const struct teeq_world *w, unsigned int context);
/* The time is over that the thread in @context waits for a condition. */
void secure_note_late(const struct teeq_model *m, struct teeq_world *w, unsigned int context);
/*
 * Where the thread in @context was woken for a lock,
 * the driver of @guest got that, which is not its own.
 */
void secure_note_strayed(const struct teeq_model *m, struct teeq_world *w, unsigned int context,
			 unsigned int guest);
/*
 * failure.c: what the thread in @context does at @at fails:
 * on to where its script asks for errors, or gives up.
 */
void secure_give_up(const struct teeq_model *m, const struct teeq_world *w, unsigned int context,
		    const struct instruction *at);
/* The error of the RPC that the thread of @task waits in; and the error alone. */
void secure_rpc_failed(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		       unsigned int error);
void call_fail(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
	       unsigned int error);
/*
 * The instruction of its RPC. Who sleeps for a lock
 * stands at its instruction, which may be the very first.
 */
static inline const struct instruction *secure_rpc(const struct teeq_model *m,
						   const struct teeq_world *w, unsigned int context)
{
	unsigned int pc = world_thread(m, w, context)->pc;

	return &m->code[pc > 0 ? pc - 1 : 0];
}

/*
 * cancel.c: the flag of the session that the call at the top of @task is made in, or NULL where
 * nobody could have set it; what a call that came to its end in the secure world does to that of
 * its session; and whether a signal that is pending ends the sleep of @task in SUSPEND, so that it
 * sees the flag.
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
/* Whether the thread in @context has one. */
bool hold_any(const struct teeq_model *m, const struct teeq_world *w, unsigned int context);
/* The first invariant of these that does not hold, or NULL. */
const char *hold_check(const struct teeq_model *m, const struct teeq_world *w);

/* rpc.c: RPCs that no script serves, be it the driver who does or tee-supplicant. */
void rpc_begin(struct step *s, const struct secure_result *result);
/* The call has been noted as started: the service that waits for that begins. */
void rpc_started(struct step *s);
void rpc_step(struct step *s);
bool rpc_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
/* The service that the call at the top of @task is waiting for. */
static inline unsigned int rpc_service_of(const struct teeq_model *m, const struct teeq_world *w,
					  const struct task *task)
{
	return secure_rpc(m, w, task->levels[task->top].call.context)->object;
}

/* Whether the RPC that @task waits for asks for this. */
static inline bool rpc_asks_for(const struct teeq_model *m, const struct teeq_world *w,
				const struct task *task, enum teeq_rpc_kind kind)
{
	return m->services[rpc_service_of(m, w, task)].kind == kind;
}

/* The RPC has been served, or not: back to the secure world. */
void rpc_end(struct step *s, unsigned int error); /* enum teeq_failure */
/* A thread of tee-supplicant takes a request, and answers it. */
void supplicant_receive(struct step *s);
void supplicant_answer(struct step *s);

/* supplicant.c: the life of tee-supplicant, and what holds its device. */

/*
 * Where nothing holds the dead one's device any more,
 * it is closed; what it was to answer fails then.
 */
void supplicant_release(const struct teeq_model *m, struct teeq_world *w, unsigned int guest);
/*
 * The call in @context gives back one piece of memory
 * that tee-supplicant of @guest allocated, or all.
 */
void supplicant_memory_drop(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
			    unsigned int context, bool all);
/* It dies: what it works for it does not answer any more. Nothing, where it does not run. */
void supplicant_stop(const struct teeq_model *m, struct teeq_world *w, unsigned int guest);
/* Whether a new process could open the device. */
bool supplicant_can_start(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int guest);

/* notif.c: notifications, those of RPCs too. */
void notif_step(struct step *s);
/* Send notification @key; the event says who waits for it. */
void step_notify(struct step *s, unsigned int key);
/* In @guest, as all of these. */
void async_raise(const struct teeq_model *m, struct teeq_world *w, unsigned int guest,
		 unsigned int key);
/* Whether the interrupt has a value to fetch; whether its thread has a bottom half to run. */
bool async_pending(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);
bool async_half_is_due(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);
/* Fetch a value: a key, or TEEQ_NO_OBJECT, which tells that thread; and that it runs now. */
unsigned int async_fetch(const struct teeq_model *m, struct teeq_world *w, unsigned int guest);
void async_take(const struct teeq_model *m, struct teeq_world *w, unsigned int guest);
void async_step(struct step *s);
void async_bottom_half(struct step *s);

/* signals.c: tasks that are killed or frozen. */
void task_kill(const struct teeq_model *m, struct teeq_world *w, unsigned int task);
/* Whether a killed task can stop what it is doing, here and now. */
bool task_can_exit(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
void task_exit(struct step *s);
/* Kill the tasks of @client, or the tee-supplicant of @guest (TEEQ_NO_OBJECT). */
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
/* Whether task @index stands where a fault of @kind would make it fail. */
bool fault_can_meet(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
		    enum teeq_fault_kind kind);
void fault_step(struct step *s);
bool fault_is_armed(const struct teeq_model *m, const struct teeq_world *w,
		    enum teeq_fault_kind kind);
/* Whether a fault of @kind is armed; it strikes with that, and is not any more. */
bool fault_strikes(const struct teeq_model *m, struct teeq_world *w, enum teeq_fault_kind kind);
/* The same, with its error: enum teeq_failure. */
unsigned int fault_meets(const struct teeq_model *m, struct teeq_world *w,
			 enum teeq_fault_kind kind);

#endif
