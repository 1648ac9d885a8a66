/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several processes search one model, each with its own part of the states: what they find, and the
 * way that they show to it, is what one process finds, however slow the ways between them are.
 */
#include "judge.h"

#include "crowd.h"
#include "generate.h"
#include "models.h"
#include "ping_pong.h"
#include "seeds.h"

/* Batches of a few states, of which hardly any fit on the way: everybody waits for everybody. */
static const struct crowd_manners narrow = { .batch_bytes = 1500, .on_the_way = 1 };
static const struct crowd_manners hasty = { .batch_bytes = 3000, .on_the_way = 4,
					    .unruly = true };
static const struct crowd_manners wide = { .batch_bytes = 65536, .on_the_way = 8 };

struct case_of {
	const struct teeq_model *model;
	struct teeq_explore_options options;
	const struct crowd_manners *manners;
	unsigned int count;
};

static uint64_t search_by_all(const struct case_of *c, struct crowd_result *results)
{
	const struct teeq_model *models[CROWD_MAX];
	struct teeq_explore_options options[CROWD_MAX];

	for (unsigned int i = 0; i < c->count; i++) {
		models[i] = c->model;
		options[i] = c->options;
	}
	return crowd_explore(c->manners, c->count, models, options, results);
}
#define search_by_all(...) FROM(search_by_all(__VA_ARGS__))

/* By several processes as by one. Returns the batches that they sent each other. */
static uint64_t judge(uint64_t sample, const struct case_of *c)
{
	struct subject subject = subject_of(sample, c->model, &c->options);
	struct teeq_explore_result alone = explore(&subject, c->model, &c->options);
	struct crowd_result results[CROWD_MAX];
	uint64_t batches = search_by_all(c, results);

	for (unsigned int i = 0; i < c->count; i++) {
		expect_status(&subject, results[i].status, TEEQ_OK, &results[i].error);
		expect_same_together(&subject, c->model, &results[i].result, &alone, i);
		teeq_schedule_free(&results[i].result.schedule);
	}
	teeq_schedule_free(&alone.schedule);
	return batches;
}
#define judge(...) FROM(judge(__VA_ARGS__))

static void judge_samples(struct case_of c)
{
	struct teeq_model *model;

	for (unsigned int i = 0; (model = model_sample(i)); i++) {
		c.model = model;
		judge(i, &c);
		teeq_model_free(model);
	}
}
#define judge_samples(...) FROM(judge_samples(__VA_ARGS__))

/* ---------------------------------------- the same -------------------------------------------- */

static void test_alone_among_none(void **state)
{
	judge_samples((struct case_of){ .manners = &wide, .count = 1 });
}

static void test_two_by_a_narrow_way(void **state)
{
	judge_samples((struct case_of){ .manners = &narrow, .count = 2 });
}

static void test_all_of_it_by_three(void **state)
{
	judge_samples((struct case_of){ .manners = &hasty, .count = 3, .options.all = true });
}

static void test_eight(void **state)
{
	judge_samples((struct case_of){ .manners = &hasty, .count = 8 });
}

static void test_without_reductions(void **state)
{
	struct teeq_model *model = model_flagship(2, 3, "untracked");
	struct case_of c = {
		.model = model, .manners = &wide, .count = 4,
		.options = { .all = true, .no_symmetry = true, .no_reduction = true },
	};
	uint64_t batches = judge(0, &c);

	/* Wide batches are filled before they are sent: with narrow ones there are many more. */
	c.manners = &narrow;
	assert_true(judge(0, &c) > 2 * batches);
	teeq_model_free(model);
}

#define GENERATED_COUNT 240

static void test_generated(void **state)
{
	static const char *const policies[] = { "mainline", "untracked", "repaired", "v4" };
	static const struct crowd_manners *const manners[] = { &hasty, &narrow, &wide };
	struct seeds seeds = seeds_of(GENERATED_COUNT);
	unsigned int failing = 0, stranded = 0;

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		struct teeq_model *model = model_generated(seed, policies[seed % LENGTH(policies)]);
		struct case_of c = {
			.model = model, .manners = manners[seed % LENGTH(manners)],
			.count = 2 + (unsigned int)(seed % 3), .options.all = seed % 5 == 0,
		};
		struct teeq_explore_result alone;

		judge(seed, &c);
		assert_int_equal(teeq_explore(model, &c.options, &alone, NULL), TEEQ_OK);
		failing += alone.verdict != TEEQ_VERDICT_DONE;
		stranded += alone.stranded_stretch > 0;
		teeq_schedule_free(&alone.schedule);
		teeq_model_free(model);
	}
	if (!seeds_all())
		return;
	assert_in_range(failing, 10, GENERATED_COUNT - 10);
	assert_true(stranded > 0);
}

/* The first of those that are met from some seed on. */
static void test_livelocks(void **state)
{
	static const struct generator some = { .states = 2000, .results = true, .mechanisms = true };
	static struct generated generated;
	unsigned int cycles = 0;

	for (uint64_t seed = 500; cycles < 2; seed++) {
		struct case_of c = { .manners = &hasty, .count = 3, .options.max_states = 3000 };
		struct teeq_explore_result alone;
		struct teeq_model *model;

		assert_true(seed < 5000);
		generate(&generated, &some, seed);
		c.model = model = story_model(&generated.scenario, "v4");
		if (teeq_explore(model, &c.options, &alone, NULL) == TEEQ_OK && alone.cycle) {
			judge(seed, &c);
			cycles++;
		}
		teeq_schedule_free(&alone.schedule);
		teeq_model_free(model);
	}
}

/* Whoever sees that a cycle is possible tells the first process, which looks for it. */
static void test_refused_who_wake(void **state)
{
	for (unsigned int callers = 2; callers <= 4; callers++) {
		struct teeq_model *model = ping_pong_model(&ping_pong, 1, callers);

		for (unsigned int count = 1; count <= CROWD_MAX; count++) {
			const struct case_of c = { .model = model, .manners = &hasty,
						   .count = count };

			judge(callers, &c);
		}
		teeq_model_free(model);
	}
}

/* ------------------------------------------ limits -------------------------------------------- */

static void expect_cut(const struct case_of *c)
{
	struct crowd_result results[CROWD_MAX];

	search_by_all(c, results);
	for (unsigned int i = 0; i < c->count; i++) {
		assert_int_equal(results[i].status, TEEQ_ELIMIT);
		assert_int_equal(results[i].result.verdict, TEEQ_VERDICT_LIMIT);
		assert_false(results[i].result.exhausted);
	}
}
#define expect_cut(...) FROM(expect_cut(__VA_ARGS__))

/* They are counted together: what is as large as the budget is searched whole. */
static void test_states_of_all_together(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "mainline");
	struct case_of c = { .model = model, .manners = &hasty, .count = 3 };
	struct teeq_explore_result alone;

	assert_int_equal(teeq_explore(model, &c.options, &alone, NULL), TEEQ_OK);
	c.options.max_states = alone.states + 1;
	judge(0, &c);
	c.options.max_states = alone.states / 2;
	expect_cut(&c);
	teeq_schedule_free(&alone.schedule);
	teeq_model_free(model);
}

static bool stop_soon(void *argument, const struct teeq_progress *progress)
{
	(void)argument;
	return progress->depth < 10;
}

/* One has enough, and everybody ends. */
static void test_one_stops(void **state)
{
	struct teeq_model *model = model_flagship(3, 5, "mainline");
	struct teeq_explore_options options[CROWD_MAX] = { { .all = true }, { .all = true },
							   { .all = true } };
	const struct teeq_model *models[] = { model, model, model };
	struct crowd_result results[CROWD_MAX];

	options[2].keep_going = stop_soon;
	crowd_explore(&narrow, 3, models, options, results);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(results[i].status, TEEQ_ELIMIT);
		assert_int_equal(results[i].result.states, results[0].result.states);
		teeq_schedule_free(&results[i].result.schedule);
	}
	teeq_model_free(model);
}

/* One cannot begin, and nobody does. */
static void test_one_fails(void **state)
{
	struct teeq_model *model = model_flagship(2, 3, "mainline");
	struct teeq_explore_options options[CROWD_MAX] = { { .all = true }, { .all = true },
							   { .all = true } };
	const struct teeq_model *models[] = { model, model, model };
	struct crowd_result results[CROWD_MAX];

	options[1].disk = "/nowhere/at/all";
	crowd_explore(&narrow, 3, models, options, results);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(results[i].status, TEEQ_EIO);
	assert_string_equal(results[0].error.text, "another process could not go on");
	assert_non_null(strstr(results[1].error.text, "No such file"));
	teeq_model_free(model);
}

/* ----------------------------------------- refused -------------------------------------------- */

static void expect_refusal(const struct case_of *c, const char *text)
{
	struct crowd_result results[CROWD_MAX];

	search_by_all(c, results);
	for (unsigned int i = 0; i < c->count; i++) {
		assert_int_equal(results[i].status, TEEQ_EINPUT);
		assert_string_equal(results[i].error.key, "peers");
		assert_string_equal(results[i].error.text, text);
	}
}
#define expect_refusal(...) FROM(expect_refusal(__VA_ARGS__))

static void test_what_one_process_does(void **state)
{
	struct teeq_model *model = model_flagship(2, 2, "mainline");
	struct case_of c = { .model = model, .manners = &wide, .count = 2 };

	c.options.search = TEEQ_SEARCH_DEPTH;
	expect_refusal(&c, "a search in another order than breadth first is made by one process");
	c.options = (struct teeq_explore_options){ .workers = 2 };
	expect_refusal(&c, "a search with several workers is made by one process");
	c.options = (struct teeq_explore_options){ .exact = true };
	expect_refusal(&c, "a search that compares whole states is made by one process");
	c.options = (struct teeq_explore_options){ .watch = 1, .no_reduction = true };
	expect_refusal(&c, "a search that watches a task is made by one process");
	c.options = (struct teeq_explore_options){ .checkpoint_to = "somewhere" };
	expect_refusal(&c, "a search with checkpoints is made by one process");
	teeq_model_free(model);
}

static void test_who_has_others(void **state)
{
	struct teeq_model *one = model_flagship(2, 2, "mainline");
	struct teeq_model *two = model_flagship(2, 3, "mainline");
	struct teeq_explore_options options[] = { { .all = true }, { .all = true } };
	const struct teeq_model *models[] = { one, two };
	struct crowd_result results[2];

	crowd_explore(&wide, 2, models, options, results);
	for (unsigned int i = 0; i < 2; i++)
		assert_string_equal(results[i].error.text, "not all processes have the same model");
	models[1] = one;
	options[1].all = false;
	crowd_explore(&wide, 2, models, options, results);
	for (unsigned int i = 0; i < 2; i++)
		assert_string_equal(results[i].error.text,
				    "not all processes have the same options");
	teeq_model_free(one);
	teeq_model_free(two);
}

static void test_no_room_for_a_state(void **state)
{
	static const struct crowd_manners tiny = { .batch_bytes = 64, .on_the_way = 1 };
	struct teeq_model *model = model_flagship(2, 2, "mainline");
	const struct case_of c = { .model = model, .manners = &tiny, .count = 2 };
	struct crowd_result results[CROWD_MAX];

	search_by_all(&c, results);
	for (unsigned int i = 0; i < c.count; i++) {
		assert_int_equal(results[i].status, TEEQ_EINPUT);
		assert_non_null(strstr(results[i].error.text, "64 bytes has no room for a state"));
	}
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_among_none),
		cmocka_unit_test(test_two_by_a_narrow_way),
		cmocka_unit_test(test_all_of_it_by_three),
		cmocka_unit_test(test_eight),
		cmocka_unit_test(test_without_reductions),
		cmocka_unit_test(test_generated),
		cmocka_unit_test(test_livelocks),
		cmocka_unit_test(test_refused_who_wake),
		cmocka_unit_test(test_states_of_all_together),
		cmocka_unit_test(test_one_stops),
		cmocka_unit_test(test_one_fails),
		cmocka_unit_test(test_what_one_process_does),
		cmocka_unit_test(test_who_has_others),
		cmocka_unit_test(test_no_room_for_a_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
