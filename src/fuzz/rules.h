/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_RULES_H
#define FUZZ_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/callq.h"
#include "core/thread_pool.h"

/*
 * What docs/policies.md says of each policy, as a table, and the books that somebody keeps who only
 * watches: who was admitted, who registered. From these follows what the queue's counters must be
 * and what its next answer is, without asking the code that is tested.
 */
enum kept_back { KEEPS_NOTHING, KEEPS_WHILE_REGISTERED, KEEPS_ALWAYS };
enum set_aside { ASIDE_NOTHING, ASIDE_EACH, ASIDE_FIRST };
enum wakes {
	WAKES_HEAD,             /* the first that is not done */
	WAKES_SYSTEM_THEN_HEAD, /* the first such system call; without one, the head */
	WAKES_TWO_LISTS,        /* ... without one, the first normal call, if a credit is free */
	WAKES_BOTH_LISTS,       /* ... and the first normal call as well */
	WAKES_WANTERS,          /* who has not started and can use it, a system call first */
};
/* Whether the end of a system session wakes as well. */
enum wakes_at_end { END_WAKES_NOBODY, END_WAKES, LAST_END_WAKES };

enum { RULES_WAITERS = 24 };

struct rules {
	const char *name;
	bool counts_normal; /* a normal caller that is admitted holds a credit */
	bool counts_system;
	bool has_slot;      /* system callers have a slot of their own, looked at on entry only */
	bool registers;     /* the queue counts system sessions */
	bool refuses;       /* no session can be one */
	bool drifts;        /* where nothing is tracked, each leave adds one to the count */
	bool loses_wakes;   /* a known fault, see docs/findings.md */
	uint8_t keeps;      /* enum kept_back */
	uint8_t aside;      /* enum set_aside */
	uint8_t wakes;      /* enum wakes */
	uint8_t at_end;     /* enum wakes_at_end */
};

/* @owned: thread contexts in use, one bit each; the lost one among them. */
struct books {
	uint8_t total;   /* as the normal world knows it: 0 over FF-A */
	uint8_t threads;
	uint8_t side;    /* enum teeq_secure_side that there is */
	uint8_t waiters;
	uint8_t held;    /* credits */
	uint8_t slot;
	uint16_t registered; /* reservations held by sessions, or on their way back */
	uint16_t reserved;   /* threads that the secure world set aside */
	uint16_t owned;
	uint16_t left;       /* calls that left the list */
	struct teeq_waiter list[RULES_WAITERS]; /* of waiters, as it must be */
};

/* NULL: @policy is none of those that are built in. */
const struct rules *rules_of(const struct teeq_policy *policy);

/*
 * What becomes of the list: who enters, and whether it is admitted; who tests again; who consumes
 * its completion, moves to the tail, leaves with the credit returned already; a session's end.
 */
void rules_enter(const struct rules *rules, struct books *books, uint16_t id, bool system,
		 bool admitted);
void rules_recheck(const struct rules *rules, struct books *books, uint16_t id, bool admitted);
void rules_consume(struct books *books, uint16_t id);
void rules_requeue(const struct rules *rules, struct books *books, uint16_t id);
void rules_started(const struct rules *rules, struct books *books, uint16_t id);
void rules_leave(const struct rules *rules, struct books *books, uint16_t id);
void rules_session_ends(const struct rules *rules, struct books *books);

/* Credits that must be free now. */
int rules_free(const struct rules *rules, const struct books *books);
/*
 * What the admission test must answer, @again: after a wake; and what is taken where it says yes.
 */
bool rules_admits(const struct rules *rules, const struct books *books, bool system, bool again);
enum teeq_credit rules_takes(const struct rules *rules, const struct books *books, bool system,
			     bool again);
/* Whether one more system session must be counted in. */
bool rules_reserves(const struct rules *rules, const struct books *books);
/* The context that a new call must get; TEEQ_NO_CONTEXT: none. */
unsigned int rules_context(const struct books *books, bool system);
/* The first of the counters that is not as the books say, or NULL. */
const char *rules_check(const struct rules *rules, const struct books *books,
			const struct teeq_callq *q, const struct pool *pool);

#endif
