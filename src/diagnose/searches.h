/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DIAGNOSE_SEARCHES_H
#define DIAGNOSE_SEARCHES_H

#include "teeq/explore.h"

/*
 * The searches of one inquiry, which all end when the caller does not want one of them to go on.
 *
 * @options    of each; it is what is asked whether to go on, and not the caller's own function
 * @stopped    the caller ended one
 */
struct searches {
	struct teeq_explore_options options;
	bool (*keep_going)(void *argument, const struct teeq_progress *progress);
	void *argument;
	bool stopped;
};

/* @given's budgets, workers and reductions. @searches must stay where it is. */
void searches_start(struct searches *searches, const struct teeq_explore_options *given);
/* Ask before there is anything to tell. False: @searches->stopped. */
bool searches_may_go_on(struct searches *searches);

#endif
