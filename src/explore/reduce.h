/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_REDUCE_H
#define EXPLORE_REDUCE_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/postpone.h"
#include "explore/waits.h"

/*
 * Partial-order reduction: an action that no other task can see or disturb need not be interleaved
 * with theirs. docs/explorer.md says which those are, and why nothing is lost.
 */
struct reduce {
	const struct teeq_model *m;
	bool on;
	bool varies;           /* what others can see depends on the state */
	bool credits_suffice;  /* who holds a credit finds a free context, unless one is lost */
	bool contexts_alike;   /* it does not matter which one a call has */
	bool contexts_suffice; /* where that does not vary, see struct surroundings */
	bool arguments;        /* looked at: whether slots for them may run out */
	bool sessions_stand;   /* none is opened, closed or made another kind of session */
	unsigned int nested_max; /* calls inside of others that there may be at once */
	bool processors_order; /* who runs is a matter of more than how many there are */
	bool scripts_are_stopped; /* tasks may be killed or frozen */
	bool alone;        /* preemptions count: only what follows a task's own action at once */
	bool looks_always; /* whoever looks whether all contexts are free may do so at any time */
	uint32_t forks;    /* kinds of faults that might as well strike before they are met */
	uint8_t *looks;        /* whether a script may still do so, by where it stands; or NULL */
	bool waits_on;
	struct waits waits;
	struct postpone postpone;
};

/* Returns false where there is no memory. */
bool reduce_init(struct reduce *reduce, const struct teeq_model *m,
		 const struct teeq_explore_options *options);
void reduce_free(struct reduce *reduce);

/* Whether anything may be left out at all. */
bool reduce_is_on(const struct teeq_model *m, const struct teeq_explore_options *options);

/*
 * The moves of @enabled that must be tried in @w. @last
 * moved last: looked at where preemptions count only.
 */
struct choices reduce_choices(const struct reduce *reduce, const struct teeq_world *w,
			      uint64_t enabled, unsigned int last);

/*
 * A task whose next action is of that kind and enabled,
 * the lowest; -1: there is none. @last likewise.
 */
int reduce_local_task(const struct reduce *reduce, const struct teeq_world *w, unsigned int last);

/*
 * Whether the next action of @task, which can be performed, might as well come right before the one
 * behind it. @behind: it comes itself behind such a one.
 */
bool reduce_is_postponed(const struct reduce *reduce, const struct teeq_world *w,
			 unsigned int task, bool behind);

/* Whether @task can move now by an action of that kind. */
bool reduce_is_local(const struct reduce *reduce, const struct teeq_world *w, unsigned int task);

#endif
