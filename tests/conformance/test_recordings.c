/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#include "teeq/recording.h"
#include "teeq/scenario.h"

/*
 * The model makes the same choices as two real kernels did and must pass through the same states.
 */
#define RECORDINGS TEEQ_SOURCE_DIR "/tests/recordings/"

struct total {
	size_t recordings;
	size_t steps;
	size_t deadlocks;
};

static struct total conform_file(const char *path, const char *policy)
{
	struct teeq_error error = { .text = "" };
	const struct teeq_recording *recording;
	struct teeq_recordings *reader;
	struct total total = { 0 };

	assert_int_equal(teeq_recordings_new(path, &reader, &error), TEEQ_OK);
	while (teeq_recordings_next(reader, &recording, &error) == TEEQ_OK && recording) {
		size_t compared = 0;

		if (teeq_conform(recording, teeq_policy_find(policy), &compared, &error) != TEEQ_OK)
			fail_msg("%s:%zu: %s: %s", path, teeq_recordings_line(reader), error.key,
				 error.text);
		assert_int_equal(compared, recording->step_count);
		total.recordings++;
		total.steps += compared;
		total.deadlocks += recording->deadlock;
	}
	assert_string_equal(error.text, "");
	teeq_recordings_free(reader);
	return total;
}
#define conform_file(...) FROM(conform_file(__VA_ARGS__))

static void linux_6_1_is_untracked(void **state)
{
	struct total total = conform_file(RECORDINGS "linux-6.1.jsonl", "untracked");

	(void)state;
	assert_int_equal(total.recordings, 300);
	assert_int_equal(total.steps, 8370);
	assert_int_equal(total.deadlocks, 152);
}

static void linux_6_12_is_mainline(void **state)
{
	struct total total = conform_file(RECORDINGS "linux-6.12.jsonl", "mainline");

	(void)state;
	assert_int_equal(total.recordings, 300);
	assert_int_equal(total.steps, 8027);
	assert_int_equal(total.deadlocks, 177);
}

/* How many recordings of @path another policy does not explain. */
static size_t count_mismatches(const char *path, const char *policy)
{
	struct teeq_error error = { .text = "" };
	const struct teeq_recording *recording;
	struct teeq_recordings *reader;
	size_t mismatches = 0;

	assert_int_equal(teeq_recordings_new(path, &reader, &error), TEEQ_OK);
	while (teeq_recordings_next(reader, &recording, &error) == TEEQ_OK && recording)
		mismatches += teeq_conform(recording, teeq_policy_find(policy), NULL, &error) ==
			      TEEQ_EMISMATCH;
	teeq_recordings_free(reader);
	return mismatches;
}
#define count_mismatches(...) FROM(count_mismatches(__VA_ARGS__))

static void other_policies_do_not_pass(void **state)
{
	static const char *const others[] = { "untracked", "v7", "v8", "v9", "v10", "repaired" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_true(count_mismatches(RECORDINGS "linux-6.12.jsonl", others[i]) > 50);
	assert_true(count_mismatches(RECORDINGS "linux-6.1.jsonl", "repaired") > 50);
}

/* The first recording of Linux 6.12, changed in one place; must be refused with @key and @text. */
static void assert_noticed(struct teeq_recorded_step *steps, struct teeq_recording *changed,
			   const char *key, const char *text)
{
	struct teeq_error error = { .text = "" };

	changed->steps = steps;
	assert_int_equal(teeq_conform(changed, teeq_policy_find("mainline"), NULL, &error),
			 TEEQ_EMISMATCH);
	assert_string_equal(error.key, key);
	assert_string_equal(error.text, text);
}
#define assert_noticed(...) FROM(assert_noticed(__VA_ARGS__))

static void a_mismatch_names_step_field_and_values(void **state)
{
	struct teeq_error error = { .text = "" };
	const struct teeq_recording *recording;
	struct teeq_recordings *reader;
	struct teeq_recorded_step steps[16];
	struct teeq_recording changed;

	(void)state;
	assert_int_equal(teeq_recordings_new(RECORDINGS "linux-6.12.jsonl", &reader, &error),
			 TEEQ_OK);
	assert_int_equal(teeq_recordings_next(reader, &recording, &error), TEEQ_OK);
	assert_int_equal(recording->step_count, 10);
	changed = *recording;

	memcpy(steps, recording->steps, 10 * sizeof(steps[0]));
	steps[3].free_count = 1;
	assert_noticed(steps, &changed, "step 3: free", "recorded 1, modelled 2");

	memcpy(steps, recording->steps, 10 * sizeof(steps[0]));
	steps[1].outcome = TEEQ_OUTCOME_THREAD_LIMIT;
	assert_noticed(steps, &changed, "step 1: smc", "recorded thread-limit, modelled taken");

	memcpy(steps, recording->steps, 10 * sizeof(steps[0]));
	steps[4].system_session_count = 0;
	assert_noticed(steps, &changed, "step 4: system_sessions", "recorded 0, modelled 1");

	memcpy(steps, recording->steps, 10 * sizeof(steps[0]));
	steps[6].owners = recording->steps[0].owners;
	assert_noticed(steps, &changed, "step 6: owners[0]", "recorded -1, modelled 1");

	memcpy(steps, recording->steps, 10 * sizeof(steps[0]));
	changed.deadlock = true;
	assert_noticed(steps, &changed, "step 10: outcome", "recorded deadlock, modelled done");
	teeq_recordings_free(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_6_1_is_untracked),
		cmocka_unit_test(linux_6_12_is_mainline),
		cmocka_unit_test(other_policies_do_not_pass),
		cmocka_unit_test(a_mismatch_names_step_field_and_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
