/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <stdio.h>

#include <teeq/diagnose.h>

#include "cli/sarif.h"
#include "cli/shard.h"

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
 * @first            of all expectations that are checked, which is its first one
 * @selected         how many of its own are
 */
struct check_file {
	struct cli_case c;
	enum teeq_status status;
	struct teeq_error error;
	struct check_answer *answers;
	size_t count;
	uint64_t first;
	uint64_t selected;
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
	struct sarif sarif;
	struct check_rows junit_rows;
	struct check_rows ktap_rows;
	struct cli_policies only; /* none: every policy */
	struct shard shard;
	uint64_t selected; /* expectations of the files read so far, whoever checks them */
	int path_width;
	bool narrow;       /* no column of paths fits on the terminal */
	const char *above; /* then, the one that stands above the last row */
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

/*
 * Read a file of the command line; its expectations follow those of the files before. Whether the
 * expectation @number of it is checked here, with --shard.
 */
void check_read_file(struct checker *checker, struct check_file *file, const char *path);
bool check_is_here(const struct checker *checker, const struct check_file *file, size_t number);

/* One expectation, what was decided, and the word for it: "ok", "FAIL", "undecided". */
struct check_row {
	const struct cli_case *c;
	const struct teeq_expect_spec *expect;
	const struct teeq_decision *decision;
	const char *word;
};

/*
 * The same in words, wherever it was checked.
 *
 * @line          of the file, where the expectation stands
 * @client        whom it asks about, or NULL
 * @found         every verdict that was met, or the one that decided; maybe ""
 * @states, @where, @see   "-", "-" and NULL where there are none
 */
struct check_line {
	const char *file;
	size_t line;
	const char *policy;
	const char *client;
	const char *expected;
	char found[160];
	const char *decided;
	char states[32];
	char where[32];
	const char *word;
	const char *see;
};

/* On stdout. CLI_OK, or CLI_BAD after a message. */
void check_print_head(struct checker *checker);
int check_print_row(struct checker *checker, const struct check_row *row);
/* A line of the table, or of what is exported; nothing where rows are JSON. */
int check_print_line(struct checker *checker, const struct check_line *line);
/* The key of an expectation in its file. */
#define CHECK_KEY_MAX (2 * TEEQ_NAME_MAX + 24)
void check_expect_key(char key[CHECK_KEY_MAX], const char *policy, const char *client);
/* Whether the files can be written (NULL: none is asked for), of what is read. */
int check_outputs_settle(const char *junit, const char *sarif, const struct cli_options *options);
/* check_export.c: keep a row for those files; and write them. */
int check_export_row(struct checker *checker, const struct check_line *line);
int check_export_end(struct checker *checker);
int check_print_sum(const struct checker *checker);

/* How much room the paths take. */
void check_measure_path(struct checker *checker, const char *path);
/* The end of all output, and the exit status. */
int check_sum_up(struct checker *checker);

#endif
