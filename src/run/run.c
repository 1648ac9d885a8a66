/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "model/world.h"
#include "run/event_hash.h"

#define STEPS_BETWEEN_QUESTIONS 4096

/* A run in progress: what it is given and how far it is. */
struct run {
	const struct teeq_model *model;
	struct teeq_world *world;
	const struct teeq_run_options *options;
	struct teeq_result *result;
	uint64_t enabled;
};

/* The verdict of a world, from what the caller has found out: what is broken, and who can move. */
static enum teeq_verdict run_verdict(const struct teeq_model *model, const struct teeq_world *world,
				     const char *violation, uint64_t enabled, uint64_t must_finish)
{
	uint64_t unfinished = teeq_world_unfinished(model, world);

	if (violation)
		return TEEQ_VERDICT_VIOLATION;
	if (enabled)
		return TEEQ_VERDICT_LIMIT;
	if (!(must_finish ? unfinished & must_finish : unfinished))
		return TEEQ_VERDICT_DONE;
	for (unsigned int i = 0; i < model->task_count; i++)
		if (teeq_world_sleeps_in_vain(model, world, i))
			return TEEQ_VERDICT_LOST_WAKEUP;
	/* Who polls runs, and changes nothing: it goes on like that for ever. */
	return world_spinning(model, world) ? TEEQ_VERDICT_LIVELOCK : TEEQ_VERDICT_DEADLOCK;
}

enum teeq_verdict teeq_world_verdict_of(const struct teeq_model *model,
					const struct teeq_world *world, uint64_t must_finish)
{
	if (!model || !world)
		return TEEQ_VERDICT_LIMIT;
	return run_verdict(model, world, teeq_world_check(model, world),
			   teeq_world_enabled(model, world), must_finish);
}

enum teeq_verdict teeq_world_verdict(const struct teeq_model *model, const struct teeq_world *world)
{
	return teeq_world_verdict_of(model, world, 0);
}

static uint64_t step_max(const struct teeq_run_options *options)
{
	return options->step_max ? options->step_max : TEEQ_STEP_MAX_DEFAULT;
}

/* One action of @task with everything that hangs on it. */
static enum teeq_status perform(struct run *run, unsigned int task)
{
	const struct teeq_run_options *options = run->options;
	struct teeq_result *result = run->result;
	struct teeq_event event;

	if (options->record && teeq_schedule_add(options->record, task) != TEEQ_OK)
		return TEEQ_ENOMEM;
	world_step(run->model, run->world, task, &event);
	event.step = result->steps++;
	result->event_hash = event_hash(result->event_hash, &event);
	if (options->on_event)
		options->on_event(options->argument, run->model, run->world, &event);
	result->violation = teeq_world_check(run->model, run->world);
	run->enabled = result->violation ? 0 : teeq_world_enabled(run->model, run->world);
	return TEEQ_OK;
}

/* What a failed check prints: the choices so far, which replay the bug. */
static void print_choices(const void *argument)
{
	const struct run *run = argument;
	char *text = NULL;

	if (run->options->record)
		text = teeq_schedule_print(run->model, run->options->record);
	if (text)
		fprintf(stderr, "teeq: the choices so far: %s\n", text);
	else
		fprintf(stderr, "teeq: scenario %s, policy %s, seed %" PRIu64 ", step %" PRIu64
			"\n", run->model->name, run->model->policy->name, run->options->seed,
			run->result->steps);
	free(text);
}

static struct check_note run_begin(struct run *run)
{
	*run->result = (struct teeq_result){ 0 };
	run->result->violation = teeq_world_check(run->model, run->world);
	run->enabled = run->result->violation ? 0 : teeq_world_enabled(run->model, run->world);
	return check_set_note((struct check_note){ print_choices, run });
}

static void end(struct run *run, struct check_note note)
{
	run->result->verdict = run_verdict(run->model, run->world, run->result->violation,
					   run->enabled, run->options->must_finish);
	check_set_note(note);
}

/*
 * Who may be chosen. The clock jumps to the next timer only when nothing else can move; faults,
 * which need not strike, do not count as something else. Of those whose time is over
 * at once, the more urgent keep others off their CPU.
 */
static uint64_t choices(struct run *run)
{
	const struct teeq_model *model = run->model;
	uint64_t timed = world_timed(model, run->world, run->enabled);
	uint64_t prompt = run->enabled & ~timed;
	uint64_t faults = 0;

	for (unsigned int i = 0; i < model->fault_count; i++)
		faults |= task_bit(model->first_fault + i);
	if (!timed || (prompt & ~faults))
		return prompt;
	prompt |= world_pass_time(model, run->world, timed);
	return prompt & teeq_world_enabled(model, run->world);
}

/* Asked every so many steps, as it may take long to ask. */
static bool is_stopped(const struct teeq_run_options *options, uint64_t steps)
{
	return options->keep_going &&
	       steps % STEPS_BETWEEN_QUESTIONS == STEPS_BETWEEN_QUESTIONS - 1 &&
	       !options->keep_going(options->argument);
}

enum teeq_status teeq_run(const struct teeq_model *model, struct teeq_world *world,
			  const struct teeq_run_options *options, struct teeq_result *result)
{
	if (!model || !world || !options || !result ||
	    !options->strategy || !options->strategy->start || !options->strategy->pick)
		return TEEQ_EINPUT;

	struct run run = { model, world, options, result, 0 };
	const struct teeq_strategy *strategy = options->strategy;
	struct teeq_strategy_state state = { { 0 } };
	struct check_note note = run_begin(&run);
	enum teeq_status status = TEEQ_OK;

	strategy->start(strategy, model, &state, options->seed);
	while (run.enabled && result->steps < step_max(options) && status == TEEQ_OK) {
		uint64_t enabled = model->uses & USES_TIME ? choices(&run) : run.enabled;
		int task = strategy->pick(strategy, &state, model, world, enabled);

		if (task < 0 || is_stopped(options, result->steps))
			break;
		CHECK(task < TEEQ_TASK_MAX && (enabled & task_bit((unsigned int)task)),
		      "strategy %s picks task %d, which cannot move", strategy->name, task);
		status = perform(&run, (unsigned int)task);
	}
	end(&run, note);
	return status == TEEQ_OK && result->verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : status;
}

/* ------------------------------------------ replay -------------------------------------------- */

static enum teeq_status misfit(const struct run *run, unsigned int task, struct teeq_error *error)
{
	struct text enabled = { 0 };
	char key[48];
	char *list;

	for (unsigned int i = 0; i < run->model->task_count; i++)
		if (run->enabled & task_bit(i))
			text_add(&enabled, "%s%s", enabled.size ? " " : "",
				 run->model->tasks[i].name);
	list = text_take(&enabled);
	snprintf(key, sizeof(key), "step %" PRIu64, run->result->steps);
	error_set(error, TEEQ_EMISMATCH, key, "the schedule moves %s, but it cannot move; enabled: "
		  "%s", task < run->model->task_count ? run->model->tasks[task].name :
							"a task that there is not",
		  list && *list ? list : "nobody");
	free(list);
	return TEEQ_EMISMATCH;
}

enum teeq_status teeq_replay(const struct teeq_model *model, struct teeq_world *world,
			     const struct teeq_schedule *schedule,
			     const struct teeq_run_options *options, struct teeq_result *result,
			     struct teeq_error *error)
{
	if (!model || !world || !schedule || !options || !result)
		return error_null(error, "model, world, schedule, options, result");

	struct run run = { model, world, options, result, 0 };
	struct check_note note = run_begin(&run);
	enum teeq_status status = TEEQ_OK;

	for (size_t i = 0; i < schedule->count && status == TEEQ_OK; i++) {
		if (result->violation)
			break;
		if (schedule->tasks[i] >= model->task_count ||
		    !(run.enabled & task_bit(schedule->tasks[i])))
			status = misfit(&run, schedule->tasks[i], error);
		else
			status = perform(&run, schedule->tasks[i]);
	}
	if (status == TEEQ_ENOMEM)
		error_nomem(error);
	end(&run, note);
	return status;
}
