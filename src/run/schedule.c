/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "model/model.h"
#include "teeq/run.h"

#define SCHEDULE_PREFIX "teeq:1:"
#define DIGEST_DIGITS 16

void teeq_schedule_free(struct teeq_schedule *schedule)
{
	if (!schedule)
		return;
	free(schedule->tasks);
	*schedule = (struct teeq_schedule){ 0 };
}

static bool run_schedule_reserve(struct teeq_schedule *schedule, size_t more)
{
	size_t capacity = schedule->capacity ? schedule->capacity : 64;
	uint8_t *tasks;

	while (capacity - schedule->count < more)
		capacity *= 2;
	if (capacity == schedule->capacity)
		return true;
	tasks = realloc(schedule->tasks, capacity);
	if (!tasks)
		return false;
	schedule->tasks = tasks;
	schedule->capacity = capacity;
	return true;
}

static enum teeq_status add_run(struct teeq_schedule *schedule, unsigned int task, size_t times)
{
	if (!run_schedule_reserve(schedule, times))
		return TEEQ_ENOMEM;
	memset(schedule->tasks + schedule->count, (int)task, times);
	schedule->count += times;
	return TEEQ_OK;
}

enum teeq_status teeq_schedule_add(struct teeq_schedule *schedule, unsigned int task)
{
	if (!schedule)
		return TEEQ_EINPUT;
	if (task >= TEEQ_TASK_MAX)
		return TEEQ_EINPUT;
	return add_run(schedule, task, 1);
}

size_t teeq_schedule_switches(const struct teeq_schedule *schedule)
{
	size_t count = 0;

	for (size_t i = 1; schedule && i < schedule->count; i++)
		count += schedule->tasks[i] != schedule->tasks[i - 1];
	return count;
}

/* ------------------------------------------ print --------------------------------------------- */

char *teeq_schedule_print(const struct teeq_model *model, const struct teeq_schedule *schedule)
{
	if (!model || !schedule)
		return NULL;

	struct text text = { 0 };
	size_t i = 0;

	text_add(&text, SCHEDULE_PREFIX "%s:%0*" PRIx64, model->policy->name, DIGEST_DIGITS,
		 model->digest);
	while (i < schedule->count) {
		size_t start = i;

		while (i < schedule->count && schedule->tasks[i] == schedule->tasks[start])
			i++;
		text_add(&text, " %s", model->tasks[schedule->tasks[start]].name);
		if (i - start > 1)
			text_add(&text, "*%zu", i - start);
	}
	return text_take(&text);
}

/* ------------------------------------------ parse --------------------------------------------- */

static bool run_schedule_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t word_length(const char *at)
{
	size_t length = 0;

	while (at[length] && !run_schedule_is_blank(at[length]))
		length++;
	return length;
}

static const char *skip_blanks(const char *at)
{
	while (run_schedule_is_blank(*at))
		at++;
	return at;
}

/* At most 60 characters of a word, with anything unprintable replaced. */
static const char *quote(const char *word, size_t length, char text[static 64])
{
	size_t shown = length < 60 ? length : 60;

	for (size_t i = 0; i < shown; i++)
		text[i] = word[i] >= ' ' && word[i] <= '~' ? word[i] : '?';
	strcpy(text + shown, length > shown ? "..." : "");
	return text;
}

/* The two parts of the first word, "teeq:1:POLICY:DIGEST". */
struct head {
	const char *policy;
	size_t policy_length;
	const char *digest;
	size_t length; /* of the whole word */
};

static enum teeq_status run_schedule_parse_head(const char *text, struct head *head,
						struct teeq_error *error)
{
	const char *colon;
	char quoted[64];

	head->length = word_length(text);
	if (strncmp(text, SCHEDULE_PREFIX, strlen(SCHEDULE_PREFIX)) != 0)
		return error_set(error, TEEQ_EINPUT, "schedule", "found '%s', expected a schedule, "
				 "which begins with '" SCHEDULE_PREFIX "POLICY:DIGEST'",
				 quote(text, head->length, quoted));
	head->policy = text + strlen(SCHEDULE_PREFIX);
	colon = memchr(head->policy, ':', head->length - strlen(SCHEDULE_PREFIX));
	head->digest = colon ? colon + 1 : NULL;
	if (!colon || text + head->length != head->digest + DIGEST_DIGITS ||
	    strspn(head->digest, "0123456789abcdef") < DIGEST_DIGITS)
		return error_set(error, TEEQ_EINPUT, "schedule", "found '%s', expected '"
				 SCHEDULE_PREFIX "POLICY:DIGEST' with a digest of %d hexadecimal "
				 "digits", quote(text, head->length, quoted), DIGEST_DIGITS);
	head->policy_length = (size_t)(colon - head->policy);
	return TEEQ_OK;
}

enum teeq_status teeq_schedule_policy(const char *text, char *policy, size_t size,
				      struct teeq_error *error)
{
	struct head head;
	enum teeq_status status;
	size_t length;

	if (!text || (!policy && size > 0))
		return error_null(error, text ? "policy" : "text");
	status = run_schedule_parse_head(skip_blanks(text), &head, error);
	if (status != TEEQ_OK || size == 0)
		return status;
	length = head.policy_length < size ? head.policy_length : size - 1;
	memcpy(policy, head.policy, length);
	policy[length] = '\0';
	return TEEQ_OK;
}

static enum teeq_status run_schedule_check_head(const struct teeq_model *model,
						const struct head *head, struct teeq_error *error)
{
	uint64_t digest = strtoull(head->digest, NULL, 16);
	const char *policy = model->policy->name;
	char quoted[64];

	if (head->policy_length != strlen(policy) ||
	    memcmp(head->policy, policy, head->policy_length) != 0)
		return error_set(error, TEEQ_EINPUT, "schedule", "it was made under policy '%s', "
				 "this model is under '%s'",
				 quote(head->policy, head->policy_length, quoted), policy);
	if (digest != model->digest)
		return error_set(error, TEEQ_EINPUT, "schedule",
				 "it belongs to a model with digest "
				 "%016" PRIx64 ", this one has %016" PRIx64 ": the scenario has "
				 "changed since",
				 digest, model->digest);
	return TEEQ_OK;
}

static int run_schedule_find_task(const struct teeq_model *model, const char *name, size_t length)
{
	for (unsigned int i = 0; i < model->task_count; i++)
		if (strlen(model->tasks[i].name) == length &&
		    memcmp(model->tasks[i].name, name, length) == 0)
			return (int)i;
	return -1;
}

/* "*" and a number of at most nine digits; 0 if it is anything else. */
static size_t run_schedule_parse_times(const char *star, size_t length)
{
	size_t times = 0;

	if (length < 2 || length > 10 || star[1] == '0')
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (star[i] < '0' || star[i] > '9')
			return 0;
		times = 10 * times + (size_t)(star[i] - '0');
	}
	return times;
}

static enum teeq_status run_schedule_parse_word(const struct teeq_model *model, const char *word,
						size_t length, struct teeq_schedule *schedule,
						struct teeq_error *error)
{
	const char *star = memchr(word, '*', length);
	size_t name_length = star ? (size_t)(star - word) : length;
	size_t times = star ? run_schedule_parse_times(star, length - name_length) : 1;
	int task = run_schedule_find_task(model, word, name_length);
	char quoted[64];

	if (task < 0)
		return error_set(error, TEEQ_EINPUT, "schedule", "step %zu: '%s' is no task of "
				 "scenario %s", schedule->count, quote(word, name_length, quoted),
				 model->name);
	if (times == 0)
		return error_set(error, TEEQ_EINPUT, "schedule", "step %zu: '%s' is not TASK or "
				 "TASK*TIMES", schedule->count, quote(word, length, quoted));
	if (times > TEEQ_SCHEDULE_MAX - schedule->count)
		return error_set(error, TEEQ_EINPUT, "schedule", "more than %u steps",
				 TEEQ_SCHEDULE_MAX);
	if (add_run(schedule, (unsigned int)task, times) != TEEQ_OK)
		return error_nomem(error);
	return TEEQ_OK;
}

enum teeq_status teeq_schedule_parse(const struct teeq_model *model, const char *text,
				     struct teeq_schedule *schedule, struct teeq_error *error)
{
	if (!model || !text || !schedule)
		return error_null(error, "model, text, schedule");

	struct head head;
	const char *at = skip_blanks(text);
	enum teeq_status status = run_schedule_parse_head(at, &head, error);

	if (status == TEEQ_OK)
		status = run_schedule_check_head(model, &head, error);
	if (status != TEEQ_OK)
		return status;
	for (at = skip_blanks(at + head.length); *at && status == TEEQ_OK;) {
		size_t length = word_length(at);

		status = run_schedule_parse_word(model, at, length, schedule, error);
		at = skip_blanks(at + length);
	}
	if (status != TEEQ_OK)
		teeq_schedule_free(schedule);
	return status;
}
