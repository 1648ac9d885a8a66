/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_NO_RETURN_H
#define EXPLORE_NO_RETURN_H

#include "teeq/explore.h"

/*
 * What is asked of whatever runs schedules, to find the step of no return of one.
 *
 * @always_fails   *@fails: nothing ends well any more after the first @count steps, and one of
 *                 @task behind them, where that is not negative
 * @enabled        who can move after the first @count steps, one bit each
 */
struct no_return_inquiry {
	void *argument;
	enum teeq_status (*always_fails)(void *argument, size_t count, int task, bool *fails);
	enum teeq_status (*enabled)(void *argument, size_t count, uint64_t *tasks);
};

/*
 * Of @schedule, which has failed after @steps of its steps; @loops: what it has come to is a loop
 * that may have a way out. Or the error of a question.
 */
enum teeq_status no_return_find(const struct no_return_inquiry *inquiry,
				const struct teeq_schedule *schedule, size_t steps, bool loops,
				struct teeq_no_return *no_return);

#endif
