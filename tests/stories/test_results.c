/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What fails, with which error, and who goes another way then: an RPC, a service, a command, a call.
 */
#include "stories/yaml_story.h"

#define TRIES(command, client)                             \
	"secure: {threads: 1, locks: [fs]}\n"              \
	"events: [good, bad, other]\n"                     \
	"commands: {write: " command "}\n"                 \
	"services: {frame: {do: [fail: communication]}}\n" \
	"clients: {app: {do: " client "}}\n"

#define CALLS                                                 \
	"[try: {do: [call: {command: write}, signal: good], " \
	"on-error: {busy: [signal: other], communication: [signal: bad]}}, await: bad]"

/* A service that fails, a command that gives its lock back and fails with the same, a client that asks. */
static void test_an_error_goes_up(void **state)
{
	struct story s = yaml_story(TRIES("[lock: fs, rpc: frame, unlock: fs]", CALLS), "mainline");

	story_play(&s, "app:enter app:smc/taken app:secure/rpc");
	story_play(&s, "app:fail/failed");
	assert_int_equal(s.event.result, TEEQ_FAILURE_COMMUNICATION);
	story_play(&s, "app:smc/resumed app:secure/exit app:leave/failed");
	assert_int_equal(s.event.result, TEEQ_FAILURE_COMMUNICATION);
	story_play(&s, "app:await");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Nobody names it: the client gives up, and does not come to what follows. */
static void test_an_error_that_nobody_names_ends_the_client(void **state)
{
	static const char yaml[] = TRIES("[rpc: frame]", "[try: {do: [call: {command: write}], "
							 "on-error: {busy: []}}, await: good]");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "app:enter app:smc app:secure app:fail app:smc app:secure app:leave/failed");
	story_over(&s, TEEQ_VERDICT_DONE);
	/* Without a try the failure changes nothing, and the client goes on. */
	yaml_ends(TRIES("[rpc: frame]", "[call: {command: write}, await: good]"), "mainline",
		  TEEQ_VERDICT_DEADLOCK);
}

/* A command that knows another way: what it took inside is given back, what it has outside it keeps. */
static void test_a_command_goes_another_way(void **state)
{
	static const char yaml[] = TRIES("[lock: fs, try: {do: [rpc: frame], "
					 "on-error: {any: [work: 1]}}, unlock: fs]",
					 CALLS);
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s,
		   "app:enter app:smc app:secure/rpc app:fail app:smc/resumed app:secure/working "
		   "app:secure/exit app:leave/ok");
	story_over(&s, TEEQ_VERDICT_DEADLOCK); /* it waits for `bad`, which was good */
	yaml_ends(TRIES("[try: {do: [lock: fs, rpc: frame, unlock: fs], "
			"on-error: {any: [lock: fs, unlock: fs, fail: busy]}}]",
			"[try: {do: [call: {command: write}], on-error: {busy: [signal: good]}}, "
			"await: good]"),
		  "mainline", TEEQ_VERDICT_DONE);
}

/* Three tries in all, and the error of the last one goes on. */
static void test_tries_are_counted(void **state)
{
	static const char yaml[] = TRIES("[rpc: frame]",
					 "[try: {do: [retry: {times: 3, "
					 "do: [call: {command: write}]}], "
					 "on-error: {communication: [signal: bad]}}, await: bad]");
	struct story s = yaml_story(yaml, "mainline");
	static const char once[] =
		"app:enter app:smc app:secure app:fail app:smc app:secure app:leave ";

	story_play(&s, once);
	story_play(&s, "app:retry");
	story_play(&s, once);
	story_play(&s, "app:retry");
	story_play(&s, once);
	story_play(&s, "app:await");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A retry without end is one that others may end, or a livelock; other errors are not tried again. */
static void test_tries_without_end(void **state)
{
	yaml_ends(TRIES("[rpc: frame]", "[retry: {times: always, do: [call: {command: write}]}]"),
		  "mainline", TEEQ_VERDICT_LIVELOCK);
	yaml_ends(TRIES("[rpc: frame]",
			"[retry: {times: always, on: busy, do: [call: {command: write}]}]"),
		  "mainline", TEEQ_VERDICT_DONE);
	yaml_ends(TRIES("[retry: {times: always, do: [rpc: frame]}]", "[call: {command: write}]"),
		  "mainline", TEEQ_VERDICT_LIVELOCK);
	/* Deferred until something else is there, which never comes; and which comes. */
	yaml_ends(TRIES("[rpc: frame]", "[retry: {times: always, do: [call: {command: write}], "
					"between: [await: good]}]"),
		  "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* The answer of tee-supplicant says so, and who waits for it goes on with that. */
static void test_an_answer_is_an_error(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 1}\n"
		"commands: {write: [rpc: file]}\n"
		"services: {file: {by: supplicant, do: [fail: storage-no-space]}}\n"
		"supplicant: {threads: 1}\n"
		"clients: {app: {do: [call: {command: write}]}}\n",
		"mainline");

	story_play(&s, "app:enter app:smc app:secure app:request tee-supplicant:receive "
		       "tee-supplicant:fail tee-supplicant:answer/ok app:reply/failed");
	assert_int_equal(s.event.result, TEEQ_FAILURE_STORAGE_NO_SPACE);
	story_play(&s, "app:smc app:secure app:leave/failed");
	assert_int_equal(s.event.result, TEEQ_FAILURE_STORAGE_NO_SPACE);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A TA that is busy and cannot be waited for is an error like others: who takes it does not fail. */
static void test_a_busy_ta_is_done_without(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2, tas: {fs: {single-instance: true}, log: {}}}\n"
		"commands:\n"
		"  note: {ta: log, do: [rpc: disk]}\n"
		"  write: {ta: fs, do: [try: {do: [open: note], on-error: {busy: []}}]}\n"
		"services: {disk: {}}\n"
		"clients: {a: {do: [call: {command: note}]}, "
		"b: {do: [call: {command: write}]}}\n",
		"mainline");

	story_play(&s, "a:enter a:smc a:secure/rpc b:enter b:smc b:secure b:secure b:secure/working");
	assert_int_equal(s.event.touch, TEEQ_EVENT_TOUCH_TAKEN);
	story_play(&s, "b:secure b:secure/exit b:leave/ok");
	assert_int_equal(s.event.result, 0);
	story_play(&s, "a:smc a:secure/exit a:leave/ok");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A fault that names its error; and a call that the driver refuses, with its own. */
static void test_faults_and_refusals_have_names(void **state)
{
	yaml_ends("secure: {threads: 1}\nevents: [e]\nsessions: {s: {}}\n"
		  "clients: {app: {do: [try: {do: [open: s, signal: e], "
		  "on-error: {busy: [signal: e]}}, await: e]}}\n"
		  "faults: {f: {kind: open-fails, error: busy}}\n",
		  "mainline", TEEQ_VERDICT_DONE);
	yaml_ends("secure: {threads: 1}\nevents: [e]\nsessions: {s: {}}\n"
		  "clients: {app: {do: [open: s, try: {do: [open: s], "
		  "on-error: {einval: [signal: e]}}, await: e]}}\n",
		  "mainline", TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_error_goes_up),
		cmocka_unit_test(test_an_error_that_nobody_names_ends_the_client),
		cmocka_unit_test(test_a_command_goes_another_way),
		cmocka_unit_test(test_tries_are_counted),
		cmocka_unit_test(test_tries_without_end),
		cmocka_unit_test(test_an_answer_is_an_error),
		cmocka_unit_test(test_a_busy_ta_is_done_without),
		cmocka_unit_test(test_faults_and_refusals_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
