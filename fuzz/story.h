/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_STORY_H
#define FUZZ_STORY_H

#include <stddef.h>
#include <stdint.h>

#include "flat.h"
#include "teeq/model.h"
#include "teeq/run.h"

/*
 * What an input of the flat world did, told as a scenario and a schedule: each task's script is
 * what it did, and the schedule the order in which they did it. In the model this must lead through
 * the same states to the same end.
 */
enum { STORY_NAMES = FLAT_OPERATIONS + 8, STORY_STEPS = FLAT_STEPS + 8 };

/* The queue and the pool after a step. */
struct story_state {
	unsigned char queue[sizeof(((struct flat *)0)->queue)];
	unsigned char secure[sizeof(((struct flat *)0)->secure)];
};

struct story {
	struct flat_watcher watcher;
	struct flat flat;
	enum flat_end end;
	struct flat_step steps[STORY_STEPS];
	struct story_state states[STORY_STEPS];
	size_t count;
	/* The tables. */
	struct teeq_scenario scenario;
	struct teeq_step scratch[STORY_STEPS];
	struct teeq_step kept[STORY_STEPS];
	size_t scratch_count;
	size_t kept_count;
	struct teeq_script_spec commands[STORY_NAMES];
	struct teeq_service_spec services[STORY_NAMES];
	char names[2][STORY_NAMES][8];
	struct teeq_session_spec sessions[FLAT_SESSIONS];
	struct teeq_context_spec contexts[2];
	struct teeq_client_spec clients[FLAT_TASKS];
	bool used[FLAT_SESSIONS];
};

/* Run @data in the flat world and take down what happens, also up to a failed CHECK. */
void story_run(struct story *story, const uint8_t *data, size_t size);
/* Make the tables of what was taken down; they point into @story. */
void story_tell(struct story *story);

/*
 * Do the same in the model. What differs first, as text for a person; NULL: nothing. @replayed (may
 * be NULL) gets the schedule as text, to be given to free().
 */
const char *story_compare(const struct story *story, char **replayed);

#endif
