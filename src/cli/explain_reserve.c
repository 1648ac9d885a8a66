/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/explain.h"

/*
 * More threads kept back than the driver of today would: set aside by the secure world at build time,
 * or one for each system session.
 */

/* -------------------------------- one for each system session --------------------------------- */

static int kept_back(const struct teeq_callq *q)
{
	int most = q->total_count - 1;

	return q->system_session_count < most ? q->system_session_count : most;
}

static bool admit(struct teeq_callq *q, struct teeq_waiter *w)
{
	return teeq_callq_take(q, w, w->flags & TEEQ_WAITER_SYSTEM ? 0 : kept_back(q));
}

static void wake_all(struct teeq_callq *q)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		teeq_callq_wake(&q->waiters[i]);
}

static void leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	if (w->credit == TEEQ_CREDIT_THREAD)
		q->free_count++;
}

static int reserve(struct teeq_callq *q)
{
	if (q->total_count <= 1)
		return -EINVAL;
	q->system_session_count++;
	return 0;
}

static void unreserve(struct teeq_callq *q)
{
	q->system_session_count--;
	wake_all(q);
}

static unsigned int set_aside(const struct teeq_callq *q)
{
	(void)q;
	return 0;
}

/* As examples/policies/one-each.c, which says why. */
static const struct teeq_policy one_each = {
	.abi = TEEQ_POLICY_ABI,
	.name = "one-each",
	.counts_every_call = true,
	.admit = admit,
	.wake_one = wake_all,
	.leave = leave,
	.reserve = reserve,
	.unreserve = unreserve,
	.set_aside = set_aside,
};

static bool has_system_session(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->session_count; i++)
		if (scenario->sessions[i].system)
			return true;
	return false;
}

static int keep_one_each(struct explanation *e)
{
	if (!has_system_session(e->tables) || strcmp(e->c.policy.policy->name, one_each.name) == 0)
		return CLI_OK;
	return explain_try(e, e->tables, &one_each, -1, "a thread for each system session");
}

/* -------------------------------------- set aside at build time ------------------------------- */

/* Of v1 another number; of another policy v1 with that number, its usual one being a row anyway. */
static int set_threads_aside(struct explanation *e, uint32_t count)
{
	const struct teeq_policy *policy = e->c.policy.policy;
	struct teeq_scenario changed = *e->tables;
	bool is_static = policy->secure == TEEQ_SECURE_STATIC;
	char text[64];

	if (count == changed.static_system_count || count >= changed.thread_count)
		return CLI_OK;
	changed.static_system_count = count;
	if (is_static)
		snprintf(text, sizeof(text), "static-system: %u", (unsigned int)count);
	else
		snprintf(text, sizeof(text), "policy v1, static-system: %u", (unsigned int)count);
	return explain_try(e, &changed, is_static ? policy : teeq_policy_find("v1"), -1, text);
}

int explain_reservations(struct explanation *e)
{
	int status = keep_one_each(e);

	if (!has_system_session(e->tables))
		return status;
	for (uint32_t count = 1; count <= EXPLAIN_ASIDE_MAX && status == CLI_OK; count++)
		status = set_threads_aside(e, count);
	return status;
}
