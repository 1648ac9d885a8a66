/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/shard.h"

#include <string.h>

#include "cli/json_value.h"

/* A number from 1 up to @end, where @text goes on with something else. */
static uint64_t read_part(const char *text, const char **end)
{
	uint64_t number = 0;

	for (*end = text; **end >= '0' && **end <= '9' && number <= SHARD_COUNT_MAX; (*end)++)
		number = number * 10 + (uint64_t)(**end - '0');
	return number;
}

bool shard_read(const char *command, const char *text, struct shard *shard)
{
	const char *slash, *end;

	shard->number = read_part(text, &slash);
	shard->count = *slash == '/' ? read_part(slash + 1, &end) : 0;
	if (shard->count > 0 && *end == '\0' && shard->number > 0 &&
	    shard->number <= shard->count && shard->count <= SHARD_COUNT_MAX)
		return true;
	return cli_usage(command, "--shard: '%s' is not K/N, the K-th of N parts, 1/%d at most",
			 text, SHARD_COUNT_MAX) == CLI_OK;
}

int shard_settle(const char *command, const struct shard *shard, bool json)
{
	if (shard->count > 0 && !json)
		return cli_usage(command, "--shard: a part is for teeq merge: it goes with --json");
	return CLI_OK;
}

/* ----------------------------------------- dividing ------------------------------------------- */

bool shard_has(const struct shard *shard, uint64_t index)
{
	return shard->count == 0 || index % shard->count == shard->number - 1;
}

uint64_t shard_size(const struct shard *shard, uint64_t total)
{
	if (shard->count == 0)
		return total;
	return total / shard->count + (total % shard->count >= shard->number);
}

uint64_t shard_stretch(const struct shard *shard, uint64_t total, uint64_t *first)
{
	uint64_t before = shard->count > 0 ? shard->number - 1 : 0;
	uint64_t left = shard->count > 0 ? total % shard->count : 0;

	*first = shard->count > 0 ? total / shard->count * before : 0;
	*first += before < left ? before : left;
	return shard_size(shard, total);
}

/* ------------------------------------------ lines --------------------------------------------- */

int shard_put_head(const struct shard *shard, const char *command, json_t *work)
{
	if (shard->count > 0)
		return cli_json_put(json_pack("{s:o,s:o,s:s,s:s,s:o}", "part",
					      cli_json_number(shard->number), "of",
					      cli_json_number(shard->count), "command", command,
					      "teeq", teeq_version(), "work", work));
	json_decref(work);
	return CLI_OK;
}

int shard_put_end(const struct shard *shard, uint64_t rows, bool complete, json_t *more)
{
	json_t *end = json_pack("{s:o,s:b}", "rows", cli_json_number(rows), "complete", complete);
	int status = CLI_OK;

	if (shard->count > 0) {
		if (end && more)
			json_object_update(end, more);
		status = cli_json_put(end ? json_pack("{s:O}", "end", end) : NULL);
	}
	json_decref(end);
	json_decref(more);
	return status;
}

json_t *shard_input(const struct cli_case *c)
{
	uint64_t digest;

	if (teeq_scenario_digest(teeq_scenario_tables(c->file), &digest) != TEEQ_OK)
		return NULL;
	return json_pack("{s:o,s:o}", "file", cli_json_text(c->path), "digest",
			 cli_json_hex(digest));
}

json_t *shard_changes(void)
{
	size_t count;
	const struct teeq_scenario_change *changes = cli_set_changes(&count);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("[o,o]", cli_json_text(changes[i].key),
						      cli_json_text(changes[i].value)));
	return list;
}

json_t *shard_policies(const struct cli_policies *policies)
{
	json_t *list = json_array();

	for (size_t i = 0; i < policies->count; i++)
		json_array_append_new(list, json_pack("{s:s,s:o}", "name",
						      policies->list[i].policy->name, "path",
						      cli_json_text(policies->list[i].path)));
	return list;
}

json_t *shard_budgets(const struct teeq_explore_options *search)
{
	return json_pack("{s:o,s:o,s:f}", "states", cli_json_number(search->max_states), "memory",
			 cli_json_number(search->max_memory_bytes), "seconds", search->max_seconds);
}
