/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_ACTIVITY_H
#define FIELD_ACTIVITY_H

#include "field/log.h"

/* What a task does, as its stack says: calls within calls, and at the inside what it waits for. */

#define ACTIVITY_CALLS_MAX 8

enum activity_wait {
	ACTIVITY_UNKNOWN, /* the stack does not say, or there is none */
	ACTIVITY_THREAD, /* sleeps in the call queue */
	ACTIVITY_IDLE, /* of the pool: until no thread is in use, as a shutdown does */
	ACTIVITY_SUPPLICANT,
	ACTIVITY_NOTIFICATION,
	ACTIVITY_LOCK, /* of the normal world */
	ACTIVITY_DEVICE,
	ACTIVITY_SLEEP, /* for a time */
	ACTIVITY_WORLD, /* in the secure world, or on the way */
	ACTIVITY_QUEUE, /* in a short section of the call queue */
	ACTIVITY_REQUEST, /* tee-supplicant: for the next request */
	ACTIVITY_TAKING, /* tee-supplicant: runs where it waits for one: takes it, or was woken */
	ACTIVITY_STOPPED, /* by a signal, a debugger or the freezer */
	ACTIVITY_USER, /* in user space, or in a wait that has nothing to do with calls */
	ACTIVITY_OTHER, /* asleep somewhere else */
	ACTIVITY_WAIT_COUNT
};

/* One standard call, outermost first. Texts are the table's, or constant. */
struct activity_call {
	const char *operation; /* "invoke", "register"; "call": the stack does not say which */
	const char *service; /* in its RPC: what serves it; NULL: nothing that the table knows */
	const char *inner; /* and what that came to in the end; NULL: the same */
	bool entered; /* its function is on the stack, not only what leads to it */
	bool in_rpc; /* so it holds a thread */
};

struct activity {
	struct activity_call calls[ACTIVITY_CALLS_MAX];
	size_t call_count;
	size_t held; /* threads that its calls hold for certain, those in RPCs */
	enum activity_wait wait;
	const char *lock; /* ACTIVITY_LOCK: what sort */
	uint32_t taker; /* the function that wants it; UINT32_MAX: none */
	const char *client; /* who makes the outermost call: "user", "scmi"; NULL */
	const char *how; /* of a wait for a completion: "killable"; NULL: not seen */
	const char *stop; /* ACTIVITY_STOPPED: "stopped", "frozen", "traced" */
	bool ffa;
	bool exiting;
	bool served_by_supplicant; /* it receives requests or answers them, so it is one */
	bool uncertain; /* known only by frames that may be left over */
	bool related; /* it is in the driver at all */
};

/* What the table says of frames of one log; made once. */
struct activity_table {
	const struct frame_row **rows; /* of symbols; NULL: none */
};

struct activity_table *activity_table_new(const struct log *log, const struct frames *frames);
void activity_table_free(struct activity_table *table);

void activity_of(const struct activity_table *table, const struct log_stack *stack,
		 struct activity *activity);
/* Equal where two stacks stand at the same place, whoever printed them. */
uint64_t activity_place(const struct activity_table *table, const struct log_stack *stack);

/* "waits for a thread" */
const char *activity_wait_text(enum activity_wait wait);

#endif
