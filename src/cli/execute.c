/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/cli.h"
#include "cli/exports.h"
#include "cli/json.h"
#include "cli/terminal.h"

int cli_verdict_status(enum teeq_verdict verdict)
{
	if (verdict == TEEQ_VERDICT_DONE)
		return CLI_OK;
	return verdict == TEEQ_VERDICT_LIMIT ? CLI_LIMIT : CLI_FOUND;
}

bool cli_trace_parse(const char *command, const char *text, enum cli_trace *trace)
{
	static const char *const names[] = {
		[CLI_TRACE_NONE] = "none",
		[CLI_TRACE_TEXT] = "text",
		[CLI_TRACE_JSON] = "json",
	};

	for (int i = 0; i <= CLI_TRACE_JSON; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*trace = (enum cli_trace)i;
		return true;
	}
	cli_usage(command, "--trace: '%s' is not text, json or none", text);
	return false;
}

int cli_output_settle(const char *command, struct cli_request *request)
{
	if (request->trace == CLI_TRACE_TEXT && request->json)
		return cli_usage(command, "--json and --trace text do not go together; "
					  "--trace json does");
	if (request->trace == CLI_TRACE_JSON)
		request->json = true;
	return CLI_OK;
}

static void show_event(void *argument, const struct teeq_model *model,
		       const struct teeq_world *world, const struct teeq_event *event)
{
	const struct cli_request *request = argument;

	(void)world;
	if (request->trace == CLI_TRACE_JSON)
		cli_json_event(model, event);
	else
		teeq_trace_event_within(model, event, terminal_width(), stdout);
}

/*
 * One run from the initial state; @argument of the callback is the request. A replay makes as many
 * steps as its schedule has.
 */
int cli_perform(const struct cli_request *request, bool traced, struct teeq_schedule *record,
		struct teeq_result *result)
{
	const struct cli_case *c = request->c;
	struct teeq_error error = { 0 };
	struct teeq_run_options options = {
		.strategy = request->strategy,
		.seed = request->seed,
		.step_max = request->step_max,
		.must_finish = request->must_finish,
		.on_event = traced ? show_event : NULL,
		.argument = (void *)(uintptr_t)request,
		.record = record,
	};
	enum teeq_status status;

	teeq_world_reset(c->model, c->world);
	if (request->strategy) {
		status = teeq_run(c->model, c->world, &options, result);
	} else {
		options.step_max = request->schedule->count;
		status = teeq_replay(c->model, c->world, request->schedule, &options, result,
				     &error);
	}
	if (status == TEEQ_OK || status == TEEQ_ELIMIT)
		return CLI_OK;
	cli_flush();
	cli_failed(c->path, status, &error);
	return status == TEEQ_EMISMATCH ? CLI_FOUND : CLI_BAD;
}

static int execute_run_again(const struct cli_request *request, const struct teeq_result *first)
{
	struct teeq_result second = { 0 };
	int status = cli_perform(request, false, NULL, &second);

	if (status != CLI_OK)
		return status;
	if (first->event_hash == second.event_hash && first->verdict == second.verdict &&
	    first->steps == second.steps) {
		fputs("deterministic: two runs, equal hashes\n", stderr);
		return CLI_OK;
	}
	cli_flush();
	cli_error("not deterministic: %s after %" PRIu64 " steps, event hash %016" PRIx64
		  "; then %s after %" PRIu64 " steps, event hash %016" PRIx64,
		  teeq_verdict_name(first->verdict), first->steps, first->event_hash,
		  teeq_verdict_name(second.verdict), second.steps, second.event_hash);
	return CLI_FOUND;
}

void cli_print_sessions(const struct teeq_model *model)
{
	const char *name;

	for (size_t i = 0; (name = teeq_model_session_name(model, i)) != NULL; i++) {
		bool asked = false;
		int answer = teeq_model_session_answer(model, i, &asked);
		const char *error = teeq_errno_name(answer);

		if (!asked)
			continue;
		printf("session %s asked to be a system session: %s", name,
		       answer == 0 ? "granted" : "refused, ");
		if (answer != 0 && error)
			printf("%s", error);
		else if (answer != 0)
			printf("%d", answer);
		putchar('\n');
	}
}

static void execute_print_header(const struct cli_request *request)
{
	const struct teeq_model *model = request->c->model;

	printf("scenario %s, policy %s, ", teeq_model_name(model), teeq_model_policy(model)->name);
	if (request->strategy)
		printf("strategy %s", request->strategy->name);
	else
		printf("replay of %zu steps", request->schedule->count);
	if (cli_takes_seed(request->strategy))
		printf(", seed %" PRIu64, request->seed);
	printf(", model %016" PRIx64 "\n", teeq_model_digest(model));
	cli_print_bound(request, teeq_model_task_count(request->c->model));
	cli_print_sessions(model);
	if (request->trace == CLI_TRACE_TEXT) {
		putchar('\n');
		teeq_trace_head_within(model, terminal_width(), stdout);
	}
}

static int print_outcome(const struct cli_outcome *outcome)
{
	const struct cli_request *request = outcome->request;
	const struct cli_case *c = request->c;
	enum teeq_status status;

	if (request->json)
		return cli_json_outcome(outcome);
	if (request->trace == CLI_TRACE_TEXT)
		putchar('\n');
	status = teeq_report_print(c->model, c->world, outcome->result, outcome->replay, stdout);
	if (outcome->explain)
		printf("\nThe last %zu step%s lead%s back to where %s began, and may come again for "
		       "ever: a livelock.\nexplain: %s\n",
		       outcome->loop->length, outcome->loop->length == 1 ? "" : "s",
		       outcome->loop->length == 1 ? "s" : "",
		       outcome->loop->length == 1 ? "it" : "they", outcome->explain);
	/* Output that cannot be written shows at the end of the program. */
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK : cli_failed(c->path, status, NULL);
}

/* Whether the limit was met in a loop without end: then the command that explains it. */
static int find_loop(const struct cli_request *request, const struct teeq_schedule *record,
		     struct teeq_loop *loop, char **explain)
{
	int status = cli_case_loop(request->c, record, loop);

	if (status != CLI_OK || loop->length == 0)
		return status;
	*explain = cli_loop_command(request->c, record, loop);
	return *explain ? CLI_OK : cli_failed(request->c->path, TEEQ_ENOMEM, NULL);
}

/* Print what the run came to, with the command that repeats it if it found something. */
static int execute_conclude(const struct cli_request *request, const struct teeq_schedule *record,
			    const struct teeq_result *result)
{
	struct teeq_loop loop;
	struct cli_outcome outcome = { .request = request, .result = result, .loop = &loop };
	int verdict = cli_verdict_status(result->verdict);
	char *schedule = NULL, *replay = NULL, *explain = NULL;
	int status = CLI_OK;

	/* A schedule may be long: it is only written where somebody reads it. */
	if (request->json || verdict == CLI_FOUND)
		schedule = teeq_schedule_print(request->c->model, record);
	if (schedule && verdict == CLI_FOUND)
		replay = cli_replay_command(request->c, schedule);
	outcome.schedule = schedule;
	outcome.replay = replay;
	if (result->verdict == TEEQ_VERDICT_LIMIT)
		status = find_loop(request, record, &loop, &explain);
	outcome.explain = explain;
	if ((request->json && !schedule) || (verdict == CLI_FOUND && !replay))
		status = cli_failed(request->c->path, TEEQ_ENOMEM, NULL);
	if (status == CLI_OK)
		status = print_outcome(&outcome);
	if (status == CLI_OK && request->exports)
		status = exports_write(request->exports,
				       &(struct export_run){ .c = request->c, .schedule = record,
							     .replay = replay, .end = result });
	free(schedule);
	free(replay);
	free(explain);
	return status != CLI_OK ? status : verdict;
}

int cli_execute(const struct cli_request *request)
{
	struct teeq_schedule record = { 0 };
	struct teeq_result result = { 0 };
	int status;
	int again;

	pager_start();
	if (!request->json)
		execute_print_header(request);
	status = cli_perform(request, request->trace != CLI_TRACE_NONE, &record, &result);
	if (status == CLI_OK)
		status = execute_conclude(request, &record, &result);
	teeq_schedule_free(&record);
	if (!request->check || status == CLI_BAD)
		return status;
	cli_flush();
	again = execute_run_again(request, &result);
	return again == CLI_OK ? status : again;
}
