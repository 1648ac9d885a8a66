/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/answers.h"

#include <stdlib.h>

#include "teeq/explore.h"
#include "teeq/report.h"
#include "teeq/test.h"

#define SCENARIOS TEEQ_SOURCE_DIR "/examples/scenarios/"
#define RPMB	  SCENARIOS "rpmb-scmi.yaml"

/* The same scenario as in rpmb-scmi.yaml, as a program says it. */
static const struct teeq_scenario board = {
	.name = "board",
	.thread_count = 2,
	TEEQ_LOCKS("emmc"),
	TEEQ_SESSIONS({ .name = "scmi", .system = true }),
	TEEQ_COMMANDS({ .name = "write", TEEQ_DO(TEEQ_RPC("rpmb")) }, { .name = "on" }),
	TEEQ_SERVICES({ .name = "rpmb",
			TEEQ_DO(TEEQ_LOCK("emmc"), TEEQ_CALL("on", "scmi"), TEEQ_UNLOCK("emmc")) }),
	TEEQ_CLIENTS({ .name = "app", .count = 2, TEEQ_DO(TEEQ_CALL("write", NULL)) }),
};

static void test_macros_pass(void **state)
{
	struct teeq_scenario here = board;

	TEEQ_ASSERT_NEVER_HANGS(RPMB, "mainline");
	TEEQ_ASSERT_NEVER_HANGS(&board, "mainline", .max_states = 1000, .workers = 2);
	TEEQ_ASSERT_NEVER_HANGS(&here, "repaired");
	TEEQ_ASSERT_HANGS(RPMB, "untracked", TEEQ_VERDICT_DEADLOCK);
	TEEQ_ASSERT_HANGS(&board, "untracked", TEEQ_VERDICT_DEADLOCK, .max_seconds = 100);
	TEEQ_ASSERT_HANGS(SCENARIOS "absorbed-wake.yaml", "untracked", TEEQ_VERDICT_LOST_WAKEUP);
}

static void test_hang_is_explained(void **state)
{
	struct teeq_test_answer answer =
		teeq_test_never_hangs(teeq_test_file(RPMB), "untracked", NULL);

	assert_non_null(strstr(answer.text, "enter storage-write"));
	assert_non_null(strstr(answer.text, "The cycle:\n"));
	assert_non_null(strstr(answer.text, "\nThe step of no return is "));
	expect_answer(answer, TEEQ_TEST_FAILS,
		      "fails: " RPMB " under untracked: deadlock after 9 steps, expected done\n",
		      "\nreplay: teeq replay " RPMB " 'teeq:1:untracked:");
}

/* What is printed replays: the tables are a file behind the command. */
static void test_tables_are_written_for_the_replay(void **state)
{
	struct teeq_test_answer answer =
		teeq_test_never_hangs(teeq_test_tables(&board), "untracked", NULL);

	assert_non_null(strstr(answer.text, "name: board\n"));
	expect_answer(answer, TEEQ_TEST_FAILS, "fails: board under untracked: deadlock after 9 ",
		      "\nreplay: teeq replay - 'teeq:1:untracked:");
}

static void test_hangs_needs_that_verdict(void **state)
{
	expect_answer(
		teeq_test_hangs(teeq_test_file(RPMB), "mainline", TEEQ_VERDICT_DEADLOCK, NULL),
		TEEQ_TEST_FAILS, "fails: " RPMB " under mainline: no schedule ends in deadlock",
		" states were visited");
	expect_answer(
		teeq_test_hangs(teeq_test_file(RPMB), "mainline", TEEQ_VERDICT_LOST_WAKEUP, NULL),
		TEEQ_TEST_FAILS, "fails: ", "no schedule ends in lost-wakeup");
	/* A lost wake-up is a deadlock, too. */
	expect_answer(teeq_test_hangs(teeq_test_file(SCENARIOS "absorbed-wake.yaml"), "untracked",
				      TEEQ_VERDICT_DEADLOCK, NULL),
		      TEEQ_TEST_HOLDS, NULL, NULL);
	expect_answer(teeq_test_hangs(teeq_test_file(RPMB), "mainline", TEEQ_VERDICT_DONE, NULL),
		      TEEQ_TEST_BAD, "bad input: " RPMB " under mainline: verdict: ", "are hangs");
	expect_answer(teeq_test_hangs(teeq_test_file(RPMB), "mainline", TEEQ_VERDICT_LIMIT, NULL),
		      TEEQ_TEST_BAD, "bad input: ", "verdict: ");
}

static void test_limit_has_its_own_word(void **state)
{
	const struct teeq_test_budget little = { .max_states = 3 };

	expect_answer(teeq_test_never_hangs(teeq_test_tables(&board), "mainline", &little),
		      TEEQ_TEST_LIMIT, "limit: board under mainline: ", " at 3 states, ");
	expect_answer(teeq_test_hangs(teeq_test_tables(&board), "untracked", TEEQ_VERDICT_DEADLOCK,
				      &little),
		      TEEQ_TEST_LIMIT, "limit: board under untracked: ", "nothing is claimed\n");
}

/* ------------------------------------------ replays ------------------------------------------- */

static char *failing_schedule(void)
{
	struct teeq_explore_result result = { .verdict = TEEQ_VERDICT_DONE };
	const struct teeq_explore_options options = { 0 };
	struct teeq_model *model = NULL;
	char *text;

	assert_int_equal(teeq_model_new(&board, teeq_policy_find("untracked"), &model, NULL),
			 TEEQ_OK);
	assert_int_equal(teeq_explore(model, &options, &result, NULL), TEEQ_OK);
	text = teeq_schedule_print(model, &result.schedule);
	assert_non_null(text);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
	return text;
}
#define failing_schedule(...) FROM(failing_schedule(__VA_ARGS__))

static void test_replays(void **state)
{
	char *schedule = failing_schedule();
	char *last = strrchr(schedule, ' ');

	TEEQ_ASSERT_REPLAYS(&board, schedule, TEEQ_VERDICT_DEADLOCK);
	expect_answer(teeq_test_replays(teeq_test_tables(&board), schedule, TEEQ_VERDICT_DONE),
		      TEEQ_TEST_FAILS,
		      "fails: board under untracked: the schedule ends after 9 steps in deadlock, "
		      "expected done\n",
		      "Why nothing moves:");
	/* Without its last step it does not end at all. */
	*last = '\0';
	expect_answer(teeq_test_replays(teeq_test_tables(&board), schedule, TEEQ_VERDICT_DEADLOCK),
		      TEEQ_TEST_FAILS, "fails: board under untracked: the schedule ends after ",
		      " steps in limit, expected deadlock\n");
	free(schedule);
}

static void test_replays_only_what_fits(void **state)
{
	char *schedule = failing_schedule();
	struct teeq_scenario other = board;

	other.thread_count = 3;
	expect_answer(teeq_test_replays(teeq_test_tables(&other), schedule, TEEQ_VERDICT_DEADLOCK),
		      TEEQ_TEST_BAD, "bad input: board under untracked: ", "model");
	expect_answer(
		teeq_test_replays(teeq_test_tables(&board), "teeq:2:x", TEEQ_VERDICT_DEADLOCK),
		TEEQ_TEST_BAD, "bad input: ", "\n");
	expect_answer(teeq_test_replays(teeq_test_tables(&board), NULL, TEEQ_VERDICT_DEADLOCK),
		      TEEQ_TEST_BAD, "bad input: scenario: ", "schedule, verdict");
	free(schedule);
}

/* ---------------------------------------- what is wrong --------------------------------------- */

static void test_bad_input(void **state)
{
	struct teeq_scenario empty = { .name = "empty", .thread_count = 1 };

	expect_answer(teeq_test_never_hangs(teeq_test_file("missing.yaml"), "mainline", NULL),
		      TEEQ_TEST_BAD, "bad input: missing.yaml: ", "\n");
	expect_answer(teeq_test_never_hangs(teeq_test_tables(&board), "mainlien", NULL),
		      TEEQ_TEST_BAD, "bad input: board: policy: ", "'mainlien'");
	expect_answer(teeq_test_never_hangs(teeq_test_tables(&empty), "mainline", NULL),
		      TEEQ_TEST_BAD, "bad input: empty: clients: ", "\n");
	expect_answer(teeq_test_never_hangs(teeq_test_tables(NULL), NULL, NULL), TEEQ_TEST_BAD,
		      "bad input: scenario: ", "NULL");
	assert_null(teeq_test_outcome_name((enum teeq_test_outcome)4));
	teeq_test_answer_free(NULL);
}

static void test_driver_is_the_commands(void **state)
{
	const struct teeq_test_budget missing = { .command = "./no-such-command" };
	const struct teeq_test_budget ours = { .command = TEEQ_COMMAND,
					       .max_states = 10,
					       .max_memory_bytes = 1000000,
					       .max_seconds = 0.5 };

	expect_answer(teeq_test_driver_never_hangs("driver.so", RPMB, &missing), TEEQ_TEST_BAD,
		      "bad input: " RPMB ": ", "./no-such-command");
	expect_answer(teeq_test_driver_never_hangs(NULL, RPMB, &missing), TEEQ_TEST_BAD,
		      "bad input: " RPMB ": ", "NULL: object, path");
	/* Whose own message is the text; a crash is no verdict. */
	if (ours.command[0])
		expect_answer(teeq_test_driver_never_hangs("./missing.so", RPMB, &ours),
			      TEEQ_TEST_BAD, "bad input: " RPMB ": \n", "missing.so");
}

/* --------------------------------------- for a shell ------------------------------------------ */

static void expect_words(void (*put)(FILE *out, const char *word), const char *word,
			 const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	put(out, word);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}
#define expect_words(...) FROM(expect_words(__VA_ARGS__))

static void test_words_for_a_shell(void **state)
{
	expect_words(teeq_put_word, "a/b.yaml", "a/b.yaml");
	expect_words(teeq_put_word, "", "''");
	expect_words(teeq_put_word, "a b", "'a b'");
	expect_words(teeq_put_word, "it's", "'it'\\''s'");
	expect_words(teeq_put_word, "-x", "-x");
	expect_words(teeq_put_path, "-x", "./-x");
	expect_words(teeq_put_path, "-", "-");
	expect_words(teeq_put_path, NULL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_macros_pass),
		cmocka_unit_test(test_hang_is_explained),
		cmocka_unit_test(test_tables_are_written_for_the_replay),
		cmocka_unit_test(test_hangs_needs_that_verdict),
		cmocka_unit_test(test_limit_has_its_own_word),
		cmocka_unit_test(test_replays),
		cmocka_unit_test(test_replays_only_what_fits),
		cmocka_unit_test(test_bad_input),
		cmocka_unit_test(test_driver_is_the_commands),
		cmocka_unit_test(test_words_for_a_shell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
