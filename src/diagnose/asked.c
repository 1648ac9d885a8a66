/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/asked.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

void teeq_trial_take(struct teeq_trial *trial, const struct teeq_explore_result *result)
{
	if (!trial || !result)
		return;
	trial->states = result->states;
	trial->verdict = result->verdict;
	trial->steps = result->schedule.count;
	trial->ruling = TEEQ_STILL_FAILS;
	if (result->verdict == TEEQ_VERDICT_DONE)
		trial->ruling = TEEQ_RULED_OUT;
	else if (result->verdict == TEEQ_VERDICT_LIMIT)
		trial->ruling = TEEQ_UNDECIDED;
}

enum teeq_status asked_search(const struct teeq_model *model, const char *client,
			      struct searches *searches, struct teeq_trial *trial, char **schedule,
			      struct teeq_error *error)
{
	struct teeq_explore_options options = searches->options;
	struct teeq_explore_result result;
	enum teeq_status status;

	options.must_finish = teeq_model_tasks_of(model, client);
	status = teeq_explore(model, &options, &result, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	teeq_trial_take(trial, &result);
	status = searches->stopped ? TEEQ_ELIMIT : TEEQ_OK;
	if (schedule && trial->ruling == TEEQ_STILL_FAILS) {
		*schedule = teeq_schedule_print(model, &result.schedule);
		if (!*schedule)
			status = error_nomem(error);
	}
	teeq_schedule_free(&result.schedule);
	return status;
}

enum teeq_status asked_check_client(const struct teeq_scenario *scenario, const char *client,
				    struct teeq_error *error)
{
	for (size_t i = 0; client && i < scenario->client_count; i++)
		if (strcmp(scenario->clients[i].name, client) == 0)
			return TEEQ_OK;
	return client ? error_set(error, TEEQ_EINPUT, "clients", "there is no '%.80s' among them",
				  client) :
			TEEQ_OK;
}

enum teeq_status asked_client_of(const struct teeq_scenario *scenario,
				 const struct teeq_model *model, uint64_t must_finish,
				 const char **client, struct teeq_error *error)
{
	*client = NULL;
	for (size_t i = 0; must_finish && i < scenario->client_count; i++)
		if (teeq_model_tasks_of(model, scenario->clients[i].name) == must_finish)
			*client = scenario->clients[i].name;
	return *client || !must_finish ? TEEQ_OK :
					 error_set(error, TEEQ_EINPUT, "must_finish",
						   "0x%llx are not the tasks of one client",
						   (unsigned long long)must_finish);
}

void asked_why_not(const struct teeq_error *error, char *text, size_t size)
{
	int length = snprintf(text, size, "%s: %s", error->key, error->text);

	if (length < 0 || (size_t)length >= size)
		text[size - 1] = '\0';
}
