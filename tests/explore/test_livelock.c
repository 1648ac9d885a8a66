/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "place.h"

#include "agree.h"
#include "ping_pong.h"
#include "teeq/explore.h"

static struct teeq_explore_result explore(const struct teeq_model *model)
{
	const struct teeq_explore_options options = { .all = true };
	struct teeq_explore_result result;
	struct teeq_error error;

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_OK);
	return result;
}
#define explore(...) FROM(explore(__VA_ARGS__))

static void two_that_wake_each_other_never_finish(void **state)
{
	const struct teeq_run_options options = { .strategy = NULL };
	struct teeq_model *model = ping_pong_model(&ping_pong, 1, 2);
	struct teeq_explore_result found = explore(model);
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_error error = { .text = "" };
	uint64_t movers = 0;
	struct teeq_result result;

	(void)state;
	assert_int_equal(found.verdict, TEEQ_VERDICT_LIVELOCK);
	assert_true(found.schedule.count > 0);
	assert_int_equal(teeq_replay(model, world, &found.schedule, &options, &result, &error),
			 TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	/* Both callers go around; the holder cannot. Once more around leads to the same state. */
	for (size_t i = found.schedule.count - 8; i < found.schedule.count; i++)
		movers |= UINT64_C(1) << found.schedule.tasks[i];
	assert_int_equal(movers, 6);
	assert_int_equal(teeq_world_unfinished(model, world), 7);
	teeq_world_free(world);
	teeq_schedule_free(&found.schedule);
	teeq_model_free(model);
}

static void one_alone_is_a_deadlock(void **state)
{
	struct teeq_model *model = ping_pong_model(&ping_pong, 1, 1);
	struct teeq_explore_result found = explore(model);

	(void)state;
	assert_int_equal(found.verdict, TEEQ_VERDICT_DEADLOCK);
	teeq_schedule_free(&found.schedule);
	teeq_model_free(model);
}

static void with_threads_enough_all_finish(void **state)
{
	struct teeq_model *model = ping_pong_model(&ping_pong, 2, 2);
	struct teeq_explore_result found = explore(model);

	(void)state;
	assert_int_equal(found.verdict, TEEQ_VERDICT_DONE);
	assert_true(found.exhausted);
	teeq_model_free(model);
}

/* A policy that keeps a waiter's id in its own data: tasks must not be renamed behind its back. */
static bool remembers_who_was_refused(struct teeq_callq *q, struct teeq_waiter *w)
{
	if (teeq_callq_take(q, w, 0))
		return true;
	q->policy_data[0] = (uint8_t)(w->id >> 4);
	return false;
}

static void wake_who_was_refused(struct teeq_callq *q)
{
	for (unsigned int i = 0; i < q->waiter_count; i++)
		if (q->waiters[i].id >> 4 == q->policy_data[0])
			teeq_callq_wake(&q->waiters[i]);
}

static const struct teeq_policy by_id = {
	.abi = TEEQ_POLICY_ABI, .name = "by-id", .source = "a test", .summary = "wakes the last",
	.admit = remembers_who_was_refused, .wake_one = wake_who_was_refused, .leave = ping_pong_give_back,
};

static void a_policy_may_know_its_waiters(void **state)
{
	struct teeq_explore_options options = { .all = true };
	struct teeq_model *model = ping_pong_model(&by_id, 2, 3);
	struct teeq_explore_result found[2];
	struct teeq_error error;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		options.no_symmetry = i > 0;
		assert_int_equal(teeq_explore(model, &options, &found[i], &error), TEEQ_OK);
		teeq_schedule_free(&found[i].schedule);
	}
	assert_int_equal(found[0].verdict, found[1].verdict);
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		assert_int_equal(found[0].count[v] > 0, found[1].count[v] > 0);
	teeq_model_free(model);
}

/* ------------------------------ what goes round by itself ------------------------------------- */

static const struct teeq_step two_calls[] = { TEEQ_CALL("quick", NULL), TEEQ_CALL("quick", NULL) };

/* Whether the explorer, and the naive one, find a livelock when @steps are all that happens. */
static bool goes_round(const struct teeq_scenario *rest, const char *policy,
		       const struct teeq_step *steps, size_t step_count)
{
	const struct teeq_client_spec client = { .name = "a", .steps = steps,
						 .step_count = step_count };
	struct teeq_scenario scenario = *rest;
	struct tally tally = { .models = 0 };

	scenario.name = "round";
	scenario.thread_count = 2;
	scenario.clients = &client;
	scenario.client_count = 1;
	agree_judge(0, &scenario, policy, &tally);
	assert_int_equal(tally.skipped, 0);
	return tally.endings[TEEQ_VERDICT_LIVELOCK];
}
#define goes_round(...) FROM(goes_round(__VA_ARGS__))

/* The release of a context tries again and again; that a thread could be lost meanwhile does not help. */
static void a_release_that_always_fails_never_ends(void **state)
{
	static const struct teeq_context_spec contexts[] = { { "k" } };
	static const struct teeq_session_spec sessions[] = {
		{ .name = "s", .system = true, .context = "k" }
	};
	static const struct teeq_fault_spec faults[] = {
		{ .name = "fails", .kind = TEEQ_FAULT_UNRESERVE_FAILS, .times = TEEQ_FAULT_ALWAYS },
		{ .name = "lost", .kind = TEEQ_FAULT_THREAD_LOST },
	};
	static const struct teeq_step steps[] = { TEEQ_STEP_OF(TEEQ_STEP_CLOSE_CONTEXT, "k") };
	struct teeq_scenario rest = {
		.contexts = contexts, .context_count = 1, .sessions = sessions, .session_count = 1,
		.faults = faults, .fault_count = 2,
	};

	(void)state;
	assert_true(goes_round(&rest, "v4", steps, 1));
	assert_false(goes_round(&rest, "mainline", steps, 1));
	rest.fault_count = 0;
	assert_false(goes_round(&rest, "v4", steps, 1));
}

static void a_bottom_half_that_asks_for_the_next_never_ends(void **state)
{
	static const struct teeq_step again[] = { { .kind = TEEQ_STEP_ASYNC } };
	static const struct teeq_script_spec scripts[] = {
		{ .name = "quick" }, { .name = "half", .steps = again, .step_count = 1 },
	};
	static const struct teeq_step raise[] = { { .kind = TEEQ_STEP_ASYNC } };
	struct teeq_scenario rest = { .commands = scripts, .command_count = 2,
				      .bottom_half = "half" };

	(void)state;
	assert_true(goes_round(&rest, "mainline", raise, 1));
	rest.bottom_half = "quick";
	assert_false(goes_round(&rest, "mainline", raise, 1));
}

/* A thread gets on between interrupts, and whoever gets EBUSY waits for somebody to leave. */
static void interrupts_and_a_busy_cache_come_to_an_end(void **state)
{
	static const struct teeq_script_spec scripts[] = { { .name = "quick" } };
	static const struct teeq_fault_spec faults[] = {
		{ .name = "irq", .kind = TEEQ_FAULT_INTERRUPT, .times = TEEQ_FAULT_ALWAYS },
		{ .name = "fails", .kind = TEEQ_FAULT_UNRESERVE_FAILS, .times = TEEQ_FAULT_ALWAYS },
	};
	static const struct teeq_step cache[] = { TEEQ_TICKS(TEEQ_STEP_SHM_CACHE, 0),
						  TEEQ_TICKS(TEEQ_STEP_SHM_CACHE, 1) };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .count = 2, .steps = two_calls, .step_count = 2 },
		{ .name = "b", .steps = cache, .step_count = 2 },
	};
	const struct teeq_scenario scenario = {
		.name = "cache", .thread_count = 2, .lacks_rpc_arg = true,
		.commands = scripts, .command_count = 1,
		.clients = clients, .client_count = 2,
	};
	const struct teeq_scenario rest = { .commands = scripts, .command_count = 1,
					    .faults = faults, .fault_count = 2 };
	struct tally tally = { .models = 0 };

	(void)state;
	assert_false(goes_round(&rest, "v4", two_calls, 2));
	agree_judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.skipped + tally.endings[TEEQ_VERDICT_LIVELOCK], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_that_wake_each_other_never_finish),
		cmocka_unit_test(one_alone_is_a_deadlock),
		cmocka_unit_test(with_threads_enough_all_finish),
		cmocka_unit_test(a_policy_may_know_its_waiters),
		cmocka_unit_test(a_release_that_always_fails_never_ends),
		cmocka_unit_test(a_bottom_half_that_asks_for_the_next_never_ends),
		cmocka_unit_test(interrupts_and_a_busy_cache_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
