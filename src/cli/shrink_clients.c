/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/shrink.h"

#include <string.h>

#include <teeq/report.h>

/* What a smaller scenario must still come to. */
struct aim {
	const struct teeq_policy *policy;
	enum teeq_verdict verdict;
	const char *violation;
	size_t orphans;
};

void smaller_free(struct smaller *smaller)
{
	teeq_model_free(smaller->model);
	teeq_schedule_free(&smaller->schedule);
	memset(smaller, 0, sizeof(*smaller));
}

/* The pointers of the tables point into the struct itself. */
static void point_inside(struct smaller *smaller)
{
	smaller->tables.clients = smaller->clients;
	smaller->tables.faults = smaller->faults;
	smaller->tables.expects = &smaller->expect;
}

static void take_tables(struct smaller *to, const struct teeq_scenario *from, const struct aim *aim)
{
	to->tables = *from;
	memcpy(to->clients, from->clients, from->client_count * sizeof(to->clients[0]));
	for (size_t i = 0; i < from->fault_count; i++)
		to->faults[i] = from->faults[i];
	to->expect.policy = aim->policy->name;
	to->expect.verdict = aim->verdict;
	point_inside(to);
	to->tables.expect_count = 1;
}

static uint32_t task_count(const struct teeq_client_spec *client)
{
	return client->count > 0 ? client->count : 1;
}

static void drop_of_client(struct smaller *smaller, size_t i)
{
	smaller->clients[i].count = task_count(&smaller->clients[i]) - 1;
	if (smaller->clients[i].count > 0)
		return;
	smaller->tables.client_count--;
	memmove(&smaller->clients[i], &smaller->clients[i + 1],
		(smaller->tables.client_count - i) * sizeof(smaller->clients[0]));
}

static bool drop_fault(struct smaller *smaller, const char *name)
{
	size_t i = 0;

	while (i < smaller->tables.fault_count && strcmp(smaller->faults[i].name, name) != 0)
		i++;
	if (i == smaller->tables.fault_count)
		return false;
	smaller->tables.fault_count--;
	memmove(&smaller->faults[i], &smaller->faults[i + 1],
		(smaller->tables.fault_count - i) * sizeof(smaller->faults[0]));
	return true;
}

/*
 * Tasks are numbered client by client. Behind them are the faults, and what is part of the machine
 * (tee-supplicant, the interrupt thread) and stays: false.
 */
static bool drop_task(struct smaller *smaller, unsigned int task, const char *name)
{
	for (size_t i = 0; i < smaller->tables.client_count; i++) {
		if (task < task_count(&smaller->clients[i])) {
			drop_of_client(smaller, i);
			return true;
		}
		task -= task_count(&smaller->clients[i]);
	}
	return drop_fault(smaller, name);
}

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
	enum teeq_status status = teeq_wait_graph_build(model, world, &graph);

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
static enum teeq_status play(const struct teeq_model *model, const struct teeq_schedule *schedule,
			     struct teeq_result *end, size_t *orphans)
{
	struct teeq_run_options options = { .step_max = schedule->count };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_error error = { 0 };
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = teeq_replay(model, world, schedule, &options, end, &error);
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
static enum teeq_status try_without(const struct smaller *best, const struct aim *aim,
				    unsigned int task, struct smaller *tried, bool *good)
{
	struct teeq_schedule wish = { 0 };
	struct teeq_error error = { 0 };
	enum teeq_verdict verdict = TEEQ_VERDICT_LIMIT;
	enum teeq_status status;
	size_t orphans = 0;

	*good = false;
	take_tables(tried, &best->tables, aim);
	if (!drop_task(tried, task, teeq_model_task_name(best->model, task)))
		return TEEQ_OK;
	status = teeq_model_build(&tried->tables, aim->policy, &tried->model, &error);
	if (status != TEEQ_OK)
		return status == TEEQ_EINPUT ? TEEQ_OK : status;
	/* Where more went with it, nobody would know the others' numbers. */
	if (teeq_model_task_count(tried->model) + 1 != teeq_model_task_count(best->model))
		return TEEQ_OK;
	status = map_schedule(&best->schedule, task, &wish);
	if (status == TEEQ_OK)
		status = teeq_follow(tried->model, &wish, &tried->schedule, &verdict);
	teeq_schedule_free(&wish);
	if (status != TEEQ_OK || verdict != aim->verdict)
		return status;
	status = play(tried->model, &tried->schedule, &tried->end, &orphans);
	*good = status == TEEQ_OK && is_met(aim, &tried->end, orphans);
	return status;
}

static void replace(struct smaller *best, struct smaller *by)
{
	smaller_free(best);
	*best = *by;
	point_inside(best);
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
static enum teeq_status drop_round(struct smaller *best, const struct aim *aim, uint64_t *left_out,
				   bool *dropped)
{
	unsigned int task = (unsigned int)teeq_model_task_count(best->model);
	enum teeq_status status = TEEQ_OK;

	*dropped = false;
	while (status == TEEQ_OK && task-- > 0) {
		struct smaller tried = { 0 };
		bool good = false;

		status = try_without(best, aim, task, &tried, &good);
		if (good) {
			*left_out |= UINT64_C(1) << original_task(*left_out, task);
			*dropped = true;
			replace(best, &tried);
		}
		smaller_free(&tried);
	}
	return status;
}

int shrink_clients(const struct cli_case *c, const struct teeq_schedule *schedule,
		   const struct teeq_result *end, bool leave_out, struct smaller *smaller,
		   uint64_t *left_out)
{
	struct aim aim = { c->policy.policy, end->verdict, end->violation, 0 };
	struct teeq_error error = { 0 };
	bool dropped = leave_out;
	enum teeq_status status;

	*left_out = 0;
	take_tables(smaller, teeq_scenario_tables(c->file), &aim);
	status = teeq_model_build(&smaller->tables, aim.policy, &smaller->model, &error);
	if (status == TEEQ_OK)
		status = map_schedule(schedule, TEEQ_TASK_MAX, &smaller->schedule);
	if (status == TEEQ_OK)
		status = play(smaller->model, &smaller->schedule, &smaller->end, &aim.orphans);
	while (status == TEEQ_OK && dropped)
		status = drop_round(smaller, &aim, left_out, &dropped);
	return status == TEEQ_OK ? CLI_OK : cli_failed(c->path, status, &error);
}
