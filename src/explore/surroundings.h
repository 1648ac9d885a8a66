/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_SURROUNDINGS_H
#define EXPLORE_SURROUNDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/reduce.h"

/*
 * What may still look at all contexts or tasks from a state on, or strike there: not what the
 * scenario has, but what is left of it. None of that comes back: a fault that was spent stays
 * spent, a script that is behind its last look does not look again, a task that is done makes no
 * call.
 */
struct surroundings {
	uint32_t faults;       /* kinds that may still strike, or are armed: one bit each */
	uint32_t armed;        /* of those: the next action of its kind meets it */
	uint32_t forks;        /* kinds that might as well strike right before they are met */
	bool at_any_time;      /* some of them need nobody who stands at a certain action */
	bool arguments_suffice; /* each call finds a slot for its argument */
	bool contexts_suffice; /* whoever is admitted finds a free context, in any order */
	bool processors_bind;  /* there may be more who keep a processor than there are */
	bool processors_kept;  /* of those, there are as many now: nobody else can move */
};

/* Fill in what the model alone says. Returns false where there is no memory. */
bool surroundings_init(struct reduce *reduce, const struct teeq_model *m);

struct surroundings surroundings_of(const struct reduce *reduce, const struct teeq_world *w);

#endif
