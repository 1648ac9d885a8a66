/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library without scenario files: tables in, a verdict and a report out.
 *
 * Two apps write to secure storage. OP-TEE asks for the RPMB by an RPC, and the app that made the
 * call serves it: it locks the eMMC and needs its regulator, which OP-TEE serves too, by one more
 * call. Under `untracked` both threads can be suspended in such an RPC, and then there is none left
 * for the regulator. Under `mainline` one is kept back for the session `scmi`.
 *
 * Needs libteeq only, neither libyaml nor jansson:
 *
 *	cc flagship.c $(pkg-config --cflags --libs teeq)
 */
#include <stdio.h>
#include <stdlib.h>

#include <teeq/model.h>
#include <teeq/report.h>
#include <teeq/run.h>
#include <teeq/world.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const locks[] = { "emmc" };
static const struct teeq_session_spec sessions[] = { { .name = "scmi", .system = true } };

static const struct teeq_step storage_write[] = { TEEQ_RPC("rpmb") };
static const struct teeq_script_spec commands[] = {
	{ .name = "storage-write", .steps = storage_write, .step_count = COUNT(storage_write) },
	{ .name = "regulator-on" },
};

static const struct teeq_step rpmb[] = {
	TEEQ_LOCK("emmc"),
	TEEQ_CALL("regulator-on", "scmi"),
	TEEQ_UNLOCK("emmc"),
};
static const struct teeq_service_spec services[] = {
	{ .name = "rpmb", .by = TEEQ_SERVED_BY_CALLER, .steps = rpmb, .step_count = COUNT(rpmb) },
};

static const struct teeq_step app[] = { TEEQ_CALL("storage-write", NULL) };
static const struct teeq_client_spec clients[] = {
	{ .name = "app", .count = 2, .steps = app, .step_count = COUNT(app) },
};

static const struct teeq_scenario flagship = {
	.name = "flagship",
	.thread_count = 2,
	.locks = locks,
	.lock_count = COUNT(locks),
	.sessions = sessions,
	.session_count = COUNT(sessions),
	.commands = commands,
	.command_count = COUNT(commands),
	.services = services,
	.service_count = COUNT(services),
	.clients = clients,
	.client_count = COUNT(clients),
};

#define RUN_COUNT 1000

/*
 * Up to RUN_COUNT random schedules; the seed of the first that does not finish, or the first seed.
 * That none failed is no proof: for that there is teeq_explore().
 */
static enum teeq_status find_seed(const struct teeq_model *model, uint64_t *seed)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 1 };
	uint32_t failures = ~(UINT32_C(1) << TEEQ_VERDICT_DONE);
	struct teeq_tally tally;
	enum teeq_status status = teeq_run_many(model, &options, RUN_COUNT, failures, &tally);

	*seed = options.seed;
	if (status == TEEQ_OK && tally.count[TEEQ_VERDICT_DONE] < tally.runs)
		*seed += tally.runs - 1;
	return status;
}

/* One run from the beginning, its report, and its choices as text: they replay it. */
static enum teeq_status run_once(const struct teeq_model *model, struct teeq_world *world,
				 uint64_t seed, enum teeq_verdict *verdict)
{
	struct teeq_schedule record = { 0 };
	struct teeq_run_options options = {
		.strategy = &teeq_strategy_random,
		.seed = seed,
		.record = &record,
	};
	struct teeq_result result;
	enum teeq_status status = teeq_run(model, world, &options, &result);
	char *schedule = status == TEEQ_OK ? teeq_schedule_print(model, &record) : NULL;

	if (status == TEEQ_OK)
		status = schedule ? teeq_report_print(model, world, &result, NULL, stdout) :
				    TEEQ_ENOMEM;
	if (status == TEEQ_OK)
		printf("\nschedule: %s\n", schedule);
	*verdict = result.verdict;
	free(schedule);
	teeq_schedule_free(&record);
	return status;
}

static enum teeq_status try_policy(const char *name, enum teeq_verdict *verdict)
{
	struct teeq_error error = { 0 };
	struct teeq_model *model = NULL;
	struct teeq_world *world = NULL;
	enum teeq_status status;
	uint64_t seed = 0;

	status = teeq_model_new(&flagship, teeq_policy_find(name), &model, &error);
	if (status != TEEQ_OK) {
		fprintf(stderr, "%s: %s\n", error.key, error.text);
		return status;
	}
	world = teeq_world_new(model);
	status = world ? find_seed(model, &seed) : TEEQ_ENOMEM;
	if (status == TEEQ_OK) {
		printf("== %s, seed %llu\n", name, (unsigned long long)seed);
		status = run_once(model, world, seed, verdict);
	}
	teeq_world_free(world);
	teeq_model_free(model);
	return status;
}

/* 0: it went as the comment at the top says; 1: it did not; 2: the host failed. */
int main(void)
{
	enum teeq_verdict untracked = TEEQ_VERDICT_LIMIT, mainline = TEEQ_VERDICT_LIMIT;

	if (try_policy("untracked", &untracked) != TEEQ_OK)
		return 2;
	putchar('\n');
	if (try_policy("mainline", &mainline) != TEEQ_OK)
		return 2;
	return !(untracked == TEEQ_VERDICT_DEADLOCK && mainline == TEEQ_VERDICT_DONE);
}
