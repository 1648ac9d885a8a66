/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <teeq/diagnose.h>

#include "cli/cli.h"

struct checker {
	struct teeq_decide_options options;
	bool budget_given;
	bool sampled_ok; /* what is only sampled counts as decided */
	bool json;
	struct cli_policies only; /* none: every policy */
	int path_width;
	uint64_t count; /* expectations looked at */
	uint64_t failed;
	uint64_t limited; /* undecided: steps of a schedule ran out */
	uint64_t unproven; /* undecided: sampled only */
	uint64_t sampled;
	uint64_t idle_files; /* of which nothing was looked at */
	int status;
};

/* One expectation, what was decided, and the word for it: "ok", "FAIL", "undecided". */
struct check_row {
	const struct cli_case *c;
	const struct teeq_expect_spec *expect;
	const struct teeq_decision *decision;
	const char *word;
};

/* On stdout. CLI_OK, or CLI_BAD after a message. */
void check_print_head(const struct checker *checker);
int check_print_row(const struct checker *checker, const struct check_row *row);
int check_print_sum(const struct checker *checker);

#endif
