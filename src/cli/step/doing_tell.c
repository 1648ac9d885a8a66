/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/doing.h"

#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/output.h"

enum command_result do_show(struct doing *d)
{
	const struct teeq_model *model = d->s->c.model;
	size_t count = step_row_count(model);
	char name[STEP_NAME_MAX], text[STEP_TEXT_MAX];
	int width = 0;

	for (size_t row = 0; row < count; row++) {
		step_row_name(model, row, name);
		width = (int)strlen(name) > width ? (int)strlen(name) : width;
	}
	say_place(d);
	for (size_t row = 0; row < count; row++) {
		step_row_name(model, row, name);
		step_row_text(d->s, row, text);
		fprintf(d->out, "  %-*s  %s\n", width, name, text);
	}
	return COMMAND_DONE;
}

enum command_result do_trace(struct doing *d)
{
	for (size_t i = 0; i < d->s->at; i++)
		say_step(d, i);
	return say_place(d);
}

enum command_result do_report(struct doing *d)
{
	const struct step *s = d->s;
	const struct teeq_schedule so_far = { .tasks = s->choices.tasks, .count = s->at };
	const struct teeq_run_options options = { .seed = 0 };
	struct teeq_world *world = teeq_world_new(s->c.model);
	struct teeq_result result;
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = teeq_replay(s->c.model, world, &so_far, &options, &result, NULL);
	if (status == TEEQ_OK)
		status = teeq_report_print(s->c.model, world, &result, NULL, d->out);
	teeq_world_free(world);
	return status == TEEQ_OK ? COMMAND_DONE : command_wrong(d, "out of memory");
}

enum command_result do_schedule(struct doing *d)
{
	char *text = teeq_schedule_print(d->s->c.model, &d->s->choices);

	if (!text)
		return command_wrong(d, "out of memory");
	fprintf(d->out, "%s\n", text);
	free(text);
	return COMMAND_DONE;
}

static int write_schedule(FILE *out, const void *argument)
{
	const struct step *s = argument;
	char *text = teeq_schedule_print(s->c.model, &s->choices);

	if (text)
		fprintf(out, "%s\n", text);
	free(text);
	return text ? CLI_OK : CLI_BAD;
}

enum command_result do_save(struct doing *d)
{
	char argument[CONDITION_TEXT + 1];
	char why[CONDITION_TEXT + 64] = "";
	char *replay;
	int status;

	cli_error_into(why, sizeof(why));
	status = cli_output_check(d->rest, d->s->c.path);
	if (status == CLI_OK)
		status = cli_output_check(d->rest, d->stepper->script);
	if (status == CLI_OK)
		status = cli_output_replace(d->rest, write_schedule, d->s);
	cli_error_into(NULL, 0);
	if (status != CLI_OK)
		return command_wrong(d, "%s", why);
	snprintf(argument, sizeof(argument), "@%s", d->rest);
	replay = cli_replay_command(&d->s->c, argument);
	fprintf(d->out, "%zu steps saved: %s\n", d->s->choices.count, replay ? replay : "");
	free(replay);
	return COMMAND_DONE;
}
