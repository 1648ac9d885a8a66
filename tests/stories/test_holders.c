/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who holds a lock of the secure world is what was written down when it was taken, and no guess from
 * where somebody stands. Each story ends with all that a report says of who waits for what.
 */
#include "stories/secure_story.h"

/* "a.0 2" for each who holds lock @lock: whose call in which thread, or after it; and how often. */
static void assert_held(const struct story *s, unsigned int lock, const char *expected)
{
	struct teeq_secure_holder_view view;
	char text[256] = "";
	size_t length = 0;

	for (unsigned int i = 0; teeq_world_secure_holder(s->model, s->world, lock, i, &view); i++) {
		const char *name = view.task < 0 ? "lost" :
						   teeq_model_task_name(s->model, (size_t)view.task);

		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", i ? ", " : "",
					   name);
		if (view.task < 0)
			length += (size_t)snprintf(text + length, sizeof(text) - length, " in %u",
						   view.context);
		else if (view.context != TEEQ_NO_CONTEXT)
			length += (size_t)snprintf(text + length, sizeof(text) - length,
						   " at %u in %u", view.level, view.context);
		length += (size_t)snprintf(text + length, sizeof(text) - length, " x%u", view.count);
		if (view.task >= 0 && view.context != TEEQ_NO_CONTEXT)
			assert_true(teeq_world_holds(s->model, s->world, (unsigned int)view.task,
						     view.level, lock));
	}
	assert_string_equal(text, expected);
	assert_null(teeq_world_check(s->model, s->world));
}
#define assert_held(...) FROM(assert_held(__VA_ARGS__))

/* a takes m again behind the condition, and has given it back when h takes it. */
static void test_what_was_given_back_after_a_condition_is_not_held(void **state)
{
	static const char *const yaml =
		"secure: {threads: 4, locks: [m], conditions: [c]}\n"
		"events: [never]\n"
		"commands:\n"
		"  waiter: [{lock: m}, {cond-wait: {condition: c, lock: m}}, {unlock: m}, "
		"{rpc: stuck}]\n"
		"  signaller: [{lock: m}, {cond-signal: c}, {unlock: m}]\n"
		"  holder: [{lock: m}, {rpc: stuck}]\n"
		"  wanter: [{lock: m}]\n"
		"services: {stuck: {do: [{await: never}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: waiter}}]}\n"
		"  b: {stage: 2, do: [{call: {command: signaller}}]}\n"
		"  h: {stage: 3, do: [{call: {command: holder}}]}\n"
		"  d: {stage: 4, do: [{call: {command: wanter}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working ");
	assert_held(&s, 0, "a at 0 in 0 x1");
	story_play(&s, SLEEPS("a"));
	assert_held(&s, 0, "");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_held(&s, 0, "h at 0 in 1 x1");
	assert_why(&s, "a waits for event never, and nobody is left who would signal it\n"
		       "h waits for event never, and nobody is left who would signal it\n"
		       "d waits for secure lock m, held by h's call holder, in thread 1\n"
		       "cycle of 0");
	story_end(&s);
}

/* The same m, and a waits for n, which d has, who waits for m: but a does not hold that any more. */
static void test_no_cycle_where_there_is_none(void **state)
{
	static const char *const yaml =
		"secure: {threads: 4, locks: [m, n], conditions: [c]}\n"
		"events: [never, go]\n"
		"commands:\n"
		"  waiter: [{lock: m}, {cond-wait: {condition: c, lock: m}}, {unlock: m}, "
		"{rpc: pause}, {lock: n}]\n"
		"  signaller: [{lock: m}, {cond-signal: c}, {unlock: m}]\n"
		"  holder: [{lock: m}, {rpc: stuck}]\n"
		"  wanter: [{lock: n}, {lock: m}]\n"
		"services: {stuck: {do: [{await: never}]}, pause: {do: [{await: go}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: waiter}}]}\n"
		"  b: {stage: 2, do: [{call: {command: signaller}}]}\n"
		"  h: {stage: 3, do: [{call: {command: holder}}]}\n"
		"  d: {stage: 4, do: [{call: {command: wanter}}]}\n"
		"  e: {stage: 5, do: [{signal: go}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_why(&s, "a waits for secure lock n, held by d's call wanter, in thread 2\n"
		       "h waits for event never, and nobody is left who would signal it\n"
		       "d waits for secure lock m, held by h's call holder, in thread 1\n"
		       "cycle of 0");
	story_end(&s);
}

/* give unlocks what it did not take: what its own task kept, though another keeps the lock, too. */
static void test_a_task_gives_back_what_its_earlier_call_took(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m]}\n"
		"commands: {take: [{read-lock: m}], give: [{unlock: m}], write: [{lock: m}]}\n"
		"clients:\n"
		"  a: {do: [{call: {command: take}}]}\n"
		"  b: {do: [{call: {command: take}}, {call: {command: give}}]}\n"
		"  c: {stage: 2, do: [{call: {command: write}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") LEAVES("a"));
	assert_held(&s, 0, "a x1");
	story_play(&s, CALLS("b") LEAVES("b"));
	assert_held(&s, 0, "a x1, b x1");
	story_play(&s, CALLS("b") LEAVES("b"));
	assert_held(&s, 0, "a x1");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_why(&s, "c waits for secure lock m, held since an earlier call of a, which has finished\n"
		       "cycle of 0");
	story_end(&s);
}

/* Whose of two holds a third gives back cannot be said; the last one is nobody's when it is gone. */
static void test_readers_have_no_names(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3, locks: [m]}\n"
		"events: [never]\n"
		"commands:\n"
		"  keep: [{read-lock: m}]\n"
		"  read: [{read-lock: m}, {rpc: stuck}]\n"
		"  give: [{unlock: m}]\n"
		"  write: [{lock: m}]\n"
		"services: {stuck: {do: [{await: never}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: keep}}]}\n"
		"  b: {do: [{call: {command: read}}]}\n"
		"  c: {stage: 2, do: [{call: {command: give}}]}\n"
		"  d: {stage: 3, do: [{call: {command: write}}]}\n";
	struct story s = yaml_story(yaml, "mainline");
	struct teeq_secure_lock_view lock;

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_held(&s, 0, "b at 0 in 1 x1, a x1");
	teeq_world_secure_lock(s.model, s.world, 0, &lock);
	assert_int_equal(lock.readers, 1);
	assert_int_equal(lock.named, 2);
	assert_int_equal(lock.holder_count, 2);
	assert_why(&s, "b waits for event never, and nobody is left who would signal it\n"
		       "d waits for secure lock m, held by b's call read, in thread 1; of their 2 "
		       "holds another call gave back 1\n"
		       "d waits for secure lock m, held since an earlier call of a, which has "
		       "finished; of their 2 holds another call gave back 1\n"
		       "cycle of 0");
	story_end(&s);
}

/* An RPC that fails inside two locks gives back both; the call that does it is at its end, not held. */
static void test_what_a_failing_command_gives_back(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m, n]}\n"
		"commands: {write: [{lock: m}, {lock: n}, {rpc: memory}, {work: 1}, {unlock: n}, "
		"{unlock: m}]}\n"
		"services: {memory: {kind: shm-alloc}}\n"
		"clients: {a: {do: [{call: {command: write}}]}}\n"
		"faults: {full: {kind: no-memory}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc full:fault a:rpc/failed=ENOMEM");
	assert_held(&s, 0, "a at 0 in 0 x1");
	assert_held(&s, 1, "a at 0 in 0 x1");
	story_play(&s, RESUMES("a") "a:secure/working ");
	assert_held(&s, 0, "a at 0 in 0 x1");
	assert_held(&s, 1, "");
	story_play(&s, "a:secure/exit");
	assert_held(&s, 0, "");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Its call was given up, but the lock is the thread's, which never comes back. */
static void test_a_lost_thread_keeps_its_lock(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3, locks: [m]}\n"
		"commands: {write: [{lock: m}, {interrupt: true}, {unlock: m}]}\n"
		"clients:\n"
		"  a: {do: [{call: {command: write}}]}\n"
		"  b: {stage: 2, do: [{call: {command: write}}]}\n"
		"faults: {lost: {kind: resume-refused}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/interrupted lost:fault a:smc/refused a:leave/failed "
		       CALLS("b") SLEEPS("b"));
	assert_held(&s, 0, "lost in 0 x1");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_why(&s, "b waits for secure lock m, held by thread 0, which is lost\ncycle of 0");
	story_end(&s);
}

/* A single-instance TA that calls another takes their lock twice, and has it until both are left. */
static void test_the_lock_of_single_instance_tas_counts(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, tas: {fs: {single-instance: true}, "
		"key: {single-instance: true}}}\n"
		"commands: {sign: {ta: key, do: [{work: 1}]}, "
		"write: {ta: fs, do: [{invoke: sign}, {work: 1}]}}\n"
		"clients: {a: {do: [{call: {command: write}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/working ");
	assert_held(&s, 0, "a at 0 in 0 x1");
	assert_held(&s, 1, "");
	assert_held(&s, 2, "a at 0 in 0 x1");
	story_play(&s, "a:secure/working a:secure/working ");
	assert_held(&s, 1, "a at 0 in 0 x1");
	assert_held(&s, 2, "a at 0 in 0 x2");
	story_play(&s, "a:secure/working a:secure/working a:secure/working");
	assert_held(&s, 1, "");
	assert_held(&s, 2, "a at 0 in 0 x1");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	assert_held(&s, 2, "");
	story_end(&s);
}

/* Each turn of a loop takes it once more, for reading; the end of the call hands it to the task. */
static void test_a_loop_takes_it_several_times(void **state)
{
	static const char *const yaml =
		"secure: {threads: 1, locks: [m]}\n"
		"commands: {read: [{repeat: {times: 3, do: [{read-lock: m}]}}, {unlock: m}]}\n"
		"clients: {a: {do: [{call: {command: read}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/working ");
	assert_held(&s, 0, "a at 0 in 0 x2");
	story_play(&s, "a:secure/working a:secure/exit");
	assert_held(&s, 0, "a x2");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* The call of a service, one level higher, is not the call that asked for it. */
static void test_the_level_of_the_call_is_told(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m, n]}\n"
		"events: [never]\n"
		"commands:\n"
		"  outer: [{lock: n}, {rpc: again}, {unlock: n}]\n"
		"  inner: [{lock: m}, {rpc: stuck}, {unlock: m}]\n"
		"services: {again: {do: [{call: {command: inner}}]}, "
		"stuck: {do: [{await: never}]}}\n"
		"clients: {a: {do: [{call: {command: outer}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_held(&s, 0, "a at 1 in 1 x1");
	assert_held(&s, 1, "a at 0 in 0 x1");
	assert_false(teeq_world_holds(s.model, s.world, 0, 0, 0));
	assert_false(teeq_world_holds(s.model, s.world, 0, 1, 1));
	story_end(&s);
}

/*
 * b waits for the lock of all single-instance TAs, which a has twice: leaving the inner TA tells nobody,
 * and leaving the outer one tells b.
 */
static void test_nobody_is_told_of_a_lock_that_is_held_still(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, tas: {fs: {single-instance: true}, "
		"key: {single-instance: true}}}\n"
		"commands: {sign: {ta: key, do: [{work: 1}]}, "
		"write: {ta: fs, do: [{invoke: sign}, {work: 1}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: write}}]}\n"
		"  b: {do: [{call: {command: sign}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/working a:secure/working " CALLS("b") SLEEPS("b"));
	/* Into key, its work, out of key, and out of its lock once: the work of fs follows. */
	story_play(&s, "a:secure/working a:secure/working a:secure/working a:secure/working ");
	assert_held(&s, 2, "a at 0 in 0 x1");
	assert_string_equal(story_contexts(&s), "AS");
	story_play(&s, "a:secure/working " TELLS("a"));
	assert_held(&s, 2, "");
	story_play(&s, IS_TOLD("b"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* The second turn fails at its RPC: the lock that the first one took and kept is given back. */
static void test_what_an_earlier_turn_took_is_given_back(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m, n]}\n"
		"commands: {write: [{lock: n}, {repeat: {times: 3, do: [{rpc: memory}, "
		"{read-lock: m}]}}]}\n"
		"services: {memory: {kind: shm-alloc}}\n"
		"clients: {a: {do: [{call: {command: write}}]}}\n"
		"faults: {full: {kind: no-memory}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc a:rpc/ok " RESUMES("a")
		       "a:secure/rpc a:rpc/ok " RESUMES("a") "a:secure/rpc ");
	assert_held(&s, 0, "a at 0 in 0 x2");
	assert_held(&s, 1, "a at 0 in 0 x1");
	story_play(&s, "full:fault a:rpc/failed=ENOMEM " RESUMES("a") "a:secure/working ");
	assert_held(&s, 0, "a at 0 in 0 x1");
	story_play(&s, "a:secure/working ");
	assert_held(&s, 0, "");
	assert_held(&s, 1, "a at 0 in 0 x1");
	story_play(&s, "a:secure/exit ");
	assert_held(&s, 1, "");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Nothing of it was taken in the first turn, and the second lock of two was given back by it. */
static void test_what_an_earlier_turn_gave_back_is_not_given_back(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m, n]}\n"
		"commands: {write: [{read-lock: m}, {read-lock: m}, {repeat: {times: 2, do: ["
		"{repeat: {times: 2, do: [{rpc: memory}, {lock: n}, {unlock: n}]}}, "
		"{unlock: m}]}}, {rpc: memory}]}\n"
		"services: {memory: {kind: shm-alloc}}\n"
		"clients: {a: {do: [{call: {command: write}}]}}\n"
		"faults: {full: {kind: no-memory}}\n";
	struct story s = yaml_story(yaml, "mainline");

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	assert_held(&s, 0, "");
	story_end(&s);
	/* Wherever the memory runs out, nothing is unlocked that is not held: that would be a violation. */
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* With a second reader, what is held twice after a loop is given back twice, and its own stays his. */
static void test_what_is_behind_a_loop_is_given_back_too(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m]}\n"
		"commands: {read: [{repeat: {times: 2, do: [{read-lock: m}]}}, {rpc: memory}, "
		"{unlock: m}, {rpc: memory}, {unlock: m}], write: [{lock: m}, {unlock: m}]}\n"
		"services: {memory: {kind: shm-alloc}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: read}}]}\n"
		"  b: {do: [{call: {command: read}}, {call: {command: write}}]}\n"
		"faults: {full: {kind: no-memory, times: 2}}\n";

	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_given_back_after_a_condition_is_not_held),
		cmocka_unit_test(test_no_cycle_where_there_is_none),
		cmocka_unit_test(test_a_task_gives_back_what_its_earlier_call_took),
		cmocka_unit_test(test_readers_have_no_names),
		cmocka_unit_test(test_what_a_failing_command_gives_back),
		cmocka_unit_test(test_a_lost_thread_keeps_its_lock),
		cmocka_unit_test(test_the_lock_of_single_instance_tas_counts),
		cmocka_unit_test(test_a_loop_takes_it_several_times),
		cmocka_unit_test(test_the_level_of_the_call_is_told),
		cmocka_unit_test(test_nobody_is_told_of_a_lock_that_is_held_still),
		cmocka_unit_test(test_what_an_earlier_turn_took_is_given_back),
		cmocka_unit_test(test_what_an_earlier_turn_gave_back_is_not_given_back),
		cmocka_unit_test(test_what_is_behind_a_loop_is_given_back_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
