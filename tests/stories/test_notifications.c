/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: threads of the secure world sleep in the normal world until a key is sent. And those
 * that arrive by interrupt, with no thread behind them.
 */
#include "stories/yaml_story.h"

#define KEYS(threads, clients) \
	"secure: {threads: " threads "}\n" \
	"notifications: [ready, other]\n" \
	"commands:\n" \
	"  waits: [wait: ready]\n" \
	"  waits-long: [wait: {key: ready, timeout: 100}]\n" \
	"  sends: [notify: ready]\n" \
	"clients:\n" clients

#define WAITER(name) "  " name ": {do: [call: {command: waits}]}\n"
#define SENDER "  sender: {do: [notify: ready]}\n"
#define ENTERS(name) name ":enter/admitted " name ":smc/taken " name ":secure/rpc "
#define RETURNS(name) name ":smc/resumed " name ":secure/exit " name ":leave "

/* -------------------------------------------- keys -------------------------------------------- */

static void test_who_waits_is_woken(void **state)
{
	struct story s = yaml_story(KEYS("2", WAITER("a") SENDER), "mainline");

	story_play(&s, ENTERS("a") "a:notif-wait/must-wait");
	assert_string_equal(story_enabled(&s), "sender");
	story_play(&s, "sender:notif-send a:notif-wake/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Sent before anybody waits: remembered, once, however often it was sent. */
static void test_an_early_send_is_remembered(void **state)
{
	struct story s = yaml_story(
		KEYS("2", "  a: {do: [call: {command: waits}, call: {command: waits}]}\n"
		     "  sender: {do: [notify: ready, notify: ready]}\n"),
		"mainline");

	story_play(&s, "sender:notif-send sender:notif-send " ENTERS("a") "a:notif-wait/ok "
		       RETURNS("a") ENTERS("a") "a:notif-wait/must-wait");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* A send while the one before has not been noticed yet wakes nobody, and is not remembered either. */
static void test_a_second_send_is_lost(void **state)
{
	struct story s = yaml_story(
		KEYS("2", "  a: {do: [call: {command: waits}, call: {command: waits}]}\n"
		     "  sender: {do: [notify: ready, notify: ready]}\n"),
		"mainline");

	story_play(&s, ENTERS("a") "a:notif-wait/must-wait sender:notif-send sender:notif-send "
		       "a:notif-wake/ok " RETURNS("a") ENTERS("a") "a:notif-wait/must-wait");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* Keys have nothing to do with each other. */
static void test_another_key_wakes_nobody(void **state)
{
	struct story s = yaml_story(
		KEYS("2", WAITER("a") "  sender: {do: [notify: other]}\n"), "mainline");

	assert_int_equal(teeq_model_notification_key(s.model, 0), 1);
	assert_int_equal(teeq_model_notification_key(s.model, 1), 2);
	story_play(&s, ENTERS("a") "a:notif-wait/must-wait sender:notif-send");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* One may wait for a key: the second is told that it is busy, and its command gives up. */
static void test_a_second_waiter_is_refused(void **state)
{
	struct story s = yaml_story(KEYS("3", WAITER("a") WAITER("b") SENDER), "mainline");

	story_play(&s, ENTERS("a") ENTERS("b") "a:notif-wait/must-wait b:notif-wait/failed=EBUSY "
		       RETURNS("b") "sender:notif-send a:notif-wake/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
	/* Which of them it is depends; that one is goes for all schedules, if nobody sends. */
	yaml_ends(KEYS("3", WAITER("a") WAITER("b")), "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* No signal ends the wait: a killed client keeps its thread until somebody sends. */
static void test_a_kill_does_not_end_the_wait(void **state)
{
	struct story s = yaml_story(
		KEYS("2", WAITER("a") "  killer: {do: [kill: a]}\n"), "mainline");

	story_play(&s, ENTERS("a") "a:notif-wait/must-wait killer:kill");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	s = yaml_story(
		KEYS("2", WAITER("a") "  killer: {do: [kill: a, notify: ready]}\n"), "mainline");
	story_play(&s, ENTERS("a") "a:notif-wait/must-wait killer:kill killer:notif-send "
		       "a:notif-wake/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* The secure world sends by an RPC, for which it needs a thread. */
static void test_a_send_from_the_secure_world(void **state)
{
	static const char *const clients = WAITER("a") "  b: {do: [call: {command: sends}]}\n";
	char text[512];
	struct story s;

	snprintf(text, sizeof(text), "%s%s", KEYS("2", ""), clients);
	s = yaml_story(text, "mainline");
	story_play(&s, ENTERS("a") "a:notif-wait/must-wait " ENTERS("b") "b:notif-send/ok "
		       "a:notif-wake/ok " RETURNS("a") RETURNS("b"));
	story_over(&s, TEEQ_VERDICT_DONE);
	snprintf(text, sizeof(text), "%s%s", KEYS("1", ""), clients);
	s = yaml_story(text, "mainline");
	story_play(&s, ENTERS("a") "a:notif-wait/must-wait b:enter/must-wait");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* Mutexes of the secure world use keys of their own: 64 and the waiting thread's number. */
static void test_keys_of_threads(void **state)
{
	struct story s = yaml_story("secure: {threads: 2, locks: [fs]}\n"
				    "notifications: [ready]\n"
				    "commands: {work: [lock: fs, wait: ready, unlock: fs]}\n"
				    "clients:\n"
				    "  a: {do: [call: {command: work}]}\n"
				    "  b: {do: [call: {command: work}]}\n",
				    "mainline");

	story_play(&s, ENTERS("a") "a:notif-wait/must-wait");
	assert_int_equal(teeq_model_notification_key(s.model, s.event.object), 1);
	story_play(&s, ENTERS("b") "b:notif-wait/must-wait");
	assert_int_equal(teeq_model_notification_key(s.model, s.event.object), 64 + 1);
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* ------------------------------------------ timeouts ------------------------------------------ */

static const char timed[] = KEYS("2", "  a: {do: [call: {command: waits-long}]}\n"
				 "  sender: {do: [sleep: 200, notify: ready]}\n");

static void test_a_wait_with_a_timeout(void **state)
{
	struct story s = yaml_story(timed, "mainline");

	/* The send comes too late, and is remembered. */
	story_play(&s, "sender:start " ENTERS("a") "a:notif-wait/must-wait "
		       "a:sleep a:notif-wake/failed=ETIMEDOUT " RETURNS("a")
		       "sender:sleep sender:notif-send");
	assert_int_equal(s.event.peer, TEEQ_NO_TASK);
	story_over(&s, TEEQ_VERDICT_DONE);
	/* It comes when the time is over and the waiter still in the list: nobody hears of it. */
	s = yaml_story(timed, "mainline");
	story_play(&s, "sender:start " ENTERS("a") "a:notif-wait/must-wait a:sleep sender:sleep "
		       "sender:notif-send");
	assert_int_equal(s.event.peer, story_task(&s, "a"));
	story_play(&s, "a:notif-wake/failed=ETIMEDOUT " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
	/* It comes in time. */
	s = yaml_story(timed, "mainline");
	story_play(&s, "sender:start " ENTERS("a") "a:notif-wait/must-wait sender:sleep "
		       "sender:notif-send a:notif-wake/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Where nobody sends, the timeout is what is left; without one it waits for ever. */
static void test_nobody_sends(void **state)
{
	yaml_ends(KEYS("2", "  a: {do: [call: {command: waits-long}]}\n"), "mainline",
		  TEEQ_VERDICT_DONE);
	yaml_ends(KEYS("2", WAITER("a")), "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* ---------------------------------------- by interrupt ---------------------------------------- */

#define ASYNC(threads, clients) \
	"secure: {threads: " threads ", bottom-half: handle}\n" \
	"notifications: [ready, other]\n" \
	"commands: {waits: [wait: ready], waits-too: [wait: other], handle: [notify: other]}\n" \
	"clients:\n" clients

/* The driver asks for a value until no more are pending; the interrupt needs no thread. */
static void fetches(struct story *s, uint64_t value, uint64_t flags)
{
	story_play(s, "optee-notif:interrupt");
	story_smc(s, TEEQ_SMC_GET_ASYNC_NOTIF_VALUE, TEEQ_SMC_RETURN_OK);
	assert_int_equal(s->event.ret.a[1], value);
	assert_int_equal(s->event.ret.a[2], flags);
}
#define fetches(...) FROM(fetches(__VA_ARGS__))

static void test_values_come_by_interrupt(void **state)
{
	struct story s = yaml_story(
		ASYNC("1", WAITER("a") "  hw: {do: [async: other, async: ready]}\n"),
		"mainline");

	story_play(&s, ENTERS("a") "a:notif-wait/must-wait hw:async hw:async");
	/* Valid, and more are pending; then valid, and it was the last. */
	fetches(&s, 1, 3);
	fetches(&s, 2, 1);
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, "a:notif-wake/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

static const char halves[] = ASYNC("2", WAITER("a")
				   "  b: {do: [call: {command: waits-too}]}\n"
				   "  hw: {stage: 2, do: [bottom-half: true, async: ready]}\n");

/* Value 0 asks for the bottom half: a normal call, which needs a thread like everybody else. */
static void test_the_bottom_half_is_a_call(void **state)
{
	struct story s = yaml_story(ASYNC("2", "  b: {do: [call: {command: waits-too}]}\n"
					  "  hw: {do: [bottom-half: true]}\n"),
				    "mainline");

	story_play(&s, ENTERS("b") "b:notif-wait/must-wait hw:async");
	fetches(&s, 0, 1);
	story_play(&s, "optee-bottom-half:start optee-bottom-half:enter/admitted@normal "
		       "optee-bottom-half:smc/taken optee-bottom-half:secure/rpc "
		       "optee-bottom-half:notif-send b:notif-wake/ok " RETURNS("b")
		       RETURNS("optee-bottom-half"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* While it waits for a thread, values are fetched all the same: here the one that frees a thread. */
static void test_values_pass_a_waiting_bottom_half(void **state)
{
	struct story s = yaml_story(halves, "mainline");

	story_play(&s, ENTERS("a") "a:notif-wait/must-wait " ENTERS("b") "b:notif-wait/must-wait "
		       "hw:async");
	fetches(&s, 0, 1);
	story_play(&s, "optee-bottom-half:start optee-bottom-half:enter/must-wait hw:async");
	fetches(&s, 1, 1);
	story_play(&s, "a:notif-wake/ok " RETURNS("a"));
	assert_string_equal(story_woken(&s), "b");
	/* That woke b, which is in the list and holds a thread: its own exit hands the wake on. */
	story_over(&s, TEEQ_VERDICT_LOST_WAKEUP);
	yaml_ends(halves, "repaired", TEEQ_VERDICT_DONE);
}

/* Everybody who holds a thread waits for the bottom half, and that waits for a thread. */
static void test_no_thread_for_the_bottom_half(void **state)
{
	struct story s = yaml_story(ASYNC("1", "  b: {do: [call: {command: waits-too}]}\n"
					  "  hw: {stage: 2, do: [bottom-half: true]}\n"),
				    "mainline");

	story_play(&s, ENTERS("b") "b:notif-wait/must-wait hw:async");
	fetches(&s, 0, 1);
	story_play(&s, "optee-bottom-half:start optee-bottom-half:enter/must-wait");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_waits_is_woken),
		cmocka_unit_test(test_an_early_send_is_remembered),
		cmocka_unit_test(test_a_second_send_is_lost),
		cmocka_unit_test(test_another_key_wakes_nobody),
		cmocka_unit_test(test_a_second_waiter_is_refused),
		cmocka_unit_test(test_a_kill_does_not_end_the_wait),
		cmocka_unit_test(test_a_send_from_the_secure_world),
		cmocka_unit_test(test_keys_of_threads),
		cmocka_unit_test(test_a_wait_with_a_timeout),
		cmocka_unit_test(test_nobody_sends),
		cmocka_unit_test(test_values_come_by_interrupt),
		cmocka_unit_test(test_the_bottom_half_is_a_call),
		cmocka_unit_test(test_values_pass_a_waiting_bottom_half),
		cmocka_unit_test(test_no_thread_for_the_bottom_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
