/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain.h"

/* ----------------------------------------- one change ----------------------------------------- */

static int search(struct explanation *e, const struct teeq_model *model, struct trial *change)
{
	struct teeq_explore_result result;
	struct teeq_error error = { 0 };
	struct cli_watch watch;
	struct teeq_explore_options options = {
		.max_states = e->max_states,
		.max_memory_bytes = EXPLAIN_BYTES_MAX,
		.keep_going = cli_watch_keep_going,
		.argument = &watch,
	};
	enum teeq_status status;

	cli_watch_start(&watch, false);
	status = teeq_explore(model, &options, &result, &error);
	cli_watch_end(&watch);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return cli_failed(e->c.path, status, &error);
	change->states = result.states;
	change->verdict = result.verdict;
	change->steps = result.schedule.count;
	change->ruling = STILL_FAILS;
	if (result.verdict == TEEQ_VERDICT_DONE)
		change->ruling = RULED_OUT;
	else if (result.verdict == TEEQ_VERDICT_LIMIT)
		change->ruling = UNDECIDED;
	teeq_schedule_free(&result.schedule);
	return cli_interrupted() ? CLI_LIMIT : CLI_OK;
}

/* What the session was answered that the change makes a system session; -1: none is. */
static void note_answer(const struct teeq_model *model, int session, struct counterfactual *change)
{
	bool asked = false;

	if (session >= 0)
		change->answer = teeq_model_session_answer(model, (size_t)session, &asked);
}

/* The row of a variant's change, if there it is to be tried. */
static struct counterfactual *find_row(struct explanation *e, const char *text)
{
	for (size_t i = 0; i < e->change_count; i++)
		if (strcmp(e->changes[i].change, text) == 0)
			return e->changes[i].trial.ruling == RULED_OUT ? &e->changes[i] : NULL;
	return NULL;
}

static struct counterfactual *add_row(struct explanation *e, const char *text)
{
	struct counterfactual *change = &e->changes[e->change_count];

	if (e->change_count == e->change_max)
		return NULL;
	e->change_count++;
	*change = (struct counterfactual){ .trial.ruling = NOT_POSSIBLE };
	snprintf(change->change, sizeof(change->change), "%s", text);
	return change;
}

int explain_try(struct explanation *e, const struct teeq_scenario *scenario,
		const struct teeq_policy *policy, int session, const char *text)
{
	bool varied = e->variant_count > 0;
	struct counterfactual *change = varied ? find_row(e, text) : add_row(e, text);
	struct teeq_model *model = NULL;
	struct teeq_error error = { 0 };
	struct trial *trial;
	enum teeq_status status;
	int result = CLI_OK;

	if (!change)
		return CLI_OK;
	trial = &change->trial;
	if (varied) {
		trial = &change->variants[e->variant_count - 1];
		change->tried[e->variant_count - 1] = true;
		trial->ruling = NOT_POSSIBLE;
	}
	status = teeq_model_build(scenario, policy, &model, &error);
	if (status == TEEQ_OK) {
		if (!varied)
			note_answer(model, session, change);
		result = search(e, model, trial);
	} else if (status != TEEQ_EINPUT) {
		result = cli_failed(e->c.path, status, &error);
	}
	teeq_model_free(model);
	return result;
}

/* --------------------------------------- all changes ------------------------------------------ */

static int more_threads(struct explanation *e, uint32_t more)
{
	struct teeq_scenario changed = *e->tables;
	char text[64];

	changed.thread_count += more;
	snprintf(text, sizeof(text), "%u thread%s more: %u", (unsigned int)more,
		 more == 1 ? "" : "s", (unsigned int)changed.thread_count);
	/* Nobody would have them, where each guest has its own. */
	return e->tables->thread_count > 0 ?
		       explain_try(e, &changed, e->c.policy.policy, -1, text) : CLI_OK;
}

/* The same for a guest that has threads of its own. */
static int more_guest_threads(struct explanation *e, size_t guest, uint32_t more)
{
	struct teeq_guest_spec guests[TEEQ_GUEST_MAX];
	struct teeq_scenario changed = *e->tables;
	char text[TEEQ_NAME_MAX + 64];

	if (changed.guests[guest].threads == 0)
		return CLI_OK;
	memcpy(guests, changed.guests, changed.guest_count * sizeof(guests[0]));
	guests[guest].threads += more;
	changed.guests = guests;
	snprintf(text, sizeof(text), "guest %s: %u thread%s more: %u", guests[guest].name,
		 (unsigned int)more, more == 1 ? "" : "s", (unsigned int)guests[guest].threads);
	return explain_try(e, &changed, e->c.policy.policy, -1, text);
}

static int system_session(struct explanation *e, size_t session)
{
	struct teeq_session_spec sessions[TEEQ_SESSION_MAX];
	struct teeq_scenario changed = *e->tables;
	char text[TEEQ_NAME_MAX + 64];

	if (changed.sessions[session].system)
		return CLI_OK;
	memcpy(sessions, changed.sessions, changed.session_count * sizeof(sessions[0]));
	sessions[session].system = true;
	changed.sessions = sessions;
	snprintf(text, sizeof(text), "session %s: system session", sessions[session].name);
	return explain_try(e, &changed, e->c.policy.policy, (int)session, text);
}

static int other_policy(struct explanation *e, const struct teeq_policy *policy)
{
	char text[TEEQ_NAME_MAX + 64];

	if (strcmp(policy->name, e->c.policy.policy->name) == 0)
		return CLI_OK;
	snprintf(text, sizeof(text), "policy %s", policy->name);
	return explain_try(e, e->tables, policy, -1, text);
}

static bool has_requests(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->service_count; i++)
		if (scenario->services[i].by == TEEQ_SERVED_BY_SUPPLICANT)
			return true;
	return false;
}

/* Of a tee-supplicant that does not run, the first thread is one that runs. */
static int more_supplicants(struct explanation *e)
{
	struct teeq_scenario changed = *e->tables;
	char text[64];

	if (!has_requests(&changed) || changed.supplicant_threads == TEEQ_SUPPLICANT_MAX)
		return CLI_OK;
	changed.supplicant_threads++;
	if (changed.supplicant_threads == 1)
		snprintf(text, sizeof(text), "tee-supplicant: runs");
	else
		snprintf(text, sizeof(text), "tee-supplicant: 1 thread more: %u",
			 (unsigned int)changed.supplicant_threads);
	return explain_try(e, &changed, e->c.policy.policy, -1, text);
}

static int shorter_wait(struct explanation *e, enum teeq_supplicant_wait wait, const char *text)
{
	struct teeq_scenario changed = *e->tables;

	/* Of the three the first gives up most readily. */
	if (!has_requests(&changed) || changed.supplicant_wait <= wait)
		return CLI_OK;
	changed.supplicant_wait = wait;
	return explain_try(e, &changed, e->c.policy.policy, -1, text);
}

/* Requests that fail at once where no tee-supplicant runs. */
static int no_wait(struct explanation *e, size_t client)
{
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_scenario changed = *e->tables;
	char text[TEEQ_NAME_MAX + 64];

	if (!has_requests(&changed) || changed.clients[client].supplicant_nowait)
		return CLI_OK;
	memcpy(clients, changed.clients, changed.client_count * sizeof(clients[0]));
	clients[client].supplicant_nowait = true;
	changed.clients = clients;
	snprintf(text, sizeof(text), "client %s: supplicant-nowait", clients[client].name);
	return explain_try(e, &changed, e->c.policy.policy, -1, text);
}

static int more_cpus(struct explanation *e)
{
	struct teeq_scenario changed = *e->tables;
	char text[64];

	if (changed.cpu_count == 0 || changed.cpu_count == TEEQ_CPU_MAX)
		return CLI_OK;
	changed.cpu_count++;
	snprintf(text, sizeof(text), "1 CPU more: %u", (unsigned int)changed.cpu_count);
	return explain_try(e, &changed, e->c.policy.policy, -1, text);
}

/* Of what surrounds the queue. */
static int surroundings(struct explanation *e)
{
	int status = more_supplicants(e);

	if (status == CLI_OK)
		status = shorter_wait(e, TEEQ_SUPPLICANT_KILLABLE, "tee-supplicant: killable wait");
	if (status == CLI_OK)
		status = shorter_wait(e, TEEQ_SUPPLICANT_INTERRUPTIBLE,
				      "tee-supplicant: interruptible wait");
	for (size_t i = 0; i < e->tables->client_count && status == CLI_OK; i++)
		status = no_wait(e, i);
	return status == CLI_OK ? more_cpus(e) : status;
}

static size_t policy_count(void)
{
	size_t count = 0;

	while (teeq_policy_at(count))
		count++;
	return count;
}

int explain_all(struct explanation *e)
{
	size_t policies = policy_count();
	int status = CLI_OK;

	for (uint32_t more = 1; more <= 2 && status == CLI_OK; more++)
		status = more_threads(e, more);
	for (size_t i = 0; i < e->tables->guest_count && status == CLI_OK; i++)
		for (uint32_t more = 1; more <= 2 && status == CLI_OK; more++)
			status = more_guest_threads(e, i, more);
	if (status == CLI_OK)
		status = surroundings(e);
	for (size_t i = 0; i < e->tables->session_count && status == CLI_OK; i++)
		status = system_session(e, i);
	if (status == CLI_OK)
		status = explain_sessions(e);
	if (status == CLI_OK)
		status = explain_reservations(e);
	for (size_t i = 0; i < policies && status == CLI_OK; i++)
		status = other_policy(e, teeq_policy_at(i));
	return status;
}

int explain_changes(struct explanation *e)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(e->c.file);
	int status;

	/* More than there can be: what cannot be changed is left out. */
	e->change_max = 8 + EXPLAIN_ASIDE_MAX + scenario->session_count +
			2 * scenario->client_count + scenario->service_count + policy_count();
	e->changes = calloc(e->change_max, sizeof(*e->changes));
	if (!e->changes)
		return cli_failed(e->c.path, TEEQ_ENOMEM, NULL);
	e->tables = scenario;
	status = explain_all(e);
	return status == CLI_OK ? explain_variants(e) : status;
}
