/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_REDUCE_H
#define EXPLORE_REDUCE_H

#include <stdbool.h>

#include "model/world.h"

/*
 * Partial-order reduction: an action that no other task can see or disturb need not be interleaved
 * with theirs. docs/explorer.md says which those are, and why nothing is lost.
 */
struct reduce {
	const struct teeq_model *m;
	bool on;
	bool contexts_suffice; /* whoever is admitted finds a free context */
	bool secure_is_seen;      /* what a thread does between two SMCs concerns others */
	bool scripts_are_stopped; /* tasks may be killed or frozen */
};

void reduce_init(struct reduce *reduce, const struct teeq_model *m, bool on);

/* Whether @task can move now by an action of that kind. */
bool reduce_is_local(const struct reduce *reduce, const struct teeq_world *w, unsigned int task);

/* A task whose next action is of that kind and enabled, the lowest; -1: there is none. */
int reduce_local_task(const struct reduce *reduce, const struct teeq_world *w);

#endif
