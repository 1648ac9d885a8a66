/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORIES_TABLES_H
#define STORIES_TABLES_H

#include "teeq/model.h"

/*
 * What the stories have in common, as constant tables: events, one command and one service for each
 * of them (a call of command "clk" holds its thread until event "clk" is signalled), and one system
 * session or two.
 */
#define CLIENT(name_, count_, stage_, steps_) \
	{ .name = (name_), .count = (count_), .stage = (stage_), .steps = (steps_), \
	  .step_count = sizeof(steps_) / sizeof((steps_)[0]) }

/* The members of a scenario that uses these tables. */
#define STORY_TABLES \
	.events = story_events, .event_count = 4, .commands = story_commands, .command_count = 4, \
	.services = story_services, .service_count = 4, .sessions = story_sessions

extern const char *const story_events[4]; /* clk, go, sb, user */
extern const struct teeq_script_spec story_commands[4];
extern const struct teeq_service_spec story_services[4];
extern const struct teeq_session_spec story_sessions[2]; /* scmi, key: both system sessions */

#endif
