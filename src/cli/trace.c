/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "field/trace_print.h"

static const char help[] =
	"usage: teeq trace [OPTION]... FILE\n"
	"\n"
	"Read a recording of the kernel's tracer with the events of the OP-TEE driver (tracefs,\n"
	"trace-cmd report, perf script; gzip or not; '-': standard input), and say what the calls\n"
	"did, who waited for whom, what is stuck at the end, and which call is not shaped as one.\n"
	"\n"
	"  --threads N     threads of the secure world, 1..256, where the file does not say so\n"
	"  --stuck S       a call that is open at the end, and of which nothing was seen for the last S\n"
	"                  seconds, is stuck (1); 0: each that is open\n"
	"  --json          one JSON object\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 nothing is wrong; 1 a call is stuck, or not shaped as one; 2 usage or bad\n"
	"input; 3 events are missing, and what is there is in order\n";

enum {
	OPTION_THREADS = 256,
	OPTION_STUCK,
	OPTION_JSON,
};

static const struct option known[] = {
	{ "threads", required_argument, NULL, OPTION_THREADS },
	{ "stuck", required_argument, NULL, OPTION_STUCK },
	{ "json", no_argument, NULL, OPTION_JSON },
	CLI_COMMON_OPTIONS,
};

/* What was asked for, and what is made of it. */
struct tracing {
	const char *path;
	uint64_t threads;
	uint64_t stuck; /* seconds */
	bool json;
	bool terminal;
	bool written; /* a line of progress stands there */
	time_t shown;
	struct trace *trace;
	struct trace_stats *stats;
};

static bool cli_trace_progress(void *argument, const struct trace *trace, uint64_t bytes)
{
	struct tracing *tracing = argument;
	char size[CLI_BYTES_TEXT];
	time_t now;

	if (!tracing->terminal)
		return true;
	now = time(NULL);
	if (now == tracing->shown)
		return true;
	tracing->shown = now;
	tracing->written = true;
	cli_bytes_text(size, bytes);
	fprintf(stderr, "\r%s, %" PRIu64 " events of the driver, %" PRIu64 " calls\033[K", size,
		trace->events, trace->calls.calls);
	fflush(stderr);
	return true;
}

static int cli_trace_read(struct tracing *tracing)
{
	struct teeq_error error = { 0 };
	enum teeq_status status;

	tracing->trace->calls.threads = (unsigned int)tracing->threads;
	status = trace_start(tracing->trace, &error);
	if (status != TEEQ_OK)
		return cli_failed(tracing->path, status, &error);
	trace_stats_start(tracing->stats, &tracing->trace->calls);
	status = trace_read(tracing->trace, tracing->path, cli_trace_progress, tracing, &error);
	if (tracing->written)
		fputs("\r\033[K", stderr);
	if (status != TEEQ_OK)
		return cli_failed(tracing->path, status, &error);
	trace_stats_finish(tracing->stats, tracing->trace->last);
	return CLI_OK;
}

static int cli_trace_report(const struct tracing *tracing)
{
	static const int statuses[] = {
		[TRACE_VERDICT_FINE] = CLI_OK,
		[TRACE_VERDICT_FOUND] = CLI_FOUND,
		[TRACE_VERDICT_LOST] = CLI_LIMIT,
	};
	const char *name = cli_input_name(tracing->path);
	uint64_t patience = tracing->stuck * 1000000000;

	if (tracing->json) {
		int status = cli_trace_json(name, tracing->trace, tracing->stats, patience);

		if (status != CLI_OK)
			return status;
	} else {
		trace_print_report(stdout, name, tracing->trace, tracing->stats, patience);
	}
	return statuses[trace_judge(tracing->trace, patience)];
}

static int cli_trace_run(struct tracing *tracing)
{
	int status = CLI_BAD;

	tracing->terminal = isatty(STDERR_FILENO) == 1;
	tracing->trace = calloc(1, sizeof(*tracing->trace));
	tracing->stats = calloc(1, sizeof(*tracing->stats));
	if (tracing->trace && tracing->stats) {
		status = cli_trace_read(tracing);
		if (status == CLI_OK)
			status = cli_trace_report(tracing);
		trace_free(tracing->trace);
	} else {
		cli_error("%s: out of memory", tracing->path);
	}
	free(tracing->trace);
	free(tracing->stats);
	return status;
}

static bool cli_trace_option(struct tracing *tracing, const char *command, int option)
{
	switch (option) {
	case OPTION_THREADS:
		return cli_number(command, "--threads", optarg, 1, TRACE_THREAD_MAX,
				  &tracing->threads);
	case OPTION_STUCK:
		return cli_number(command, "--stuck", optarg, 0, 1000000, &tracing->stuck);
	default:
		tracing->json = true;
		return true;
	}
}

int cli_trace(int argc, char **argv)
{
	struct tracing tracing = { .stuck = 1 };
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!cli_trace_option(&tracing, argv[0], option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (options.operand_count != 1)
		return cli_usage(argv[0], "one recording is to be named, not %d",
				 options.operand_count);
	tracing.path = options.operands[0];
	return cli_trace_run(&tracing);
}
