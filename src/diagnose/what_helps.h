/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DIAGNOSE_WHAT_HELPS_H
#define DIAGNOSE_WHAT_HELPS_H

#include "diagnose/searches.h"
#include "teeq/diagnose.h"

/*
 * The changes that are tried of one scenario, which is that of the failure or a variant of it.
 *
 * @tables      that are changed
 * @varied      they are those of the diagnosis' last variant: what ruled the failure out is tried
 *              again there, and no row is added
 * @change_max  rows that there is room for
 */
struct changes {
	struct teeq_diagnosis *diagnosis;
	const struct teeq_policy *policy;
	const struct teeq_scenario *tables;
	bool varied;
	size_t change_max;
	struct searches searches;
	struct teeq_error *error;
};

#define CHANGES_ASIDE_MAX 4 /* threads set aside */

/*
 * Try @scenario under @policy, which the row of @text is about. @session: which session of the
 * scenario the change makes a system session, or -1. TEEQ_ELIMIT: the caller does not want to go
 * on; TEEQ_ENOMEM.
 */
enum teeq_status changes_try(struct changes *changes, const struct teeq_scenario *scenario,
			     const struct teeq_policy *policy, int session, const char *text);

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
