/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORIES_SECURE_STORY_H
#define STORIES_SECURE_STORY_H

#include "stories/yaml_story.h"

#include "teeq/report.h"
#include "teeq/scenario.h"

/* What the stories of the secure world share. */

/* Two steps that begin almost every call, and the one that goes on behind an RPC. */
#define CALLS(task) task ":enter/admitted " task ":smc/taken "
#define RESUMES(task) task ":smc/resumed "
#define LEAVES(task) task ":secure/exit " task ":leave "
/* Sleeps for a secure lock, or tells who does; and is told. */
#define SLEEPS(task) task ":secure/rpc " task ":notif-wait/must-wait "
#define TELLS(task) task ":secure/rpc " task ":notif-send " RESUMES(task)
#define IS_TOLD(task) task ":notif-wake/ok " RESUMES(task)

/* The thread contexts: F free, A active, S suspended. */
static inline const char *story_contexts(struct story *s)
{
	size_t count = teeq_model_thread_count(s->model);

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view view;

		teeq_world_context(s->model, s->world, i, &view);
		s->text[i] = "FAS"[view.state];
	}
	s->text[count] = '\0';
	return s->text;
}

/* The key that the last action was about, as the RPC names it. */
static inline unsigned int story_key(const struct story *s)
{
	return teeq_model_notification_key(s->model, s->event.object);
}

/* @schedule, written and read again, leads to @verdict once more. */
static inline void replay_ends(const struct teeq_model *model, const struct teeq_schedule *schedule,
			       enum teeq_verdict verdict)
{
	struct teeq_run_options options = { .strategy = NULL };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_schedule read = { 0 };
	struct teeq_error error;
	struct teeq_result result;
	char *text = teeq_schedule_print(model, schedule);

	assert_non_null(text);
	assert_int_equal(teeq_schedule_parse(model, text, &read, &error), TEEQ_OK);
	assert_int_equal(teeq_replay(model, world, &read, &options, &result, &error), TEEQ_OK);
	assert_int_equal(result.verdict, verdict);
	teeq_schedule_free(&read);
	teeq_world_free(world);
	free(text);
}
#define replay_ends(...) FROM(replay_ends(__VA_ARGS__))

/*
 * The verdict of an exhaustive search. Done twice, with everything that makes a search smaller and
 * with nothing of it; the counterexample, if there is one, replays.
 */
static inline enum teeq_verdict yaml_explore(const char *yaml, const char *policy)
{
	struct teeq_explore_options options = { .all = true };
	struct teeq_model *model = yaml_model(yaml, policy);
	struct teeq_explore_result small, full;
	struct teeq_error error;

	assert_int_equal(teeq_explore(model, &options, &small, &error), TEEQ_OK);
	options.no_symmetry = options.no_reduction = options.exact = true;
	assert_int_equal(teeq_explore(model, &options, &full, &error), TEEQ_OK);
	assert_true(small.exhausted && full.exhausted);
	assert_int_equal(small.verdict, full.verdict);
	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		assert_int_equal(small.count[i] > 0, full.count[i] > 0);
	if (small.verdict != TEEQ_VERDICT_DONE)
		replay_ends(model, &small.schedule, small.verdict);
	teeq_schedule_free(&small.schedule);
	teeq_schedule_free(&full.schedule);
	teeq_model_free(model);
	return small.verdict;
}
#define yaml_explore(...) FROM(yaml_explore(__VA_ARGS__))

/* How @count random runs from seed 0 end. */
static inline struct teeq_tally yaml_tally(const char *yaml, const char *policy, uint64_t count)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random };
	struct teeq_model *model = yaml_model(yaml, policy);
	struct teeq_tally tally;
	enum teeq_status status;

	status = teeq_run_many(model, &options, count, 0, &tally);
	assert_int_equal(status, tally.count[TEEQ_VERDICT_LIMIT] ? TEEQ_ELIMIT : TEEQ_OK);
	teeq_model_free(model);
	return tally;
}
#define yaml_tally(...) FROM(yaml_tally(__VA_ARGS__))

/* What @task waits for; "" where that is nothing. */
static inline const char *story_why(struct story *s, unsigned int task)
{
	struct teeq_wait_graph graph = { .edges = NULL };

	assert_int_equal(teeq_wait_graph_new(s->model, s->world, &graph), TEEQ_OK);
	s->text[0] = '\0';
	for (size_t i = 0; i < graph.edge_count; i++)
		if (graph.edges[i].waiter == task)
			teeq_wait_edge_text(s->model, s->world, &graph.edges[i], s->text,
					    sizeof(s->text));
	teeq_wait_graph_free(&graph);
	return s->text;
}
#define story_why(...) FROM(story_why(__VA_ARGS__))

/* Why nothing moves: a line for each edge of the graph, and how many make up the cycle. */
static inline void assert_why(const struct story *s, const char *expected)
{
	struct teeq_wait_graph graph;
	char text[2048] = "", line[512];
	size_t length = 0;

	assert_int_equal(teeq_wait_graph_new(s->model, s->world, &graph), TEEQ_OK);
	for (size_t i = 0; i < graph.edge_count; i++) {
		teeq_wait_edge_text(s->model, s->world, &graph.edges[i], line, sizeof(line));
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s\n", line);
	}
	length += (size_t)snprintf(text + length, sizeof(text) - length, "cycle of %zu",
				   graph.cycle_count);
	assert_string_equal(text, expected);
	teeq_wait_graph_free(&graph);
}
#define assert_why(...) FROM(assert_why(__VA_ARGS__))

#endif
