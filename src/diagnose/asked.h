/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DIAGNOSE_ASKED_H
#define DIAGNOSE_ASKED_H

#include "diagnose/searches.h"
#include "teeq/diagnose.h"

/* One model, one search, and whether it fails. */

/*
 * Search @model, about @client unless that is NULL. *@schedule: that of a failure, as text, to be
 * freed; may be NULL. TEEQ_ELIMIT: the caller does not want to go on. Errors of teeq_explore().
 */
enum teeq_status asked_search(const struct teeq_model *model, const char *client,
			      struct searches *searches, struct teeq_trial *trial, char **schedule,
			      struct teeq_error *error);

/* TEEQ_EINPUT: @client is not NULL, and the scenario has none of that name. */
enum teeq_status asked_check_client(const struct teeq_scenario *scenario, const char *client,
				    struct teeq_error *error);

/*
 * The client of @scenario whose tasks in @model are @must_finish, those that a search is about, in
 * *@client; NULL where it is about all. TEEQ_EINPUT: they are not the tasks of one client.
 */
enum teeq_status asked_client_of(const struct teeq_scenario *scenario,
				 const struct teeq_model *model, uint64_t must_finish,
				 const char **client, struct teeq_error *error);

/* "KEY: what was found", cut if need be. */
void asked_why_not(const struct teeq_error *error, char *text, size_t size);

#endif
