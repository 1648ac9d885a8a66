/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DIAGNOSE_WHAT_HELPS_H
#define DIAGNOSE_WHAT_HELPS_H

#include "diagnose/searches.h"
#include "teeq/diagnose.h"

/*
 * The changes of a scenario that are tried one by one.
 *
 * @tables      that are changed
 * @attempt     tries one, see changes_try()
 */
struct changes {
	const struct teeq_policy *policy;
	const struct teeq_scenario *tables;
	enum teeq_status (*attempt)(struct changes *changes, const struct teeq_scenario *scenario,
				    const struct teeq_policy *policy, int session,
				    const char *text);
};

/*
 * The changes of a diagnosis, of the scenario of the failure or a variant of it.
 *
 * @varied      the tables are those of the diagnosis' last variant: what ruled the failure out is
 *              tried again there, and no row is added
 * @client      whom the failure is about; NULL: all
 * @change_max  rows that there is room for
 */
struct trials {
	struct changes changes; /* first: who has the one has the other */
	struct teeq_diagnosis *diagnosis;
	bool varied;
	const char *client;
	size_t change_max;
	struct searches searches;
	struct teeq_error *error;
};
/* The attempt of a diagnosis: by a search. */
enum teeq_status trials_try(struct changes *changes, const struct teeq_scenario *scenario,
			    const struct teeq_policy *policy, int session, const char *text);

#define CHANGES_ASIDE_MAX 4 /* threads set aside */

/*
 * Try @scenario under @policy, which the row of @text is about. @session: which session of the
 * scenario the change makes a system session, or -1. TEEQ_ELIMIT: the caller does not want to go
 * on; TEEQ_ENOMEM.
 */
static inline enum teeq_status changes_try(struct changes *changes,
					   const struct teeq_scenario *scenario,
					   const struct teeq_policy *policy, int session,
					   const char *text)
{
	return changes->attempt(changes, scenario, policy, session, text);
}

/* Calls without a session made system calls, by client and by service. As changes_try(). */
enum teeq_status changes_sessions(struct changes *changes);
/* Threads that are kept back. As changes_try(). */
enum teeq_status changes_reservations(struct changes *changes);
/* tee-supplicant and processors. As changes_try(). */
enum teeq_status changes_surroundings(struct changes *changes);

/* Every single change, and at most how many there are. As changes_try(). */
enum teeq_status changes_all(struct changes *changes);
size_t changes_max(const struct teeq_scenario *scenario);

#endif
