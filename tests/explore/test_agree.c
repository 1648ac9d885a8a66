/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The explorer against one that is too simple to be wrong, on small random scenarios under every
 * policy: whatever is left out by symmetry and reduction must not change what is found.
 */
#include "judge.h"

#include "explore/canon.h"
#include "generate.h"
#include "naive.h"

#define SEED_COUNT 250
#define STATE_MAX 100000

static const struct generator small = { .states = 1500 };

static const enum teeq_verdict failures[] = {
	TEEQ_VERDICT_VIOLATION, TEEQ_VERDICT_LOST_WAKEUP, TEEQ_VERDICT_DEADLOCK,
};

/* What the generated scenarios amount to, so that a test of nothing is noticed. */
struct tally {
	unsigned int models;
	unsigned int skipped;
	unsigned int endings[TEEQ_VERDICT_COUNT];
	unsigned int shrunk_by_symmetry;
	unsigned int shrunk_by_reduction;
};

/* ------------------------------------- what is to be found ------------------------------------ */

/* The worst verdict of all ends; DONE where nothing fails. */
static enum teeq_verdict worst(const struct naive *naive)
{
	for (size_t i = 0; i < LENGTH(failures); i++)
		if (naive->count[failures[i]])
			return failures[i];
	return TEEQ_VERDICT_DONE;
}

/* Actions to the nearest end that fails. */
static uint32_t nearest(const struct naive *naive)
{
	uint32_t distance = UINT32_MAX;

	for (size_t i = 0; i < LENGTH(failures); i++)
		if (naive->count[failures[i]] && naive->distance[failures[i]] < distance)
			distance = naive->distance[failures[i]];
	return distance;
}

/* How many states are left when those that differ in names only are taken for one. */
static size_t count_forms(const struct teeq_model *model, const struct naive *naive)
{
	struct teeq_world *world = teeq_world_new(model), *form = teeq_world_new(model);
	uint8_t order[TEEQ_TASK_MAX];
	struct blocks forms;
	struct canon canon;
	size_t count;

	canon_init(&canon, model, true);
	blocks_init(&forms, teeq_world_size(model));
	for (size_t i = 0; i < naive->states.count; i++) {
		memcpy(world, blocks_at(&naive->states, i), naive->states.size);
		canon_apply(&canon, form, world, order);
		blocks_add(&forms, form);
	}
	count = forms.count;
	blocks_free(&forms);
	teeq_world_free(world);
	teeq_world_free(form);
	return count;
}

/* ---------------------------------------- judging --------------------------------------------- */

/*
 * @length: of the shortest schedule there is. Actions that nobody can see come first when others
 * are left out, and a broken invariant cuts a run short wherever it stands: then a violation's
 * schedule may hold some of them that it would not need. UINT32_MAX: there is none.
 */
static void judge_schedule(const struct subject *subject, const struct teeq_model *model,
			   const struct teeq_world *start,
			   const struct teeq_explore_result *result, uint32_t length,
			   bool shortest)
{
	if (length == UINT32_MAX) {
		expect_equal(subject, "verdict", result->verdict, TEEQ_VERDICT_DONE);
		expect_equal(subject, "exhausted", result->exhausted, true);
		expect_equal(subject, "steps of no schedule", result->schedule.count, 0);
		return;
	}
	expect_replay(subject, model, start, &result->schedule, result->verdict);
	expect_text_replay(subject, model, start, &result->schedule, result->verdict);
	expect_equal(subject, "long enough", result->schedule.count >= length, true);
	if (shortest)
		expect_equal(subject, "length of the schedule", result->schedule.count, length);
	expect_equal(subject, "violation is told", result->violation != NULL,
		     result->verdict == TEEQ_VERDICT_VIOLATION);
}

/* Where nothing is left out, every number must be the same. */
static void judge_plain(const struct subject *subject, const struct teeq_explore_result *result,
			const struct naive *naive)
{
	expect_equal(subject, "states", result->states, naive->states.count);
	expect_equal(subject, "actions", result->actions, naive->transitions);
	expect_equal(subject, "depth", result->depth, naive->depth);
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		expect_equal(subject, teeq_verdict_name(v), result->count[v], naive->count[v]);
}

static void judge_all(uint64_t seed, const struct teeq_model *model,
		      struct teeq_explore_options options, const struct naive *naive,
		      struct tally *tally)
{
	struct subject subject;
	struct teeq_explore_result result;

	options.all = true;
	subject = subject_of(seed, model, &options);
	result = explore(&subject, model, &options);
	expect_equal(&subject, "exhausted", result.exhausted, true);
	expect_equal(&subject, "worst verdict", result.verdict, worst(naive));
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		expect_equal(&subject, teeq_verdict_name(v), result.count[v] > 0,
			     naive->count[v] > 0);
	judge_schedule(&subject, model, NULL, &result,
		       result.verdict == TEEQ_VERDICT_DONE ? UINT32_MAX :
							     naive->distance[result.verdict],
		       options.no_reduction || result.verdict != TEEQ_VERDICT_VIOLATION);
	if (options.no_symmetry && options.no_reduction)
		judge_plain(&subject, &result, naive);
	else if (options.no_reduction)
		expect_equal(&subject, "states", result.states, count_forms(model, naive));
	tally->shrunk_by_symmetry += options.no_reduction && result.states < naive->states.count;
	tally->shrunk_by_reduction += options.no_symmetry && result.states < naive->states.count;
	teeq_schedule_free(&result.schedule);
}

static void judge_first(uint64_t seed, const struct teeq_model *model,
			struct teeq_explore_options options, const struct naive *naive)
{
	struct subject subject = subject_of(seed, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	judge_schedule(&subject, model, NULL, &result, nearest(naive),
		       options.no_reduction || naive->count[TEEQ_VERDICT_VIOLATION] == 0);
	teeq_schedule_free(&result.schedule);
}

static void judge(uint64_t seed, const struct teeq_scenario *scenario, const char *policy,
		  struct tally *tally)
{
	struct teeq_model *model = story_model(scenario, policy);
	struct teeq_world *start = teeq_world_new(model);
	struct naive naive;

	naive_explore(&naive, model, start, STATE_MAX);
	teeq_world_free(start);
	tally->models++;
	tally->skipped += naive.too_large;
	for (unsigned int i = 0; i < 4 && !naive.too_large; i++) {
		const struct teeq_explore_options options = { .no_symmetry = i & 1,
							      .no_reduction = i & 2 };

		judge_all(seed, model, options, &naive, tally);
		judge_first(seed, model, options, &naive);
	}
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		tally->endings[v] += naive.count[v] > 0;
	naive_free(&naive);
	teeq_model_free(model);
}

/* Look for one kind of end only, from @start. */
static void judge_goal(uint64_t seed, const struct teeq_model *model,
		       const struct teeq_world *start, enum teeq_verdict goal,
		       const struct naive *naive)
{
	for (unsigned int i = 0; i < 4; i++) {
		const struct teeq_explore_options options = {
			.no_symmetry = i & 1, .no_reduction = i & 2, .from = start,
			.goal = 1u << goal,
		};
		struct subject subject = subject_of(seed, model, &options);
		struct teeq_explore_result result = explore(&subject, model, &options);

		if (naive->count[goal])
			expect_equal(&subject, "verdict", result.verdict, goal);
		judge_schedule(&subject, model, start, &result,
			       naive->count[goal] ? naive->distance[goal] : UINT32_MAX,
			       options.no_reduction || goal != TEEQ_VERDICT_VIOLATION);
		teeq_schedule_free(&result.schedule);
	}
}

/* From a state that is some random steps away from the initial one. */
static void judge_goals(uint64_t seed, const struct teeq_scenario *scenario, const char *policy,
			unsigned int found[TEEQ_VERDICT_COUNT])
{
	const struct teeq_run_options options = {
		.strategy = &teeq_strategy_random, .seed = seed, .step_max = 1 + seed % 12,
	};
	struct teeq_model *model = story_model(scenario, policy);
	struct teeq_world *start = teeq_world_new(model);
	struct teeq_result run;
	struct naive naive;

	assert_int_equal(teeq_run(model, start, &options, &run), TEEQ_OK);
	naive_explore(&naive, model, start, STATE_MAX);
	for (unsigned int v = 0; v <= TEEQ_VERDICT_VIOLATION && !naive.too_large; v++) {
		judge_goal(seed, model, start, (enum teeq_verdict)v, &naive);
		found[v] += naive.count[v] > 0;
	}
	naive_free(&naive);
	teeq_world_free(start);
	teeq_model_free(model);
}

/* ----------------------------------------- tests ---------------------------------------------- */

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

	judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.endings[TEEQ_VERDICT_VIOLATION], 1);
}

static void test_random_scenarios(void **state)
{
	static struct generated generated;
	struct tally tally = { .models = 0 };

	for (uint64_t seed = 0; seed < SEED_COUNT; seed++) {
		generate(&generated, &small, seed);
		for (size_t i = 0; teeq_policy_at(i); i++)
			judge(seed, &generated.scenario, teeq_policy_at(i)->name, &tally);
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
	assert_true(tally.endings[TEEQ_VERDICT_LOST_WAKEUP] > 20);
	assert_true(tally.endings[TEEQ_VERDICT_VIOLATION] > 10);
	assert_true(tally.shrunk_by_symmetry > tally.models / 4);
	assert_true(tally.shrunk_by_reduction > tally.models / 4);
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

	judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DONE], 1);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DEADLOCK], 1);
}

static void test_goals_from_anywhere(void **state)
{
	unsigned int found[TEEQ_VERDICT_COUNT] = { 0 };
	static struct generated generated;

	for (uint64_t seed = 0; seed < SEED_COUNT; seed++) {
		generate(&generated, &small, seed);
		for (size_t i = 0; teeq_policy_at(i); i++)
			judge_goals(seed, &generated.scenario, teeq_policy_at(i)->name, found);
	}
	for (unsigned int v = 0; v <= TEEQ_VERDICT_VIOLATION; v++)
		assert_true(found[v] > 20);
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
