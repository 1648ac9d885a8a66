/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_REPORT_H
#define TEEQ_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "teeq/explore.h"
#include "teeq/model.h"
#include "teeq/run.h"
#include "teeq/status.h"
#include "teeq/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------- trace ----------------------------------------------- */

/* One line about one event, without a newline: "enter: waits (free 0)". snprintf-like. */
TEEQ_API size_t teeq_event_text(const struct teeq_model *model, const struct teeq_event *event,
				char *text, size_t size);

/*
 * A whole trace as text has one column per task, and each action in its task's column. This writes
 * the line with the tasks' names to @out; errors are left to ferror().
 */
TEEQ_API void teeq_trace_head(const struct teeq_model *model, FILE *out);
/* One event of that trace: one line. */
TEEQ_API void teeq_trace_event(const struct teeq_model *model, const struct teeq_event *event,
			       FILE *out);

/*
 * The same for a terminal of @width columns: narrower, or one for all, where they would be wider;
 * 0: as above.
 */
TEEQ_API void teeq_trace_head_within(const struct teeq_model *model, size_t width, FILE *out);
/* One event of that. */
TEEQ_API void teeq_trace_event_within(const struct teeq_model *model,
				      const struct teeq_event *event, size_t width, FILE *out);

/*
 * The name of a simulated driver's answer: -22 is "-EINVAL", 0 is "0". Linux's numbers, whatever
 * the host's are. NULL where teeq has no name for it. Constant text, callable from any thread.
 */
TEEQ_API const char *teeq_errno_name(int result);

/*
 * Write @word to @out as a shell reads it back, whatever it holds: for commands that are printed to
 * be repeated. Errors are left to ferror().
 */
TEEQ_API void teeq_put_word(FILE *out, const char *word);
/*
 * Likewise the path of a file; one that begins with '-' would be taken for an option, and gets a
 * "./" before, but for "-" itself.
 */
TEEQ_API void teeq_put_path(FILE *out, const char *path);

/* ---------------------------------------- clients --------------------------------------------- */

/* How far a client has come. */
enum teeq_client_state {
	TEEQ_CLIENT_UNFINISHED, /* it has steps left, begun or not */
	TEEQ_CLIENT_FINISHED,   /* it came to the end of its script */
	TEEQ_CLIENT_KILLED,     /* it was killed, and its exit is over */
};
/* Of task @task, which must be a client's; TEEQ_CLIENT_UNFINISHED for any other. */
TEEQ_API enum teeq_client_state teeq_world_client_state(const struct teeq_model *model,
							const struct teeq_world *world,
							unsigned int task);

/* --------------------------------------- deadlocks -------------------------------------------- */

/* What a task waits for that cannot move, and what an edge's fields then are. */
enum teeq_wait_kind {
	TEEQ_WAIT_LOCK,    /* a normal-world mutex: @object, held by @holder */
	TEEQ_WAIT_EVENT,   /* an event nobody has signalled; @holder may still do it */
	TEEQ_WAIT_BARRIER, /* @holder has not arrived */
	TEEQ_WAIT_THREAD,  /* a thread context, or the credit for one: @context is held by
			      @holder */
	TEEQ_WAIT_WAKE,    /* nothing but a wake: a thread is free and it would be admitted;
			      @holder's call at @holder_level is in the list with its completion
			      done although it does not sleep (it absorbed the wake), where there is
			      one */
	TEEQ_WAIT_IDLE,    /* every thread to be free, for the shared-memory cache: as
			      WAIT_THREAD */
	TEEQ_WAIT_CPU,     /* all of them, or the one that it is bound to, run the secure world:
			      @context, of @holder's call; or are kept by it; or run @holder, of a
			      higher priority */
	TEEQ_WAIT_SECURE_LOCK, /* of the secure world: @object; @holder's call at @holder_level
				  holds it, in @context, or TEEQ_NO_CONTEXT: took it in an earlier
				  call */
	TEEQ_WAIT_CONDITION,    /* of the secure world: @object; @holder may signal it */
	TEEQ_WAIT_NOTIFICATION, /* @object; @holder may send it */
	TEEQ_WAIT_SUPPLICANT,   /* the answer to @waiter's request for service @object: a thread of
				   tee-supplicant, who may start it, or whose request keeps a dead
				   one's device open */
	TEEQ_WAIT_START,        /* until tee-supplicant can be started: as above */
	TEEQ_WAIT_FREEZE,       /* until @holder, of client @object, is frozen */
	TEEQ_WAIT_THAW,         /* to be thawed: @holder may do it */
	TEEQ_WAIT_ARGUMENT,     /* the mutex of the argument cache: @holder registers a page */
	TEEQ_WAIT_POLL,         /* does not sleep, but polls event @object: @holder may signal it */
	TEEQ_WAIT_LIMIT,        /* the hypervisor's limit of guest @object, whose every call in the
				   secure world is a @holder's, at @holder_level, in @context */
	TEEQ_WAIT_KIND_COUNT
};

/*
 * One reason for which a task cannot move.
 *
 * @waiter, @waiter_level  the task, and the nesting depth of the call or script it stands in
 * @kind                   enum teeq_wait_kind, which says what the others are
 * @context                a thread context, or TEEQ_NO_CONTEXT
 * @holder, @holder_level  likewise; -1 where there is nobody to name
 * @object                 an index of the model, or TEEQ_NO_OBJECT
 */
struct teeq_wait_edge {
	uint8_t waiter;
	uint8_t waiter_level;
	uint8_t kind;
	uint8_t context;
	int16_t holder;
	uint8_t holder_level;
	uint16_t object;
};

/*
 * Without which others @waiter does not get what it waits for: not before @count of @tasks (one bit
 * each) have got on. 1: any of them; as many as there are: all. Where @waiter itself is among
 * several of which one would do, it is left out, as it gets on only afterwards.
 */
struct teeq_wait_need {
	uint64_t tasks;
	uint8_t waiter;
	uint8_t count;
};

/*
 * Why a world does not move. Each table has a length: @edges and @edge_count, and so on.
 *
 * @edges  all of them, grouped by waiter in task order
 * @cycle  the shortest cycle of edges that are all necessary: its waiter does not get on before its
 *         holder does, be there other edges of it or not. Indices into @edges, in order
 * @knot   where there is no such cycle: a smallest set of tasks of which each waits until one of
 *         them gets on, whatever all others do; in task order
 * Either proves that its tasks never get on. Neither need be there: what a task waits for may be
 * what nobody is left to bring.
 */
struct teeq_wait_graph {
	struct teeq_wait_edge *edges;
	size_t edge_count;
	size_t *cycle;
	size_t cycle_count;
	struct teeq_wait_need *knot;
	size_t knot_count;
	bool exhausted;   /* no thread context is free */
	bool lost_wakeup; /* some TEEQ_WAIT_WAKE edge exists */
};
/*
 * The graph of @world, which stays as it is; @graph is overwritten, and the caller's until
 * teeq_wait_graph_free(). TEEQ_ENOMEM: it is empty.
 */
TEEQ_API enum teeq_status teeq_wait_graph_new(const struct teeq_model *model,
					      const struct teeq_world *world,
					      struct teeq_wait_graph *graph);
/* Give back what @graph holds, and leave it empty. NULL is fine. */
TEEQ_API void teeq_wait_graph_free(struct teeq_wait_graph *graph);

/* "lock", "thread", "secure-lock", ...; NULL out of range. */
TEEQ_API const char *teeq_wait_kind_name(enum teeq_wait_kind kind);
/* What @edge's object is called; NULL where it has none. */
TEEQ_API const char *teeq_wait_edge_object(const struct teeq_model *model,
					   const struct teeq_wait_edge *edge);

/* One sentence about an edge, without a newline. snprintf-like. */
TEEQ_API size_t teeq_wait_edge_text(const struct teeq_model *model, const struct teeq_world *world,
				    const struct teeq_wait_edge *edge, char *text, size_t size);

/* "app.0 needs app.1 or app.2", "a needs 2 of b, c and d"; without a newline. snprintf-like. */
TEEQ_API size_t teeq_wait_need_text(const struct teeq_model *model,
				    const struct teeq_wait_need *need, char *text, size_t size);

/* ------------------------------------- for other tools ---------------------------------------- */

/*
 * Write the run of @schedule, from the initial state, to @out as a sequence diagram of Mermaid.
 * TEEQ_EMISMATCH: it does not replay; TEEQ_EINPUT: a pointer is NULL; TEEQ_ENOMEM. Errors of @out
 * are left to ferror().
 */
TEEQ_API enum teeq_status teeq_export_mermaid(const struct teeq_model *model,
					      const struct teeq_schedule *schedule, FILE *out);
/* Who waits for whom in @world, as a graph of Graphviz. As above. */
TEEQ_API enum teeq_status teeq_export_dot(const struct teeq_model *model,
					  const struct teeq_world *world, FILE *out);

/*
 * The states of @model and the moves between them, as a graph of Graphviz: a node for each state,
 * ends with a shape of their own and their verdict, and thick what leads to the nearest failure.
 * TEEQ_EINPUT: a pointer is NULL. Errors of @out are left to ferror(); where there is no memory
 * moves have no names.
 */
TEEQ_API enum teeq_status teeq_export_states(const struct teeq_model *model,
					     const struct teeq_states *states, FILE *out);

/*
 * The report for a person: verdict, each stuck task and what it waits for, the cycle or knot, the
 * thread contexts, the list of waiters. @replay_command is printed as the last line where it is not
 * NULL. TEEQ_EIO: @out did not take it all; TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_report_print(const struct teeq_model *model,
					    const struct teeq_world *world,
					    const struct teeq_result *result,
					    const char *replay_command, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
