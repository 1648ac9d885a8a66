/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell of a sweep as a row of JSON, and back. */
#include <stdlib.h>
#include <string.h>

#include "cli/json_value.h"
#include "cli/parts.h"
#include "cli/sweep.h"

char *sweep_replay(const struct sweep *sweep, size_t cell)
{
	struct teeq_scenario_change changes[SWEEP_CHANGE_MAX];
	char texts[SWEEP_RANGE_MAX][16];
	uint32_t numbers[SWEEP_RANGE_MAX];
	struct cli_case named = { .path = sweep->path, .changes = changes,
				  .policy = *sweep_place(sweep, cell, numbers) };

	named.change_count = sweep_changes(sweep, numbers, texts, changes);
	return cli_replay_command(&named, sweep->cells[cell].schedule);
}

static bool has_verdict(const struct sweep_cell *cell)
{
	return cell->tried && (cell->trial.ruling == TEEQ_STILL_FAILS ||
			       cell->trial.ruling == TEEQ_RULED_OUT);
}

static const char *ruling_of(const struct sweep_cell *cell)
{
	return teeq_ruling_name(cell->tried ? cell->trial.ruling : TEEQ_UNDECIDED);
}

json_t *sweep_row(const struct sweep *sweep, size_t index)
{
	const struct sweep_cell *cell = &sweep->cells[index];
	uint32_t numbers[SWEEP_RANGE_MAX];
	const struct cli_policy *policy = sweep_place(sweep, index, numbers);
	json_t *set = json_object(), *row;
	char *replay = NULL;

	for (size_t i = 0; i < sweep->range_count; i++)
		json_object_set_new(set, sweep->ranges[i].key, json_integer(numbers[i]));
	if (cell->schedule && !(replay = sweep_replay(sweep, index))) {
		json_decref(set);
		return NULL;
	}
	row = json_pack(
		"{s:o,s:s,s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "file",
		cli_json_text(sweep->path), "policy", policy->policy->name, "client",
		cli_json_text(sweep->client), "set", set, "ruling", ruling_of(cell), "verdict",
		cli_json_text(has_verdict(cell) ? teeq_verdict_name(cell->trial.verdict) : NULL),
		"steps", cell->schedule ? cli_json_number(cell->trial.steps) : json_null(),
		"states", cli_json_number(cell->trial.states), "why", cli_json_text(cell->why),
		"model", cell->model ? cli_json_hex(cell->model) : json_null(), "schedule",
		cli_json_text(cell->schedule), "replay", cli_json_text(replay));
	free(replay);
	return row;
}

/* ------------------------------------------ reading ------------------------------------------- */

static bool find_ruling(const char *name, enum teeq_ruling *ruling)
{
	const char *known;

	for (int i = 0; (known = teeq_ruling_name((enum teeq_ruling)i)); i++) {
		*ruling = (enum teeq_ruling)i;
		if (strcmp(known, name) == 0)
			return true;
	}
	return false;
}

static char *copy(const char *text, bool *good)
{
	char *made = text ? strdup(text) : NULL;

	*good &= !text || made;
	return made;
}

bool sweep_take_row(struct sweep *sweep, size_t index, const json_t *row)
{
	struct sweep_cell *cell = &sweep->cells[index];
	struct teeq_trial *trial = &cell->trial;
	bool good = true, fails;
	const char *verdict = part_text_or_null(row, "verdict", &good);
	int number = verdict ? teeq_verdict_find(verdict) : 0;
	size_t place;

	good &= sweep_find_row(sweep, row, &place) && place == index && number >= 0 &&
		find_ruling(part_text(row, "ruling", &good), &trial->ruling);
	if (!good)
		return false;
	cell->tried = true;
	trial->verdict = (enum teeq_verdict)number;
	trial->states = part_number(row, "states", &good);
	fails = trial->ruling == TEEQ_STILL_FAILS;
	if (fails)
		trial->steps = (size_t)part_number(row, "steps", &good);
	if (!json_is_null(json_object_get(row, "model")))
		cell->model = part_hex(row, "model", &good);
	cell->why = copy(part_text_or_null(row, "why", &good), &good);
	cell->schedule = copy(part_text_or_null(row, "schedule", &good), &good);
	return good && fails == (cell->schedule != NULL) && has_verdict(cell) == (verdict != NULL);
}

bool sweep_find_row(const struct sweep *sweep, const json_t *row, size_t *cell)
{
	const json_t *set = json_object_get(row, "set");
	bool good = json_object_size(set) == sweep->range_count;
	const char *policy = part_text(row, "policy", &good);
	const char *client = part_text_or_null(row, "client", &good);
	size_t at = 0;

	while (good && at < sweep->policies.count &&
	       strcmp(sweep->policies.list[at].policy->name, policy) != 0)
		at++;
	good = good && at < sweep->policies.count && !client == !sweep->client &&
	       (!client || strcmp(client, sweep->client) == 0);
	for (size_t i = 0; good && i < sweep->range_count; i++) {
		const struct sweep_range *range = &sweep->ranges[i];
		uint64_t number = part_number(set, range->key, &good);

		good = good && number >= range->from && number <= range->to;
		at = at * sweep_length(range) + (size_t)(number - range->from);
	}
	*cell = at;
	return good;
}
