/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/export_run.h"
#include "cli/json_value.h"
#include "cli/lost.h"
#include "cli/page_pack.h"
#include "cli/page_write.h"

/* ---------------------------------------- the step of no return ------------------------------- */

static json_t *page_rescues(const struct teeq_model *model, const struct teeq_no_return *no_return)
{
	json_t *names = json_array();

	for (unsigned int i = 0; i < teeq_model_task_count(model); i++)
		if (no_return->rescues >> i & 1)
			json_array_append_new(names, cli_json_text(teeq_model_task_name(model, i)));
	return names;
}

static void page_put_lost(json_t *object, const struct teeq_model *model,
			  const struct teeq_no_return *no_return)
{
	char *text = lost_text(model, no_return);

	json_object_set_new(object, "noReturnText", cli_json_text(text));
	free(text);
	if (no_return->from_start || no_return->way_out)
		return;
	json_object_set_new(object, "noReturn",
			    json_pack("{s:I,s:i,s:o}", "step", (json_int_t)no_return->step, "task",
				      (int)no_return->task, "rescues",
				      page_rescues(model, no_return)));
}

static void page_add_lost(json_t *object, const struct export_run *run)
{
	const struct teeq_explore_options options = { .max_states = LOST_STATES_MAX,
						      .must_finish = run->must_finish };
	struct teeq_no_return no_return;

	if (run->diagnosis && run->diagnosis->no_return_known)
		page_put_lost(object, run->c->model, &run->diagnosis->no_return);
	else if (!run->diagnosis && (TEEQ_GOAL_FAILURES >> run->end->verdict & 1) &&
		 teeq_find_no_return(run->c->model, run->schedule, &options, &no_return, NULL) ==
			 TEEQ_OK)
		page_put_lost(object, run->c->model, &no_return);
}

/* ------------------------------------------ the rest ------------------------------------------ */

static void page_add_changes(json_t *object, const struct teeq_diagnosis *diagnosis)
{
	json_t *list = json_array();

	for (size_t i = 0; diagnosis && i < diagnosis->change_count; i++) {
		const struct teeq_change *change = &diagnosis->changes[i];
		bool fails = change->trial.ruling == TEEQ_STILL_FAILS;

		json_array_append_new(
			list,
			json_pack("{s:s,s:s,s:o,s:I,s:I}", "text", change->text, "ruling",
				  teeq_ruling_name(change->trial.ruling), "verdict",
				  fails ? json_string(teeq_verdict_name(change->trial.verdict)) :
					  json_null(),
				  "steps", fails ? (json_int_t)change->trial.steps : 0, "states",
				  (json_int_t)change->trial.states));
	}
	if (diagnosis)
		json_object_set_new(object, "changes", list);
	else
		json_decref(list);
}

static json_t *page_report(const struct export_run *run, const struct walk *walk)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *report;

	if (!out)
		return json_null();
	teeq_report_print(walk->c.model, walk->c.world, run->end, run->replay, out);
	fclose(out);
	report = cli_json_text(text);
	free(text);
	return report;
}

static json_t *page_tasks(const struct teeq_model *model)
{
	json_t *names = json_array();

	for (size_t i = 0; i < teeq_model_task_count(model); i++)
		json_array_append_new(names, cli_json_text(teeq_model_task_name(model, i)));
	return names;
}

static json_t *page_data(const struct export_run *run, const struct walk *walk,
			 struct page_pool *pool)
{
	const struct teeq_model *model = run->c->model;
	char *schedule = teeq_schedule_print(model, run->schedule);
	json_t *object = json_pack(
		"{s:s,s:b,s:s,s:s,s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:O,s:o,s:O}", "teeq",
		teeq_version(), "tracked", teeq_model_policy(model)->admit != NULL, "scenario",
		teeq_model_name(model), "policy", teeq_model_policy(model)->name, "model",
		cli_json_hex(teeq_model_digest(model)), "summary",
		cli_json_text(teeq_scenario_tables(run->c->file)->summary), "verdict",
		teeq_verdict_name(run->end->verdict), "violation",
		cli_json_text(walk->result.violation), "schedule", cli_json_text(schedule),
		"replay", cli_json_text(run->replay), "tasks", page_tasks(model), "report",
		page_report(run, walk), "events", walk->events, "states",
		page_pack(pool, walk->states), "pool", pool->pool);

	free(schedule);
	if (object) {
		page_add_lost(object, run);
		page_add_changes(object, run->diagnosis);
	}
	return object;
}

int export_page(FILE *out, const void *argument)
{
	const struct export_made *made = argument;
	struct page_pool pool;
	json_t *data = NULL;
	bool good;

	if (page_pool_init(&pool))
		data = page_data(made->run, &made->walk, &pool);
	good = page_write(data, out);
	json_decref(data);
	page_pool_free(&pool);
	return good ? CLI_OK : CLI_BAD;
}
