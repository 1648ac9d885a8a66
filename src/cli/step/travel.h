/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_TRAVEL_H
#define CLI_STEP_TRAVEL_H

#include "cli/step/condition.h"

#define TRAVEL_STOPS 16 /* conditions at most */

/*
 * On with the schedule, and behind its end with what @strategy picks; NULL: not beyond it. Each
 * step is looked at afterwards: a condition that begins to hold stops it. *@hit is its index, or
 * -1: it went as far as it could.
 */
enum step_moved travel_run(struct step *s, const struct teeq_strategy *strategy, uint64_t seed,
			   struct condition *stops, size_t stop_count, int *hit);
/* To where the text of @row is first another one; false, and it stays, where it remains. */
bool travel_to_change(struct step *s, size_t row);
/* Likewise back: to the last step before this one that changed it. */
bool travel_back_to_change(struct step *s, size_t row);

#endif
