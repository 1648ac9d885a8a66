/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person is told about a scenario file that is not right: every message, word for word. */
#include "story.h"

#include "teeq/scenario.h"
#include "unit/bad_scenarios.h"
#include "unit/bad_steps.h"

static void assert_refused(const char *path, const char *text, size_t size, const char *message)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_scenario_parse(path, text, size, &file, &error) != TEEQ_EINPUT)
		fail_msg("expected '%s', found no error", message);
	assert_null(file);
	assert_int_equal(error.status, TEEQ_EINPUT);
	assert_string_equal(error.text, message);
	/* Whoever does not want to know why may say so. */
	assert_int_equal(teeq_scenario_parse(path, text, size, &file, NULL), TEEQ_EINPUT);
}
#define assert_refused(...) FROM(assert_refused(__VA_ARGS__))

static void assert_all_refused(const struct bad_scenario *bad, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char message[480];

		snprintf(message, sizeof(message), "x.yaml:%s", bad[i].message);
		assert_refused("x.yaml", bad[i].text, bad[i].size, message);
	}
}
#define assert_all_refused(...) FROM(assert_all_refused(__VA_ARGS__))

static void test_every_message(void **state)
{
	assert_all_refused(bad_declarations, LENGTH(bad_declarations));
	assert_all_refused(bad_steps, LENGTH(bad_steps));
}

static void test_error_names_the_key(void **state)
{
	static const char text[] = HEAD APP "      - call:\n          session: 3\n";
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	assert_int_equal(teeq_scenario_parse("x", text, sizeof(text) - 1, &file, &error),
			 TEEQ_EINPUT);
	assert_string_equal(error.key, "clients.app.do[0].call.session");
	assert_string_equal(error.text,
			    "x:8: clients.app.do[0].call.session: found 3, expected " NAME);
}

/* @open repeated @count times, then @close as often. */
static char *nest(const char *open, const char *middle, const char *close, size_t count)
{
	char *text = malloc((strlen(open) + strlen(close)) * count + strlen(middle) + 1);
	char *end = text;

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%s", open);
	end += sprintf(end, "%s", middle);
	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%s", close);
	return text;
}
#define nest(...) FROM(nest(__VA_ARGS__))

static void assert_nest_refused(const char *open, const char *middle, const char *close,
				size_t count, const char *end)
{
	char *text = nest(open, middle, close, count);
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	size_t length;

	assert_int_equal(teeq_scenario_parse("x", text, strlen(text), &file, &error), TEEQ_EINPUT);
	length = strlen(error.text);
	if (length < strlen(end) || strcmp(error.text + length - strlen(end), end) != 0)
		fail_msg("expected '...%s', found '%s'", end, error.text);
	free(text);
}
#define assert_nest_refused(...) FROM(assert_nest_refused(__VA_ARGS__))

static void test_bounds(void **state)
{
	char key[32], *text;

	/* 64 inside each other are read, and then found to be no scenario. */
	assert_nest_refused("[", "", "]", 64,
			    "found a list, expected a scenario, a mapping with "
			    "the key teeq");
	assert_nest_refused("[", "", "]", 65,
			    "too many values inside each other; at most 64 are "
			    "allowed");
	assert_nest_refused("[", "", "", 100000,
			    "too many values inside each other; at most 64 "
			    "are allowed");
	assert_nest_refused("{a: ", "", "}", 65,
			    "too many values inside each other; at most 64 "
			    "are allowed");
	assert_nest_refused("- a\n", "", "", 70001,
			    "too many items in one list; at most 70000 are "
			    "allowed");
	assert_nest_refused("- [a, a, a, a, a, a, a]\n", "", "", 25001,
			    "too many values; at most 200000 are allowed");
	assert_nest_refused("#\n", "", "", (1u << 19) + 1,
			    "x:1: the file is longer than 1 MiB, the most that is allowed");
	text = malloc(sizeof(key) * 1025);
	assert_non_null(text);
	text[0] = '\0';
	for (unsigned int i = 0; i < 1025; i++) {
		snprintf(key, sizeof(key), "k%u: 1\n", i);
		strcat(text, key);
	}
	assert_refused("x", text, strlen(text),
		       "x:1025: k1024: too many keys in one mapping; at most 1024 are allowed");
	free(text);
}

/* A path's end says which file it is; what is not printable must not reach a terminal. */
static void test_paths(void **state)
{
	char path[400], message[480];

	memset(path, 'a', sizeof(path));
	memcpy(path + sizeof(path) - 8, "/x.yaml", 8);
	snprintf(message, sizeof(message), "...%s:1: name: is required and missing",
		 path + strlen(path) - 120);
	assert_refused(path, "teeq: 1\n", 8, message);
	assert_refused("a\n\x1b[2J\xff\xc3\xa4", "teeq: 1\n", 8,
		       "a\\x0a\\x1b[2J\\xff\xc3\xa4:1: name: is required and missing");
}

static void test_files(void **state)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	assert_int_equal(teeq_scenario_load("no/such.yaml", &file, &error), TEEQ_EIO);
	assert_string_equal(error.text, "no/such.yaml: cannot open: No such file or directory");
	assert_int_equal(teeq_scenario_load("/", &file, &error), TEEQ_EIO);
	assert_string_equal(error.text, "/: cannot read: Is a directory");
	assert_int_equal(error.status, TEEQ_EIO);
	assert_null(file);
	teeq_scenario_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_message),
		cmocka_unit_test(test_error_names_the_key),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
