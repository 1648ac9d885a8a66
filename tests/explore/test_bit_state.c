/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States kept as bits: in a large table the same states as those of a whole search, in a small one as many fewer as
 * it says, and never a claim but of a counterexample.
 */
#include "judge.h"

#include "base/prng.h"
#include "explore/bit_state.h"
#include "models.h"

#define LARGE (UINT64_C(16) << 20)

/* ------------------------------------------ the table ----------------------------------------- */

static uint64_t next_fingerprint(struct prng *prng)
{
	uint64_t upper = prng_next(prng);

	return upper << 32 | prng_next(prng);
}

static void test_a_state_is_new_once(void **state)
{
	struct bit_table table;
	struct prng prng;

	prng_seed(&prng, 1, 2);
	assert_true(bit_table_init(&table, 1 << 20));
	for (unsigned int i = 0; i < 100; i++) {
		uint64_t fingerprint = next_fingerprint(&prng);
		uint64_t before = table.set;

		assert_true(bit_table_add(&table, fingerprint));
		assert_in_range(table.set - before, 1, BIT_STATE_HASHES);
		before = table.set;
		assert_false(bit_table_add(&table, fingerprint));
		assert_int_equal(table.set, before);
	}
	/* None of them met many bits of others. */
	assert_true(table.missed < 1e-6);
	bit_table_free(&table);
}

/* From where the first is missed to where nearly half of them are: within four standard deviations. */
static void test_as_many_are_missed_as_it_says(void **state)
{
	static const uint64_t sizes[] = { 200000, 100000, 50000, 20000 };
	uint64_t missed = 0;

	for (size_t i = 0; i < LENGTH(sizes); i++) {
		const unsigned int count = 100000;
		unsigned int known = 0;
		double deviation;
		struct bit_table table;
		struct prng prng;

		prng_seed(&prng, 3 + i, 4);
		assert_true(bit_table_init(&table, sizes[i]));
		for (unsigned int j = 0; j < count; j++)
			known += !bit_table_add(&table, next_fingerprint(&prng));
		print_message("%u of %u missed in %" PRIu64 " bytes, %.1f expected\n", known, count, sizes[i],
			      table.missed);
		deviation = known - table.missed;
		assert_true(deviation * deviation < 16 * (table.missed + 1));
		assert_true(known > missed);
		missed = known;
		bit_table_free(&table);
	}
}

/* ---------------------------------------- the searches ---------------------------------------- */

static struct teeq_explore_result search_bits(const struct teeq_model *model, uint64_t bytes, bool all,
					      bool no_reduction)
{
	const struct teeq_explore_options options = {
		.search = TEEQ_SEARCH_DEPTH, .bit_state_bytes = bytes, .all = all, .no_reduction = no_reduction,
	};
	struct subject subject = subject_of(0, model, &options);
	struct teeq_explore_result result = explore(&subject, model, &options);

	expect_equal(&subject, "exhausted", result.exhausted, false);
	expect_equal(&subject, "shortest", result.shortest, false);
	expect_equal(&subject, "done", result.verdict == TEEQ_VERDICT_DONE, false);
	expect_equal(&subject, "table", result.table_bits, bytes * 8 / BIT_LINE_BITS * BIT_LINE_BITS);
	expect_equal(&subject, "more bits than states could set",
		     result.table_bits_set > BIT_STATE_HASHES * result.states ||
			     result.table_bits_set > result.table_bits, false);
	if (result.verdict == TEEQ_VERDICT_LIMIT)
		expect_equal(&subject, "steps of no schedule", result.schedule.count, 0);
	else
		expect_replay(&subject, model, NULL, &result.schedule, result.verdict);
	return result;
}

#define search_bits(...) FROM(search_bits(__VA_ARGS__))

static struct teeq_explore_result search_whole(const struct teeq_model *model, bool no_reduction)
{
	const struct teeq_explore_options options = {
		.search = TEEQ_SEARCH_DEPTH, .all = true, .no_reduction = no_reduction,
	};
	struct subject subject = subject_of(0, model, &options);

	return explore(&subject, model, &options);
}

#define search_whole(...) FROM(search_whole(__VA_ARGS__))

static void test_a_large_table_misses_nothing(void **state)
{
	struct teeq_model *model;
	unsigned int failing = 0;

	for (unsigned int i = 0; (model = model_sample(i)) != NULL; i++) {
		bool no_reduction = i % 2;
		struct teeq_explore_result whole = search_whole(model, no_reduction);
		struct teeq_explore_result bits = search_bits(model, LARGE, true, no_reduction);

		assert_int_equal(bits.states, whole.states);
		assert_int_equal(bits.actions, whole.actions);
		for (unsigned int v = 0; v < TEEQ_VERDICT_LIVELOCK; v++)
			assert_int_equal(bits.count[v], whole.count[v]);
		assert_int_equal(bits.stranded, whole.stranded);
		assert_int_equal(bits.verdict, whole.verdict == TEEQ_VERDICT_DONE ? TEEQ_VERDICT_LIMIT :
										    whole.verdict);
		assert_true(bits.missed_expected < 1e-3);
		assert_true(bits.missed_probability == bits.missed_expected);
		failing += whole.verdict != TEEQ_VERDICT_DONE;
		teeq_schedule_free(&whole.schedule);
		teeq_schedule_free(&bits.schedule);
		teeq_model_free(model);
	}
	assert_true(failing > 2);
}

/* Those that are missed, and what lies behind them alone: some times more. */
static void test_a_small_table_misses_as_many_as_it_says(void **state)
{
	struct teeq_model *model = model_flagship(4, 5, "untracked");
	struct teeq_explore_result whole = search_whole(model, false);
	uint64_t states = whole.states;

	assert_true(states > 10000);
	for (uint64_t bytes = 32768; bytes >= 8192; bytes -= 4096) {
		struct teeq_explore_result bits = search_bits(model, bytes, true, false);
		double missed = (double)(states - bits.states);

		print_message("%.0f of %" PRIu64 " missed in %" PRIu64 " bytes, %.1f expected\n", missed, states,
			      bytes, bits.missed_expected);
		assert_true(bits.states <= states);
		assert_true(missed < 6 * bits.missed_expected + 20);
		assert_true(bits.missed_expected < 2 * missed + 20);
		teeq_schedule_free(&bits.schedule);
	}
	teeq_schedule_free(&whole.schedule);
	teeq_model_free(model);
}

static void test_the_least_table_claims_nothing(void **state)
{
	struct teeq_model *model;

	for (unsigned int i = 0; (model = model_sample(i)) != NULL; i++) {
		struct teeq_explore_result bits = search_bits(model, 64 + i, true, false);

		assert_int_equal(bits.table_bits, 512);
		assert_true(bits.states <= 512);
		teeq_schedule_free(&bits.schedule);
		teeq_model_free(model);
	}
}

/* It ends there, and the schedule is its own way down. */
static void test_the_first_counterexample(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "untracked");
	struct teeq_explore_result all = search_bits(model, LARGE, true, false);
	struct teeq_explore_result first = search_bits(model, LARGE, false, false);

	assert_int_not_equal(first.verdict, TEEQ_VERDICT_LIMIT);
	assert_true(first.states < all.states);
	assert_int_equal(first.count[first.verdict], 1);
	/* Of all it tells the nearest that it met. */
	assert_true(all.schedule.count <= first.schedule.count);
	teeq_schedule_free(&all.schedule);
	teeq_schedule_free(&first.schedule);
	teeq_model_free(model);
}

static void test_budgets(void **state)
{
	struct teeq_model *model = model_flagship(3, 4, "mainline");
	struct teeq_explore_options options = {
		.search = TEEQ_SEARCH_DEPTH, .bit_state_bytes = LARGE, .max_states = 100,
	};
	struct teeq_explore_result result = expect_limit(model, &options);

	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_in_range(result.states, 100, 200);
	options.max_states = 0;
	options.max_memory_bytes = 1;
	result = expect_limit(model, &options);
	assert_true(result.peak_memory_bytes < LARGE);
	teeq_model_free(model);
}

static void refuse(const struct teeq_model *model, struct teeq_explore_options options)
{
	struct teeq_error error = { .text = "" };
	struct teeq_explore_result result;

	if (options.bit_state_bytes == 0)
		options.bit_state_bytes = LARGE;
	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "bit_state_bytes");
}

#define refuse(...) FROM(refuse(__VA_ARGS__))

static void test_what_does_not_go_along(void **state)
{
	struct teeq_model *model = model_flagship(2, 3, "mainline");
	struct teeq_explore_options options = { .search = TEEQ_SEARCH_BREADTH };

	refuse(model, options);
	options.search = TEEQ_SEARCH_DIRECTED;
	refuse(model, options);
	options.search = TEEQ_SEARCH_PREEMPTIONS;
	refuse(model, options);
	options.search = TEEQ_SEARCH_DEPTH;
	options.bit_state_bytes = 63;
	refuse(model, options);
	options.bit_state_bytes = LARGE;
	options.exact = true;
	refuse(model, options);
	options.exact = false;
	options.disk = "/tmp";
	refuse(model, options);
	options.disk = NULL;
	options.checkpoint_to = "/tmp/none";
	refuse(model, options);
	options.checkpoint_to = NULL;
	options.resume_from = "/tmp/none";
	refuse(model, options);
	teeq_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_state_is_new_once),
		cmocka_unit_test(test_as_many_are_missed_as_it_says),
		cmocka_unit_test(test_a_large_table_misses_nothing),
		cmocka_unit_test(test_a_small_table_misses_as_many_as_it_says),
		cmocka_unit_test(test_the_least_table_claims_nothing),
		cmocka_unit_test(test_the_first_counterexample),
		cmocka_unit_test(test_budgets),
		cmocka_unit_test(test_what_does_not_go_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
