/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/cli.h"

static void put_changes(FILE *out, const struct cli_case *c)
{
	for (size_t i = 0; i < c->change_count; i++) {
		fputs("--set ", out);
		teeq_put_word(out, c->changes[i].key);
		fputc('=', out);
		if (*c->changes[i].value)
			teeq_put_word(out, c->changes[i].value);
		fputc(' ', out);
	}
}

static char *quote_finish(FILE *out, char **text)
{
	bool failed = ferror(out);

	if (fclose(out) == 0 && !failed)
		return *text;
	free(*text);
	return NULL;
}

static char *schedule_command(const char *command, const struct cli_case *c, const char *schedule)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "teeq %s ", command);
	put_changes(out, c);
	/* A schedule names its policy, but not where to load it from. */
	if (c->policy.path) {
		fputs("--policy=", out);
		teeq_put_word(out, c->policy.path);
		fputc(' ', out);
	}
	teeq_put_path(out, c->path);
	fputc(' ', out);
	teeq_put_word(out, schedule);
	return quote_finish(out, &text);
}

char *cli_replay_command(const struct cli_case *c, const char *schedule)
{
	return schedule_command("replay", c, schedule);
}

char *cli_explain_command(const struct cli_case *c, const char *schedule)
{
	return schedule_command("explain", c, schedule);
}

char *cli_run_command(const struct cli_request *request, uint64_t seed)
{
	const struct cli_case *c = request->c;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("teeq run ", out);
	put_changes(out, c);
	teeq_put_path(out, c->path);
	fputs(" --policy=", out);
	teeq_put_word(out, c->policy.path ? c->policy.path : c->policy.policy->name);
	/* A seed alone already means random. */
	if (request->strategy != &teeq_strategy_random)
		fprintf(out, " --strategy=%s", request->strategy->name);
	if (cli_takes_seed(request->strategy))
		fprintf(out, " --seed=%" PRIu64, seed);
	if (cli_strategy_is_pct(request->strategy))
		fprintf(out, " --depth=%u --length=%" PRIu64, request->pct.depth,
			request->pct.step_count);
	if (request->step_max > 0)
		fprintf(out, " --steps=%" PRIu64, request->step_max);
	return quote_finish(out, &text);
}

char *cli_explore_command(const struct cli_case *c, const char *client)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("teeq explore ", out);
	put_changes(out, c);
	teeq_put_path(out, c->path);
	fputs(" --policy=", out);
	teeq_put_word(out, c->policy.path ? c->policy.path : c->policy.policy->name);
	if (client)
		fprintf(out, " --client=%s", client);
	return quote_finish(out, &text);
}
