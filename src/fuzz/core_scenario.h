/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_CORE_SCENARIO_H
#define FUZZ_CORE_SCENARIO_H

#include <stddef.h>
#include <stdint.h>

#include "fuzz/core_world.h"
#include "teeq/model.h"
#include "teeq/run.h"

/*
 * What an input of the small world did, as a scenario and a schedule: each task's script is
 * what it did, and the schedule the order in which they did it. In the model this must lead through
 * the same states to the same end.
 */
enum {
	CORE_SCENARIO_NAMES = CORE_OPERATIONS + 8,
	CORE_SCENARIO_STEPS = CORE_STEPS + 8
};

/* The queue and the pool after a step. */
struct core_state {
	unsigned char queue[sizeof(((struct core_world *)0)->queue)];
	unsigned char secure[sizeof(((struct core_world *)0)->secure)];
};

struct core_scenario {
	struct core_watcher watcher;
	struct core_world world;
	enum core_end end;
	struct core_step steps[CORE_SCENARIO_STEPS];
	struct core_state states[CORE_SCENARIO_STEPS];
	size_t count;
	/* The tables. */
	struct teeq_scenario scenario;
	struct teeq_step scratch[CORE_SCENARIO_STEPS];
	struct teeq_step kept[CORE_SCENARIO_STEPS];
	size_t scratch_count;
	size_t kept_count;
	struct teeq_script_spec commands[CORE_SCENARIO_NAMES];
	struct teeq_service_spec services[CORE_SCENARIO_NAMES];
	char names[2][CORE_SCENARIO_NAMES][8];
	struct teeq_session_spec sessions[CORE_SESSIONS];
	struct teeq_context_spec contexts[2];
	struct teeq_client_spec clients[CORE_TASKS];
	bool used[CORE_SESSIONS];
	char message[256]; /* what differs in the model */
};

/* As core_run(), and take down what happens, also up to a failed CHECK. */
void core_scenario_record(struct core_scenario *record, const struct teeq_policy *policy,
			  const uint8_t *data, size_t size);
/* Make the tables of what was taken down; they point into @record. */
void core_scenario_make(struct core_scenario *record);

/*
 * Do the same in the model. What differs first, as text for a person; NULL: nothing. @replayed (may
 * be NULL) gets the schedule as text, to be given to free().
 */
const char *core_scenario_compare(struct core_scenario *record, char **replayed);
/* The same in a model of @record's tables that is there; @schedule gets what was done. */
const char *core_scenario_follow(struct core_scenario *record, const struct teeq_model *model,
				 struct teeq_schedule *schedule);

#endif
