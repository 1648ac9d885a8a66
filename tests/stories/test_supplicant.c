/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tee-supplicant: a process of the normal world with a queue of requests. Who asks it holds a thread of
 * the secure world meanwhile, so all that keeps it from answering keeps that.
 */
#include "stories/yaml_story.h"

#define STORAGE(threads, supplicant, work, clients) \
	"secure: {threads: " threads "}\n" \
	"events: [go]\n" \
	"commands: {write: [rpc: file]}\n" \
	"services: {file: {by: supplicant, do: [" work "]}}\n" \
	supplicant \
	"clients:\n" clients

#define APP(name) "  " name ": {do: [call: {command: write}]}\n"
#define ONE_THREAD "supplicant: {threads: 1}\n"
#define ASKS(name) \
	name ":enter/admitted " name ":smc/taken " name ":secure/rpc " name ":request/ok "
#define RETURNS(name) name ":smc/resumed " name ":secure/exit " name ":leave "

/* ---------------------------------------- requests in order ----------------------------------- */

static void test_requests_are_taken_in_order(void **state)
{
	struct story s = yaml_story(
		STORAGE("4", ONE_THREAD, "", APP("a") APP("b") APP("c")), "mainline");

	story_play(&s, ASKS("b") ASKS("c") ASKS("a"));
	assert_string_equal(story_enabled(&s), "tee-supplicant");
	story_play(&s, "tee-supplicant:receive tee-supplicant:answer/ok");
	assert_string_equal(story_enabled(&s), "b tee-supplicant");
	story_play(&s, "tee-supplicant:receive tee-supplicant:answer/ok");
	assert_string_equal(story_enabled(&s), "b c tee-supplicant");
	story_play(&s, "tee-supplicant:receive tee-supplicant:answer/ok");
	assert_string_equal(story_enabled(&s), "a b c");
	story_play(&s, "b:reply/ok " RETURNS("b") "c:reply/ok " RETURNS("c") "a:reply/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* As many threads as that serve as many at once, and may answer in any order. */
static void test_threads_serve_at_once(void **state)
{
	static const char two[] = STORAGE("4", "supplicant: {threads: 2}\n", "await: go",
					  APP("a") APP("b")
					  "  c: {do: [call: {}, signal: go]}\n");
	struct story s = yaml_story(two, "mainline");

	story_play(&s, ASKS("a") ASKS("b") "tee-supplicant.1:receive tee-supplicant.0:receive "
		       "c:enter c:smc c:secure c:leave "
		       "tee-supplicant.0:await tee-supplicant.0:answer b:reply/ok");
	assert_string_equal(story_enabled(&s), "b tee-supplicant.1");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	yaml_ends(two, "mainline", TEEQ_VERDICT_DONE);
	/* Eight are possible, and enough for anybody. */
	yaml_ends(STORAGE("2", "supplicant: {threads: 8}\n", "", APP("a") APP("b")), "mainline",
		  TEEQ_VERDICT_DONE);
}

/* One thread whose work is to be ended by another request, which it does not come to. */
static void test_one_thread_is_not_two(void **state)
{
	static const char *const yaml =
		"secure: {threads: 3}\n"
		"barriers: {both: 2}\n"
		"commands: {write: [rpc: file]}\n"
		"services: {file: {by: supplicant, do: [barrier: both]}}\n"
		"supplicant: {threads: %d}\n"
		"clients: {app: {count: 2, do: [call: {command: write}]}}\n";
	char text[512];

	snprintf(text, sizeof(text), yaml, 1);
	yaml_ends(text, "mainline", TEEQ_VERDICT_DEADLOCK);
	snprintf(text, sizeof(text), yaml, 2);
	yaml_ends(text, "mainline", TEEQ_VERDICT_DONE);
}

/* ------------------------------------------- absent ------------------------------------------- */

/* A request waits for a supplicant to be started; the thread of the secure world waits with it. */
static void test_absent(void **state)
{
	static const char never[] = STORAGE("2", "supplicant: {threads: 0}\n", "", APP("a"));
	static const char late[] = STORAGE("2", "supplicant: {threads: 0}\n", "",
					   APP("a") "  init: {stage: 2, do: [start: tee-supplicant]}\n");
	struct story s = yaml_story(never, "mainline");
	struct teeq_context_view context;

	story_play(&s, ASKS("a"));
	teeq_world_context(s.model, s.world, 0, &context);
	assert_int_equal(context.state, TEEQ_CONTEXT_SUSPENDED);
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	s = yaml_story(late, "mainline");
	story_play(&s, ASKS("a") "init:start-supplicant tee-supplicant:receive "
		       "tee-supplicant:answer/ok a:reply/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A context that was opened without waiting: the request fails at once. */
static void test_absent_without_waiting(void **state)
{
	static const char impatient[] =
		"  a: {supplicant-nowait: true, do: [call: {command: write}]}\n";
	char text[512];
	struct story s;

	snprintf(text, sizeof(text), "%s%s",
		 STORAGE("2", "supplicant: {threads: 0}\n", "", ""), impatient);
	s = yaml_story(text, "mainline");
	story_play(&s, "a:enter a:smc a:secure/rpc a:request/failed=ECOMM " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
	/* Where it runs, there is no difference. */
	snprintf(text, sizeof(text), "%s%s", STORAGE("2", ONE_THREAD, "", ""), impatient);
	s = yaml_story(text, "mainline");
	story_play(&s, ASKS("a") "tee-supplicant:receive tee-supplicant:answer/ok a:reply/ok "
		       RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* -------------------------------------------- dying ------------------------------------------- */

#define DIES "  killer: {do: [kill: tee-supplicant]}\n"

/* Nothing in progress: the device is released at once, and what is queued fails. */
static void test_dying_with_requests_queued(void **state)
{
	struct story s = yaml_story(
		STORAGE("3", ONE_THREAD, "", APP("a") APP("b") DIES), "mainline");

	story_play(&s, ASKS("a") ASKS("b") "killer:kill a:reply/failed=ECOMM b:reply/failed=ECOMM "
		       RETURNS("a") RETURNS("b"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* One in progress, and one behind it: with the last thread that leaves the process both fail. */
#define MID_WORK(write) \
	"secure: {threads: 3}\n" \
	"events: [go]\n" \
	"commands: {write: [" write "]}\n" \
	"services:\n" \
	"  alloc: {by: supplicant, kind: shm-alloc}\n" \
	"  file: {by: supplicant, do: [await: go]}\n" \
	"  free: {by: supplicant, kind: shm-free}\n"
#define DIES_AND_COMES(wait) \
	"supplicant: {threads: 1, wait: " wait "}\n" \
	"clients:\n" \
	"  killer: {do: [kill: tee-supplicant]}\n" \
	"  init: {stage: 2, do: [start: tee-supplicant]}\n"
#define ALLOCATES "tee-supplicant:receive tee-supplicant:answer/ok a:reply/ok a:smc/resumed "

static void test_dying_with_one_in_progress(void **state)
{
	struct story s = yaml_story(
		MID_WORK("rpc: file") DIES_AND_COMES("killable") APP("a") APP("b"),
		"mainline");

	story_play(&s, ASKS("a") ASKS("b") "tee-supplicant:receive killer:kill");
	assert_string_equal(story_enabled(&s), "tee-supplicant");
	story_play(&s, "tee-supplicant:exit a:reply/failed=ECOMM b:reply/failed=ECOMM " RETURNS("b")
		       RETURNS("a") "init:start-supplicant");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* It has only the answer left to send, and will not: the next process has a thread of its own for that. */
static void test_dying_with_an_answer_to_send(void **state)
{
	struct story s = yaml_story(STORAGE("2", ONE_THREAD, "", APP("a") DIES
					    "  init: {stage: 2, do: [start: tee-supplicant]}\n"),
				    "mainline");

	story_play(&s, ASKS("a") "tee-supplicant:receive killer:kill");
	assert_string_equal(story_enabled(&s), "tee-supplicant");
	story_play(&s, "tee-supplicant:answer/failed a:reply/failed=ECOMM " RETURNS("a")
		       "init:start-supplicant");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/*
 * Memory that it allocated for a call keeps the dead one's device open: nothing is aborted, and no new one
 * can come, until that call gives it back.
 */
#define HELD(wait) \
	MID_WORK("rpc: alloc, rpc: file, rpc: free") DIES_AND_COMES(wait) APP("a") APP("b") \
	"  shell: {stage: 2, do: [kill: a]}\n"

static void test_memory_holds_the_device(void **state)
{
	struct story s = yaml_story(HELD("killable"), "mainline");

	story_play(&s, ASKS("a") ALLOCATES "a:secure/rpc a:request/ok " ASKS("b")
		       "tee-supplicant:receive killer:kill tee-supplicant:exit");
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 0), TEEQ_SUPPLICANT_DEAD);
	assert_int_equal(teeq_world_memory(s.model, s.world, 0, 0), 1);
	assert_int_equal(teeq_world_memory(s.model, s.world, 0, 1), 0);
	assert_string_equal(story_enabled(&s), "shell");
	story_play(&s, "shell:kill a:reply/failed=EINTR a:smc/resumed a:secure/exit");
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 0), TEEQ_SUPPLICANT_ABSENT);
	story_play(&s, "b:reply/failed=ECOMM init:start-supplicant a:leave " RETURNS("b"));
	story_over(&s, TEEQ_VERDICT_DONE);
	yaml_ends(HELD("interruptible"), "mainline", TEEQ_VERDICT_DEADLOCK);
	yaml_ends(HELD("uninterruptible"), "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* It does so before it asks for it to be freed, which then waits for the next tee-supplicant. */
static void test_memory_is_given_back_first(void **state)
{
	struct story s = yaml_story(
		MID_WORK("rpc: alloc, rpc: free") DIES_AND_COMES("killable") APP("a"),
		"mainline");

	story_play(&s, ASKS("a") ALLOCATES "a:secure/rpc killer:kill");
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 0), TEEQ_SUPPLICANT_DEAD);
	story_play(&s, "a:request/ok");
	assert_int_equal(teeq_world_guest_supplicant(s.model, s.world, 0), TEEQ_SUPPLICANT_ABSENT);
	assert_string_equal(story_enabled(&s), "init");
	story_play(&s, "init:start-supplicant tee-supplicant:receive tee-supplicant:answer/ok "
		       "a:reply/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* What a command does not free is given back with its end. */
static void test_memory_is_held_to_the_end(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "events: [go]\n"
				    "commands: {write: [rpc: alloc, rpc: other]}\n"
				    "services:\n"
				    "  alloc: {by: supplicant, kind: shm-alloc}\n"
				    "  other: {do: [await: go]}\n"
				    "supplicant: {threads: 1}\n"
				    "clients:\n"
				    "  a: {do: [call: {command: write}]}\n"
				    "  init: {do: [kill: tee-supplicant, start: tee-supplicant]}\n"
				    "  user: {stage: 2, do: [signal: go]}\n",
				    "mainline");

	story_play(&s, ASKS("a") ALLOCATES "a:secure/rpc init:kill");
	assert_string_equal(story_enabled(&s), "user");
	story_play(&s, "user:start a:await a:smc/resumed");
	assert_int_equal(teeq_world_memory(s.model, s.world, 0, 0), 1);
	story_play(&s, "a:secure/exit init:start-supplicant a:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Answered by a process that is gone before its client looks: that memory is not there any more. */
static void test_memory_that_is_gone(void **state)
{
	struct story s = yaml_story(MID_WORK("rpc: alloc") DIES_AND_COMES("killable") APP("a"),
				    "mainline");

	story_play(&s, ASKS("a") "tee-supplicant:receive tee-supplicant:answer/ok killer:kill "
		       "a:reply/failed=ENOMEM");
	assert_int_equal(teeq_world_memory(s.model, s.world, 0, 0), 0);
	story_play(&s, RETURNS("a") "init:start-supplicant");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Whatever the reason, no memory is no memory; and to free it never fails. */
static void test_errors_of_memory(void **state)
{
	static const char yaml[] =
		"secure: {threads: 1}\n"
		"commands: {get: [rpc: alloc], put: [rpc: free]}\n"
		"services:\n"
		"  alloc: {by: supplicant, kind: shm-alloc}\n"
		"  free: {by: supplicant, kind: shm-free}\n"
		"supplicant: {threads: 0}\n"
		"events: [never]\n"
		"clients:\n"
		"  a:\n"
		"    supplicant-nowait: true\n"
		"    do:\n"
		"      - try: {do: [call: {command: put}], on-error: {any: [await: never]}}\n"
		"      - try:\n"
		"          do: [{call: {command: get}}, {await: never}]\n"
		"          on-error: {out-of-memory: []}\n";

	yaml_ends(yaml, "mainline", TEEQ_VERDICT_DONE);
}

/* As a fault it may happen anywhere: in mid-work no less, and what it was asked fails. */
static void test_dying_anywhere(void **state)
{
	static const char crash[] = STORAGE("2", ONE_THREAD, "", APP("a"))
				    "faults: {crash: {kind: supplicant-dies}}\n";
	struct story s = yaml_story(crash, "mainline");

	story_play(&s, ASKS("a") "tee-supplicant:receive crash:fault tee-supplicant:answer/failed "
		       "a:reply/failed=ECOMM " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
	/* What is asked for later waits for the next one. */
	yaml_ends(crash, "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* What it does in the kernel it does to the end, so that it does not die with the eMMC's mutex. */
static void test_dying_with_a_mutex(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"locks: [emmc]\n"
		"commands: {write: [rpc: rpmb]}\n"
		"services:\n"
		"  rpmb: {by: supplicant, do: [lock: emmc, sleep: 5, unlock: emmc]}\n"
		"supplicant: {threads: 1}\n"
		"clients:\n"
		"  a: {do: [call: {command: write}]}\n"
		"  other: {do: [lock: emmc, unlock: emmc]}\n"
		"  killer: {do: [kill: tee-supplicant, kill: a]}\n",
		"mainline");

	story_play(&s, ASKS("a") "tee-supplicant:receive tee-supplicant:lock killer:kill");
	assert_string_equal(story_enabled(&s), "killer tee-supplicant");
	story_play(&s, "tee-supplicant:sleep other:lock tee-supplicant:answer/failed killer:kill "
		       "a:reply/failed=ECOMM " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A dead process keeps its files until its last thread has come out of the kernel. */
static void test_dying_in_the_kernel(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"locks: [emmc]\n"
		"events: [go]\n"
		"commands: {write: [rpc: rpmb]}\n"
		"services: {rpmb: {by: supplicant, do: [lock: emmc, unlock: emmc]}}\n"
		"supplicant: {threads: 1}\n"
		"clients:\n"
		"  a: {do: [call: {command: write}]}\n"
		"  holder: {do: [lock: emmc, await: go, unlock: emmc]}\n"
		"  init: {do: [kill: tee-supplicant, kill: a, start: tee-supplicant]}\n"
		"  user: {stage: 2, do: [signal: go]}\n",
		"mainline");

	story_play(&s, "holder:lock " ASKS("a") "tee-supplicant:receive init:kill init:kill "
		       "a:reply/failed=EINTR " RETURNS("a"));
	assert_string_equal(story_enabled(&s), "user");
	story_play(&s, "user:start holder:await tee-supplicant:lock tee-supplicant:answer/failed "
		       "init:start-supplicant");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ---------------------------------------- a killable wait ------------------------------------- */

#define KILLED(wait) \
	STORAGE("2", "supplicant: {threads: 1, wait: " wait "}\n", "", \
		APP("a") "  killer: {do: [kill: a]}\n")

/* Not seen yet: it leaves the queue, and tee-supplicant never hears of it. */
static void test_withdrawn_before_it_was_seen(void **state)
{
	struct story s = yaml_story(KILLED("killable"), "mainline");

	story_play(&s, ASKS("a") "killer:kill a:reply/failed=EINTR");
	assert_string_equal(story_enabled(&s), "a");
	story_play(&s, RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* In progress: it is worked on, and answered to nobody. The next one is served as ever. */
static void test_withdrawn_in_progress(void **state)
{
	struct story s = yaml_story(STORAGE("3", ONE_THREAD, "", APP("a") APP("b")
					    "  killer: {do: [kill: a]}\n"), "mainline");

	story_play(&s, ASKS("a") ASKS("b") "tee-supplicant:receive killer:kill "
		       "a:reply/failed=EINTR " RETURNS("a")
		       "tee-supplicant:answer/failed tee-supplicant:receive "
		       "tee-supplicant:answer/ok b:reply/ok " RETURNS("b"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Answered: the answer is there, so it is taken. */
static void test_killed_after_it_was_answered(void **state)
{
	struct story s = yaml_story(KILLED("killable"), "mainline");

	story_play(&s, ASKS("a") "tee-supplicant:receive tee-supplicant:answer/ok killer:kill "
		       "a:reply/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* Older drivers let a signal end the wait only while nobody can answer; or do not at all. */
#define NOBODY(wait) \
	STORAGE("2", "supplicant: {threads: 0, wait: " wait "}\n", "", \
		APP("a") "  killer: {do: [kill: a]}\n")

static void test_waits_that_are_not_killable(void **state)
{
	struct story s = yaml_story(KILLED("interruptible"), "mainline");

	story_play(&s, ASKS("a") "killer:kill");
	assert_string_equal(story_enabled(&s), "tee-supplicant");
	story_play(&s, "tee-supplicant:receive tee-supplicant:answer/ok a:reply/ok " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
	s = yaml_story(NOBODY("interruptible"), "mainline");
	story_play(&s, ASKS("a") "killer:kill a:reply/failed=EINTR " RETURNS("a"));
	story_over(&s, TEEQ_VERDICT_DONE);
	s = yaml_story(NOBODY("uninterruptible"), "mainline");
	story_play(&s, ASKS("a") "killer:kill");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests_are_taken_in_order),
		cmocka_unit_test(test_threads_serve_at_once),
		cmocka_unit_test(test_one_thread_is_not_two),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_absent_without_waiting),
		cmocka_unit_test(test_dying_with_requests_queued),
		cmocka_unit_test(test_dying_with_one_in_progress),
		cmocka_unit_test(test_dying_with_an_answer_to_send),
		cmocka_unit_test(test_memory_holds_the_device),
		cmocka_unit_test(test_memory_is_given_back_first),
		cmocka_unit_test(test_memory_is_held_to_the_end),
		cmocka_unit_test(test_memory_that_is_gone),
		cmocka_unit_test(test_errors_of_memory),
		cmocka_unit_test(test_dying_anywhere),
		cmocka_unit_test(test_dying_with_a_mutex),
		cmocka_unit_test(test_dying_in_the_kernel),
		cmocka_unit_test(test_withdrawn_before_it_was_seen),
		cmocka_unit_test(test_withdrawn_in_progress),
		cmocka_unit_test(test_killed_after_it_was_answered),
		cmocka_unit_test(test_waits_that_are_not_killable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
