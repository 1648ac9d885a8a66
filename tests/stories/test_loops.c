/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes round for ever, read off a schedule that ends in the midst of it. */
#include <inttypes.h>
#include <stdio.h>

#include "stories/yaml_story.h"

static struct teeq_loop loop_of(const struct teeq_model *model, const char *tasks)
{
	struct teeq_schedule schedule = { 0 };
	struct teeq_error error = { .text = "" };
	struct teeq_loop loop = { 0 };
	char text[512];

	snprintf(text, sizeof(text), "teeq:1:%s:%016" PRIx64 " %s",
		 teeq_model_policy(model)->name, teeq_model_digest(model), tasks);
	if (teeq_schedule_parse(model, text, &schedule, &error) != TEEQ_OK ||
	    teeq_find_loop(model, &schedule, &loop, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	teeq_schedule_free(&schedule);
	return loop;
}
#define loop_of(...) FROM(loop_of(__VA_ARGS__))

#define TRIES "app: {do: [retry: {times: always, do: [call: {command: write}]}]}"

/* A try is enter, SMC, secure twice, leave and the retry, and all is as it was in the beginning. */
static void test_a_round_is_six_steps(void **state)
{
	struct teeq_model *model = yaml_model("secure: {threads: 1}\n"
					      "commands: {write: [fail: busy]}\n"
					      "clients: {" TRIES "}\n",
					      "mainline");
	struct teeq_loop loop;

	(void)state;
	assert_int_equal(loop_of(model, "app*5").length, 0);
	loop = loop_of(model, "app*6");
	assert_int_equal(loop.length, 6);
	assert_int_equal(loop.from, 0);
	assert_int_equal(loop.first, 0);
	assert_int_equal(loop.movers, 1);
	assert_int_equal(loop.resting, 0);
	/* Three rounds: the last one is told, and where the first one began. */
	loop = loop_of(model, "app*20");
	assert_int_equal(loop.length, 6);
	assert_int_equal(loop.from, 14);
	assert_int_equal(loop.first, 2);
	teeq_model_free(model);
}

/* Who can always move is left out by no fair scheduler, so that a round without it is none. */
static void test_nobody_is_left_out_who_can_always_move(void **state)
{
	struct teeq_model *model = yaml_model("secure: {threads: 2}\n"
					      "commands: {write: [fail: busy]}\n"
					      "events: [e]\n"
					      "clients: {" TRIES ", b: {do: [signal: e]}}\n",
					      "mainline");
	struct teeq_loop loop;

	(void)state;
	assert_int_equal(loop_of(model, "app*19").length, 0);
	loop = loop_of(model, "app*19 b app*5");
	assert_int_equal(loop.length, 0);
	loop = loop_of(model, "app*19 b app*6");
	assert_int_equal(loop.length, 6);
	assert_int_equal(loop.from, 20);
	teeq_model_free(model);
}

/* Who cannot move while app has the mutex may be passed over for ever; who waits is not asked. */
static void test_who_can_move_now_and_then_may_be_left_out(void **state)
{
	struct teeq_model *model = yaml_model(
		"secure: {threads: 2}\n"
		"locks: [l]\n"
		"events: [e]\n"
		"commands: {write: [rpc: frame, fail: busy], next: []}\n"
		"services: {frame: {do: [lock: l, call: {command: next}, unlock: l]}}\n"
		"clients: {" TRIES ", b: {do: [lock: l, unlock: l]}, c: {do: [await: e]}}\n",
		"mainline");
	struct teeq_loop loop = loop_of(model, "app*14");

	(void)state;
	assert_int_equal(loop.length, 13);
	assert_int_equal(loop.movers, 1);
	assert_int_equal(loop.resting, 2);
	teeq_model_free(model);
}

/* Who came to the end is in no loop, nor is who waits in vain. */
static void test_an_end_is_no_loop(void **state)
{
	struct teeq_model *model = yaml_model("secure: {threads: 1}\n"
					      "events: [e]\n"
					      "clients: {app: {do: [await: e]}}\n",
					      "mainline");

	(void)state;
	assert_int_equal(loop_of(model, "").length, 0);
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_round_is_six_steps),
		cmocka_unit_test(test_nobody_is_left_out_who_can_always_move),
		cmocka_unit_test(test_who_can_move_now_and_then_may_be_left_out),
		cmocka_unit_test(test_an_end_is_no_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
