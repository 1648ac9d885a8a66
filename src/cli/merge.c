/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <teeq/status.h>

#include "cli/check.h"
#include "cli/output.h"
#include "cli/parts.h"

static const char help[] =
	"usage: teeq merge [OPTION]... RESULT...\n"
	"\n"
	"Join what the parts of a work came to: each RESULT is a file with what run --runs, check or\n"
	"sweep printed with --shard K/N --json. Prints what the command prints without --shard, and\n"
	"ends with its exit status. All parts must be there, each once, of the same files, options\n"
	"and version; the files themselves are not needed.\n"
	"\n"
	"  --json        as --json of that command\n"
	"  --csv         of sweep: a line for each combination\n"
	"  --html OUT    of sweep: a file of the table as a page for a browser, too\n"
	"  --svg OUT     of sweep: a file of the table as a picture, too\n"
	"  --ktap        of check: in the kernel's test anything protocol\n"
	"  --junit OUT   of check: a file of JUnit's XML, too\n"
	"  --sarif OUT   of check: a file of SARIF, too\n"
	"  --color WHEN  auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager    do not page what is longer than the screen\n"
	"  --help        this text\n"
	"  --version     the version\n"
	"\n"
	"exit status: that of the command; 2 also where a part is missing, there twice, or of another\n"
	"work\n";

static const struct option known[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "csv", no_argument, NULL, 'c' },
	{ "html", required_argument, NULL, 'm' },
	{ "svg", required_argument, NULL, 'v' },
	{ "ktap", no_argument, NULL, 'k' },
	{ "junit", required_argument, NULL, 'u' },
	SARIF_OPTION_LINE,
	CLI_COMMON_OPTIONS,
};

static void merge_read_option(struct merge *merge, int option)
{
	merge->json |= option == 'j';
	merge->csv |= option == 'c';
	merge->ktap |= option == 'k';
	if (option == SARIF_OPTION)
		merge->sarif = optarg;
	if (option == 'u')
		merge->junit = optarg;
	if (option == 'm')
		merge->html = optarg;
	if (option == 'v')
		merge->svg = optarg;
}

/* What a form of output is of. */
static int check_forms(const struct merge *merge)
{
	const char *command = merge->parts.command;

	if ((merge->ktap || merge->junit || merge->sarif) && strcmp(command, "check") != 0)
		return cli_usage("merge", "%s is of check, and these are parts of %s",
				 merge->ktap  ? "--ktap" :
				 merge->junit ? "--junit" :
						"--sarif",
				 command);
	if ((merge->csv || merge->html || merge->svg) && strcmp(command, "sweep") != 0)
		return cli_usage("merge", "%s is of sweep, and these are parts of %s",
				 merge->csv  ? "--csv" :
				 merge->html ? "--html" :
					       "--svg",
				 command);
	return CLI_OK;
}

static int merge_parts(struct merge *merge)
{
	const char *command = merge->parts.command;

	if (check_forms(merge) != CLI_OK)
		return CLI_BAD;
	if (strcmp(command, "run") == 0)
		return merge_run(merge);
	if (strcmp(command, "check") == 0)
		return merge_check(merge);
	if (strcmp(command, "sweep") == 0)
		return merge_sweep(merge);
	return parts_damaged(&merge->parts.list[0]);
}

int cli_merge(int argc, char **argv)
{
	struct merge merge = { .json = false };
	struct cli_options options;
	int option, status = CLI_OK;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		merge_read_option(&merge, option);
	if (option < 0)
		return options.status;
	if (options.operand_count == 0)
		return cli_usage("merge", "no file with a result is named");
	if (merge.json + merge.csv + merge.ktap > 1)
		return cli_usage("merge", "--json, --csv and --ktap do not go together");
	status = check_outputs_settle(merge.junit, merge.sarif, &options);
	if (status == CLI_OK)
		status = cli_output_apart(merge.html, merge.svg);
	for (int i = 0; merge.svg && i < options.operand_count && status == CLI_OK; i++)
		status = cli_output_check(merge.svg, options.operands[i]);
	for (int i = 0; merge.html && i < options.operand_count && status == CLI_OK; i++)
		status = cli_output_check(merge.html, options.operands[i]);
	if (status == CLI_OK)
		status = parts_read(&merge.parts, options.operands, (size_t)options.operand_count);
	if (status == CLI_OK)
		status = merge_parts(&merge);
	parts_free(&merge.parts);
	return status;
}
