/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text as a schedule of the scenario rpmb-scmi. It is refused with a message; or it is a schedule,
 * which printed and read again is the same, and which can be replayed to wherever it fits. A text
 * that begins with '@' gets the head that it must have: what follows are the choices.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "found.h"
#include "scenario_list.h"
#include "teeq/run.h"
#include "teeq/scenario.h"

enum { STEPS = 20000, DIGITS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct teeq_model *load_model(void)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_model *model = NULL;
	struct teeq_error error;
	char path[4200];

	snprintf(path, sizeof(path), "%s/rpmb-scmi.yaml", scenario_list_folder(0));
	if (teeq_scenario_load(path, &file, &error) != TEEQ_OK ||
	    teeq_model_new(teeq_scenario_tables(file), teeq_policy_find("mainline"), &model,
			   &error) != TEEQ_OK) {
		fprintf(stderr, "%s\n", error.text);
		exit(2);
	}
	teeq_scenario_free(file);
	return model;
}

/* A number that asks for hundreds of megabytes is read rightly, and slowly. */
static bool asks_for_much(const char *text)
{
	for (const char *star = strchr(text, '*'); star; star = strchr(star + 1, '*'))
		if (strspn(star + 1, "0123456789") > DIGITS)
			return true;
	return false;
}

/* The text as a string; what follows a zero byte is lost. */
static char *whole_text(const struct teeq_model *model, const uint8_t *data, size_t size)
{
	const struct teeq_schedule none = { 0 };
	struct text text = { 0 };
	char *head;

	if (size > 0 && data[0] == '@') {
		head = teeq_schedule_print(model, &none);
		if (!head)
			abort();
		text_add(&text, "%s ", head);
		free(head);
		data++;
		size--;
	}
	text_add(&text, "%.*s", (int)size, (const char *)data);
	return text_take(&text);
}

static void check_round_trip(const struct teeq_model *model, const struct teeq_schedule *schedule)
{
	struct teeq_schedule again = { 0 };
	char *text = teeq_schedule_print(model, schedule);

	if (!text)
		abort();
	if (teeq_schedule_parse(model, text, &again, NULL) != TEEQ_OK)
		found("a schedule that was read cannot be read once it was printed");
	if (again.count != schedule->count ||
	    (again.count > 0 && memcmp(again.tasks, schedule->tasks, again.count) != 0))
		found("a schedule is another one once it was printed");
	teeq_schedule_free(&again);
	free(text);
}

static void replay(const struct teeq_model *model, const struct teeq_schedule *schedule)
{
	const struct teeq_run_options options = { .step_max = STEPS };
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_result result;
	enum teeq_status status;

	if (!world)
		abort();
	status = teeq_replay(model, world, schedule, &options, &result, &error);
	if (status == TEEQ_EMISMATCH ? error.text[0] == 0 : status != TEEQ_OK)
		found("a replay ends in a way that it cannot end");
	if (result.verdict == TEEQ_VERDICT_VIOLATION)
		found(result.violation);
	teeq_world_free(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct teeq_model *model;
	struct teeq_schedule schedule = { 0 };
	struct teeq_error error = { .status = TEEQ_OK };
	char policy[32], *text;

	if (!model)
		model = load_model();
	text = whole_text(model, data, size);
	if (!text)
		abort();
	if (!asks_for_much(text)) {
		if (teeq_schedule_policy(text, policy, sizeof(policy), &error) == TEEQ_OK &&
		    strlen(policy) >= sizeof(policy))
			found("the name of a policy does not end");
		if (teeq_schedule_parse(model, text, &schedule, &error) == TEEQ_OK) {
			check_round_trip(model, &schedule);
			replay(model, &schedule);
		} else if (error.text[0] == 0 || schedule.count > 0) {
			found("a schedule is refused without a word, or not wholly");
		}
	}
	teeq_schedule_free(&schedule);
	free(text);
	return 0;
}
