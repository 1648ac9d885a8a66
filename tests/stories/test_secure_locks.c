/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mutexes and condition variables of the secure world: who waits for them keeps its thread context. No
 * policy of the queue knows of that.
 */
#include "stories/secure_story.h"

/* ------------------------------------------- mutexes ------------------------------------------ */

/* Two writers; what the first one asks for behind the lock is there when the clerk says so. */
#define WRITERS                                                     \
	"locks: [fs]}\n"                                            \
	"events: [go]\n"                                            \
	"commands: {write: [{lock: fs}, {rpc: disk}, {unlock: fs}]}\n" \
	"services: {disk: {do: [{await: go}]}}\n"                   \
	"clients:\n"                                                \
	"  a: {do: [{call: {command: write}}]}\n"                   \
	"  b: {do: [{call: {command: write}}]}\n"                   \
	"  c: {do: [{call: {command: write}}]}\n"                   \
	"  clerk: {do: [{signal: go}]}\n"

static const char *const two_threads = "secure: {threads: 2, " WRITERS;
static const char *const three_threads = "secure: {threads: 3, " WRITERS;

static void test_a_waiter_keeps_its_context(void **state)
{
	struct story s = yaml_story(two_threads, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/rpc");
	assert_int_equal(s.event.ret.a[0], 0xffff0005);
	assert_int_equal(s.event.ret.a[3], 1);
	story_play(&s, "b:notif-wait/must-wait");
	assert_int_equal(story_key(&s), 64 + 1);
	assert_string_equal(story_contexts(&s), "SS");
	story_play(&s, "c:enter/must-wait");
	assert_string_equal(story_enabled(&s), "clerk");
	story_play(&s, "clerk:start a:await " RESUMES("a") "a:secure/rpc a:notif-send");
	assert_int_equal(story_key(&s), 64 + 1);
	assert_string_equal(story_contexts(&s), "SS");
	story_play(&s, IS_TOLD("b") "b:secure/rpc b:await " RESUMES("a") LEAVES("a"));
	assert_string_equal(story_woken(&s), "b"); /* the head; it executes */
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(two_threads, "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(two_threads, "untracked"), TEEQ_VERDICT_DONE);
}

/* Who is told may try; c, who comes in between, was never asleep. */
static void test_a_wake_does_not_hand_the_lock_over(void **state)
{
	struct story s = yaml_story(three_threads, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") SLEEPS("b"));
	story_play(&s, "clerk:start a:await " RESUMES("a") TELLS("a"));
	story_play(&s, CALLS("c") "c:secure/rpc " IS_TOLD("b") SLEEPS("b"));
	assert_int_equal(story_key(&s), 64 + 1);
	story_play(&s, "c:await " RESUMES("c") TELLS("c") IS_TOLD("b") "b:secure/rpc b:await");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(three_threads, "mainline"), TEEQ_VERDICT_DONE);
}

/* b is on its way to sleep when it is told: the notification waits for it. */
static void test_a_send_before_the_wait_is_remembered(void **state)
{
	struct story s = yaml_story(two_threads, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b") "b:secure/rpc clerk:start a:await "
		       RESUMES("a") TELLS("a") "b:notif-wait/ok " RESUMES("b") "b:secure/rpc");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* What the owner needs behind its lock is one more thread, and the waiters sit on them. */
#define NEEDY                                                       \
	"commands: {write: [{lock: fs}, {rpc: disk}, {unlock: fs}]}\n" \
	"services: {disk: {do: [{call: {}}]}}\n"                    \
	"clients: {app: {count: 2, do: [{call: {command: write}}]}}\n"

static void test_a_waiters_context_is_missed_elsewhere(void **state)
{
	static const char *const two = "secure: {threads: 2, locks: [fs]}\n" NEEDY;
	static const char *const three = "secure: {threads: 3, locks: [fs]}\n" NEEDY;
	struct story s = yaml_story(two, "mainline");

	story_play(&s, CALLS("app.0") "app.0:secure/rpc " CALLS("app.1") SLEEPS("app.1")
		       "app.0:enter/must-wait");
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(two, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(three, "mainline"), TEEQ_VERDICT_DONE);
}

/* A deadlock with a thread to spare: no policy can do anything about it. */
static void test_two_locks_in_two_orders(void **state)
{
	static const char *const orders =
		"secure: {threads: 3, locks: [a, b]}\n"
		"commands:\n"
		"  ab: [{lock: a}, {lock: b}, {unlock: b}, {unlock: a}]\n"
		"  ba: [{lock: b}, {lock: a}, {unlock: a}, {unlock: b}]\n"
		"clients:\n"
		"  x: {do: [{call: {command: ab}}]}\n"
		"  y: {do: [{call: {command: ba}}]}\n";
	struct story s = yaml_story(orders, "mainline");

	story_play(&s, CALLS("x") "x:secure/working " CALLS("y") "y:secure/working " SLEEPS("x")
		       SLEEPS("y"));
	assert_string_equal(story_contexts(&s), "SSF");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(orders, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(orders, "repaired"), TEEQ_VERDICT_DEADLOCK);
}

static void test_unlocking_what_nobody_holds_is_a_violation(void **state)
{
	static const char *const wrong = "secure: {threads: 1, locks: [fs]}\n"
					 "commands: {bad: [{unlock: fs}]}\n"
					 "clients: {a: {do: [{call: {command: bad}}]}}\n";

	assert_int_equal(yaml_explore(wrong, "mainline"), TEEQ_VERDICT_VIOLATION);
}

/* ----------------------------------------- read locks ----------------------------------------- */

#define READERS                                                                   \
	"secure: {threads: 5, locks: [table]}\n"                                  \
	"events: [go]\n"                                                          \
	"commands:\n"                                                             \
	"  read: [{read-lock: table}, {rpc: hold}, {unlock: table}]\n"            \
	"  write: [{lock: table}, {rpc: hold}, {unlock: table}]\n"                \
	"  upgrade: [{read-lock: table}, {lock: table}, {unlock: table}, {unlock: table}]\n" \
	"services: {hold: {do: [{await: go}]}}\n"                                 \
	"clients:\n"                                                              \
	"  clerk: {do: [{signal: go}]}\n"

static const char *const readers = READERS "  r: {count: 3, do: [{call: {command: read}}]}\n"
					   "  w: {count: 2, do: [{call: {command: write}}]}\n";

/* A reader does not queue behind a writer that waits; the last reader to leave tells it. */
static void test_readers_share_and_a_writer_waits_for_all(void **state)
{
	struct story s = yaml_story(readers, "mainline");

	story_play(&s, CALLS("r.0") "r.0:secure/rpc " CALLS("w.0") SLEEPS("w.0") CALLS("r.1")
		       "r.1:secure/rpc clerk:start r.0:await " RESUMES("r.0") "r.0:secure/exit");
	story_play(&s, "r.1:await " RESUMES("r.1") "r.1:secure/rpc r.1:notif-send");
	assert_int_equal(story_key(&s), 64 + 1);
	story_play(&s, IS_TOLD("w.0") "w.0:secure/rpc");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* r.0, w.1 and r.1 wait in this order: the readers are told, each by an RPC; w.1 is passed over. */
static void test_readers_are_told_past_a_writer(void **state)
{
	struct story s = yaml_story(readers, "mainline");

	story_play(&s, CALLS("w.0") "w.0:secure/rpc " CALLS("r.0") SLEEPS("r.0") CALLS("w.1")
		       SLEEPS("w.1") CALLS("r.1") SLEEPS("r.1"));
	story_play(&s, "clerk:start w.0:await " RESUMES("w.0") TELLS("w.0"));
	story_play(&s, "w.0:secure/rpc w.0:notif-send");
	assert_int_equal(story_key(&s), 64 + 3);
	story_play(&s, RESUMES("w.0") LEAVES("w.0"));
	assert_string_equal(story_enabled(&s), "r.0 r.1 r.2");
	story_play(&s, IS_TOLD("r.0") "r.0:secure/rpc r.0:await " RESUMES("r.0") TELLS("r.0"));
	story_play(&s, IS_TOLD("w.1") "w.1:secure/rpc " IS_TOLD("r.1") SLEEPS("r.1"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* A mutex that is held for reading cannot be had for writing, not even by its only reader. */
static void test_a_reader_that_wants_to_write_waits_for_itself(void **state)
{
	static const char *const upgrade =
		READERS "  u: {do: [{call: {command: upgrade}}]}\n";
	struct story s = yaml_story(upgrade, "mainline");

	story_play(&s, "clerk:start " CALLS("u") "u:secure/working " SLEEPS("u"));
	assert_string_equal(story_contexts(&s), "SFFFF");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
}

/* ------------------------------------- condition variables ------------------------------------ */

#define CONDITION                                                                    \
	"secure: {threads: 3, locks: [m], conditions: [full]}\n"                     \
	"commands:\n"                                                                \
	"  get: [{lock: m}, {cond-wait: {condition: full, lock: m}}, {unlock: m}]\n" \
	"  put: [{lock: m}, {cond-signal: full}, {unlock: m}]\n"                     \
	"  all: [{lock: m}, {cond-broadcast: full}, {unlock: m}]\n"                  \
	"  bare: [{cond-signal: full}]\n"                                            \
	"clients:\n"

/* The signal moves who waits to those who wait for the mutex; the unlock tells it. */
static void test_a_signal_reaches_who_waits(void **state)
{
	static const char *const yaml =
		CONDITION "  get: {do: [{call: {command: get}}]}\n"
			  "  put: {stage: 2, do: [{call: {command: put}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("get") "get:secure/working " SLEEPS("get") CALLS("put")
		       "put:secure/working put:secure/working");
	assert_string_equal(story_enabled(&s), "put");
	story_play(&s, TELLS("put") IS_TOLD("get") "get:secure/working get:secure/working "
		       LEAVES("get") LEAVES("put"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* The same without the order: a signal that nobody waits for is lost. */
static void test_a_signal_that_comes_first_is_lost(void **state)
{
	static const char *const yaml =
		CONDITION "  get: {do: [{call: {command: get}}]}\n"
			  "  put: {do: [{call: {command: put}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("put") "put:secure/working put:secure/working " LEAVES("put")
		       CALLS("get") "get:secure/working " SLEEPS("get"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* Who signals without the mutex wakes nobody: it takes an unlock to tell who was signalled. */
static void test_a_signal_without_the_mutex_tells_nobody(void **state)
{
	static const char *const yaml =
		CONDITION "  get: {do: [{call: {command: get}}]}\n"
			  "  bare: {stage: 2, do: [{call: {command: bare}}]}\n";

	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

static void test_a_broadcast_reaches_all_and_a_signal_one(void **state)
{
	static const char *const broadcast =
		CONDITION "  get: {count: 2, do: [{call: {command: get}}]}\n"
			  "  all: {stage: 2, do: [{call: {command: all}}]}\n";
	static const char *const signal_once =
		CONDITION "  get: {count: 2, do: [{call: {command: get}}]}\n"
			  "  put: {stage: 2, do: [{call: {command: put}}]}\n";

	assert_int_equal(yaml_explore(broadcast, "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(signal_once, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* Who had the mutex for reading gets it back for reading: the two of them hold it at once. */
static void test_a_reader_waits_and_reads_on(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3, locks: [m], conditions: [full]}\n"
		"barriers: {both: 2}\n"
		"commands:\n"
		"  read: [{read-lock: m}, {cond-wait: {condition: full, lock: m}}, {rpc: meet}, "
		"{unlock: m}]\n"
		"  all: [{lock: m}, {cond-broadcast: full}, {unlock: m}]\n"
		"services: {meet: {do: [{barrier: both}]}}\n"
		"clients:\n"
		"  r: {count: 2, do: [{call: {command: read}}]}\n"
		"  all: {stage: 2, do: [{call: {command: all}}]}\n";

	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/*
 * put signals, and tells get, while get still tells put that the mutex may be had: get sleeps all the
 * same, or the notification would be there for whoever has its context next.
 */
static void test_told_before_it_sleeps(void **state)
{
	static const char *const told =
		CONDITION "  get: {do: [{call: {command: get}}]}\n"
			  "  put: {do: [{call: {command: put}}]}\n";
	struct story s = yaml_story(told, "mainline");

	story_play(&s, CALLS("get") "get:secure/working " CALLS("put") SLEEPS("put"));
	story_play(&s, "get:secure/rpc get:notif-send " IS_TOLD("put"));
	story_play(&s, "put:secure/working put:secure/working put:secure/rpc");
	story_play(&s, RESUMES("get") SLEEPS("get") "put:notif-send");
	assert_int_equal(story_key(&s), 64);
	story_play(&s, IS_TOLD("get") "get:secure/working get:secure/working " LEAVES("get"));
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_a_condition_belongs_to_one_mutex(void **state)
{
	static const char *const yaml =
		"teeq: 1\nname: x\n"
		"secure: {threads: 1, locks: [m, n], conditions: [full]}\n"
		"commands:\n"
		"  one: [{cond-wait: {condition: full, lock: m}}]\n"
		"  two: [{cond-wait: {condition: full, lock: n}}]\n"
		"clients: {a: {}}\n";
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error;

	assert_int_equal(teeq_scenario_parse("x", yaml, strlen(yaml), &file, &error), TEEQ_EINPUT);
	assert_non_null(strstr(error.text, "commands.two[0].cond-wait: condition 'full' is waited "
					   "for with lock 'm' elsewhere"));
}

/* ----------------------------------- from one call to the next -------------------------------- */

#define ACROSS                                                              \
	"commands: {take: [{lock: m}], give: [{unlock: m}]}\n"              \
	"clients: {a: {count: 2, do: [{call: {command: take}}, {call: {command: give}}]}}\n"

/* The owner needs a thread to give the lock back, and the waiter has it. */
static void test_a_lock_held_between_two_calls(void **state)
{
	static const char *const one = "secure: {threads: 1, locks: [m]}\n" ACROSS;
	static const char *const two = "secure: {threads: 2, locks: [m]}\n" ACROSS;
	struct story s = yaml_story(one, "mainline");

	story_play(&s, CALLS("a.0") LEAVES("a.0"));
	assert_string_equal(story_contexts(&s), "F");
	story_play(&s, CALLS("a.1") SLEEPS("a.1") "a.0:enter/must-wait");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(one, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(two, "mainline"), TEEQ_VERDICT_DONE);
}

/* Readers are counted in a byte. One too many does not become a writer. */
static void test_readers_are_counted(void **state)
{
	static const char *const yaml =
		"secure: {threads: 1, locks: [l]}\n"
		"commands: {read: [{read-lock: l}], write: [{lock: l}]}\n"
		"clients:\n"
		"  a: {do: [{repeat: {times: 300, do: [{call: {command: read}}]}}]}\n";
	struct story s = yaml_story(yaml, "mainline");
	struct teeq_secure_lock_view lock;

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_VIOLATION);
	assert_string_equal(teeq_world_check(s.model, s.world),
			    "a mutex of the secure world has more readers than can be counted");
	teeq_world_secure_lock(s.model, s.world, 0, &lock);
	assert_int_equal(lock.readers, 254);
	assert_false(lock.written);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_waiter_keeps_its_context),
		cmocka_unit_test(test_a_wake_does_not_hand_the_lock_over),
		cmocka_unit_test(test_a_send_before_the_wait_is_remembered),
		cmocka_unit_test(test_a_waiters_context_is_missed_elsewhere),
		cmocka_unit_test(test_two_locks_in_two_orders),
		cmocka_unit_test(test_unlocking_what_nobody_holds_is_a_violation),
		cmocka_unit_test(test_readers_share_and_a_writer_waits_for_all),
		cmocka_unit_test(test_readers_are_told_past_a_writer),
		cmocka_unit_test(test_a_reader_that_wants_to_write_waits_for_itself),
		cmocka_unit_test(test_a_signal_reaches_who_waits),
		cmocka_unit_test(test_a_signal_that_comes_first_is_lost),
		cmocka_unit_test(test_a_signal_without_the_mutex_tells_nobody),
		cmocka_unit_test(test_a_broadcast_reaches_all_and_a_signal_one),
		cmocka_unit_test(test_a_reader_waits_and_reads_on),
		cmocka_unit_test(test_told_before_it_sleeps),
		cmocka_unit_test(test_a_condition_belongs_to_one_mutex),
		cmocka_unit_test(test_a_lock_held_between_two_calls),
		cmocka_unit_test(test_readers_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
