/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/export_run.h"

#include <teeq/report.h>

#include "cli/output.h"

/* What could not be written shows when the file is closed. */
static int export_status(enum teeq_status status)
{
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK : CLI_BAD;
}

static int export_mermaid(FILE *out, const void *argument)
{
	const struct export_run *run = ((const struct export_made *)argument)->run;

	return export_status(teeq_export_mermaid(run->c->model, run->schedule, out));
}

static int export_dot(FILE *out, const void *argument)
{
	const struct export_run *run = ((const struct export_made *)argument)->run;
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

static int (*const writers[])(FILE *out, const void *made) = {
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

int exports_apart(const struct exports *exports, const char *path)
{
	int status = CLI_OK;

	for (int i = 0; i < EXPORT_COUNT && status == CLI_OK; i++)
		status = cli_output_apart(exports->path[i], path);
	return status;
}

int exports_check(const struct exports *exports, const char *input)
{
	int status = CLI_OK;

	for (int i = 0; i < EXPORT_COUNT && status == CLI_OK; i++) {
		if (!exports->path[i])
			continue;
		status = cli_output_check(exports->path[i], input);
		for (int other = 0; other < i && status == CLI_OK; other++)
			status = cli_output_apart(exports->path[i], exports->path[other]);
	}
	return status;
}

/* Whether every state is wanted: those are kept until all are known. */
static bool exports_walk(const struct exports *exports)
{
	return exports->path[EXPORT_HTML] || exports->path[EXPORT_PERFETTO] ||
	       exports->path[EXPORT_ITF];
}

static int exports_check_length(const struct exports *exports, const struct export_run *run)
{
	if (!exports_walk(exports) || run->schedule->count <= EXPORT_STEP_MAX)
		return CLI_OK;
	return cli_error(
		"%s: a run of %zu steps is too long for --html, --perfetto and --itf, which "
		"take %d at most; --steps makes a shorter one",
		cli_input_name(run->c->path), run->schedule->count, EXPORT_STEP_MAX);
}

void exports_none(const struct exports *exports)
{
	for (int i = 0; i < EXPORT_COUNT; i++)
		if (exports->path[i])
			fprintf(stderr, "teeq: %s: not written: there is no counterexample\n",
				exports->path[i]);
}

int exports_write(const struct exports *exports, const struct export_run *run)
{
	struct export_made made = { .run = run };
	int status = exports_check_length(exports, run);

	if (status == CLI_OK && exports_walk(exports) && !walk_make(&made.walk, run))
		status = cli_failed(run->c->path, TEEQ_ENOMEM, NULL);
	for (int i = 0; i < EXPORT_COUNT && status == CLI_OK; i++)
		if (exports->path[i])
			status = cli_output_replace(exports->path[i], writers[i], &made);
	walk_free(&made.walk);
	return status;
}
