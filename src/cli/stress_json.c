/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <jansson.h>

#include "cli/json_state.h"
#include "cli/json_value.h"
#include "cli/stress.h"

static json_t *stress_json_header(const struct stress_request *request)
{
	const struct teeq_model *model = request->c->model;

	return json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:b}", "scenario", teeq_model_name(model),
			 "policy", teeq_model_policy(model)->name, "model",
			 cli_json_hex(teeq_model_digest(model)), "system_sessions",
			 cli_json_sessions(model), "threads",
			 cli_json_number(teeq_model_task_count(model)), "seed",
			 json_sprintf("%" PRIu64, request->seed), "yield", !request->no_yield);
}

/* How much was done, and in what time. */
static void add_sums(json_t *object, const struct stress_tally *tally)
{
	const struct teeq_threads_stats *stats = &tally->stats;

	json_object_set_new(object, "rounds", cli_json_number(tally->rounds));
	json_object_set_new(object, "calls", cli_json_number(stats->calls));
	json_object_set_new(object, "actions", cli_json_number(stats->actions));
	json_object_set_new(object, "nanoseconds", cli_json_number(tally->nanoseconds));
	json_object_set_new(object, "waits", cli_json_number(stats->waits));
	json_object_set_new(object, "wait_ns", cli_json_number(stats->wait_ns));
	json_object_set_new(object, "wait_ns_max", cli_json_number(stats->wait_ns_max));
	json_object_set_new(object, "compared_rounds", cli_json_number(tally->compared_rounds));
	json_object_set_new(object, "compared_actions", cli_json_number(tally->compared_actions));
}

/* Where threads and model differ, and why a round could not be compared. */
static void add_comparison(json_t *object, const struct stress_round *round)
{
	const struct teeq_error *error = &round->error;
	bool differs = round->match == TEEQ_EMISMATCH;
	bool compared = round->match == TEEQ_OK || differs;

	json_object_set_new(object, "mismatch",
			    differs ? json_pack("{s:o,s:o}", "key", cli_json_text(error->key),
						"text", cli_json_text(error->text)) :
				      json_null());
	json_object_set_new(object, "not_compared", cli_json_text(compared ? NULL : error->text));
}

static void add_end(json_t *object, const struct stress_round *round, const char *explanation)
{
	bool done = round->verdict == TEEQ_VERDICT_DONE;
	bool broken = done && round->match == TEEQ_EMISMATCH;
	const char *why = round->verdict == TEEQ_VERDICT_LIMIT ? stress_why_given_up(round) : NULL;

	json_object_set_new(
		object, "verdict",
		cli_json_text(teeq_verdict_name(broken ? TEEQ_VERDICT_VIOLATION : round->verdict)));
	json_object_set_new(object, "interrupted", json_boolean(cli_interrupted()));
	json_object_set_new(object, "given_up", cli_json_text(why));
	json_object_set_new(object, "explanation", cli_json_text(explanation));
}

/* Who is stuck and why, as the model says it. False: no memory. */
static bool add_replay(json_t *object, const struct cli_case *c, const struct stress_replay *replay)
{
	json_object_set_new(object, "steps", cli_json_number(replay->result.steps));
	json_object_set_new(object, "event_hash", cli_json_hex(replay->result.event_hash));
	json_object_set_new(object, "violation", cli_json_text(replay->result.violation));
	json_object_set_new(object, "schedule", cli_json_text(replay->schedule));
	json_object_set_new(object, "replay", cli_json_text(replay->command));
	return cli_json_state(object, c);
}

int stress_print_json(const struct stress_request *request, const struct stress_round *round,
		      const struct stress_tally *tally)
{
	struct stress_replay replay = { .schedule = NULL };
	bool in_model = stress_is_in_model(round);
	int status = in_model ? stress_replay(round, &replay) : CLI_OK;
	json_t *object;

	if (status == CLI_OK) {
		object = stress_json_header(request);
		add_sums(object, tally);
		add_comparison(object, round);
		add_end(object, round, replay.explanation);
		if (in_model && !add_replay(object, request->c, &replay)) {
			json_decref(object);
			object = NULL;
		}
		status = cli_json_put(object);
	}
	stress_replay_free(&replay);
	return status;
}
