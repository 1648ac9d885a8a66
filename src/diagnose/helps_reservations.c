/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/what_helps.h"

#include <stdio.h>
#include <string.h>

#include "core/policies/shared.h"
#include "teeq/policy.h"

/*
 * More threads kept back than the driver of today would: set aside by the secure world at build
 * time, or one for each system session.
 */

/* -------------------------------- one for each system session --------------------------------- */

static int one_each_kept_back(const struct teeq_callq *q)
{
	int most = q->total_count - 1;

	return q->system_session_count < most ? q->system_session_count : most;
}

static bool one_each_admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	return teeq_callq_take(q, w, w->flags & TEEQ_WAITER_SYSTEM ? 0 : one_each_kept_back(q));
}

static void one_each_wake_all(struct teeq_callq *q)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		teeq_callq_wake(&q->waiters[i]);
}

static void one_each_unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	one_each_wake_all(q);
}

/* As examples/policies/one-each.c, which says why. */
static const struct teeq_policy one_each = {
	.abi = TEEQ_POLICY_ABI,
	.name = "one-each",
	.counts_every_call = true,
	.admit = one_each_admit,
	.wake_one = one_each_wake_all,
	.leave = shared_leave_counted,
	.reserve = shared_reserve_registered,
	.unreserve = one_each_unreserve,
	.set_aside = shared_set_aside_nothing,
};

static bool has_system_session(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->session_count; i++)
		if (scenario->sessions[i].system)
			return true;
	return false;
}

static enum teeq_status keep_one_each(struct changes *changes)
{
	if (!has_system_session(changes->tables) ||
	    strcmp(changes->policy->name, one_each.name) == 0)
		return TEEQ_OK;
	return changes_try(changes, changes->tables, &one_each, -1,
			   "a thread for each system session");
}

/* -------------------------------------- set aside at build time ------------------------------- */

/*
 * Under v1, another number of threads set aside; under any other policy, v1 with that number. Of v1
 * with the usual number there is a row anyway.
 */
static enum teeq_status set_threads_aside(struct changes *changes, uint32_t count)
{
	const struct teeq_policy *policy = changes->policy;
	struct teeq_scenario changed = *changes->tables;
	bool is_static = policy->secure == TEEQ_SECURE_STATIC;
	char text[64];

	if (count == changed.static_system_count || count >= changed.thread_count)
		return TEEQ_OK;
	changed.static_system_count = count;
	if (is_static)
		snprintf(text, sizeof(text), "static-system: %u", (unsigned int)count);
	else
		snprintf(text, sizeof(text), "policy v1, static-system: %u", (unsigned int)count);
	return changes_try(changes, &changed, is_static ? policy : teeq_policy_find("v1"), -1,
			   text);
}

enum teeq_status changes_reservations(struct changes *changes)
{
	enum teeq_status status = keep_one_each(changes);

	if (!has_system_session(changes->tables))
		return status;
	for (uint32_t count = 1; count <= CHANGES_ASIDE_MAX && status == TEEQ_OK; count++)
		status = set_threads_aside(changes, count);
	return status;
}
