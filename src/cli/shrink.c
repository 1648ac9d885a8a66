/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

int cli_shrink(int argc, char **argv)
{
	(void)argc;
	return cli_usage(argv[0], "not there yet");
}
