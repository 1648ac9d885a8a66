/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel logs that were right until something happened to them, a thousand, each by its number: whatever is
 * left comes to a verdict, and what is made of it can be read.
 */
#include "story.h"

#include <dirent.h>

#include "damage.h"
#include "field/sketch.h"
#include "field/tell.h"
#include "teeq/scenario.h"

enum {
	DAMAGED_COUNT = 1000,
	LOGS_MAX = 100,
};

/* What a log comes to. */
struct read {
	struct log *log;
	struct picture *picture;
	struct verdict verdict;
};

static struct frames *frames;
static char logs[LOGS_MAX][64];
static size_t log_count;

static int is_log(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && length < sizeof(logs[0]) &&
	       strcmp(entry->d_name + length - 4, ".log") == 0;
}

static int find_logs(void **state)
{
	struct teeq_error error;
	struct dirent **entries;
	int count = scandir(TEEQ_SOURCE_DIR "/tests/field/logs", &entries, is_log, alphasort);

	for (int i = 0; i < count; i++) {
		if (log_count < LOGS_MAX)
			strcpy(logs[log_count++], entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return log_count > 0 && frames_new(&frames, &error) == TEEQ_OK ? 0 : -1;
}

static int forget_logs(void **state)
{
	frames_free(frames);
	return 0;
}

/* Whether it comes to a verdict: there is room for all of these. */
static bool read_log(const char *text, size_t size, uint32_t threads, struct read *read)
{
	struct teeq_error error;
	struct log_reader *reader;

	*read = (struct read){ .log = NULL };
	if (log_reader_new(frames, &reader, &error) != TEEQ_OK)
		return false;
	if (log_read_text(reader, text, size, &error) != TEEQ_OK) {
		log_reader_free(reader);
		return false;
	}
	read->log = log_finish(reader);
	if (picture_new(read->log, frames, threads, &read->picture, &error) != TEEQ_OK)
		return false;
	verdict_of(read->picture, &read->verdict);
	return true;
}

static void read_free(struct read *read)
{
	picture_free(read->picture);
	log_free(read->log);
}

/* Each line of the report is one of text, and is about somebody who is there. */
static const char *wrong_report(const struct read *read)
{
	const char *wrong = NULL;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return "no memory";
	tell_print(read->picture, &read->verdict, out);
	if (fclose(out) != 0)
		return "no memory";
	for (size_t i = 0; i < size; i++)
		if (text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			wrong = "a report that is no text";
	if (!strstr(text, "\nHow sure: ") || !strstr(text, "\nRead: "))
		wrong = "a report without its parts";
	free(text);
	for (size_t i = 0; i < read->picture->edge_count; i++)
		if (read->picture->edges[i].to != PICTURE_NOBODY &&
		    read->picture->edges[i].to >= read->picture->person_count)
			wrong = "an edge that leads to nobody";
	return wrong;
}

static const char *wrong_sketch(const struct read *read, bool unseen)
{
	const struct sketch sketch = { .picture = read->picture,
				       .verdict = &read->verdict,
				       .unseen = unseen };
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum teeq_status status;

	if (!out)
		return "no memory";
	sketch_write(&sketch, out);
	if (fclose(out) != 0)
		return "no memory";
	status = teeq_scenario_parse("log", text, size, &file, &error);
	if (status != TEEQ_OK)
		fprintf(stderr, "%s\n%s", error.text, text);
	teeq_scenario_free(file);
	free(text);
	return status == TEEQ_OK ? NULL : "a scenario that is none";
}

static void damage_log(struct damaged *d, uint64_t number)
{
	static const char *const pieces[] = {
		"[  300.000001] sysrq: Show State\n",
		"[  300.000001] sysrq: Show Blocked State\n",
		"Linux version 4.14.98 (a@b) #1\n",
		"INFO: task x:99999999 blocked for more than 4294967295 seconds.\n",
		"task:tee-supplicant state:T stack:0 pid:210 tgid:210 ppid:1 flags:0x0\n",
		" optee_supp_thrd_req+0x10/0x20\n",
		" optee_cq_wait_for_completion+0x10/0x20\n",
		"Call trace:\n",
		"Showing busy workqueues and worker pools:\n",
		"2 locks held by x/501:\n #0: ffff000001 (a){+.+.}-{3:3}, at: f+0x1/0x2\n",
		"  PID STAT COMMAND\n  210 T    tee-supplicant\n",
		"PID: 501  TASK: ffff0000c3f60000  CPU: 1  COMMAND: \"cl\"\n",
		"CFG_NUM_THREADS=2\n",
		"\377\0\001\033[",
		"[99999999999999.999999999]",
		"+0xffffffffffffffffff/0x",
	};

	prng_seed(&d->prng, number, 15);
	damaged_read(d, "logs", logs[number % log_count]);
	damage(d, pieces, sizeof(pieces) / sizeof(pieces[0]));
}

static void test_damaged(void **state)
{
	uint64_t verdicts[VERDICT_KIND_COUNT] = { 0 }, sketches = 0;

	for (uint64_t number = 0; number < DAMAGED_COUNT; number++) {
		static struct damaged d;
		struct read read;
		const char *wrong;

		damage_log(&d, number);
		assert_true(read_log(d.text, d.size, (uint32_t)(number % 3), &read));
		wrong = wrong_report(&read);
		if (!wrong && sketch_possible(read.picture)) {
			wrong = wrong_sketch(&read, false);
			if (!wrong)
				wrong = wrong_sketch(&read, true);
			sketches++;
		}
		if (wrong)
			fail_msg("log %llu: %s", (unsigned long long)number, wrong);
		verdicts[read.verdict.kind]++;
		read_free(&read);
	}
	/* What never happens is not tried. */
	for (int kind = 0; kind < VERDICT_KIND_COUNT; kind++)
		assert_true(verdicts[kind] > 0);
	assert_true(sketches > 500);
}

/* A log is the same whether its lines end as Unix has it or as a terminal writes it. */
static void test_line_ends(void **state)
{
	for (size_t i = 0; i < log_count; i++) {
		static struct damaged plain, ended;
		struct read first, second;

		damaged_read(&plain, "logs", logs[i]);
		ended.size = 0;
		for (size_t at = 0; at < plain.size; at++) {
			assert_true(ended.size + 2 <= sizeof(ended.text));
			if (plain.text[at] == '\n')
				ended.text[ended.size++] = '\r';
			ended.text[ended.size++] = plain.text[at];
		}
		assert_true(read_log(plain.text, plain.size, 0, &first));
		assert_true(read_log(ended.text, ended.size, 0, &second));
		assert_string_equal(first.verdict.sentence, second.verdict.sentence);
		assert_int_equal(first.log->used_count, second.log->used_count);
		read_free(&first);
		read_free(&second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_line_ends),
	};

	return cmocka_run_group_tests(tests, find_logs, forget_logs);
}
