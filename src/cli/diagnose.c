/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/diagnose.h"
#include "cli/output.h"
#include "field/sketch.h"
#include "field/tell.h"
#include "field/threads.h"

static const char help[] =
	"usage: teeq diagnose [OPTION]... LOG...\n"
	"\n"
	"Read kernel logs with stacks of tasks (hung tasks, SysRq w and t, stalled processors,\n"
	"/proc/PID/stack, locks held), packed by gzip or not, and say whether calls to OP-TEE hang,\n"
	"who waits for whom, what it is, and what to do. LOG - is standard input. Several logs are\n"
	"read in their order, as one.\n"
	"\n"
	"  --threads N     the secure world has N threads, 1..255 (CFG_NUM_THREADS)\n"
	"  --frames FILE   more functions of a kernel, as rows of src/field/frames.tsv\n"
	"  --html OUT      write one page for a browser: the stacks in their order, a lane for each task,\n"
	"                  which threads were held, who waits for whom, and the report\n"
	"  --scenario OUT  write a scenario that replays it, and search that: is the state reached, and\n"
	"                  which policy or number of threads would not have hung\n"
	"  --json          one JSON object\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 1 something hangs; 0 nothing is stuck; 2 usage or bad input; 3 it cannot be told\n"
	"from these logs\n";

enum {
	OPTION_THREADS = 256,
	OPTION_FRAMES,
	OPTION_HTML,
	OPTION_SCENARIO,
	OPTION_JSON,
};

static const struct option known[] = {
	{ "threads", required_argument, NULL, OPTION_THREADS },
	{ "frames", required_argument, NULL, OPTION_FRAMES },
	{ "html", required_argument, NULL, OPTION_HTML },
	{ "scenario", required_argument, NULL, OPTION_SCENARIO },
	{ "json", no_argument, NULL, OPTION_JSON },
	CLI_COMMON_OPTIONS,
};

static int diagnose_option(struct cli_diagnosis *diagnosis, const char *command, int option)
{
	struct teeq_error error = { .text = "" };
	enum teeq_status status;

	switch (option) {
	case OPTION_THREADS:
		return cli_number(command, "--threads", optarg, 1, FIELD_THREADS_MAX,
				  &diagnosis->threads) ?
			       CLI_OK :
			       CLI_BAD;
	case OPTION_FRAMES:
		if (diagnosis->table_count == CLI_TABLE_MAX)
			return cli_usage(command, "--frames more than %d times", CLI_TABLE_MAX);
		diagnosis->tables[diagnosis->table_count++] = optarg;
		status = frames_read(diagnosis->frames, optarg, &error);
		return status == TEEQ_OK ? CLI_OK : cli_failed(optarg, status, &error);
	case OPTION_HTML:
		diagnosis->html = optarg;
		return CLI_OK;
	case OPTION_SCENARIO:
		diagnosis->scenario = optarg;
		return CLI_OK;
	default:
		diagnosis->json = true;
		return CLI_OK;
	}
}

static int read_logs(struct cli_diagnosis *diagnosis, const struct cli_options *options)
{
	struct teeq_error error = { .text = "" };
	struct log_reader *reader;
	enum teeq_status status = log_reader_new(diagnosis->frames, &reader, &error);

	if (status != TEEQ_OK)
		return cli_failed("diagnose", status, &error);
	for (int i = 0; i < options->operand_count; i++) {
		status = log_read(reader, options->operands[i], &error);
		if (status != TEEQ_OK) {
			log_reader_free(reader);
			return cli_failed(options->operands[i], status, &error);
		}
	}
	diagnosis->log = log_finish(reader);
	return CLI_OK;
}

static int exit_status(enum verdict_kind kind)
{
	if (kind == VERDICT_CANNOT_TELL)
		return CLI_LIMIT;
	return verdict_is_hang(kind) ? CLI_FOUND : CLI_OK;
}

static int judge(struct cli_diagnosis *diagnosis)
{
	struct teeq_error error = { .text = "" };
	enum teeq_status status = picture_new(diagnosis->log, diagnosis->frames,
					      (uint32_t)diagnosis->threads, &diagnosis->picture,
					      &error);
	struct cli_confirmation confirmation = { .policy = NULL };
	int result = CLI_OK;

	if (status != TEEQ_OK)
		return cli_failed("diagnose", status, &error);
	verdict_of(diagnosis->picture, &diagnosis->verdict);
	if (diagnosis->scenario && !sketch_possible(diagnosis->picture))
		return cli_error("%s: not written: no task in these logs is in a call",
				 diagnosis->scenario);
	if (diagnosis->scenario)
		result = cli_diagnose_scenario(diagnosis, &confirmation);
	if (result != CLI_OK)
		return result;
	pager_start();
	if (diagnosis->json)
		result = cli_diagnose_json(diagnosis, diagnosis->scenario ? &confirmation : NULL);
	else
		tell_print(diagnosis->picture, &diagnosis->verdict, stdout);
	if (diagnosis->scenario && !diagnosis->json)
		cli_diagnose_tell(diagnosis, &confirmation);
	if (result == CLI_OK && diagnosis->html)
		result = cli_diagnose_page(diagnosis);
	return result == CLI_OK ? exit_status(diagnosis->verdict.kind) : result;
}

/* Whether @path, which may be NULL, is not one of what is read. */
static bool diagnose_may_write(const struct cli_diagnosis *diagnosis, const char *path,
			       const struct cli_options *options)
{
	for (int i = 0; path && i < options->operand_count; i++)
		if (cli_output_check(path, options->operands[i]) != CLI_OK)
			return false;
	for (size_t i = 0; path && i < diagnosis->table_count; i++)
		if (cli_output_check(path, diagnosis->tables[i]) != CLI_OK)
			return false;
	return true;
}

static int diagnose_arguments(struct cli_diagnosis *diagnosis, int argc, char **argv)
{
	struct cli_options options;
	int option, status;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		status = diagnose_option(diagnosis, argv[0], option);
		if (status != CLI_OK)
			return status;
	}
	if (option < 0)
		return options.status;
	if (options.operand_count == 0)
		return cli_usage(argv[0], "a LOG is missing");
	if (cli_output_is_stdout(diagnosis->scenario) || cli_output_is_stdout(diagnosis->html))
		return cli_usage(argv[0],
				 "--%s: the report goes to standard output, so that a "
				 "file is to be named",
				 cli_output_is_stdout(diagnosis->scenario) ? "scenario" : "html");
	if (cli_output_is_same(diagnosis->scenario, diagnosis->html))
		return cli_usage(argv[0], "%s: both --html and --scenario", diagnosis->html);
	diagnosis->name = cli_input_name(options.operands[0]);
	if (!diagnose_may_write(diagnosis, diagnosis->scenario, &options) ||
	    !diagnose_may_write(diagnosis, diagnosis->html, &options))
		return CLI_BAD;
	status = read_logs(diagnosis, &options);
	return status == CLI_OK ? judge(diagnosis) : status;
}

int cli_diagnose(int argc, char **argv)
{
	struct cli_diagnosis diagnosis = { .threads = 0 };
	struct teeq_error error = { .text = "" };
	enum teeq_status status = frames_new(&diagnosis.frames, &error);
	int result;

	if (status != TEEQ_OK)
		return cli_failed(argv[0], status, &error);
	result = diagnose_arguments(&diagnosis, argc, argv);
	picture_free(diagnosis.picture);
	log_free(diagnosis.log);
	frames_free(diagnosis.frames);
	return result;
}
