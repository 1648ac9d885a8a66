/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose/searches.h"

static bool searches_ask(void *argument, const struct teeq_progress *progress)
{
	struct searches *searches = argument;

	if (!searches->stopped && searches->keep_going &&
	    !searches->keep_going(searches->argument, progress))
		searches->stopped = true;
	return !searches->stopped;
}

void searches_start(struct searches *searches, const struct teeq_explore_options *given)
{
	*searches = (struct searches){
		.options = *given,
		.keep_going = given->keep_going,
		.argument = given->argument,
	};
	searches->options.search = TEEQ_SEARCH_BREADTH;
	searches->options.preemptions_max = 0;
	searches->options.all = false;
	searches->options.from = NULL;
	searches->options.goal = 0;
	searches->options.must_finish = 0;
	searches->options.watch = 0;
	searches->options.resume_from = NULL;
	searches->options.checkpoint_to = NULL;
	searches->options.keep_going = searches_ask;
	searches->options.argument = searches;
}

bool searches_may_go_on(struct searches *searches)
{
	struct teeq_progress progress = { .states = 0 };

	return searches_ask(searches, &progress);
}
