/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secure world keeps shared memory from one call to the next. The driver takes that away when it
 * goes, and whatever a driver before it left when it comes: by fast calls that are refused while any
 * thread is in use, and a loop around them that waits in the queue of all calls.
 */
#include "stories/yaml_story.h"

#define CACHE(threads, clients) \
	"secure: {threads: " threads ", rpc-arg: false}\n" \
	"events: [go]\n" \
	"commands: {work: [rpc: go]}\n" \
	"services: {go: {do: [await: go]}}\n" \
	"clients:\n" clients

#define APP(name) "  " name ": {do: [call: {command: work}]}\n"

static void asks(struct story *s, uint32_t function, uint32_t ret, const char *word)
{
	story_play(s, word);
	story_smc(s, function, ret);
}
#define asks(...) FROM(asks(__VA_ARGS__))

/* ------------------------------------- nobody else is there ----------------------------------- */

/* Each time one object is handed back, until there is none left. */
static void test_probe(void **state)
{
	struct story s = yaml_story(
		CACHE("2", "  driver: {do: [shm-cache: disable, shm-cache: enable]}\n"),
		"mainline");

	story_play(&s, "driver:enter/admitted@normal");
	asks(&s, TEEQ_SMC_DISABLE_SHM_CACHE, TEEQ_SMC_RETURN_OK, "driver:smc/again");
	assert_int_equal(s.event.ret.a[2], 2);
	asks(&s, TEEQ_SMC_DISABLE_SHM_CACHE, TEEQ_SMC_RETURN_OK, "driver:smc/again");
	assert_int_equal(s.event.ret.a[2], 1);
	asks(&s, TEEQ_SMC_DISABLE_SHM_CACHE, TEEQ_SMC_RETURN_ENOTAVAIL, "driver:smc/ok");
	story_play(&s, "driver:leave driver:enter/admitted@normal");
	asks(&s, TEEQ_SMC_ENABLE_SHM_CACHE, TEEQ_SMC_RETURN_OK, "driver:smc/ok");
	story_play(&s, "driver:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/*
 * With RPC arguments the driver has nothing cached: shutdown and probe leave it alone (Linux 6.12,
 * optee_shutdown()), only what a driver before may have left is taken away.
 */
static void test_with_rpc_arguments(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 1}\nevents: [go]\ncommands: {work: [rpc: go]}\n"
		"services: {go: {do: [await: go]}}\nclients:\n" APP("app")
		"  driver: {stage: 2, do: [shm-cache: disable, shm-cache: enable,\n"
		"                          signal: go]}\n", "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc driver:start app:await");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	s = yaml_story(
		"secure: {threads: 1}\nclients: {driver: {do: [shm-cache: probe]}}\n", "mainline");
	story_play(&s, "driver:enter/admitted");
	asks(&s, TEEQ_SMC_DISABLE_SHM_CACHE, TEEQ_SMC_RETURN_OK, "driver:smc/again");
	asks(&s, TEEQ_SMC_DISABLE_SHM_CACHE, TEEQ_SMC_RETURN_ENOTAVAIL, "driver:smc/ok");
	story_play(&s, "driver:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
	s = yaml_story(
		"secure: {threads: 1, rpc-arg: false}\nclients: {driver: {do: [shm-cache: probe]}}\n",
		"mainline");
	story_play(&s, "driver:enter driver:smc/again driver:smc/ok driver:leave driver:enter");
	asks(&s, TEEQ_SMC_ENABLE_SHM_CACHE, TEEQ_SMC_RETURN_OK, "driver:smc/ok");
	story_play(&s, "driver:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A fast call takes no thread, but the loop around it is in the queue and holds a credit. */
static void test_it_counts_in_the_queue(void **state)
{
	struct story s = yaml_story(CACHE("1", "  driver: {do: [shm-cache: enable]}\n"
					  "  app: {do: [call: {}]}\n"), "mainline");

	story_play(&s, "driver:enter/admitted");
	assert_int_equal(s.event.free_count, 0);
	story_play(&s, "app:enter/must-wait driver:smc/ok driver:leave");
	assert_string_equal(story_woken(&s), "app");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* ----------------------------------- while a thread is in use --------------------------------- */

static const char shutdown[] = CACHE("2", APP("app")
				     "  driver: {stage: 2, do: [shm-cache: disable]}\n"
				     "  user: {stage: 3, do: [signal: go]}\n");
static const char probe[] = CACHE("2", APP("app")
				  "  driver: {stage: 2, do: [shm-cache: enable]}\n"
				  "  user: {stage: 3, do: [signal: go]}\n");

/* Busy: it sleeps in the queue, goes to the tail, and asks again when somebody has left. */
static void test_busy_and_again(void **state)
{
	static const uint32_t functions[] = { TEEQ_SMC_DISABLE_SHM_CACHE, TEEQ_SMC_ENABLE_SHM_CACHE };
	static const char *const ways[] = { shutdown, probe };

	for (size_t i = 0; i < LENGTH(ways); i++) {
		struct story s = yaml_story(ways[i], "mainline");

		story_play(&s, "app:enter app:smc app:secure/rpc driver:enter/admitted");
		asks(&s, functions[i], TEEQ_SMC_RETURN_EBUSY, "driver:smc/busy");
		assert_string_equal(story_waiters(&s), "app driver");
		story_play(&s, "user:start app:await app:smc/resumed app:secure/exit app:leave");
		assert_string_equal(story_woken(&s), "driver");
		story_play(&s, "driver:wait driver:requeue driver:smc");
		assert_int_equal(s.event.ret.a[0], TEEQ_SMC_RETURN_OK);
		assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
		story_end(&s);
		yaml_ends(ways[i], "mainline", TEEQ_VERDICT_DONE);
		yaml_ends(ways[i], "untracked", TEEQ_VERDICT_DONE);
	}
}

/* Who is active is in the way as well as who is suspended. */
static void test_busy_with_an_active_thread(void **state)
{
	struct story s = yaml_story(CACHE("2", "  app: {do: [call: {}]}\n"
					  "  driver: {do: [shm-cache: disable]}\n"), "untracked");

	story_play(&s, "driver:enter app:enter app:smc driver:smc/busy app:secure/exit app:leave");
	assert_string_equal(story_woken(&s), "driver");
	story_play(&s, "driver:wait driver:requeue driver:smc/again");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/*
 * Under `repaired` who is not let in yet is woken as others are: where it can use it, and not whenever anybody is,
 * or its own refusal would wake it again and again.
 */
static void test_not_let_in_yet(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2, rpc-arg: false}\n"
		"events: [go]\n"
		"sessions: {s: {system: true}, t: {system: true}}\n"
		"commands: {work: [rpc: go]}\n"
		"services: {go: {do: [await: go]}}\n"
		"clients:\n" APP("app")
		"  driver: {stage: 2, do: [shm-cache: disable]}\n"
		"  user: {stage: 3, do: [release: s, signal: go]}\n";
	struct story s = yaml_story(yaml, "repaired");

	story_play(&s, "app:enter app:smc app:secure/rpc app:started driver:enter/must-wait user:unreserve");
	assert_string_equal(story_woken(&s), "");
	story_play(&s, "app:await app:smc/resumed app:secure/exit app:leave");
	assert_string_equal(story_woken(&s), "driver");
	story_play(&s, "driver:wait driver:requeue driver:recheck/admitted driver:smc/again");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	yaml_ends(yaml, "repaired", TEEQ_VERDICT_DONE);
}

/* ------------------------------------------ what goes wrong ----------------------------------- */

/* The thread of a client that died is in use for ever, so the loop never ends. */
static void test_a_lost_thread(void **state)
{
	static const char yaml[] = "secure: {threads: 2, lost: 1, rpc-arg: false}\n"
				   "clients: {driver: {do: [shm-cache: disable]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "driver:enter/admitted driver:smc/busy");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* Shutdown comes behind what the caller waits for: it waits for a thread that waits for it. */
static void test_shutdown_too_early(void **state)
{
	static const char yaml[] = CACHE("2", APP("app")
					 "  driver: {do: [shm-cache: disable, signal: go]}\n");
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc driver:enter/admitted driver:smc/busy");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(yaml, "mainline", TEEQ_VERDICT_DEADLOCK);
}

/* It waits for tee-supplicant, too: that must not be stopped first. */
static void test_shutdown_behind_the_supplicant(void **state)
{
	static const char yaml[] = "secure: {threads: 2, rpc-arg: false}\n"
				   "events: [go]\n"
				   "commands: {write: [rpc: alloc, rpc: file]}\n"
				   "services:\n"
				   "  alloc: {by: supplicant, kind: shm-alloc}\n"
				   "  file: {by: supplicant, do: [await: go]}\n"
				   "supplicant: {threads: 1}\n"
				   "clients:\n"
				   "  app: {do: [call: {command: write}]}\n"
				   "  init: {do: [kill: tee-supplicant, shm-cache: disable]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc app:request tee-supplicant:receive "
		       "tee-supplicant:answer app:reply app:smc app:secure/rpc app:request "
		       "tee-supplicant:receive init:kill "
		       "tee-supplicant:exit init:enter/admitted init:smc/busy");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
}

/* Who probes in an RPC needs a credit that only a system call gets: it sleeps, and nothing moves. */
static void test_a_probe_inside_of_a_call(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2}\n"
		"sessions: {s: {system: true}, t: {system: true}}\n"
		"commands: {work: [rpc: probe]}\n"
		"services: {probe: {do: [shm-cache: probe]}}\n"
		"clients:\n" APP("app")
		"  other: {stage: 2, do: [release: s]}\n";
	struct story s = yaml_story(yaml, "repaired");

	story_play(&s, "app:enter app:smc app:secure/rpc app:started app:enter/must-wait other:unreserve");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(yaml, "repaired", TEEQ_VERDICT_DEADLOCK);
	yaml_ends(yaml, "mainline", TEEQ_VERDICT_DEADLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_with_rpc_arguments),
		cmocka_unit_test(test_it_counts_in_the_queue),
		cmocka_unit_test(test_busy_and_again),
		cmocka_unit_test(test_busy_with_an_active_thread),
		cmocka_unit_test(test_not_let_in_yet),
		cmocka_unit_test(test_a_lost_thread),
		cmocka_unit_test(test_shutdown_too_early),
		cmocka_unit_test(test_shutdown_behind_the_supplicant),
		cmocka_unit_test(test_a_probe_inside_of_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
