/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explore.h"

#include <inttypes.h>
#include <string.h>

#include "cli/output.h"

/* What keeps bits goes depth first, and what needs more of each state does not go along with it. */
static int settle_bit_state(struct exploration *e)
{
	const struct teeq_explore_options *options = &e->options;
	const char *against = e->order && options->search != TEEQ_SEARCH_DEPTH ? e->order :
			      options->exact	     ? "--exact" :
			      options->disk	     ? "--disk" :
			      options->checkpoint_to ? "--checkpoint" :
			      options->resume_from   ? "--resume" :
			      e->states_to	     ? "--dot-states" : NULL;

	if (options->bit_state_bytes == 0)
		return CLI_OK;
	if (against && strcmp(against, "--search") == 0)
		against = "--search breadth";
	if (against)
		return cli_usage("explore", "--bit-state: not together with %s", against);
	if (options->bit_state_bytes < TEEQ_BIT_STATE_MIN)
		return cli_usage("explore", "--bit-state: %" PRIu64 " bytes, expected %d at least",
				 options->bit_state_bytes, TEEQ_BIT_STATE_MIN);
	e->options.search = TEEQ_SEARCH_DEPTH;
	return CLI_OK;
}

/* What a team cannot do, or would do once in each process. */
static int settle_team(const struct exploration *e, const char *path)
{
	const struct teeq_explore_options *options = &e->options;
	const char *alone = options->exact		   ? "--exact" :
			    options->workers > 1	   ? "--workers" :
			    options->checkpoint_to	   ? "--checkpoint" :
			    options->resume_from	   ? "--resume" :
			    options->bit_state_bytes	   ? "--bit-state" :
			    e->states_to		   ? "--dot-states" :
			    options->search != TEEQ_SEARCH_BREADTH ? e->order : NULL;

	if (!e->team)
		return CLI_OK;
	if (alone)
		return cli_usage("explore", "%s: not where several processes search together", alone);
	if (strcmp(path, "-") == 0)
		return cli_usage("explore", "standard input: not where several processes search "
				 "together, each of which reads the file");
	return CLI_OK;
}

/* What is counted besides states makes another graph. */
static int explore_check_states(const struct exploration *e, const char *path)
{
	if (e->options.search == TEEQ_SEARCH_PREEMPTIONS)
		return cli_usage("explore", "--dot-states: not together with --preemptions");
	if (e->options.max_states > EXPLORE_STATES_MAX)
		return cli_usage("explore", "--dot-states: draws %d states at most, and "
				 "--max-states asks for more", EXPLORE_STATES_MAX);
	if (cli_output_check(e->states_to, path) != CLI_OK)
		return CLI_BAD;
	if (e->options.resume_from)
		return cli_output_check(e->states_to, e->options.resume_from);
	return CLI_OK;
}

/* Each is written whole, and so is a checkpoint, which alone may take the place of what is read. */
static int settle_outputs(const struct exploration *e, const char *path)
{
	const struct teeq_explore_options *options = &e->options;
	int status = CLI_OK;

	if (options->checkpoint_to)
		status = cli_output_check(options->checkpoint_to, path);
	if (status == CLI_OK)
		status = exports_check(&e->exports, path);
	if (status == CLI_OK && options->resume_from)
		status = exports_check(&e->exports, options->resume_from);
	if (status == CLI_OK && e->states_to)
		status = explore_check_states(e, path);
	if (status == CLI_OK)
		status = exports_apart(&e->exports, e->states_to);
	if (status == CLI_OK)
		status = exports_apart(&e->exports, options->checkpoint_to);
	if (status == CLI_OK)
		status = cli_output_apart(e->states_to, options->checkpoint_to);
	return status;
}

int explore_settle(struct exploration *e, const char *path)
{
	struct cli_request request = { .trace = e->trace, .json = e->json };
	int status = cli_output_settle("explore", &request);

	e->json = request.json;
	if (status == CLI_OK)
		status = settle_bit_state(e);
	if (status == CLI_OK)
		status = settle_team(e, path);
	if (status != CLI_OK)
		return status;
	if (e->options.search != TEEQ_SEARCH_BREADTH && e->options.workers > 1)
		return cli_usage("explore", "--workers %u: a %s search has one worker",
				 e->options.workers, explore_search_name(e->options.search));
	if (strcmp(e->order ? e->order : "--search", "--search") != 0 &&
	    (e->options.checkpoint_to || e->options.resume_from))
		return cli_usage("explore", "%s: not together with %s", e->order,
				 e->options.checkpoint_to ? "--checkpoint" : "--resume");
	return settle_outputs(e, path);
}
