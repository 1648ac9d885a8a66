/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the secure world asks of the normal world: each kind of RPC, who serves it, and what happens
 * where that fails.
 */
#include "stories/yaml_story.h"

/* The thread is suspended in an RPC: the number of its context comes back in a3, and goes in again. */
static void enter_rpc(struct story *s, const char *words)
{
	story_play(s, words);
	assert_int_equal(s->event.outcome, TEEQ_OUTCOME_RPC);
	assert_int_equal(s->event.ret.a[0], 0xffff0005);
	assert_int_equal(s->event.ret.a[3], 0);
}
#define enter_rpc(...) FROM(enter_rpc(__VA_ARGS__))

static void resume(struct story *s, const char *words)
{
	story_play(s, words);
	assert_int_equal(s->event.outcome, TEEQ_OUTCOME_RESUMED);
	assert_int_equal(s->event.call.a[0], TEEQ_SMC_CALL_RETURN_FROM_RPC);
	assert_int_equal(s->event.call.a[3], 0);
}
#define resume(...) FROM(resume(__VA_ARGS__))

static void says_service(const struct story *s, const char *name)
{
	assert_string_equal(teeq_model_service_name(s->model, s->event.object), name);
}
#define says_service(...) FROM(says_service(__VA_ARGS__))

/* ----------------------------------- what the driver does by itself --------------------------- */

/* One RPC after the other in one thread, which it keeps all the time. */
static void test_the_drivers_own(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2}\n"
		"commands: {work: [rpc: alloc, rpc: time, rpc: i2c, suspend: 5, rpc: free]}\n"
		"services:\n"
		"  alloc: {kind: shm-alloc}\n"
		"  time: {kind: get-time}\n"
		"  i2c: {kind: i2c}\n"
		"  free: {kind: shm-free}\n"
		"clients: {app: {do: [call: {command: work}]}}\n",
		"mainline");
	static const char *const services[] = { "alloc", "time", "i2c" };

	story_play(&s, "app:enter/admitted app:smc/taken");
	for (size_t i = 0; i < LENGTH(services); i++) {
		enter_rpc(&s, "app:secure/rpc");
		story_play(&s, "app:rpc/ok");
		says_service(&s, services[i]);
		resume(&s, "app:smc/resumed");
	}
	enter_rpc(&s, "app:secure/rpc");
	story_play(&s, "app:sleep/ok");
	resume(&s, "app:smc/resumed");
	enter_rpc(&s, "app:secure/rpc");
	story_play(&s, "app:rpc/ok");
	says_service(&s, "free");
	resume(&s, "app:smc/resumed");
	story_play(&s, "app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* No memory: the command gives up, and with it the mutex that it holds. */
static void test_no_memory(void **state)
{
	struct story s = yaml_story(
		"secure: {threads: 2, locks: [fs]}\n"
		"commands: {work: [lock: fs, rpc: alloc, rpc: time, unlock: fs]}\n"
		"services: {alloc: {kind: shm-alloc}, time: {kind: get-time}}\n"
		"clients: {app: {do: [call: {command: work}, call: {command: work}]}}\n"
		"faults: {oom: {kind: no-memory}}\n",
		"mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc oom:fault app:rpc/failed=ENOMEM "
		       "app:smc/resumed app:secure/exit app:leave");
	/* The fs lock is free again, or this would hang. */
	story_play(&s, "app:enter app:smc app:secure/rpc app:rpc/ok app:smc app:secure/rpc");
	says_service(&s, "time");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* A sleep of the driver holds the thread: with one thread nobody gets in meanwhile. */
static void test_a_sleep_holds_the_thread(void **state)
{
	static const char yaml[] = "secure: {threads: 1}\n"
				   "commands: {nap: [suspend: 100]}\n"
				   "clients:\n"
				   "  app: {do: [call: {command: nap}]}\n"
				   "  other: {do: [call: {}]}\n";
	struct story s = yaml_story(yaml, "untracked");

	story_play(&s, "app:enter app:smc app:secure/rpc other:enter other:smc/thread-limit");
	assert_string_equal(story_enabled(&s), "app");
	story_play(&s, "app:sleep app:smc/resumed app:secure/exit app:leave other:wait");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	yaml_ends(yaml, "untracked", TEEQ_VERDICT_DONE);
}

/* A non-secure interrupt looks like an RPC, but there is nothing to serve: it resumes at once. */
static void test_a_foreign_interrupt(void **state)
{
	struct story s = yaml_story("secure: {threads: 1}\n"
				    "commands: {work: [interrupt: true]}\n"
				    "clients: {app: {do: [call: {command: work}]}}\n",
				    "mainline");

	story_play(&s, "app:enter app:smc app:secure/interrupted");
	assert_int_equal(s.event.ret.a[0], 0xffff0004);
	story_play(&s, "app:smc/resumed app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ---------------------------------------- notifications --------------------------------------- */

/* Wait and send are RPCs too, each of the thread that asks for it. */
static void test_wait_and_send(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "notifications: [ready]\n"
				    "commands: {waits: [wait: ready], sends: [notify: ready]}\n"
				    "clients:\n"
				    "  a: {do: [call: {command: waits}]}\n"
				    "  b: {do: [call: {command: sends}]}\n",
				    "mainline");

	story_play(&s, "a:enter a:smc");
	enter_rpc(&s, "a:secure/rpc");
	story_play(&s, "a:notif-wait/must-wait b:enter b:smc b:secure/rpc b:notif-send/ok "
		       "b:smc/resumed a:notif-wake/ok a:smc/resumed a:secure/exit a:leave "
		       "b:secure/exit b:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* -------------------------------------------- RPMB -------------------------------------------- */

/* As of Linux 6.12 the task that made the call goes to the eMMC itself. */
static const char in_the_kernel[] =
	"secure: {threads: 2}\n"
	"locks: [emmc]\n"
	"commands: {write: [rpc: rpmb]}\n"
	"services: {rpmb: {kind: rpmb, do: [lock: emmc, sleep: 3, unlock: emmc]}}\n"
	"clients: {app: {do: [call: {command: write}]}}\n";

/* Before, tee-supplicant did, by an ioctl. */
static const char through_the_supplicant[] =
	"secure: {threads: 2}\n"
	"locks: [emmc]\n"
	"commands: {write: [rpc: rpmb]}\n"
	"services: {rpmb: {kind: rpmb, by: supplicant, do: [lock: emmc, sleep: 3, unlock: emmc]}}\n"
	"supplicant: {threads: 1}\n"
	"clients: {app: {do: [call: {command: write}]}}\n";

static void test_rpmb_in_the_kernel(void **state)
{
	struct story s = yaml_story(in_the_kernel, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc app:rpc/ok app:lock");
	assert_int_equal(s.event.level, 1);
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 0), 0);
	story_play(&s, "app:sleep app:smc/resumed app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

static void test_rpmb_through_the_supplicant(void **state)
{
	struct story s = yaml_story(through_the_supplicant, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc app:request/ok tee-supplicant:receive/ok");
	says_service(&s, "rpmb");
	story_play(&s, "tee-supplicant:lock tee-supplicant:sleep tee-supplicant:answer/ok "
		       "app:reply/ok app:smc/resumed app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/*
 * A client that is stopped by the freezer while it holds the eMMC, in the kernel, is not stopped there;
 * a supplicant that is frozen leaves the client waiting, with its thread.
 */
static void test_the_way_matters_when_it_is_frozen(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2}\n"
		"commands: {write: [rpc: rpmb]}\n"
		"services: {rpmb: {kind: rpmb, by: supplicant}}\n"
		"supplicant: {threads: 1}\n"
		"clients:\n"
		"  app: {do: [call: {command: write}]}\n"
		"  suspend: {do: [freeze: tee-supplicant]}\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc suspend:freeze/must-wait suspend:freeze/ok "
		       "app:request/ok");
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	yaml_ends(in_the_kernel, "mainline", TEEQ_VERDICT_DONE);
	yaml_ends(through_the_supplicant, "mainline", TEEQ_VERDICT_DONE);
}

/* ---------------------------------------- everything else ------------------------------------- */

/* What the driver does not know goes to tee-supplicant: also memory that is to be shared with that. */
static void test_everything_else(void **state)
{
	struct story s = yaml_story("secure: {threads: 2}\n"
				    "commands: {load-ta: [rpc: alloc, rpc: file]}\n"
				    "services:\n"
				    "  alloc: {kind: shm-alloc, by: supplicant}\n"
				    "  file: {by: supplicant}\n"
				    "supplicant: {threads: 1}\n"
				    "clients: {app: {do: [call: {command: load-ta}]}}\n",
				    "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc app:request/ok tee-supplicant:receive");
	says_service(&s, "alloc");
	story_play(&s, "tee-supplicant:answer app:reply/ok app:smc app:secure/rpc app:request "
		       "tee-supplicant:receive");
	says_service(&s, "file");
	story_play(&s, "tee-supplicant:answer app:reply app:smc app:secure/exit app:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_drivers_own),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_a_sleep_holds_the_thread),
		cmocka_unit_test(test_a_foreign_interrupt),
		cmocka_unit_test(test_wait_and_send),
		cmocka_unit_test(test_rpmb_in_the_kernel),
		cmocka_unit_test(test_rpmb_through_the_supplicant),
		cmocka_unit_test(test_the_way_matters_when_it_is_frozen),
		cmocka_unit_test(test_everything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
