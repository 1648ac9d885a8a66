/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording that brings the scenario it was made of. */
#include <stdio.h>

#include "scenario/recording.h"

/* The interrupt's thread and that of the bottom half. */
enum {
	KERNEL_TASKS = 2,
};

/*
 * How many tasks there can be at most. How many there are, only the model knows, which is built
 * later.
 */
static uint32_t count_tasks(const struct teeq_scenario *scenario)
{
	uint32_t count = KERNEL_TASKS;

	count += scenario->supplicant_threads ? scenario->supplicant_threads : 1;
	for (size_t i = 0; i < scenario->client_count; i++)
		count += scenario->clients[i].count ? scenario->clients[i].count : 1;
	return count;
}

/* Thread contexts of all guests together, and of those who share theirs. */
static uint32_t count_threads(const struct teeq_scenario *scenario)
{
	uint32_t count = scenario->thread_count;

	for (size_t i = 0; i < scenario->guest_count; i++)
		count += scenario->guests[i].threads;
	return count;
}

/*
 * Mistakes in it are told by the lines of the scenario's own text, which the recording has as a
 * string.
 */
static enum teeq_status parse(struct decoder *d, const struct place *place,
			      struct teeq_scenario_file **file)
{
	char name[300];

	if (!json_is_string(place->json))
		return decode_refuse_type(d, place, "the text of a scenario file");
	snprintf(name, sizeof(name), "%.200s:%zu: scenario", d->path, d->line);
	return teeq_scenario_parse(name, json_string_value(place->json),
				   json_string_length(place->json), file, d->error);
}

enum teeq_status decode_own_scenario(struct decoder *d, const struct place *root,
			      struct teeq_scenario_file **file)
{
	static const char *const keys[] = { "id",      "driver",  "scenario", "steps",
					    "outcome", "blocked", NULL };
	struct place driver = place_key(root, "driver");
	struct place text = place_key(root, "scenario");
	int64_t ignored = 0;
	enum teeq_status status = decode_object(d, root, keys);

	if (status == TEEQ_OK)
		status = decode_id(d, root, &ignored);
	if (status == TEEQ_OK)
		status = decode_text(d, &driver, TEEQ_RECORDED_TEXT_MAX, &d->recording->driver);
	if (status == TEEQ_OK)
		status = parse(d, &text, file);
	if (status != TEEQ_OK)
		return status;
	d->recording->scenario = *teeq_scenario_tables(*file);
	d->recording->own_scenario = true;
	d->thread_count = count_threads(&d->recording->scenario);
	d->task_count = count_tasks(&d->recording->scenario);
	return TEEQ_OK;
}
