/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_LIVELOCK_H
#define EXPLORE_LIVELOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/explore.h"

/* Whether the admission test of @task's call, which is its next action in @w, wakes anybody. */
bool livelock_wakes(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		    struct teeq_world *scratch);

/*
 * Search the full graph, without symmetry and reduction, for a fair cycle: a strongly connected set
 * of states in which every task that can always move does move, so that a fair scheduler may stay in
 * it for ever. *@found says whether there is one; then @schedule leads into it and once around, past
 * a move of each of those tasks.
 * TEEQ_ELIMIT: more than @max_states states, or @max_bytes of memory (0: no limit); TEEQ_ENOMEM.
 */
enum teeq_status livelock_search(const struct teeq_model *m, const struct teeq_world *from,
				 uint64_t max_states, uint64_t max_bytes, bool *found,
				 struct teeq_schedule *schedule);

/*
 * Whether the admission test of @m's policy might wake others, so that livelock_wakes() is worth
 * asking: those of the built-in policies do not, or not for ever.
 */
bool livelock_is_possible(const struct teeq_model *m);

#endif
