/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_NEEDS_CHECK_H
#define TESTS_EXPLORE_NEEDS_CHECK_H

#include "expected.h"

/* What a report told: how who is stuck sleeps, the tasks of its cycle in order, the lines of its knot. */
struct needs_said {
	enum claim claim[TEEQ_TASK_MAX];
	unsigned int cycle[TEEQ_TASK_MAX];
	size_t cycle_count;
	const char *knot[TEEQ_TASK_MAX];
	size_t knot_count;
};

/*
 * Whether each edge of the cycle is one without which its task does not get on; whether each task of the
 * knot needs whom it is told to, and whether no way leads out of it; whether there is no cycle where a
 * knot is told, and neither where neither is. False: @wrong says what is not so.
 */
bool needs_check(const struct needs_said *told, struct sentences *sentences,
		 const struct witness *witness, const struct teeq_world *world, char *wrong,
		 size_t size);

#endif
