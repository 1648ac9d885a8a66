/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/stress.h"

/* ------------------------------------- what both forms say ------------------------------------ */

int stress_replay(const struct cli_case *c, const struct stress_history *history,
		  struct stress_replay *replay)
{
	const struct teeq_run_options options = { .step_max = history->count };
	struct teeq_schedule schedule = { 0 };
	enum teeq_status status = TEEQ_OK;
	struct teeq_error error = { 0 };

	for (size_t i = 0; status == TEEQ_OK && i < history->count; i++)
		status = teeq_schedule_add(&schedule, history->ordered[i]->task);
	teeq_world_reset(c->model, c->world);
	if (status == TEEQ_OK)
		status = teeq_replay(c->model, c->world, &schedule, &options, &replay->result,
				     &error);
	if (status == TEEQ_OK)
		replay->schedule = teeq_schedule_print(c->model, &schedule);
	if (replay->schedule)
		replay->command = cli_replay_command(c, replay->schedule);
	if (status == TEEQ_OK && !replay->command)
		status = TEEQ_ENOMEM;
	teeq_schedule_free(&schedule);
	return status == TEEQ_OK ? CLI_OK : cli_failed(c->path, status, &error);
}

void stress_replay_free(struct stress_replay *replay)
{
	free(replay->schedule);
	free(replay->command);
	*replay = (struct stress_replay){ .schedule = NULL };
}

const char *stress_why_given_up(const struct stress_round *round)
{
	if (!round->given_up)
		return "Nothing happened for the watchdog's time";
	return cli_interrupted() ? "Interrupted" : "It was not over after twice the time";
}

bool stress_is_in_model(const struct stress_round *round, const struct stress_tally *tally)
{
	return round->verdict != TEEQ_VERDICT_DONE && round->verdict != TEEQ_VERDICT_LIMIT &&
	       tally->match == TEEQ_OK;
}

/* ------------------------------------------ text ---------------------------------------------- */

void stress_print_head(const struct stress_request *request)
{
	const struct cli_case *c = request->c;

	printf("scenario %s, policy %s, %zu threads, seed %" PRIu64 "%s, model %016" PRIx64 "\n",
	       teeq_model_name(c->model), c->policy.policy->name, teeq_model_task_count(c->model),
	       request->seed, request->no_yield ? ", no yield" : "", teeq_model_digest(c->model));
	cli_print_sessions(c->model);
	fflush(stdout);
}

static void print_tally(const struct stress_tally *tally)
{
	const struct teeq_rt_stats *stats = &tally->stats;
	double seconds = (double)tally->nanoseconds / 1e9;

	printf("rounds %" PRIu64 ", calls %" PRIu64 ", actions %" PRIu64 "\n", tally->rounds,
	       stats->calls, stats->actions);
	printf("time %.3f s, %.0f calls/s\n", seconds,
	       seconds > 0 ? (double)stats->calls / seconds : 0.0);
	printf("waits %" PRIu64 ", mean %.1f us, longest %.1f us\n", stats->waits,
	       stats->waits ? (double)stats->wait_ns / 1e3 / (double)stats->waits : 0.0,
	       (double)stats->wait_ns_max / 1e3);
	if (tally->match == TEEQ_EMISMATCH)
		printf("threads and model differ in round %" PRIu64 ", %s: %s\n", tally->rounds,
		       tally->error.key, tally->error.text);
	else
		printf("as in the model: %" PRIu64 " actions of %" PRIu64 " rounds%s%s\n",
		       tally->compared_actions, tally->compared_rounds,
		       tally->match == TEEQ_OK ? "" : "; not compared: ",
		       tally->match == TEEQ_OK ? "" : tally->error.text);
}

static int report_in_model(const struct cli_case *c, const struct stress_history *history)
{
	struct stress_replay replay = { .schedule = NULL };
	enum teeq_status printed;
	int status = stress_replay(c, history, &replay);

	if (status == CLI_OK) {
		printed = teeq_report_print(c->model, c->world, &replay.result, replay.command,
					    stdout);
		/* Output that cannot be written shows at the end of the program. */
		if (printed != TEEQ_OK && printed != TEEQ_EIO)
			status = cli_failed(c->path, printed, NULL);
	}
	stress_replay_free(&replay);
	return status;
}

static void print_done(const struct stress_tally *tally)
{
	if (tally->match == TEEQ_EMISMATCH)
		puts("violation: the threads do not do what the model does");
	else
		puts(cli_interrupted() ? "done, as far as it came: interrupted" : "done");
}

int stress_print_result(const struct stress_request *request, const struct stress_round *round,
			const struct stress_tally *tally)
{
	print_tally(tally);
	if (round->verdict == TEEQ_VERDICT_DONE) {
		print_done(tally);
		return CLI_OK;
	}
	printf("%s in round %" PRIu64 "\n", teeq_verdict_name(round->verdict), tally->rounds);
	if (round->verdict == TEEQ_VERDICT_LIMIT)
		printf("%s: nothing is claimed of this round.\n", stress_why_given_up(round));
	if (stress_is_in_model(round, tally))
		return report_in_model(request->c, round->history);
	if (round->explanation)
		fputs(round->explanation, stdout);
	return CLI_OK;
}
