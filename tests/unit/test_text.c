/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

static void test_text_grows(void **state)
{
	struct text text = { 0 };
	char *bytes;

	for (unsigned int i = 0; i < 1000; i++)
		text_add(&text, "%03u,", i);
	assert_int_equal(text.size, 4000);
	bytes = text_take(&text);
	assert_non_null(bytes);
	assert_int_equal(strlen(bytes), 4000);
	assert_memory_equal(bytes, "000,001,", 8);
	assert_string_equal(bytes + 3992, "998,999,");
	free(bytes);
}

/* A capacity of 128 holds 127 characters and the NUL; one more has to grow. */
static void test_text_at_the_edge(void **state)
{
	for (int length = 126; length <= 129; length++) {
		struct text text = { 0 };
		char *bytes;

		text_add(&text, "%*s", length, "x");
		bytes = text_take(&text);
		assert_int_equal(strlen(bytes), length);
		assert_int_equal(bytes[length - 1], 'x');
		free(bytes);
	}
}

static void test_taking_empties(void **state)
{
	struct text text = { 0 };
	char *bytes = text_take(&text);

	assert_string_equal(bytes, "");
	free(bytes);
	text_add(&text, "a%s", "b");
	bytes = text_take(&text);
	assert_string_equal(bytes, "ab");
	free(bytes);
	assert_null(text.bytes);
	assert_int_equal(text.size, 0);
	assert_int_equal(text.capacity, 0);
	assert_false(text.failed);
}

static void test_a_failed_text_gives_nothing(void **state)
{
	struct text text = { 0 };

	text_add(&text, "something");
	text.failed = true;
	text_add(&text, "more");
	assert_int_equal(text.size, 9);
	assert_null(text_take(&text));
	assert_null(text.bytes);
}

static void test_error_is_filled_and_cut(void **state)
{
	struct teeq_error error;
	char key[400];

	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	assert_int_equal(error_set(&error, TEEQ_EIO, key, "%d of %s", 3, "five"), TEEQ_EIO);
	assert_int_equal(error.status, TEEQ_EIO);
	assert_int_equal(strlen(error.key), sizeof(error.key) - 1);
	assert_string_equal(error.text, "3 of five");
	assert_int_equal(error_set(NULL, TEEQ_EINPUT, "key", "text"), TEEQ_EINPUT);
	assert_int_equal(error_nomem(&error), TEEQ_ENOMEM);
	assert_string_equal(error.key, "");
	assert_string_equal(error.text, "out of memory");
}

/* The hash of no bytes, as XXH3's authors publish it, and the order of the bytes of a number. */
static void test_hash(void **state)
{
	uint8_t bytes[8];

	assert_int_equal(hash_bytes("", 0), 0x2d06800538d394c2);
	hash_put64(bytes, 0x0123456789abcdef);
	assert_memory_equal(bytes, "\xef\xcd\xab\x89\x67\x45\x23\x01", 8);
	assert_int_equal(hash_continue(0, "abc", 3), hash_bytes("abc", 3));
	assert_int_not_equal(hash_continue(1, "abc", 3), hash_bytes("abc", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_grows),
		cmocka_unit_test(test_text_at_the_edge),
		cmocka_unit_test(test_taking_empties),
		cmocka_unit_test(test_a_failed_text_gives_nothing),
		cmocka_unit_test(test_error_is_filled_and_cut),
		cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
