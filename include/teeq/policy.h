/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_POLICY_H
#define TEEQ_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The call queue as a policy sees it. A policy's functions, and the inline helpers below, run under
 * the queue's mutex, never block and never allocate. The queue is plain data: the same bytes are
 * the same state.
 */

/* Flags of a waiter. */
enum {
	TEEQ_WAITER_SYSTEM = 1, /* the call is made by a system session; fixed on entry */
	TEEQ_WAITER_DONE = 2,   /* the completion was signalled and not consumed yet */
	TEEQ_WAITER_WANTS = 4,  /* not started, and nobody woke it; only `repaired` keeps it */
	TEEQ_WAITER_ALL = 8,    /* wants no thread but that all are free (shm cache); fixed on
				   entry */
	TEEQ_WAITER_OWN = 128,  /* for policies outside of the tree */
};

/* What a waiter took from the queue's counters, and gives back when it leaves. */
enum teeq_credit {
	TEEQ_CREDIT_NONE,
	TEEQ_CREDIT_THREAD, /* one of free_count */
	TEEQ_CREDIT_SYSTEM, /* the system slot (policy v8) */
};

/*
 * One caller between its entry (`enter`) and its exit (`leave`): it stays in the list all the
 * while, also while it executes in the secure world. @id is the owner's own number for it.
 */
struct teeq_waiter {
	uint16_t id;
	uint8_t flags;
	uint8_t credit; /* enum teeq_credit */
};

/*
 * @free_count             thread credits not taken; may be negative (v7); 0 where nothing is
 *                         tracked
 * @system_session_count   registered system sessions
 * @waiter_count           length of @waiters
 * @total_count            threads the secure world told of; 0: unknown, nothing is tracked (FF-A)
 * @system_slot_busy       v8: the one system slot is taken
 * @policy_data            free for policies outside of the tree; starts as 0
 * @waiters                list order, head first; entries behind waiter_count are zero
 */
struct teeq_callq {
	int32_t free_count;
	uint16_t system_session_count;
	uint16_t waiter_count;
	uint8_t total_count;
	uint8_t system_slot_busy;
	uint8_t policy_data[2];
	struct teeq_waiter waiters[];
};

/* Who says no when there is no thread, beyond the plain ETHREAD_LIMIT of every OP-TEE. */
enum teeq_secure_side {
	TEEQ_SECURE_PLAIN,   /* any caller may have any thread */
	TEEQ_SECURE_STATIC,  /* threads set aside for system calls at build time (v1) */
	TEEQ_SECURE_COUNTED, /* threads set aside by RESERVE_SYS_THREAD (v4) */
};

/* What it means to make a system session of one that is a system session already. */
enum teeq_reserve_again {
	TEEQ_RESERVE_AGAIN_ANSWERS_OK, /* 0, and it is not counted twice */
	TEEQ_RESERVE_AGAIN_FAILS,      /* -EINVAL */
	TEEQ_RESERVE_AGAIN_COUNTS,     /* one more reservation */
};

#define TEEQ_POLICY_ABI 2

/*
 * A call-queue policy. The functions may only touch the queue and the waiter they are given (which
 * is an entry of @q's list). Any of them may be NULL: a policy without @admit admits everybody; one
 * without @leave keeps no count; one without @wake_one wakes nobody; one without @unreserve
 * does nothing when a system session ends; one without @reserve refuses every system session with
 * -EINVAL. No driver that shipped has @queued or @started.
 *
 * @abi          TEEQ_POLICY_ABI of the header the policy was compiled with
 * @name         [a-z][a-z0-9-]*, used by --policy and in schedules
 * @source       where the rules come from ("Linux 6.8 and later")
 * @summary      one line for `teeq policies`
 * @secure       what the secure world does on behalf of this policy
 * @reserve_again see enum teeq_reserve_again
 * @admit        first test, on entry: take a credit and answer true, or false to wait
 * @recheck      the test after a wake; NULL: the same as @admit
 * @queued       @w has come to the tail of the list with a fresh completion: on entry before
 *               @admit, and after a wake, before @recheck or the next SMC
 * @started      the first answer of the secure world other than ETHREAD_LIMIT has come and the call
 *               goes on (an RPC, or a foreign interrupt), so that @w waits for no thread any more;
 *               may wake. A section of its own, for which a caller takes the mutex before it serves
 *               that RPC, or resumes. One whose first answer is its last only leaves
 * @wake_one     give one wake to a waiter, with teeq_callq_wake()
 * @leave        return @w's credit; @w is a copy, already out of the list
 * @reserve      count a system session in: 0 or -TEEQ_ABI_EINVAL or another of teeq/abi.h; not one
 *               of <errno.h>, whose numbers are the host's
 * @unreserve    count one out; may wake
 * @counts_every_call  where threads are tracked, whoever is admitted holds a thread credit, so that
 *               the secure world never has to say no. Checked as an invariant; lets the explorer
 *               leave out interleavings
 * @set_aside    credits that reservations hold now, for the invariant
 *               free + taken + set aside == total; NULL: the policy keeps no such balance. With
 *               @unreserve, system_session_count must be the system sessions that there are, too
 */
struct teeq_policy {
	uint32_t abi;
	const char *name;
	const char *source;
	const char *summary;
	enum teeq_secure_side secure;
	enum teeq_reserve_again reserve_again;
	bool counts_every_call;
	bool (*admit)(struct teeq_callq *q, struct teeq_waiter *w);
	bool (*recheck)(struct teeq_callq *q, struct teeq_waiter *w);
	void (*queued)(struct teeq_callq *q, struct teeq_waiter *w);
	void (*started)(struct teeq_callq *q, struct teeq_waiter *w);
	void (*wake_one)(struct teeq_callq *q);
	void (*leave)(struct teeq_callq *q, const struct teeq_waiter *w);
	int (*reserve)(struct teeq_callq *q);
	void (*unreserve)(struct teeq_callq *q);
	unsigned int (*set_aside)(const struct teeq_callq *q);
};

/* The symbol by which a shared object offers its policy: `const struct teeq_policy teeq_policy`. */
#define TEEQ_POLICY_SYMBOL "teeq_policy"

/* Signal @w's completion. Inline, so that a policy in a shared object links nothing. */
static inline void teeq_callq_wake(struct teeq_waiter *w)
{
	w->flags |= TEEQ_WAITER_DONE;
}

/*
 * The first waiter, from the head, that has every flag of @set and none of @clear; NULL if none.
 * teeq_callq_first(q, 0, TEEQ_WAITER_DONE) is the first whose completion is not done.
 */
static inline struct teeq_waiter *teeq_callq_first(struct teeq_callq *q, unsigned int set,
						   unsigned int clear)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if ((q->waiters[i].flags & (set | clear)) == set)
			return &q->waiters[i];
	return NULL;
}

/* Take a thread credit for @w if more than @kept_back are free. Returns whether it did. */
static inline bool teeq_callq_take(struct teeq_callq *q, struct teeq_waiter *w, int kept_back)
{
	if (q->free_count <= kept_back)
		return false;
	q->free_count--;
	w->credit = TEEQ_CREDIT_THREAD;
	return true;
}

/*
 * The built-in policies, in the order of their history, from 0; NULL at and behind the end. Static
 * data, never freed; callable from any thread.
 */
TEEQ_API const struct teeq_policy *teeq_policy_at(size_t index);
/* The built-in policy of that name, likewise; NULL where there is none. */
TEEQ_API const struct teeq_policy *teeq_policy_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
