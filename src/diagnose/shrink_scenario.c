/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "diagnose/asked.h"
#include "diagnose/leave_out.h"
#include "diagnose/searches.h"
#include "explore/shrink.h"
#include "teeq/report.h"

/* What the scenario of a model has to come to. @aim first: who has the one has the other. */
struct model_aim {
	struct aim aim;
	const char *violation;
	size_t orphans;
};

/*
 * Tasks that wait for what nobody is left to do. Where there are more of them than there were, a
 * scenario hangs because something is missing in it, and not for the reason it hung before.
 */
static enum teeq_status count_orphans(const struct teeq_model *model,
				      const struct teeq_world *world, size_t *orphans)
{
	struct teeq_wait_graph graph;
	enum teeq_status status = teeq_wait_graph_new(model, world, &graph);

	*orphans = 0;
	if (status != TEEQ_OK)
		return status;
	for (size_t i = 0; i < graph.edge_count; i++)
		*orphans += graph.edges[i].holder < 0 && (graph.edges[i].kind == TEEQ_WAIT_EVENT ||
							  graph.edges[i].kind == TEEQ_WAIT_BARRIER);
	teeq_wait_graph_free(&graph);
	return status;
}

/* How a schedule ends, of @client, or of all. */
static enum teeq_status shrink_scenario_replay(const struct teeq_model *model, const char *client,
					       const struct teeq_schedule *schedule,
					       struct teeq_result *end, size_t *orphans,
					       struct teeq_error *error)
{
	struct teeq_run_options options = { .must_finish = teeq_model_tasks_of(model, client) };
	struct teeq_world *world = teeq_world_new(model);
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = teeq_replay(model, world, schedule, &options, end, error);
	if (status == TEEQ_OK)
		status = count_orphans(model, world, orphans);
	teeq_world_free(world);
	return status;
}

static bool is_met(const struct model_aim *aim, const struct teeq_result *end, size_t orphans)
{
	if (end->verdict != aim->aim.verdict || orphans > aim->orphans)
		return false;
	return !aim->violation || strcmp(aim->violation, end->violation) == 0;
}

/* It fails as it did, without somebody. */
static enum teeq_status shrink_scenario_attempt(const struct aim *aim, struct candidate *tried,
						const struct teeq_schedule *wish, bool *good)
{
	struct shrink_end end = { TEEQ_VERDICT_LIMIT,
				  teeq_model_tasks_of(tried->model, aim->client) };
	enum teeq_status status = TEEQ_OK;
	size_t orphans = 0;

	/* Without whom it is about, there is nothing to fail. */
	if (aim->client && !end.must_finish)
		return status;
	status = shrink_follow(tried->model, wish, &tried->schedule, &end);
	if (status != TEEQ_OK || end.verdict != aim->verdict)
		return status;
	status = shrink_scenario_replay(tried->model, aim->client, &tried->schedule, &tried->end,
					&orphans, NULL);
	*good = status == TEEQ_OK && is_met((const struct model_aim *)aim, &tried->end, orphans);
	return status;
}

static enum teeq_status shrink_again(struct candidate *best, const char *client,
				     struct teeq_error *error)
{
	struct teeq_schedule shrunk = { 0 };
	enum teeq_status status;
	size_t orphans;

	if (!shrink_is_short(&best->schedule))
		return TEEQ_OK;
	status = shrink_runs(best->model, &best->schedule, teeq_model_tasks_of(best->model, client),
			     &shrunk, error);
	if (status != TEEQ_OK)
		return status;
	teeq_schedule_free(&best->schedule);
	best->schedule = shrunk;
	return shrink_scenario_replay(best->model, client, &best->schedule, &best->end, &orphans,
				      error);
}

static enum teeq_status compare_with_shortest(const struct teeq_explore_options *options,
					      const char *client, struct teeq_shrunk *shrunk,
					      struct teeq_error *error)
{
	enum teeq_verdict verdict = shrunk->end.verdict;
	struct teeq_explore_result found;
	struct searches searches;
	enum teeq_status status;

	searches_start(&searches, options);
	if (!searches_may_go_on(&searches))
		return TEEQ_OK;
	searches.options.goal = 1u << verdict;
	searches.options.must_finish = teeq_model_tasks_of(shrunk->model, client);
	/* A broken invariant may show before what the reduction puts first. */
	searches.options.no_reduction |= verdict == TEEQ_VERDICT_VIOLATION;
	status = teeq_explore(shrunk->model, &searches.options, &found, error);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	shrunk->shortest = found.verdict == verdict ? found.schedule.count : 0;
	teeq_schedule_free(&found.schedule);
	return TEEQ_OK;
}

/* ------------------------------------------- both --------------------------------------------- */

/* What the given schedule comes to, and a plainer one of the same scenario. */
static enum teeq_status start(const struct teeq_scenario *scenario, struct model_aim *aim,
			      uint64_t must_finish, const struct teeq_schedule *schedule,
			      struct candidate *best, struct teeq_shrunk *shrunk,
			      struct teeq_error *error)
{
	enum teeq_status status = teeq_model_new(scenario, aim->aim.policy, &best->model, error);

	if (status == TEEQ_OK)
		status = asked_client_of(scenario, best->model, must_finish, &aim->aim.client,
					 error);
	if (status == TEEQ_OK)
		status = shrink_scenario_replay(best->model, aim->aim.client, schedule,
						&shrunk->before, &aim->orphans, error);
	if (status != TEEQ_OK)
		return status;
	aim->aim.verdict = shrunk->before.verdict;
	aim->violation = shrunk->before.violation;
	best->tables = leave_out_copy(scenario, &aim->aim);
	if (!best->tables)
		return TEEQ_ENOMEM;
	status = shrink_about(best->model, schedule, must_finish, &best->schedule, error);
	shrunk->rough = status == TEEQ_ELIMIT;
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	return shrink_scenario_replay(best->model, aim->aim.client, &best->schedule, &best->end,
				      &aim->orphans, error);
}

static void hand_over(struct candidate *best, struct teeq_shrunk *shrunk)
{
	shrunk->scenario = &best->tables->scenario;
	shrunk->model = best->model;
	shrunk->schedule = best->schedule;
	shrunk->end = best->end;
	memset(best, 0, sizeof(*best));
}

static enum teeq_status shrink_scenario_conclude(struct teeq_shrunk *shrunk, bool searched,
						 enum teeq_status status, struct teeq_error *error)
{
	if (status == TEEQ_ENOMEM)
		error_nomem(error);
	if (status != TEEQ_OK) {
		teeq_shrunk_free(shrunk);
		return status;
	}
	if (shrunk->rough)
		return error_set(error, TEEQ_ELIMIT, "schedule",
				 "it is too long to be shrunk step by step");
	if (searched && shrunk->shortest == 0)
		return error_set(error, TEEQ_ELIMIT, "schedule",
				 "whether there is a shorter one is not decided");
	return TEEQ_OK;
}

enum teeq_status teeq_shrink_scenario(const struct teeq_scenario *scenario,
				      const struct teeq_policy *policy,
				      const struct teeq_schedule *schedule, bool clients,
				      const struct teeq_explore_options *search,
				      struct teeq_shrunk *shrunk, struct teeq_error *error)
{
	if (!scenario || !policy || !schedule || !shrunk)
		return error_null(error, "scenario, policy, schedule, shrunk");

	struct model_aim aim = { .aim = { .policy = policy, .attempt = shrink_scenario_attempt } };
	struct candidate best = { 0 };
	enum teeq_status status;

	memset(shrunk, 0, sizeof(*shrunk));
	status = start(scenario, &aim, search ? search->must_finish : 0, schedule, &best, shrunk,
		       error);
	if (status == TEEQ_OK && clients)
		status = leave_out(&best, &aim.aim, &shrunk->left_out);
	if (status == TEEQ_OK && shrunk->left_out)
		status = shrink_again(&best, aim.aim.client, error);
	if (status == TEEQ_OK)
		hand_over(&best, shrunk);
	leave_out_free(&best);
	if (status == TEEQ_OK && search)
		status = compare_with_shortest(search, aim.aim.client, shrunk, error);
	return shrink_scenario_conclude(shrunk, search != NULL, status, error);
}

void teeq_shrunk_free(struct teeq_shrunk *shrunk)
{
	if (!shrunk)
		return;
	free(shrunk->scenario);
	teeq_model_free(shrunk->model);
	teeq_schedule_free(&shrunk->schedule);
	memset(shrunk, 0, sizeof(*shrunk));
}
