/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_COMPARE_H
#define TEEQ_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/diagnose.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * How much is needed, and which policy needs less: teeq minimum, teeq compare, teeq sweep. All
 * answers are of exhaustive searches, and hold for the scenario as it stands: for these clients, in
 * these numbers. Where a budget ends a search nothing is claimed. @search of the options below is
 * used as in teeq/diagnose.h says. All may be called from several threads at once.
 */

/* ------------------------------------------ minimum ------------------------------------------- */

/* What there may be less of. */
enum teeq_minimum_of {
	TEEQ_MINIMUM_THREADS,  /* thread_count */
	TEEQ_MINIMUM_ASIDE,    /* static_system_count: of policies that set threads aside at build
				  time, of which there is v1 */
	TEEQ_MINIMUM_SESSIONS, /* sessions that are asked to be system sessions before the run */
};
/* "threads", "threads set aside", "system sessions"; NULL out of range. Constant text. */
TEEQ_API const char *teeq_minimum_name(enum teeq_minimum_of of);

#define TEEQ_MINIMUM_SESSION_MAX 10 /* of a scenario: all their subsets may be tried */

/*
 * @client  that must always finish, whatever becomes of the others; NULL: all
 * @most    the largest number tried; 0: TEEQ_CONTEXT_MAX, or all sessions
 * @all     go on behind the least with which nothing fails, up to @most
 */
struct teeq_minimum_options {
	struct teeq_explore_options search;
	const char *client;
	uint32_t most;
	bool all;
};

/*
 * One number that was tried.
 *
 * @value      of it; of sessions, how many
 * @sessions   of sessions: which, bit i: session i of the tables
 * @trial      RULED_OUT: exhausted, no schedule fails
 * @why_not    NOT_POSSIBLE: what the scenario then lacks
 * @schedule   STILL_FAILS: the nearest that does, as text, of the changed scenario's model
 */
struct teeq_minimum_try {
	uint32_t value;
	uint64_t sessions;
	struct teeq_trial trial;
	char why_not[160];
	char *schedule;
};

/*
 * @tries      in order, @count of them; of sessions fewer come before more
 * @found      @tries[@least] is the first with which nothing fails
 * @undecided  a budget ended a search before that one: fewer may do
 * @again      of @all: some larger number fails again
 * @stopped    keep_going ended it: what is not there was not tried
 */
struct teeq_minimum {
	struct teeq_minimum_try *tries;
	size_t count;
	bool found;
	size_t least;
	bool undecided;
	bool again;
	bool stopped;
};

/*
 * The least of @of with which nothing fails, all else as in @scenario. TEEQ_OK, also where there is
 * none up to @most; TEEQ_ELIMIT where @undecided or @stopped is set: *@minimum is the caller's, to
 * be freed with teeq_minimum_free(). TEEQ_EINPUT: the scenario is not acceptable whatever the
 * number, has no such client, or cannot be asked: it has no session, too many, or threads of
 * guests, or the policy sets none aside. TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_find_minimum(const struct teeq_scenario *scenario,
					    const struct teeq_policy *policy,
					    enum teeq_minimum_of of,
					    const struct teeq_minimum_options *options,
					    struct teeq_minimum *minimum,
					    struct teeq_error *error);
/* Give back what it holds, and leave it all zero. NULL is fine. */
TEEQ_API void teeq_minimum_free(struct teeq_minimum *minimum);

/* ------------------------------------------ compare ------------------------------------------- */

/*
 * @client   NULL, or whom to ask about as well: see teeq_comparison.waits
 * @threads  ask for the threads needed, too
 */
struct teeq_compare_options {
	struct teeq_explore_options search;
	const char *client;
	bool threads;
};

/* How sure a number is. */
enum teeq_known {
	TEEQ_NOT_ASKED,
	TEEQ_KNOWN,     /* it is that */
	TEEQ_NO_END,    /* there is none: for ever, or none is enough */
	TEEQ_NOT_KNOWN, /* a budget ended the search */
};

/*
 * What becomes of a scenario under one policy.
 *
 * @possible   the scenario is acceptable under it; else nothing else is set
 * @trial      whether it fails; of the shortest failure
 * @schedule   STILL_FAILS: it, as text
 * @stretch    the longest run of actions in which somebody sleeps beside a thread that it could
 *             have (teeq_explore_result.stranded_stretch)
 * @waits      the most actions that others make in a row while one task of the client cannot move;
 *             NO_END: some schedule ends before it has finished
 * @needs      the least threads with which nothing fails; NO_END: no number up to TEEQ_CONTEXT_MAX
 */
struct teeq_comparison {
	bool possible;
	struct teeq_trial trial;
	char *schedule;
	enum teeq_known stretch_known;
	uint64_t stretch;
	enum teeq_known waits_known;
	uint64_t waits;
	enum teeq_known needs_known;
	uint32_t needs;
};

/*
 * TEEQ_OK, or TEEQ_ELIMIT where something is not known: @comparison->schedule is the caller's, to
 * be freed with teeq_comparison_free(). TEEQ_EINPUT: no such client, or an option is out of range.
 * TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_compare(const struct teeq_scenario *scenario,
				       const struct teeq_policy *policy,
				       const struct teeq_compare_options *options,
				       struct teeq_comparison *comparison,
				       struct teeq_error *error);
/* Give back what it holds, and leave it all zero. NULL is fine. */
TEEQ_API void teeq_comparison_free(struct teeq_comparison *comparison);

#ifdef __cplusplus
}
#endif
#endif
