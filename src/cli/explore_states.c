/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explore.h"

#include <string.h>

#include <teeq/report.h>

#include "cli/output.h"

struct explore_states {
	const struct teeq_model *model;
	struct teeq_states states;
};

static int write_states(FILE *out, const void *argument)
{
	const struct explore_states *drawn = argument;

	return teeq_export_states(drawn->model, &drawn->states, out) == TEEQ_OK ? CLI_OK : CLI_BAD;
}

/* What was used up by the search is not there a second time. */
static enum teeq_status explore_gather_states(const struct exploration *e,
					      struct teeq_states *states, struct teeq_error *error)
{
	struct teeq_explore_options options = e->options;
	struct cli_watch watch;
	enum teeq_status status;

	if (options.max_seconds > 0)
		options.max_seconds -= e->result.seconds;
	if (e->options.max_seconds > 0 && options.max_seconds <= 0)
		return TEEQ_ELIMIT;
	cli_watch_start(&watch, e->progress);
	options.keep_going = cli_watch_keep_going;
	options.argument = &watch;
	status = teeq_states_new(e->c.model, &options, states, error);
	cli_watch_end(&watch);
	return status;
}

static int explore_none_drawn(const struct exploration *e, const struct teeq_error *error)
{
	const char *name = cli_input_name(e->c.path);

	if (strcmp(error->key, "max_states") == 0)
		return cli_error("%s: --dot-states: %s, and none is drawn; --max-states N draws "
				 "up to N", name, error->text);
	cli_error("%s: --dot-states: %s, and none is drawn", name,
		  error->text[0] ? error->text : "a budget or an interruption ended the search");
	return CLI_LIMIT;
}

int explore_draw_states(const struct exploration *e)
{
	struct explore_states drawn = { .model = e->c.model };
	struct teeq_error error = { 0 };
	enum teeq_status status = TEEQ_ELIMIT;
	int written;

	/* What was found is there, whatever becomes of the picture. */
	cli_flush();
	if (!e->cut && !cli_interrupted())
		status = explore_gather_states(e, &drawn.states, &error);
	if (status == TEEQ_ELIMIT)
		return explore_none_drawn(e, &error);
	if (status != TEEQ_OK)
		return cli_failed(e->c.path, status, &error);
	written = cli_output_replace(e->states_to, write_states, &drawn);
	teeq_states_free(&drawn.states);
	return written;
}
