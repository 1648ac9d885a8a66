/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_VISIBLE_H
#define EXPLORE_VISIBLE_H

#include "explore/surroundings.h"
#include "model/step.h"

/* How an action stands to those of others. */
enum visibility {
	SEEN,
	LOCAL, /* nobody can see or disturb it */
	FORKS, /* nobody but a fault that may strike right before it */
};

/* How what a started task stands at is to others, where it is an action that can be performed. */
enum visibility visibility_of(const struct reduce *reduce, const struct surroundings *now,
			      const struct teeq_world *w, unsigned int task,
			      const struct level *top);

/* Asked of every task in every state. */
__attribute__((always_inline)) static inline enum visibility
visibility_of_task(const struct reduce *reduce, const struct surroundings *now,
		   const struct teeq_world *w, unsigned int task)
{
	const struct task_info *info = &reduce->m->tasks[task];

	if (info->stage > w->stage || info->kind == TEEQ_TASK_FAULT)
		return SEEN;
	return visibility_of(reduce, now, w, task, task_top(world_task(reduce->m, w, task)));
}

/* Whether what calls wait for outside of the queue is looked at: no fault meets it. */
bool visible_waits_count(const struct reduce *reduce, const struct surroundings *now);

/*
 * A slot for an argument, which is surely found, or given back: others cannot tell. Behind the
 * latter the script goes on.
 */
bool visible_argument_is_local(const struct reduce *reduce, const struct surroundings *now,
			       const struct teeq_world *w, unsigned int task,
			       const struct level *top);

#endif
