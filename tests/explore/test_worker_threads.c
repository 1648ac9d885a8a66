/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several workers search one graph: what they find, and the way that they show to it, must not
 * depend on how many they are, nor on who was faster.
 */
#include "judge.h"

#include "models.h"

static const unsigned int worker_counts[] = { 2, 3, 8 };

static void judge(unsigned int sample, const struct teeq_model *model,
		  struct teeq_explore_options options)
{
	struct subject subject = subject_of(sample, model, &options);
	struct teeq_explore_result alone = explore(&subject, model, &options);

	for (size_t i = 0; i < LENGTH(worker_counts); i++) {
		struct teeq_explore_result together;

		options.workers = worker_counts[i];
		subject = subject_of(sample, model, &options);
		together = explore(&subject, model, &options);
		expect_same_result(&subject, model, &together, &alone);
		teeq_schedule_free(&together.schedule);
	}
	teeq_schedule_free(&alone.schedule);
}
#define judge(...) FROM(judge(__VA_ARGS__))

static void judge_samples(const struct teeq_explore_options *options)
{
	struct teeq_model *model;

	for (unsigned int i = 0; (model = model_sample(i)); i++) {
		judge(i, model, *options);
		teeq_model_free(model);
	}
}
#define judge_samples(...) FROM(judge_samples(__VA_ARGS__))

static void test_to_the_first_counterexample(void **state)
{
	const struct teeq_explore_options options = { .workers = 1 };

	judge_samples(&options);
}

static void test_all_of_it(void **state)
{
	const struct teeq_explore_options options = { .workers = 1, .all = true };

	judge_samples(&options);
}

static void test_whole_states(void **state)
{
	const struct teeq_explore_options options = { .workers = 1, .all = true, .exact = true };

	judge_samples(&options);
}

/* Whole states and fingerprints of them tell the same states apart. */
static void test_fingerprints_are_as_good(void **state)
{
	struct teeq_model *model;

	for (unsigned int i = 0; (model = model_sample(i)); i++) {
		const struct teeq_explore_options prints = { .all = true };
		const struct teeq_explore_options whole = { .all = true, .exact = true };
		struct subject subject = subject_of(i, model, &whole);
		struct teeq_explore_result expected = explore(&subject, model, &prints);
		struct teeq_explore_result found = explore(&subject, model, &whole);

		expect_same_result(&subject, model, &found, &expected);
		/* n(n-1)/2 pairs, alike by chance in one of 2^64 cases; n is 50 to a million. */
		assert_true(found.missed_probability == 0);
		assert_true(expected.missed_probability > 6e-17);
		assert_true(expected.missed_probability < 3e-8);
		teeq_schedule_free(&expected.schedule);
		teeq_schedule_free(&found.schedule);
		teeq_model_free(model);
	}
}

/* Without symmetry and reduction there is more to share out. */
static void test_nothing_left_out(void **state)
{
	const struct teeq_explore_options options = {
		.workers = 1, .all = true, .no_symmetry = true, .no_reduction = true,
	};
	struct teeq_model *model = model_flagship(2, 3, "untracked");

	judge(0, model, options);
	teeq_model_free(model);
}

/* Numbers of workers that there cannot be. */
static void test_too_many(void **state)
{
	const struct teeq_explore_options options = { .workers = TEEQ_WORKER_MAX + 1 };
	struct teeq_model *model = model_flagship(2, 2, "mainline");
	struct teeq_explore_result result;
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "workers");
	assert_string_equal(error.text, "65 is out of range: 1..64");
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_to_the_first_counterexample),
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_whole_states),
		cmocka_unit_test(test_fingerprints_are_as_good),
		cmocka_unit_test(test_nothing_left_out),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
