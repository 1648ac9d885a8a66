/* SPDX-License-Identifier: BSD-2-Clause */
/* Drivers beside policies: how the nearest failure with each ends, by the search of all states. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/diagnose.h>
#include <teeq/scenario.h>

#include "cli/json_value.h"

bool cli_drivers_add(struct cli_drivers *drivers, const char *command, const char *path)
{
	struct teeq_error error = { .key = "" };
	struct teeq_driver *driver = NULL;
	enum teeq_status status;

	if (drivers->count == CLI_DRIVERS_MAX)
		return cli_usage(command, "--driver: more than %d of them", CLI_DRIVERS_MAX) ==
		       CLI_OK;
	status = teeq_driver_new(path, &driver, &error);
	if (status != TEEQ_OK)
		return cli_failed(path, status, &error) == CLI_OK;
	drivers->list[drivers->count] = driver;
	drivers->paths[drivers->count++] = path;
	if (teeq_driver_is_for_threads(driver))
		return cli_usage(command, "%s: was built for threads, which teeq stress takes",
				 path) == CLI_OK;
	return true;
}

void cli_drivers_free(struct cli_drivers *drivers)
{
	for (size_t i = 0; i < drivers->count; i++)
		teeq_driver_free(drivers->list[i]);
	drivers->count = 0;
}

/* As it stands where a policy's name does. */
static void driver_name(char name[32], const struct teeq_driver *driver)
{
	uint32_t version = teeq_driver_version(driver);

	snprintf(name, 32, "linux-%" PRIu32 ".%" PRIu32, version >> 8, version & 0xff);
}

/*
 * @is_changed  the file does not say all of the scenario: no command makes the run again
 * @possible  it can be run; else @error says why not
 * @ruling    what the search says of it
 */
struct driver_row {
	struct drive_case c;
	bool is_changed;
	bool possible;
	struct teeq_error error;
	enum teeq_ruling ruling;
	struct teeq_harness_result result;
};

static void driver_print_row(const struct driver_row *row)
{
	char name[32], steps[24] = "-";

	driver_name(name, row->c.driver);
	if (!row->possible) {
		printf("%-10s  not possible: %s: %s\n", name, row->error.key, row->error.text);
		return;
	}
	if (row->ruling == TEEQ_STILL_FAILS && drive_has_run(&row->result))
		snprintf(steps, sizeof(steps), "%" PRIu64, row->result.steps);
	printf("%-10s  %-11s  %8s  %8s  %7s\n", name,
	       row->ruling == TEEQ_UNDECIDED ? "?" : teeq_verdict_name(row->result.verdict), steps,
	       "-", "-");
}

static int driver_print_json(const struct driver_row *row)
{
	bool runs = row->ruling == TEEQ_STILL_FAILS && row->possible && drive_has_run(&row->result);
	char name[32], *schedule = runs ? teeq_harness_schedule(row->c.h) : NULL;
	json_t *object = drive_json_head(&row->c);

	driver_name(name, row->c.driver);
	json_object_set_new(object, "policy", json_string(name));
	json_object_set_new(object, "possible", json_boolean(row->possible));
	json_object_set_new(object, "why",
			    row->possible ? json_null() : cli_json_text(row->error.text));
	json_object_set_new(
		object, "ruling",
		json_string(row->possible ? teeq_ruling_name(row->ruling) : "not possible"));
	json_object_set_new(object, "verdict",
			    !row->possible || row->ruling == TEEQ_UNDECIDED ?
				    json_null() :
				    json_string(teeq_verdict_name(row->result.verdict)));
	json_object_set_new(object, "steps",
			    runs ? cli_json_number(row->result.steps) : json_null());
	json_object_set_new(object, "replay",
			    schedule && !row->is_changed ?
				    drive_json_replay(&row->c, row->c.path, 0, schedule) :
				    json_null());
	free(schedule);
	return cli_json_put(object);
}

static int driver_tell_row(const struct driver_row *row)
{
	if (row->c.line->json)
		return driver_print_json(row);
	driver_print_row(row);
	return CLI_OK;
}

static enum teeq_ruling driver_ruling(const struct teeq_harness_explore_result *found)
{
	if (drive_status(found->result.verdict) == CLI_FOUND)
		return TEEQ_STILL_FAILS;
	return found->exhausted ? TEEQ_RULED_OUT : TEEQ_UNDECIDED;
}

static int driver_compare_one(struct driver_row *row, const struct teeq_scenario *scenario,
			      const struct teeq_explore_options *search)
{
	const struct teeq_harness_explore_options options = {
		.preemption_max = TEEQ_HARNESS_UNBOUNDED,
		.step_max = row->c.line->steps,
		.state_max = search->max_states,
		.memory_max = search->max_memory_bytes,
		.second_max = (uint64_t)search->max_seconds,
	};
	struct teeq_harness_explore_result found;
	enum teeq_status status = teeq_drive_new(row->c.driver, scenario, &row->c.line->drive,
						 &row->c.drive, &row->error);
	int result;

	row->possible = status == TEEQ_OK;
	if (status == TEEQ_ENOMEM)
		return cli_failed(row->c.path, status, &row->error);
	if (!row->possible)
		return driver_tell_row(row);
	row->c.h = teeq_drive_harness(row->c.drive);
	status = teeq_harness_explore(row->c.h, &options, &found, &row->error);
	if (!drive_ran(status)) {
		result = drive_tell_failure(row->c.path, status, &row->error);
	} else {
		row->ruling = driver_ruling(&found);
		row->result = found.result;
		result = driver_tell_row(row);
	}
	teeq_drive_free(row->c.drive);
	return result;
}

int cli_drivers_compare(const struct cli_drivers *drivers, const struct cli_case *of,
			const struct teeq_explore_options *search, bool json, bool *limited)
{
	struct drive_line line = { .command = "compare",
				   .json = json,
				   .drive = { .points = TEEQ_HARNESS_POINTS_MODEL } };
	int status = CLI_OK;

	for (size_t i = 0; i < drivers->count && status == CLI_OK; i++) {
		struct driver_row row = {
			.c = { .line = &line, .path = of->path, .driver = drivers->list[i] },
			.is_changed = of->change_count > 0
		};

		line.driver_path = drivers->paths[i];
		cli_flush();
		status = driver_compare_one(&row, teeq_scenario_tables(of->file), search);
		*limited |= row.possible && row.ruling == TEEQ_UNDECIDED;
	}
	return status;
}
