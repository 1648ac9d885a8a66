/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/what_helps.h"

#include <stdio.h>
#include <string.h>

/* Of what surrounds the queue: tee-supplicant, how it is waited for, and processors. */

static bool has_requests(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->service_count; i++)
		if (scenario->services[i].by == TEEQ_SERVED_BY_SUPPLICANT)
			return true;
	return false;
}

/* Of a tee-supplicant that does not run, the first thread is one that runs. */
static enum teeq_status more_supplicants(struct changes *changes)
{
	struct teeq_scenario changed = *changes->tables;
	char text[64];

	if (!has_requests(&changed) || changed.supplicant_threads == TEEQ_SUPPLICANT_MAX)
		return TEEQ_OK;
	changed.supplicant_threads++;
	if (changed.supplicant_threads == 1)
		snprintf(text, sizeof(text), "tee-supplicant: runs");
	else
		snprintf(text, sizeof(text), "tee-supplicant: 1 thread more: %u",
			 (unsigned int)changed.supplicant_threads);
	return changes_try(changes, &changed, changes->policy, -1, text);
}

static enum teeq_status shorter_wait(struct changes *changes, enum teeq_supplicant_wait wait,
				     const char *text)
{
	struct teeq_scenario changed = *changes->tables;

	/*
	 * They are in the order of how readily they give up; only one that does so sooner can help.
	 */
	if (!has_requests(&changed) || changed.supplicant_wait <= wait)
		return TEEQ_OK;
	changed.supplicant_wait = wait;
	return changes_try(changes, &changed, changes->policy, -1, text);
}

/* Requests that fail at once where no tee-supplicant runs. */
static enum teeq_status no_wait(struct changes *changes, size_t client)
{
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_scenario changed = *changes->tables;
	char text[TEEQ_NAME_MAX + 64];

	if (!has_requests(&changed) || changed.clients[client].supplicant_nowait)
		return TEEQ_OK;
	memcpy(clients, changed.clients, changed.client_count * sizeof(clients[0]));
	clients[client].supplicant_nowait = true;
	changed.clients = clients;
	snprintf(text, sizeof(text), "client %s: supplicant-nowait", clients[client].name);
	return changes_try(changes, &changed, changes->policy, -1, text);
}

static enum teeq_status more_cpus(struct changes *changes)
{
	struct teeq_scenario changed = *changes->tables;
	char text[64];

	if (changed.cpu_count == 0 || changed.cpu_count == TEEQ_CPU_MAX)
		return TEEQ_OK;
	changed.cpu_count++;
	snprintf(text, sizeof(text), "1 CPU more: %u", (unsigned int)changed.cpu_count);
	return changes_try(changes, &changed, changes->policy, -1, text);
}

enum teeq_status changes_surroundings(struct changes *changes)
{
	enum teeq_status status = more_supplicants(changes);

	if (status == TEEQ_OK)
		status = shorter_wait(changes, TEEQ_SUPPLICANT_KILLABLE,
				      "tee-supplicant: killable wait");
	if (status == TEEQ_OK)
		status = shorter_wait(changes, TEEQ_SUPPLICANT_INTERRUPTIBLE,
				      "tee-supplicant: interruptible wait");
	for (size_t i = 0; i < changes->tables->client_count && status == TEEQ_OK; i++)
		status = no_wait(changes, i);
	return status == TEEQ_OK ? more_cpus(changes) : status;
}
