/* SPDX-License-Identifier: BSD-2-Clause */
/* The changes that the diagnosis of a model tries, tried with a driver. */
#include <string.h>

#include "base/error.h"
#include "diagnose/what_helps.h"
#include "driver/inquire.h"

/* @changes first: who has the one has the other. */
struct driver_trials {
	struct changes changes;
	struct teeq_driver *driver;
	const struct teeq_drive_options *options;
	const struct teeq_drive_budget *budget;
	void (*told)(void *argument, const struct teeq_drive_trial *trial);
	void *argument;
	struct teeq_error *error;
};

static enum teeq_status try_with_driver(struct changes *changes,
					const struct teeq_scenario *scenario,
					const struct teeq_policy *policy, int session,
					const char *text)
{
	struct driver_trials *trials = (struct driver_trials *)changes;
	struct teeq_drive_trial trial = { .text = text, .possible = true };
	struct teeq_drive *d = NULL;
	enum teeq_status status;

	(void)session;
	/* The driver is what it is. */
	if (policy != changes->policy)
		return TEEQ_OK;
	status = teeq_drive_new(trials->driver, scenario, trials->options, &d, NULL);
	if (status == TEEQ_ENOMEM)
		return status;
	trial.possible = status == TEEQ_OK;
	if (trial.possible) {
		status = teeq_drive_find(d, trials->budget, &trial.end, &trial.tried,
					 trials->error);
		if (status == TEEQ_ELIMIT && trial.end.verdict != TEEQ_VERDICT_LIVELOCK)
			trial.end.verdict = TEEQ_VERDICT_DONE;
	}
	if (status == TEEQ_OK || status == TEEQ_ELIMIT || !trial.possible) {
		trials->told(trials->argument, &trial);
		status = TEEQ_OK;
	}
	teeq_drive_free(d);
	return status;
}

enum teeq_status teeq_drive_what_helps(struct teeq_driver *driver,
				       const struct teeq_scenario *scenario,
				       const struct teeq_drive_options *options,
				       const struct teeq_drive_budget *budget,
				       void (*told)(void *argument,
						    const struct teeq_drive_trial *trial),
				       void *argument, struct teeq_error *error)
{
	struct driver_trials trials = { .driver = driver,
					.options = options,
					.budget = budget,
					.told = told,
					.argument = argument,
					.error = error };
	enum teeq_status status;

	if (!driver || !scenario || !budget || !told)
		return error_null(error, "driver, scenario, budget, told");
	trials.changes = (struct changes){ teeq_policy_find(teeq_driver_policy(driver)), scenario,
					   try_with_driver };
	status = changes_all(&trials.changes);
	return status == TEEQ_ENOMEM ? error_nomem(error) : status;
}
