/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

int cli_case_loop(const struct cli_case *c, const struct teeq_schedule *schedule,
		  struct teeq_loop *loop)
{
	struct teeq_error error = { 0 };
	enum teeq_status status = teeq_find_loop(c->model, schedule, loop, &error);

	return status == TEEQ_OK ? CLI_OK : cli_failed(c->path, status, &error);
}

static enum teeq_status add_part(struct teeq_schedule *sum, const struct teeq_schedule *schedule,
				 size_t from, size_t count)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = from; i < from + count && status == TEEQ_OK; i++)
		status = teeq_schedule_add(sum, schedule->tasks[i]);
	return status;
}

char *cli_loop_command(const struct cli_case *c, const struct teeq_schedule *schedule,
		       const struct teeq_loop *loop)
{
	struct teeq_schedule once = { 0 };
	char *command = NULL, *text = NULL;

	if (add_part(&once, schedule, 0, loop->first) == TEEQ_OK &&
	    add_part(&once, schedule, loop->from, loop->length) == TEEQ_OK)
		text = teeq_schedule_print(c->model, &once);
	if (text)
		command = cli_explain_command(c, text);
	free(text);
	teeq_schedule_free(&once);
	return command;
}
