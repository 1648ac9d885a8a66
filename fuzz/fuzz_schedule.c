/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Choices for a scenario that the input names: after every step the invariants, and that each
 * reservation which is counted belongs to somebody; in the end, that the file's expectations are
 * right, that `repaired` lost no wake-up where no two guests take each other's threads, and that the
 * choices can be printed, read and made again.
 *
 * An input is the scenario's place in the list (two bytes), the policy, and then one byte for
 * each choice. When they are over, everybody moves in turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/callq.h"
#include "model/world.h"
#include "mutate.h"
#include "oracle.h"
#include "scenario_list.h"
#include "teeq/report.h"

enum { HEADER = 3, CHOICES = 250, STEPS = 1200 };

static const struct record_format format = { HEADER, 1, CHOICES };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct play {
	const struct listed_scenario *entry;
	const struct teeq_model *model;
	struct teeq_world *world;
	struct teeq_schedule schedule;
	FILE *nowhere; /* reports are made, and thrown away */
};

static _Noreturn void found_in(const struct play *play, const char *what)
{
	char *text = teeq_schedule_print(play->model, &play->schedule);

	fprintf(stderr, "finding: scenario %s: %s\n'%s'\n", play->entry->name, what,
		text ? text : "");
	abort();
}

/* --------------------------------------- after each step -------------------------------------- */

static void look_around(const struct play *play)
{
	const struct teeq_model *m = play->model;
	struct teeq_context_view context;
	struct teeq_task_view task;
	struct teeq_call_view call;

	for (unsigned int i = 0; i < m->task_count; i++) {
		teeq_world_task(m, play->world, i, &task);
		if (task.enabled != (teeq_world_enabled(m, play->world) >> i & 1))
			found_in(play, "a task can move, or not, depending on whom one asks");
		for (unsigned int level = 0; level <= task.level; level++)
			teeq_world_call(m, play->world, i, level, &call);
	}
	for (unsigned int i = 0; i < m->thread_count; i++) {
		teeq_world_context(m, play->world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE && context.owned)
			found_in(play, "a free thread has an owner");
	}
}

static bool perform(struct play *play, unsigned int task)
{
	struct teeq_event event;
	const char *broken;

	if (teeq_schedule_add(&play->schedule, task) != TEEQ_OK)
		abort();
	if (teeq_world_step(play->model, play->world, task, &event) != TEEQ_OK)
		found_in(play, "a task that is enabled does not move");
	teeq_trace_event(play->model, &event, play->nowhere);
	broken = teeq_world_check(play->model, play->world);
	if (broken && !is_mistaken(play->world))
		found_in(play, broken);
	return !broken;
}

/* ----------------------------------------- in the end ----------------------------------------- */

static void check_verdict(const struct play *play)
{
	const char *policy = play->model->policy->name;
	enum teeq_verdict expected = scenario_list_expects(play->entry, policy);
	enum teeq_verdict verdict = teeq_world_verdict(play->model, play->world);

	if (verdict == TEEQ_VERDICT_LIMIT || verdict == TEEQ_VERDICT_DONE)
		return;
	if (expected == TEEQ_VERDICT_DONE)
		found_in(play, "it ends badly, and is said to end well always");
	if (verdict == TEEQ_VERDICT_LOST_WAKEUP && strcmp(policy, "repaired") == 0 &&
	    teeq_model_guest_count(play->model) == 1)
		found_in(play, "repaired lost a wake-up");
}

static void check_replay(const struct play *play)
{
	const struct teeq_run_options options = { .step_max = 2 * STEPS };
	struct teeq_world *again = teeq_world_new(play->model);
	char *text = teeq_schedule_print(play->model, &play->schedule);
	struct teeq_schedule schedule = { 0 };
	struct teeq_result result;

	if (!again || !text)
		abort();
	if (teeq_schedule_parse(play->model, text, &schedule, NULL) != TEEQ_OK ||
	    schedule.count != play->schedule.count)
		found_in(play, "the choices that were made cannot be read again");
	if (teeq_replay(play->model, again, &schedule, &options, &result, NULL) != TEEQ_OK)
		found_in(play, "the choices that were made cannot be made again");
	if (memcmp(again, play->world, teeq_world_size(play->model)) != 0)
		found_in(play, "the same choices lead elsewhere");
	if (teeq_report_print(play->model, again, &result, "teeq replay", play->nowhere) != TEEQ_OK)
		found_in(play, "there is no report");
	teeq_schedule_free(&schedule);
	teeq_world_free(again);
	free(text);
}

/* -------------------------------------------- runs -------------------------------------------- */

static unsigned int nth_task(uint64_t tasks, unsigned int n)
{
	for (n %= (unsigned int)__builtin_popcountll(tasks); n > 0; n--)
		tasks &= tasks - 1;
	return (unsigned int)__builtin_ctzll(tasks);
}

/* The next after @last, round and round. */
static unsigned int next_task(uint64_t tasks, unsigned int last)
{
	uint64_t behind = last < 63 ? tasks & ~((UINT64_C(2) << last) - 1) : 0;

	return (unsigned int)__builtin_ctzll(behind ? behind : tasks);
}

static void run(struct play *play, const uint8_t *choices, size_t count)
{
	unsigned int last = 0;
	uint64_t enabled;

	for (size_t step = 0; step < STEPS; step++) {
		enabled = teeq_world_enabled(play->model, play->world);
		if (!enabled)
			return;
		last = step < count ? nth_task(enabled, choices[step]) : next_task(enabled, last);
		if (!perform(play, last))
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct play play;
	struct listed_scenario *entry;

	if (size < HEADER)
		return 0;
	if (!play.nowhere)
		play.nowhere = fopen("/dev/null", "w");
	entry = scenario_list_at((uint16_t)(data[0] | data[1] << 8));
	play.entry = entry;
	play.model = scenario_list_model(entry, data[2] % policy_count());
	play.world = teeq_world_new(play.model);
	if (!play.world || !play.nowhere)
		abort();
	run(&play, data + HEADER, size - HEADER);
	look_around(&play);
	check_verdict(&play);
	check_replay(&play);
	teeq_world_free(play.world);
	teeq_schedule_free(&play.schedule);
	return 0;
}
