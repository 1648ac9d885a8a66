/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

/*
 * Where a test stood when it failed. An assertion in a helper names the helper's line; a helper that
 * is a macro of its own name as well says where the test called it, and the test's end prints that:
 *
 *	static void expect_room(...) { ... }
 *	#define expect_room(...) FROM(expect_room(__VA_ARGS__))
 *
 * To be included behind cmocka.h, whose cmocka_unit_test(), cmocka_run_group_tests() and skip() it replaces.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct place_test {
	const char *name;
	void (*function)(void **state);
};

/* @ended: it came to its end, or left on purpose */
static struct place_of_test {
	const char *test;
	const char *file;
	int line;
	bool ended;
} place_now;

/* The state of the group: cmocka's would take the place of what place_run() needs. */
static void *place_group;

static inline void place_note(const char *file, int line, const char *function)
{
	if (place_now.test && strcmp(function, place_now.test) == 0) {
		place_now.file = file;
		place_now.line = line;
	}
}

/* Comma, not a block: what helpers return is used. */
#define FROM(call) (place_note(__FILE__, __LINE__, __func__), call)

static inline void place_run(void **state)
{
	const struct place_test *test = *state;

	place_now = (struct place_of_test){ .test = test->name };
	*state = place_group;
	test->function(state);
	place_now.ended = true;
}

static inline int place_tell(void **state)
{
	(void)state;
	if (!place_now.ended && place_now.file)
		fprintf(stderr, "%s:%d: the last helper that %s() called\n", place_now.file,
			place_now.line, place_now.test);
	return 0;
}

/* The group's setup and teardown, around the tests rather than by cmocka. */
static inline int place_run_group(const char *name, const struct CMUnitTest *tests, size_t count,
				  int (*setup)(void **state), int (*teardown)(void **state))
{
	int failed;

	if (setup && setup(&place_group) != 0) {
		fprintf(stderr, "%s: the setup of the group failed\n", name);
		return 1;
	}
	failed = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
	if (teardown && teardown(&place_group) != 0) {
		fprintf(stderr, "%s: the teardown of the group failed\n", name);
		failed++;
	}
	return failed;
}

#undef cmocka_run_group_tests
#define cmocka_run_group_tests(tests, setup, teardown)                                   \
	place_run_group(#tests, tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

#undef cmocka_unit_test
#define cmocka_unit_test(f) \
	{ #f, place_run, NULL, place_tell, &(struct place_test){ #f, f } }

#undef skip
#define skip() (place_now.ended = true, _skip(__FILE__, __LINE__))

#endif
