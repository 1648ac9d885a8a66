/* SPDX-License-Identifier: BSD-2-Clause */
/* TAs that are busy: who waits for one keeps its thread context. */
#include "stories/secure_story.h"

/* fs and key are single-instance TAs: they share one lock, and a call of one waits for the other. */
static void test_single_instance_tas_exclude_each_other(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, tas: {fs: {single-instance: true}, "
		"key: {single-instance: true}}}\n"
		"commands: {write: {ta: fs, do: [{rpc: disk}]}, sign: {ta: key}}\n"
		"services: {disk: {}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: write}}]}\n"
		"  b: {do: [{call: {command: sign}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc " CALLS("b") SLEEPS("b"));
	assert_string_equal(story_contexts(&s), "SS");
	/* Leaving is two steps: the TA, for which nobody waits, and then the lock. */
	story_play(&s, RESUMES("a") "a:secure/working " TELLS("a") IS_TOLD("b"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/*
 * Who holds that lock does not wait for a TA: to open a session of it fails, and with it the call, which
 * passes over what is left of it.
 */
static void test_a_busy_ta_is_not_opened_with_the_lock_held(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, tas: {fs: {single-instance: true}, log: {}}}\n"
		"commands:\n"
		"  note: {ta: log, do: [{rpc: disk}]}\n"
		"  write: {ta: fs, do: [{open: note}, {rpc: disk}]}\n"
		"services: {disk: {}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: note}}]}\n"
		"  b: {do: [{call: {command: write}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/working b:secure/working "
		       "b:secure/working b:secure/working " LEAVES("b"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* To invoke it is another matter: the core panics. Without the lock there is no circle, and b waits. */
static void test_invoking_a_busy_ta_panics(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, tas: {fs: {single-instance: true}, log: {}}}\n"
		"commands:\n"
		"  note: {ta: log, do: [{rpc: disk}]}\n"
		"  write: {ta: fs, do: [{invoke: note}]}\n"
		"services: {disk: {}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: note}}]}\n"
		"  b: {do: [{call: {command: write}}]}\n";
	struct story s = yaml_story(yaml, "mainline");
	struct teeq_secure_holder_view holder;
	struct teeq_caller caller;
	unsigned int ta;

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/working b:secure/working");
	assert_false(teeq_world_panic(s.model, s.world, &caller, &ta));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_VIOLATION);
	assert_non_null(strstr(teeq_world_check(s.model, s.world), "the secure world panicked"));
	assert_true(teeq_world_panic(s.model, s.world, &caller, &ta));
	assert_string_equal(teeq_model_task_name(s.model, caller.task), "b");
	assert_string_equal(teeq_model_secure_lock_name(s.model, ta), "log");
	assert_true(teeq_world_secure_holder(s.model, s.world, ta, 0, &holder));
	assert_string_equal(teeq_model_task_name(s.model, (size_t)holder.task), "a");
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_VIOLATION);
}

/* fs invokes key, which invokes fs: the TA that is busy is the caller's own. */
static void test_a_circle_in_one_thread(void **state)
{
#define CIRCLE(way)                                                                             \
	"secure: {threads: 1, tas: {fs: {single-instance: true}, key: {single-instance: true}}}\n"      \
	"commands:\n"                                                                           \
	"  inner: {ta: fs}\n"                                                                   \
	"  middle: {ta: key, do: [{" way ": inner}]}\n"                                         \
	"  outer: {ta: fs, do: [{invoke: middle}]}\n"                                           \
	"clients: {a: {do: [{call: {command: outer}}]}}\n"
	struct story s = yaml_story(CIRCLE("invoke"), "mainline");
	struct teeq_secure_holder_view holder;
	struct teeq_caller caller;
	unsigned int ta;

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_VIOLATION);
	assert_true(teeq_world_panic(s.model, s.world, &caller, &ta));
	assert_string_equal(teeq_model_secure_lock_name(s.model, ta), "fs");
	assert_true(teeq_world_secure_holder(s.model, s.world, ta, 0, &holder));
	assert_int_equal(holder.task, caller.task);
	story_end(&s);
	assert_int_equal(yaml_explore(CIRCLE("open"), "mainline"), TEEQ_VERDICT_DONE);
#undef CIRCLE
}

/* The TA's part in opening a session: where it fails, there is none. */
static void test_a_session_that_a_busy_ta_does_not_open(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, tas: {fs: {single-instance: true}, log: {}}}\n"
		"sessions: {s: {}}\n"
		"commands:\n"
		"  note: {ta: log, do: [{rpc: disk}]}\n"
		"  begin: {ta: fs, do: [{open: note}]}\n"
		"services: {disk: {}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: note}}]}\n"
		"  b: {do: [{open: {session: s, command: begin}}, {call: {session: s}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc b:enter/admitted");
	assert_string_equal(teeq_model_command_name(s.model, s.event.command), "begin");
	story_play(&s, "b:smc/taken b:secure/working b:secure/working b:secure/working "
		       "b:secure/working b:secure/exit b:leave/failed b:enter/refused");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	s = yaml_story(yaml, "mainline");
	story_play(&s, "b:enter/admitted b:smc/taken b:secure/working b:secure/working b:secure/rpc "
		       RESUMES("b") "b:secure/working b:secure/working b:secure/exit b:leave/ok "
		       "b:enter/admitted");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Without it they wait: two TAs that call each other do so for ever. */
static void test_tas_that_call_each_other(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3, tas: {ping: {}, pong: {}}}\n"
		"commands:\n"
		"  to-ping: {ta: ping, do: [{work: 1}]}\n"
		"  to-pong: {ta: pong, do: [{work: 1}]}\n"
		"  ping: {ta: ping, do: [{invoke: to-pong}]}\n"
		"  pong: {ta: pong, do: [{invoke: to-ping}]}\n"
		"clients:\n"
		"  a: {do: [{call: {command: ping}}]}\n"
		"  b: {do: [{call: {command: pong}}]}\n";
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
		"secure: {threads: 1, tas: {key: {}}}\n"
		"commands: {sign: {ta: key, do: [{work: 1}]}, pta: [{invoke: sign}]}\n"
		"clients: {a: {do: [{call: {command: pta}}]}}\n";
	static const char *const outside =
		"secure: {threads: 1, tas: {key: {}}}\n"
		"commands: {sign: {ta: key, do: [{work: 1}]}, pta: [{rpc: ask}]}\n"
		"services: {ask: {do: [{call: {command: sign}}]}}\n"
		"clients: {a: {do: [{call: {command: pta}}]}}\n";
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
		cmocka_unit_test(test_a_busy_ta_is_not_opened_with_the_lock_held),
		cmocka_unit_test(test_invoking_a_busy_ta_panics),
		cmocka_unit_test(test_a_circle_in_one_thread),
		cmocka_unit_test(test_a_session_that_a_busy_ta_does_not_open),
		cmocka_unit_test(test_tas_that_call_each_other),
		cmocka_unit_test(test_a_pseudo_ta_calls_a_ta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
