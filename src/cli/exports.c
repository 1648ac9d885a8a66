/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/exports.h"

#include <teeq/report.h>

#include "cli/output.h"

/* What could not be written shows when the file is closed. */
static int export_status(enum teeq_status status)
{
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK : CLI_BAD;
}

static int export_mermaid(FILE *out, const void *argument)
{
	const struct export_run *run = argument;

	return export_status(teeq_export_mermaid(run->c->model, run->schedule, out));
}

static int export_dot(FILE *out, const void *argument)
{
	const struct export_run *run = argument;
	const struct teeq_run_options options = { .seed = 0 };
	struct teeq_world *world = teeq_world_new(run->c->model);
	struct teeq_result result;
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = teeq_replay(run->c->model, world, run->schedule, &options, &result, NULL);
	if (status == TEEQ_OK)
		status = teeq_export_dot(run->c->model, world, out);
	teeq_world_free(world);
	return export_status(status);
}

static int (*const writers[])(FILE *out, const void *run) = {
	[EXPORT_HTML] = export_page, [EXPORT_MERMAID] = export_mermaid,
	[EXPORT_DOT] = export_dot,   [EXPORT_PERFETTO] = export_perfetto,
	[EXPORT_ITF] = export_itf,
};

bool exports_any(const struct exports *exports)
{
	for (int i = 0; i < EXPORT_COUNT; i++)
		if (exports->path[i])
			return true;
	return false;
}

void exports_read(struct exports *exports, int option, const char *path)
{
	exports->path[option - EXPORT_OPTION] = path;
}

int exports_check(const struct exports *exports, const char *input)
{
	int status = CLI_OK;

	for (int i = 0; i < EXPORT_COUNT && status == CLI_OK; i++)
		if (exports->path[i])
			status = cli_output_check(exports->path[i], input);
	return status;
}

int exports_write(const struct exports *exports, const struct export_run *run)
{
	int status = CLI_OK;

	for (int i = 0; i < EXPORT_COUNT && status == CLI_OK; i++)
		if (exports->path[i])
			status = cli_output_replace(exports->path[i], writers[i], run);
	return status;
}
