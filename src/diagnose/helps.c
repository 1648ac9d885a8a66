/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/asked.h"
#include "diagnose/what_helps.h"

#include <stdio.h>
#include <string.h>

static enum teeq_status change_search(struct trials *trials, const struct teeq_model *model,
				      struct teeq_trial *trial)
{
	enum teeq_status status =
		asked_search(model, trials->client, &trials->searches, trial, NULL, trials->error);

	trials->diagnosis->undecided |= trial->ruling == TEEQ_UNDECIDED;
	return status;
}

/* The row of a variant's change, if there it is to be tried. */
static struct teeq_change *find_row(struct teeq_diagnosis *diagnosis, const char *text)
{
	for (size_t i = 0; i < diagnosis->change_count; i++) {
		struct teeq_change *change = &diagnosis->changes[i];

		if (strcmp(change->text, text) == 0)
			return change->trial.ruling == TEEQ_RULED_OUT ? change : NULL;
	}
	return NULL;
}

static struct teeq_change *helps_add_row(struct trials *trials, const char *text)
{
	struct teeq_change *change = &trials->diagnosis->changes[trials->diagnosis->change_count];

	if (trials->diagnosis->change_count == trials->change_max)
		return NULL;
	trials->diagnosis->change_count++;
	*change = (struct teeq_change){ .answer = 0 };
	snprintf(change->text, sizeof(change->text), "%s", text);
	return change;
}

/* Where the trial of this row belongs; NULL: there is none to make. */
static struct teeq_trial *place_trial(struct trials *trials, struct teeq_change **change,
				      const char *text)
{
	size_t variant = trials->diagnosis->variant_count - 1;

	if (!trials->varied) {
		*change = helps_add_row(trials, text);
		return *change ? &(*change)->trial : NULL;
	}
	*change = find_row(trials->diagnosis, text);
	if (!*change)
		return NULL;
	(*change)->tried |= UINT32_C(1) << variant;
	return &(*change)->elsewhere[variant];
}

enum teeq_status trials_try(struct changes *changes, const struct teeq_scenario *scenario,
			    const struct teeq_policy *policy, int session, const char *text)
{
	struct trials *trials = (struct trials *)changes;
	struct teeq_change *change;
	struct teeq_trial *trial;
	struct teeq_model *model = NULL;
	enum teeq_status status;
	bool asked = false;

	if (!searches_may_go_on(&trials->searches))
		return TEEQ_ELIMIT;
	trial = place_trial(trials, &change, text);
	if (!trial)
		return TEEQ_OK;
	trial->ruling = TEEQ_NOT_POSSIBLE;
	status = teeq_model_new(scenario, policy, &model, NULL);
	if (status == TEEQ_EINPUT)
		return TEEQ_OK;
	if (status != TEEQ_OK)
		return status;
	if (!trials->varied && session >= 0)
		change->answer = teeq_model_session_answer(model, (size_t)session, &asked);
	status = change_search(trials, model, trial);
	teeq_model_free(model);
	return status;
}
