/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_LIVELOCK_H
#define EXPLORE_LIVELOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/explore.h"

/*
 * Search the full graph, without symmetry and reduction, for a fair cycle: a strongly connected set
 * of states in which every task that can always move does move, so that a fair scheduler may stay in
 * it for ever. *@found says whether there is one; then @schedule leads into it and once around, past
 * a move of each of those tasks.
 * TEEQ_ELIMIT: more than @max_states states; TEEQ_ENOMEM.
 */
enum teeq_status livelock_search(const struct teeq_model *m, const struct teeq_world *from,
				 uint64_t max_states, bool *found, struct teeq_schedule *schedule);

/* Whether the admission test of @m's policy can wake others: only then can there be a cycle. */
bool livelock_is_possible(const struct teeq_model *m);

#endif
