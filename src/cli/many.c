/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json.h"
#include "cli/json_value.h"
#include "cli/many.h"

/* A share in hundredths of a per cent, rounded down, so that 100 means all of them. */
static uint64_t many_share(uint64_t count, uint64_t runs)
{
	if (count <= UINT64_MAX / 10000)
		return count * 10000 / runs;
	return count / (runs / 10000);
}

static void many_print_header(const struct many *many)
{
	const struct cli_request *request = many->request;

	printf("scenario %s, policy %s, strategy %s", many->scenario,
	       request->c->policy.policy->name, request->strategy->name);
	if (cli_takes_seed(request->strategy))
		printf(", seeds from %" PRIu64, request->seed);
	printf(", model %016" PRIx64 "\n", many->digest);
	cli_print_bound(request, many->tasks);
}

static void print_table(const struct teeq_tally *tally)
{
	printf("%-11s  %12s  %7s  %s\n", "verdict", "runs", "share", "first seed");
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		uint64_t part;

		if (tally->count[v] == 0)
			continue;
		part = many_share(tally->count[v], tally->runs);
		printf("%-11s  %12" PRIu64 "  %3" PRIu64 ".%02" PRIu64 "%%  %" PRIu64 "\n",
		       teeq_verdict_name((enum teeq_verdict)v), tally->count[v], part / 100,
		       part % 100, tally->first_seed[v]);
	}
	printf("%" PRIu64 " runs, %" PRIu64 " actions, event hash %016" PRIx64 "\n", tally->runs,
	       tally->steps, tally->event_hash);
}

/* How to see the first run of each verdict that is not `done`. */
static int print_hints(const struct cli_request *request, const struct teeq_tally *tally)
{
	for (int v = TEEQ_VERDICT_DONE + 1; v < TEEQ_VERDICT_COUNT; v++) {
		char *command;

		if (tally->count[v] == 0)
			continue;
		command = cli_run_command(request, tally->first_seed[v]);
		if (!command)
			return cli_failed(request->c->path, TEEQ_ENOMEM, NULL);
		printf("first %s: %s\n", teeq_verdict_name((enum teeq_verdict)v), command);
		free(command);
	}
	return CLI_OK;
}

int many_verdict_status(const struct teeq_tally *tally)
{
	int status = CLI_OK;

	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		int other = cli_verdict_status((enum teeq_verdict)v);

		if (tally->count[v] > 0 && status != CLI_FOUND && other != CLI_OK)
			status = other;
	}
	return status;
}

static bool many_goes_on(void *argument)
{
	(void)argument;
	return !cli_interrupted();
}

/* *@cut: an interruption ended it. */
static int many_run_all(const struct cli_request *request, struct teeq_tally *tally, bool *cut)
{
	struct cli_watch watch;
	struct teeq_run_options options = {
		.strategy = request->strategy,
		.seed = request->seed,
		.step_max = request->step_max,
		.workers = request->workers,
		.keep_going = many_goes_on,
	};
	enum teeq_status status;

	cli_watch_start(&watch, false);
	status = teeq_run_many(request->c->model, &options, request->run_count, 0, tally);
	cli_watch_end(&watch);
	*cut = tally->runs < request->run_count;
	return status == TEEQ_OK || status == TEEQ_ELIMIT ?
		       CLI_OK :
		       cli_failed(request->c->path, status, NULL);
}

static bool many_same(const struct teeq_tally *a, const struct teeq_tally *b)
{
	return a->event_hash == b->event_hash && a->runs == b->runs && a->steps == b->steps &&
	       memcmp(a->count, b->count, sizeof(a->count)) == 0;
}

static int many_run_again(const struct cli_request *request, const struct teeq_tally *first)
{
	struct teeq_tally second = { 0 };
	bool cut = false;
	int status = many_run_all(request, &second, &cut);

	cli_flush();
	if (status != CLI_OK)
		return status;
	if (cut) {
		fputs("interrupted: nothing is claimed of the second time\n", stderr);
		return CLI_LIMIT;
	}
	if (many_same(first, &second)) {
		fputs("deterministic: two runs, equal hashes\n", stderr);
		return CLI_OK;
	}
	cli_error("not deterministic: event hash %016" PRIx64 ", then %016" PRIx64,
		  first->event_hash, second.event_hash);
	return CLI_FOUND;
}

int many_print(const struct many *many, const struct teeq_tally *tally, bool cut)
{
	const struct cli_request *request = many->request;

	if (request->json)
		return cli_json_tally(json_incref(many->header), tally, cut);
	many_print_header(many);
	print_table(tally);
	if (cut)
		printf("interrupted: of the other %" PRIu64 " runs nothing is claimed\n",
		       request->run_count - tally->runs);
	return print_hints(request, tally);
}

/* What all parts have in common. */
static json_t *many_work(const struct many *many)
{
	const struct cli_request *request = many->request;

	return json_pack("{s:o,s:o,s:o,s:O,s:o,s:o,s:o}", "input", shard_input(request->c), "set",
			 shard_changes(), "policy_path", cli_json_text(request->c->policy.path),
			 "header", many->header, "tasks", cli_json_number(many->tasks), "runs",
			 cli_json_number(request->run_count), "steps",
			 cli_json_number(request->step_max));
}

/* The part's runs, and their lines around. */
static int many_run_part(const struct many *many, struct teeq_tally *tally, bool *cut)
{
	struct cli_request part = *many->request;
	const struct shard *shard = part.shard;
	uint64_t first = 0;
	int status = shard_put_head(shard, "run", many_work(many));

	part.run_count = shard_stretch(shard, part.run_count, &first);
	part.seed += part.run_count > 0 ? first : 0;
	if (status == CLI_OK)
		status = many_run_all(&part, tally, cut);
	if (status == CLI_OK)
		status = many_print(many, tally, *cut);
	return status == CLI_OK ? shard_put_end(shard, 1, !*cut, NULL) : status;
}

int cli_execute_many(const struct cli_request *request)
{
	const struct teeq_model *model = request->c->model;
	struct many many = { .request = request, .scenario = teeq_model_name(model),
			     .digest = teeq_model_digest(model),
			     .tasks = teeq_model_task_count(model),
			     .header = cli_json_header(request) };
	struct teeq_tally tally = { 0 };
	bool cut = false;
	int status = many_run_part(&many, &tally, &cut);

	json_decref(many.header);
	if (status != CLI_OK)
		return status;
	status = many_verdict_status(&tally);
	if (cut)
		return status == CLI_FOUND ? CLI_FOUND : CLI_LIMIT;
	if (!request->check)
		return status;
	status = many_run_again(request, &tally);
	return status != CLI_OK ? status : many_verdict_status(&tally);
}
