/* SPDX-License-Identifier: BSD-2-Clause */
/* OP-TEE lets one call into a session at a time: the next waits for it, and keeps its thread. */
#include "stories/secure_story.h"

#include "model/model.h"
#include "teeq/report.h"

/* b's call is in @session. */
#define TWO_CALLS(secure, sessions, session)                 \
	"secure: {threads: 2" secure "}\n"                   \
	"events: [ready]\n"                                  \
	"sessions: {" sessions "}\n"                         \
	"commands: {slow: [{rpc: need}], quick: []}\n"       \
	"services: {need: {do: [{await: ready}]}}\n"         \
	"clients:\n"                                         \
	"  a: {do: [{call: {session: s, command: slow}}]}\n" \
	"  b: {do: [{call: {session: " session ", command: quick}}, {signal: ready}]}\n"

static const char shared[] = TWO_CALLS("", "s: {}", "s");

/* b would let a go on, but does not come to that: a is in the session that b's call is for. */
static void test_the_next_waits_with_its_thread(void **state)
{
	struct story s = yaml_story(shared, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/rpc");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_TAKEN);
	assert_int_equal(story_key(&s), 65);
	story_play(&s, "b:notif-wait/must-wait");
	assert_string_equal(story_contexts(&s), "SS");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_string_equal(story_why(&s, 1), "b waits for session s, in which a's call slow is");
	story_end(&s);
	assert_int_equal(yaml_explore(shared, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(shared, "repaired"), TEEQ_VERDICT_DEADLOCK);
}

/* Who is to close the session is told apart from who has a call in it. */
static void test_a_close_waits_too(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"events: [ready]\n"
		"sessions: {s: {}}\n"
		"commands: {slow: [{rpc: need}]}\n"
		"services: {need: {do: [{await: ready}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {session: s, command: slow}}]}\n"
		"  b: {do: [{close: s}, {signal: ready}]}\n", "mainline");
	struct teeq_call_view call;

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") SLEEPS("b"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_string_equal(story_why(&s, 1), "b waits to close session s, in which a's call slow is");
	assert_true(teeq_world_call(s.model, s.world, 1, 0, &call));
	assert_true(call.closes);
	assert_true(teeq_world_call(s.model, s.world, 0, 0, &call));
	assert_false(call.closes);
	story_end(&s);
}

/* In a session of its own each comes through; so it does where the secure world has no such lock. */
static void test_in_two_sessions_nobody_waits(void **state)
{
	static const char two[] = TWO_CALLS("", "s: {}, t: {}", "t");
	static const char none[] = TWO_CALLS(", session-lock: false", "s: {}", "s");

	assert_int_equal(yaml_explore(two, "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(none, "mainline"), TEEQ_VERDICT_DONE);
}

/* A call, then what is said of it: in a, its own nested call waits for what is below it. */
static void test_a_call_that_comes_back_to_its_session(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2}\n"
		"sessions: {s: {}}\n"
		"commands: {outer: [{rpc: again}], inner: []}\n"
		"services: {again: {do: [{call: {session: s, command: inner}}]}}\n"
		"clients: {a: {do: [{call: {session: s, command: outer}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("a") SLEEPS("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_string_equal(story_why(&s, 0),
			    "a waits for session s, in which its own call outer is");
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/*
 * Who leaves tells the first who waits, who tells the next when it has come in. That one finds it taken
 * and goes back to wait.
 */
static void test_who_was_told_tells_the_next(void **state)
{
	static const char yaml[] =
		"secure: {threads: 3}\n"
		"sessions: {s: {}}\n"
		"commands: {work: [{interrupt: true}]}\n"
		"clients: {a: {count: 3, do: [{call: {session: s, command: work}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a.0") "a.0:secure/interrupted a.0:smc " CALLS("a.1") SLEEPS("a.1")
		       CALLS("a.2") SLEEPS("a.2"));
	story_play(&s, "a.0:secure/rpc a.0:notif-send");
	assert_int_equal(story_key(&s), 65);
	story_play(&s, RESUMES("a.0") LEAVES("a.0") IS_TOLD("a.1") "a.1:secure/rpc a.1:notif-send");
	assert_int_equal(story_key(&s), 66);
	story_play(&s, IS_TOLD("a.2") SLEEPS("a.2"));
	assert_string_equal(story_contexts(&s), "FSS");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* A close is one more call in the session. Who waits behind it finds the session gone, and fails. */
static void test_a_close_waits_until_nobody_wants_it(void **state)
{
	static const char yaml[] =
		"secure: {threads: 3}\n"
		"sessions: {s: {}}\n"
		"commands: {work: [{interrupt: true}]}\n"
		"clients:\n"
		"  a: {do: [{call: {session: s, command: work}}]}\n"
		"  b: {do: [{call: {session: s, command: work}}]}\n"
		"  c: {do: [{close: s}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/interrupted a:smc " CALLS("b") CALLS("c") SLEEPS("c")
		       SLEEPS("b"));
	/* c comes first: it is in the session, and b is still behind it. */
	story_play(&s, "a:secure/rpc a:notif-send " RESUMES("a") LEAVES("a") IS_TOLD("c")
		       "c:secure/rpc c:notif-send " RESUMES("c") IS_TOLD("b") SLEEPS("b")
		       "c:secure/rpc");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_CLOSE);
	story_play(&s, "c:notif-send " RESUMES("c") SLEEPS("c"));
	assert_string_equal(story_why(&s, 2),
			    "c closes session s, and waits until nobody wants it any more");
	story_play(&s, IS_TOLD("b") "b:secure/rpc");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_GONE);
	story_play(&s, "b:notif-send " RESUMES("b") "b:secure/exit b:leave/failed " IS_TOLD("c")
		       LEAVES("c"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* Who was let in by the driver before the close, and comes after it, fails; a new session is another. */
static void test_a_call_that_comes_too_late(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2}\n"
		"sessions: {s: {system: true}}\n"
		"commands: {work: [{work: 1}]}\n"
		"clients:\n"
		"  b: {do: [{call: {session: s, command: work}}]}\n"
		"  c: {do: [{close: s}, {open: s}, {call: {session: s, command: work}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("b") CALLS("c") "c:secure/working " LEAVES("c"));
	story_play(&s, "c:unreserve b:secure/exit");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_GONE);
	story_play(&s, "b:leave/failed " CALLS("c") LEAVES("c") CALLS("c") "c:secure/working "
		       LEAVES("c"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* -------------------------------------- where it costs nothing -------------------------------- */

static uint64_t shared_sessions(const char *yaml)
{
	struct teeq_model *model = yaml_model(yaml, "mainline");
	uint64_t sessions = model->shared_sessions;

	teeq_model_free(model);
	return sessions;
}
#define shared_sessions(...) FROM(shared_sessions(__VA_ARGS__))

#define ONE "sessions: {s: {}}\nlocks: [m, n]\ncommands: {c: []}\n"
#define IN_S "call: {session: s, command: c}"

static void test_only_where_two_calls_could_meet(void **state)
{
	/* One task; one thread; all of them under the same mutex. */
	assert_int_equal(shared_sessions("secure: {threads: 2}\n" ONE "clients: {a: {do: "
					 "[{" IN_S "}, {" IN_S "}]}}\n"), 0);
	assert_int_equal(shared_sessions("secure: {threads: 1}\n" ONE "clients: {a: {count: 2, "
					 "do: [{" IN_S "}]}}\n"), 0);
	assert_int_equal(shared_sessions("secure: {threads: 2, lost: 1}\n" ONE "clients: {a: "
					 "{count: 2, do: [{" IN_S "}]}}\n"), 0);
	assert_int_equal(shared_sessions("secure: {threads: 2}\n" ONE "clients: {a: {count: 2, "
					 "do: [{lock: m}, {" IN_S "}, {unlock: m}]}}\n"), 0);
	assert_int_equal(shared_sessions("secure: {threads: 2}\n" ONE "clients: {a: {count: 2, "
					 "do: [{" IN_S "}]}}\n"), 1);
	/* Not the same mutex, not at each of the calls, not in each turn of a loop. */
	assert_int_equal(shared_sessions("secure: {threads: 2}\n" ONE "clients:\n"
					 "  a: {do: [{lock: m}, {" IN_S "}, {unlock: m}]}\n"
					 "  b: {do: [{lock: n}, {" IN_S "}, {unlock: n}]}\n"), 1);
	assert_int_equal(shared_sessions("secure: {threads: 2}\n" ONE "clients: {a: {count: 2, "
					 "do: [{lock: m}, {repeat: {times: 2, do: [{" IN_S "}, "
					 "{unlock: m}]}}]}}\n"), 1);
	/* A service that unlocks what its caller holds. */
	assert_int_equal(shared_sessions("secure: {threads: 2}\nsessions: {s: {}}\nlocks: [m]\n"
					 "commands: {c: [{rpc: r}]}\n"
					 "services: {r: {do: [{unlock: m}, {lock: m}]}}\n"
					 "clients: {a: {count: 2, do: [{lock: m}, {" IN_S "}, "
					 "{unlock: m}]}}\n"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_waits_with_its_thread),
		cmocka_unit_test(test_a_close_waits_too),
		cmocka_unit_test(test_in_two_sessions_nobody_waits),
		cmocka_unit_test(test_a_call_that_comes_back_to_its_session),
		cmocka_unit_test(test_who_was_told_tells_the_next),
		cmocka_unit_test(test_a_close_waits_until_nobody_wants_it),
		cmocka_unit_test(test_a_call_that_comes_too_late),
		cmocka_unit_test(test_only_where_two_calls_could_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
