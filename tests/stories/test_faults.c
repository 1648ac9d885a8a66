/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults are choices: a story says where one strikes, a search tries every place, random runs draw it,
 * and a schedule that has one in it replays.
 */

#include "stories/secure_story.h"
#include "teeq/abi.h"

/*
 * Two random runs from the same seed are the same, faults included; their schedule names the fault and
 * replays. Returns in how many of a hundred runs it struck.
 */
static unsigned int drawn(const char *yaml, const char *policy, const char *fault)
{
	struct teeq_model *model = yaml_model(yaml, policy);
	struct teeq_world *world = teeq_world_new(model);
	unsigned int struck = 0;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct teeq_schedule schedule = { 0 };
		struct teeq_run_options options = { .strategy = &teeq_strategy_random,
						    .seed = seed, .record = &schedule };
		struct teeq_result result;
		char *text;

		teeq_world_reset(model, world);
		assert_int_equal(teeq_run(model, world, &options, &result), TEEQ_OK);
		replay_ends(model, &schedule, result.verdict);
		text = teeq_schedule_print(model, &schedule);
		struck += strstr(text, fault) != NULL;
		free(text);
		teeq_schedule_free(&schedule);
	}
	teeq_world_free(world);
	teeq_model_free(model);
	return struck;
}
#define drawn(...) FROM(drawn(__VA_ARGS__))

/* --------------------------------------- tee-supplicant --------------------------------------- */

#define FILES                                                       \
	"secure: {threads: 2, locks: [fs]}\n"                       \
	"commands: {write: [{lock: fs}, {rpc: file}, {unlock: fs}]}\n" \
	"services: {file: {by: supplicant}}\n"                      \
	"faults: {crash: {kind: supplicant-dies}}\n"                \
	"supplicant: {threads: 1}\n"                                \
	"clients:\n"                                                \
	"  a: {do: [{call: {command: write}}]}\n"

/* It dies with a request in its hands, which fails with its device; what comes later waits for the next. */
static void test_tee_supplicant_dies_in_mid_work(void **state)
{
	static const char *const alone = FILES;
	static const char *const restarted =
		FILES "  init: {stage: 2, do: [{start: tee-supplicant}]}\n";
	struct story s = yaml_story(restarted, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc a:request/ok tee-supplicant:receive crash:fault "
		       "tee-supplicant:answer/failed");
	assert_string_equal(story_contexts(&s), "SF");
	assert_string_equal(story_enabled(&s), "a");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(alone, "mainline"), TEEQ_VERDICT_DEADLOCK);
	/* Where nobody dies init waits: a tee-supplicant runs already. */
	assert_int_equal(yaml_explore(restarted, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_true(drawn(alone, "mainline", "crash") > 0);
}

/* Before it saw the request, that fails; and the command gives its lock back for the next. */
static void test_tee_supplicant_dies_before(void **state)
{
	static const char *const yaml =
		FILES "  b: {supplicant-nowait: true, do: [{call: {command: write}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc a:request/ok " CALLS("b") SLEEPS("b")
		       "crash:fault a:reply/failed");
	assert_int_equal(s.event.result, -TEEQ_ABI_ECOMM);
	story_play(&s, RESUMES("a") TELLS("a") LEAVES("a") IS_TOLD("b") "b:secure/rpc "
		       "b:request/failed");
	assert_int_equal(s.event.result, -TEEQ_ABI_ECOMM);
	story_play(&s, RESUMES("b") LEAVES("b"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* --------------------------------------- a client is killed ----------------------------------- */

#define KILLED                                              \
	"secure: {threads: 2}\n"                            \
	"commands: {write: [{rpc: file}]}\n"                \
	"services: {file: {by: supplicant}}\n"              \
	"faults: {oom: {kind: client-killed, client: a}}\n" \
	"clients: {a: {do: [{call: {command: write}}, {call: {}}]}}\n"

/* The wait for tee-supplicant, which is not there, ends; the call comes back, and the task exits. */
static void test_a_client_is_killed_in_an_rpc(void **state)
{
	static const char *const killable = KILLED "supplicant: {threads: 0}\n";
	static const char *const stubborn =
		KILLED "supplicant: {threads: 0, wait: uninterruptible}\n";
	struct story s = yaml_story(killable, "mainline");

	story_play(&s, CALLS("a"));
	assert_string_equal(story_enabled(&s), "a"); /* no RPC yet */
	story_play(&s, "a:secure/rpc");
	assert_string_equal(story_enabled(&s), "a oom");
	story_play(&s, "oom:fault a:request/ok a:reply/failed");
	assert_int_equal(s.event.result, -TEEQ_ABI_EINTR);
	story_play(&s, RESUMES("a") LEAVES("a") "a:exit");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	s = yaml_story(stubborn, "mainline");
	story_play(&s, CALLS("a") "a:secure/rpc oom:fault a:request/ok");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	/* Both ends are there: it waits for ever unless it is killed. */
	assert_int_equal(yaml_explore(killable, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_tally(stubborn, "mainline", 100).count[TEEQ_VERDICT_DONE], 0);
	assert_in_range(yaml_tally(killable, "mainline", 100).count[TEEQ_VERDICT_DONE], 1, 99);
}

/* ------------------------------------------- memory ------------------------------------------- */

/* The command gives up where the memory is missing, and lets go of what it held. */
static void test_an_allocation_fails(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [m]}\n"
		"commands: {work: [{lock: m}, {rpc: alloc}, {rpc: after}, {unlock: m}]}\n"
		"services: {alloc: {kind: shm-alloc}, after: {kind: get-time}}\n"
		"clients: {a: {count: 2, do: [{call: {command: work}}]}}\n"
		"faults: {oom: {kind: no-memory}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a.0"));
	assert_string_equal(story_enabled(&s), "a.0 a.1"); /* nobody allocates */
	story_play(&s, "a.0:secure/rpc " CALLS("a.1") SLEEPS("a.1") "oom:fault a.0:rpc/failed");
	assert_int_equal(s.event.result, -TEEQ_ABI_ENOMEM);
	story_play(&s, RESUMES("a.0") TELLS("a.0") LEAVES("a.0"));
	story_play(&s, IS_TOLD("a.1") "a.1:secure/rpc a.1:rpc/ok " RESUMES("a.1")
		       "a.1:secure/rpc a.1:rpc/ok");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
	assert_true(drawn(yaml, "mainline", "oom") > 0);
}

/* ---------------------------------------- a lost thread --------------------------------------- */

#define LOST                                                  \
	"commands: {ask: [{rpc: nothing}]}\n"                 \
	"services: {nothing: {do: [{call: {}}]}}\n"           \
	"clients: {a: {do: [{call: {command: ask}}]}}\n"

/* The normal world still counts it: who is admitted is refused, and nobody will wake it. */
static void test_a_thread_is_lost(void **state)
{
	static const char *const yaml = "secure: {threads: 2}\n" LOST
					"faults: {oops: {kind: thread-lost}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, CALLS("a") "a:secure/rpc oops:fault");
	assert_int_equal(s.event.context, 1);
	assert_string_equal(story_contexts(&s), "SS");
	story_play(&s, "a:enter/admitted a:smc/thread-limit");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(yaml, "untracked"), TEEQ_VERDICT_DEADLOCK);
	assert_true(drawn(yaml, "mainline", "oops") > 0);
}

/* It strikes as often as it may, and no more: with one thread more than that, all is well. */
static void test_as_often_as_it_says(void **state)
{
	static const char *const twice_of_four =
		"secure: {threads: 4}\n" LOST "faults: {oops: {kind: thread-lost, times: 2}}\n";
	static const char *const thrice_of_four =
		"secure: {threads: 4}\n" LOST "faults: {oops: {kind: thread-lost, times: 3}}\n";
	static const char *const always =
		"secure: {threads: 4}\n" LOST "faults: {oops: {kind: thread-lost, times: always}}\n";

	assert_int_equal(yaml_explore(twice_of_four, "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(thrice_of_four, "mainline"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(always, "mainline"), TEEQ_VERDICT_DEADLOCK);
}

/* ---------------------------------------- reservations ---------------------------------------- */

/* The flagship, whose system session asks for its thread first; the fault says no. */
#define FLAGSHIP                                                \
	"secure: {threads: 2}\n"                                \
	"events: [clk]\n"                                       \
	"sessions: {scmi: {}}\n"                                \
	"commands: {use: [{rpc: clock}]}\n"                     \
	"services: {clock: {do: [{await: clk}]}}\n"             \
	"clients:\n"                                            \
	"  boot: {do: [{reserve: scmi}]}\n"                     \
	"  user: {count: 2, stage: 2, do: [{call: {command: use}}]}\n" \
	"  scmi: {stage: 3, do: [{call: {session: scmi}}, {signal: clk}]}\n"

static void test_a_reservation_is_refused(void **state)
{
	static const char *const granted = FLAGSHIP;
	static const char *const refused =
		FLAGSHIP "faults: {no: {kind: reserve-refused}}\n";
	static const char *const policies[] = { "v4", "v7", "mainline" };
	struct story s = yaml_story(refused, "v4");

	story_play(&s, "no:fault boot:reserve/refused");
	assert_int_equal(s.event.result, -TEEQ_ABI_EINVAL);
	assert_int_equal(s.event.ret.a[0], 1); /* ETHREAD_LIMIT */
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	for (size_t i = 0; i < LENGTH(policies); i++) {
		assert_int_equal(yaml_explore(granted, policies[i]), TEEQ_VERDICT_DONE);
		assert_int_equal(yaml_explore(refused, policies[i]), TEEQ_VERDICT_DEADLOCK);
	}
	assert_true(drawn(refused, "mainline", "no") > 0);
}

/* The driver keeps its count when the fast call fails, and says so once. */
static void test_a_reservation_cannot_be_given_back(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2}\n"
		"sessions: {s: {system: true}}\n"
		"clients: {a: {do: [{release: s}, {release: s}, {release: s}]}}\n"
		"faults: {no: {kind: unreserve-fails, times: 2}}\n";
	struct story s = yaml_story(yaml, "v4");

	story_play(&s, "no:fault a:unreserve/failed no:fault a:unreserve/refused");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "a:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_end(&s);
	s = yaml_story(yaml, "mainline");
	assert_string_equal(story_enabled(&s), "a"); /* there is no such call to fail */
	story_end(&s);
}

/* A session that the TA does not open is closed for calls; a call that fails runs nothing. */
static void test_a_session_is_not_opened_and_a_call_fails(void **state)
{
	static const char *const yaml =
		"secure: {threads: 1}\n"
		"sessions: {s: {}}\n"
		"commands: {ask: [{rpc: nothing}]}\n"
		"services: {nothing: {}}\n"
		"clients: {a: {do: [{open: s}, {call: {session: s}}, {open: s}, "
		"{call: {command: ask, session: s}}]}}\n"
		"faults: {ta: {kind: open-fails}, no: {kind: call-fails}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "a:enter/admitted ta:fault a:smc/taken " LEAVES("a") "a:enter/refused "
		       CALLS("a") LEAVES("a") "a:enter/admitted no:fault a:smc/taken " LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
}

/* ------------------------------------------- places ------------------------------------------- */

/* A fault is no task: it neither keeps a run going nor stands in the way of its end. */
static void test_a_fault_alone_does_not_move(void **state)
{
	static const char *const yaml = "secure: {threads: 2}\n"
					"events: [never]\n"
					"clients: {a: {do: [{await: never}]}}\n"
					"faults: {oops: {kind: thread-lost, times: always}}\n";
	struct story s = yaml_story(yaml, "mainline");

	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
}

/*
 * The search finds the one place where an interrupt hurts, as the shortest way there; and taking turns
 * never meets a fault.
 */
static void test_a_search_tries_every_place(void **state)
{
	static const char *const yaml =
		"secure: {threads: 2, locks: [a, b]}\n"
		"cpus: 1\n"
		"commands:\n"
		"  ab: [{lock: a}, {lock: b}, {unlock: b}, {unlock: a}]\n"
		"  ba: [{lock: b}, {lock: a}, {unlock: a}, {unlock: b}]\n"
		"clients:\n"
		"  x: {do: [{call: {command: ab}}]}\n"
		"  y: {do: [{call: {command: ba}}]}\n"
		"faults: {irq: {kind: interrupt}}\n";
	const struct teeq_explore_options options = { .search = TEEQ_SEARCH_BREADTH };
	struct teeq_model *model = yaml_model(yaml, "mainline");
	struct teeq_explore_result result;
	struct teeq_error error;
	struct story s;
	char *text;

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DEADLOCK);
	text = teeq_schedule_print(model, &result.schedule);
	assert_non_null(strstr(text, " irq "));
	free(text);
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
	assert_in_range(yaml_tally(yaml, "mainline", 1000).count[TEEQ_VERDICT_DEADLOCK], 1, 999);
	s = yaml_story(yaml, "mainline");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tee_supplicant_dies_in_mid_work),
		cmocka_unit_test(test_tee_supplicant_dies_before),
		cmocka_unit_test(test_a_client_is_killed_in_an_rpc),
		cmocka_unit_test(test_an_allocation_fails),
		cmocka_unit_test(test_a_thread_is_lost),
		cmocka_unit_test(test_as_often_as_it_says),
		cmocka_unit_test(test_a_reservation_is_refused),
		cmocka_unit_test(test_a_reservation_cannot_be_given_back),
		cmocka_unit_test(test_a_session_is_not_opened_and_a_call_fails),
		cmocka_unit_test(test_a_fault_alone_does_not_move),
		cmocka_unit_test(test_a_search_tries_every_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
