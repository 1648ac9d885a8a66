/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/cli.h"

int cli_case_load(struct cli_case *c, const char *path)
{
	struct teeq_error error = { 0 };
	enum teeq_status status;

	memset(c, 0, sizeof(*c));
	c->path = path;
	status = teeq_scenario_load(path, &c->file, &error);
	if (status == TEEQ_OK)
		return CLI_OK;
	/* The loader's message is complete: it names file, line and key. */
	return status == TEEQ_ENOMEM ? cli_failed(path, status, &error) :
				       cli_error("%s", error.text);
}

int cli_case_build(struct cli_case *c, const struct cli_policy *policy)
{
	struct teeq_error error = { 0 };
	enum teeq_status status;

	teeq_world_free(c->world);
	teeq_model_free(c->model);
	c->world = NULL;
	c->model = NULL;
	c->policy = *policy;
	status = teeq_model_build(teeq_scenario_tables(c->file), policy->policy, &c->model, &error);
	if (status != TEEQ_OK)
		return cli_failed(c->path, status, &error);
	c->world = teeq_world_new(c->model);
	return c->world ? CLI_OK : cli_failed(c->path, TEEQ_ENOMEM, NULL);
}

void cli_case_free(struct cli_case *c)
{
	teeq_world_free(c->world);
	teeq_model_free(c->model);
	teeq_scenario_free(c->file);
	memset(c, 0, sizeof(*c));
}
