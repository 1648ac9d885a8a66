/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli/cli.h"

static const char help[] =
	"usage: teeq show FILE\n"
	"\n"
	"Print the scenario of FILE as teeq understood it, as a scenario file again: every default\n"
	"filled in that a file can say, what is empty left out, every comment gone. It loads to an\n"
	"equal model.\n"
	"\n"
	"  --help          this text\n"
	"  --version       the version\n";

static const struct option known[] = { CLI_COMMON_OPTIONS };

int cli_show(int argc, char **argv)
{
	struct cli_options options;
	enum teeq_status status;
	struct cli_case c;
	int result;

	cli_options_start(&options, argc, argv, known, help);
	if (cli_next_option(&options) < 0)
		return options.status;
	if (options.operand_count != 1)
		return cli_usage(argv[0], "one FILE is needed, not %d arguments",
				 options.operand_count);
	result = cli_case_load(&c, options.operands[0]);
	if (result == CLI_OK) {
		status = teeq_scenario_print_whole(teeq_scenario_tables(c.file), stdout);
		/* Output that cannot be written shows at the end of the program. */
		if (status != TEEQ_OK && status != TEEQ_EIO)
			result = cli_failed(c.path, status, NULL);
	}
	cli_case_free(&c);
	return result;
}
