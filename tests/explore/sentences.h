/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_SENTENCES_H
#define TESTS_EXPLORE_SENTENCES_H

#include "witness.h"

/* Kinds of sentences, of which each must have been checked. */
enum sentence {
	SAYS_LOCK,
	SAYS_DEVICE,
	SAYS_EVENT,
	SAYS_BARRIER,
	SAYS_THREAD,
	SAYS_WAKE,
	SAYS_IDLE,
	SAYS_SECURE_LOCK,
	SAYS_SECURE_LOCK_FREE,
	SAYS_TA,
	SAYS_SINGLE,
	SAYS_SESSION,
	SAYS_LOADING,
	SAYS_CONDITION,
	SAYS_NOTIFICATION,
	SAYS_REQUEST_QUEUED,
	SAYS_REQUEST_SEEN,
	SAYS_HELD_BY_MEMORY,
	SAYS_START,
	SAYS_FREEZE,
	SAYS_THAW,
	SAYS_NOBODY_EVENT,
	SAYS_NOBODY_BARRIER,
	SAYS_NOBODY_CONDITION,
	SAYS_NOBODY_NOTIFICATION,
	SAYS_NOBODY_RELEASE,
	SAYS_NOBODY_START,
	SAYS_NOBODY_KILL,
	SAYS_NOBODY_THAW,
	SAYS_NOBODY_WAKE,
	SAYS_SOMEBODY_WOULD,
	SAYS_ONLY_ITSELF,
	SAYS_THROUGH,
	SAYS_EARLIER_CALL,
	SAYS_FINISHED,
	SAYS_LOST_HOLDER,
	SAYS_SEVERAL_HOLDERS,
	SAYS_GIVEN_BY_OTHERS,
	SAYS_ABSORBED,
	SAYS_KILLED,
	SAYS_SERVING,
	SAYS_SYSTEM,
	SAYS_CYCLE_EDGE,
	SAYS_KNOT,
	SAYS_NEEDS_ANY,
	SAYS_NEEDS_ALL,
	SAYS_NEITHER,
	SAYS_CONTEXT,
	SAYS_WAITER,
	SAYS_EXHAUSTION,
	SAYS_SET_ASIDE,
	SAYS_KEPT_BACK,
	SAYS_LOST_WAKEUP,
	SAYS_NO_CALL_WAITS,
	SAYS_BEHIND,
	SAYS_GUEST,
	SAYS_OTHER_GUEST,
	SAYS_STRAYED,
	SAYS_LIMIT,
	SAYS_QUEUE_OF_GUEST,
	SAYS_MANY,
	SAYS_OWN_THREADS,
	SAYS_OWN_EXHAUSTION,
	SAYS_ARGUMENT,
	SAYS_SLOTS,
	SAYS_SLOTS_HELD,
	SAYS_POLL,
	SAYS_CPU,
	SAYS_ALL_SECURE,
	SAYS_RUNS_SECURE,
	SAYS_RESUMED_AT_ONCE,
	SAYS_PRIORITY,
	SAYS_ALL_POLL,
	SAYS_AT_LIMIT,
	SAYS_CLIENTS,
	SAYS_CLIENT_KILLED,
	SENTENCE_COUNT
};

extern const char *const sentence_names[SENTENCE_COUNT];

struct sentences {
	uint64_t count[SENTENCE_COUNT];
	uint64_t reports;
	uint64_t lines;
	uint64_t skipped; /* lines about steps that this reading does not follow */
	char wrong[4096]; /* the first one, and what was expected */
};

/* Hold every sentence of a report against the witness. False: one is wrong, see @wrong. */
/* @limit: it was stopped there, and others may still move. */
bool sentences_check(struct sentences *sentences, const struct witness *witness,
		     const struct teeq_world *world, const char *report, bool limit);

#endif
