/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How mainline loses a wake, three ways, and what one reserved thread does not cover.
 */
#include "story.h"
#include "stories/tables.h"

enum { MANY = 100000 };

/* -------------------------------------- the absorbed wake ------------------------------------- */

/* A system call whose RPC makes a call of the other system session, and one normal call. */
static const struct teeq_step inner_steps[] = { TEEQ_CALL(NULL, "scmi") };
static const struct teeq_service_spec inner_services[] = {
	{ .name = "inner", .by = TEEQ_SERVED_BY_CALLER, .steps = inner_steps, .step_count = 1 },
};
static const struct teeq_step outer_command[] = { TEEQ_RPC("inner") };
static const struct teeq_script_spec outer_commands[] = {
	{ .name = "outer", .steps = outer_command, .step_count = 1 }
};
static const struct teeq_step k_steps[] = { TEEQ_CALL("outer", "key") };
static const struct teeq_step n_steps[] = { TEEQ_CALL(NULL, NULL) };
static const struct teeq_client_spec absorbing_clients[] = { CLIENT("k", 1, 1, k_steps),
							     CLIENT("n", 1, 1, n_steps) };
static const struct teeq_scenario absorbing = {
	.name = "nested-system-small", .thread_count = 2, .sessions = story_sessions,
	.session_count = 2, .commands = outer_commands, .command_count = 1,
	.services = inner_services, .service_count = 1, .clients = absorbing_clients,
	.client_count = 2,
};

static const char *const k_asks = "n:enter/admitted n:smc/taken k:enter/admitted k:smc/taken "
				  "k:secure/rpc";
static const char *const n_returns_its_thread = "k:enter/must-wait n:secure/exit n:leave";

static void test_an_executing_caller_absorbs_the_wake(void **state)
{
	struct story s = story_begin(&absorbing, "mainline");

	story_play(&s, k_asks);
	story_play(&s, n_returns_its_thread);
	assert_string_equal(story_woken(&s), "k");
	assert_string_equal(story_waiters(&s), "k* k^1");
	assert_int_equal(s.event.free_count, 1);
	assert_string_equal(story_enabled(&s), "");
	assert_true(teeq_world_sleeps_in_vain(s.model, s.world, story_task(&s, "k")));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_LOST_WAKEUP);
	story_end(&s);
	s = story_begin(&absorbing, "repaired");
	story_play(&s, k_asks);
	story_play(&s, "k:started");
	story_play(&s, n_returns_its_thread);
	assert_string_equal(story_woken(&s), "k^1");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* A command that polls is interrupted and resumed between two looks: the first interrupt says enough. */
static void test_a_caller_that_polls_has_started(void **state)
{
	static const struct teeq_step poll[] = { { .kind = TEEQ_STEP_POLL, .name = "clk" } };
	static const struct teeq_step p_steps[] = { TEEQ_CALL("ring", NULL) };
	static const struct teeq_step c_steps[] = { TEEQ_CALL(NULL, NULL), TEEQ_SIGNAL("clk") };
	static const struct teeq_step plain[] = { TEEQ_CALL(NULL, NULL) };
	static const struct teeq_script_spec ring[] = { { .name = "ring", .steps = poll,
							   .step_count = 1 } };
	static const struct teeq_client_spec polling[] = {
		CLIENT("a", 1, 1, p_steps), CLIENT("b", 1, 1, plain), CLIENT("c", 1, 1, c_steps),
	};
	static const struct teeq_scenario scenario = {
		.name = "ring", .thread_count = 2, .events = story_events, .event_count = 4,
		.commands = ring, .command_count = 1, .clients = polling, .client_count = 3,
	};
	struct teeq_tally tally = story_tally(&scenario, "repaired", MANY, 0);
	struct story s = story_begin(&scenario, "repaired");

	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], MANY);
	story_play(&s, "a:enter a:smc b:enter b:smc c:enter/must-wait b:secure/exit b:leave");
	assert_string_equal(story_woken(&s), "a");
	story_play(&s, "a:secure/interrupted a:started");
	assert_string_equal(story_woken(&s), "c");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* On its way to the secure world a caller may still take a wake; it hands that on. */
static void test_a_wake_on_the_way_is_handed_on(void **state)
{
	struct story s = story_begin(&absorbing, "repaired");

	story_play(&s, "n:enter/admitted n:smc/taken k:enter/admitted k:smc/taken n:secure/exit n:leave");
	assert_string_equal(story_woken(&s), "k");
	story_play(&s, "k:secure/rpc k:started");
	assert_string_equal(story_woken(&s), "");
	assert_string_equal(story_waiters(&s), "k");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_absorbing_on_random_schedules(void **state)
{
	struct teeq_tally tally = story_tally(&absorbing, "mainline", 10000, 0);

	/* About one in seven. */
	assert_in_range(tally.count[TEEQ_VERDICT_LOST_WAKEUP], 1000, 2000);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE] + tally.count[TEEQ_VERDICT_LOST_WAKEUP],
			 10000);
	tally = story_tally(&absorbing, "repaired", MANY, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], MANY);
}

/* ------------------------------------- the coalesced wake ------------------------------------- */

/*
 * a and b have the two threads, w and v sleep, both system callers, and w needs what v will do.
 * Both exits find w at the head of the system callers whose completion is not done, because w
 * consumed the first wake before the second came.
 */
static const struct teeq_step w_steps[] = { TEEQ_RESERVE("tpm"), TEEQ_CALL("clk", "tpm") };
static const struct teeq_step v_steps[] = { TEEQ_RESERVE("scmi"), TEEQ_CALL(NULL, "scmi"),
					    TEEQ_SIGNAL("clk") };
static const struct teeq_session_spec late_sessions[] = { { .name = "tpm" }, { .name = "scmi" } };
static const struct teeq_client_spec coalescing_clients[] = {
	CLIENT("a", 1, 1, n_steps), CLIENT("b", 1, 1, n_steps), CLIENT("w", 1, 1, w_steps),
	CLIENT("v", 1, 1, v_steps),
};
static const struct teeq_scenario coalescing = {
	.name = "coalesced-wake", .thread_count = 2,
	.events = story_events, .event_count = 4, .sessions = late_sessions, .session_count = 2,
	.commands = story_commands, .command_count = 4, .services = story_services,
	.service_count = 4, .clients = coalescing_clients, .client_count = 4,
};

static const char *const both_sleep =
	"a:enter/admitted a:smc b:enter/admitted b:smc w:reserve/ok w:enter/must-wait "
	"v:reserve/ok v:enter/must-wait a:secure/exit a:leave";

static void test_two_wakes_become_one(void **state)
{
	struct story s = story_begin(&coalescing, "mainline");

	story_play(&s, both_sleep);
	assert_string_equal(story_woken(&s), "w");
	story_play(&s, "w:wait");
	assert_string_equal(story_waiters(&s), "b w v");
	story_play(&s, "b:secure/exit b:leave");
	assert_string_equal(story_woken(&s), "w");
	assert_string_equal(story_waiters(&s), "w* v");
	story_play(&s, "w:requeue");
	assert_string_equal(story_waiters(&s), "v w");
	story_play(&s, "w:recheck/admitted w:smc/taken w:secure/rpc");
	assert_int_equal(s.event.free_count, 1);
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_LOST_WAKEUP);
	story_end(&s);
}

/* Had w requeued one step earlier, the second wake would have found v. */
static void test_one_step_earlier_they_are_two(void **state)
{
	struct story s = story_begin(&coalescing, "mainline");

	story_play(&s, both_sleep);
	story_play(&s, "w:wait w:requeue b:secure/exit b:leave");
	assert_string_equal(story_woken(&s), "v");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_repaired_wakes_the_next(void **state)
{
	struct story s = story_begin(&coalescing, "repaired");

	story_play(&s, both_sleep);
	assert_string_equal(story_woken(&s), "w");
	story_play(&s, "w:wait b:secure/exit b:leave");
	assert_string_equal(story_woken(&s), "v");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Whichever of them comes first. */
static void test_coalescing_on_random_schedules(void **state)
{
	struct teeq_tally tally = story_tally(&coalescing, "mainline", MANY,
					      UINT32_C(1) << TEEQ_VERDICT_LOST_WAKEUP);

	assert_int_equal(tally.count[TEEQ_VERDICT_LOST_WAKEUP], 1);
	tally = story_tally(&coalescing, "repaired", MANY, 0);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], MANY);
}

/* ---------------------------------- a close hands on to nobody -------------------------------- */

/*
 * The users' calls meet at a barrier, and one of them may not enter while the session is
 * registered. Counting the session out wakes the head, which executes; nobody tells the next.
 */
static const struct teeq_barrier_spec all_of_two[] = { { "all", 2 } };
static const struct teeq_barrier_spec all_of_three[] = { { "all", 3 } };
static const struct teeq_step meet[] = { TEEQ_BARRIER("all") };
static const struct teeq_service_spec meet_services[] = {
	{ .name = "meet", .by = TEEQ_SERVED_BY_CALLER, .steps = meet, .step_count = 1 },
};
static const struct teeq_step meet_rpc[] = { TEEQ_RPC("meet") };
static const struct teeq_script_spec meet_commands[] = {
	{ .name = "meet", .steps = meet_rpc, .step_count = 1 }
};
static const struct teeq_step meet_steps[] = { TEEQ_CALL("meet", NULL) };
static const struct teeq_step close_steps[] = { TEEQ_CLOSE("scmi") };
static const struct teeq_step release_steps[] = { TEEQ_RELEASE("scmi") };
static const struct teeq_client_spec two_and_close[] = { CLIENT("u", 2, 1, meet_steps),
							 CLIENT("s", 1, 2, close_steps) };
static const struct teeq_client_spec two_and_release[] = { CLIENT("u", 2, 1, meet_steps),
							   CLIENT("s", 1, 2, release_steps) };
static const struct teeq_client_spec three_and_close[] = { CLIENT("u", 3, 1, meet_steps),
							   CLIENT("s", 1, 2, close_steps) };
static const struct teeq_scenario closing = {
	.name = "close-last-session", .thread_count = 2, .barriers = all_of_two,
	.barrier_count = 1, .sessions = story_sessions, .session_count = 1,
	.commands = meet_commands, .command_count = 1, .services = meet_services,
	.service_count = 1, .clients = two_and_close, .client_count = 2,
};

static void test_a_release_wakes_the_head_only(void **state)
{
	struct teeq_scenario scenario = closing;
	struct story s;

	scenario.clients = two_and_release;
	s = story_begin(&scenario, "mainline");
	story_play(&s, "u.0:enter/admitted u.0:smc u.0:secure/rpc u.1:enter/must-wait "
		       "s:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	assert_string_equal(story_woken(&s), "u.0");
	assert_string_equal(story_waiters(&s), "u.0* u.1");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_LOST_WAKEUP);
	story_end(&s);
	assert_int_equal(story_tally(&scenario, "repaired", 1000, 0).count[TEEQ_VERDICT_DONE],
			 1000);
}

/* With two users the close call's own exit has taken care of the head. */
static void test_a_close_gives_two_wakes(void **state)
{
	struct story s = story_begin(&closing, "mainline");

	story_play(&s, "u.0:enter/admitted u.0:smc u.0:secure/rpc u.1:enter/must-wait "
		       "s:enter/admitted s:smc s:secure s:leave");
	assert_string_equal(story_woken(&s), "u.0");
	story_play(&s, "s:unreserve/ok");
	assert_string_equal(story_woken(&s), "u.1");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* With three it needs one more than it gives. */
static void test_a_close_hands_on_to_nobody(void **state)
{
	struct teeq_scenario scenario = closing;
	struct story s;

	scenario.thread_count = 3;
	scenario.barriers = all_of_three;
	scenario.clients = three_and_close;
	s = story_begin(&scenario, "mainline");
	story_play(&s, "u.0:enter/admitted u.0:smc u.0:secure/rpc u.1:enter/admitted u.1:smc "
		       "u.1:secure/rpc u.2:enter/must-wait s:enter/admitted s:smc s:secure "
		       "s:leave");
	assert_string_equal(story_woken(&s), "u.0");
	story_play(&s, "s:unreserve/ok");
	assert_string_equal(story_woken(&s), "u.1");
	assert_string_equal(story_waiters(&s), "u.0* u.1* u.2");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_LOST_WAKEUP);
	story_end(&s);
	assert_int_equal(story_tally(&scenario, "repaired", 1000, 0).count[TEEQ_VERDICT_DONE],
			 1000);
}

/* ---------------------------------- system calls need each other ------------------------------ */

/* Two users hold a thread each, key has the one kept back, and needs what scmi will do. */
static const struct teeq_step user_steps[] = { TEEQ_CALL("clk", NULL) };
static const struct teeq_step key_steps[] = { TEEQ_CALL("clk", "key") };
static const struct teeq_step key_normal_steps[] = { TEEQ_CALL("clk", NULL) };
static const struct teeq_step scmi_steps[] = { TEEQ_CALL(NULL, "scmi"), TEEQ_SIGNAL("clk") };
static const struct teeq_client_spec nested_clients[] = { CLIENT("user", 2, 1, user_steps),
							  CLIENT("key", 1, 2, key_steps),
							  CLIENT("scmi", 1, 3, scmi_steps) };
static const struct teeq_client_spec normal_clients[] = { CLIENT("user", 2, 1, user_steps),
							  CLIENT("key", 1, 2, key_normal_steps),
							  CLIENT("scmi", 1, 3, scmi_steps) };
static const struct teeq_scenario nested = {
	.name = "nested-system", .thread_count = 3, STORY_TABLES, .session_count = 2,
	.clients = nested_clients, .client_count = 3,
};

static void test_one_thread_is_not_enough_for_two(void **state)
{
	static const char *const counting[] = { "v9", "v10", "mainline", "repaired" };
	struct teeq_scenario scenario = nested;
	struct story s = story_begin(&nested, "mainline");

	story_play(&s, "user.0:enter/admitted user.0:smc user.0:secure/rpc user.1:enter/admitted "
		       "user.1:smc user.1:secure/rpc key:enter/admitted key:smc key:secure/rpc "
		       "scmi:enter/must-wait");
	assert_int_equal(s.event.free_count, 0);
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
	/* Were key normal, it would wait outside; v4 has two threads set aside, one for each. */
	scenario.clients = normal_clients;
	scenario.session_count = 1;
	for (size_t i = 0; i < LENGTH(counting); i++) {
		struct teeq_tally tally = story_tally(&nested, counting[i], 1000, 0);

		assert_int_equal(tally.count[TEEQ_VERDICT_DEADLOCK], 1000);
		tally = story_tally(&scenario, counting[i], 1000, 0);
		assert_int_equal(tally.count[TEEQ_VERDICT_DONE], 1000);
	}
	assert_int_equal(story_tally(&nested, "v4", 1000, 0).count[TEEQ_VERDICT_DONE], 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_executing_caller_absorbs_the_wake),
		cmocka_unit_test(test_a_wake_on_the_way_is_handed_on),
		cmocka_unit_test(test_a_caller_that_polls_has_started),
		cmocka_unit_test(test_absorbing_on_random_schedules),
		cmocka_unit_test(test_two_wakes_become_one),
		cmocka_unit_test(test_one_step_earlier_they_are_two),
		cmocka_unit_test(test_repaired_wakes_the_next),
		cmocka_unit_test(test_coalescing_on_random_schedules),
		cmocka_unit_test(test_a_release_wakes_the_head_only),
		cmocka_unit_test(test_a_close_gives_two_wakes),
		cmocka_unit_test(test_a_close_hands_on_to_nobody),
		cmocka_unit_test(test_one_thread_is_not_enough_for_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
