/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli/cli.h"

static const char help[] =
	"usage: teeq policies\n"
	"\n"
	"List the call-queue policies that are built in, in the order of their history: the name\n"
	"for --policy, where its rules come from, and what they are.\n"
	"\n"
	"  --help          this text\n"
	"  --version       the version\n";

static const struct option known[] = { CLI_COMMON_OPTIONS };

int cli_policies(int argc, char **argv)
{
	const struct teeq_policy *policy;
	struct cli_options options;

	cli_options_start(&options, argc, argv, known, help);
	if (cli_next_option(&options) < 0)
		return options.status;
	if (options.operand_count != 0)
		return cli_usage(argv[0], "takes no argument, but there is '%s'",
				 options.operands[0]);
	for (size_t i = 0; (policy = teeq_policy_at(i)) != NULL; i++)
		printf("%-10s %s\n           (%s)\n", policy->name,
		       policy->summary ? policy->summary : "",
		       policy->source ? policy->source : "");
	return CLI_OK;
}
