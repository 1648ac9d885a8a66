/* SPDX-License-Identifier: BSD-2-Clause */
#include "stories/tables.h"

const char *const story_events[4] = { "clk", "go", "sb", "user" };

static const struct teeq_step rpcs[4] = { TEEQ_RPC("clk"), TEEQ_RPC("go"), TEEQ_RPC("sb"),
					  TEEQ_RPC("user") };

const struct teeq_script_spec story_commands[4] = {
	{ .name = "clk", .steps = &rpcs[0], .step_count = 1 },
	{ .name = "go", .steps = &rpcs[1], .step_count = 1 },
	{ .name = "sb", .steps = &rpcs[2], .step_count = 1 },
	{ .name = "user", .steps = &rpcs[3], .step_count = 1 },
};

static const struct teeq_step awaits[4] = { TEEQ_AWAIT("clk"), TEEQ_AWAIT("go"), TEEQ_AWAIT("sb"),
					    TEEQ_AWAIT("user") };

const struct teeq_service_spec story_services[4] = {
	{ .name = "clk", .by = TEEQ_SERVED_BY_CALLER, .steps = &awaits[0], .step_count = 1 },
	{ .name = "go", .by = TEEQ_SERVED_BY_CALLER, .steps = &awaits[1], .step_count = 1 },
	{ .name = "sb", .by = TEEQ_SERVED_BY_CALLER, .steps = &awaits[2], .step_count = 1 },
	{ .name = "user", .by = TEEQ_SERVED_BY_CALLER, .steps = &awaits[3], .step_count = 1 },
};

const struct teeq_session_spec story_sessions[2] = { { .name = "scmi", .system = true },
						     { .name = "key", .system = true } };
