/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/what_helps.h"

#include <stdio.h>
#include <string.h>

#include "core/callq.h"

static enum teeq_status more_threads(struct changes *changes, uint32_t more)
{
	struct teeq_scenario changed = *changes->tables;
	char text[64];

	changed.thread_count += more;
	snprintf(text, sizeof(text), "%u thread%s more: %u", (unsigned int)more,
		 more == 1 ? "" : "s", (unsigned int)changed.thread_count);
	/* Nobody would have them, where each guest has its own. */
	return changes->tables->thread_count > 0 ?
		       changes_try(changes, &changed, changes->policy, -1, text) :
		       TEEQ_OK;
}

/* The same for a guest that has threads of its own. */
static enum teeq_status more_guest_threads(struct changes *changes, size_t guest, uint32_t more)
{
	struct teeq_guest_spec guests[TEEQ_GUEST_MAX];
	struct teeq_scenario changed = *changes->tables;
	char text[TEEQ_NAME_MAX + 64];

	if (changed.guests[guest].threads == 0)
		return TEEQ_OK;
	memcpy(guests, changed.guests, changed.guest_count * sizeof(guests[0]));
	guests[guest].threads += more;
	changed.guests = guests;
	snprintf(text, sizeof(text), "guest %s: %u thread%s more: %u", guests[guest].name,
		 (unsigned int)more, more == 1 ? "" : "s", (unsigned int)guests[guest].threads);
	return changes_try(changes, &changed, changes->policy, -1, text);
}

static enum teeq_status system_session(struct changes *changes, size_t session)
{
	struct teeq_session_spec sessions[TEEQ_SESSION_MAX];
	struct teeq_scenario changed = *changes->tables;
	char text[TEEQ_NAME_MAX + 64];

	if (changed.sessions[session].system)
		return TEEQ_OK;
	memcpy(sessions, changed.sessions, changed.session_count * sizeof(sessions[0]));
	sessions[session].system = true;
	changed.sessions = sessions;
	snprintf(text, sizeof(text), "session %s: system session", sessions[session].name);
	return changes_try(changes, &changed, changes->policy, (int)session, text);
}

static enum teeq_status other_policy(struct changes *changes, const struct teeq_policy *policy)
{
	char text[TEEQ_NAME_MAX + 64];

	if (strcmp(policy->name, changes->policy->name) == 0)
		return TEEQ_OK;
	snprintf(text, sizeof(text), "policy %s", policy->name);
	return changes_try(changes, changes->tables, policy, -1, text);
}

enum teeq_status changes_all(struct changes *changes)
{
	size_t policies = policy_count();
	enum teeq_status status = TEEQ_OK;

	for (uint32_t more = 1; more <= 2 && status == TEEQ_OK; more++)
		status = more_threads(changes, more);
	for (size_t i = 0; i < changes->tables->guest_count && status == TEEQ_OK; i++)
		for (uint32_t more = 1; more <= 2 && status == TEEQ_OK; more++)
			status = more_guest_threads(changes, i, more);
	if (status == TEEQ_OK)
		status = changes_surroundings(changes);
	for (size_t i = 0; i < changes->tables->session_count && status == TEEQ_OK; i++)
		status = system_session(changes, i);
	if (status == TEEQ_OK)
		status = changes_sessions(changes);
	if (status == TEEQ_OK)
		status = changes_reservations(changes);
	for (size_t i = 0; i < policies && status == TEEQ_OK; i++)
		status = other_policy(changes, teeq_policy_at(i));
	return status;
}

size_t changes_max(const struct teeq_scenario *scenario)
{
	return 8 + CHANGES_ASIDE_MAX + 2 * scenario->guest_count + scenario->session_count +
	       2 * scenario->client_count + scenario->service_count + policy_count();
}
