/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_SIGHTS_H
#define TESTS_EXPLORE_SIGHTS_H

#include <stdbool.h>

#include "teeq/model.h"
#include "teeq/world.h"

/*
 * What is to be seen besides the outcomes of single actions. Each looks at a world, and at the action
 * that led there.
 */
#define SIGHT_MAX 96

struct sight {
	const char *name;
	bool (*sees)(const struct teeq_model *m, const struct teeq_world *w,
		     const struct teeq_event *event);
};

/* Behind the last one, names are NULL. */
extern const struct sight sights[SIGHT_MAX];

#endif
