/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "diagnose/asked.h"
#include "diagnose/what_helps.h"
#include "teeq/report.h"

/* ----------------------------------------- variants ------------------------------------------- */

/*
 * A change that helps two clients may not help three, and one that helps a scenario that was made
 * smaller may not help the one that it was made from. So each change that ruled the failure out is
 * tried again, there.
 */
static enum teeq_status try_variant(struct trials *trials, const struct teeq_scenario *tables,
				    struct teeq_variant variant)
{
	const struct teeq_scenario *given = trials->changes.tables;
	enum teeq_status status;

	trials->diagnosis->variants[trials->diagnosis->variant_count++] = variant;
	trials->changes.tables = tables;
	trials->varied = true;
	status = changes_all(&trials->changes);
	trials->changes.tables = given;
	trials->varied = false;
	return status;
}

static enum teeq_status one_client_more(struct trials *trials, size_t client)
{
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_scenario changed = *trials->changes.tables;

	memcpy(clients, changed.clients, changed.client_count * sizeof(clients[0]));
	changed.clients = clients;
	clients[client].count = (clients[client].count > 0 ? clients[client].count : 1) + 1;
	return try_variant(trials, &changed,
			   (struct teeq_variant){ clients[client].name, clients[client].count });
}

/* Of @stuck, bit i: client i. */
static enum teeq_status try_variants(struct trials *trials, uint64_t stuck,
				     const struct teeq_scenario *whole)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = 0; i < trials->changes.tables->client_count && status == TEEQ_OK; i++)
		if ((stuck >> i & 1) && trials->diagnosis->variant_count < TEEQ_VARIANT_CLIENT_MAX)
			status = one_client_more(trials, i);
	if (whole && status == TEEQ_OK)
		status = try_variant(trials, whole, (struct teeq_variant){ .client = NULL });
	return status;
}

/* ----------------------------------------- the failure ---------------------------------------- */

/* The failure, and what is asked about it. */
struct failure {
	const struct teeq_model *model;
	const struct teeq_schedule *schedule;
	const struct teeq_scenario *whole;
	struct teeq_diagnosis *diagnosis;
	uint64_t must_finish;
	uint64_t stuck; /* bit i: a task of client i is stuck in the end */
};

static enum teeq_status find_stuck(struct failure *failure, const struct teeq_world *world)
{
	struct teeq_wait_graph graph;
	enum teeq_status status = teeq_wait_graph_new(failure->model, world, &graph);

	if (status != TEEQ_OK)
		return status;
	for (size_t i = 0; i < graph.edge_count; i++) {
		int client = teeq_model_task_client(failure->model, graph.edges[i].waiter);

		if (client >= 0)
			failure->stuck |= UINT64_C(1) << client;
	}
	teeq_wait_graph_free(&graph);
	for (unsigned int task = 0; task < teeq_model_task_count(failure->model); task++) {
		int client = teeq_model_task_client(failure->model, task);

		if (client >= 0 && (failure->diagnosis->loop.movers >> task & 1))
			failure->stuck |= UINT64_C(1) << client;
	}
	return TEEQ_OK;
}

/* A way from @world, a state of the loop, by which everybody comes to his end. */
static enum teeq_status find_way_out(struct failure *failure, struct searches *searches,
				     const struct teeq_world *world, struct teeq_error *error)
{
	struct teeq_explore_options options = searches->options;
	struct teeq_diagnosis *diagnosis = failure->diagnosis;
	struct teeq_explore_result result;
	enum teeq_status status;

	if (diagnosis->loop.length == 0)
		return TEEQ_OK;
	if (!searches_may_go_on(searches))
		return TEEQ_ELIMIT;
	options.from = world;
	options.goal = 1u << TEEQ_VERDICT_DONE;
	options.must_finish = failure->must_finish;
	status = teeq_explore(failure->model, &options, &result, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	diagnosis->way_known = status == TEEQ_OK || result.count[TEEQ_VERDICT_DONE] > 0;
	diagnosis->undecided |= !diagnosis->way_known;
	if (result.count[TEEQ_VERDICT_DONE] > 0)
		diagnosis->way_out = result.schedule;
	else
		teeq_schedule_free(&result.schedule);
	return searches->stopped ? TEEQ_ELIMIT : TEEQ_OK;
}

static void note_no_return(void *argument, const struct teeq_model *model,
		      const struct teeq_world *world, const struct teeq_event *event)
{
	struct failure *failure = argument;
	struct teeq_diagnosis *diagnosis = failure->diagnosis;

	(void)world;
	if (diagnosis->no_return_known && !diagnosis->no_return.from_start &&
	    !diagnosis->no_return.way_out && event->step == diagnosis->no_return.step)
		teeq_event_text(model, event, diagnosis->no_return_text,
				sizeof(diagnosis->no_return_text));
}

/* Whether one who is asked about does not come to its end in a loop that @world is in. */
static bool loop_keeps(const struct failure *failure, const struct teeq_world *world)
{
	return !failure->must_finish ||
	       (teeq_world_unfinished(failure->model, world) & failure->must_finish);
}

/*
 * How it ends, who is stuck then, what happened at the step of no return, what leads out of a loop.
 */
static enum teeq_status diagnose_replay(struct failure *failure, struct searches *searches,
					struct teeq_error *error)
{
	struct teeq_run_options options = { .on_event = note_no_return, .argument = failure,
					    .must_finish = failure->must_finish };
	struct teeq_world *world = teeq_world_new(failure->model);
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = teeq_replay(failure->model, world, failure->schedule, &options,
				     &failure->diagnosis->end, error);
	if (status == TEEQ_OK && failure->diagnosis->loop.length > 0 && loop_keeps(failure, world))
		failure->diagnosis->end.verdict = TEEQ_VERDICT_LIVELOCK;
	if (status == TEEQ_OK)
		status = find_stuck(failure, world);
	if (status == TEEQ_OK)
		status = find_way_out(failure, searches, world, error);
	teeq_world_free(world);
	return status;
}

static enum teeq_status find_no_return(struct failure *failure, struct searches *searches,
				  struct teeq_error *error)
{
	struct teeq_explore_options options = searches->options;
	struct teeq_diagnosis *diagnosis = failure->diagnosis;
	enum teeq_status status;

	if (!searches_may_go_on(searches))
		return TEEQ_ELIMIT;
	options.must_finish = failure->must_finish;
	status = teeq_find_no_return(failure->model, failure->schedule, &options,
				     &diagnosis->no_return, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	diagnosis->no_return_known = status == TEEQ_OK;
	diagnosis->undecided |= !diagnosis->no_return_known;
	return searches->stopped ? TEEQ_ELIMIT : TEEQ_OK;
}

static enum teeq_status diagnose(struct failure *failure, struct trials *trials)
{
	enum teeq_status status = teeq_find_loop(failure->model, failure->schedule,
						 &trials->diagnosis->loop, trials->error);

	if (status == TEEQ_OK)
		status = find_no_return(failure, &trials->searches, trials->error);
	if (status == TEEQ_OK)
		status = diagnose_replay(failure, &trials->searches, trials->error);
	if (status != TEEQ_OK)
		return status;
	trials->change_max = changes_max(trials->changes.tables);
	trials->diagnosis->changes = calloc(trials->change_max, sizeof(struct teeq_change));
	if (!trials->diagnosis->changes)
		return TEEQ_ENOMEM;
	status = changes_all(&trials->changes);
	return status == TEEQ_OK ? try_variants(trials, failure->stuck, failure->whole) : status;
}

static enum teeq_status diagnose_conclude(struct trials *trials, enum teeq_status status)
{
	struct teeq_diagnosis *diagnosis = trials->diagnosis;

	if (status == TEEQ_ENOMEM)
		error_nomem(trials->error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT) {
		teeq_diagnosis_free(diagnosis);
		return status;
	}
	diagnosis->stopped = trials->searches.stopped;
	if (diagnosis->stopped)
		return error_set(trials->error, TEEQ_ELIMIT, "", "it was ended before the end");
	if (diagnosis->undecided)
		return error_set(trials->error, TEEQ_ELIMIT, "",
				 "a search was too large for its budget");
	return TEEQ_OK;
}

enum teeq_status teeq_diagnose(const struct teeq_scenario *scenario,
			       const struct teeq_policy *policy,
			       const struct teeq_schedule *schedule,
			       const struct teeq_scenario *whole,
			       const struct teeq_explore_options *search,
			       struct teeq_diagnosis *diagnosis, struct teeq_error *error)
{
	if (!scenario || !policy || !schedule || !search || !diagnosis)
		return error_null(error, "scenario, policy, schedule, search, diagnosis");

	struct failure failure = { .schedule = schedule, .whole = whole, .diagnosis = diagnosis,
				   .must_finish = search->must_finish };
	struct trials trials = { .changes = { policy, scenario, trials_try },
				 .diagnosis = diagnosis,
				 .error = error };
	struct teeq_model *model = NULL;
	enum teeq_status status;

	memset(diagnosis, 0, sizeof(*diagnosis));
	status = teeq_model_new(scenario, policy, &model, error);
	if (status == TEEQ_OK && whole)
		status = teeq_scenario_validate(whole, error);
	if (status == TEEQ_OK)
		status = asked_client_of(scenario, model, search->must_finish, &trials.client,
					 error);
	if (status != TEEQ_OK) {
		teeq_model_free(model);
		return status;
	}
	searches_start(&trials.searches, search);
	failure.model = model;
	status = diagnose_conclude(&trials, diagnose(&failure, &trials));
	teeq_model_free(model);
	return status;
}

void teeq_diagnosis_free(struct teeq_diagnosis *diagnosis)
{
	if (!diagnosis)
		return;
	teeq_schedule_free(&diagnosis->way_out);
	free(diagnosis->changes);
	memset(diagnosis, 0, sizeof(*diagnosis));
}

const char *teeq_ruling_name(enum teeq_ruling ruling)
{
	static const char *const names[] = {
		[TEEQ_RULED_OUT] = "ruled out",
		[TEEQ_STILL_FAILS] = "still fails",
		[TEEQ_UNDECIDED] = "undecided",
		[TEEQ_NOT_POSSIBLE] = "not possible",
	};

	return (unsigned int)ruling < sizeof(names) / sizeof(names[0]) ? names[ruling] : NULL;
}
