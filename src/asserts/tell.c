/* SPDX-License-Identifier: BSD-2-Clause */
#include "asserts/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "teeq/report.h"

/* Of a longer schedule the last of its steps are told. */
#define TOLD_STEPS 200

bool tell_start(struct asked *asked, struct teeq_test_scenario scenario)
{
	memset(asked, 0, sizeof(*asked));
	asked->scenario = scenario;
	asked->out = open_memstream(&asked->text, &asked->size);
	return asked->out;
}

enum teeq_status tell_tables(struct asked *asked)
{
	const struct teeq_test_scenario *scenario = &asked->scenario;
	enum teeq_status status = TEEQ_OK;

	if (!scenario->path && !scenario->tables)
		return error_null(&asked->error, "scenario");
	if (scenario->path)
		status = teeq_scenario_load(scenario->path, &asked->file, &asked->error);
	if (status == TEEQ_OK)
		asked->tables = asked->file ? teeq_scenario_tables(asked->file) : scenario->tables;
	return status;
}

struct teeq_test_answer tell_answer(struct asked *asked, enum teeq_test_outcome outcome)
{
	bool kept = asked->out && !ferror(asked->out);

	kept &= asked->out && fclose(asked->out) == 0 && outcome != TEEQ_TEST_HOLDS;
	if (!kept) {
		free(asked->text);
		asked->text = NULL;
	}
	teeq_model_free(asked->model);
	teeq_scenario_free(asked->file);
	return (struct teeq_test_answer){ outcome, asked->text };
}

static const char *tell_name(const struct asked *asked)
{
	if (asked->scenario.path)
		return asked->scenario.path;
	return asked->tables && asked->tables->name ? asked->tables->name : "scenario";
}

void tell_head(struct asked *asked, enum teeq_test_outcome outcome)
{
	fprintf(asked->out, "%s: %s", teeq_test_outcome_name(outcome), tell_name(asked));
	if (asked->model)
		fprintf(asked->out, " under %s", teeq_model_policy(asked->model)->name);
	fputs(": ", asked->out);
}

enum teeq_test_outcome tell_bad(struct asked *asked, enum teeq_status status)
{
	const struct teeq_error *error = &asked->error;

	if (status != TEEQ_ENOMEM && asked->scenario.path && !asked->tables) {
		/* The loader's message is complete: it names file, line and key. */
		fprintf(asked->out, "%s: %s\n", teeq_test_outcome_name(TEEQ_TEST_BAD), error->text);
		return TEEQ_TEST_BAD;
	}
	tell_head(asked, TEEQ_TEST_BAD);
	if (status == TEEQ_ENOMEM)
		fputs("out of memory\n", asked->out);
	else
		fprintf(asked->out, "%s%s%s\n", error->key, error->key[0] ? ": " : "", error->text);
	return TEEQ_TEST_BAD;
}

/* ------------------------------------ a counterexample ---------------------------------------- */

/* What is told while a schedule is made again. */
struct telling {
	FILE *out;
	uint64_t step;
	uint64_t first; /* to be told */
	uint64_t no_return; /* UINT64_MAX: not known, or there is none */
	char decisive[256];
};

static void tell_event(void *argument, const struct teeq_model *model,
		       const struct teeq_world *world, const struct teeq_event *event)
{
	struct telling *telling = argument;

	(void)world;
	if (telling->step == telling->no_return)
		teeq_event_text(model, event, telling->decisive, sizeof(telling->decisive));
	if (telling->step++ >= telling->first)
		teeq_trace_event(model, event, telling->out);
}

/* A shell can be given the file, or the tables written as one. */
static enum teeq_status tell_replay(struct asked *asked, const char *schedule)
{
	enum teeq_status status = TEEQ_OK;

	fputs("\nreplay: teeq replay ", asked->out);
	teeq_put_path(asked->out, asked->scenario.path ? asked->scenario.path : "-");
	fputc(' ', asked->out);
	teeq_put_word(asked->out, schedule);
	if (!asked->scenario.path) {
		fputs(" <<'END'\n", asked->out);
		status = teeq_scenario_print(asked->tables, asked->out);
		fputs("END", asked->out);
	}
	fputc('\n', asked->out);
	return status;
}

static void tell_no_return(struct asked *asked, const struct telling *telling,
			   const struct teeq_no_return *found, bool known)
{
	if (!known || found->way_out)
		return;
	if (found->from_start)
		fputs("\nEvery schedule fails.\n", asked->out);
	else
		fprintf(asked->out,
			"\nThe step of no return is %zu, of %s: %s. Behind it every way fails.\n",
			found->step, teeq_model_task_name(asked->model, found->task),
			telling->decisive);
}

/* Made once more, into @world, and told. */
static enum teeq_status tell_again(struct asked *asked, struct teeq_world *world,
				   const struct teeq_schedule *schedule, struct telling *telling,
				   struct teeq_result *result)
{
	const struct teeq_run_options options = { .on_event = tell_event, .argument = telling };

	telling->first = schedule->count > TOLD_STEPS ? schedule->count - TOLD_STEPS : 0;
	if (telling->first > 0)
		fprintf(asked->out, "The first %" PRIu64 " steps are left out.\n", telling->first);
	teeq_trace_head(asked->model, asked->out);
	return teeq_replay(asked->model, world, schedule, &options, result, &asked->error);
}

enum teeq_status tell_schedule(struct asked *asked, const struct teeq_schedule *schedule,
			       const struct teeq_explore_options *budget)
{
	struct telling telling = { .out = asked->out, .no_return = UINT64_MAX };
	struct teeq_world *world = teeq_world_new(asked->model);
	char *text = teeq_schedule_print(asked->model, schedule);
	enum teeq_status status = world && text ? TEEQ_OK : TEEQ_ENOMEM;
	struct teeq_no_return found = { 0 };
	struct teeq_result result;
	bool known = false;

	if (status == TEEQ_OK) {
		known = teeq_find_no_return(asked->model, schedule, budget, &found, NULL) ==
			TEEQ_OK;
		if (known && !found.from_start && !found.way_out)
			telling.no_return = found.step;
		status = tell_again(asked, world, schedule, &telling, &result);
	}
	if (status == TEEQ_OK) {
		fputc('\n', asked->out);
		status = teeq_report_print(asked->model, world, &result, NULL, asked->out);
		tell_no_return(asked, &telling, &found, known);
	}
	if (status == TEEQ_OK)
		status = tell_replay(asked, text);
	free(text);
	teeq_world_free(world);
	return status;
}
