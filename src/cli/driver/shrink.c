/* SPDX-License-Identifier: BSD-2-Clause */
/* A smaller scenario, and a plainer schedule, with which a driver fails as before. */
#include <inttypes.h>
#include <stdio.h>

#include <teeq/scenario.h>

#include "cli/driver/drive.h"
#include "cli/output.h"

static int write_smaller(FILE *out, const void *scenario)
{
	enum teeq_status status = teeq_scenario_print(scenario, out);

	/* What could not be written shows when the file is closed. */
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK : CLI_BAD;
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
	enum teeq_status status = teeq_drive_shrink(c->driver, teeq_scenario_tables(c->file),
						    schedule, clients, &budget, &shrunk, &error);
	int result = CLI_OK;

	if (status == TEEQ_ELIMIT)
		return drive_nothing_found(c->path, &budget);
	if (status != TEEQ_OK)
		return drive_tell_failure(c->path, status, &error);
	if (clients)
		result = cli_output_replace(c->line->out, write_smaller, shrunk.scenario);
	if (result == CLI_OK)
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
