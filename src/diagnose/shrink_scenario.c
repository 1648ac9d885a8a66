/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "diagnose/searches.h"
#include "explore/shrink.h"
#include "teeq/report.h"

/* What a smaller scenario must still come to. */
struct aim {
	const struct teeq_policy *policy;
	enum teeq_verdict verdict;
	const char *violation;
	size_t orphans;
};

/*
 * Tables of which some clients and faults may have been left out: @clients, @faults and @expect are
 * the scenario's own, the rest is that of the scenario that they come from.
 */
struct tables {
	struct teeq_scenario scenario; /* first: who frees the one frees the other */
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_fault_spec faults[TEEQ_FAULT_MAX];
	struct teeq_expect_spec expect;
};

/* A scenario, and a schedule of it that fails. */
struct candidate {
	struct tables *tables;
	struct teeq_model *model;
	struct teeq_schedule schedule;
	struct teeq_result end;
};

static void candidate_free(struct candidate *candidate)
{
	free(candidate->tables);
	teeq_model_free(candidate->model);
	teeq_schedule_free(&candidate->schedule);
	memset(candidate, 0, sizeof(*candidate));
}

/* ----------------------------------------- tables --------------------------------------------- */

/* NULL: no memory. */
static struct tables *copy_tables(const struct teeq_scenario *from, const struct aim *aim)
{
	struct tables *to = calloc(1, sizeof(*to));

	if (!to)
		return NULL;
	to->scenario = *from;
	for (size_t i = 0; i < from->client_count; i++)
		to->clients[i] = from->clients[i];
	for (size_t i = 0; i < from->fault_count; i++)
		to->faults[i] = from->faults[i];
	to->expect.policy = aim->policy->name;
	to->expect.verdict = aim->verdict;
	to->scenario.clients = to->clients;
	to->scenario.faults = to->faults;
	to->scenario.expects = &to->expect;
	to->scenario.expect_count = 1;
	return to;
}

static uint32_t client_task_count(const struct teeq_client_spec *client)
{
	return client->count > 0 ? client->count : 1;
}

static void drop_of_client(struct tables *tables, size_t i)
{
	tables->clients[i].count = client_task_count(&tables->clients[i]) - 1;
	if (tables->clients[i].count > 0)
		return;
	tables->scenario.client_count--;
	memmove(&tables->clients[i], &tables->clients[i + 1],
		(tables->scenario.client_count - i) * sizeof(tables->clients[0]));
}

static bool drop_fault(struct tables *tables, const char *name)
{
	size_t i = 0;

	while (i < tables->scenario.fault_count && strcmp(tables->faults[i].name, name) != 0)
		i++;
	if (i == tables->scenario.fault_count)
		return false;
	tables->scenario.fault_count--;
	memmove(&tables->faults[i], &tables->faults[i + 1],
		(tables->scenario.fault_count - i) * sizeof(tables->faults[0]));
	return true;
}

/*
 * Tasks are numbered client by client. Behind them are the faults, and what is part of the machine
 * (tee-supplicant, the interrupt thread) and stays: false.
 */
static bool drop_task(struct tables *tables, unsigned int task, const char *name)
{
	for (size_t i = 0; i < tables->scenario.client_count; i++) {
		if (task < client_task_count(&tables->clients[i])) {
			drop_of_client(tables, i);
			return true;
		}
		task -= client_task_count(&tables->clients[i]);
	}
	return drop_fault(tables, name);
}

/* ----------------------------------------- one trial ------------------------------------------ */

/* The choices of the others, by their new numbers. */
static enum teeq_status map_schedule(const struct teeq_schedule *from, unsigned int dropped,
				     struct teeq_schedule *to)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = 0; i < from->count && status == TEEQ_OK; i++)
		if (from->tasks[i] != dropped)
			status = teeq_schedule_add(
				to, from->tasks[i] - (from->tasks[i] > dropped ? 1u : 0u));
	return status;
}

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

/* How a schedule ends. */
static enum teeq_status shrink_scenario_replay(const struct teeq_model *model,
					       const struct teeq_schedule *schedule,
					       struct teeq_result *end, size_t *orphans,
					       struct teeq_error *error)
{
	struct teeq_run_options options = { .seed = 0 };
	struct teeq_world *world = teeq_world_new(model);
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = teeq_replay(model, world, schedule, &options, end, error);
	if (status == TEEQ_OK)
		status = count_orphans(model, world, orphans);
	teeq_world_free(world);
	return status;
}

static bool is_met(const struct aim *aim, const struct teeq_result *end, size_t orphans)
{
	if (end->verdict != aim->verdict || orphans > aim->orphans)
		return false;
	return !aim->violation || strcmp(aim->violation, end->violation) == 0;
}

/* *@good: it fails as it did, without that task. */
static enum teeq_status try_without(const struct candidate *best, const struct aim *aim,
				    unsigned int task, struct candidate *tried, bool *good)
{
	struct teeq_schedule wish = { 0 };
	enum teeq_verdict verdict = TEEQ_VERDICT_LIMIT;
	enum teeq_status status;
	size_t orphans = 0;

	*good = false;
	tried->tables = copy_tables(&best->tables->scenario, aim);
	if (!tried->tables)
		return TEEQ_ENOMEM;
	if (!drop_task(tried->tables, task, teeq_model_task_name(best->model, task)))
		return TEEQ_OK;
	status = teeq_model_new(&tried->tables->scenario, aim->policy, &tried->model, NULL);
	if (status != TEEQ_OK)
		return status == TEEQ_EINPUT ? TEEQ_OK : status;
	/* Where more went with it, nobody would know the others' numbers. */
	if (teeq_model_task_count(tried->model) + 1 != teeq_model_task_count(best->model))
		return TEEQ_OK;
	status = map_schedule(&best->schedule, task, &wish);
	if (status == TEEQ_OK)
		status = shrink_follow(tried->model, &wish, &tried->schedule, &verdict);
	teeq_schedule_free(&wish);
	if (status != TEEQ_OK || verdict != aim->verdict)
		return status;
	status =
		shrink_scenario_replay(tried->model, &tried->schedule, &tried->end, &orphans, NULL);
	*good = status == TEEQ_OK && is_met(aim, &tried->end, orphans);
	return status;
}

/* --------------------------------------- all of them ------------------------------------------ */

static void shrink_scenario_take(struct candidate *best, struct candidate *by)
{
	candidate_free(best);
	*best = *by;
	memset(by, 0, sizeof(*by));
}

/* The number among the original tasks of what is now task @task. */
static unsigned int original_task(uint64_t left_out, unsigned int task)
{
	unsigned int number = 0;

	for (;; number++) {
		if (left_out >> number & 1)
			continue;
		if (task-- == 0)
			return number;
	}
}

/* One round over all tasks, from the last. */
static enum teeq_status drop_round(struct candidate *best, const struct aim *aim,
				   uint64_t *left_out, bool *dropped)
{
	unsigned int task = (unsigned int)teeq_model_task_count(best->model);
	enum teeq_status status = TEEQ_OK;

	*dropped = false;
	while (status == TEEQ_OK && task-- > 0) {
		struct candidate tried = { 0 };
		bool good = false;

		status = try_without(best, aim, task, &tried, &good);
		if (good) {
			*left_out |= UINT64_C(1) << original_task(*left_out, task);
			*dropped = true;
			shrink_scenario_take(best, &tried);
		}
		candidate_free(&tried);
	}
	return status;
}

static enum teeq_status leave_out(struct candidate *best, const struct aim *aim, uint64_t *left_out)
{
	enum teeq_status status = TEEQ_OK;
	bool dropped = true;

	while (status == TEEQ_OK && dropped)
		status = drop_round(best, aim, left_out, &dropped);
	return status;
}

static enum teeq_status shrink_again(struct candidate *best, struct teeq_error *error)
{
	struct teeq_schedule shrunk = { 0 };
	enum teeq_status status;
	size_t orphans;

	if (!shrink_is_short(&best->schedule))
		return TEEQ_OK;
	status = shrink_runs(best->model, &best->schedule, &shrunk, error);
	if (status != TEEQ_OK)
		return status;
	teeq_schedule_free(&best->schedule);
	best->schedule = shrunk;
	return shrink_scenario_replay(best->model, &best->schedule, &best->end, &orphans, error);
}

static enum teeq_status compare_with_shortest(const struct teeq_explore_options *options,
					      struct teeq_shrunk *shrunk, struct teeq_error *error)
{
	enum teeq_verdict verdict = shrunk->end.verdict;
	struct teeq_explore_result found;
	struct searches searches;
	enum teeq_status status;

	searches_start(&searches, options);
	if (!searches_may_go_on(&searches))
		return TEEQ_OK;
	searches.options.goal = 1u << verdict;
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
static enum teeq_status start(const struct teeq_scenario *scenario, struct aim *aim,
			      const struct teeq_schedule *schedule, struct candidate *best,
			      struct teeq_shrunk *shrunk, struct teeq_error *error)
{
	enum teeq_status status = teeq_model_new(scenario, aim->policy, &best->model, error);

	if (status == TEEQ_OK)
		status = shrink_scenario_replay(best->model, schedule, &shrunk->before,
						&aim->orphans, error);
	if (status != TEEQ_OK)
		return status;
	aim->verdict = shrunk->before.verdict;
	aim->violation = shrunk->before.violation;
	best->tables = copy_tables(scenario, aim);
	if (!best->tables)
		return TEEQ_ENOMEM;
	status = teeq_shrink(best->model, schedule, &best->schedule, error);
	shrunk->rough = status == TEEQ_ELIMIT;
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return status;
	return shrink_scenario_replay(best->model, &best->schedule, &best->end, &aim->orphans,
				      error);
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

	struct aim aim = { .policy = policy };
	struct candidate best = { 0 };
	enum teeq_status status;

	memset(shrunk, 0, sizeof(*shrunk));
	status = start(scenario, &aim, schedule, &best, shrunk, error);
	if (status == TEEQ_OK && clients)
		status = leave_out(&best, &aim, &shrunk->left_out);
	if (status == TEEQ_OK && shrunk->left_out)
		status = shrink_again(&best, error);
	if (status == TEEQ_OK)
		hand_over(&best, shrunk);
	candidate_free(&best);
	if (status == TEEQ_OK && search)
		status = compare_with_shortest(search, shrunk, error);
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
