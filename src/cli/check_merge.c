/* SPDX-License-Identifier: BSD-2-Clause */
/* A check, made in parts elsewhere. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/check.h"
#include "cli/json_value.h"
#include "cli/parts.h"

/* What decided; else every verdict that was met, in the order of the row. */
static void take_found(const json_t *row, struct check_line *line, bool *good)
{
	const json_t *ends = json_object_get(row, "ends"), *count;
	const char *found = part_text_or_null(row, "found", good), *name;
	size_t length = 0;

	if (found) {
		snprintf(line->found, sizeof(line->found), "%s", found);
		return;
	}
	*good &= json_is_object(ends);
	json_object_foreach((json_t *)(uintptr_t)ends, name, count) {
		*good &= teeq_verdict_find(name) >= 0;
		if (!*good)
			return;
		length += (size_t)snprintf(line->found + length, sizeof(line->found) - length,
					   "%s%s", length > 0 ? ", " : "", name);
	}
}

static void take_numbers(const json_t *row, struct check_line *line, bool *good)
{
	if (json_object_get(row, "states"))
		snprintf(line->states, sizeof(line->states), "%" PRIu64,
			 part_number(row, "states", good));
	if (json_object_get(row, "seed"))
		snprintf(line->where, sizeof(line->where), "seed %" PRIu64,
			 part_number(row, "seed", good));
	if (json_object_get(row, "steps"))
		snprintf(line->where, sizeof(line->where), "%" PRIu64 " steps",
			 part_number(row, "steps", good));
}

static bool take_row(const json_t *row, struct check_line *line)
{
	bool good = true;

	*line = (struct check_line){
		.file = part_text(row, "file", &good),
		.line = (size_t)part_number(row, "line", &good),
		.policy = part_text(row, "policy", &good),
		.expected = part_text(row, "expected", &good),
		.decided = part_text(row, "decided", &good), .states = "-", .where = "-",
		.word = part_text(row, "result", &good),
	};
	if (json_object_get(row, "client"))
		line->client = part_text(row, "client", &good);
	if (json_object_get(row, "see"))
		line->see = part_text(row, "see", &good);
	take_found(row, line, &good);
	take_numbers(row, line, &good);
	return good && teeq_verdict_find(line->expected) >= 0 &&
	       (!line->client || strlen(line->client) <= TEEQ_NAME_MAX);
}

/* What of a row is counted; limited and unproven are told apart by the ends of the parts. */
static void count_row(struct checker *checker, const struct check_line *line)
{
	checker->count++;
	checker->sampled += strcmp(line->decided, "sampled") == 0;
	checker->failed += strcmp(line->word, "FAIL") == 0;
	checker->unproven += strcmp(line->word, "undecided") == 0;
}

static int print_rows(struct checker *checker, const struct parts *parts)
{
	const struct part *part;
	int status = CLI_OK;

	pager_start();
	check_print_head(checker);
	for (uint64_t i = 0; i < parts->row_count && status == CLI_OK; i++) {
		const json_t *row = parts_row(parts, i, &part);
		struct check_line line;

		if (!take_row(row, &line))
			return parts_damaged(part);
		count_row(checker, &line);
		status = check_print_line(checker, &line);
		if (status == CLI_OK && checker->json)
			status = cli_json_put(json_incref((json_t *)(uintptr_t)row));
	}
	return status;
}

/* Nothing is printed before it is known that all can be. */
static int check_rows(const struct parts *parts)
{
	const struct part *part;
	struct check_line line;

	for (uint64_t i = 0; i < parts->row_count; i++)
		if (!take_row(parts_row(parts, i, &part), &line))
			return parts_damaged(part);
	return CLI_OK;
}

static bool take_files(struct checker *checker, const json_t *work)
{
	const json_t *inputs = json_object_get(work, "inputs");
	bool good = json_is_array(inputs);

	for (size_t i = 0; i < json_array_size(inputs); i++)
		check_measure_path(checker, part_text(json_array_get(inputs, i), "file", &good));
	checker->options.run_count = part_number(work, "runs", &good);
	return good;
}

/* The parts have the same files, and so the same that are idle. */
static bool take_ends(struct checker *checker, const struct parts *parts)
{
	bool good = true;

	checker->idle_files = part_number(parts->list[0].end, "idle_files", &good);
	for (size_t i = 0; i < parts->count; i++)
		checker->limited += part_number(parts->list[i].end, "limited", &good);
	return good && checker->limited <= parts->row_count;
}

int merge_check(struct merge *merge)
{
	const struct parts *parts = &merge->parts;
	struct checker checker = { .json = merge->json, .ktap = merge->ktap,
				   .junit = merge->junit, .sarif.path = merge->sarif,
				   .path_width = (int)strlen("file") };

	if (!take_files(&checker, parts->work) || !take_ends(&checker, parts))
		return parts_damaged(&parts->list[0]);
	if (check_rows(parts) != CLI_OK || print_rows(&checker, parts) != CLI_OK)
		return CLI_BAD;
	checker.unproven -= checker.limited < checker.unproven ? checker.limited :
								 checker.unproven;
	return check_sum_up(&checker);
}
