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
 * @unproven    sampled, and no schedule that was tried decides; @good is what they suggest
 */
struct finding {
	enum decision decision;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t states;
	bool seen;
	bool good;
	bool limited;
	bool unproven;
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

/* ----------------------------------------- check.c -------------------------------------------- */

#define CHECK_POLICY_MAX 16 /* named by --policy */

struct checker {
	struct budget budget;
	bool budget_given;
	bool sampled_ok; /* what is only sampled counts as decided */
	bool json;
	struct cli_policy only[CHECK_POLICY_MAX]; /* none: every policy */
	size_t only_count;
	int path_width;
	uint64_t count; /* expectations looked at */
	uint64_t failed;
	uint64_t limited; /* undecided: steps of a schedule ran out */
	uint64_t unproven; /* undecided: sampled only */
	uint64_t sampled;
	uint64_t idle_files; /* of which nothing was looked at */
	int status;
};

/* One expectation, what was found, and the word for it: "ok", "FAIL", "undecided". */
struct check_row {
	const struct cli_case *c;
	const struct teeq_expect_spec *expect;
	const struct finding *finding;
	const char *word;
};

/* On stdout. CLI_OK, or CLI_BAD after a message. */
void check_print_head(const struct checker *checker);
int check_print_row(const struct checker *checker, const struct check_row *row);
int check_print_sum(const struct checker *checker);

#endif
