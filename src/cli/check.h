/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <stdio.h>

#include <teeq/diagnose.h>

#include "cli/cli.h"

/* What was decided of one expectation, or why nothing was. */
struct check_answer {
	enum teeq_status status;
	struct teeq_error error;
	struct teeq_decision decision;
	bool made;
};

/*
 * A file of the command line.
 *
 * @status, @error   of reading it
 * @answers, @count  one for each expectation; only where several threads decide
 * @decided          and they are there
 */
struct check_file {
	struct cli_case c;
	enum teeq_status status;
	struct teeq_error error;
	struct check_answer *answers;
	size_t count;
	bool decided;
};

/* Threads that decide files of the command line, in turn, before they are printed. */
struct check_ahead;

/* Rows of a file that is written when all are known. */
struct check_rows {
	FILE *out;
	char *text;
	size_t size;
};

struct checker {
	struct check_ahead *ahead; /* NULL: each expectation is decided when its row is printed */
	struct check_file *files;
	size_t file_count;
	struct teeq_decide_options options;
	bool budget_given;
	bool sampled_ok; /* what is only sampled counts as decided */
	bool json;
	bool ktap;         /* instead of the table */
	const char *junit; /* a file; NULL: none */
	struct check_rows junit_rows;
	struct check_rows ktap_rows;
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

/* check_decide.c: with which policy an expectation is checked; false: it is not looked at. */
bool check_choose_policy(const struct checker *checker, const char *name,
			 struct cli_policy *policy);
/* Decide one, without a word. @keep_going as of teeq_explore(). */
void check_decide(const struct checker *checker, const struct teeq_model *model,
		  const struct teeq_expect_spec *expect,
		  bool (*keep_going)(void *argument, const struct teeq_progress *progress),
		  void *argument, struct check_answer *answer);

/*
 * check_ahead.c: read all files of @paths, and start the threads; NULL, after a message: there is
 * no memory. Wait for a file's answers. End the threads, and free.
 */
struct check_ahead *check_ahead_start(struct checker *checker, char *const *paths);
void check_ahead_wait(struct check_ahead *ahead, const struct check_file *file);
void check_ahead_end(struct check_ahead *ahead);

/* One expectation, what was decided, and the word for it: "ok", "FAIL", "undecided". */
struct check_row {
	const struct cli_case *c;
	const struct teeq_expect_spec *expect;
	const struct teeq_decision *decision;
	const char *word;
};

/* On stdout. CLI_OK, or CLI_BAD after a message. */
void check_print_head(const struct checker *checker);
int check_print_row(struct checker *checker, const struct check_row *row);
/* check_export.c: keep a row for those files; and write them. @see may be NULL. */
int check_export_row(struct checker *checker, const struct check_row *row, const char *found,
		     const char *see);
int check_export_end(struct checker *checker);
int check_print_sum(const struct checker *checker);

#endif
