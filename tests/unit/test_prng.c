/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "base/prng.h"

/* What the demonstration program of O'Neill's pcg-c-basic prints first. */
static void test_published_numbers(void **state)
{
	static const uint32_t published[] = { 0xa15c02b7, 0x7b47f409, 0xba1d3330,
					      0x83d2f293, 0xbfa4784b, 0xcbed606e };
	struct prng prng;

	prng_seed(&prng, 42, 54);
	for (size_t i = 0; i < LENGTH(published); i++)
		assert_int_equal(prng_next(&prng), published[i]);
}

static void test_seed_and_stream_both_count(void **state)
{
	struct prng a, same, seed, stream;
	uint32_t first;

	prng_seed(&a, 1, 2);
	prng_seed(&same, 1, 2);
	prng_seed(&seed, 2, 2);
	prng_seed(&stream, 1, 3);
	first = prng_next(&a);
	assert_int_equal(prng_next(&same), first);
	assert_int_not_equal(prng_next(&seed), first);
	assert_int_not_equal(prng_next(&stream), first);
}

static void test_below_stays_below(void **state)
{
	static const uint32_t bounds[] = { 1, 2, 3, 7, 64, 0x80000000, 0x80000001, UINT32_MAX };
	struct prng prng;

	prng_seed(&prng, 7, 0);
	for (size_t i = 0; i < LENGTH(bounds); i++) {
		bool upper_half = false;

		for (unsigned int n = 0; n < 1000; n++) {
			uint32_t number = prng_below(&prng, bounds[i]);

			assert_true(number < bounds[i]);
			upper_half |= number >= bounds[i] / 2;
		}
		assert_true(upper_half);
	}
}

/* 60,000 throws of a die: each face 10,000 times, with a standard deviation of 91. */
static void test_die_is_fair(void **state)
{
	unsigned int faces[6] = { 0 };
	struct prng prng;

	prng_seed(&prng, 1, 0);
	for (unsigned int i = 0; i < 60000; i++)
		faces[prng_below(&prng, 6)]++;
	for (unsigned int i = 0; i < 6; i++)
		assert_in_range(faces[i], 9500, 10500);
}

/*
 * With the bound 3 << 30 a multiplication alone would give every multiple of three twice as often
 * as the others: half of all numbers. Rejection makes it a third.
 */
static void test_large_bound_has_no_bias(void **state)
{
	unsigned int multiples = 0;
	struct prng prng;

	prng_seed(&prng, 1, 0);
	for (unsigned int i = 0; i < 30000; i++)
		multiples += prng_below(&prng, UINT32_C(3) << 30) % 3 == 0;
	assert_in_range(multiples, 9500, 10500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_numbers),
		cmocka_unit_test(test_seed_and_stream_both_count),
		cmocka_unit_test(test_below_stays_below),
		cmocka_unit_test(test_die_is_fair),
		cmocka_unit_test(test_large_bound_has_no_bias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
