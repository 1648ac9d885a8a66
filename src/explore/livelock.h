/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_LIVELOCK_H
#define EXPLORE_LIVELOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/explore.h"

/* Whether the admission test of @task's call, which is its next action in @w, wakes anybody. */
bool livelock_wakes(const struct teeq_model *m, const struct teeq_world *w, unsigned int task,
		    struct teeq_world *scratch);

/* Whether @m may go round without a wake from an admission test: under any policy, that is. */
bool livelock_is_possible(const struct teeq_model *m);

/* Faults whose moves make no cycle, one bit each: interrupts that may come any number of times. */
uint64_t livelock_storms(const struct teeq_model *m);

/*
 * Search the full graph, without symmetry and reduction, for a fair cycle: a strongly connected set
 * of states in which every task that can always move does move, so that a fair scheduler may stay
 * in it for ever, and one of @must_finish (0: of all) is not done. A fault need not strike; one
 * that interrupts without end makes no cycle. *@found says whether there is one; then @schedule
 * leads into it and once around, past a move of each task that moves in it and past a state in
 * which each other cannot. Not the shortest. Now and then
 * @must_stop is asked, with the memory in use; TEEQ_ELIMIT: it said so. TEEQ_ENOMEM.
 */
struct livelock_budget {
	uint64_t max_states; /* 0: any number */
	bool (*must_stop)(void *argument, uint64_t bytes);
	void *argument;
};
enum teeq_status livelock_search(const struct teeq_model *m, const struct teeq_world *from,
				 uint64_t must_finish, const struct livelock_budget *budget,
				 bool *found, struct teeq_schedule *schedule);

#endif
