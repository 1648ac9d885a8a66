/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The explorer against one that is too simple to be wrong, on small random scenarios under every
 * policy: whatever is left out by symmetry and reduction must not change what is found.
 */
#include "judge.h"

#include "agree.h"
#include "generate.h"
#include "seeds.h"

#define SEED_COUNT 110

static const struct generator small = { .states = 1500 };

/*
 * x unlocks what it does not hold. Both tasks have a first step that the other cannot see; the
 * schedule must end with the violation, not behind it.
 */
static void test_nothing_follows_a_violation(void **state)
{
	static const char *const locks[] = { "l0" }, *const events[] = { "e0" };
	static const struct teeq_step x[] = { TEEQ_UNLOCK("l0") };
	static const struct teeq_step y[] = { TEEQ_SIGNAL("e0") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "x", .steps = x, .step_count = 1 },
		{ .name = "y", .steps = y, .step_count = 1 },
	};
	const struct teeq_scenario scenario = {
		.name = "mistake", .thread_count = 1, .locks = locks, .lock_count = 1,
		.events = events, .event_count = 1, .clients = clients, .client_count = 2,
	};
	struct tally tally = { .models = 0 };

	agree_judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.endings[TEEQ_VERDICT_VIOLATION], 1);
}

static void test_random_scenarios(void **state)
{
	static struct generated generated;
	const struct seeds seeds = seeds_of(SEED_COUNT);
	struct tally tally = { .models = 0 };

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		generate(&generated, &small, seed);
		for (size_t i = 0; teeq_policy_at(i); i++)
			agree_judge(seed, &generated.scenario, teeq_policy_at(i)->name, &tally);
	}
	print_message("%u models, %u skipped; ends: %u done, %u deadlock, %u lost wake-up, %u "
		      "violation; smaller by symmetry %u, by reduction %u\n", tally.models,
		      tally.skipped, tally.endings[TEEQ_VERDICT_DONE],
		      tally.endings[TEEQ_VERDICT_DEADLOCK], tally.endings[TEEQ_VERDICT_LOST_WAKEUP],
		      tally.endings[TEEQ_VERDICT_VIOLATION], tally.shrunk_by_symmetry,
		      tally.shrunk_by_reduction);
	assert_true(tally.skipped <= tally.models / 50);
	assert_true(tally.endings[TEEQ_VERDICT_DONE] > tally.models / 4);
	assert_true(tally.endings[TEEQ_VERDICT_DEADLOCK] > tally.models / 8);
	assert_true(tally.shrunk_by_symmetry > tally.models / 4);
	assert_true(tally.shrunk_by_reduction > tally.models / 4);
	assert_true(tally.asked > tally.models / 2);
	assert_true(tally.spared > tally.models / 50);
	assert_true(tally.kept_waiting > tally.models / 8);
	if (!seeds_all())
		return;
	assert_true(tally.endings[TEEQ_VERDICT_LOST_WAKEUP] > 20);
	assert_true(tally.endings[TEEQ_VERDICT_VIOLATION] > 10);
}

/*
 * A barrier of two and four who come to it. If x is among the first, w goes on by its signal and
 * meets the one who is left; if y and z meet, x is left alone and w waits for ever. Nobody can see
 * who starts, but everybody who comes first.
 */
static void test_who_comes_first_matters(void **state)
{
	static const char *const events[] = { "e0" };
	static const struct teeq_barrier_spec barriers[] = { { "b0", 2 } };
	static const struct teeq_step x[] = { TEEQ_BARRIER("b0"), TEEQ_SIGNAL("e0") };
	static const struct teeq_step others[] = { TEEQ_BARRIER("b0") };
	static const struct teeq_step w[] = { TEEQ_AWAIT("e0"), TEEQ_BARRIER("b0") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "x", .steps = x, .step_count = LENGTH(x) },
		{ .name = "y", .steps = others, .step_count = LENGTH(others) },
		{ .name = "z", .steps = others, .step_count = LENGTH(others) },
		{ .name = "w", .steps = w, .step_count = LENGTH(w) },
	};
	const struct teeq_scenario scenario = {
		.name = "pairs", .thread_count = 1, .events = events, .event_count = LENGTH(events),
		.barriers = barriers, .barrier_count = LENGTH(barriers),
		.clients = clients, .client_count = LENGTH(clients),
	};
	struct tally tally = { .models = 0 };

	agree_judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DONE], 1);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DEADLOCK], 1);
}

static void test_goals_from_anywhere(void **state)
{
	unsigned int found[TEEQ_VERDICT_COUNT] = { 0 };
	const struct seeds seeds = seeds_of(SEED_COUNT);
	static struct generated generated;

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		generate(&generated, &small, seed);
		for (size_t i = 0; teeq_policy_at(i); i++)
			agree_judge_goals(seed, &generated.scenario, teeq_policy_at(i)->name,
					  found);
	}
	for (unsigned int v = 0; v <= TEEQ_VERDICT_VIOLATION; v++)
		assert_true(!seeds_all() || found[v] > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_follows_a_violation),
		cmocka_unit_test(test_who_comes_first_matters),
		cmocka_unit_test(test_random_scenarios),
		cmocka_unit_test(test_goals_from_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
