/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_COVERAGE_COUNTERS_H
#define TESTS_EXPLORE_COVERAGE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/world.h"
#include "teeq/model.h"
#include "teeq/world.h"

/*
 * What is to be seen besides the outcomes of single actions. Each looks at a world, and at the action
 * that led there.
 */
struct coverage_counter {
	const char *name;
	bool (*counts)(const struct teeq_model *m, const struct teeq_world *w,
		       const struct teeq_event *event);
};

/* Behind the last one of each, a name is NULL. */
extern const struct coverage_counter coverage_secure[];
extern const struct coverage_counter coverage_driver[];
extern const struct coverage_counter coverage_machine[];

#define COUNTER(name_)                                                                      \
	static bool name_(const struct teeq_model *m, const struct teeq_world *w,            \
			  const struct teeq_event *event)
#define COUNTED(name_) { #name_, name_ }

/* The instruction that the event's task stood at, in calls also stands at. */
static inline const struct instruction *instruction_of_event(const struct teeq_model *m,
							     const struct teeq_world *w,
							     const struct teeq_event *event)
{
	return &m->code[world_task(m, w, event->task)->levels[event->level].pc];
}

#endif
