/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/stress.h"

/* ------------------------------------- what both forms say ------------------------------------ */

static enum teeq_status explain(const struct cli_case *c, struct stress_replay *replay)
{
	enum teeq_status status = TEEQ_ENOMEM;
	size_t size = 0;
	FILE *out = open_memstream(&replay->explanation, &size);

	if (out) {
		status = teeq_report_print(c->model, c->world, &replay->result, NULL, out);
		if (fclose(out) != 0)
			status = TEEQ_ENOMEM;
	}
	return status;
}

int stress_replay(const struct stress_round *round, struct stress_replay *replay)
{
	const struct cli_case *c = round->c;
	const struct teeq_run_options options = { .seed = 0 };
	struct teeq_error error = { 0 };
	enum teeq_status status;

	teeq_world_reset(c->model, c->world);
	status = teeq_replay(c->model, c->world, &round->schedule, &options, &replay->result,
			     &error);
	if (status == TEEQ_OK)
		status = explain(c, replay);
	if (status == TEEQ_OK)
		replay->schedule = teeq_schedule_print(c->model, &round->schedule);
	if (replay->schedule)
		replay->command = cli_replay_command(c, replay->schedule);
	if (status == TEEQ_OK && !replay->command)
		status = TEEQ_ENOMEM;
	return status == TEEQ_OK ? CLI_OK : cli_failed(c->path, status, &error);
}

void stress_replay_free(struct stress_replay *replay)
{
	free(replay->schedule);
	free(replay->command);
	free(replay->explanation);
	*replay = (struct stress_replay){ .schedule = NULL };
}

const char *stress_why_given_up(const struct stress_round *round)
{
	if (!round->given_up)
		return "Nothing happened for the watchdog's time";
	return cli_interrupted() ? "Interrupted" : "It was not over after twice the time";
}

bool stress_is_in_model(const struct stress_round *round)
{
	return round->verdict != TEEQ_VERDICT_DONE && !round->given_up && round->match == TEEQ_OK;
}

/* ------------------------------------------ text ---------------------------------------------- */

void stress_print_head(const struct stress_request *request)
{
	const struct cli_case *c = request->c;

	printf("scenario %s, policy %s, %zu threads, seed %" PRIu64 "%s, model %016" PRIx64 "\n",
	       teeq_model_name(c->model), c->policy.policy->name, teeq_model_task_count(c->model),
	       request->seed, request->no_yield ? ", no yield" : "", teeq_model_digest(c->model));
	cli_print_sessions(c->model);
	cli_flush();
}

static void print_tally(const struct stress_round *round, const struct stress_tally *tally)
{
	const struct teeq_threads_stats *stats = &tally->stats;
	double seconds = (double)tally->nanoseconds / 1e9;

	printf("rounds %" PRIu64 ", calls %" PRIu64 ", actions %" PRIu64 "\n", tally->rounds,
	       stats->calls, stats->actions);
	printf("time %.3f s, %.0f calls/s\n", seconds,
	       seconds > 0 ? (double)stats->calls / seconds : 0.0);
	printf("waits %" PRIu64 ", mean %.1f us, longest %.1f us\n", stats->waits,
	       stats->waits ? (double)stats->wait_ns / 1e3 / (double)stats->waits : 0.0,
	       (double)stats->wait_ns_max / 1e3);
	if (round->match == TEEQ_EMISMATCH)
		printf("threads and model differ in round %" PRIu64 ", %s: %s\n", tally->rounds,
		       round->error.key, round->error.text);
	else
		printf("as in the model: %" PRIu64 " actions of %" PRIu64 " rounds%s%s\n",
		       tally->compared_actions, tally->compared_rounds,
		       round->match == TEEQ_OK ? "" : "; not compared: ",
		       round->match == TEEQ_OK ? "" : round->error.text);
}

static int report_in_model(const struct stress_round *round)
{
	struct stress_replay replay = { .schedule = NULL };
	int status = stress_replay(round, &replay);

	if (status == CLI_OK)
		printf("%s\nreplay: %s\n", replay.explanation, replay.command);
	stress_replay_free(&replay);
	return status;
}

static void print_done(const struct stress_round *round)
{
	if (round->match == TEEQ_EMISMATCH)
		puts("violation: the threads do not do what the model does");
	else
		puts(cli_interrupted() ? "done, as far as it came: interrupted" : "done");
}

int stress_print_result(const struct stress_round *round, const struct stress_tally *tally)
{
	print_tally(round, tally);
	if (round->verdict == TEEQ_VERDICT_DONE) {
		print_done(round);
		return CLI_OK;
	}
	printf("%s in round %" PRIu64 "\n", teeq_verdict_name(round->verdict), tally->rounds);
	if (round->verdict == TEEQ_VERDICT_LIMIT)
		printf("%s: nothing is claimed of this round.\n", stress_why_given_up(round));
	return stress_is_in_model(round) ? report_in_model(round) : CLI_OK;
}
