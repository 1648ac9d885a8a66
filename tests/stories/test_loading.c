/* SPDX-License-Identifier: BSD-2-Clause */
/* The first open of a TA loads it, and who else opens it meanwhile waits, with its thread held. */
#include "stories/secure_story.h"

#include "teeq/report.h"

#define TWO(ta_, more_)                                                           \
	"secure: {threads: 2, tas: {keys: {" ta_ "load: [{rpc: file}]}}}\n"        \
	"sessions: {s: {}, t: {}}\n"                                              \
	"commands: {begin: {ta: keys}}\n"                                         \
	"services: {file: {kind: shm-alloc}}\n"                                   \
	"clients:\n"                                                              \
	"  a: {do: [{open: {session: s, command: begin}}, {close: s}]}\n"         \
	"  b: {do: [{open: {session: t, command: begin}}, {close: t}]}\n" more_

#define SINGLE "single-instance: true, "
#define LOADS(task) CALLS(task) task ":secure/rpc " task ":rpc/ok " RESUMES(task)

/* Into the single-instance TA and out of it again, and the call's end. */
#define RUNS(task) task ":secure/working " task ":secure/working " task ":secure/working "

static void assert_touch(const struct story *s, enum teeq_event_touch touch)
{
	assert_int_equal(s->event.touch, touch);
	assert_int_equal(teeq_model_secure_lock_kind(s->model, s->event.touched),
			 TEEQ_SECURE_LOCK_LOADING);
	assert_string_equal(teeq_model_secure_lock_name(s->model, s->event.touched), "keys");
}
#define assert_touch(...) FROM(assert_touch(__VA_ARGS__))

static void test_the_second_open_waits(void **state)
{
	struct story s = yaml_story(TWO(SINGLE, ""), "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_TAKE);
	story_play(&s, CALLS("b") "b:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_TAKEN);
	assert_int_equal(story_key(&s), 65);
	story_play(&s, "b:notif-wait/must-wait");
	assert_string_equal(story_contexts(&s), "SS");
	assert_string_equal(story_why(&s, 1),
			    "b waits for TA keys, which a's call begin is loading");
	/* It is told when a has loaded it, and does not load it once more. */
	story_play(&s, "a:rpc/ok " RESUMES("a") "a:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_LOAD);
	story_play(&s, "a:notif-send " IS_TOLD("b") "b:secure/working");
	assert_touch(&s, TEEQ_EVENT_TOUCH_LOADED);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(TWO(SINGLE, ""), "mainline"), TEEQ_VERDICT_DONE);
}

/* The open fails with it, and the one that waited loads the TA itself. */
static void test_the_next_tries_where_loading_fails(void **state)
{
	static const char yaml[] = TWO(SINGLE, "faults: {f: {kind: no-memory}}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc f:fault " CALLS("b") SLEEPS("b")
		       "a:rpc/failed " RESUMES("a") "a:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_RELEASE);
	story_play(&s, "a:notif-send " RESUMES("a") "a:secure/exit a:leave/failed a:enter/refused "
		       IS_TOLD("b") "b:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_TAKE);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* It is there while a session of it is open: with keep-alive for ever. */
static void test_the_last_close_unloads_it(void **state)
{
	struct story s = yaml_story(TWO(SINGLE, ""), "mainline");

	story_play(&s, LOADS("a") "a:secure/working");
	assert_touch(&s, TEEQ_EVENT_TOUCH_LOAD);
	story_play(&s, RUNS("a") LEAVES("a") CALLS("a") RUNS("a") "a:secure/working a:secure/exit");
	assert_touch(&s, TEEQ_EVENT_TOUCH_UNLOAD);
	story_play(&s, "a:leave " CALLS("b") "b:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_TAKE);
	story_end(&s);
	s = yaml_story(TWO(SINGLE "keep-alive: true, ", ""), "mainline");
	story_play(&s, LOADS("a") "a:secure/working " RUNS("a") LEAVES("a") CALLS("a") RUNS("a")
		       "a:secure/working a:secure/exit");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_NONE);
	story_play(&s, "a:leave " CALLS("b") "b:secure/working");
	assert_touch(&s, TEEQ_EVENT_TOUCH_LOADED);
	story_end(&s);
}

/* Of one that is not single-instance each open loads its own, but the first is waited for. */
static void test_each_open_loads_an_instance(void **state)
{
	struct story s = yaml_story(TWO("", ""), "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") SLEEPS("b") "a:rpc/ok " RESUMES("a")
		       "a:secure/rpc a:notif-send " IS_TOLD("b") "b:secure/rpc");
	assert_touch(&s, TEEQ_EVENT_TOUCH_LOADED);
	assert_int_equal(s.event.object, 0); /* the service that it asks for, to load its own */
	story_play(&s, "b:rpc/ok");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(TWO("", ""), "mainline"), TEEQ_VERDICT_DONE);
}

/* Who has a session from the beginning has a TA that is loaded. */
static void test_a_session_from_the_beginning(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2, tas: {keys: {load: [{rpc: file}]}}}\n"
		"commands: {use: {ta: keys}}\n"
		"services: {file: {}}\n"
		"clients: {a: {do: [{call: {command: use}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/exit");
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_second_open_waits),
		cmocka_unit_test(test_the_next_tries_where_loading_fails),
		cmocka_unit_test(test_the_last_close_unloads_it),
		cmocka_unit_test(test_each_open_loads_an_instance),
		cmocka_unit_test(test_a_session_from_the_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
