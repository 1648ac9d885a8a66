/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_HARNESS_CONFORMS_H
#define TESTS_HARNESS_CONFORMS_H

#include "bench.h"

#include <unistd.h>

#include "teeq/policy.h"
#include "teeq/scenario.h"

/* @run_count random runs of @h, recorded; returns how many of them @policy's model goes along with. */
static inline unsigned int conforming(struct teeq_harness *h, unsigned int run_count,
				      const char *policy)
{
	char path[] = TEEQ_BINARY_DIR "/harness-recording-XXXXXX";
	int descriptor = mkstemp(path);
	FILE *out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .record = true };
	const struct teeq_recording *recording;
	struct teeq_recordings *reader;
	struct teeq_harness_result result;
	struct teeq_error error = { .text = "" };
	unsigned int conforms = 0, count = 0;

	assert_non_null(out);
	for (; options.seed < run_count; options.seed++) {
		assert_int_equal(teeq_harness_run(h, &options, &result), TEEQ_OK);
		if (teeq_harness_write(h, (unsigned int)options.seed, out, &error) != TEEQ_OK)
			fail_msg("seed %u: %s", (unsigned int)options.seed, error.text);
	}
	fclose(out);
	assert_int_equal(teeq_recordings_new(path, &reader, &error), TEEQ_OK);
	for (;; count++) {
		if (teeq_recordings_next(reader, &recording, &error) != TEEQ_OK)
			fail_msg("%s", error.text);
		if (!recording)
			break;
		conforms += teeq_conform(recording, teeq_policy_find(policy), NULL, &error) ==
			    TEEQ_OK;
	}
	teeq_recordings_free(reader);
	unlink(path);
	assert_int_equal(count, run_count);
	return conforms;
}
#define conforming(...) FROM(conforming(__VA_ARGS__))

#endif
