/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The world, one atomic action at a time. Tasks are named by what they do; what each story expects
 * can be followed on paper.
 */
#include "story.h"
#include "unit/small_tables.h"

/* ------------------------------------------- stages ------------------------------------------- */

static void test_stages_start_one_by_one(void **state)
{
	static const struct teeq_step waits[] = { TEEQ_AWAIT("go") };
	static const struct teeq_step signals[] = { TEEQ_SIGNAL("go") };
	static const struct teeq_client_spec clients[] = {
		CLIENT("first", 1, one_call),
		CLIENT("waits", 1, waits),
		CLIENT("fourth", 4, signals),
		CLIENT("second", 2, one_call),
	};
	const struct teeq_scenario scenario = {
		.name = "stages", .thread_count = 2, .events = go, .event_count = 1,
		.clients = clients, .client_count = 4,
	};
	struct story s = story_begin(&scenario, "mainline");
	struct teeq_task_view view;

	assert_int_equal(teeq_model_last_stage(s.model), 4);
	assert_string_equal(story_enabled(&s), "first");
	story_play(&s, "first:enter first:smc first:secure/exit");
	assert_string_equal(story_enabled(&s), "first");
	teeq_world_task(s.model, s.world, story_task(&s, "second"), &view);
	assert_false(view.started);
	story_play(&s, "first:leave");
	/* One task of stage 1 is left, but it cannot move. */
	assert_string_equal(story_enabled(&s), "second");
	teeq_world_task(s.model, s.world, story_task(&s, "second"), &view);
	assert_true(view.started);
	assert_int_equal(view.action, TEEQ_ACTION_ENTER);
	story_play(&s, "second:enter second:smc second:secure second:leave");
	/* Stage 3 is nobody's. */
	assert_string_equal(story_enabled(&s), "fourth");
	assert_false(teeq_world_event_signalled(s.model, s.world, 0));
	story_play(&s, "fourth:start");
	assert_true(teeq_world_event_signalled(s.model, s.world, 0));
	assert_string_equal(story_enabled(&s), "waits");
	story_play(&s, "waits:await");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_a_first_stage_that_is_not_1(void **state)
{
	static const struct teeq_client_spec clients[] = { CLIENT("late", 200, one_call) };
	const struct teeq_scenario scenario = { .name = "late", .thread_count = 1,
						.clients = clients, .client_count = 1 };
	struct story s = story_begin(&scenario, "mainline");

	assert_string_equal(story_enabled(&s), "late");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_who_cannot_move_does_not(void **state)
{
	static const struct teeq_step waits[] = { TEEQ_AWAIT("go") };
	static const struct teeq_client_spec clients[] = { CLIENT("waits", 1, waits),
							   CLIENT("idle", 1, one_call) };
	const struct teeq_scenario scenario = {
		.name = "still", .thread_count = 1, .events = go, .event_count = 1,
		.clients = clients, .client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline"), same;

	same = story_begin(&scenario, "mainline");
	assert_int_equal(teeq_world_step(s.model, s.world, 0, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_world_step(s.model, s.world, 2, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_world_step(s.model, s.world, 64, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_world_step(s.model, s.world, UINT32_MAX, NULL), TEEQ_EINPUT);
	assert_bytes_equal(&s, &same);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(teeq_world_unfinished(s.model, s.world), 1);
	story_end(&s);
	story_end(&same);
}

/* ------------------------------------- barriers, events, locks -------------------------------- */

static void test_a_barrier_is_as_new_after_each_round(void **state)
{
	static const struct teeq_step meet[] = { TEEQ_BARRIER("pair") };
	static const struct teeq_step three_times[] = { TEEQ_REPEAT(3, meet, 1) };
	static const struct teeq_client_spec clients[] = { CLIENT("a", 1, three_times),
							   CLIENT("b", 1, three_times) };
	const struct teeq_scenario scenario = {
		.name = "rounds", .thread_count = 1, .barriers = pair, .barrier_count = 1,
		.clients = clients, .client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline");
	unsigned int wanted;

	story_play(&s, "a:start");
	assert_int_equal(teeq_world_barrier(s.model, s.world, 0, &wanted), 1);
	assert_int_equal(wanted, 2);
	assert_string_equal(story_enabled(&s), "b");
	story_play(&s, "b:start");
	assert_int_equal(teeq_world_barrier(s.model, s.world, 0, &wanted), 0);
	/* a goes on and arrives for the second round while b still stands in the first. */
	story_play(&s, "a:barrier");
	assert_int_equal(teeq_world_barrier(s.model, s.world, 0, &wanted), 1);
	assert_string_equal(story_enabled(&s), "b");
	story_play(&s, "b:barrier b:barrier a:barrier a:barrier b:barrier");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_more_tasks_than_the_barrier_wants(void **state)
{
	static const struct teeq_step meet[] = { TEEQ_BARRIER("pair") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "t", .count = 5, .steps = meet, .step_count = 1 },
	};
	const struct teeq_scenario scenario = {
		.name = "five", .thread_count = 1, .barriers = pair, .barrier_count = 1,
		.clients = clients, .client_count = 1,
	};
	struct story s = story_begin(&scenario, "mainline");
	unsigned int wanted;

	story_play(&s, "t.0:start t.1:start t.2:start");
	assert_string_equal(story_enabled(&s), "t.0 t.1 t.3 t.4");
	story_play(&s, "t.3:start");
	assert_string_equal(story_enabled(&s), "t.0 t.1 t.2 t.3 t.4");
	/* The fifth is alone. */
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(teeq_world_unfinished(s.model, s.world), 1 << 4);
	assert_int_equal(teeq_world_barrier(s.model, s.world, 0, &wanted), 1);
	story_end(&s);
}

static void test_an_event_stays_signalled(void **state)
{
	static const struct teeq_step signals[] = { TEEQ_CALL(NULL, NULL), TEEQ_SIGNAL("go"),
						    TEEQ_SIGNAL("go") };
	static const struct teeq_step waits[] = { TEEQ_AWAIT("go"), TEEQ_AWAIT("go") };
	static const struct teeq_client_spec clients[] = { CLIENT("signals", 1, signals),
							   CLIENT("waits", 1, waits) };
	const struct teeq_scenario scenario = {
		.name = "event", .thread_count = 1, .events = go, .event_count = 1,
		.clients = clients, .client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline");

	assert_true(teeq_world_may(s.model, s.world, 0, TEEQ_EFFECT_SIGNAL, 0));
	assert_false(teeq_world_may(s.model, s.world, 1, TEEQ_EFFECT_SIGNAL, 0));
	story_play(&s, "signals:enter signals:smc signals:secure");
	assert_string_equal(story_enabled(&s), "signals");
	/* Signalling belongs to the step before it. */
	story_play(&s, "signals:leave");
	assert_false(teeq_world_may(s.model, s.world, 0, TEEQ_EFFECT_SIGNAL, 0));
	story_play(&s, "waits:await waits:await");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_a_lock_has_one_owner(void **state)
{
	static const char *const locks[] = { "emmc", "clk" };
	static const struct teeq_step steps[] = { TEEQ_LOCK("clk"), TEEQ_CALL(NULL, NULL),
						  TEEQ_UNLOCK("clk") };
	static const struct teeq_client_spec clients[] = { CLIENT("a", 1, steps),
							   CLIENT("b", 1, steps) };
	const struct teeq_scenario scenario = {
		.name = "lock", .thread_count = 2, .locks = locks, .lock_count = 2,
		.clients = clients, .client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline");

	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 1), -1);
	story_play(&s, "b:lock");
	assert_int_equal(s.event.object, 1);
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 1), 1);
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 0), -1);
	assert_string_equal(story_enabled(&s), "b");
	story_play(&s, "b:enter b:smc b:secure b:leave");
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 1), -1);
	story_play(&s, "a:lock");
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 1), 0);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_a_lock_taken_twice_is_a_deadlock(void **state)
{
	static const char *const locks[] = { "emmc" };
	static const struct teeq_step steps[] = { TEEQ_LOCK("emmc"), TEEQ_LOCK("emmc") };
	static const struct teeq_client_spec clients[] = { CLIENT("a", 1, steps) };
	const struct teeq_scenario scenario = {
		.name = "twice", .thread_count = 1, .locks = locks, .lock_count = 1,
		.clients = clients, .client_count = 1,
	};
	struct story s = story_begin(&scenario, "mainline");

	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
}

/* ------------------------------------------- repeats ------------------------------------------ */

/* 2 * (3 rpcs, in each 2 calls) and one rpc more; the service's own loop is 2 long. */
static void test_nested_repeats(void **state)
{
	static const struct teeq_step rpc[] = { TEEQ_RPC("serve") };
	static const struct teeq_step rpcs[] = { TEEQ_REPEAT(3, rpc, 1) };
	static const struct teeq_step command[] = { TEEQ_REPEAT(2, rpcs, 1), TEEQ_RPC("serve") };
	static const struct teeq_step service[] = { TEEQ_REPEAT(2, one_call, 1) };
	static const struct teeq_script_spec commands[] = {
		{ .name = "work", .steps = command, .step_count = 2 }
	};
	static const struct teeq_service_spec services[] = {
		{ .name = "serve", .by = TEEQ_SERVED_BY_CALLER, .steps = service, .step_count = 1 },
	};
	static const struct teeq_step work[] = { TEEQ_CALL("work", NULL) };
	static const struct teeq_step twice[] = { TEEQ_REPEAT(2, work, 1),
						  TEEQ_REPEAT(1, NULL, 0) };
	static const struct teeq_step client[] = { TEEQ_REPEAT(2, twice, 2) };
	static const struct teeq_client_spec clients[] = { CLIENT("a", 1, client) };
	const struct teeq_scenario scenario = {
		.name = "loops", .thread_count = 2, .commands = commands, .command_count = 1,
		.services = services, .service_count = 1, .clients = clients, .client_count = 1,
	};
	struct story s = story_begin(&scenario, "mainline");
	unsigned int rpc_count = 0, exits[2] = { 0, 0 };

	while (teeq_world_enabled(s.model, s.world)) {
		assert_int_equal(teeq_world_step(s.model, s.world, 0, &s.event), TEEQ_OK);
		rpc_count += s.event.outcome == TEEQ_OUTCOME_RPC;
		if (s.event.outcome == TEEQ_OUTCOME_EXIT)
			exits[s.event.level]++;
	}
	assert_int_equal(exits[0], 4);
	assert_int_equal(rpc_count, 4 * 7);
	assert_int_equal(exits[1], 4 * 7 * 2);
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* -------------------------------------------- calls ------------------------------------------- */

/* One call whose RPC is served by another, with every register. */
static void test_the_registers_of_a_call(void **state)
{
	static const struct teeq_step rpc[] = { TEEQ_RPC("serve") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "work", .steps = rpc, .step_count = 1 }
	};
	static const struct teeq_service_spec services[] = {
		{ .name = "serve",
		  .by = TEEQ_SERVED_BY_CALLER,
		  .steps = one_call,
		  .step_count = 1 },
	};
	static const struct teeq_step work[] = { TEEQ_CALL("work", NULL) };
	static const struct teeq_client_spec clients[] = { CLIENT("idle", 1, one_call),
							   CLIENT("a", 1, work) };
	const struct teeq_scenario scenario = {
		.name = "registers", .thread_count = 2, .commands = commands, .command_count = 1,
		.services = services, .service_count = 1, .clients = clients, .client_count = 2,
	};
	struct story s = story_begin(&scenario, "mainline");
	struct teeq_context_view context;
	struct teeq_call_view call;

	story_play(&s, "a:enter/admitted a:smc/taken");
	/* The cookie is the caller's number plus one: task 1, level 0. */
	assert_true(s.event.has_call);
	assert_false(s.event.has_ret);
	assert_int_equal(s.event.call.a[0], 0x32000013);
	assert_int_equal(s.event.call.a[1], 0);
	assert_int_equal(s.event.call.a[2], 0x11);
	assert_int_equal(s.event.context, 0);
	assert_int_equal(s.event.command, 0);
	story_play(&s, "a:secure/rpc");
	assert_true(s.event.has_ret);
	assert_int_equal(s.event.ret.a[0], 0xffff0005);
	assert_int_equal(s.event.ret.a[3], 0);
	assert_int_equal(s.event.object, 0);
	assert_string_equal(teeq_model_service_name(s.model, s.event.object), "serve");
	teeq_world_context(s.model, s.world, 0, &context);
	assert_int_equal(context.state, TEEQ_CONTEXT_SUSPENDED);
	assert_true(context.owned);
	assert_int_equal(context.owner.task, 1);
	assert_int_equal(context.owner.level, 0);
	assert_true(teeq_world_call(s.model, s.world, 1, 0, &call));
	assert_true(call.in_queue);
	assert_true(call.admitted);
	assert_int_equal(call.context, 0);
	story_play(&s, "a:enter a:smc/taken");
	assert_int_equal(s.event.level, 1);
	assert_int_equal(s.event.call.a[2], 0x12);
	assert_int_equal(s.event.context, 1);
	assert_int_equal(s.event.command, TEEQ_NO_OBJECT);
	assert_string_equal(story_waiters(&s), "a a^1");
	story_play(&s, "a:secure/exit a:leave");
	assert_int_equal(s.event.level, 1);
	assert_string_equal(story_woken(&s), "a");
	assert_false(teeq_world_call(s.model, s.world, 1, 1, &call));
	story_play(&s, "a:smc/resumed");
	assert_int_equal(s.event.call.a[0], 0x32000003);
	assert_int_equal(s.event.call.a[3], 0);
	story_play(&s, "a:secure/exit");
	assert_int_equal(s.event.ret.a[0], 0);
	story_play(&s, "a:leave");
	assert_string_equal(story_woken(&s), "");
	assert_int_equal(s.event.free_count, 2);
	assert_int_equal(s.event.waiter_count, 0);
	story_end(&s);
}

static void test_lost_contexts(void **state)
{
	static const struct teeq_client_spec clients[] = {
		{ .name = "t", .count = 2, .steps = one_call, .step_count = 1 },
	};
	struct teeq_scenario scenario = { .name = "lost", .thread_count = 3, .lost_count = 2,
					  .clients = clients, .client_count = 1 };
	struct story s = story_begin(&scenario, "mainline");
	struct teeq_context_view view;

	teeq_world_context(s.model, s.world, 1, &view);
	assert_int_equal(view.state, TEEQ_CONTEXT_SUSPENDED);
	assert_false(view.owned);
	/* The driver counts three, and learns better from ETHREAD_LIMIT. */
	story_play(&s, "t.0:enter/admitted t.1:enter/admitted t.0:smc/taken t.1:smc/thread-limit");
	assert_int_equal(s.event.ret.a[0], 1);
	story_play(&s, "t.0:secure t.0:leave t.1:wait t.1:requeue t.1:smc/taken");
	assert_int_equal(s.event.context, 2);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	/* All of them lost: nobody gets through. */
	scenario.lost_count = 3;
	s = story_begin(&scenario, "mainline");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
}

static void test_over_ffa_nothing_is_tracked(void **state)
{
	static const struct teeq_session_spec sessions[] = { { .name = "scmi", .system = true } };
	static const struct teeq_client_spec clients[] = {
		{ .name = "t", .count = 2, .steps = one_call, .step_count = 1 },
	};
	const struct teeq_scenario scenario = {
		.name = "ffa", .thread_count = 1, .abi = TEEQ_ABI_FFA, .sessions = sessions,
		.session_count = 1, .clients = clients, .client_count = 1,
	};
	/* v9 alone says yes to everybody who wants to be a system session. */
	for (size_t i = 0; teeq_policy_at(i); i++) {
		const char *policy = teeq_policy_at(i)->name;
		struct story s = story_begin(&scenario, policy);
		bool asked;

		assert_int_equal(teeq_world_callq(s.model, s.world)->total_count, 0);
		assert_int_equal(teeq_model_session_answer(s.model, 0, &asked),
				 strcmp(policy, "v9") == 0 ? 0 : -22);
		story_play(&s, "t.0:enter/admitted t.0:smc/taken t.1:enter/admitted "
			       "t.1:smc/thread-limit t.0:secure t.0:leave");
		assert_string_equal(story_woken(&s), "t.1");
		/* Who leaves is counted all the same, as of v9; nobody looks. */
		assert_int_equal(s.event.free_count, i >= 5);
		story_play(&s, "t.1:wait t.1:requeue t.1:smc/taken");
		assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
		story_end(&s);
	}
}


static void test_actions_have_names(void **state)
{
	assert_string_equal(teeq_action_name(TEEQ_ACTION_NONE), "none");
	assert_string_equal(teeq_action_name(TEEQ_ACTION_BARRIER), "barrier");
	assert_null(teeq_action_name(TEEQ_ACTION_COUNT));
	assert_string_equal(teeq_outcome_name(TEEQ_OUTCOME_OK), "ok");
	assert_string_equal(teeq_outcome_name(TEEQ_OUTCOME_REFUSED), "refused");
	assert_null(teeq_outcome_name(TEEQ_OUTCOME_COUNT));
	for (unsigned int i = 0; i < TEEQ_ACTION_COUNT; i++)
		assert_non_null(teeq_action_name((enum teeq_action)i));
	for (unsigned int i = 0; i < TEEQ_OUTCOME_COUNT; i++)
		assert_non_null(teeq_outcome_name((enum teeq_outcome)i));
}

/* What serves a request may ask for one of its own, and still answers the first one. */
static void test_a_request_inside_a_request(void **state)
{
	static const struct teeq_step outer_steps[] = { TEEQ_RPC("file") };
	static const struct teeq_step inner_steps[] = { TEEQ_RPC("disk") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "outer", .steps = outer_steps, .step_count = 1 },
		{ .name = "inner", .steps = inner_steps, .step_count = 1 },
	};
	static const struct teeq_step call_inner[] = { TEEQ_CALL("inner", NULL) };
	static const struct teeq_service_spec services[] = {
		{ .name = "file", .by = TEEQ_SERVED_BY_SUPPLICANT, .steps = call_inner,
		  .step_count = 1 },
		{ .name = "disk", .by = TEEQ_SERVED_BY_SUPPLICANT },
	};
	static const struct teeq_step call_outer[] = { TEEQ_CALL("outer", NULL) };
	static const struct teeq_client_spec clients[] = { CLIENT("app", 1, call_outer) };
	const struct teeq_scenario scenario = {
		.name = "nested-requests", .thread_count = 2, .supplicant_threads = 2,
		.commands = commands, .command_count = 2, .services = services,
		.service_count = 2, .clients = clients, .client_count = 1,
	};
	struct story s = story_begin(&scenario, "mainline");

	story_play(&s, "app:enter app:smc app:secure/rpc app:request tee-supplicant.0:receive");
	story_play(&s, "tee-supplicant.0:enter tee-supplicant.0:smc tee-supplicant.0:secure/rpc "
		       "tee-supplicant.0:request tee-supplicant.1:receive "
		       "tee-supplicant.1:answer tee-supplicant.0:reply tee-supplicant.0:smc "
		       "tee-supplicant.0:secure/exit tee-supplicant.0:leave");
	assert_string_equal(story_enabled(&s), "tee-supplicant.0");
	story_play(&s, "tee-supplicant.0:answer");
	assert_string_equal(story_enabled(&s), "app");
	story_play(&s, "app:reply app:smc app:secure/exit app:leave");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages_start_one_by_one),
		cmocka_unit_test(test_a_first_stage_that_is_not_1),
		cmocka_unit_test(test_who_cannot_move_does_not),
		cmocka_unit_test(test_a_barrier_is_as_new_after_each_round),
		cmocka_unit_test(test_more_tasks_than_the_barrier_wants),
		cmocka_unit_test(test_an_event_stays_signalled),
		cmocka_unit_test(test_a_lock_has_one_owner),
		cmocka_unit_test(test_a_lock_taken_twice_is_a_deadlock),
		cmocka_unit_test(test_nested_repeats),
		cmocka_unit_test(test_the_registers_of_a_call),
		cmocka_unit_test(test_lost_contexts),
		cmocka_unit_test(test_over_ffa_nothing_is_tracked),
		cmocka_unit_test(test_actions_have_names),
		cmocka_unit_test(test_a_request_inside_a_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
