/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a driver fails, and what of the configuration, or which other driver, would help. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/scenario.h>

#include "cli/driver/drive.h"

enum { RUNS_DEFAULT = 1000, PREEMPTIONS_DEFAULT = 2, SEARCH_RUNS = 5000 };

struct teeq_drive_budget drive_budget(const struct drive_line *line)
{
	return (struct teeq_drive_budget){
		.runs = line->given & DRIVE_RUNS ? line->runs : RUNS_DEFAULT,
		.preemptions = line->given & DRIVE_PREEMPTIONS ? (uint32_t)line->preemptions :
								 PREEMPTIONS_DEFAULT,
		.search_max = SEARCH_RUNS,
		.step_max = line->steps ? line->steps : DRIVE_INQUIRY_STEPS,
	};
}

int drive_nothing_found(const char *path, const struct teeq_drive_budget *budget)
{
	return cli_error("%s: nothing fails in %" PRIu64 " runs at random and a search of %" PRIu64
			 " with at most %u preemptions",
			 path, budget->runs, budget->search_max, budget->preemptions);
}

static void drive_print_no_return(const struct teeq_drive_explanation *e)
{
	if (e->no_return.from_start) {
		printf("There is no step of no return: none of %" PRIu64
		       " runs at random from the start ends well.\n",
		       e->runs_each);
		return;
	}
	printf("The step of no return, as found by %" PRIu64
	       " runs at random behind each step tried:\n"
	       "  step %zu, %s\n",
	       e->runs_each, e->no_return.step, e->no_return_text);
	if (e->rescues[0])
		printf("Runs still end well where %s moves there instead.\n", e->rescues);
	else
		printf("Runs still end well before it, and no other task could move there so that "
		       "one does.\n");
}

static void print_explanation(const struct drive_case *c, const struct teeq_drive_explanation *e)
{
	drive_print_head(c);
	printf("%s", e->told);
	if (e->waits)
		printf("\n%s", e->waits);
	printf("\nreplay: ");
	drive_print_replay(c, c->path, 0, e->schedule);
	printf("\n");
	drive_print_no_return(e);
}

static void print_trial(void *argument, const struct teeq_drive_trial *trial)
{
	const struct teeq_drive_budget *budget = argument;

	printf("  %-32s  ", trial->text);
	if (!trial->possible)
		printf("not possible with this driver\n");
	else if (drive_status(trial->end.verdict) == CLI_FOUND)
		printf("%s after %" PRIu64 " steps\n", teeq_verdict_name(trial->end.verdict),
		       trial->end.steps);
	else if (trial->searched)
		printf("not in %" PRIu64 " runs, nor with up to %u preemptions\n", trial->runs,
		       budget->preemptions);
	else
		printf("not in %" PRIu64 " runs, nor in a search that was cut\n", trial->runs);
}

/* Another driver under the same scenario. */
static int try_other(const struct drive_line *line, const struct teeq_scenario *scenario,
		     struct teeq_drive_budget *budget)
{
	struct teeq_drive_trial trial = { .runs = budget->runs };
	struct teeq_error error = { .key = "" };
	struct teeq_driver *driver = NULL;
	struct teeq_drive *drive = NULL;
	enum teeq_status status = teeq_driver_new(line->other_path, &driver, &error);
	char text[64];

	if (status != TEEQ_OK)
		return cli_failed(line->other_path, status, &error);
	snprintf(text, sizeof(text), "driver of %.40s", teeq_driver_stamp(driver));
	text[strcspn(text, ",")] = '\0';
	trial.text = text;
	trial.possible = teeq_drive_new(driver, scenario, NULL, &drive, &error) == TEEQ_OK;
	if (trial.possible)
		status = teeq_drive_find(drive, budget, &trial.end, &trial.searched, &error);
	if (status == TEEQ_ELIMIT)
		trial.end.verdict = TEEQ_VERDICT_DONE;
	print_trial(budget, &trial);
	teeq_drive_free(drive);
	teeq_driver_free(driver);
	return CLI_OK;
}

static int print_helps(const struct drive_line *line, const struct drive_case *c,
		       struct teeq_drive_budget *budget)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(c->file);
	struct teeq_error error = { .key = "" };
	enum teeq_status status;

	printf("\nWith one thing changed, whether it still fails:\n");
	status = teeq_drive_what_helps(c->driver, scenario, budget, print_trial, budget, &error);
	if (status != TEEQ_OK)
		return cli_failed(c->path, status, &error);
	return line->other_path ? try_other(line, scenario, budget) : CLI_OK;
}

static int drive_explain_case(struct drive_case *c, const char *schedule,
			      struct teeq_drive_budget *budget)
{
	struct teeq_drive_explanation e;
	struct teeq_harness_result result;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = TEEQ_OK;

	if (!schedule)
		status = teeq_drive_find(c->drive, budget, &result, NULL, &error);
	if (status == TEEQ_ELIMIT)
		return drive_nothing_found(c->path, budget);
	if (status == TEEQ_OK)
		status = teeq_drive_explain(c->drive, schedule, budget, &e, &error);
	if (status != TEEQ_OK)
		return drive_tell_failure(status == TEEQ_EMISMATCH ? "schedule" : c->path, status,
					  &error);
	print_explanation(c, &e);
	teeq_drive_explanation_free(&e);
	return CLI_OK;
}

int drive_explain(const struct drive_line *line, struct teeq_driver *driver, const char *path,
		  const char *schedule)
{
	struct teeq_drive_budget budget = drive_budget(line);
	struct drive_case c;
	int status = drive_case_load(&c, line, driver, path);

	if (status == CLI_OK)
		status = drive_explain_case(&c, schedule, &budget);
	/* One at a time. */
	teeq_drive_free(c.drive);
	c.drive = NULL;
	if (status == CLI_OK)
		status = print_helps(line, &c, &budget);
	drive_case_free(&c);
	return status;
}
