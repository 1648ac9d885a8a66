/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a hang to what would have helped, without the command: what `teeq shrink --clients` and
 * `teeq explain` do, by the library.
 *
 * Four apps write to secure storage and one more reads a sensor, on two threads. A random schedule
 * that hangs is long and has everybody in it; the smaller scenario has two apps and nine steps. For
 * that one each single change of the configuration is tried by exhaustive search, and what rules
 * the hang out is tried again with one app more, and with all five.
 *
 * Needs libteeq only, neither libyaml nor jansson:
 *
 *	cc diagnose.c $(pkg-config --cflags --libs teeq)
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/diagnose.h>
#include <teeq/model.h>
#include <teeq/run.h>
#include <teeq/world.h>

static const struct teeq_scenario board = {
	.name = "board",
	.thread_count = 2,
	TEEQ_LOCKS("emmc"),
	TEEQ_SESSIONS({ .name = "scmi", .system = true }),
	TEEQ_COMMANDS({ .name = "storage-write", TEEQ_DO(TEEQ_RPC("rpmb")) }, { .name = "regulator-on" },
		      { .name = "read-sensor" }),
	TEEQ_SERVICES({ .name = "rpmb", TEEQ_DO(TEEQ_LOCK("emmc"), TEEQ_CALL("regulator-on", "scmi"),
					TEEQ_UNLOCK("emmc")) }),
	TEEQ_CLIENTS({ .name = "sensor", .count = 1, TEEQ_DO(TEEQ_CALL("read-sensor", NULL)) },
		     { .name = "app", .count = 4, TEEQ_DO(TEEQ_CALL("storage-write", NULL)) }),
};

#define RUN_COUNT  1000
#define STATES_MAX 1000000

/* The first of RUN_COUNT random schedules that fails; of none that does, the last. */
static enum teeq_status find_failure(const struct teeq_policy *policy,
				     struct teeq_schedule *schedule)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 1 };
	struct teeq_model *model = NULL;
	struct teeq_world *world = NULL;
	struct teeq_result result;
	struct teeq_tally tally;
	enum teeq_status status = teeq_model_new(&board, policy, &model, NULL);

	if (status == TEEQ_OK)
		status = teeq_run_many(model, &options, RUN_COUNT, TEEQ_GOAL_FAILURES, &tally);
	if (status == TEEQ_OK)
		status = (world = teeq_world_new(model)) ? TEEQ_OK : TEEQ_ENOMEM;
	if (status == TEEQ_OK) {
		options.seed += tally.runs - 1;
		options.record = schedule;
		status = teeq_run(model, world, &options, &result);
	}
	teeq_world_free(world);
	teeq_model_free(model);
	return status;
}

static void print_shrunk(const struct teeq_schedule *given, const struct teeq_shrunk *shrunk)
{
	printf("before: %s after %" PRIu64 " steps, %zu switches\n",
	       teeq_verdict_name(shrunk->before.verdict), shrunk->before.steps,
	       teeq_schedule_switches(given));
	printf("after:  %s after %" PRIu64 " steps, %zu switches, by",
	       teeq_verdict_name(shrunk->end.verdict), shrunk->end.steps,
	       teeq_schedule_switches(&shrunk->schedule));
	for (size_t i = 0; i < shrunk->scenario->client_count; i++)
		printf(" %" PRIu32 " of %s", shrunk->scenario->clients[i].count,
		       shrunk->scenario->clients[i].name);
	printf("\n\n");
}

static const char *ruling(const struct teeq_trial *trial)
{
	return trial->ruling == TEEQ_STILL_FAILS ? teeq_verdict_name(trial->verdict) :
						   teeq_ruling_name(trial->ruling);
}

static void print_diagnosis(const struct teeq_diagnosis *diagnosis)
{
	if (diagnosis->no_return_known && !diagnosis->no_return.from_start)
		printf("step of no return: %zu, %s\n\n", diagnosis->no_return.step,
		       diagnosis->no_return_text);
	for (size_t i = 0; i < diagnosis->change_count; i++) {
		const struct teeq_change *change = &diagnosis->changes[i];

		printf("%-34s  %s", change->text, ruling(&change->trial));
		for (size_t j = 0; j < diagnosis->variant_count; j++) {
			const struct teeq_variant *variant = &diagnosis->variants[j];

			if (!(change->tried >> j & 1))
				continue;
			if (variant->client)
				printf("; with %" PRIu32 " of %s", variant->count, variant->client);
			else
				printf("; on the whole board");
			printf(": %s", ruling(&change->elsewhere[j]));
		}
		putchar('\n');
	}
}

/* Whether the change rules the failure out, wherever it is tried. */
static bool helps(const struct teeq_diagnosis *diagnosis, const char *text)
{
	for (size_t i = 0; i < diagnosis->change_count; i++) {
		const struct teeq_change *change = &diagnosis->changes[i];
		bool good = change->trial.ruling == TEEQ_RULED_OUT;

		for (size_t j = 0; j < diagnosis->variant_count; j++)
			good &= change->elsewhere[j].ruling == TEEQ_RULED_OUT;
		if (strcmp(change->text, text) == 0)
			return good;
	}
	return false;
}

static enum teeq_status diagnose(const struct teeq_policy *policy,
				 const struct teeq_schedule *schedule, bool *as_said)
{
	const struct teeq_explore_options search = { .max_states = STATES_MAX };
	struct teeq_shrunk shrunk;
	struct teeq_diagnosis diagnosis;
	struct teeq_error error = { 0 };
	enum teeq_status status;

	status = teeq_shrink_scenario(&board, policy, schedule, true, &search, &shrunk, &error);
	if (status == TEEQ_OK || status == TEEQ_ELIMIT) {
		print_shrunk(schedule, &shrunk);
		status = teeq_diagnose(shrunk.scenario, policy, &shrunk.schedule, &board, &search,
				       &diagnosis, &error);
		if (status == TEEQ_OK || status == TEEQ_ELIMIT) {
			print_diagnosis(&diagnosis);
			*as_said = shrunk.schedule.count == 9 &&
				   helps(&diagnosis, "policy mainline") &&
				   !helps(&diagnosis, "1 thread more: 3");
			teeq_diagnosis_free(&diagnosis);
		}
		teeq_shrunk_free(&shrunk);
	}
	if (status != TEEQ_OK)
		fprintf(stderr, "%s: %s\n", error.key, error.text);
	return status;
}

/* 0: it went as the comment at the top says; 1: it did not; 2: the host failed. */
int main(void)
{
	const struct teeq_policy *policy = teeq_policy_find("untracked");
	struct teeq_schedule schedule = { 0 };
	bool as_said = false;
	enum teeq_status status = find_failure(policy, &schedule);

	if (status == TEEQ_OK)
		status = diagnose(policy, &schedule, &as_said);
	teeq_schedule_free(&schedule);
	if (status != TEEQ_OK)
		return 2;
	return !as_said;
}
