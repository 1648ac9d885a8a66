/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The corpus by random schedules: what a file expects of a policy is met by some, or, where that is to end
 * well, none fails. That what files expect is so is shown by test_corpus.c.
 *
 * usage: test_corpus_random [PART PARTS]	every PARTS-th file, from PART on, which is less
 */
#include "story.h"

#include <glob.h>
#include <stdlib.h>

#include "teeq/explore.h"
#include "teeq/scenario.h"

/* For each file and policy, as many as are needed to see every fault; where code is slowed down, fewer. */
#ifdef NDEBUG
#define SEEDS 20000
#else
#define SEEDS 200
#endif

static size_t part, parts = 1;

static void sample(const struct teeq_scenario *scenario, const struct teeq_expect_spec *expect)
{
	struct teeq_model *model = story_model(scenario, expect->policy);
	/* What goes round for ever is cut. */
	const struct teeq_run_options options = {
		.strategy = &teeq_strategy_random, .seed = 1,
		.step_max = expect->verdict == TEEQ_VERDICT_LIVELOCK ? 1000 : 0,
		.must_finish = expect->client ? teeq_model_tasks_of(model, expect->client) : 0,
	};
	struct teeq_tally tally;
	enum teeq_status status;
	uint64_t failed;

	status = teeq_run_many(model, &options, SEEDS, TEEQ_GOAL_FAILURES, &tally);
	assert_int_equal(status, tally.count[TEEQ_VERDICT_LIMIT] ? TEEQ_ELIMIT : TEEQ_OK);
	failed = tally.runs - tally.count[TEEQ_VERDICT_DONE];
	if (expect->verdict == TEEQ_VERDICT_DONE && failed > 0)
		fail_msg("%s under %s: a random schedule fails", scenario->name, expect->policy);
	if (expect->verdict != TEEQ_VERDICT_DONE && failed == 0 && SEEDS >= 20000)
		fail_msg("%s under %s: none of %d random schedules fails", scenario->name,
			 expect->policy, SEEDS);
	teeq_model_free(model);
}
#define sample(...) FROM(sample(__VA_ARGS__))

static size_t sample_file(const char *path)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .text = "" };
	const struct teeq_scenario *scenario;
	size_t count;

	if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	scenario = teeq_scenario_tables(file);
	count = scenario->expect_count;
	for (size_t i = 0; i < count; i++)
		sample(scenario, &scenario->expects[i]);
	teeq_scenario_free(file);
	return count;
}
#define sample_file(...) FROM(sample_file(__VA_ARGS__))

static void test_random_schedules_agree(void **state)
{
	size_t expected = 0;
	glob_t found;

	(void)state;
	assert_int_equal(glob(TEEQ_SOURCE_DIR "/examples/scenarios/*.yaml", 0, NULL, &found), 0);
	for (size_t i = part; i < found.gl_pathc; i += parts)
		expected += sample_file(found.gl_pathv[i]);
	assert_true(found.gl_pathc > 100);
	assert_true(expected > 900 / parts);
	globfree(&found);
}

int main(int argc, char **argv)
{
	if (argc == 3) {
		part = strtoul(argv[1], NULL, 10);
		parts = strtoul(argv[2], NULL, 10);
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_schedules_agree),
	};

	if (part >= parts)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
