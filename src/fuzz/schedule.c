/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "fuzz/finding.h"
#include "fuzz/mistaken.h"
#include "teeq/fuzz.h"
#include "teeq/report.h"
#include "teeq/world.h"

enum {
	FUZZ_STEPS = 1200
};

struct teeq_fuzz_board {
	struct teeq_test_scenario scenario;
	struct teeq_scenario_file *file; /* NULL: the tables are the caller's */
	const struct teeq_scenario *tables;
	struct teeq_model *model;
	struct teeq_world *world;
	struct teeq_world *again;
};

/* One schedule, and what was found in it. */
struct play {
	const struct teeq_fuzz_board *board;
	const struct teeq_model *model;
	struct teeq_world *world;
	struct teeq_schedule schedule;
	struct finding finding;
	FILE *nowhere; /* reports are made, and thrown away */
};

/* ------------------------------------------ boards -------------------------------------------- */

static enum teeq_status fill_board(struct teeq_fuzz_board *board, struct asked *asked)
{
	board->scenario = asked->scenario;
	board->file = asked->file;
	board->tables = asked->tables;
	board->model = asked->model;
	asked->file = NULL;
	asked->model = NULL;
	board->world = teeq_world_new(board->model);
	board->again = teeq_world_new(board->model);
	return board->world && board->again ? TEEQ_OK : TEEQ_ENOMEM;
}

static enum teeq_status make_board(struct asked *asked, const struct teeq_policy *policy,
				   struct teeq_fuzz_board **to)
{
	enum teeq_status status = tell_tables(asked);

	if (status == TEEQ_OK && !policy)
		status = error_null(&asked->error, "policy");
	if (status == TEEQ_OK)
		status = teeq_model_new(asked->tables, policy, &asked->model, &asked->error);
	if (status != TEEQ_OK)
		return status;
	*to = calloc(1, sizeof(**to));
	return *to ? fill_board(*to, asked) : TEEQ_ENOMEM;
}

struct teeq_test_answer teeq_fuzz_board_new(struct teeq_test_scenario scenario,
					    const struct teeq_policy *policy,
					    struct teeq_fuzz_board **to)
{
	struct teeq_fuzz_board *board = NULL;
	enum teeq_status status;
	struct asked asked;

	if (to)
		*to = NULL;
	if (!tell_start(&asked, scenario))
		return (struct teeq_test_answer){ TEEQ_TEST_BAD, NULL };
	status = to ? make_board(&asked, policy, &board) : error_null(&asked.error, "to");
	if (status == TEEQ_OK) {
		*to = board;
		return tell_answer(&asked, TEEQ_TEST_HOLDS);
	}
	teeq_fuzz_board_free(board);
	return tell_answer(&asked, tell_bad(&asked, status));
}

void teeq_fuzz_board_free(struct teeq_fuzz_board *board)
{
	if (!board)
		return;
	teeq_world_free(board->again);
	teeq_world_free(board->world);
	teeq_model_free(board->model);
	teeq_scenario_free(board->file);
	free(board);
}

/* --------------------------------------- after each step -------------------------------------- */

static bool play_step(struct play *play, unsigned int task)
{
	struct teeq_event event;
	const char *broken;

	if (teeq_schedule_add(&play->schedule, task) != TEEQ_OK)
		return finding_no_memory(&play->finding);
	if (teeq_world_step(play->model, play->world, task, &event) != TEEQ_OK)
		return finding_note(&play->finding, "a task that is enabled does not move");
	teeq_trace_event(play->model, &event, play->nowhere);
	broken = teeq_world_check(play->model, play->world);
	if (broken && !is_mistaken(play->world))
		return finding_note(&play->finding, broken);
	return !broken;
}

/* ----------------------------------------- in the end ----------------------------------------- */

static void look_around(struct play *play)
{
	const struct teeq_model *model = play->model;
	struct teeq_context_view context;
	struct teeq_task_view task;
	struct teeq_call_view call;

	for (unsigned int i = 0; i < teeq_model_task_count(model); i++) {
		teeq_world_task(model, play->world, i, &task);
		if (task.enabled != (teeq_world_enabled(model, play->world) >> i & 1))
			finding_note(&play->finding,
				     "a task can move, or not, depending on whom one asks");
		for (unsigned int level = 0; level <= task.level; level++)
			teeq_world_call(model, play->world, i, level, &call);
	}
	for (unsigned int i = 0; i < teeq_model_thread_count(model); i++) {
		teeq_world_context(model, play->world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE && context.owned)
			finding_note(&play->finding, "a free thread has an owner");
	}
}

static void check_verdict(struct play *play, enum teeq_fuzz_end end)
{
	enum teeq_verdict verdict = teeq_world_verdict(play->model, play->world);

	if (verdict == TEEQ_VERDICT_LIMIT || verdict == TEEQ_VERDICT_DONE)
		return;
	if (end == TEEQ_FUZZ_FINISHES)
		finding_note(&play->finding, "it ends badly, and is said to end well always");
	if (end == TEEQ_FUZZ_NO_LOST_WAKEUP && verdict == TEEQ_VERDICT_LOST_WAKEUP)
		finding_note(&play->finding, "a wake-up is lost, and is said not to be");
}

static void make_again(struct play *play, const char *text, struct teeq_schedule *schedule)
{
	const struct teeq_run_options options = { .step_max = 2 * FUZZ_STEPS };
	const struct teeq_model *model = play->model;
	struct teeq_world *again = play->board->again;
	struct teeq_result result;

	teeq_world_reset(model, again);
	if (teeq_schedule_parse(model, text, schedule, NULL) != TEEQ_OK ||
	    schedule->count != play->schedule.count)
		finding_note(&play->finding, "the choices that were made cannot be read again");
	else if (teeq_replay(model, again, schedule, &options, &result, NULL) != TEEQ_OK)
		finding_note(&play->finding, "the choices that were made cannot be made again");
	else if (memcmp(again, play->world, teeq_world_size(model)) != 0)
		finding_note(&play->finding, "the same choices lead elsewhere");
	else if (teeq_report_print(model, again, &result, "teeq replay", play->nowhere) != TEEQ_OK)
		finding_note(&play->finding, "there is no report");
}

static void check_replay(struct play *play)
{
	char *text = teeq_schedule_print(play->model, &play->schedule);
	struct teeq_schedule schedule = { 0 };

	if (text)
		make_again(play, text, &schedule);
	else
		finding_no_memory(&play->finding);
	teeq_schedule_free(&schedule);
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
static unsigned int task_behind(uint64_t tasks, unsigned int last)
{
	uint64_t behind = last < 63 ? tasks & ~((UINT64_C(2) << last) - 1) : 0;

	return (unsigned int)__builtin_ctzll(behind ? behind : tasks);
}

static void play_choices(struct play *play, const uint8_t *choices, size_t count)
{
	unsigned int last = 0;
	uint64_t enabled;

	for (size_t step = 0; step < FUZZ_STEPS; step++) {
		enabled = teeq_world_enabled(play->model, play->world);
		if (!enabled)
			return;
		last = step < count ? nth_task(enabled, choices[step]) : task_behind(enabled, last);
		if (!play_step(play, last))
			return;
	}
}

static void play_and_judge(struct play *play, enum teeq_fuzz_end end, const uint8_t *choices,
			   size_t count)
{
	teeq_world_reset(play->model, play->world);
	play_choices(play, choices, count);
	look_around(play);
	check_verdict(play, end);
	check_replay(play);
}

struct teeq_test_answer teeq_fuzz_schedule(struct teeq_fuzz_board *board, enum teeq_fuzz_end end,
					   const uint8_t *choices, size_t count)
{
	struct play play = { .board = board };
	struct teeq_test_answer answer;

	if (!board || (!choices && count > 0)) {
		error_null(&play.finding.error, "board, choices");
		return finding_answer(&play.finding, teeq_test_tables(NULL), NULL, NULL, NULL);
	}
	play.model = board->model;
	play.world = board->world;
	play.nowhere = fopen("/dev/null", "w");
	if (play.nowhere) {
		play_and_judge(&play, end, choices, count);
		fclose(play.nowhere);
	} else {
		finding_no_memory(&play.finding);
	}
	answer = finding_answer(&play.finding, board->scenario, board->tables, board->model,
				&play.schedule);
	teeq_schedule_free(&play.schedule);
	return answer;
}
