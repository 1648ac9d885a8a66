/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a driver fails, and what of the configuration, or which other driver, would help. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/scenario.h>

#include "cli/driver/drive.h"
#include "cli/json_value.h"

enum {
	STATES_DEFAULT = 100000,
	RUNS_DEFAULT = 1000,
	PREEMPTIONS_DEFAULT = 2,
	SEARCH_RUNS = 5000
};

struct teeq_drive_budget drive_budget(const struct drive_line *line)
{
	return (struct teeq_drive_budget){
		.state_max = STATES_DEFAULT,
		.runs = line->given & DRIVE_RUNS ? line->runs : RUNS_DEFAULT,
		.preemptions = line->given & DRIVE_PREEMPTIONS ? (uint32_t)line->preemptions :
								 PREEMPTIONS_DEFAULT,
		.search_max = SEARCH_RUNS,
		.step_max = line->steps ? line->steps : DRIVE_INQUIRY_STEPS,
	};
}

int drive_nothing_found(const char *path, const struct teeq_drive_budget *budget,
			const struct teeq_harness_result *result,
			const struct teeq_drive_tried *tried)
{
	if (tried->states > 0 && result->verdict == TEEQ_VERDICT_LIVELOCK)
		return cli_error("%s: livelock: nobody hangs, and from none of %" PRIu64
				 " states does a way lead to an end; no schedule alone shows that",
				 path, tried->states);
	if (tried->states > 0)
		return cli_error("%s: nothing fails: every one of %" PRIu64 " states was visited",
				 path, tried->states);
	return cli_error("%s: nothing fails in a search of states that was cut, %" PRIu64
			 " runs at random and a search of %" PRIu64
			 " with at most %u preemptions",
			 path, tried->runs, budget->search_max, budget->preemptions);
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

/* ------------------------------------------- JSON --------------------------------------------- */

static json_t *drive_no_return_json(const struct teeq_drive_explanation *e)
{
	if (e->no_return.from_start)
		return json_pack("{s:b,s:o}", "from_start", true, "runs",
				 cli_json_number(e->runs_each));
	return json_pack("{s:b,s:o,s:o,s:o,s:o}", "from_start", false, "runs",
			 cli_json_number(e->runs_each), "step", cli_json_number(e->no_return.step),
			 "text", cli_json_text(e->no_return_text), "rescues",
			 cli_json_text(e->rescues));
}

static json_t *explanation_json(const struct drive_case *c, const struct teeq_drive_explanation *e)
{
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "verdict", json_string(teeq_verdict_name(e->end.verdict)));
	json_object_set_new(object, "steps", cli_json_number(e->end.steps));
	json_object_set_new(object, "event_hash", cli_json_hex(e->end.event_hash));
	json_object_set_new(object, "explanation", cli_json_text(e->told));
	json_object_set_new(object, "waits", cli_json_text(e->waits));
	json_object_set_new(object, "schedule", cli_json_text(e->schedule));
	json_object_set_new(object, "replay", drive_json_replay(c, c->path, 0, e->schedule));
	json_object_set_new(object, "no_return", drive_no_return_json(e));
	return object;
}

static json_t *drive_trial_json(const struct teeq_drive_trial *trial)
{
	bool fails = trial->possible && drive_status(trial->end.verdict) == CLI_FOUND;

	return json_pack("{s:o,s:b,s:o,s:o,s:o,s:o,s:b}", "change", cli_json_text(trial->text),
			 "possible", trial->possible, "verdict",
			 cli_json_text(fails ? teeq_verdict_name(trial->end.verdict) : NULL),
			 "steps", fails ? cli_json_number(trial->end.steps) : json_null(),
			 "states",
			 trial->tried.states > 0 ? cli_json_number(trial->tried.states) :
						   json_null(),
			 "runs",
			 cli_json_number(trial->tried.runs), "searched",
			 trial->tried.states > 0 || trial->tried.schedules);
}

/* ------------------------------------------ changes ------------------------------------------- */

/* @list: in JSON, of what was tried. */
struct drive_trying {
	const struct teeq_drive_budget *budget;
	json_t *list;
};

static void print_trial(void *argument, const struct teeq_drive_trial *trial)
{
	const struct drive_trying *trying = argument;

	if (trying->list) {
		json_array_append_new(trying->list, drive_trial_json(trial));
		return;
	}

	printf("  %-32s  ", trial->text);
	if (!trial->possible)
		printf("not possible with this driver\n");
	else if (drive_status(trial->end.verdict) == CLI_FOUND && trial->end.steps > 0)
		printf("%s after %" PRIu64 " steps\n", teeq_verdict_name(trial->end.verdict),
		       trial->end.steps);
	else if (drive_status(trial->end.verdict) == CLI_FOUND)
		printf("%s: from none of %" PRIu64 " states does a way lead to an end\n",
		       teeq_verdict_name(trial->end.verdict), trial->tried.states);
	else if (trial->tried.states > 0)
		printf("not in any of all %" PRIu64 " states\n", trial->tried.states);
	else if (trial->tried.schedules)
		printf("not in %" PRIu64 " runs, nor with up to %u preemptions\n",
		       trial->tried.runs, trying->budget->preemptions);
	else
		printf("not in %" PRIu64 " runs, nor in searches that were cut\n",
		       trial->tried.runs);
}

/* Another driver under the same scenario. */
static int try_other(const struct drive_line *line, const struct teeq_scenario *scenario,
		     const struct drive_trying *trying)
{
	const struct teeq_drive_budget *budget = trying->budget;
	struct teeq_drive_trial trial = { .possible = false };
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
	trial.possible = teeq_drive_new(driver, scenario, &line->drive, &drive, &error) == TEEQ_OK;
	if (trial.possible)
		status = teeq_drive_find(drive, budget, &trial.end, &trial.tried, &error);
	if (status == TEEQ_ELIMIT && trial.end.verdict != TEEQ_VERDICT_LIVELOCK)
		trial.end.verdict = TEEQ_VERDICT_DONE;
	print_trial((void *)(uintptr_t)trying, &trial);
	teeq_drive_free(drive);
	teeq_driver_free(driver);
	return CLI_OK;
}

static int drive_try_changes(const struct drive_case *c, const struct teeq_drive_budget *budget,
			     json_t *list)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(c->file);
	struct drive_trying trying = { budget, list };
	struct teeq_error error = { .key = "" };
	enum teeq_status status;

	if (!list)
		printf("\nWith one thing changed, whether it still fails:\n");
	status = teeq_drive_what_helps(c->driver, scenario, &c->line->drive, budget, print_trial,
				       &trying, &error);
	if (status != TEEQ_OK)
		return cli_failed(c->path, status, &error);
	return c->line->other_path ? try_other(c->line, scenario, &trying) : CLI_OK;
}

/* Into @object, if it is wanted in JSON. */
static int drive_explain_case(struct drive_case *c, const char *schedule,
			      const struct teeq_drive_budget *budget, json_t **object)
{
	struct teeq_drive_explanation e;
	struct teeq_harness_result result;
	struct teeq_drive_tried tried;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = TEEQ_OK;

	if (!schedule)
		status = teeq_drive_find(c->drive, budget, &result, &tried, &error);
	if (status == TEEQ_ELIMIT)
		return drive_nothing_found(c->path, budget, &result, &tried);
	if (status == TEEQ_OK)
		status = teeq_drive_explain(c->drive, schedule, budget, &e, &error);
	if (status != TEEQ_OK)
		return drive_tell_failure(status == TEEQ_EMISMATCH ? "schedule" : c->path, status,
					  &error);
	if (c->line->json)
		*object = explanation_json(c, &e);
	else
		print_explanation(c, &e);
	teeq_drive_explanation_free(&e);
	return CLI_OK;
}

int drive_explain(const struct drive_line *line, struct teeq_driver *driver, const char *path,
		  const char *schedule)
{
	struct teeq_drive_budget budget = drive_budget(line);
	json_t *object = NULL, *changes = line->json ? json_array() : NULL;
	struct drive_case c;
	int status = drive_case_load(&c, line, driver, path);

	if (status == CLI_OK)
		status = drive_explain_case(&c, schedule, &budget, &object);
	/* One at a time. */
	teeq_drive_free(c.drive);
	c.drive = NULL;
	if (status == CLI_OK)
		status = drive_try_changes(&c, &budget, changes);
	if (status == CLI_OK && line->json) {
		json_object_set(object, "changes", changes);
		status = cli_json_put(json_incref(object));
	}
	json_decref(object);
	json_decref(changes);
	drive_case_free(&c);
	return status;
}
