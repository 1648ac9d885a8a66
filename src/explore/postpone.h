/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_POSTPONE_H
#define EXPLORE_POSTPONE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"
#include "teeq/explore.h"

/*
 * Actions that might as well come right before the next one of the same task: taking a mutex before
 * a call, and consuming a wake before going back to the tail. docs/explorer.md.
 */
struct postpone {
	const struct teeq_model *m;
	bool locks;
	bool wakes;
	struct teeq_world *consumed; /* room for what is tried */
	struct teeq_world *tried;
};

/*
 * @tasks  whose moves must be tried
 * @stops  of those who are woken, whose wake must also be tried to be consumed alone: who is woken
 *         again before going back to the tail loses a wake
 */
struct choices {
	uint64_t tasks;
	uint64_t stops;
};

/* Returns false where there is no memory; postpone_free() in any case. */
bool postpone_init(struct postpone *postpone, const struct teeq_model *m,
		   const struct teeq_explore_options *options, bool on);
void postpone_free(struct postpone *postpone);

/*
 * Whether the next action of @task, which can be performed, is such a one. @slots:
 * and whoever begins a call then can surely take a slot for its argument.
 */
bool postpone_applies(const struct postpone *postpone, const struct teeq_world *w,
		      unsigned int task, bool slots);

/* Of @enabled, where nothing is put first. */
struct choices postpone_choose(const struct postpone *postpone, const struct teeq_world *w,
			       uint64_t enabled);

#endif
