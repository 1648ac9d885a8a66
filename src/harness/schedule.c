/* SPDX-License-Identifier: BSD-2-Clause */
/* Schedules as text, and the runs that a strategy or a schedule decides. */
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

/* ------------------------------------------ running ------------------------------------------- */

struct strategist {
	const struct teeq_strategy *strategy;
	struct teeq_strategy_state state;
};

static int choose_by_strategy(void *argument, uint64_t enabled)
{
	struct strategist *s = argument;

	return s->strategy->pick(s->strategy, &s->state, NULL, NULL, enabled);
}

enum teeq_status teeq_harness_run(struct teeq_harness *h,
				  const struct teeq_harness_run_options *options,
				  struct teeq_harness_result *result)
{
	struct teeq_harness_run_options none = { 0 };
	struct strategist s = { .strategy = &teeq_strategy_round_robin };
	struct chooser chooser = { choose_by_strategy, &s };
	enum teeq_status status;

	if (!h || !result)
		return TEEQ_EINPUT;
	if (!options)
		options = &none;
	if (options->strategy)
		s.strategy = options->strategy;
	if (s.strategy->start)
		s.strategy->start(s.strategy, NULL, &s.state, options->seed);
	status = harness_execute(h, options, options->record ? TEEQ_HARNESS_POINTS_MODEL :
							       h->options.points,
				 &chooser, result);
	return status == TEEQ_OK && result->verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : status;
}

struct replayer {
	const struct teeq_schedule *schedule;
	size_t step;
	uint64_t enabled;
	bool misfit;
};

static int choose_by_schedule(void *argument, uint64_t enabled)
{
	struct replayer *r = argument;

	r->enabled = enabled;
	if (r->step >= r->schedule->count)
		return -1;
	r->misfit = !(enabled >> r->schedule->tasks[r->step] & 1);
	return r->misfit ? -1 : r->schedule->tasks[r->step++];
}

static enum teeq_status tell_misfit(const struct teeq_harness *h, const struct replayer *r,
				    struct teeq_error *error)
{
	char names[200] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < h->task_count && used < sizeof(names); i++)
		if (r->enabled >> i & 1)
			used += (size_t)snprintf(names + used, sizeof(names) - used, " %s",
						 h->tasks[i].name);
	return error_set(error, TEEQ_EMISMATCH, "schedule", "step %zu: wants %s, who can move:%s",
			 r->step, h->tasks[r->schedule->tasks[r->step]].name,
			 used ? names : " nobody");
}

enum teeq_status teeq_harness_replay(struct teeq_harness *h, const char *text,
				     const struct teeq_harness_run_options *options,
				     struct teeq_harness_result *result, struct teeq_error *error)
{
	struct teeq_harness_run_options none = { 0 };
	struct teeq_schedule schedule = { 0 };
	enum teeq_harness_points points;
	struct replayer r = { .schedule = &schedule };
	struct chooser chooser = { choose_by_schedule, &r };
	enum teeq_status status;

	if (!h || !text || !result)
		return error_null(error, "harness, schedule, result");
	status = schedule_parse(h, text, &schedule, &points, error);
	if (status != TEEQ_OK)
		return status;
	status = harness_execute(h, options ? options : &none, points, &chooser, result);
	if (status == TEEQ_ENOMEM)
		error_nomem(error);
	else if (status != TEEQ_OK)
		error_set(error, status, "schedule", "another run of this thread is not over");
	else if (!r.misfit && r.step < schedule.count && result->verdict != TEEQ_VERDICT_LIMIT)
		r = (struct replayer){ .schedule = &schedule, .step = r.step, .misfit = true };
	if (status == TEEQ_OK && r.misfit)
		status = tell_misfit(h, &r, error);
	else if (status == TEEQ_OK && r.step < schedule.count)
		status = error_set(error, TEEQ_ELIMIT, "schedule", "%zu of %zu steps were made",
				   r.step, schedule.count);
	teeq_schedule_free(&schedule);
	return status;
}
