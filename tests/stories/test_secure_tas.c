/* SPDX-License-Identifier: BSD-2-Clause */
/* TAs that are busy: who waits for one keeps its thread context. */
#include "stories/secure_story.h"

/* fs and key are single-instance TAs: they share one lock, and a call of one waits for the other. */
static void test_single_instance_tas_exclude_each_other(void **state)
{
	static const char *const yaml =
		YAML("secure: {threads: 2, tas: {fs: {single-instance: true}, "
		     "key: {single-instance: true}}}\n"
		     "commands: {write: {ta: fs, do: [{rpc: disk}]}, sign: {ta: key}}\n"
		     "services: {disk: {}}\n"
		     "clients:\n"
		     "  a: {do: [{call: {command: write}}]}\n"
		     "  b: {do: [{call: {command: sign}}]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc " CALLS("b") SLEEPS("b"));
	assert_string_equal(story_contexts(&s), "SS");
	/* Leaving is two steps: the TA, for which nobody waits, and then the lock. */
	story_play(&s, RESUMES("a") "a:secure/working " TELLS("a") IS_TOLD("b"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* Who holds that lock does not wait for a TA: its call fails, and passes over what is left of it. */
static void test_a_busy_ta_is_not_waited_for_with_the_lock_held(void **state)
{
	static const char *const yaml =
		YAML("secure: {threads: 2, tas: {fs: {single-instance: true}, log: {}}}\n"
		     "commands:\n"
		     "  note: {ta: log, do: [{rpc: disk}]}\n"
		     "  write: {ta: fs, do: [{invoke: note}, {rpc: disk}]}\n"
		     "services: {disk: {}}\n"
		     "clients:\n"
		     "  a: {do: [{call: {command: note}}]}\n"
		     "  b: {do: [{call: {command: write}}]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/working b:secure/working "
		       "b:secure/working b:secure/working " LEAVES("b"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* Without it they wait: two TAs that call each other do so for ever. */
static void test_tas_that_call_each_other(void **state)
{
	static const char *const yaml =
		YAML("secure: {threads: 3, tas: {ping: {}, pong: {}}}\n"
		     "commands:\n"
		     "  to-ping: {ta: ping, do: [{work: 1}]}\n"
		     "  to-pong: {ta: pong, do: [{work: 1}]}\n"
		     "  ping: {ta: ping, do: [{invoke: to-pong}]}\n"
		     "  pong: {ta: pong, do: [{invoke: to-ping}]}\n"
		     "clients:\n"
		     "  a: {do: [{call: {command: ping}}]}\n"
		     "  b: {do: [{call: {command: pong}}]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working " CALLS("b") "b:secure/working " SLEEPS("a")
		       SLEEPS("b"));
	assert_string_equal(story_contexts(&s), "SSF");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* A pseudo-TA calls a TA in its own thread; by way of the normal world that takes one more. */
static void test_a_pseudo_ta_calls_a_ta(void **state)
{
	static const char *const inside =
		YAML("secure: {threads: 1, tas: {key: {}}}\n"
		     "commands: {sign: {ta: key, do: [{work: 1}]}, pta: [{invoke: sign}]}\n"
		     "clients: {a: {do: [{call: {command: pta}}]}}\n");
	static const char *const outside =
		YAML("secure: {threads: 1, tas: {key: {}}}\n"
		     "commands: {sign: {ta: key, do: [{work: 1}]}, pta: [{rpc: ask}]}\n"
		     "services: {ask: {do: [{call: {command: sign}}]}}\n"
		     "clients: {a: {do: [{call: {command: pta}}]}}\n");
	struct story s = yaml_story(inside, "mainline");

	story_play(&s, CALLS("a") "a:secure/working " LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(outside, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single_instance_tas_exclude_each_other),
		cmocka_unit_test(test_a_busy_ta_is_not_waited_for_with_the_lock_held),
		cmocka_unit_test(test_tas_that_call_each_other),
		cmocka_unit_test(test_a_pseudo_ta_calls_a_ta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
