/* SPDX-License-Identifier: BSD-2-Clause */
/* A close enters the TA of its session, as a call does: it waits while the TA is busy, its thread held. */
#include "stories/secure_story.h"

#define IN_TAS(tas_, slow_, quick_)                                               \
	"secure: {threads: 2, tas: {" tas_ "}}\n"                                 \
	"events: [ready]\n"                                                       \
	"sessions: {s: {}, t: {}}\n"                                              \
	"commands: {slow: {ta: " slow_ ", do: [{rpc: need}]}, quick: {ta: " quick_ "}}\n"      \
	"services: {need: {do: [{await: ready}]}}\n"                              \
	"clients:\n"                                                              \
	"  a: {do: [{call: {session: s, command: slow}}]}\n"                      \
	"  b: {do: [{call: {session: t, command: quick}}, {close: t}, {signal: ready}]}\n"

/* b has no call in s, and yet its close waits for a's: both are in the TA. */
static void test_a_close_waits_for_a_busy_ta(void **state)
{
	struct story s = yaml_story(IN_TAS("fs: {}", "fs", "fs"), "mainline");

	story_play(&s, CALLS("b") "b:secure/working " LEAVES("b") CALLS("a") "a:secure/rpc "
		       CALLS("b") "b:secure/rpc");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_TAKEN);
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "fs");
	story_play(&s, "b:notif-wait/must-wait");
	assert_string_equal(story_contexts(&s), "SS");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(IN_TAS("fs: {}", "fs", "fs"), "mainline"),
			 TEEQ_VERDICT_DEADLOCK);
}

/* Two single-instance TAs share one lock; two other ones do not keep each other waiting. */
static void test_a_close_waits_for_what_its_ta_needs(void **state)
{
	static const char *const single = IN_TAS("fs: {single-instance: true}, "
						 "key: {single-instance: true}", "fs", "key");

	assert_int_equal(yaml_explore(single, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(IN_TAS("fs: {}, key: {}", "fs", "key"), "mainline"),
			 TEEQ_VERDICT_DONE);
}

#define CALLED_IN(command_, close_)                                               \
	"secure: {threads: 1, tas: {fs: {}, key: {}}}\n"                          \
	"sessions: {s: {}}\n"                                                     \
	"commands: {read: {ta: fs}, sign: {ta: key}, bye: {ta: key, do: [{work: 1}]}}\n"      \
	"clients:\n"                                                              \
	"  a: {do: [{call: {session: s, command: read}}, "                        \
	"{call: {session: s, command: " command_ "}}, {close: " close_ "}]}\n"

#define BOTH CALLS("a") "a:secure/working " LEAVES("a") CALLS("a") "a:secure/working " LEAVES("a")

/* The TA of the calls in the session, where that is one; or that of the command that the close names. */
static void test_which_ta_a_close_enters(void **state)
{
	struct story s = yaml_story(CALLED_IN("read", "s"), "mainline");

	story_play(&s, BOTH CALLS("a") "a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_TAKE);
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "fs");
	assert_int_equal(s.event.command, TEEQ_NO_OBJECT);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	s = yaml_story(CALLED_IN("sign", "s"), "mainline");
	story_play(&s, BOTH CALLS("a") "a:secure/exit");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_NONE);
	story_end(&s);
	s = yaml_story(CALLED_IN("sign", "{session: s, command: bye}"), "mainline");
	story_play(&s, BOTH CALLS("a") "a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_TAKE);
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "key");
	assert_string_equal(teeq_model_command_name(s.model, s.event.command), "bye");
	assert_int_equal(s.event.ticks, 1);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* What it does may fail: it gives back what it took, and the session is closed all the same. */
static void test_a_close_does_not_fail(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m], tas: {fs: {}}}\n"
		"sessions: {s: {}}\n"
		"commands: {bye: {ta: fs, do: [{lock: m}, {rpc: flush}, {unlock: m}]}}\n"
		"services: {flush: {do: [{fail: eio}]}}\n"
		"clients: {a: {do: [{close: {session: s, command: bye}}, {call: {session: s}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc a:fail/failed " RESUMES("a")
		       "a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_RELEASE);
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "m");
	story_play(&s, "a:secure/exit");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_RELEASE);
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "fs");
	story_play(&s, "a:leave/ok a:enter/refused");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Until nobody wants the session any more its TA is busy: c, in another one, waits for b. */
static void test_the_ta_is_busy_until_nobody_wants_the_session(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3, tas: {fs: {}}}\n"
		"sessions: {s: {}, t: {}}\n"
		"commands: {use: {ta: fs}}\n"
		"clients:\n"
		"  a: {do: [{close: s}]}\n"
		"  b: {do: [{call: {session: s, command: use}}]}\n"
		"  c: {do: [{call: {session: t, command: use}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "b:enter/admitted b:smc/taken " CALLS("a") "a:secure/working a:secure/working");
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "fs");
	story_play(&s, SLEEPS("b") "a:secure/rpc a:notif-send " RESUMES("a") "a:secure/rpc");
	assert_int_equal(s.event.object, 1); /* with its own key, until the last has been here */
	story_play(&s, CALLS("c") "c:secure/rpc");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_TAKEN);
	assert_string_equal(teeq_model_secure_lock_name(s.model, s.event.touched), "fs");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

#define CLOSES_INSIDE(first_)                                                     \
	"secure: {threads: 2, tas: {fs: {" first_ "}, log: {}}}\n"                \
	"commands:\n"                                                             \
	"  note: {ta: log, do: [{rpc: disk}]}\n"                                  \
	"  write: {ta: fs, do: [{close: note}]}\n"                                \
	"services: {disk: {}}\n"                                                  \
	"clients:\n"                                                              \
	"  a: {do: [{call: {command: note}}]}\n"                                  \
	"  b: {do: [{call: {command: write}}]}\n"

/* A TA that closes a session of another one enters it, too: where it may not wait the core panics. */
static void test_a_ta_that_closes_a_session_of_a_busy_one(void **state)
{
	struct story s = yaml_story(CLOSES_INSIDE("single-instance: true"), "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/working b:secure/working");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_VIOLATION);
	assert_non_null(strstr(teeq_world_check(s.model, s.world), "the secure world panicked"));
	story_end(&s);
	assert_int_equal(yaml_explore(CLOSES_INSIDE("single-instance: true"), "mainline"),
			 TEEQ_VERDICT_VIOLATION);
	assert_int_equal(yaml_explore(CLOSES_INSIDE(""), "mainline"), TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_close_waits_for_a_busy_ta),
		cmocka_unit_test(test_a_close_waits_for_what_its_ta_needs),
		cmocka_unit_test(test_which_ta_a_close_enters),
		cmocka_unit_test(test_a_close_does_not_fail),
		cmocka_unit_test(test_the_ta_is_busy_until_nobody_wants_the_session),
		cmocka_unit_test(test_a_ta_that_closes_a_session_of_a_busy_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
