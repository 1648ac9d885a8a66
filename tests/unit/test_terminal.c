/* SPDX-License-Identifier: BSD-2-Clause */
/* What a terminal shows: lines that are broken where it is narrow, and how long a search takes still. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/estimate.h"
#include "cli/terminal.h"

/* ------------------------------------------ lines --------------------------------------------- */

/* What stands there; until the next call. */
static const char *folded(const char *line, size_t width)
{
	static char text[512];
	struct fold fold;
	size_t length = 0;

	fold_start(&fold, line, width);
	while (fold_next(&fold))
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%*s%.*s",
					   fold.from > 0 ? "\n" : "", (int)fold.indent, "",
					   (int)fold.length, line + fold.from);
	text[length] = '\0';
	return text;
}

static void a_line_that_fits_stays(void **state)
{
	assert_string_equal(folded("", 40), "");
	assert_string_equal(folded("  ", 40), "  ");
	assert_string_equal(folded("exactly twenty signs", 20), "exactly twenty signs");
	assert_string_equal(folded("trailing spaces     ", 20), "trailing spaces     ");
	/* Narrower than that nothing can be read, broken or not. */
	assert_string_equal(folded("a terminal of nineteen columns", 19),
			    "a terminal of nineteen columns");
}

static void a_sentence_goes_on_below_its_beginning(void **state)
{
	assert_string_equal(folded("exactly twenty signs and more", 20),
			    "exactly twenty signs\n  and more");
	assert_string_equal(folded("  app.0 waits for lock emmc, which app.1 holds", 30),
			    "  app.0 waits for lock emmc,\n    which app.1 holds");
	assert_string_equal(
		folded("one two three four five six seven eight nine ten eleven twelve", 24),
		"one two three four five\n  six seven eight nine\n  ten eleven twelve");
}

static void a_cell_goes_on_below_itself(void **state)
{
	assert_string_equal(
		folded("   4  k     secure: RPC CMD inner-call, thread 0 suspended", 40),
		"   4  k     secure: RPC CMD inner-call,\n"
		"            thread 0 suspended");
	/* One that begins in the right half leaves no room for that. */
	assert_string_equal(folded("a                            far to the right", 40),
			    "a                            far to the\n  right");
}

static void a_long_word_is_left_whole(void **state)
{
	assert_string_equal(folded("see /a/path/that/is/longer/than/the/line for more", 24),
			    "see\n  /a/path/that/is/longer/than/the/line\n  for more");
}

static void a_command_is_not_broken(void **state)
{
	static const char command[] = "replay: teeq replay a.yaml 'teeq:1:mainline:0 a b c d e f'";

	assert_string_equal(folded(command, 30), command);
	assert_string_equal(folded(command + 8, 30), command + 8);
}

/* ------------------------------------------ searches ------------------------------------------ */

static void the_rest_is_known_while_fewer_wait(void **state)
{
	struct teeq_progress progress = { .seconds = 2, .states = 1000, .frontier = 600 };
	struct estimate estimate = { .count = 0 };

	/* Looked at for the first time there is no pace. */
	assert_true(estimate_rest(&estimate, &progress) < 0);
	/* 300 fewer in 3 seconds: the 300 that are left take 3 more. */
	progress = (struct teeq_progress){ .seconds = 5, .states = 2000, .frontier = 300 };
	assert_true(estimate_rest(&estimate, &progress) == 3.0);
	/* 400 fewer in 5 seconds since the first look: the 200 take 2.5. */
	progress = (struct teeq_progress){ .seconds = 7, .states = 2500, .frontier = 200 };
	assert_true(estimate_rest(&estimate, &progress) == 2.5);
	/* As many, or more: nobody knows. */
	progress = (struct teeq_progress){ .seconds = 8, .states = 3000, .frontier = 600 };
	assert_true(estimate_rest(&estimate, &progress) < 0);
	progress = (struct teeq_progress){ .seconds = 9, .states = 3000, .frontier = 900 };
	assert_true(estimate_rest(&estimate, &progress) < 0);
	/* None left. */
	progress = (struct teeq_progress){ .seconds = 10, .states = 4000, .frontier = 0 };
	assert_true(estimate_rest(&estimate, &progress) == 0.0);
}

static void the_pace_is_that_of_the_last_looks(void **state)
{
	struct teeq_progress progress = { .frontier = 100000 };
	struct estimate estimate = { .count = 0 };
	double rest = -1;

	/* It rises for long, and then falls by 500 a second. */
	for (int second = 1; second <= 20; second++) {
		progress.seconds = second;
		progress.frontier = second <= 10 ? 1000u * (unsigned int)second :
						   10000 - 500u * (unsigned int)(second - 10);
		rest = estimate_rest(&estimate, &progress);
	}
	assert_true(rest == 10.0);
}

static void a_line_tells_what_is_known_and_fits(void **state)
{
	const struct teeq_progress progress = { .states = 4000,
						.frontier = 1000,
						.depth = 30,
						.seconds = 8,
						.memory_bytes = 3u << 20 };
	char text[ESTIMATE_TEXT];

	estimate_line(text, &progress, 12.4, 0);
	assert_string_equal(text,
			    "[###############     ]  75%, 12 s more at this pace, 4000 states, "
			    "frontier 1000, 500/s, 3.0 MB, depth 30");
	estimate_line(text, &progress, -1, 0);
	assert_string_equal(text, "[###############     ]  75%, 4000 states, frontier 1000, 500/s, "
				  "3.0 MB, depth 30");
	/* The last column stays free: behind it some terminals begin a line. */
	estimate_line(text, &progress, 12.4, 65);
	assert_string_equal(text,
			    "[###############     ]  75%, 12 s more at this pace, 4000 states");
	estimate_line(text, &progress, 12.4, 64);
	assert_string_equal(text, "[###############     ]  75%, 12 s more at this pace");
	estimate_line(text, &progress, 12.4, 10);
	assert_string_equal(text, "[########");
}

static void a_bar_is_empty_at_first_and_full_in_the_end(void **state)
{
	const struct teeq_progress first = { .states = 1, .frontier = 1 };
	const struct teeq_progress last = { .states = 7 };
	const struct teeq_progress nothing = { .frontier = 5 };
	char text[ESTIMATE_TEXT];

	estimate_line(text, &first, -1, 30);
	assert_string_equal(text, "[                    ]   0%");
	estimate_line(text, &last, -1, 30);
	assert_string_equal(text, "[####################] 100%");
	estimate_line(text, &nothing, -1, 30);
	assert_string_equal(text, "[                    ]   0%");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_fits_stays),
		cmocka_unit_test(a_sentence_goes_on_below_its_beginning),
		cmocka_unit_test(a_cell_goes_on_below_itself),
		cmocka_unit_test(a_long_word_is_left_whole),
		cmocka_unit_test(a_command_is_not_broken),
		cmocka_unit_test(the_rest_is_known_while_fewer_wait),
		cmocka_unit_test(the_pace_is_that_of_the_last_looks),
		cmocka_unit_test(a_line_tells_what_is_known_and_fits),
		cmocka_unit_test(a_bar_is_empty_at_first_and_full_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
