/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_CORE_TURN_H
#define FUZZ_CORE_TURN_H

#include "fuzz/core_world_step.h"

/* What the files of a step share: core_world_step.c decides, and these do it. */

/* One step in progress. */
struct turn {
	struct core_world *f;
	unsigned int index; /* of the task */
	struct core_task *task;
	struct core_level *level;
	struct call_place place;
	struct core_step step;
};

/* The release of TEE context @context begins; and what comes next of one, if one was begun. */
void core_start_plan(struct core_world *f, struct core_task *task, unsigned int context,
		     uint8_t flags);
void core_go_on(struct turn *t);

/* Whether @session is another TEE context's than the task's own. */
bool core_is_foreign(const struct turn *t, unsigned int session);
/* Whether the driver refuses the call: one opens what is closed, and all else needs it open. */
bool core_refuses(struct turn *t, uint8_t kind, uint8_t session);
/* Of a system session; one is opened by a normal call, unless the TEE context holds the mark. */
bool core_is_system(struct turn *t, uint8_t kind, uint8_t session);
/* With v4 a TEE context that holds a mark makes system calls only, without a session, too. */
bool core_context_is_system(const struct turn *t);
/* Closed from now on; what it had reserved is given back once the call has left the queue. */
void core_close_session(struct turn *t, uint8_t index);

/* A call begins; the RPC of one was served; and the step that is next in one. */
bool core_enter(struct turn *t, uint8_t kind, uint8_t session);
bool core_served(struct turn *t);
bool core_go_on_calling(struct turn *t, unsigned int verb);

#endif
