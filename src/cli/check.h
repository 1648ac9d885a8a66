/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <teeq/explore.h>

#include "cli/cli.h"

/* How an expectation was decided. */
enum decision {
	DECIDED_EXHAUSTED, /* by every schedule */
	DECIDED_FOUND, /* by one that an exhaustive search met */
	DECIDED_SAMPLED, /* by some schedules: a budget ended the search, or none was asked for */
};

/*
 * What came of one expectation.
 *
 * @count       ends, by verdict: states of a search, runs of a sample
 * @seen        an end was met that decides, @verdict, which @schedule or @seed shows
 * @limited     sampled, and nothing is known: the steps of some schedule ran out
 */
struct finding {
	enum decision decision;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t states;
	bool seen;
	bool good;
	bool limited;
	enum teeq_verdict verdict;
	struct teeq_schedule schedule;
	uint64_t seed;
};

struct budget {
	uint64_t run_count;
	uint64_t max_states;
	uint64_t max_memory;
	double max_seconds;
	bool sample;
};

/*
 * Whether the case's model does what is expected. CLI_OK, or after a message CLI_BAD; CLI_LIMIT when
 * the user interrupted. @finding's schedule is the caller's in any case.
 */
int check_decide(const struct cli_case *c, enum teeq_verdict expected, const struct budget *budget,
		 struct finding *finding);

#endif
