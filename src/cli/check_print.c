/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_value.h"
#include "cli/terminal.h"

/* ------------------------------------------- text --------------------------------------------- */

/* The columns behind the path, with what is between them and the longest word of the last. */
#define CELLS_WIDTH 95

/* Where there is no room for a column of them, each path stands above its rows, once. */
static void print_path(struct checker *checker, const struct check_line *line)
{
	unsigned int width = terminal_width();

	checker->narrow = width > 0 && (unsigned int)checker->path_width + CELLS_WIDTH > width;
	if (!checker->narrow)
		printf("%-*s  ", checker->path_width, line->file);
	else if (*line->word && (!checker->above || strcmp(checker->above, line->file) != 0))
		printf("%s\n", line->file);
	checker->above = *line->word ? line->file : NULL;
}

static void print_cells(struct checker *checker, const struct check_line *line)
{
	char expected[TEEQ_NAME_MAX + 32];

	snprintf(expected, sizeof(expected), "%s%s%s", line->client ? line->client : "",
		 line->client ? ": " : "", line->expected);
	print_path(checker, line);
	printf("%-10s  %-11s  %-*s  %-9s  %8s  %10s%s%s\n", line->policy, expected,
	       checker->narrow ? 11 : 22, line->found, line->decided, line->states, line->where,
	       *line->word ? "  " : "", line->word);
}

/* What decided; else every verdict that was met. */
static void found_text(const struct teeq_decision *decision, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		int more;

		if (decision->seen ? decision->verdict != (enum teeq_verdict)v :
				     decision->count[v] == 0)
			continue;
		more = snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "",
				teeq_verdict_name((enum teeq_verdict)v));
		if (more < 0 || (size_t)more >= size - length)
			return;
		length += (size_t)more;
	}
}

static const char *decided_name(const struct teeq_decision *decision)
{
	static const char *const decisions[] = {
		[TEEQ_DECIDED_EXHAUSTED] = "exhausted",
		[TEEQ_DECIDED_FOUND] = "found",
		[TEEQ_DECIDED_SAMPLED] = "sampled",
	};

	return decisions[decision->by];
}

static size_t check_expect_line(const struct check_row *row)
{
	char key[CHECK_KEY_MAX];

	check_expect_key(key, row->expect->policy, row->expect->client);
	return teeq_scenario_line(row->c->file, key);
}

static void fill_line(const struct check_row *row, const char *see, struct check_line *line)
{
	const struct teeq_decision *decision = row->decision;
	bool sampled = decision->by == TEEQ_DECIDED_SAMPLED;

	*line = (struct check_line){
		.file = cli_input_name(row->c->path), .line = check_expect_line(row),
		.policy = row->expect->policy, .client = row->expect->client,
		.expected = teeq_verdict_name(row->expect->verdict),
		.decided = decided_name(decision), .states = "-", .where = "-",
		.word = row->word, .see = see,
	};
	found_text(decision, line->found, sizeof(line->found));
	if (!sampled)
		snprintf(line->states, sizeof(line->states), "%" PRIu64, decision->states);
	if (decision->seen && sampled)
		snprintf(line->where, sizeof(line->where), "seed %" PRIu64, decision->seed);
	else if (decision->seen)
		snprintf(line->where, sizeof(line->where), "%zu steps", decision->schedule.count);
}

/* How to see what decided against an expectation: the schedule, the run, or the whole search. */
static char *hint(const struct check_row *row)
{
	struct cli_request request = { .c = row->c, .strategy = &teeq_strategy_random };
	const struct teeq_decision *decision = row->decision;
	char *schedule, *command = NULL;

	if (!decision->seen)
		return cli_explore_command(row->c, row->expect->client);
	if (decision->by != TEEQ_DECIDED_FOUND)
		return cli_run_command(&request, decision->seed);
	schedule = teeq_schedule_print(row->c->model, &decision->schedule);
	if (schedule)
		command = cli_replay_command(row->c, schedule);
	free(schedule);
	return command;
}

void check_print_head(struct checker *checker)
{
	if (!checker->json && !checker->ktap)
		print_cells(checker, &(struct check_line){ .file = "file", .policy = "policy",
							   .expected = "expected", .found = "found",
							   .decided = "decided", .states = "states",
							   .where = "by", .word = "" });
}

/* What was done, and not more. */
static void print_sum(const struct checker *checker)
{
	uint64_t undecided = checker->limited + checker->unproven;

	printf("%" PRIu64 " expectation%s, %" PRIu64 " ok, %" PRIu64 " failed", checker->count,
	       checker->count == 1 ? "" : "s", checker->count - checker->failed - undecided,
	       checker->failed);
	if (checker->limited > 0)
		printf(", %" PRIu64 " undecided: the steps ran out", checker->limited);
	if (checker->unproven > 0)
		printf(", %" PRIu64 " undecided: sampled only (raise --max-states and "
		       "--max-memory, or allow --sampled-ok)",
		       checker->unproven);
	if (checker->sampled > 0)
		printf("; %" PRIu64 " sampled by at most %" PRIu64 " schedules each, which proves "
		       "no 'done'",
		       checker->sampled, checker->options.run_count);
	if (checker->sampled == 0 && checker->count > 0)
		printf("; each was decided by exhaustive search");
	else if (checker->sampled < checker->count)
		printf("; the others were decided by exhaustive search");
	if (checker->status == CLI_LIMIT)
		printf("; interrupted");
	putchar('\n');
}

/* ------------------------------------------- JSON --------------------------------------------- */

static json_t *check_print_ends(const struct teeq_decision *decision)
{
	json_t *object = json_object();

	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		if (decision->count[v] > 0)
			json_object_set_new(object, teeq_verdict_name((enum teeq_verdict)v),
					    cli_json_number(decision->count[v]));
	return object;
}

static int print_row_json(const struct check_row *row, const char *see)
{
	const struct teeq_decision *decision = row->decision;
	bool sampled = decision->by == TEEQ_DECIDED_SAMPLED;
	json_t *object = json_pack(
		"{s:o,s:o,s:s,s:s,s:o,s:s,s:o,s:s}", "file",
		cli_json_text(cli_input_name(row->c->path)), "line",
		cli_json_number(check_expect_line(row)), "policy", row->expect->policy, "expected",
		teeq_verdict_name(row->expect->verdict), "found",
		cli_json_text(decision->seen ? teeq_verdict_name(decision->verdict) : NULL),
		"decided", decided_name(decision), "ends", check_print_ends(decision), "result",
		row->word);

	if (row->expect->client)
		json_object_set_new(object, "client", json_string(row->expect->client));
	if (!sampled)
		json_object_set_new(object, "states", cli_json_number(decision->states));
	if (decision->seen && sampled)
		json_object_set_new(object, "seed", cli_json_number(decision->seed));
	else if (decision->seen)
		json_object_set_new(object, "steps", cli_json_number(decision->schedule.count));
	if (see)
		json_object_set_new(object, "see", cli_json_text(see));
	return cli_json_put(object);
}

static int print_sum_json(const struct checker *checker)
{
	uint64_t undecided = checker->limited + checker->unproven;

	json_t *object = json_pack(
		"{s:o,s:o,s:o,s:o,s:o}", "expectations", cli_json_number(checker->count), "ok",
		cli_json_number(checker->count - checker->failed - undecided), "failed",
		cli_json_number(checker->failed), "undecided", cli_json_number(undecided),
		"sampled", cli_json_number(checker->sampled));

	if (checker->status == CLI_LIMIT)
		json_object_set_new(object, "interrupted", json_true());
	return cli_json_put(object);
}

/* ------------------------------------------- both --------------------------------------------- */

int check_print_line(struct checker *checker, const struct check_line *line)
{
	int status = check_export_row(checker, line);

	if (status != CLI_OK || checker->json || checker->ktap)
		return status;
	print_cells(checker, line);
	if (line->see)
		printf("%-*s  see: %s\n", checker->narrow ? 0 : checker->path_width, "",
		       line->see);
	return CLI_OK;
}

int check_print_row(struct checker *checker, const struct check_row *row)
{
	bool failed = strcmp(row->word, "FAIL") == 0;
	char *see = failed ? hint(row) : NULL;
	struct check_line line;
	int status;

	if (failed && !see)
		return cli_failed(row->c->path, TEEQ_ENOMEM, NULL);
	fill_line(row, see, &line);
	status = check_print_line(checker, &line);
	if (status == CLI_OK && checker->json)
		status = print_row_json(row, see);
	free(see);
	return status;
}

int check_print_sum(const struct checker *checker)
{
	if (checker->json)
		return print_sum_json(checker);
	if (!checker->ktap)
		print_sum(checker);
	return CLI_OK;
}
