/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_JUDGE_H
#define TESTS_EXPLORE_JUDGE_H

#include <inttypes.h>

#include "story.h"
#include "teeq/explore.h"

/* What is being judged, for the message of a test that fails: "seed 17 mainline without 8 all". */
struct subject {
	char text[160];
};

static inline struct subject subject_of(uint64_t seed, const struct teeq_model *model,
					const struct teeq_explore_options *options)
{
	struct subject subject;
	char without[32] = "";

	if (options->without)
		snprintf(without, sizeof(without), " without %" PRIu32, options->without);
	snprintf(subject.text, sizeof(subject.text),
		 "seed %" PRIu64 " %s%s%s%s%s%s, %u workers", seed,
		 teeq_model_policy(model)->name, options->no_symmetry ? " no-symmetry" : "",
		 options->no_reduction ? " no-reduction" : "", without, options->exact ? " exact" : "",
		 options->all ? " all" : "", options->workers ? options->workers : 1);
	return subject;
}

static inline void expect_equal(const struct subject *subject, const char *what, uint64_t found,
				uint64_t wanted)
{
	if (found != wanted)
		fail_msg("%s: %s: found %" PRIu64 ", expected %" PRIu64, subject->text, what, found,
			 wanted);
}
#define expect_equal(...) FROM(expect_equal(__VA_ARGS__))

static inline void expect_status(const struct subject *subject, enum teeq_status found,
				 enum teeq_status wanted, const struct teeq_error *error)
{
	if (found != wanted)
		fail_msg("%s: found status %d (%s), expected %d", subject->text, (int)found,
			 found == TEEQ_OK ? "" : error->text, (int)wanted);
}
#define expect_status(...) FROM(expect_status(__VA_ARGS__))

/* Explore to the end. The result's schedule is the caller's. */
static inline struct teeq_explore_result explore(const struct subject *subject,
						 const struct teeq_model *model,
						 const struct teeq_explore_options *options)
{
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	expect_status(subject, teeq_explore(model, options, &result, &error), TEEQ_OK, &error);
	return result;
}
#define explore(...) FROM(explore(__VA_ARGS__))

/* Whether both explorations came to the same: all but what they took. */
static inline void expect_same_result(const struct subject *subject,
				      const struct teeq_model *model,
				      const struct teeq_explore_result *found,
				      const struct teeq_explore_result *wanted)
{
	char *ours = teeq_schedule_print(model, &found->schedule);
	char *theirs = teeq_schedule_print(model, &wanted->schedule);

	expect_equal(subject, "verdict", found->verdict, wanted->verdict);
	expect_equal(subject, "exhausted", found->exhausted, wanted->exhausted);
	expect_equal(subject, "states", found->states, wanted->states);
	expect_equal(subject, "actions", found->actions, wanted->actions);
	expect_equal(subject, "depth", found->depth, wanted->depth);
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		expect_equal(subject, teeq_verdict_name(v), found->count[v], wanted->count[v]);
	expect_equal(subject, "stranded", found->stranded, wanted->stranded);
	expect_equal(subject, "stranded stretch", found->stranded_stretch,
		     wanted->stranded_stretch);
	if (!ours || !theirs || strcmp(ours, theirs) != 0)
		fail_msg("%s: found schedule %s, expected %s", subject->text, ours, theirs);
	free(ours);
	free(theirs);
}
#define expect_same_result(...) FROM(expect_same_result(__VA_ARGS__))

/*
 * The same of what process @rank of several found; where a livelock
 * leads is known to the first only.
 */
static inline void expect_same_together(const struct subject *subject,
					const struct teeq_model *model,
					const struct teeq_explore_result *found,
					const struct teeq_explore_result *alone, unsigned int rank)
{
	struct teeq_explore_result wanted = *alone;

	if (wanted.cycle && rank > 0)
		wanted.schedule = (struct teeq_schedule){ 0 };
	expect_same_result(subject, model, found, &wanted);
	expect_equal(subject, "shortest", found->shortest, wanted.shortest);
	expect_equal(subject, "cycle", found->cycle, wanted.cycle);
	assert_true(found->missed_probability == wanted.missed_probability);
	assert_true(found->violation == wanted.violation);
}
#define expect_same_together(...) FROM(expect_same_together(__VA_ARGS__))

/*
 * Make the choices of @schedule, which must fit, all of them, and lead to @verdict. @start: where
 * they begin; NULL: in the initial state.
 */
static inline void expect_replay(const struct subject *subject, const struct teeq_model *model,
				 const struct teeq_world *start,
				 const struct teeq_schedule *schedule, enum teeq_verdict verdict)
{
	const struct teeq_run_options options = { .strategy = NULL };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_error error = { .text = "" };
	struct teeq_result run;

	assert_non_null(world);
	if (start)
		teeq_world_copy(model, world, start);
	expect_status(subject, teeq_replay(model, world, schedule, &options, &run, &error), TEEQ_OK,
		      &error);
	expect_equal(subject, "verdict of the replay", run.verdict, verdict);
	expect_equal(subject, "steps of the replay", run.steps, schedule->count);
	teeq_world_free(world);
}
#define expect_replay(...) FROM(expect_replay(__VA_ARGS__))

/* The same after it was printed and parsed again. */
static inline void expect_text_replay(const struct subject *subject,
				      const struct teeq_model *model,
				      const struct teeq_world *start,
				      const struct teeq_schedule *schedule,
				      enum teeq_verdict verdict)
{
	struct teeq_schedule parsed = { .tasks = NULL };
	struct teeq_error error = { .text = "" };
	char *text = teeq_schedule_print(model, schedule);

	assert_non_null(text);
	expect_status(subject, teeq_schedule_parse(model, text, &parsed, &error), TEEQ_OK, &error);
	expect_equal(subject, "choices after parsing", parsed.count, schedule->count);
	expect_replay(subject, model, start, &parsed, verdict);
	teeq_schedule_free(&parsed);
	free(text);
}
#define expect_text_replay(...) FROM(expect_text_replay(__VA_ARGS__))

/* A budget must end it, and nothing may be claimed that was not seen. */
static inline struct teeq_explore_result expect_limit(const struct teeq_model *model,
						      const struct teeq_explore_options *options)
{
	struct subject subject = subject_of(0, model, options);
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	expect_status(&subject, teeq_explore(model, options, &result, &error), TEEQ_ELIMIT, &error);
	assert_false(result.exhausted);
	assert_int_not_equal(result.verdict, TEEQ_VERDICT_DONE);
	if (result.verdict == TEEQ_VERDICT_LIMIT)
		assert_int_equal(result.schedule.count, 0);
	else
		expect_replay(&subject, model, NULL, &result.schedule, result.verdict);
	return result;
}
#define expect_limit(...) FROM(expect_limit(__VA_ARGS__))

#endif
