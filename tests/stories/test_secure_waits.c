/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits in the secure world that end before they should: by time, or by an RPC that fails. */
#include "stories/secure_story.h"

/* ------------------------------- a condition, for so long only -------------------------------- */

static const char timed[] =
	"secure: {threads: 2, locks: [m], conditions: [c]}\n"
	"commands:\n"
	"  wait: [{lock: m}, {cond-wait: {condition: c, lock: m, timeout: 5}}, {unlock: m}]\n"
	"  tell: [{lock: m}, {cond-signal: c}, {unlock: m}]\n"
	"clients:\n"
	"  a: {do: [{call: {command: wait}}]}\n"
	"  b: {do: [{call: {command: tell}}]}\n";

#define BEGINS_TO_WAIT(task) CALLS(task) task ":secure/working " SLEEPS(task)

/* Nobody signals it: the time is over, and the lock is taken again all the same. */
static void test_a_condition_that_nobody_signals(void **state)
{
	static const char alone[] =
		"secure: {threads: 1, locks: [m], conditions: [c]}\n"
		"commands: {wait: [{lock: m}, {cond-wait: {condition: c, lock: m, timeout: 5}}, "
		"{unlock: m}]}\n"
		"clients: {a: {do: [{call: {command: wait}}]}}\n";
	struct story s = yaml_story(alone, "mainline");
	struct teeq_secure_lock_view lock;

	story_play(&s, CALLS("a") "a:secure/working a:secure/rpc");
	assert_int_equal(s.event.ticks, 5);
	teeq_world_secure_lock(s.model, s.world, 0, &lock);
	assert_int_equal(lock.holder_count, 0);
	story_play(&s, "a:notif-wait/must-wait a:sleep a:notif-wake/failed a:smc/resumed "
		       "a:secure/working a:secure/working");
	teeq_world_secure_lock(s.model, s.world, 0, &lock);
	assert_true(lock.written);
	story_play(&s, LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(alone, "mainline"), TEEQ_VERDICT_DONE);
}

/*
 * The signal comes first, its notification after the time is over: that is remembered for the thread
 * context, and the next wait there returns at once, for nothing.
 */
static void test_a_notification_that_comes_too_late(void **state)
{
	struct story s = yaml_story(timed, "mainline");

	story_play(&s, BEGINS_TO_WAIT("a") "a:sleep ");
	story_play(&s, CALLS("b") "b:secure/working b:secure/working b:secure/rpc "
		       "a:notif-wake/failed a:smc/resumed a:secure/working b:notif-send");
	assert_int_equal(s.event.peer, TEEQ_NO_TASK);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(timed, "mainline"), TEEQ_VERDICT_DONE);
}

/* The lock it waits for as long as it takes: that b never gives it back is a deadlock. */
static void test_the_lock_is_waited_for_without_an_end(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2, locks: [m], conditions: [c]}\n"
		"events: [never]\n"
		"commands:\n"
		"  wait: [{lock: m}, {cond-wait: {condition: c, lock: m, timeout: 5}}, {unlock: m}]\n"
		"  keep: [{lock: m}, {rpc: need}, {unlock: m}]\n"
		"services: {need: {do: [{await: never}]}}\n"
		"clients:\n"
		"  a: {do: [{call: {command: wait}}]}\n"
		"  b: {do: [{call: {command: keep}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, BEGINS_TO_WAIT("a") CALLS("b") "b:secure/rpc a:sleep a:notif-wake/failed "
		       "a:smc/resumed a:secure/working " SLEEPS("a"));
	assert_int_equal(s.event.ticks, 0);
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* Without an end it waits for ever. */
static void test_without_an_end(void **state)
{
	assert_int_equal(yaml_explore("secure: {threads: 1, locks: [m], conditions: [c]}\n"
				      "commands: {wait: [{lock: m}, {cond-wait: {condition: c, "
				      "lock: m}}, {unlock: m}]}\n"
				      "clients: {a: {do: [{call: {command: wait}}]}}\n",
				      "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* ------------------------------------ an RPC that fails --------------------------------------- */

static const char failing[] =
	"secure: {threads: 2, locks: [m]}\n"
	"commands: {write: [{lock: m}, {interrupt: true}, {unlock: m}]}\n"
	"clients:\n"
	"  a: {do: [{call: {command: write}}]}\n"
	"  b: {do: [{call: {command: write}}]}\n"
	"faults: {f: {kind: notif-wait-fails, times: always}}\n";

/* Who waits for a lock does not look at the answer: b asks again and again, until it has the lock. */
static void test_who_waits_for_a_lock_spins(void **state)
{
	struct story s = yaml_story(failing, "mainline");

	story_play(&s, CALLS("a") "a:secure/interrupted " CALLS("b") "b:secure/rpc");
	for (int i = 0; i < 3; i++) {
		story_play(&s, "f:fault b:notif-wait/failed");
		assert_int_equal(s.event.result, -12);
		story_play(&s, "b:smc/resumed b:secure/rpc");
	}
	/* It is told while it is on its way: it does not wait for the notification, which stays. */
	story_play(&s, "f:fault b:notif-wait/failed b:smc/resumed a:smc/resumed a:secure/rpc "
		       "b:secure/interrupted a:notif-send");
	assert_int_equal(s.event.peer, TEEQ_NO_TASK);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(failing, "mainline"), TEEQ_VERDICT_DONE);
}

/* A command that waits for a notification fails, and gives back what it holds. */
static void test_who_waits_for_a_notification_fails(void **state)
{
	static const char yaml[] =
		"secure: {threads: 1, locks: [m]}\n"
		"notifications: [n]\n"
		"commands: {wait: [{lock: m}, {wait: n}, {unlock: m}]}\n"
		"clients: {a: {do: [{call: {command: wait}}]}}\n"
		"faults: {f: {kind: notif-wait-fails}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc f:fault a:notif-wait/failed a:smc/resumed "
		       "a:secure/exit a:leave/failed");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_condition_that_nobody_signals),
		cmocka_unit_test(test_a_notification_that_comes_too_late),
		cmocka_unit_test(test_the_lock_is_waited_for_without_an_end),
		cmocka_unit_test(test_without_an_end),
		cmocka_unit_test(test_who_waits_for_a_lock_spins),
		cmocka_unit_test(test_who_waits_for_a_notification_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
