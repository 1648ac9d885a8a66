/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_SHRINK_H
#define EXPLORE_SHRINK_H

#include "teeq/explore.h"

/*
 * How a schedule is to end: in @verdict, of the tasks @must_finish (see struct teeq_run_options).
 */
struct shrink_end {
	enum teeq_verdict verdict;
	uint64_t must_finish;
};

/*
 * As teeq_shrink(), of a failure that is about @must_finish.
 */
enum teeq_status shrink_about(const struct teeq_model *model, const struct teeq_schedule *schedule,
			      uint64_t must_finish, struct teeq_schedule *shrunk,
			      struct teeq_error *error);

/*
 * A schedule that ends in @end, as @schedule does, with fewer switches, found roughly and fast:
 * for long ones, before shrink_runs(). On TEEQ_OK *@ordered is the caller's. TEEQ_ENOMEM.
 */
enum teeq_status shrink_blocks(const struct teeq_model *model, const struct teeq_schedule *schedule,
			       struct shrink_end end, struct teeq_schedule *ordered);

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
			     uint64_t must_finish, struct teeq_schedule *shrunk,
			     struct teeq_error *error);
bool shrink_is_short(const struct teeq_schedule *schedule);

/*
 * What becomes of a wish: choices that cannot be made are passed over, and what can still move in
 * the end does. @end->verdict becomes how it ended; @followed, which must be empty, is the caller's
 * in any case. TEEQ_ENOMEM.
 */
enum teeq_status shrink_follow(const struct teeq_model *model, const struct teeq_schedule *wish,
			       struct teeq_schedule *followed, struct shrink_end *end);

#endif
