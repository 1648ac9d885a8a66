/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_WARN_H
#define SCENARIO_WARN_H

#include "scenario/arena.h"
#include "scenario/tree.h"
#include "teeq/model.h"
#include "teeq/scenario.h"

struct warning {
	const char *text; /* all of it, in one line */
	struct teeq_scenario_remark remark;
};

/* Lines about what a scenario may say and hardly means, in the order of their place in the file. */
struct warnings {
	struct arena *arena;
	const char *path;
	const struct node *root;
	struct warning *entries;
	size_t count;
	size_t capacity;
	bool no_memory;
};

/* Find them all. TEEQ_ENOMEM. */
enum teeq_status warnings_find(struct warnings *warnings, const struct teeq_scenario *scenario);

/* One more: "PATH:LINE: warning: KEY: text"; @kind stays, see struct teeq_scenario_remark. */
void warnings_add(struct warnings *warnings, const char *kind, const char *key, const char *text);
/* By their place in the file. */
void warnings_sort(struct warnings *warnings);
/* warn_locks.c: scripts that end and keep a lock. */
void warn_locks(struct warnings *warnings, const struct teeq_scenario *scenario);
/* warn_guests.c: what guests share that each would have. */
void warn_guests(struct warnings *warnings, const struct teeq_scenario *scenario);
/* warn_faults.c: faults for which there is no place to strike. */
void warn_faults(struct warnings *warnings, const struct teeq_scenario *scenario,
		 bool some_command_is_used);

#endif
