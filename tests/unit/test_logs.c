/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs that are cut, mixed up and made of nonsense: whatever comes of it, it ends, and within its bounds. */
#include "story.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/prng.h"
#include "field/sketch.h"
#include "field/tell.h"
#include "teeq/scenario.h"

#define INPUT_COUNT   1000
#define SOURCE_MAX    64
#define MUTILATED_MAX 65536

struct source {
	char *text;
	size_t size;
};

static struct source sources[SOURCE_MAX];
static size_t source_count;
static struct frames *frames;

static bool load(const char *name)
{
	struct source *source = &sources[source_count];
	char path[1024];
	FILE *in;

	snprintf(path, sizeof(path), "%s/tests/field/logs/%s", TEEQ_SOURCE_DIR, name);
	in = fopen(path, "rb");
	source->text = malloc(MUTILATED_MAX);
	if (!in || !source->text)
		return false;
	source->size = fread(source->text, 1, MUTILATED_MAX, in);
	fclose(in);
	source_count++;
	return true;
}

static int is_log(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return end && strcmp(end, ".log") == 0;
}

static int set_up(void **state)
{
	struct teeq_error error;
	struct dirent **entries;
	int count = scandir(TEEQ_SOURCE_DIR "/tests/field/logs", &entries, is_log, alphasort);
	bool good = count > 20 && frames_new(&frames, &error) == TEEQ_OK;

	for (int i = 0; i < count; i++) {
		good = good && source_count < SOURCE_MAX && load(entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return good ? 0 : 1;
}

static int tear_down(void **state)
{
	for (size_t i = 0; i < source_count; i++)
		free(sources[i].text);
	frames_free(frames);
	return 0;
}

/* Whether the scenario that is made of it can be read. */
static bool sketch_loads(const struct picture *picture, const struct verdict *verdict)
{
	const struct sketch sketch = { .picture = picture, .verdict = verdict };
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .text = "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum teeq_status status;

	sketch_write(&sketch, out);
	fclose(out);
	status = teeq_scenario_parse("made", text, size, &file, &error);
	if (status != TEEQ_OK)
		print_error("%s\n%s\n", error.text, text);
	teeq_scenario_free(file);
	free(text);
	return status == TEEQ_OK;
}

/* Read, judge and tell; the verdict's kind, or -1 where the log was refused. */
static int diagnose_text(const char *text, size_t size, uint32_t threads)
{
	struct teeq_error error = { .text = "" };
	struct log_reader *reader;
	struct picture *picture;
	struct verdict verdict;
	struct log *log;
	FILE *out = fopen("/dev/null", "w");
	int kind = -1;

	if (!out || log_reader_new(frames, &reader, &error) != TEEQ_OK)
		return -2;
	if (log_read_text(reader, text, size, &error) != TEEQ_OK) {
		log_reader_free(reader);
		fclose(out);
		return error.text[0] ? -1 : -2;
	}
	log = log_finish(reader);
	if (picture_new(log, frames, threads, &picture, &error) == TEEQ_OK) {
		verdict_of(picture, &verdict);
		tell_print(picture, &verdict, out);
		kind = (int)verdict.kind;
		if (sketch_possible(picture) && !sketch_loads(picture, &verdict))
			kind = -3;
		picture_free(picture);
	}
	log_free(log);
	fclose(out);
	return kind;
}

/* The place where a line begins, somewhere in @text. */
static size_t some_line(struct prng *prng, const char *text, size_t size)
{
	size_t at = size ? prng_below(prng, (uint32_t)size) : 0;

	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_length(const char *text, size_t size, size_t at)
{
	const char *end = memchr(text + at, '\n', size - at);

	return end ? (size_t)(end - text) - at + 1 : size - at;
}

/* One thing that happens to logs, and what no log would do. */
static size_t mutilate(struct prng *prng, char *text, size_t size)
{
	const struct source *other = &sources[prng_below(prng, (uint32_t)source_count)];
	size_t at = some_line(prng, text, size), length, from;

	if (size == 0)
		return 0;
	switch (prng_below(prng, 7)) {
	case 0: /* the end is missing */
		return prng_below(prng, (uint32_t)size);
	case 1: /* the beginning is */
		memmove(text, text + at, size - at);
		return size - at;
	case 2: /* a line is lost */
		length = line_length(text, size, at);
		memmove(text + at, text + at + length, size - at - length);
		return size - length;
	case 3: /* lines of another log come in between */
		from = some_line(prng, other->text, other->size);
		length = other->size - from;
		length = length < 400 ? length : 400;
		if (size + length > MUTILATED_MAX)
			return size;
		memmove(text + at + length, text + at, size - at);
		memcpy(text + at, other->text + from, length);
		return size + length;
	case 4: /* a byte is another one */
		text[prng_below(prng, (uint32_t)size)] = (char)prng_below(prng, 256);
		return size;
	case 5: /* a line comes twice */
		length = line_length(text, size, at);
		if (size + length > MUTILATED_MAX)
			return size;
		memmove(text + at + length, text + at, size - at);
		return size + length;
	default: /* two lines run into each other */
		length = line_length(text, size, at);
		if (length > 0 && text[at + length - 1] == '\n')
			text[at + length - 1] = ' ';
		return size;
	}
}

static void test_thousand_mutilated(void **state)
{
	struct prng prng;
	char *text = malloc(MUTILATED_MAX);
	size_t seen[VERDICT_KIND_COUNT] = { 0 };

	assert_non_null(text);
	prng_seed(&prng, 20261129, 0);
	for (int i = 0; i < INPUT_COUNT; i++) {
		const struct source *source = &sources[prng_below(&prng, (uint32_t)source_count)];
		size_t size = source->size, times = 1 + prng_below(&prng, 12);
		int kind;

		memcpy(text, source->text, size);
		while (times-- > 0)
			size = mutilate(&prng, text, size);
		kind = diagnose_text(text, size, (uint32_t)prng_below(&prng, 4));
		assert_in_range(kind, 0, VERDICT_KIND_COUNT - 1);
		seen[kind]++;
	}
	free(text);
	/* It is no test of much where all of them come to nothing. */
	assert_true(seen[VERDICT_EXHAUSTION] > 50);
	assert_true(seen[VERDICT_CANNOT_TELL] > 20);
	assert_true(seen[VERDICT_SUPPLICANT_FROZEN] > 10);
}

/* The same lines over and over: more than there may be of anything ends with one line that says of what. */
static void test_limits(void **state)
{
	size_t count = LOG_STACKS_MAX + 10, size = 0, capacity = 64 * count;
	char *text = malloc(capacity);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		size += (size_t)snprintf(text + size, capacity - size, "task:a state:D pid:%zu\n",
					 i + 1);
	assert_int_equal(diagnose_text(text, size, 0), -1);
	size = 0;
	for (size_t i = 0; i < count; i++)
		size += (size_t)snprintf(text + size, capacity - size,
					 "INFO: task a:%zu blocked for more than 9 seconds.\n",
					 i % 2 + 1);
	assert_int_equal(diagnose_text(text, size, 0), -1);
	size = 0;
	for (size_t i = 0; i < count; i++)
		size += (size_t)snprintf(text + size, capacity - size, "f%zu+0x1/0x2\n", i);
	assert_int_equal(diagnose_text(text, size, 0), -1);
	free(text);
}

/* Thousands of tasks that all wait, for each other as it were: it takes no longer than it should. */
static void test_crowd(void **state)
{
	size_t size = 0, capacity = 4u << 20;
	char *text = malloc(capacity);

	assert_non_null(text);
	for (size_t i = 0; i < PICTURE_PERSONS_MAX; i++)
		size += (size_t)snprintf(
			text + size, capacity - size,
			"task:a state:D pid:%zu\n"
			" mutex_lock+0x1/0x2\n clk_prepare+0x1/0x2\n"
			" optee_rpc_cmd+0x1/0x2\n optee_smc_do_call_with_arg+0x1/0x2\n"
			" optee_invoke_func+0x1/0x2\n el0_svc+0x1/0x2\n",
			i + 1);
	assert_in_range(diagnose_text(text, size, 2), 0, VERDICT_KIND_COUNT - 1);
	size += (size_t)snprintf(text + size, capacity - size,
				 "task:a state:D pid:%d\n optee_rpc_cmd+0x1/0x2\n"
				 " optee_smc_do_call_with_arg+0x1/0x2\n",
				 PICTURE_PERSONS_MAX + 1);
	assert_int_equal(diagnose_text(text, size, 2), -1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thousand_mutilated),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
