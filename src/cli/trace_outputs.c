/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trace.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/output.h"

int cli_trace_outputs(const char *command, const char *input, const char *perfetto,
		      const char *html, const char *scenario)
{
	static const char *const names[] = { "--perfetto", "--html", "--scenario" };
	const char *const paths[] = { perfetto, html, scenario };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		for (size_t j = 0; j < i; j++)
			if (paths[i] && paths[j] && strcmp(paths[i], paths[j]) == 0)
				return cli_usage(command, "%s: both %s and %s", paths[i], names[j],
						 names[i]);
	if (cli_output_is_stdout(html))
		return cli_usage(command, "--html: a page is written to a file, not to standard "
				 "output");
	return html ? cli_output_check(html, input) : CLI_OK;
}
