/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/answers.h"

#include <stdlib.h>

#include "base/prng.h"
#include "teeq/fuzz.h"

#define RPMB TEEQ_SOURCE_DIR "/examples/scenarios/rpmb-scmi.yaml"

enum {
	INPUTS = 2000,
	TABLES = 300,
	INPUT_SIZE = 60
};

static struct teeq_fuzz_board *board_of(const char *policy)
{
	struct teeq_fuzz_board *board;

	expect_answer(teeq_fuzz_board_new(teeq_test_file(RPMB), teeq_policy_find(policy), &board),
		      TEEQ_TEST_HOLDS, NULL, NULL);
	return board;
}
#define board_of(...) FROM(board_of(__VA_ARGS__))

/* Bytes by chance, the same ones every time. */
static size_t draw_bytes(struct prng *prng, uint8_t *data)
{
	size_t size = prng_below(prng, INPUT_SIZE + 1);

	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)prng_next(prng);
	return size;
}

/* The first answer to operations by chance that is not that they hold, or that they do. */
static struct teeq_test_answer try_operations(const struct teeq_policy *policy)
{
	struct teeq_test_answer answer = { TEEQ_TEST_HOLDS, NULL };
	struct prng prng;

	prng_seed(&prng, 7, 0x6675);
	for (unsigned int i = 0; i < INPUTS && answer.outcome == TEEQ_TEST_HOLDS; i++) {
		uint8_t data[INPUT_SIZE];
		size_t size = draw_bytes(&prng, data);

		answer = teeq_fuzz_operations(policy, data, size);
	}
	return answer;
}

/* ------------------------------------------ schedules ----------------------------------------- */

static void test_what_finishes(void **state)
{
	struct teeq_fuzz_board *board = board_of("mainline");
	struct prng prng;

	prng_seed(&prng, 1, 0x6675);
	for (unsigned int i = 0; i < 200; i++) {
		uint8_t data[INPUT_SIZE];
		size_t size = draw_bytes(&prng, data);

		expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_FINISHES, data, size),
			      TEEQ_TEST_HOLDS, NULL, NULL);
	}
	expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_FINISHES, NULL, 0), TEEQ_TEST_HOLDS, NULL,
		      NULL);
	teeq_fuzz_board_free(board);
}

/* Each in turn, until both threads wait in RPCs. The deadlock is by exhaustion, and no wake is lost. */
static void test_what_hangs(void **state)
{
	struct teeq_fuzz_board *board = board_of("untracked");

	expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_FINISHES, NULL, 0), TEEQ_TEST_FAILS,
		      "fails: " RPMB " under untracked: it ends badly",
		      "\nreplay: teeq replay " RPMB);
	expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_FINISHES, NULL, 0), TEEQ_TEST_FAILS,
		      "fails: ", "deadlock after 9 steps");
	expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_NO_LOST_WAKEUP, NULL, 0), TEEQ_TEST_HOLDS,
		      NULL, NULL);
	expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_ANY_END, NULL, 0), TEEQ_TEST_HOLDS, NULL,
		      NULL);
	teeq_fuzz_board_free(board);
}

static void test_choices_decide(void **state)
{
	struct teeq_fuzz_board *board = board_of("untracked");
	static const uint8_t alone[60] = { 0 };

	/* The first task first, until it is done: nobody is in its way. */
	expect_answer(teeq_fuzz_schedule(board, TEEQ_FUZZ_FINISHES, alone, sizeof(alone)),
		      TEEQ_TEST_HOLDS, NULL, NULL);
	teeq_fuzz_board_free(board);
}

static void test_macros(void **state)
{
	static const uint8_t data[] = { 1, 2, 3, 4, 5 };

	for (unsigned int i = 0; i < 3; i++)
		TEEQ_FUZZ_SCHEDULE(RPMB, "mainline", TEEQ_FUZZ_FINISHES, data, i);
	TEEQ_FUZZ_SCENARIO_TEXT("teeq: 1\n", 8);
	TEEQ_FUZZ_OPERATIONS(NULL, data, sizeof(data));
}

static void test_bad_boards(void **state)
{
	const struct teeq_policy *mainline = teeq_policy_find("mainline");
	struct teeq_fuzz_board *board;

	expect_answer(teeq_fuzz_board_new(teeq_test_file("/no/such.yaml"), mainline, &board),
		      TEEQ_TEST_BAD, "bad input: /no/such.yaml: ", "");
	assert_null(board);
	expect_answer(teeq_fuzz_board_new(teeq_test_file(RPMB), NULL, &board), TEEQ_TEST_BAD,
		      "bad input: ", "policy");
	assert_null(board);
	expect_answer(teeq_fuzz_board_new(teeq_test_file(RPMB), mainline, NULL), TEEQ_TEST_BAD,
		      "bad input: ", "to");
	expect_answer(teeq_fuzz_schedule(NULL, TEEQ_FUZZ_ANY_END, NULL, 0), TEEQ_TEST_BAD,
		      "bad input: ", "board, choices");
	teeq_fuzz_board_free(NULL);
}

/* ------------------------------------------ scenarios ----------------------------------------- */

static void test_texts(void **state)
{
	static const char good[] =
		"teeq: 1\nname: x\nsecure: {threads: 1}\nclients: {a: {do: [call: {}]}}\n";

	expect_answer(teeq_fuzz_scenario_text(good, sizeof(good) - 1), TEEQ_TEST_HOLDS, NULL, NULL);
	expect_answer(teeq_fuzz_scenario_text("\xff{", 2), TEEQ_TEST_HOLDS, NULL, NULL);
	expect_answer(teeq_fuzz_scenario_text("", 0), TEEQ_TEST_HOLDS, NULL, NULL);
	expect_answer(teeq_fuzz_scenario_text(NULL, 1), TEEQ_TEST_BAD, "bad input: ", "text");
	expect_answer(teeq_fuzz_scenario(NULL), TEEQ_TEST_BAD, "bad input: ", "scenario");
}

static void test_tables(void **state)
{
	struct prng prng;

	prng_seed(&prng, 3, 0x6675);
	for (unsigned int i = 0; i < TABLES; i++) {
		uint8_t data[INPUT_SIZE];
		size_t size = draw_bytes(&prng, data);
		struct teeq_fuzz_tables *one = teeq_fuzz_tables_new(data, size);
		struct teeq_fuzz_tables *other = teeq_fuzz_tables_new(data, size);

		assert_non_null(one);
		assert_non_null(other);
		assert_int_equal(teeq_fuzz_tables_scenario(one)->client_count,
				 teeq_fuzz_tables_scenario(other)->client_count);
		expect_answer(teeq_fuzz_scenario(teeq_fuzz_tables_scenario(one)), TEEQ_TEST_HOLDS,
			      NULL, NULL);
		teeq_fuzz_tables_free(one);
		teeq_fuzz_tables_free(other);
	}
	assert_null(teeq_fuzz_tables_scenario(NULL));
	teeq_fuzz_tables_free(NULL);
}

/* ------------------------------------------ operations ---------------------------------------- */

static void test_policies_that_are_built_in(void **state)
{
	expect_answer(try_operations(NULL), TEEQ_TEST_HOLDS, NULL, NULL);
	for (size_t i = 0; teeq_policy_at(i); i++)
		expect_answer(try_operations(teeq_policy_at(i)), TEEQ_TEST_HOLDS, NULL, NULL);
}

/* Without an account of its own, a policy is held to what it says of itself. */
static void test_policies_of_ones_own(void **state)
{
	struct teeq_policy own = *teeq_policy_find("repaired");

	own.name = "own";
	expect_answer(try_operations(&own), TEEQ_TEST_HOLDS, NULL, NULL);
	own.wake_one = NULL;
	own.started = NULL;
	own.unreserve = NULL;
	own.recheck = own.admit;
	expect_answer(try_operations(&own), TEEQ_TEST_FAILS,
		      "fails: finding under own: ", "choices: 'teeq:1:own:");
	/* A name is no licence: what is built in is known by itself. */
	own.name = "mainline";
	expect_answer(try_operations(&own), TEEQ_TEST_FAILS, "fails: finding under mainline: ", "");
}

static void test_bad_operations(void **state)
{
	struct teeq_policy old = *teeq_policy_find("mainline");

	old.abi = 1;
	expect_answer(teeq_fuzz_operations(&old, NULL, 0), TEEQ_TEST_BAD, "bad input: ", "version 1");
	expect_answer(teeq_fuzz_operations(NULL, NULL, 1), TEEQ_TEST_BAD, "bad input: ", "data");
	expect_answer(teeq_fuzz_operations(NULL, NULL, 0), TEEQ_TEST_HOLDS, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_finishes),
		cmocka_unit_test(test_what_hangs),
		cmocka_unit_test(test_choices_decide),
		cmocka_unit_test(test_macros),
		cmocka_unit_test(test_bad_boards),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_policies_that_are_built_in),
		cmocka_unit_test(test_policies_of_ones_own),
		cmocka_unit_test(test_bad_operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
