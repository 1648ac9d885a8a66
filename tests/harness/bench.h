/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_HARNESS_BENCH_H
#define TESTS_HARNESS_BENCH_H

/*
 * What the tests of the harness share. A task must not use cmocka's assertions, which would jump off
 * its stack: it writes down what it saw with note(), and the test compares that afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#include <teeq/harness.h>

static char notes[1024];

/* Words, one after the other, with a blank between them. */
static inline void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void note(const char *format, ...)
{
	size_t used = strlen(notes);
	va_list arguments;

	if (used > 0 && used + 1 < sizeof(notes))
		notes[used++] = ' ';
	va_start(arguments, format);
	vsnprintf(notes + used, sizeof(notes) - used, format, arguments);
	va_end(arguments);
}

static inline struct teeq_harness *bench_with(const struct teeq_harness_options *options)
{
	struct teeq_harness *h = NULL;
	struct teeq_error error = { .status = TEEQ_OK };

	if (teeq_harness_new(options, &h, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return h;
}
#define bench_with(...) FROM(bench_with(__VA_ARGS__))

static inline struct teeq_harness *bench(void (*setup)(void *argument))
{
	struct teeq_harness_options options = { .name = "bench", .setup = setup };

	return bench_with(&options);
}
#define bench(...) FROM(bench(__VA_ARGS__))

static inline void add(struct teeq_harness *h, const char *name, void (*function)(void *))
{
	assert_int_equal(teeq_harness_task(h, name, function, NULL, NULL), TEEQ_OK);
}
#define add(...) FROM(add(__VA_ARGS__))

/* The choices @words, "a*2 b": what became of it. */
static inline struct teeq_harness_result play(struct teeq_harness *h, const char *words)
{
	struct teeq_harness_result result = { .verdict = TEEQ_VERDICT_COUNT };
	struct teeq_error error = { .status = TEEQ_OK };
	char *last = teeq_harness_schedule(h);
	char text[1024];

	assert_non_null(last);
	/* The head is the same whatever ran before. */
	snprintf(text, sizeof(text), "%.*s %s", (int)strcspn(last, " "), last, words);
	free(last);
	notes[0] = '\0';
	if (teeq_harness_replay(h, text, NULL, &result, &error) != TEEQ_OK)
		fail_msg("'%s': %s", words, error.text);
	return result;
}
#define play(...) FROM(play(__VA_ARGS__))

/* As play(); it must end in @verdict, and the tasks must have noted @expected. */
static inline void expect(struct teeq_harness *h, const char *words, enum teeq_verdict verdict,
			  const char *expected)
{
	struct teeq_harness_result result = play(h, words);

	if (result.verdict != verdict)
		fail_msg("'%s': found %s (%s), expected %s", words,
			 teeq_verdict_name(result.verdict),
			 result.violation ? result.violation : "", teeq_verdict_name(verdict));
	assert_string_equal(notes, expected);
}
#define expect(...) FROM(expect(__VA_ARGS__))

/* As play(); something must break, and @what must be part of what is said about it. */
static inline void expect_violation(struct teeq_harness *h, const char *words, const char *what)
{
	struct teeq_harness_result result = play(h, words);

	if (result.verdict != TEEQ_VERDICT_VIOLATION || !strstr(result.violation, what))
		fail_msg("'%s': found %s '%s', expected a violation with '%s'", words,
			 teeq_verdict_name(result.verdict),
			 result.violation ? result.violation : "", what);
}
#define expect_violation(...) FROM(expect_violation(__VA_ARGS__))

/* @what must be part of the explanation of the last run. */
static inline void expect_explained(const struct teeq_harness *h, const char *what)
{
	char *text = teeq_harness_explain(h);

	assert_non_null(text);
	if (!strstr(text, what))
		fail_msg("expected '%s' in:\n%s", what, text);
	free(text);
}
#define expect_explained(...) FROM(expect_explained(__VA_ARGS__))

#endif
