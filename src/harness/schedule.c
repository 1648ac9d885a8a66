/* SPDX-License-Identifier: BSD-2-Clause */
/* Schedules as text. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "harness/harness.h"

#define TIMES_DIGITS 9

uint64_t schedule_digest(const struct teeq_harness *h, enum teeq_harness_points points)
{
	uint8_t bytes[8];
	uint64_t hash = hash_bytes(h->name, strlen(h->name) + 1);

	hash_put64(bytes, h->options.thread_count | (uint64_t)points << 32);
	hash = hash_continue(hash, bytes, sizeof(bytes));
	if (h->options.digest) {
		hash_put64(bytes, h->options.digest);
		hash = hash_continue(hash, bytes, sizeof(bytes));
	}
	for (unsigned int i = 0; i < h->task_count; i++) {
		hash = hash_continue(hash, h->tasks[i].name, strlen(h->tasks[i].name) + 1);
		if (h->tasks[i].daemon)
			hash = hash_continue(hash, "daemon", sizeof("daemon"));
	}
	return hash;
}

size_t schedule_times(const struct teeq_schedule *schedule, size_t i)
{
	size_t times = 1;

	while (i + times < schedule->count && schedule->tasks[i + times] == schedule->tasks[i])
		times++;
	return times;
}

char *teeq_harness_schedule(const struct teeq_harness *h)
{
	const struct teeq_schedule *schedule;
	struct text text = { 0 };
	size_t next;

	if (!h)
		return NULL;
	schedule = &h->schedule;
	text_add(&text, SCHEDULE_PREFIX "%s:%016" PRIx64, h->name,
		 schedule_digest(h, h->points));
	for (size_t i = 0; i < schedule->count; i = next) {
		size_t times = schedule_times(schedule, i);

		next = i + times;
		text_add(&text, " %s", h->tasks[schedule->tasks[i]].name);
		if (times > 1)
			text_add(&text, "*%zu", times);
	}
	return text_take(&text);
}

/* ------------------------------------------ reading ------------------------------------------- */

static enum teeq_status parse_head(const struct teeq_harness *h, const char **at,
				   enum teeq_harness_points *points, struct teeq_error *error)
{
	char expected[TEEQ_NAME_MAX + 40];
	size_t found = strcspn(*at, " \t\r\n"), length = 0;
	bool fits = false;

	/* What is expected where none fits is what the harness makes by itself. */
	for (int i = TEEQ_HARNESS_POINTS_COUNT; i >= 0 && !fits; i--) {
		*points = i > 0 ? (enum teeq_harness_points)(i - 1) : h->options.points;
		length = (size_t)snprintf(expected, sizeof(expected),
					  SCHEDULE_PREFIX "%s:%016" PRIx64, h->name,
					  schedule_digest(h, *points));
		fits = found == length && memcmp(*at, expected, length) == 0;
	}
	if (!fits)
		return error_set(error, TEEQ_EINPUT, "schedule", "found '%.*s', expected '%s': it "
				 "is not a schedule of this harness as it is now",
				 (int)(found < 120 ? found : 120), *at, expected);
	*at += length;
	return TEEQ_OK;
}

static int find_task(const struct teeq_harness *h, const char *name, size_t length)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		if (strlen(h->tasks[i].name) == length &&
		    memcmp(h->tasks[i].name, name, length) == 0)
			return (int)i;
	return -1;
}

/* 1 where nothing follows the name; 0 where it is not a number that is allowed. */
static size_t parse_times(const char *at, size_t length)
{
	size_t times = 0;

	if (length == 0)
		return 1;
	if (length < 2 || length > TIMES_DIGITS + 1)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (at[i] < '0' || at[i] > '9')
			return 0;
		times = 10 * times + (size_t)(at[i] - '0');
	}
	return times;
}

static enum teeq_status parse_word(const struct teeq_harness *h, const char *word, size_t length,
				   struct teeq_schedule *schedule, struct teeq_error *error)
{
	const char *star = memchr(word, '*', length);
	size_t name = star ? (size_t)(star - word) : length;
	size_t times = parse_times(word + name, length - name);
	int task = find_task(h, word, name);

	if (task < 0 || times == 0)
		return error_set(error, TEEQ_EINPUT, "schedule", "step %zu: '%.*s' is not TASK or "
				 "TASK*TIMES of this harness", schedule->count,
				 (int)(length < 80 ? length : 80), word);
	if (times > TEEQ_SCHEDULE_MAX - schedule->count)
		return error_set(error, TEEQ_EINPUT, "schedule", "more than %u steps",
				 TEEQ_SCHEDULE_MAX);
	while (times-- > 0)
		if (teeq_schedule_add(schedule, (unsigned int)task) != TEEQ_OK)
			return error_nomem(error);
	return TEEQ_OK;
}

enum teeq_status schedule_parse(const struct teeq_harness *h, const char *text,
				struct teeq_schedule *schedule, enum teeq_harness_points *points,
				struct teeq_error *error)
{
	const char *at = text + strspn(text, " \t\r\n");
	enum teeq_status status = parse_head(h, &at, points, error);

	for (at += strspn(at, " \t\r\n"); *at && status == TEEQ_OK; at += strspn(at, " \t\r\n")) {
		size_t length = strcspn(at, " \t\r\n");

		status = parse_word(h, at, length, schedule, error);
		at += length;
	}
	if (status != TEEQ_OK)
		teeq_schedule_free(schedule);
	return status;
}
