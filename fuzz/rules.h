/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_RULES_H
#define FUZZ_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/callq.h"
#include "core/pool.h"

/*
 * What docs/policies.md says of each policy, as a table, and the books that somebody keeps who only
 * watches: who was admitted, who registered. From these follows what the queue's counters must be
 * and what its next answer is, without asking the code that is tested.
 */
enum kept_back { KEEPS_NOTHING, KEEPS_WHILE_REGISTERED, KEEPS_ALWAYS };
enum set_aside { ASIDE_NOTHING, ASIDE_EACH, ASIDE_FIRST };

struct rules {
	const char *name;
	bool counts_normal; /* a normal caller that is admitted holds a credit */
	bool counts_system;
	bool has_slot;      /* system callers have a slot of their own, looked at on entry only */
	bool registers;     /* the queue counts system sessions */
	bool refuses;       /* no session can be one */
	bool loses_wakes;   /* a known fault, see docs/findings.md */
	uint8_t keeps;      /* enum kept_back */
	uint8_t aside;      /* enum set_aside */
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
};

const struct rules *rules_of(const char *policy);

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
/* The context that a new call must get; POOL_NO_CONTEXT: none. */
unsigned int rules_context(const struct books *books, bool system);
/* The first of the counters that is not as the books say, or NULL. */
const char *rules_check(const struct rules *rules, const struct books *books,
			const struct teeq_callq *q, const struct pool *pool);

#endif
