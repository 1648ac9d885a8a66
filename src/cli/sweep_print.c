/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_value.h"
#include "cli/sweep.h"

static const char *cell_word(const struct sweep_cell *cell)
{
	if (!cell->tried || cell->trial.ruling == TEEQ_UNDECIDED)
		return "?";
	if (cell->trial.ruling == TEEQ_NOT_POSSIBLE)
		return "-";
	return teeq_verdict_name(cell->trial.verdict);
}

/* "secure.threads" is told as "threads", "clients.app.count" as "app". */
static void put_key_name(const char *key, FILE *out)
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

static void print_text_head(const struct sweep *sweep)
{
	const struct sweep_range *last = &sweep->ranges[sweep->range_count - 1];

	printf("%-10s", "policy");
	for (size_t i = 0; i + 1 < sweep->range_count; i++) {
		fputs("  ", stdout);
		put_key_name(sweep->ranges[i].key, stdout);
	}
	fputs("  ", stdout);
	put_key_name(last->key, stdout);
	for (uint32_t n = last->from; n <= last->to; n++)
		printf(" %-*" PRIu32, n == last->to ? 0 : COLUMN, n);
	putchar('\n');
}

static int key_width(const char *key)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return 0;
	put_key_name(key, out);
	fclose(out);
	free(text);
	return (int)size;
}

static void print_text_row(const struct sweep *sweep, size_t first)
{
	const struct sweep_range *last = &sweep->ranges[sweep->range_count - 1];
	size_t length = sweep_length(last);
	uint32_t numbers[SWEEP_RANGE_MAX];
	const struct cli_policy *policy = sweep_place(sweep, first, numbers);

	printf("%-10s", policy->policy->name);
	for (size_t i = 0; i + 1 < sweep->range_count; i++)
		printf("  %*" PRIu32, key_width(sweep->ranges[i].key), numbers[i]);
	printf("  %*s", key_width(last->key), "");
	for (size_t i = 0; i < length; i++)
		printf(" %-*s", i + 1 == length ? 0 : COLUMN, cell_word(&sweep->cells[first + i]));
	putchar('\n');
}

static int sweep_print_text(const struct sweep *sweep)
{
	size_t length = sweep_length(&sweep->ranges[sweep->range_count - 1]);

	if (sweep->client)
		printf("asked about client %s, whatever becomes of the others\n", sweep->client);
	print_text_head(sweep);
	for (size_t i = 0; i < sweep->cell_count; i += length)
		print_text_row(sweep, i);
	return CLI_OK;
}

/* -------------------------------------------- CSV --------------------------------------------- */

static int print_csv(const struct sweep *sweep)
{
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

static char *sweep_replay(const struct sweep *sweep, const struct sweep_cell *cell,
			  const struct cli_policy *policy, const uint32_t *numbers)
{
	struct teeq_scenario_change changes[SWEEP_CHANGE_MAX];
	char texts[SWEEP_RANGE_MAX][16];
	struct cli_case named = { .path = sweep->path, .changes = changes, .policy = *policy };

	named.change_count = sweep_changes(sweep, numbers, texts, changes);
	return cli_replay_command(&named, cell->schedule);
}

static int print_cell_json(const struct sweep *sweep, size_t index)
{
	const struct sweep_cell *cell = &sweep->cells[index];
	bool fails = cell->tried && cell->trial.ruling == TEEQ_STILL_FAILS;
	uint32_t numbers[SWEEP_RANGE_MAX];
	const struct cli_policy *policy = sweep_place(sweep, index, numbers);
	json_t *set = json_object();
	char *replay = NULL;
	json_t *object;

	for (size_t i = 0; i < sweep->range_count; i++)
		json_object_set_new(set, sweep->ranges[i].key, json_integer(numbers[i]));
	if (fails) {
		replay = sweep_replay(sweep, cell, policy, numbers);
		if (!replay) {
			json_decref(set);
			return cli_failed(sweep->path, TEEQ_ENOMEM, NULL);
		}
	}
	object = json_pack("{s:o,s:s,s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o}", "file",
			   cli_json_text(sweep->path), "policy", policy->policy->name, "client",
			   cli_json_text(sweep->client), "set", set, "ruling",
			   cell->tried ? teeq_ruling_name(cell->trial.ruling) : "undecided",
			   "verdict",
			   fails || (cell->tried && cell->trial.ruling == TEEQ_RULED_OUT) ?
				   json_string(teeq_verdict_name(cell->trial.verdict)) :
				   json_null(),
			   "steps", fails ? cli_json_number(cell->trial.steps) : json_null(),
			   "states", cli_json_number(cell->trial.states), "why",
			   cli_json_text(cell->why), "replay", cli_json_text(replay));
	free(replay);
	return cli_json_put(object);
}

int sweep_print(const struct sweep *sweep)
{
	int status = CLI_OK;

	if (sweep->form == SWEEP_TEXT)
		return sweep_print_text(sweep);
	if (sweep->form == SWEEP_CSV)
		return print_csv(sweep);
	for (size_t i = 0; i < sweep->cell_count && status == CLI_OK; i++)
		status = print_cell_json(sweep, i);
	return status;
}
