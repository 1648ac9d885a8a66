/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_value.h"
#include "cli/sweep.h"
#include "cli/terminal.h"

const char *sweep_word(const struct sweep_cell *cell)
{
	if (!cell->tried || cell->trial.ruling == TEEQ_UNDECIDED)
		return "?";
	if (cell->trial.ruling == TEEQ_NOT_POSSIBLE)
		return "-";
	return teeq_verdict_name(cell->trial.verdict);
}

void sweep_put_key(const char *key, FILE *out)
{
	size_t length = strlen(key);

	if (strcmp(key, "secure.threads") == 0)
		fputs("threads", out);
	else if (strncmp(key, "clients.", 8) == 0 && length > 14 &&
		 strcmp(key + length - 6, ".count") == 0)
		fprintf(out, "%.*s", (int)length - 14, key + 8);
	else
		fputs(key, out);
}

/* ------------------------------------------- text --------------------------------------------- */

#define COLUMN 12

/* @count numbers of the last range, from its place @from on. */
static void print_text_head(const struct sweep *sweep, size_t from, size_t count)
{
	const struct sweep_range *last = &sweep->ranges[sweep->range_count - 1];

	printf("%-10s", "policy");
	for (size_t i = 0; i + 1 < sweep->range_count; i++) {
		fputs("  ", stdout);
		sweep_put_key(sweep->ranges[i].key, stdout);
	}
	fputs("  ", stdout);
	sweep_put_key(last->key, stdout);
	for (size_t i = from; i < from + count; i++)
		printf(" %-*" PRIu32, i + 1 == from + count ? 0 : COLUMN,
		       last->from + (uint32_t)i);
	putchar('\n');
}

static int key_width(const char *key)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return 0;
	sweep_put_key(key, out);
	fclose(out);
	free(text);
	return (int)size;
}

static void print_text_row(const struct sweep *sweep, size_t first, size_t from, size_t count)
{
	const struct sweep_range *last = &sweep->ranges[sweep->range_count - 1];
	uint32_t numbers[SWEEP_RANGE_MAX];
	const struct cli_policy *policy = sweep_place(sweep, first, numbers);

	printf("%-10s", policy->policy->name);
	for (size_t i = 0; i + 1 < sweep->range_count; i++)
		printf("  %*" PRIu32, key_width(sweep->ranges[i].key), numbers[i]);
	printf("  %*s", key_width(last->key), "");
	for (size_t i = from; i < from + count; i++)
		printf(" %-*s", i + 1 == from + count ? 0 : COLUMN,
		       sweep_word(&sweep->cells[first + i]));
	putchar('\n');
}

/* How many numbers of the last range stand beside each other: as many as fit on a terminal. */
static size_t sweep_columns(const struct sweep *sweep, size_t length)
{
	size_t width = terminal_width(), before = 10, columns;

	if (width == 0)
		return length;
	for (size_t i = 0; i < sweep->range_count; i++)
		before += 2 + (size_t)key_width(sweep->ranges[i].key);
	columns = width > before ? (width - before) / (COLUMN + 1) : 0;
	return columns == 0 ? 1 : columns < length ? columns : length;
}

static int sweep_print_text(const struct sweep *sweep)
{
	size_t length = sweep_length(&sweep->ranges[sweep->range_count - 1]);
	size_t columns;

	if (sweep->client)
		printf("asked about client %s, whatever becomes of the others\n", sweep->client);
	columns = sweep_columns(sweep, length);
	for (size_t from = 0; from < length; from += columns) {
		size_t count = from + columns < length ? columns : length - from;

		if (from > 0)
			putchar('\n');
		print_text_head(sweep, from, count);
		for (size_t i = 0; i < sweep->cell_count; i += length)
			print_text_row(sweep, i, from, count);
	}
	return CLI_OK;
}

/* -------------------------------------------- CSV --------------------------------------------- */

static int print_csv(const struct sweep *sweep)
{
	terminal_leave();
	printf("policy");
	for (size_t i = 0; i < sweep->range_count; i++)
		printf(",%s", sweep->ranges[i].key);
	puts(",ruling,verdict,steps,states");
	for (size_t i = 0; i < sweep->cell_count; i++) {
		const struct sweep_cell *cell = &sweep->cells[i];
		uint32_t numbers[SWEEP_RANGE_MAX];
		bool told = cell->tried && (cell->trial.ruling == TEEQ_RULED_OUT ||
					    cell->trial.ruling == TEEQ_STILL_FAILS);

		printf("%s", sweep_place(sweep, i, numbers)->policy->name);
		for (size_t j = 0; j < sweep->range_count; j++)
			printf(",%" PRIu32, numbers[j]);
		printf(",%s,%s,", cell->tried ? teeq_ruling_name(cell->trial.ruling) : "undecided",
		       told ? teeq_verdict_name(cell->trial.verdict) : "");
		if (cell->trial.ruling == TEEQ_STILL_FAILS)
			printf("%zu", cell->trial.steps);
		printf(",%" PRIu64 "\n", cell->trial.states);
	}
	return CLI_OK;
}

/* ------------------------------------------- JSON --------------------------------------------- */

int sweep_print(const struct sweep *sweep)
{
	int status = CLI_OK;

	pager_start();
	if (sweep->form == SWEEP_TEXT)
		return sweep_print_text(sweep);
	if (sweep->form == SWEEP_CSV)
		return print_csv(sweep);
	for (size_t i = 0; i < sweep->cell_count && status == CLI_OK; i++)
		if (sweep_has(sweep, i))
			status = cli_json_put(sweep_row(sweep, i));
	return status;
}
