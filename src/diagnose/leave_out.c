/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario without this client or that, for as long as what is left fails as it did. */
#include "diagnose/leave_out.h"

#include <stdlib.h>
#include <string.h>

/* ----------------------------------------- tables --------------------------------------------- */

struct tables *leave_out_copy(const struct teeq_scenario *from, const struct aim *aim)
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
	to->expect.client = aim->client;
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

void leave_out_free(struct candidate *candidate)
{
	free(candidate->tables);
	teeq_model_free(candidate->model);
	teeq_schedule_free(&candidate->schedule);
	memset(candidate, 0, sizeof(*candidate));
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

/* *@good: it fails as it did, without that task. */
static enum teeq_status try_without(const struct candidate *best, const struct aim *aim,
				    unsigned int task, struct candidate *tried, bool *good)
{
	struct teeq_schedule wish = { 0 };
	enum teeq_status status;

	*good = false;
	tried->tables = leave_out_copy(&best->tables->scenario, aim);
	if (!tried->tables)
		return TEEQ_ENOMEM;
	if (!drop_task(tried->tables, task, teeq_model_task_name(best->model, task)))
		return TEEQ_OK;
	status = teeq_model_new(&tried->tables->scenario, aim->policy, &tried->model, NULL);
	if (status != TEEQ_OK)
		return status == TEEQ_EINPUT ? TEEQ_OK : status;
	/*
	 * Where other tasks went with it, numbers of tasks before and after could not be told
	 * apart.
	 */
	if (teeq_model_task_count(tried->model) + 1 != teeq_model_task_count(best->model))
		return TEEQ_OK;
	status = map_schedule(&best->schedule, task, &wish);
	if (status == TEEQ_OK)
		status = aim->attempt(aim, tried, &wish, good);
	teeq_schedule_free(&wish);
	return status;
}

/* --------------------------------------- all of them ------------------------------------------ */

static void leave_out_take(struct candidate *best, struct candidate *by)
{
	leave_out_free(best);
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
			leave_out_take(best, &tried);
		}
		leave_out_free(&tried);
	}
	return status;
}

enum teeq_status leave_out(struct candidate *best, const struct aim *aim, uint64_t *left_out)
{
	enum teeq_status status = TEEQ_OK;
	bool dropped = true;

	while (status == TEEQ_OK && dropped)
		status = drop_round(best, aim, left_out, &dropped);
	return status;
}
