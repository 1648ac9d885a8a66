/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trace.h"

#include "cli/cli.h"
#include "cli/output.h"

int cli_trace_outputs(const char *command, const char *input, const char *perfetto,
		      const char *html, const char *scenario)
{
	static const char *const names[] = { "--perfetto", "--html", "--scenario" };
	const char *const paths[] = { perfetto, html, scenario };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		for (size_t j = 0; j < i; j++)
			if (cli_output_is_same(paths[i], paths[j]))
				return cli_usage(command, "%s: both %s and %s", paths[i], names[j],
						 names[i]);
	if (cli_output_is_stdout(html))
		return cli_usage(command, "--html: a page is written to a file, not to standard "
				 "output");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (paths[i] && !cli_output_is_stdout(paths[i]) &&
		    cli_output_check(paths[i], input) != CLI_OK)
			return CLI_BAD;
	return CLI_OK;
}
