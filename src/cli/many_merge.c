/* SPDX-License-Identifier: BSD-2-Clause */
/* Many runs, made in parts elsewhere. */
#include <string.h>

#include "cli/many.h"
#include "cli/parts.h"

/*
 * What was asked for, as far as it is told. A policy of somebody else's has its name alone here.
 */
struct told {
	struct teeq_scenario_change changes[PARTS_CHANGE_MAX];
	struct teeq_policy policy;
	struct teeq_strategy strategy;
	struct cli_case c;
	struct cli_request request;
	struct many many;
};

static void take_case(struct told *told, const json_t *work, bool *good)
{
	struct cli_case *c = &told->c;

	told->policy.name = part_text(told->many.header, "policy", good);
	c->policy.policy = &told->policy;
	c->policy.path = part_text_or_null(work, "policy_path", good);
	c->path = part_text(json_object_get(work, "input"), "file", good);
	c->changes = told->changes;
	c->change_count = parts_changes(work, told->changes, good);
	told->many.tasks = (size_t)part_number(work, "tasks", good);
	told->many.scenario = part_text(told->many.header, "scenario", good);
	told->many.digest = part_hex(told->many.header, "model", good);
}

static void take_strategy(struct told *told, bool *good)
{
	const json_t *header = told->many.header;
	const struct teeq_strategy *named = teeq_strategy_find(part_text(header, "strategy", good));
	struct cli_request *request = &told->request;

	*good &= named != NULL;
	if (!*good)
		return;
	told->strategy = *named;
	/* What random is told by is which one it is. */
	request->strategy = named;
	if (cli_takes_seed(named))
		request->seed = part_seed(header, "seed", good);
	if (!cli_strategy_is_pct(named))
		return;
	told->strategy.argument = &request->pct;
	request->strategy = &told->strategy;
	request->pct.depth = (unsigned int)part_number(header, "depth", good);
	request->pct.step_count = part_number(header, "length", good);
	*good &= request->pct.depth > 0 && request->pct.depth <= TEEQ_PCT_DEPTH_MAX &&
		 request->pct.step_count > 0 && told->many.tasks > 0;
}

static bool take_work(struct told *told, const struct parts *parts)
{
	const json_t *work = parts->work;
	bool good = true;

	told->many.header = json_object_get(work, "header");
	told->many.request = &told->request;
	told->request.c = &told->c;
	take_case(told, work, &good);
	take_strategy(told, &good);
	told->request.run_count = part_number(work, "runs", &good);
	told->request.step_max = part_number(work, "steps", &good);
	return good;
}

static bool take_tally(const json_t *row, struct teeq_tally *tally)
{
	const json_t *verdicts = json_object_get(row, "verdicts"), *value;
	uint64_t counted = 0;
	const char *name;
	bool good = true;

	*tally = (struct teeq_tally){ .runs = part_number(row, "runs", &good),
				      .steps = part_number(row, "actions", &good),
				      .event_hash = part_hex(row, "event_hash", &good) };
	good &= json_is_object(verdicts);
	json_object_foreach((json_t *)(uintptr_t)verdicts, name, value) {
		int verdict = teeq_verdict_find(name);

		good &= verdict >= 0;
		if (!good)
			break;
		tally->first_seed[verdict] = part_seed(value, "first_seed", &good);
		tally->count[verdict] = part_number(value, "runs", &good);
		counted += tally->count[verdict];
	}
	return good && counted == tally->runs;
}

int merge_run(struct merge *merge)
{
	const struct parts *parts = &merge->parts;
	struct told told = { .request.json = merge->json };
	struct teeq_tally tally = { 0 };
	int status;

	if (!take_work(&told, parts))
		return parts_damaged(&parts->list[0]);
	for (size_t i = 0; i < parts->count; i++) {
		struct teeq_tally more;

		if (json_array_size(parts->list[i].rows) != 1 ||
		    !take_tally(json_array_get(parts->list[i].rows, 0), &more))
			return parts_damaged(&parts->list[i]);
		teeq_tally_add(&tally, &more);
	}
	if (tally.runs != told.request.run_count)
		return parts_damaged(&parts->list[0]);
	status = many_print(&told.many, &tally, false);
	return status == CLI_OK ? many_verdict_status(&tally) : status;
}
