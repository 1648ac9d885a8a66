/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was wrong in earlier postings of the series, one story each: v8's idle slot, v9's trap,
 * v10's two wakes.
 */
#include "story.h"
#include "stories/tables.h"

static const struct teeq_step normal_clk[] = { TEEQ_CALL("clk", NULL) };
static const struct teeq_step system_call[] = { TEEQ_CALL(NULL, "key") };
static const struct teeq_step system_clk[] = { TEEQ_CALL(NULL, "scmi"), TEEQ_SIGNAL("clk") };

/* --------------------------------------- v8: the idle slot ------------------------------------ */

static const struct teeq_client_spec slot_clients[] = { CLIENT("user", 1, 1, normal_clk),
							CLIENT("first", 1, 1, system_call),
							CLIENT("second", 1, 1, system_clk) };
static const struct teeq_scenario idle_slot = {
	.name = "idle-slot", .thread_count = 2, STORY_TABLES, .session_count = 2,
	.clients = slot_clients, .client_count = 3,
};

static void test_v8_sleeps_beside_the_idle_slot(void **state)
{
	struct story s = story_begin(&idle_slot, "v8");
	struct teeq_context_view context;

	story_play(&s, "user:enter/admitted user:smc user:secure/rpc first:enter/admitted "
		       "first:smc second:enter/must-wait first:secure/exit first:leave");
	assert_string_equal(story_woken(&s), "second");
	assert_int_equal(teeq_world_callq(s.model, s.world)->system_slot_busy, 0);
	story_play(&s, "second:wait second:requeue second:recheck/must-wait");
	assert_string_equal(story_enabled(&s), "");
	teeq_world_context(s.model, s.world, 1, &context);
	assert_int_equal(context.state, TEEQ_CONTEXT_FREE);
	/* A wake would not help: the recheck does not look at the slot. */
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DEADLOCK);
	story_end(&s);
}

static void test_later_ones_do_not(void **state)
{
	static const char *const others[] = { "v10", "mainline", "repaired" };
	struct teeq_tally tally = story_tally(&idle_slot, "v8", 1000, 0);

	assert_in_range(tally.count[TEEQ_VERDICT_DEADLOCK], 1, 999);
	for (size_t i = 0; i < LENGTH(others); i++) {
		tally = story_tally(&idle_slot, others[i], 1000, 0);
		assert_int_equal(tally.count[TEEQ_VERDICT_DONE], 1000);
	}
}

/* ----------------------------------------- v9: the trap --------------------------------------- */

static const struct teeq_step a_steps[] = { TEEQ_CALL("sb", NULL) };
static const struct teeq_step sa_steps[] = { TEEQ_CALL(NULL, "scmi"), TEEQ_CALL(NULL, "scmi"),
					     TEEQ_CALL("go", "scmi") };
static const struct teeq_step x_steps[] = { TEEQ_CALL(NULL, NULL) };
static const struct teeq_step sb_steps[] = { TEEQ_CALL(NULL, "scmi"), TEEQ_SIGNAL("sb") };
static const struct teeq_step go_steps[] = { TEEQ_SIGNAL("go") };
static const struct teeq_client_spec trap_clients[] = {
	CLIENT("a", 2, 1, a_steps),  CLIENT("sa", 1, 1, sa_steps), CLIENT("x", 1, 2, x_steps),
	CLIENT("sb", 1, 3, sb_steps), CLIENT("go", 1, 4, go_steps),
};
static const struct teeq_scenario trap = {
	.name = "v9-trap", .thread_count = 3, STORY_TABLES, .session_count = 1,
	.clients = trap_clients, .client_count = 5,
};

/*
 * sa's two calls have marked both a's completions. The third returns its thread: the wake goes to
 * x, a normal caller who may not have the last thread, and sb sleeps on beside it.
 */
static const char *const trap_begins =
	"a.0:enter/admitted a.0:smc a.0:secure/rpc a.1:enter/admitted a.1:smc a.1:secure/rpc "
	"sa:enter/admitted sa:smc sa:secure/working sa:secure/exit sa:leave "
	"sa:enter sa:smc sa:secure/working sa:secure/exit sa:leave "
	"sa:enter sa:smc sa:secure/rpc x:enter/must-wait sb:enter/must-wait go:start "
	"sa:await sa:smc/resumed sa:secure/exit sa:leave";

static void test_v9_wakes_who_may_not_enter(void **state)
{
	struct story s = story_begin(&trap, "v9");

	story_play(&s, trap_begins);
	assert_string_equal(story_woken(&s), "x");
	assert_string_equal(story_waiters(&s), "a.0* a.1* x* sb");
	story_play(&s, "x:wait x:requeue x:recheck/must-wait");
	assert_int_equal(s.event.free_count, 1);
	assert_string_equal(story_enabled(&s), "");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_LOST_WAKEUP);
	story_end(&s);
}

static void test_mainline_wakes_the_system_caller(void **state)
{
	struct story s = story_begin(&trap, "mainline");

	story_play(&s, trap_begins);
	assert_string_equal(story_woken(&s), "sb");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_the_trap_on_random_schedules(void **state)
{
	struct teeq_tally tally = story_tally(&trap, "v9", 1000, 0);

	assert_true(tally.count[TEEQ_VERDICT_LOST_WAKEUP] > 0);
	assert_int_equal(story_tally(&trap, "mainline", 1000, 0).count[TEEQ_VERDICT_DONE], 1000);
	assert_int_equal(story_tally(&trap, "repaired", 1000, 0).count[TEEQ_VERDICT_DONE], 1000);
}

/* --------------------------------------- v10: two wakes --------------------------------------- */

static const struct teeq_client_spec wake_clients[] = { CLIENT("user", 1, 1, normal_clk),
							CLIENT("first", 1, 1, system_call),
							CLIENT("second", 1, 1, system_clk),
							CLIENT("x", 1, 1, x_steps) };
static const struct teeq_scenario two_wakes = {
	.name = "two-wakes", .thread_count = 2, STORY_TABLES, .session_count = 2,
	.clients = wake_clients, .client_count = 4,
};

static const char *const one_leaves =
	"user:enter/admitted user:smc user:secure/rpc first:enter/admitted first:smc "
	"x:enter/must-wait second:enter/must-wait first:secure/exit first:leave";

/* One thread came free; the second wake is spurious here, and nobody is the worse for it. */
static void test_v10_wakes_two_for_one_thread(void **state)
{
	struct story s = story_begin(&two_wakes, "v10");

	story_play(&s, one_leaves);
	assert_string_equal(story_woken(&s), "user second");
	story_play(&s, "second:wait second:requeue second:recheck/admitted second:smc "
		       "second:secure second:leave");
	/* user is done already, so it is x's turn, who may not have the last thread. */
	assert_string_equal(story_woken(&s), "x");
	story_play(&s, "x:wait x:requeue x:recheck/must-wait");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

static void test_mainline_wakes_one(void **state)
{
	struct story s = story_begin(&two_wakes, "mainline");

	story_play(&s, one_leaves);
	assert_string_equal(story_woken(&s), "second");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_v8_sleeps_beside_the_idle_slot),
		cmocka_unit_test(test_later_ones_do_not),
		cmocka_unit_test(test_v9_wakes_who_may_not_enter),
		cmocka_unit_test(test_mainline_wakes_the_system_caller),
		cmocka_unit_test(test_the_trap_on_random_schedules),
		cmocka_unit_test(test_v10_wakes_two_for_one_thread),
		cmocka_unit_test(test_mainline_wakes_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
