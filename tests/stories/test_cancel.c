/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cancel sets a flag of the session and wakes nobody. TEE_Wait looks at it before and behind each sleep,
 * where the TA has unmasked cancellation, and a signal that is pending ends its sleep.
 */
#include "stories/diary.h"

#include "teeq/abi.h"

#define NAPS(command_, more_)                                                   \
	"secure: {threads: 2, locks: [m], tas: {fs: {}}}\n"                     \
	"sessions: {s: {}, t: {}}\n"                                            \
	"commands: {nap: {ta: fs, do: [" command_ "]}}\n"                       \
	"clients:\n" more_

#define NAP "{suspend: {ticks: 100, unmasked: true}}"
#define A "  a: {do: [{call: {session: s, command: nap}}]}\n"
#define CANCELS(task) CALLS(task) LEAVES(task)

static void test_the_sleeper_sees_it_when_it_is_back(void **state)
{
	static const char *const yaml = NAPS("{lock: m}, " NAP ", {unlock: m}",
					     A "  b: {do: [{cancel: s}]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/working a:secure/rpc " CALLS("b")
		       "b:secure/exit");
	assert_true(teeq_world_session_cancelled(s.model, s.world, 0));
	assert_false(teeq_world_session_cancelled(s.model, s.world, 1));
	story_play(&s, "b:leave/ok a:sleep/ok " RESUMES("a") "a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_CANCELLED);
	assert_string_equal(teeq_model_session_name(s.model, s.event.touched), "s");
	/* What it took is given back; the TA returns, and is left. */
	story_play(&s, "a:secure/working a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_CANCEL_OVER);
	assert_false(teeq_world_session_cancelled(s.model, s.world, 0));
	story_play(&s, "a:secure/exit a:leave/failed");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* Which way the client goes decides how it ends: only who looks at the flag fails, and only with cancel. */
static void test_the_client_is_told(void **state)
{
#define TOLD(nap_, error_)                                                      \
	"secure: {threads: 2}\n"                                                \
	"events: [told, never]\n"                                               \
	"sessions: {s: {}}\n"                                                   \
	"commands: {nap: [" nap_ "]}\n"                                         \
	"clients:\n"                                                            \
	"  b: {do: [{cancel: s}, {signal: told}]}\n"                            \
	"  a:\n"                                                                \
	"    do:\n"                                                             \
	"      - await: told\n"                                                 \
	"      - try: {do: [{call: {session: s, command: nap}}, {await: never}], "      \
	"on-error: {" error_ ": []}}\n"

	assert_int_equal(yaml_explore(TOLD(NAP, "cancel"), "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(TOLD("{suspend: 100}", "any"), "mainline"),
			 TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(TOLD("{try: {do: [" NAP "], on-error: {cancel: []}}}", "any"),
				      "mainline"), TEEQ_VERDICT_DEADLOCK);
#undef TOLD
}

/* It came before the call: that does not sleep at all. The TA returned, so the next one does. */
static void test_a_cancel_before_the_call(void **state)
{
	struct story s = yaml_story(NAPS(NAP, "  b: {do: [{cancel: s}]}\n"
					      "  a: {do: [{call: {session: s, command: nap}}, "
					      "{call: {session: s, command: nap}}]}\n"),
				    "mainline");

	story_play(&s, CANCELS("b") CALLS("a") "a:secure/working a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_CANCELLED);
	story_play(&s, "a:secure/working a:secure/exit a:leave/failed " CALLS("a")
		       "a:secure/working a:secure/rpc");
	assert_int_equal(s.event.rpc, TEEQ_EVENT_RPC_SUSPEND);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* It comes behind the last look: the call ends well, and the TA's return forgets it. */
static void test_a_cancel_that_comes_too_late(void **state)
{
	struct story s = yaml_story(NAPS(NAP, A "  b: {do: [{cancel: s}]}\n"), "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc a:sleep " RESUMES("a")
		       "a:secure/working " CANCELS("b"));
	assert_true(teeq_world_session_cancelled(s.model, s.world, 0));
	story_play(&s, "a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_CANCEL_OVER);
	assert_false(teeq_world_session_cancelled(s.model, s.world, 0));
	story_play(&s, "a:secure/exit a:leave/ok");
	story_end(&s);
	/* An empty command of a TA returns, too. */
	s = yaml_story(NAPS(NAP, "  b: {do: [{cancel: s}, {call: {session: s}}]}\n"), "mainline");
	story_play(&s, CANCELS("b") CALLS("b") LEAVES("b"));
	assert_false(teeq_world_session_cancelled(s.model, s.world, 0));
	story_end(&s);
}

/* The flag is that of one session: not of another one, of an inner one, or of a later one. */
static void test_whose_flag_it_is(void **state)
{
	struct story s = yaml_story(NAPS(NAP, A "  b: {do: [{cancel: t}]}\n"), "mainline");

	story_play(&s, CANCELS("b") CALLS("a") "a:secure/working a:secure/rpc a:sleep/ok " RESUMES("a")
		       "a:secure/working a:secure/working a:secure/exit a:leave/ok");
	assert_true(teeq_world_session_cancelled(s.model, s.world, 1));
	story_end(&s);
	s = yaml_story("secure: {threads: 2}\n"
		       "sessions: {s: {}}\n"
		       "commands: {nap: [" NAP "], outer: [{invoke: nap}]}\n"
		       "clients:\n"
		       "  b: {do: [{cancel: s}]}\n"
		       "  a: {do: [{call: {session: s, command: outer}}]}\n",
		       "mainline");
	story_play(&s, CANCELS("b") CALLS("a") "a:secure/rpc a:sleep/ok " RESUMES("a")
		       "a:secure/exit a:leave/ok");
	story_end(&s);
	/* c's was on its way when the session was closed: the next one is another. */
	s = yaml_story(NAPS(NAP, "  b: {do: [{open: s}, {close: s}, {open: s}]}\n"
				 "  c: {do: [{cancel: s}]}\n"),
		       "mainline");
	story_play(&s, CANCELS("b") CALLS("c") CANCELS("b") LEAVES("c"));
	assert_true(teeq_world_session_cancelled(s.model, s.world, 0));
	story_play(&s, CANCELS("b"));
	assert_false(teeq_world_session_cancelled(s.model, s.world, 0));
	story_end(&s);
}

/* ------------------------------------------ signals ------------------------------------------- */

#define SIGNALLED(nap_, signal_, order_)                                         \
	NAPS(nap_, A "  b: {do: [{sleep: 10}, " signal_ "]}\n"                   \
	     "  c: {do: [{sleep: 50}, " order_ "]}\n")

/* A signal by itself changes nothing, nor does a cancel: OP-TEE asks for the rest of the time. */
static void test_a_signal_alone_ends_no_wait(void **state)
{
	diary_is(SIGNALLED(NAP, "{kill: a}", "{cancel: t}"), "sleep",
		 "b:sleep c:sleep a:sleep");
	diary_is(SIGNALLED(NAP, "{cancel: s}", "{cancel: t}"), "sleep",
		 "b:sleep c:sleep a:sleep");
	diary_is(SIGNALLED("{suspend: 100}", "{kill: a}", "{cancel: s}"), "sleep",
		 "b:sleep c:sleep a:sleep");
}

/* Both do, whichever comes first: at 50 ticks, and not at 100, which d would come before. */
static void test_a_signal_lets_the_flag_be_seen(void **state)
{
#define D "  d: {do: [{sleep: 60}]}\n"
	diary_is(SIGNALLED(NAP, "{kill: a}", "{cancel: s}") D, "sleep",
		 "b:sleep c:sleep a:sleep d:sleep");
	diary_is(SIGNALLED(NAP, "{cancel: s}", "{kill: a}") D, "sleep",
		 "b:sleep c:sleep a:sleep d:sleep");
#undef D
}

static void test_how_the_sleep_ends(void **state)
{
	struct story s = yaml_story(SIGNALLED(NAP, "{kill: a}", "{cancel: s}"), "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc b:start b:sleep b:kill c:start "
		       "c:sleep " CANCELS("c") "a:sleep/interrupted " RESUMES("a") "a:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_CANCELLED);
	story_play(&s, "a:secure/working a:secure/exit a:leave/failed");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* The freezer's is a signal as well: a is frozen as soon as its TA has seen the flag. */
static void test_the_freezer_ends_the_sleep(void **state)
{
	struct story s = yaml_story(SIGNALLED(NAP, "{cancel: s}", "{freeze: a}, {thaw: a}"),
				    "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc b:start b:sleep " CANCELS("b")
		       "c:start c:sleep c:freeze/must-wait a:sleep/interrupted " RESUMES("a")
		       "a:secure/working a:secure/working a:secure/exit a:leave/failed c:freeze/ok");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* With a wait that any signal ends where no tee-supplicant is running, that of the freezer does. */
static void test_the_freezer_ends_an_interruptible_wait(void **state)
{
#define ASKS(wait_)                                                             \
	"secure: {threads: 2}\n"                                                \
	"supplicant: {threads: 0, wait: " wait_ "}\n"                           \
	"commands: {store: [{rpc: file}]}\n"                                    \
	"services: {file: {by: supplicant}}\n"                                  \
	"clients:\n"                                                            \
	"  a: {do: [{call: {command: store}}]}\n"                               \
	"  b: {stage: 2, do: [{freeze: a}, {thaw: a}]}\n"
	struct story s = yaml_story(ASKS("interruptible"), "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc a:request b:freeze/must-wait a:reply/failed");
	assert_int_equal(s.event.result, -TEEQ_ABI_EINTR);
	story_play(&s, RESUMES("a") "a:secure/exit a:leave/failed b:freeze/ok b:thaw");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(ASKS("interruptible"), "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(ASKS("killable"), "mainline"), TEEQ_VERDICT_DEADLOCK);
#undef ASKS
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_sleeper_sees_it_when_it_is_back),
		cmocka_unit_test(test_the_client_is_told),
		cmocka_unit_test(test_a_cancel_before_the_call),
		cmocka_unit_test(test_a_cancel_that_comes_too_late),
		cmocka_unit_test(test_whose_flag_it_is),
		cmocka_unit_test(test_a_signal_alone_ends_no_wait),
		cmocka_unit_test(test_a_signal_lets_the_flag_be_seen),
		cmocka_unit_test(test_how_the_sleep_ends),
		cmocka_unit_test(test_the_freezer_ends_the_sleep),
		cmocka_unit_test(test_the_freezer_ends_an_interruptible_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
