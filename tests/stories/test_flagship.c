/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every thread is suspended in an RPC that can only be served by another call. Two applications
 * write to an RPMB whose supply is switched by OP-TEE itself.
 */
#include "story.h"
#include "stories/tables.h"

enum { MANY = 100000 };

static const char *const locks[] = { "emmc" };
static const struct teeq_step storage_write[] = { TEEQ_RPC("rpmb") };
static const struct teeq_script_spec commands[] = {
	{ .name = "storage-write", .steps = storage_write, .step_count = 1 },
	{ .name = "regulator-on" },
};
static const struct teeq_step rpmb[] = { TEEQ_LOCK("emmc"), TEEQ_CALL("regulator-on", "scmi"),
					 TEEQ_UNLOCK("emmc") };
static const struct teeq_service_spec services[] = {
	{ .name = "rpmb", .by = TEEQ_SERVED_BY_CALLER, .steps = rpmb, .step_count = 3 },
};
static const struct teeq_step app[] = { TEEQ_CALL("storage-write", NULL) };
static const struct teeq_client_spec clients[] = { CLIENT("app", 2, 1, app) };
static const struct teeq_scenario rpmb_scmi = {
	.name = "rpmb-scmi", .thread_count = 2, .locks = locks, .lock_count = 1,
	.sessions = story_sessions, .session_count = 1, .commands = commands, .command_count = 2,
	.services = services, .service_count = 1, .clients = clients, .client_count = 1,
};

static void test_untracked_deadlocks(void **state)
{
	struct story s = story_begin(&rpmb_scmi, "untracked");

	story_play(&s, "app.0:enter app.0:smc app.1:enter app.1:smc app.0:secure/rpc "
		       "app.1:secure/rpc app.0:lock app.0:enter/admitted app.0:smc/thread-limit");
	/* app.0 holds the host and waits for a thread; app.1 holds the other thread and waits. */
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 0), 0);
	assert_string_equal(story_waiters(&s), "app.0 app.1 app.0^1");
	story_end(&s);
}

/* The same way under mainline: app.1 is not admitted, so there is a thread for the regulator. */
static void test_mainline_keeps_one_back(void **state)
{
	struct story s = story_begin(&rpmb_scmi, "mainline");

	story_play(&s, "app.0:enter/admitted app.0:smc app.1:enter/must-wait app.0:secure/rpc "
		       "app.0:lock app.0:enter/admitted app.0:smc/taken app.0:secure/exit "
		       "app.0:leave");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_on_random_schedules(void **state)
{
	struct teeq_tally tally = story_tally(&rpmb_scmi, "untracked", 1000, 0);

	assert_in_range(tally.count[TEEQ_VERDICT_DEADLOCK], 1, 999);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE] + tally.count[TEEQ_VERDICT_DEADLOCK],
			 1000);
	tally = story_tally(&rpmb_scmi, "mainline", MANY, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], MANY);
	tally = story_tally(&rpmb_scmi, "repaired", MANY, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], MANY);
}

/* ------------------------------------- users and a switch ------------------------------------- */

static const struct teeq_step user_steps[] = { TEEQ_CALL("clk", NULL) };
static const struct teeq_step switch_steps[] = { TEEQ_CALL(NULL, "scmi"), TEEQ_SIGNAL("clk") };
static const struct teeq_client_spec staged_clients[] = { CLIENT("user", 2, 1, user_steps),
							  CLIENT("switch", 1, 2, switch_steps) };
static const struct teeq_scenario staged = {
	.name = "flagship-staged", .thread_count = 2, STORY_TABLES, .session_count = 1,
	.clients = staged_clients, .client_count = 2,
};

/* The users have taken what they could get when the switch comes: every schedule ends alike. */
static void test_staged(void **state)
{
	static const char *const good[] = { "v1", "v4", "v9", "v10", "mainline", "repaired" };
	struct teeq_scenario scenario = staged;
	struct teeq_tally tally = story_tally(&scenario, "untracked", 1000, 0);

	assert_int_equal(tally.count[TEEQ_VERDICT_DEADLOCK], 1000);
	scenario.static_system_count = 1;
	for (size_t i = 0; i < LENGTH(good); i++) {
		tally = story_tally(&scenario, good[i], 1000, 0);
		assert_int_equal(tally.count[TEEQ_VERDICT_DONE], 1000);
	}
	/* With one thread, over FF-A, or unregistered, nothing helps. */
	scenario = staged, scenario.thread_count = 1;
	tally = story_tally(&scenario, "mainline", 1000, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DEADLOCK], 1000);
	scenario = staged, scenario.abi = TEEQ_ABI_FFA;
	tally = story_tally(&scenario, "mainline", 1000, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DEADLOCK], 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_untracked_deadlocks),
		cmocka_unit_test(test_mainline_keeps_one_back),
		cmocka_unit_test(test_on_random_schedules),
		cmocka_unit_test(test_staged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
