/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/json_value.h"

static const char help[] =
	"usage: teeq policies [OPTION]...\n"
	"\n"
	"List the call-queue policies that are built in, in the order of their history: the name\n"
	"for --policy, where its rules come from, and what they are.\n"
	"\n"
	"  --json          one JSON object for each\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n";

static const struct option known[] = { { "json", no_argument, NULL, 'j' }, CLI_COMMON_OPTIONS };

static int print_policy(const struct teeq_policy *policy, bool json)
{
	if (json)
		return cli_json_put(json_pack("{s:s,s:s?,s:s?}", "policy", policy->name, "summary",
					      policy->summary, "source", policy->source));
	printf("%-10s %s\n           (%s)\n", policy->name,
	       policy->summary ? policy->summary : "", policy->source ? policy->source : "");
	return CLI_OK;
}

int cli_policies(int argc, char **argv)
{
	const struct teeq_policy *policy;
	struct cli_options options;
	int option, status = CLI_OK;
	bool json = false;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		json = true;
	if (option < 0)
		return options.status;
	if (options.operand_count != 0)
		return cli_usage(argv[0], "takes no argument, but there is '%s'",
				 options.operands[0]);
	for (size_t i = 0; status == CLI_OK && (policy = teeq_policy_at(i)) != NULL; i++)
		status = print_policy(policy, json);
	return status;
}
