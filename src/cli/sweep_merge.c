/* SPDX-License-Identifier: BSD-2-Clause */
/* A sweep, made in parts elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "cli/parts.h"
#include "cli/sweep.h"

/* A policy of somebody else's has its name alone here. */
static void take_policies(struct sweep *sweep, struct teeq_policy *named, const json_t *work,
			  bool *good)
{
	const json_t *list = json_object_get(work, "policies");
	size_t count = json_array_size(list);

	*good &= count > 0 && count <= CLI_POLICIES_MAX;
	for (size_t i = 0; *good && i < count; i++) {
		const json_t *policy = json_array_get(list, i);

		named[i].name = part_text(policy, "name", good);
		sweep->policies.list[i] =
			(struct cli_policy){ &named[i], part_text_or_null(policy, "path", good) };
	}
	sweep->policies.count = *good ? count : 0;
}

static void take_ranges(struct sweep *sweep, const json_t *work, bool *good)
{
	const json_t *list = json_object_get(work, "ranges");
	size_t count = json_array_size(list);

	*good &= count > 0 && count <= SWEEP_RANGE_MAX;
	for (size_t i = 0; *good && i < count; i++) {
		struct sweep_range *range = &sweep->ranges[i];
		const json_t *told = json_array_get(list, i);
		const char *key = part_text(told, "key", good);
		uint64_t from = part_number(told, "from", good);
		uint64_t to = part_number(told, "to", good);

		*good &= strlen(key) < sizeof(range->key) && from <= to && to <= SWEEP_NUMBER_MAX;
		snprintf(range->key, sizeof(range->key), "%s", key);
		range->from = (uint32_t)from;
		range->to = (uint32_t)to;
		sweep->cell_count *= *good ? sweep_length(range) : 0;
		*good &= sweep->cell_count <= SWEEP_CELL_MAX;
	}
	sweep->range_count = *good ? count : 0;
}

/* What the command line said otherwise. */
static bool sweep_take_work(struct sweep *sweep, struct teeq_policy *named, const json_t *work)
{
	struct teeq_scenario_change changes[PARTS_CHANGE_MAX];
	bool good = true;
	size_t count = parts_changes(work, changes, &good);

	sweep->path = part_text(json_object_get(work, "input"), "file", &good);
	sweep->client = part_text_or_null(work, "client", &good);
	take_policies(sweep, named, work, &good);
	sweep->cell_count = sweep->policies.count;
	take_ranges(sweep, work, &good);
	for (size_t i = 0; good && i < count; i++)
		good = cli_set_take(&changes[i]);
	return good;
}

int merge_sweep(struct merge *merge)
{
	const struct parts *parts = &merge->parts;
	struct teeq_policy named[CLI_POLICIES_MAX] = { 0 };
	struct sweep sweep = { .html = merge->html, .svg = merge->svg };
	const struct part *part = &parts->list[0];
	bool good;
	int status;

	sweep.form = merge->json ? SWEEP_JSON : merge->csv ? SWEEP_CSV : SWEEP_TEXT;
	if (!sweep_take_work(&sweep, named, parts->work) || parts->row_count != sweep.cell_count)
		return parts_damaged(part);
	sweep.cells = calloc(sweep.cell_count, sizeof(*sweep.cells));
	if (!sweep.cells)
		return cli_failed("merge", TEEQ_ENOMEM, NULL);
	good = true;
	for (size_t i = 0; i < sweep.cell_count && good; i++)
		good = sweep_take_row(&sweep, i, parts_row(parts, i, &part));
	status = good ? sweep_conclude(&sweep) : parts_damaged(part);
	sweep_free(&sweep);
	return status;
}
