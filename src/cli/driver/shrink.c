/* SPDX-License-Identifier: BSD-2-Clause */
/* A smaller scenario, and a plainer schedule, with which a driver fails as before. */
#include <inttypes.h>
#include <stdio.h>

#include <teeq/scenario.h>

#include "cli/driver/drive.h"
#include "cli/json_value.h"
#include "cli/output.h"

static int write_smaller(FILE *out, const void *scenario)
{
	enum teeq_status status = teeq_scenario_print(scenario, out);

	/* What could not be written shows when the file is closed. */
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK : CLI_BAD;
}

static json_t *shrunk_size_json(size_t steps, size_t switches)
{
	return json_pack("{s:o,s:o}", "steps", cli_json_number(steps), "switches",
			 cli_json_number(switches));
}

static int shrunk_json(const struct drive_case *c, const struct teeq_drive_shrunk *s)
{
	bool clients = c->line->given & DRIVE_CLIENTS;
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "verdict", json_string(teeq_verdict_name(s->end.verdict)));
	json_object_set_new(object, "before",
			    shrunk_size_json(s->steps_before, s->switches_before));
	json_object_set_new(object, "after", shrunk_size_json(s->steps_after, s->switches_after));
	json_object_set_new(object, "tasks", cli_json_number(s->tasks));
	json_object_set_new(object, "left_out",
			    json_integer(__builtin_popcountll(s->left_out)));
	json_object_set_new(object, "out", cli_json_text(c->line->out));
	json_object_set_new(object, "schedule", cli_json_text(s->schedule));
	json_object_set_new(object, "replay",
			    drive_json_replay(c, clients ? c->line->out : c->path, 0,
					      s->schedule));
	return cli_json_put(object);
}

static void print_shrunk(const struct drive_case *c, const struct teeq_drive_shrunk *s)
{
	const char *verdict = teeq_verdict_name(s->end.verdict);

	drive_print_head(c);
	printf("%-6s  %9s  %9s  %s\n", "", "steps", "switches", "verdict");
	printf("%-6s  %9zu  %9zu  %s\n", "before", s->steps_before, s->switches_before, verdict);
	printf("%-6s  %9zu  %9zu  %s\n", "after", s->steps_after, s->switches_after, verdict);
	if (c->line->given & DRIVE_CLIENTS)
		printf("left out: %d of %u tasks\nscenario written to %s\n",
		       __builtin_popcountll(s->left_out), s->tasks, c->line->out);
	printf("replay: ");
	drive_print_replay(c, c->line->given & DRIVE_CLIENTS ? c->line->out : c->path, 0,
			   s->schedule);
}

static int drive_shrink_case(struct drive_case *c, const char *schedule)
{
	struct teeq_drive_budget budget = drive_budget(c->line);
	bool clients = c->line->given & DRIVE_CLIENTS;
	struct teeq_drive_shrunk shrunk;
	struct teeq_error error = { .key = "" };
	enum teeq_status status =
		teeq_drive_shrink(c->driver, teeq_scenario_tables(c->file), &c->line->drive,
				  schedule, clients, &budget, &shrunk, &error);
	int result = CLI_OK;

	if (status == TEEQ_ELIMIT)
		return drive_nothing_found(c->path, &budget, &shrunk.end, &shrunk.tried);
	if (status != TEEQ_OK)
		return drive_tell_failure(c->path, status, &error);
	if (clients)
		result = cli_output_replace(c->line->out, write_smaller, shrunk.scenario);
	if (result == CLI_OK && c->line->json)
		result = shrunk_json(c, &shrunk);
	else if (result == CLI_OK)
		print_shrunk(c, &shrunk);
	teeq_drive_shrunk_free(&shrunk);
	return result;
}

int drive_shrink(const struct drive_line *line, struct teeq_driver *driver, const char *path,
		 const char *schedule)
{
	struct drive_case c;
	int status;

	if (!(line->given & DRIVE_CLIENTS) != !line->out)
		return cli_usage("shrink",
				 "--clients makes another scenario, and --out FILE says where "
				 "to write it: neither goes without the other");
	status = line->out ? cli_output_check(line->out, path) : CLI_OK;
	if (status != CLI_OK)
		return status;
	/* What cannot be run is told first; and then one at a time. */
	status = drive_case_load(&c, line, driver, path);
	teeq_drive_free(c.drive);
	c.drive = NULL;
	if (status == CLI_OK)
		status = drive_shrink_case(&c, schedule);
	drive_case_free(&c);
	return status;
}
