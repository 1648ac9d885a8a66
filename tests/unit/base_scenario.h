/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BASE_SCENARIO_H
#define TESTS_BASE_SCENARIO_H

#include "story.h"

/* A scenario small enough to be taken in at a glance, and the same with one thing changed. */
static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_step rpmb_steps[] = { TEEQ_LOCK("emmc"), TEEQ_CALL("on", "scmi"),
					       TEEQ_UNLOCK("emmc") };
static const struct teeq_step app_steps[] = { TEEQ_CALL("write", NULL), TEEQ_SIGNAL("go"),
					      TEEQ_BARRIER("all") };
static const char *const base_locks[] = { "emmc" };
static const char *const base_events[] = { "go" };
static const struct teeq_barrier_spec base_barriers[] = { { "all", 2 } };
static const struct teeq_session_spec base_sessions[] = { { .name = "scmi", .system = true } };
static const struct teeq_script_spec base_commands[] = {
	{ .name = "write", .steps = write_steps, .step_count = LENGTH(write_steps) },
	{ .name = "on" },
};
static const struct teeq_service_spec base_services[] = {
	{ .name = "rpmb",
	  .by = TEEQ_SERVED_BY_CALLER,
	  .steps = rpmb_steps,
	  .step_count = LENGTH(rpmb_steps) },
};
static const struct teeq_client_spec base_clients[] = {
	{ .name = "app",
	  .count = 2,
	  .stage = 0,
	  .steps = app_steps,
	  .step_count = LENGTH(app_steps) },
};

static const struct teeq_scenario base = {
	.name = "base",
	.thread_count = 2,
	.locks = base_locks,
	.lock_count = 1,
	.events = base_events,
	.event_count = 1,
	.barriers = base_barriers,
	.barrier_count = 1,
	.sessions = base_sessions,
	.session_count = 1,
	.commands = base_commands,
	.command_count = 2,
	.services = base_services,
	.service_count = 1,
	.clients = base_clients,
	.client_count = 1,
};

/* The base with one client "app" of these steps; valid until the next call. */
static inline struct teeq_scenario with_client(const struct teeq_step *steps, size_t count)
{
	static struct teeq_client_spec client;
	struct teeq_scenario scenario = base;

	client = (struct teeq_client_spec){ .name = "app", .steps = steps, .step_count = count };
	scenario.clients = &client;
	return scenario;
}

/* The base with the command "write" of these steps. */
static inline struct teeq_scenario with_command(const struct teeq_step *steps, size_t count)
{
	static struct teeq_script_spec commands[2];
	struct teeq_scenario scenario = base;

	commands[0] =
		(struct teeq_script_spec){ .name = "write", .steps = steps, .step_count = count };
	commands[1] = base_commands[1];
	scenario.commands = commands;
	return scenario;
}

#endif
