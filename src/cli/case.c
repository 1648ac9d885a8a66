/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static void print_warnings(const struct teeq_scenario_file *file)
{
	const char *line;

	for (size_t i = 0; (line = teeq_scenario_warning(file, i)); i++)
		fprintf(stderr, "%s\n", line);
}

enum teeq_status cli_case_read(struct cli_case *c, const char *path, struct teeq_error *error)
{
	memset(c, 0, sizeof(*c));
	c->path = path;
	c->changes = cli_set_changes(&c->change_count);
	return teeq_scenario_load_changed(path, c->changes, c->change_count, &c->file, error);
}

int cli_case_tell(const struct cli_case *c, enum teeq_status status,
		  const struct teeq_error *error)
{
	if (status == TEEQ_OK) {
		print_warnings(c->file);
		return CLI_OK;
	}
	/* The loader's message is complete: it names file, line and key. */
	return status == TEEQ_ENOMEM ? cli_failed(c->path, status, error) :
				       cli_error("%s", error->text);
}

int cli_case_load(struct cli_case *c, const char *path)
{
	struct teeq_error error = { 0 };
	enum teeq_status status = cli_case_read(c, path, &error);

	return cli_case_tell(c, status, &error);
}

void cli_case_unknown_policy(const struct cli_case *c, const struct teeq_expect_spec *expect,
			     const char *what)
{
	struct cli_suggestion suggestion;
	char key[TEEQ_NAME_MAX + 8];

	snprintf(key, sizeof(key), "expect.%s", expect->policy);
	cli_policy_suggest(expect->policy, &suggestion);
	fprintf(stderr, "%s:%zu: %s%s: no policy of that name is built in or loaded%s%s%s\n",
		cli_input_name(c->path), teeq_scenario_line(c->file, key), what, key,
		suggestion.nearest ? "; did you mean " : " (see --policy)",
		suggestion.nearest ? suggestion.nearest : "", suggestion.nearest ? "?" : "");
}

/*
 * Only once for each file, however many models are
 * built of it: expectations are no part of a model.
 */
static void warn_of_policies(struct cli_case *c)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(c->file);

	for (size_t i = 0; !c->warned && i < scenario->expect_count; i++)
		if (!cli_policy_known(scenario->expects[i].policy))
			cli_case_unknown_policy(c, &scenario->expects[i], "warning: ");
	c->warned = true;
}

int cli_case_build(struct cli_case *c, const struct cli_policy *policy)
{
	struct teeq_error error = { 0 };
	enum teeq_status status;

	warn_of_policies(c);
	teeq_world_free(c->world);
	teeq_model_free(c->model);
	c->world = NULL;
	c->model = NULL;
	c->policy = *policy;
	status = teeq_model_new(teeq_scenario_tables(c->file), policy->policy, &c->model, &error);
	if (status != TEEQ_OK)
		return cli_failed(c->path, status, &error);
	c->world = teeq_world_new(c->model);
	return c->world ? CLI_OK : cli_failed(c->path, TEEQ_ENOMEM, NULL);
}

int cli_case_client(const struct cli_case *c, const char *command, const char *name,
		    uint64_t *tasks)
{
	struct cli_suggestion suggestion;
	const char *client;

	*tasks = teeq_model_tasks_of(c->model, name);
	if (*tasks)
		return CLI_OK;
	cli_suggestion_start(&suggestion, name);
	for (size_t i = 0; (client = teeq_model_client_name(c->model, i)); i++)
		cli_suggestion_offer(&suggestion, client);
	return cli_usage(command, "--client: %s has no client '%s'%s%s%s", cli_input_name(c->path),
			 name, suggestion.nearest ? ": did you mean " : "",
			 suggestion.nearest ? suggestion.nearest : "",
			 suggestion.nearest ? "?" : "");
}

void cli_case_free(struct cli_case *c)
{
	teeq_world_free(c->world);
	teeq_model_free(c->model);
	teeq_scenario_free(c->file);
	memset(c, 0, sizeof(*c));
}
