/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_EXPORT_RUN_H
#define CLI_EXPORT_RUN_H

#include <jansson.h>

#include "cli/exports.h"

/*
 * A run while it is made again: a case of its own, whose world is as it stands.
 *
 * @events   of each step: task, level, action, outcome, context, whom it woke, and in words
 * @states   how it stood before the first step and behind each: of the keys of cli_json_state(),
 *           and others, only those whose value is another than before
 */
struct walk {
	struct cli_case c;
	json_t *events;
	json_t *states;
	json_t *last; /* all keys, as they stand */
	struct teeq_result result;
	bool failed;
};

/*
 * The keys of a state whose values are others than @before; what is not there any more is null.
 */
json_t *walk_changes(json_t *before, json_t *now);

/* What is exported, and the walk through it, which is made once for all who want one. */
struct export_made {
	const struct export_run *run;
	struct walk walk;
};

/* False: no memory. walk_free() in any case. */
bool walk_make(struct walk *walk, const struct export_run *run);
void walk_free(struct walk *walk);

#endif
