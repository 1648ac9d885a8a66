/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_CALLS_H
#define FIELD_TRACE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "field/threads.h"
#include "field/trace_line.h"

/*
 * The calls of a recording. A call is a standard call that is refused and made again any number of
 * times, RPCs that are each resumed, and an end; who makes it is a task, and a task that serves an
 * RPC may make another one inside. What is not so is a complaint, except where events are known to
 * be missing: there a task is taken as it is found.
 */

/* What an RPC asks for. The registers tell the first four; the rest is known from probes. */
enum trace_rpc {
	TRACE_RPC_FOREIGN,
	TRACE_RPC_ALLOC,
	TRACE_RPC_FREE,
	TRACE_RPC_COMMAND, /* and which one is not told */
	TRACE_RPC_LOAD_TA,
	TRACE_RPC_RPMB,
	TRACE_RPC_STORAGE,
	TRACE_RPC_TIME,
	TRACE_RPC_NOTIF_WAIT,
	TRACE_RPC_NOTIF_SEND,
	TRACE_RPC_SUSPEND,
	TRACE_RPC_SHM_ALLOC,
	TRACE_RPC_SHM_FREE,
	TRACE_RPC_SOCKET,
	TRACE_RPC_I2C,
	TRACE_RPC_RPMB_PROBE,
	TRACE_RPC_RPMB_FRAMES,
	TRACE_RPC_OTHER, /* a command without a name here */
	TRACE_RPC_COUNT
};
/* A word, and the same for people; static. */
const char *trace_rpc_word(enum trace_rpc rpc);
const char *trace_rpc_text(enum trace_rpc rpc);

/* What a call was made for, where probes tell. */
enum trace_purpose {
	TRACE_PURPOSE_UNKNOWN,
	TRACE_PURPOSE_OPEN,
	TRACE_PURPOSE_INVOKE,
	TRACE_PURPOSE_CLOSE,
	TRACE_PURPOSE_CANCEL,
	TRACE_PURPOSE_MEMORY,
	TRACE_PURPOSE_COUNT
};
const char *trace_purpose_word(enum trace_purpose purpose);

enum trace_phase {
	TRACE_PHASE_FIRST, /* in its first SMC, which may be refused */
	TRACE_PHASE_REFUSED, /* waits, to make it again */
	TRACE_PHASE_RPC, /* its thread is suspended */
	TRACE_PHASE_RESUMED, /* in a later SMC */
};

#define TRACE_NO_THREAD	  UINT32_MAX
#define TRACE_NESTING_MAX 16u
#define TRACE_TASK_MAX	  65536u
#define TRACE_SHAPE_MAX	  64u

struct trace_task;

/*
 * @queued     when it entered the queue; without a probe there, when it began
 * @admitted   begin of the SMC that was not refused
 * @since      of its present phase
 * @entered    begin of its last SMC
 * @adopted    it was found in progress
 * @doubtful   the end of its SMC is missing, and the task called again: inside of an RPC, or behind
 *             it
 * @overtaken  its thread was seen with another call: it left the secure world before its end event
 * @taken      line of an RPC of another call in its thread, while it was suspended there; 0: none.
 *             Which of the two is wrong shows when it is resumed, or is not
 * @disputed   that was said, or will be: once is enough
 * @other_thread  what an RPC or a resume named instead of @thread, and was said to be wrong
 * @longest_rpc, @longest_rpc_time  the one of its RPCs, of those that are over, that took longest
 * @in_rpc     @rpc is of the RPC it is in: its end event was seen
 * @shape      its RPCs in order, @shape_count of them, of which the first TRACE_SHAPE_MAX are kept
 * @holder, @held_by  of trace_stats: it counts as one that has a thread; who had them when it was
 *             refused first
 */
struct trace_holder {
	uint64_t key;
	uint32_t thread;
	char name[TRACE_NAME_MAX];
};
#define TRACE_HOLDERS_KEPT 8u

struct trace_call {
	struct trace_call *outer;
	struct trace_task *task;
	enum trace_phase phase;
	enum trace_purpose purpose;
	enum trace_rpc rpc;
	uint32_t thread;
	uint32_t other_thread;
	uint32_t retries;
	uint32_t rpc_count;
	uint32_t key; /* that it waits for, or sends, in this RPC */
	bool has_key;
	bool in_rpc;
	bool asked_supplicant; /* in this RPC, and the answer has not come */
	bool adopted;
	bool doubtful;
	bool overtaken;
	bool nested;
	uint64_t queued;
	uint64_t begun;
	uint64_t admitted;
	uint64_t since;
	uint64_t entered;
	uint64_t secure_time;
	uint64_t wait_time;
	uint64_t registers[4];
	uint32_t shape_count;
	uint16_t shape[TRACE_SHAPE_MAX];
	enum trace_rpc longest_rpc;
	uint64_t longest_rpc_time;
	bool disputed;
	uint64_t taken;
	uint64_t taken_time;
	struct trace_holder taken_by;
	bool holder;
	bool asked; /* of trace_conform: it counts among those whose thread is not known */
	uint8_t credit; /* likewise: enum teeq_credit */
	unsigned int held_by_count;
	struct trace_holder held_by[TRACE_HOLDERS_KEPT];
};

struct trace_task {
	uint64_t key;
	char name[TRACE_NAME_MAX];
	struct trace_call *call; /* the innermost */
	uint64_t epoch; /* what was lost before is known of */
	uint64_t recording; /* 1 + the last one that it has an event in */
	uint64_t events;
	uint64_t queued; /* by a probe, for the next call; @has_queued */
	bool has_queued;
	bool in_smc; /* of a recording without registers */
	enum trace_purpose purpose; /* of the next call */
	uint32_t track; /* of trace_perfetto: its number there, from 1; 0: none yet */
	uint32_t place; /* of trace_load, likewise */
	struct trace_task *next;
};

enum trace_fact {
	TRACE_FACT_CALL, /* its first SMC begins */
	TRACE_FACT_REFUSED, /* ETHREAD_LIMIT */
	TRACE_FACT_RETRY, /* the SMC again */
	TRACE_FACT_RPC, /* suspended; what for may be known only at the resume */
	TRACE_FACT_RESUME, /* @since is still that of the RPC */
	TRACE_FACT_NOTIFY, /* in an RPC it sends @key, by a probe */
	TRACE_FACT_TAKEN, /* its thread was seen with another call */
	TRACE_FACT_DONE,
	TRACE_FACT_GONE, /* not known how it went on */
};

/* Who listens; behind DONE and GONE the call is no more. */
struct trace_sink {
	void (*fact)(void *argument, enum trace_fact fact, struct trace_call *call, uint64_t time);
	void *argument;
};
#define TRACE_SINK_MAX 6

enum trace_complaint_kind {
	TRACE_COMPLAINT_BEGIN, /* an SMC begins inside of one */
	TRACE_COMPLAINT_END, /* an SMC ends that did not begin */
	TRACE_COMPLAINT_RESUME, /* of nothing */
	TRACE_COMPLAINT_WRONG_THREAD, /* a resume of another thread than that of the RPC */
	TRACE_COMPLAINT_OTHER_THREAD, /* an RPC of another thread than before */
	TRACE_COMPLAINT_THREAD_TAKEN, /* an RPC of a thread that somebody else has */
	TRACE_COMPLAINT_NO_SUCH_THREAD,
	TRACE_COMPLAINT_NOT_RETRIED, /* behind ETHREAD_LIMIT comes something else */
	TRACE_COMPLAINT_REFUSED_RESUME, /* ETHREAD_LIMIT for a thread that is there */
	TRACE_COMPLAINT_FUNCTION, /* no standard call of the driver's */
	TRACE_COMPLAINT_RPC, /* no RPC of OP-TEE's */
	TRACE_COMPLAINT_RETURN, /* neither OK nor an RPC */
	TRACE_COMPLAINT_NESTED, /* deeper than any driver goes */
	TRACE_COMPLAINT_UNREADABLE,
	TRACE_COMPLAINT_MODEL, /* the model does not allow it */
	TRACE_COMPLAINT_COUNT
};
const char *trace_complaint_word(enum trace_complaint_kind kind);

struct trace_complaint {
	enum trace_complaint_kind kind;
	uint64_t line;
	uint64_t time;
	uint64_t key;
	char name[TRACE_NAME_MAX];
	char text[200];
};
#define TRACE_COMPLAINTS_KEPT 64

/*
 * @threads     of the secure world; 0: not known
 * @epoch       rises where events are missing
 * @begins, @ends  events of the driver; @blind: those without registers
 * @unknown     events of nobody: without a task, or of more tasks than can be kept
 * @adopted     calls found in progress, not among @calls
 */
struct trace_calls {
	unsigned int threads;
	uint64_t epoch;
	struct trace_task **tasks;
	size_t task_slots;
	size_t task_count;
	struct trace_task **touched; /* tasks with an event in this recording: @touched_count */
	size_t touched_count;
	uint64_t recording; /* how many others were before */
	struct trace_call *free_calls;
	struct trace_call *holders[FIELD_THREADS_MAX];
	bool seen[FIELD_THREADS_MAX];
	unsigned int seen_end; /* 1 + the last of these; 0: none */
	struct trace_sink sinks[TRACE_SINK_MAX];
	size_t sink_count;
	uint64_t line; /* of the event at hand */

	uint64_t begins, ends, blind, unknown, probes;
	uint64_t calls, adopted, done, gone, nested, retries, refusals;
	uint64_t rpcs[4]; /* as the registers say: FOREIGN, ALLOC, FREE, COMMAND */
	uint64_t late_ends;
	uint64_t longest_retries;
	uint64_t waiting; /* calls that were refused, and are to be made again */
	uint64_t queueing; /* tasks in the queue that have not begun their call, by probes */
	uint64_t in_flight, in_flight_max, inside, inside_max;
	bool full; /* tasks were not kept */
	bool failed; /* memory ran out */

	uint64_t contradictions; /* resumes of another thread, with or without a complaint */
	uint64_t complaint_count;
	uint64_t complaints_of[TRACE_COMPLAINT_COUNT];
	struct trace_complaint complaints[TRACE_COMPLAINTS_KEPT];
};

/* Initialise with {0}; false: no memory. */
bool trace_calls_start(struct trace_calls *calls);
void trace_calls_listen(struct trace_calls *calls, struct trace_sink sink);
/* One event, in the order of time. */
void trace_calls_event(struct trace_calls *calls, const struct trace_event *event);
/* Events are missing here; or another recording begins, and no call goes on. */
void trace_calls_lost(struct trace_calls *calls);
void trace_calls_again(struct trace_calls *calls, uint64_t time);
void trace_calls_free(struct trace_calls *calls);

/* ---- trace_tell.c ---- */
/* @fact about @call, to all who listen. */
void trace_tell(struct trace_calls *calls, enum trace_fact fact, struct trace_call *call,
		uint64_t time);
/*
 * What cannot be so, of @task or, NULL, of nobody's. Of many only the first are kept, and all
 * counted.
 */
void trace_complain(struct trace_calls *calls, enum trace_complaint_kind kind,
		    const struct trace_task *task, uint64_t time, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* ---- trace_tasks.c ---- */
/* NULL: no memory, or too many. */
struct trace_task *trace_task_get(struct trace_calls *calls, uint64_t key, const char *name);
/* The first task, and the one behind @task, in no particular but always the same order. */
struct trace_task *trace_task_first(const struct trace_calls *calls);
struct trace_task *trace_task_next(const struct trace_calls *calls, const struct trace_task *task);
struct trace_call *trace_call_new(struct trace_calls *calls, struct trace_task *task);
void trace_call_free(struct trace_calls *calls, struct trace_call *call);

/* ---- trace_smc.c: what an SMC's begin and end mean for a task's calls ---- */
void trace_smc_begin(struct trace_calls *calls, struct trace_task *task,
		     const struct trace_event *event, bool synced);
void trace_smc_end(struct trace_calls *calls, struct trace_task *task,
		   const struct trace_event *event, bool synced);
/* Of none of the task's calls it is known how it went on. */
void trace_smc_lose_all(struct trace_calls *calls, struct trace_task *task, uint64_t time);

/* ---- trace_threads.c: who is in which thread ---- */
/* The call was seen with that thread, in an RPC; where not @synced, nothing is made of it. */
void trace_thread_seen(struct trace_calls *calls, struct trace_call *call, uint64_t number,
		       uint64_t time, bool synced);
/* A call that is in an RPC is resumed, and names a thread. */
void trace_thread_resumed(struct trace_calls *calls, struct trace_call *call, uint64_t number,
			  uint64_t time, bool synced);
/* The call has its thread no more, if it had one. */
void trace_thread_release(struct trace_calls *calls, const struct trace_call *call);
/* Nothing more comes: what was left open is said. */
void trace_threads_finish(struct trace_calls *calls);

#endif
