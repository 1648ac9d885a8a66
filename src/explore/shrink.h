/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_SHRINK_H
#define EXPLORE_SHRINK_H

#include "teeq/explore.h"

/*
 * A schedule that ends in @verdict, as @schedule does, with fewer switches, found roughly and fast:
 * for long ones, before shrink_runs(). On TEEQ_OK *@ordered is the caller's. TEEQ_ENOMEM.
 */
enum teeq_status shrink_blocks(const struct teeq_model *model, const struct teeq_schedule *schedule,
			       enum teeq_verdict verdict, struct teeq_schedule *ordered);

/*
 * What is shrunk by trying. A wish is followed as far as it goes: choices that cannot be made are
 * passed over, and behind them whoever moved last goes on as long as it can, and after it the
 * others.
 *
 * @follow    what becomes of @wish, in @followed, which is empty; *@same: it fails as it is to
 *            fail. TEEQ_ENOMEM
 */
struct shrink_subject {
	enum teeq_status (*follow)(void *argument, const struct teeq_schedule *wish,
				   struct teeq_schedule *followed, bool *same);
	void *argument;
};
/* As shrink_runs(), of @best, which fails as it is to fail and is replaced by a plainer one. */
enum teeq_status shrink_by_trying(const struct shrink_subject *subject, struct teeq_schedule *best);

/*
 * Every run of a task left out, or joined to another of the same task, for trial, at a price of a
 * whole schedule each. As teeq_shrink(). shrink_is_short(): it does not take hours.
 */
enum teeq_status shrink_runs(const struct teeq_model *model, const struct teeq_schedule *schedule,
			     struct teeq_schedule *shrunk, struct teeq_error *error);
bool shrink_is_short(const struct teeq_schedule *schedule);

/*
 * What becomes of a wish: choices that cannot be made are passed over, and what can still move in
 * the end does. *@verdict is how it ended; @followed, which must be empty, is the caller's in any
 * case. TEEQ_ENOMEM.
 */
enum teeq_status shrink_follow(const struct teeq_model *model, const struct teeq_schedule *wish,
			       struct teeq_schedule *followed, enum teeq_verdict *verdict);

#endif
