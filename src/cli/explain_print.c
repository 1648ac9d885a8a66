/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/explain_loop.h"
#include "cli/json_state.h"
#include "cli/json_value.h"

/* "ruled out", "deadlock", "undecided", "not possible". */
static const char *ruling_text(const struct teeq_trial *trial)
{
	return trial->ruling == TEEQ_STILL_FAILS ? teeq_verdict_name(trial->verdict) :
						   teeq_ruling_name(trial->ruling);
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

static void print_no_return(const struct explanation *e)
{
	const struct teeq_no_return *no_return = &e->diagnosis.no_return;
	const struct teeq_model *model = e->c.model;

	if (!e->diagnosis.no_return_known) {
		printf("\nThe step of no return is undecided: it was not found within %" PRIu64
		       " states.\n",
		       e->max_states);
		return;
	}
	if (no_return->way_out) {
		printf("\nThere is no step of no return: even after the last one all can still "
		       "finish.\n");
		return;
	}
	if (no_return->from_start) {
		printf("\nThere is no step of no return: every schedule of this scenario fails.\n");
		return;
	}
	printf("\nThe step of no return:\n  step %zu, %s: %s\n", no_return->step,
	       teeq_model_task_name(model, no_return->task), e->diagnosis.no_return_text);
	if (no_return->rescues == 0) {
		printf("Before it not everything was lost, but nobody else could move in time.\n");
		return;
	}
	printf("It could still have ended well had ");
	print_tasks(model, no_return->rescues);
	printf(" moved there instead.\n");
}

/* "with 3 of app", "in board.yaml" */
static void variant_text(const struct explanation *e, const struct teeq_variant *variant,
			 char *text, size_t size)
{
	if (variant->client)
		snprintf(text, size, "with %u of %s", (unsigned int)variant->count,
			 variant->client);
	else
		snprintf(text, size, "in %s", e->whole.path);
}

/* ", but with 3 of app: deadlock" */
static void print_variants(const struct explanation *e, const struct teeq_change *change)
{
	const char *before = " ";

	for (size_t i = 0; i < e->diagnosis.variant_count; i++) {
		const struct teeq_trial *trial = &change->elsewhere[i];
		char text[512];

		if (!(change->tried >> i & 1))
			continue;
		variant_text(e, &e->diagnosis.variants[i], text, sizeof(text));
		if (trial->ruling == TEEQ_RULED_OUT)
			printf("%s also %s", before, text);
		else
			printf("%s %s%s: %s", before,
			       trial->ruling == TEEQ_STILL_FAILS ? "but " : "", text,
			       ruling_text(trial));
		before = ";";
	}
}

static void print_change(const struct explanation *e, const struct teeq_change *change, int width)
{
	const struct teeq_trial *trial = &change->trial;
	const char *name = teeq_errno_name(change->answer);
	char states[32] = "-";

	if (trial->ruling != TEEQ_NOT_POSSIBLE)
		snprintf(states, sizeof(states), "%" PRIu64, trial->states);
	printf("  %-*s  %-12s  %10s", width, change->text, ruling_text(trial), states);
	if (trial->ruling == TEEQ_STILL_FAILS)
		printf("  after %zu step%s", trial->steps, trial->steps == 1 ? "" : "s");
	print_variants(e, change);
	if (change->answer != 0 && name)
		printf("  (refused, %s)", name);
	else if (change->answer != 0)
		printf("  (refused, %d)", change->answer);
	putchar('\n');
}

/* "2 of app, 1 of tpm" */
static void print_clients(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->client_count; i++)
		printf("%s%u of %s", i > 0 ? ", " : "",
		       scenario->clients[i].count > 1 ? (unsigned int)scenario->clients[i].count :
							1,
		       scenario->clients[i].name);
}

static void print_changes(const struct explanation *e)
{
	int width = (int)strlen("change");

	for (size_t i = 0; i < e->diagnosis.change_count; i++) {
		int length = (int)strlen(e->diagnosis.changes[i].text);

		width = length > width ? length : width;
	}
	printf("\nWith one thing changed, and with ");
	print_clients(teeq_scenario_tables(e->c.file));
	printf(":\n  %-*s  %-12s  %10s\n", width, "change", "verdict", "states");
	for (size_t i = 0; i < e->diagnosis.change_count; i++)
		print_change(e, &e->diagnosis.changes[i], width);
	if (e->diagnosis.undecided)
		printf("Undecided is what a search of %" PRIu64 " states could not tell; "
		       "--max-states N allows more.\n",
		       e->max_states);
}

int explain_print_text(const struct explanation *e)
{
	const struct teeq_model *model = e->c.model;
	enum teeq_status status;

	printf("scenario %s, policy %s, model %016" PRIx64 "\n", teeq_model_name(model),
	       teeq_model_policy(model)->name, teeq_model_digest(model));
	cli_print_sessions(model);
	if (e->client)
		printf("asked about client %s, whatever becomes of the others\n", e->client);
	putchar('\n');
	status = teeq_report_print(model, e->c.world, &e->end, e->replay, stdout);
	/* Output that cannot be written shows at the end of the program. */
	if (status != TEEQ_OK && status != TEEQ_EIO)
		return cli_failed(e->c.path, status, NULL);
	if (!explain_loop_print(e))
		return cli_failed(e->c.path, TEEQ_ENOMEM, NULL);
	print_no_return(e);
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

static json_t *no_return_json(const struct explanation *e)
{
	const struct teeq_no_return *no_return = &e->diagnosis.no_return;
	const struct teeq_model *model = e->c.model;

	if (!e->diagnosis.no_return_known)
		return json_null();
	if (no_return->from_start)
		return json_pack("{s:b}", "from_start", 1);
	if (no_return->way_out)
		return json_pack("{s:b,s:b}", "from_start", 0, "way_out", 1);
	return json_pack("{s:b,s:I,s:s?,s:s,s:o}", "from_start", 0, "step", (json_int_t)no_return->step,
			 "task", teeq_model_task_name(model, no_return->task), "text",
			 e->diagnosis.no_return_text, "rescues", tasks_json(model, no_return->rescues));
}

static json_t *trial_json(const struct teeq_trial *trial)
{
	json_t *object = json_pack("{s:s,s:I}", "verdict", ruling_text(trial), "states",
				   (json_int_t)trial->states);

	if (trial->ruling == TEEQ_STILL_FAILS)
		json_object_set_new(object, "steps", cli_json_number(trial->steps));
	return object;
}

static json_t *variants_json(const struct explanation *e, const struct teeq_change *change)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->diagnosis.variant_count; i++) {
		const struct teeq_variant *variant = &e->diagnosis.variants[i];
		json_t *object;

		if (!(change->tried >> i & 1))
			continue;
		object = trial_json(&change->elsewhere[i]);
		if (variant->client) {
			json_object_set_new(object, "client", json_string(variant->client));
			json_object_set_new(object, "count", json_integer(variant->count));
		} else {
			json_object_set_new(object, "file", cli_json_text(e->whole.path));
		}
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *changes_json(const struct explanation *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->diagnosis.change_count; i++) {
		const struct teeq_change *change = &e->diagnosis.changes[i];
		json_t *object = json_pack("{s:s}", "change", change->text);

		json_object_update_new(object, trial_json(&change->trial));
		if (change->answer != 0)
			json_object_set_new(object, "answer", json_integer(change->answer));
		if (change->trial.ruling == TEEQ_RULED_OUT)
			json_object_set_new(object, "elsewhere", variants_json(e, change));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *clients_json(const struct teeq_scenario *scenario)
{
	json_t *object = json_object();

	for (size_t i = 0; i < scenario->client_count; i++)
		json_object_set_new(object, scenario->clients[i].name,
				    json_integer(scenario->clients[i].count > 1 ?
							 scenario->clients[i].count :
							 1));
	return object;
}

int explain_print_json(const struct explanation *e)
{
	const struct teeq_model *model = e->c.model;
	json_t *object = json_pack("{s:s,s:s,s:o,s:s,s:I,s:o,s:o,s:o,s:o}", "scenario",
				   teeq_model_name(model), "policy", teeq_model_policy(model)->name,
				   "model", cli_json_hex(teeq_model_digest(model)), "verdict",
				   teeq_verdict_name(e->end.verdict), "steps",
				   (json_int_t)e->end.steps, "step_of_no_return", no_return_json(e),
				   "clients", clients_json(teeq_scenario_tables(e->c.file)),
				   "changes", changes_json(e), "replay", cli_json_text(e->replay));

	if (e->client)
		json_object_set_new(object, "client", json_string(e->client));
	json_object_set_new(object, "loop", explain_loop_json(e));
	json_object_set_new(object, "violation", cli_json_text(e->end.violation));
	if (!cli_json_state(object, &e->c)) {
		json_decref(object);
		object = NULL;
	}
	return cli_json_put(object);
}
