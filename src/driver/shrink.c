/* SPDX-License-Identifier: BSD-2-Clause */
/* A smaller scenario, and a plainer schedule, with which a driver fails in the same way. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "diagnose/leave_out.h"
#include "driver/inquire.h"
#include "explore/shrink.h"

/* @aim first: who has the one has the other. @waits: what the given run came to. */
struct driver_aim {
	struct aim aim;
	struct teeq_driver *driver;
	const struct teeq_drive_options *options;
	const struct teeq_drive_budget *budget;
	struct waits waits;
};

/* Runs of one scenario, which are to fail as the given one did. */
struct driver_subject {
	const struct driver_aim *of;
	struct teeq_drive *d;
	struct waits waits;
	struct teeq_harness_result end;
};

static bool fails_alike(const struct driver_subject *subject)
{
	return subject->end.verdict == subject->of->aim.verdict &&
	       waits_are_alike(&subject->of->waits, &subject->waits);
}

static enum teeq_status follow_driver(void *argument, const struct teeq_schedule *wish,
				      struct teeq_schedule *followed, bool *same)
{
	struct driver_subject *subject = argument;
	enum teeq_status status =
		inquire_follow(subject->d, subject->of->budget, wish, &subject->end);

	*same = status == TEEQ_OK && fails_alike(subject);
	return status == TEEQ_OK ? inquire_choices(subject->d, followed) : status;
}

static bool subject_begin(struct driver_subject *subject, const struct driver_aim *aim,
			  struct teeq_drive *d)
{
	*subject = (struct driver_subject){ .of = aim, .d = d };
	return waits_begin(&subject->waits, d, false);
}

static void subject_end(struct driver_subject *subject)
{
	waits_end(&subject->waits);
	subject->d->h->ended = NULL;
}

/* Where the choices that are left do not do, perhaps others do. */
static enum teeq_status fail_at_random(struct driver_subject *subject,
				       struct teeq_schedule *schedule, bool *good)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .step_max = subject->of->budget->step_max };
	enum teeq_status status = TEEQ_OK;

	for (options.seed = 1; !*good && options.seed <= subject->of->budget->runs;
	     options.seed++) {
		status = teeq_harness_run(subject->d->h, &options, &subject->end);
		if (status != TEEQ_OK && status != TEEQ_ELIMIT)
			return status;
		*good = fails_alike(subject);
	}
	schedule->count = 0;
	return *good ? inquire_choices(subject->d, schedule) : TEEQ_OK;
}

static enum teeq_status fail_without(const struct aim *aim, struct candidate *tried,
				     const struct teeq_schedule *wish, bool *good)
{
	const struct driver_aim *of = (const struct driver_aim *)aim;
	struct driver_subject subject;
	struct teeq_drive *d = NULL;
	enum teeq_status status =
		teeq_drive_new(of->driver, &tried->tables->scenario, of->options, &d, NULL);

	if (status != TEEQ_OK)
		return status == TEEQ_ENOMEM ? status : TEEQ_OK;
	status = subject_begin(&subject, of, d) ? TEEQ_OK : TEEQ_ENOMEM;
	if (status == TEEQ_OK)
		status = follow_driver(&subject, wish, &tried->schedule, good);
	if (status == TEEQ_OK && !*good)
		status = fail_at_random(&subject, &tried->schedule, good);
	subject_end(&subject);
	teeq_drive_free(d);
	return status;
}

/* The given run: how it fails, and its choices. */
static enum teeq_status shrink_begin(struct driver_aim *aim, const struct teeq_scenario *scenario,
				     const char *text, struct candidate *best,
				     struct teeq_drive_shrunk *shrunk, struct teeq_error *error)
{
	struct teeq_harness_result result = { .steps = 0 };
	struct teeq_drive *d = NULL;
	enum teeq_status status = teeq_drive_new(aim->driver, scenario, aim->options, &d, error);

	if (status != TEEQ_OK)
		return status;
	status = waits_begin(&aim->waits, d, false) ?
			 inquire_run(d, text, aim->budget, &result, &shrunk->tried, error) :
			 TEEQ_ENOMEM;
	if (status == TEEQ_OK)
		status = inquire_choices(d, &best->schedule);
	if (status == TEEQ_OK)
		status = model_new_for_driver(scenario, aim->aim.policy, &best->model, error);
	aim->aim.verdict = shrunk->end.verdict = result.verdict;
	shrunk->tasks = d->h->task_count;
	shrunk->steps_before = best->schedule.count;
	shrunk->switches_before = teeq_schedule_switches(&best->schedule);
	teeq_drive_free(d);
	if (status != TEEQ_OK)
		return status;
	best->tables = leave_out_copy(scenario, &aim->aim);
	return best->tables ? TEEQ_OK : TEEQ_ENOMEM;
}

static enum teeq_status shrink_schedule(const struct driver_aim *aim, struct candidate *best,
					struct teeq_drive_shrunk *shrunk, struct teeq_error *error)
{
	struct driver_subject subject;
	const struct shrink_subject tried = { follow_driver, &subject };
	struct teeq_drive *d = NULL;
	enum teeq_status status =
		teeq_drive_new(aim->driver, &best->tables->scenario, aim->options, &d, error);

	if (status != TEEQ_OK)
		return status;
	status = subject_begin(&subject, aim, d) ? TEEQ_OK : TEEQ_ENOMEM;
	if (status == TEEQ_OK && shrink_is_short(&best->schedule))
		status = shrink_by_trying(&tried, &best->schedule);
	if (status == TEEQ_OK)
		status = inquire_follow(d, aim->budget, &best->schedule, &shrunk->end);
	if (status == TEEQ_OK) {
		shrunk->end.violation = NULL;
		shrunk->schedule = teeq_harness_schedule(d->h);
		shrunk->steps_after = d->h->schedule.count;
		shrunk->switches_after = teeq_schedule_switches(&d->h->schedule);
	}
	subject_end(&subject);
	teeq_drive_free(d);
	return status == TEEQ_OK && !shrunk->schedule ? TEEQ_ENOMEM : status;
}

enum teeq_status teeq_drive_shrink(struct teeq_driver *driver, const struct teeq_scenario *scenario,
				   const struct teeq_drive_options *options, const char *text,
				   bool clients,
				   const struct teeq_drive_budget *budget,
				   struct teeq_drive_shrunk *shrunk, struct teeq_error *error)
{
	struct driver_aim aim = { .aim = { .attempt = fail_without },
				  .driver = driver,
				  .options = options,
				  .budget = budget };
	struct candidate best = { 0 };
	enum teeq_status status;

	if (!driver || !scenario || !budget || !shrunk)
		return error_null(error, "driver, scenario, budget, shrunk");
	*shrunk = (struct teeq_drive_shrunk){ .tasks = 0 };
	aim.aim.policy = teeq_policy_find(teeq_driver_policy(driver));
	status = shrink_begin(&aim, scenario, text, &best, shrunk, error);
	if (status == TEEQ_OK && clients)
		status = leave_out(&best, &aim.aim, &shrunk->left_out);
	if (status == TEEQ_OK)
		status = shrink_schedule(&aim, &best, shrunk, error);
	if (status == TEEQ_OK) {
		shrunk->scenario = &best.tables->scenario;
		best.tables = NULL;
	}
	waits_end(&aim.waits);
	leave_out_free(&best);
	return status == TEEQ_ENOMEM ? error_nomem(error) : status;
}

void teeq_drive_shrunk_free(struct teeq_drive_shrunk *shrunk)
{
	if (!shrunk)
		return;
	free(shrunk->scenario);
	free(shrunk->schedule);
	memset(shrunk, 0, sizeof(*shrunk));
}
