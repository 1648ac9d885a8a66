/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/what_helps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The scenario once more, with a system session added, in which one client or one service makes
 * those of its calls that name no session.
 */
struct rewrite {
	struct teeq_scenario scenario;
	struct teeq_session_spec sessions[TEEQ_SESSION_MAX];
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_service_spec services[TEEQ_SERVICE_MAX];
	char session[TEEQ_NAME_MAX + 1];
	struct teeq_step *memory; /* of the copied steps */
	size_t used;
	size_t call_count; /* that were changed */
};

static size_t count_steps(const struct teeq_step *steps, size_t count)
{
	size_t total = count;

	for (size_t i = 0; i < count; i++)
		total += count_steps(steps[i].steps, steps[i].step_count);
	return total;
}

static const struct teeq_step *copy_steps(struct rewrite *r, const struct teeq_step *steps,
					  size_t count)
{
	struct teeq_step *copy = r->memory + r->used;

	r->used += count;
	for (size_t i = 0; i < count; i++) {
		copy[i] = steps[i];
		if (steps[i].step_count > 0)
			copy[i].steps = copy_steps(r, steps[i].steps, steps[i].step_count);
		if (steps[i].kind != TEEQ_STEP_CALL || steps[i].session)
			continue;
		copy[i].session = r->session;
		r->call_count++;
	}
	return copy;
}

static bool is_taken(const struct teeq_scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->session_count; i++)
		if (strcmp(scenario->sessions[i].name, name) == 0)
			return true;
	return false;
}

static void change_sessions_add_session(struct rewrite *r, const struct teeq_scenario *from)
{
	unsigned int number = 0;

	do
		snprintf(r->session, sizeof(r->session), "added-%u", ++number);
	while (is_taken(from, r->session));
	for (size_t i = 0; i < from->session_count; i++)
		r->sessions[i] = from->sessions[i];
	r->sessions[from->session_count] =
		(struct teeq_session_spec){ .name = r->session, .system = true };
	r->scenario = *from;
	r->scenario.sessions = r->sessions;
	r->scenario.session_count++;
}

static enum teeq_status try_rewrite(struct changes *changes, struct rewrite *r, const char *what,
				    const char *name)
{
	int session = (int)r->scenario.session_count - 1;
	char text[TEEQ_NAME_MAX + 64];
	enum teeq_status status = TEEQ_OK;

	snprintf(text, sizeof(text), "%s %s: system calls", what, name);
	if (r->call_count > 0)
		status = changes_try(changes, &r->scenario, changes->policy, session, text);
	free(r->memory);
	r->memory = NULL;
	return status;
}

static bool take_memory(struct rewrite *r, const struct teeq_step *steps, size_t count)
{
	r->memory = calloc(count_steps(steps, count) + 1, sizeof(*r->memory));
	r->used = 0;
	r->call_count = 0;
	return r->memory != NULL;
}

static enum teeq_status rewrite_client(struct changes *changes, struct rewrite *r, size_t i)
{
	const struct teeq_scenario *from = changes->tables;

	/* A session is valid in its guest and context alone, and is closed with the latter. */
	r->sessions[from->session_count].guest = from->clients[i].guest;
	r->sessions[from->session_count].context = from->clients[i].context;
	memcpy(r->clients, from->clients, from->client_count * sizeof(r->clients[0]));
	r->scenario.clients = r->clients;
	r->scenario.services = from->services;
	if (!take_memory(r, from->clients[i].steps, from->clients[i].step_count))
		return TEEQ_ENOMEM;
	r->clients[i].steps = copy_steps(r, from->clients[i].steps, from->clients[i].step_count);
	return try_rewrite(changes, r, "client", from->clients[i].name);
}

static enum teeq_status rewrite_service(struct changes *changes, struct rewrite *r, size_t i)
{
	const struct teeq_scenario *from = changes->tables;

	/* Any caller may come to serve it; in another guest there is no such session. */
	if (from->guest_count > 1)
		return TEEQ_OK;
	r->sessions[from->session_count].guest = NULL;
	r->sessions[from->session_count].context = NULL;
	memcpy(r->services, from->services, from->service_count * sizeof(r->services[0]));
	r->scenario.services = r->services;
	r->scenario.clients = from->clients;
	if (!take_memory(r, from->services[i].steps, from->services[i].step_count))
		return TEEQ_ENOMEM;
	r->services[i].steps = copy_steps(r, from->services[i].steps, from->services[i].step_count);
	return try_rewrite(changes, r, "service", from->services[i].name);
}

enum teeq_status changes_sessions(struct changes *changes)
{
	const struct teeq_scenario *from = changes->tables;
	struct rewrite *r;
	enum teeq_status status = TEEQ_OK;

	if (from->session_count >= TEEQ_SESSION_MAX)
		return TEEQ_OK;
	r = calloc(1, sizeof(*r));
	if (!r)
		return TEEQ_ENOMEM;
	change_sessions_add_session(r, from);
	for (size_t i = 0; i < from->client_count && status == TEEQ_OK; i++)
		status = rewrite_client(changes, r, i);
	for (size_t i = 0; i < from->service_count && status == TEEQ_OK; i++)
		status = rewrite_service(changes, r, i);
	free(r);
	return status;
}
