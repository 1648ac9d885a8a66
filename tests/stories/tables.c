/* SPDX-License-Identifier: BSD-2-Clause */
#include "stories/tables.h"

const char *const story_events[4] = { "clk", "go", "sb", "user" };

static const struct teeq_step rpcs[4] = { TEEQ_RPC("clk"), TEEQ_RPC("go"), TEEQ_RPC("sb"),
					  TEEQ_RPC("user") };

const struct teeq_script_spec story_commands[4] = {
	{ "clk", &rpcs[0], 1 },
	{ "go", &rpcs[1], 1 },
	{ "sb", &rpcs[2], 1 },
	{ "user", &rpcs[3], 1 },
};

static const struct teeq_step awaits[4] = { TEEQ_AWAIT("clk"), TEEQ_AWAIT("go"), TEEQ_AWAIT("sb"),
					    TEEQ_AWAIT("user") };

const struct teeq_service_spec story_services[4] = {
	{ "clk", TEEQ_SERVED_BY_CALLER, &awaits[0], 1 },
	{ "go", TEEQ_SERVED_BY_CALLER, &awaits[1], 1 },
	{ "sb", TEEQ_SERVED_BY_CALLER, &awaits[2], 1 },
	{ "user", TEEQ_SERVED_BY_CALLER, &awaits[3], 1 },
};

const struct teeq_session_spec story_sessions[2] = { { "scmi", true }, { "key", true } };
