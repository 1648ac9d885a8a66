/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that were right until something happened to them. Whatever that was, reading one ends in
 * one line that says what is wrong, or in tables that build a model and run. Which damage is done
 * follows from a number, so a failure names the number and can be had again.
 */
#include "story.h"

#include <ctype.h>

#include "base/prng.h"
#include "teeq/scenario.h"

enum {
	SCENARIO_COUNT = 2400,
	RECORDING_COUNT = 600,
	SIZE_MAX_HERE = 1 << 16, /* of a mutilated file */
	STEP_MAX = 2000,
};

/* clang-format off */
static const char *const seeds[] = {
	"rpmb-scmi",	    "v9-trap",	       "close-last-session", "late-registration",
	"no-system-client", "ffa-untracked",   "system-absorbs",     "nested-system-small",
	"hwrng",	    "unrelated-holder",
};
/* clang-format on */

struct damaged {
	char *text; /* SIZE_MAX_HERE bytes, of which size are used */
	size_t size;
	struct prng prng;
};

static uint32_t below(struct damaged *d, size_t bound)
{
	return prng_below(&d->prng, (uint32_t)(bound ? bound : 1));
}

/* Replace @count bytes at @at by @size others, as far as there is room. */
static void splice(struct damaged *d, size_t at, size_t count, const char *bytes, size_t size)
{
	if (d->size - count + size > SIZE_MAX_HERE)
		return;
	memmove(d->text + at + size, d->text + at + count, d->size - at - count);
	memcpy(d->text + at, bytes, size);
	d->size = d->size - count + size;
}

static size_t line_start(const struct damaged *d, size_t at)
{
	while (at > 0 && d->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct damaged *d, size_t at)
{
	while (at < d->size && d->text[at] != '\n')
		at++;
	return at < d->size ? at + 1 : at;
}

/* ------------------------------------------- damage ------------------------------------------- */

static void cut_end(struct damaged *d)
{
	d->size = below(d, d->size);
}

static void cut_middle(struct damaged *d)
{
	size_t at = below(d, d->size);

	splice(d, at, below(d, d->size - at), "", 0);
}

static void flip_bits(struct damaged *d)
{
	for (uint32_t i = below(d, 8) + 1; d->size > 0 && i > 0; i--) {
		size_t at = below(d, d->size);

		d->text[at] = (char)(d->text[at] ^ (1 << below(d, 8)));
	}
}

static void put_odd_bytes(struct damaged *d)
{
	static const char *const odd[] = { "\x1b[31m", "\xff\xfe",     "\xc0\x80", "\xed\xa0\x80",
					   "\r",       "\xe2\x80\xae", "\t",	   "\xef\xbb\xbf",
					   "\x7f",     "\xc2\x85",     "\\u0000",  "%n%s" };
	const char *bytes = odd[below(d, LENGTH(odd))];

	splice(d, below(d, d->size), 0, bytes, strlen(bytes));
}

static void put_nul(struct damaged *d)
{
	splice(d, below(d, d->size), 0, "\0\0\0", below(d, 3) + 1);
}

/* One of the file's numbers, or a new one, becomes one that is far too large, or odd. */
static void put_number(struct damaged *d)
{
	static const char *const numbers[] = {
		"0",	"-1",	      "17",
		"256",	"65536",      "2147483648",
		"1e9",	"4294967297", "18446744073709551617",
		"0x10", "~",	      "999999999999999999999999999999999999999999",
		"1.5"
	};
	const char *number = numbers[below(d, LENGTH(numbers))];
	size_t at = below(d, d->size);
	size_t count = 0;

	while (at < d->size && !isdigit((unsigned char)d->text[at]))
		at++;
	while (at + count < d->size && isdigit((unsigned char)d->text[at + count]))
		count++;
	splice(d, at, count, number, strlen(number));
}

static void nest_deeply(struct damaged *d)
{
	static const char *const opens[] = {
		"[", "{a: ", "- ", "? ", "{\"a\":", "\n - repeat: ", "{repeat: {times: 2, do: ["
	};
	const char *open = opens[below(d, LENGTH(opens))];
	uint32_t count = 1u << below(d, 13);
	size_t at = below(d, d->size);

	for (uint32_t i = 0; i < count; i++)
		splice(d, at, 0, open, strlen(open));
}

/* Some lines, or with JSON some bytes, once or many times more. */
static void duplicate_block(struct damaged *d)
{
	size_t start = line_start(d, below(d, d->size));
	size_t end = line_end(d, start + below(d, 200));
	uint32_t times = below(d, 4) ? 1 : below(d, 300);
	char block[1024];

	if (end > d->size || end < start || end - start > sizeof(block)) {
		start = below(d, d->size);
		end = start + below(d, d->size - start < 1000 ? d->size - start : 1000);
	}
	memcpy(block, d->text + start, end - start);
	for (uint32_t i = 0; i < times; i++)
		splice(d, end, 0, block, end - start);
}

static void put_bomb(struct damaged *d)
{
	static const char bomb[] = "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\n"
				   "c: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c]\n";

	splice(d, line_start(d, below(d, d->size)), 0, bomb, sizeof(bomb) - 1);
}

static void swap_words(struct damaged *d)
{
	size_t from = below(d, d->size);
	size_t to = below(d, d->size);
	size_t count = 0;
	size_t size = 0;
	char word[32];

	while (size < sizeof(word) && from + size < d->size &&
	       isalnum((unsigned char)d->text[from + size]))
		size++;
	while (to + count < d->size && isalnum((unsigned char)d->text[to + count]))
		count++;
	memcpy(word, d->text + from, size);
	splice(d, to, count, word, size);
}

static void shift_line(struct damaged *d)
{
	size_t start = line_start(d, below(d, d->size));

	if (below(d, 2) || start == d->size || d->text[start] != ' ')
		splice(d, start, 0, "      ", below(d, 6) + 1);
	else
		splice(d, start, 1, "", 0);
}

static void drop_line(struct damaged *d)
{
	size_t start = line_start(d, below(d, d->size));

	splice(d, start, line_end(d, start) - start, "", 0);
}

static void damage(struct damaged *d)
{
	static void (*const ways[])(struct damaged * d) = {
		cut_end,     cut_middle,      flip_bits, put_odd_bytes, put_nul,    put_number,
		nest_deeply, duplicate_block, put_bomb,	 swap_words,	shift_line, drop_line,
	};

	/* The gentle ones more often: they leave most of the file to be looked at. */
	for (uint32_t i = below(d, 3) + 1; i > 0; i--)
		ways[below(d, 2) ? below(d, LENGTH(ways)) : 5 + 4 * below(d, 2)](d);
}

/* ------------------------------------------ judging ------------------------------------------- */

static void assert_one_line(const struct teeq_error *error, const char *path, uint32_t number)
{
	size_t length = strlen(error->text);

	if (error->status != TEEQ_EINPUT || length >= sizeof(error->text) - 1 ||
	    strncmp(error->text, path, strlen(path)) != 0 || length < strlen(path) + 10)
		fail_msg("%u: status %d, '%s'", number, (int)error->status, error->text);
	for (size_t i = 0; i < length; i++)
		if (iscntrl((unsigned char)error->text[i]))
			fail_msg("%u: a control character in '%s'", number, error->text);
}
#define assert_one_line(...) FROM(assert_one_line(__VA_ARGS__))

/* At most STEP_MAX steps under one of the policies. */
static void run_a_little(const struct teeq_scenario *scenario, uint32_t number)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random,
					    .seed = number,
					    .step_max = STEP_MAX };
	struct teeq_model *model;
	struct teeq_world *world;
	struct teeq_result result;
	enum teeq_status status;

	model = story_model(scenario, story_policy(number));
	world = teeq_world_new(model);
	assert_non_null(world);
	status = teeq_run(model, world, &options, &result);
	assert_int_equal(status, result.verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : TEEQ_OK);
	assert_true(result.steps <= STEP_MAX);
	teeq_world_free(world);
	teeq_model_free(model);
}
#define run_a_little(...) FROM(run_a_little(__VA_ARGS__))

static size_t read_file(const char *path, char *text)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	if (!file)
		fail_msg("cannot open %s", path);
	size = fread(text, 1, SIZE_MAX_HERE, file);
	fclose(file);
	return size;
}
#define read_file(...) FROM(read_file(__VA_ARGS__))

/* Returns whether what came out is a scenario. */
static bool visit_scenario(const struct damaged *d, uint32_t number)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	char *exact = malloc(d->size ? d->size : 1); /* so that a sanitizer sees where it ends */

	assert_non_null(exact);
	memcpy(exact, d->text, d->size);
	if (teeq_scenario_parse("x.yaml", exact, d->size, &file, &error) == TEEQ_OK)
		run_a_little(teeq_scenario_tables(file), number);
	else
		assert_one_line(&error, "x.yaml:", number);
	free(exact);
	teeq_scenario_free(file);
	return file != NULL;
}
#define visit_scenario(...) FROM(visit_scenario(__VA_ARGS__))

static void test_scenarios(void **state)
{
	struct damaged d = { .text = malloc(SIZE_MAX_HERE) };
	unsigned int whole = 0;

	assert_non_null(d.text);
	for (uint32_t number = 0; number < SCENARIO_COUNT; number++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/examples/scenarios/%s.yaml", TEEQ_SOURCE_DIR,
			 seeds[number % LENGTH(seeds)]);
		d.size = read_file(path, d.text);
		prng_seed(&d.prng, number, 1);
		damage(&d);
		whole += visit_scenario(&d, number);
	}
	free(d.text);
	/* Both ends are met often, or this would be no test of one of them. */
	assert_in_range(whole, SCENARIO_COUNT / 20, SCENARIO_COUNT / 2);
}

/* ----------------------------------------- recordings ----------------------------------------- */

static size_t read_line(const char *path, uint32_t number, char *text)
{
	FILE *file = fopen(path, "rb");
	size_t size = 0;
	int c;

	if (!file)
		fail_msg("cannot open %s", path);
	while ((c = getc(file)) != EOF && size < SIZE_MAX_HERE) {
		if (c == '\n' && number-- == 0)
			break;
		if (number == 0)
			text[size++] = (char)c;
	}
	fclose(file);
	return size;
}
#define read_line(...) FROM(read_line(__VA_ARGS__))

static bool visit_recording(const struct damaged *d, const char *path, uint32_t number)
{
	const struct teeq_recording *recording = NULL;
	struct teeq_recordings *reader = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	FILE *file = fopen(path, "wb");
	enum teeq_status status;
	unsigned int whole = 0;

	assert_non_null(file);
	assert_int_equal(fwrite(d->text, 1, d->size, file), d->size);
	fclose(file);
	assert_int_equal(teeq_recordings_new(path, &reader, &error), TEEQ_OK);
	while ((status = teeq_recordings_next(reader, &recording, &error)) == TEEQ_OK) {
		if (!recording)
			break;
		whole++;
		run_a_little(&recording->scenario, number);
		teeq_conform(recording, teeq_policy_find("mainline"), NULL, NULL);
	}
	if (status != TEEQ_OK)
		assert_one_line(&error, path, number);
	teeq_recordings_free(reader);
	return whole > 0;
}
#define visit_recording(...) FROM(visit_recording(__VA_ARGS__))

static void test_recordings(void **state)
{
	static const char *const files[] = { "linux-6.1", "linux-6.12" };
	struct damaged d = { .text = malloc(SIZE_MAX_HERE) };
	char scratch[] = "/tmp/teeq-mutilate-XXXXXX";
	int descriptor = mkstemp(scratch);
	unsigned int whole = 0;

	assert_non_null(d.text);
	assert_true(descriptor >= 0);
	close(descriptor);
	for (uint32_t number = 0; number < RECORDING_COUNT; number++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/tests/recordings/%s.jsonl", TEEQ_SOURCE_DIR,
			 files[number % 2]);
		d.size = read_line(path, number % 60, d.text);
		assert_true(d.size > 0);
		prng_seed(&d.prng, number, 2);
		damage(&d);
		whole += visit_recording(&d, scratch, number);
	}
	unlink(scratch);
	free(d.text);
	assert_in_range(whole, RECORDING_COUNT / 50, RECORDING_COUNT / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenarios),
		cmocka_unit_test(test_recordings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
