/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/explain.h"
#include "cli/json_state.h"
#include "cli/json_value.h"

const char *explain_ruling(const struct counterfactual *change)
{
	switch (change->ruling) {
	case RULED_OUT:
		return "ruled out";
	case STILL_FAILS:
		return teeq_verdict_name(change->verdict);
	case UNDECIDED:
		return "undecided";
	default:
		return "not possible";
	}
}

/* ------------------------------------------- text --------------------------------------------- */

/* "app.0, app.1 or s" */
static void print_tasks(const struct teeq_model *model, uint64_t tasks)
{
	for (unsigned int i = 0; tasks; i++, tasks >>= 1) {
		if (!(tasks & 1))
			continue;
		fputs(teeq_model_task_name(model, i), stdout);
		if (tasks >> 1)
			fputs((tasks >> 1 & ((tasks >> 1) - 1)) ? ", " : " or ", stdout);
	}
}

static void print_doom(const struct explanation *e)
{
	const struct teeq_doom *doom = &e->doom;
	const struct teeq_model *model = e->c.model;

	if (!e->doom_known) {
		printf("\nThe step of no return is undecided: it was not found within %" PRIu64
		       " states (see --max-states).\n",
		       e->max_states);
		return;
	}
	if (doom->doomed_from_start) {
		printf("\nThere is no step of no return: every schedule of this scenario fails.\n");
		return;
	}
	printf("\nThe step of no return:\n  step %zu, %s: %s\n", doom->step,
	       teeq_model_task_name(model, doom->task), e->lost);
	if (doom->rescues == 0) {
		printf("Before it not everything was lost, but nobody else could move in time.\n");
		return;
	}
	printf("It could still have ended well had ");
	print_tasks(model, doom->rescues);
	printf(" moved there instead.\n");
}

static void print_change(const struct counterfactual *change, int width)
{
	char states[32] = "-";
	const char *name = teeq_errno_name(change->answer);

	if (change->ruling != NOT_POSSIBLE)
		snprintf(states, sizeof(states), "%" PRIu64, change->states);
	printf("  %-*s  %-12s  %10s", width, change->change, explain_ruling(change), states);
	if (change->ruling == STILL_FAILS)
		printf("  after %zu step%s", change->steps, change->steps == 1 ? "" : "s");
	if (change->answer != 0 && name)
		printf("  (refused, %s)", name);
	else if (change->answer != 0)
		printf("  (refused, %d)", change->answer);
	putchar('\n');
}

static void print_changes(const struct explanation *e)
{
	int width = (int)strlen("change");

	for (size_t i = 0; i < e->change_count; i++) {
		int length = (int)strlen(e->changes[i].change);

		width = length > width ? length : width;
	}
	printf("\nWith one thing changed:\n  %-*s  %-12s  %10s\n", width, "change", "verdict",
	       "states");
	for (size_t i = 0; i < e->change_count; i++)
		print_change(&e->changes[i], width);
}

int explain_print_text(const struct explanation *e)
{
	const struct teeq_model *model = e->c.model;
	enum teeq_status status;

	printf("scenario %s, policy %s, model %016" PRIx64 "\n", teeq_model_name(model),
	       teeq_model_policy(model)->name, teeq_model_digest(model));
	cli_print_sessions(model);
	putchar('\n');
	status = teeq_report_print(model, e->c.world, &e->end, e->replay, stdout);
	/* Output that cannot be written shows at the end of the program. */
	if (status != TEEQ_OK && status != TEEQ_EIO)
		return cli_failed(e->c.path, status, NULL);
	print_doom(e);
	print_changes(e);
	return CLI_OK;
}

/* ------------------------------------------- JSON --------------------------------------------- */

static json_t *tasks_json(const struct teeq_model *model, uint64_t tasks)
{
	json_t *list = json_array();

	for (unsigned int i = 0; tasks; i++, tasks >>= 1)
		if (tasks & 1)
			json_array_append_new(list, cli_json_text(teeq_model_task_name(model, i)));
	return list;
}

static json_t *doom_json(const struct explanation *e)
{
	const struct teeq_doom *doom = &e->doom;
	const struct teeq_model *model = e->c.model;

	if (!e->doom_known)
		return json_null();
	if (doom->doomed_from_start)
		return json_pack("{s:b}", "from_start", 1);
	return json_pack("{s:b,s:I,s:s?,s:s,s:o}", "from_start", 0, "step", (json_int_t)doom->step,
			 "task", teeq_model_task_name(model, doom->task), "text", e->lost,
			 "rescues", tasks_json(model, doom->rescues));
}

static json_t *changes_json(const struct explanation *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->change_count; i++) {
		const struct counterfactual *change = &e->changes[i];
		json_t *object = json_pack("{s:s,s:s,s:I}", "change", change->change, "verdict",
					   explain_ruling(change), "states",
					   (json_int_t)change->states);

		if (change->ruling == STILL_FAILS)
			json_object_set_new(object, "steps",
					    json_integer((json_int_t)change->steps));
		if (change->answer != 0)
			json_object_set_new(object, "answer", json_integer(change->answer));
		json_array_append_new(list, object);
	}
	return list;
}

int explain_print_json(const struct explanation *e)
{
	const struct teeq_model *model = e->c.model;
	json_t *object = json_pack("{s:s,s:s,s:o,s:s,s:I,s:o,s:o,s:o}", "scenario",
				   teeq_model_name(model), "policy", teeq_model_policy(model)->name,
				   "model", cli_json_hex(teeq_model_digest(model)), "verdict",
				   teeq_verdict_name(e->end.verdict), "steps",
				   (json_int_t)e->end.steps, "step_of_no_return", doom_json(e),
				   "changes", changes_json(e), "replay", cli_json_text(e->replay));

	json_object_set_new(object, "violation", cli_json_text(e->end.violation));
	if (!cli_json_state(object, &e->c)) {
		json_decref(object);
		object = NULL;
	}
	return cli_json_put(object);
}
