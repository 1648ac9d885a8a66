/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_FLAGSHIP_H
#define BENCH_FLAGSHIP_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "teeq/model.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const locks[] = { "emmc" };
static const struct teeq_session_spec sessions[] = { { .name = "scmi", .system = true } };
static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_script_spec commands[] = {
	{ .name = "storage-write", .steps = write_steps, .step_count = COUNT(write_steps) },
	{ .name = "regulator-on" },
};
static const struct teeq_step rpmb_steps[] = {
	TEEQ_LOCK("emmc"),
	TEEQ_CALL("regulator-on", "scmi"),
	TEEQ_UNLOCK("emmc"),
};
static const struct teeq_service_spec services[] = {
	{ .name = "rpmb",
	  .by = TEEQ_SERVED_BY_CALLER,
	  .steps = rpmb_steps,
	  .step_count = COUNT(rpmb_steps) },
};
static const struct teeq_step app_steps[] = { TEEQ_CALL("storage-write", NULL) };

/*
 * The flagship: @clients tasks write to the RPMB, whose regulator is served by OP-TEE itself.
 * @slots for message arguments in a page, 0: as many as there are where a scenario says nothing.
 */
static inline struct teeq_model *flagship_model(unsigned int threads, unsigned int clients,
						unsigned int slots, const char *policy)
{
	const struct teeq_client_spec app = { .name = "app",
					      .count = clients,
					      .stage = 1,
					      .steps = app_steps,
					      .step_count = COUNT(app_steps) };
	const struct teeq_scenario scenario = {
		.name = "flagship", .thread_count = threads, .static_system_count = 1,
		.argument_slots = slots,
		.locks = locks, .lock_count = COUNT(locks),
		.sessions = sessions, .session_count = COUNT(sessions),
		.commands = commands, .command_count = COUNT(commands),
		.services = services, .service_count = COUNT(services),
		.clients = &app, .client_count = 1,
	};
	struct teeq_model *model = NULL;
	struct teeq_error error;

	if (teeq_model_new(&scenario, teeq_policy_find(policy), &model, &error) != TEEQ_OK) {
		fprintf(stderr, "%s: %s\n", error.key, error.text);
		exit(2);
	}
	return model;
}

/* So many slots that none runs out: SPIN's model, and earlier figures, have no such cache. */
static inline struct teeq_model *flagship(unsigned int threads, unsigned int clients,
					  const char *policy)
{
	return flagship_model(threads, clients, TEEQ_ARGUMENT_MAX, policy);
}

static inline double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif
