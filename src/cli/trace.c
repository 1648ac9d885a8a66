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
#include "cli/trace_page.h"
#include "field/plural.h"
#include "field/trace_conform.h"
#include "field/trace_load.h"
#include "field/trace_perfetto.h"
#include "field/trace_print.h"

static const char help[] =
	"usage: teeq trace [OPTION]... FILE\n"
	"\n"
	"Read a recording of the kernel's tracer with the events of the OP-TEE driver (tracefs,\n"
	"trace-cmd report, perf script; gzip or not; '-': standard input), and say what the calls\n"
	"did, who waited for whom, what is stuck at the end, and which call is not shaped as one.\n"
	"\n"
	"  --threads N     threads of the secure world, 1..255, where the file does not say so\n"
	"  --stuck S       a call that is open at the end, and of which nothing was seen for the last S\n"
	"                  seconds, is stuck (1); 0: each that is open\n"
	"  --conform       compare each step with what the model allows that driver\n"
	"  --policy P      with --conform, instead of the policy of the kernel that the file names\n"
	"                  (from Linux 6.8 on mainline, before untracked)\n"
	"  --perfetto OUT  write the recording for the Perfetto UI: a track for each task and thread\n"
	"  --html OUT      write one page for a browser: a lane for each task and thread, what was held,\n"
	"                  and the report; of a long recording the end\n"
	"  --scenario OUT  write the load as a scenario: for check, explore and the others\n"
	"                  (OUT -: standard output, without a report)\n"
	"  --clients N     tasks that it may have, 1..64 (4)\n"
	"  --commands N    kinds of calls that a task may make there, the most frequent, 1..8 (2)\n"
	"  --calls N       calls of one kind that a task may make there, 1..1000 (1)\n"
	"  --rpcs N        steps of a call there, 1..12 (6)\n"
	"  --no-foreign    leave foreign interrupts out of it\n"
	"  --json          one JSON object\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 nothing is wrong; 1 a call is stuck, or not shaped as one; 2 usage or bad\n"
	"input; 3 events are missing, and what is there is in order\n";

enum {
	OPTION_THREADS = 256,
	OPTION_STUCK,
	OPTION_CONFORM,
	OPTION_POLICY,
	OPTION_PERFETTO,
	OPTION_HTML,
	OPTION_SCENARIO,
	OPTION_CLIENTS,
	OPTION_COMMANDS,
	OPTION_CALLS,
	OPTION_RPCS,
	OPTION_NO_FOREIGN,
	OPTION_JSON,
};

static const struct option known[] = {
	{ "threads", required_argument, NULL, OPTION_THREADS },
	{ "stuck", required_argument, NULL, OPTION_STUCK },
	{ "conform", no_argument, NULL, OPTION_CONFORM },
	{ "policy", required_argument, NULL, OPTION_POLICY },
	{ "perfetto", required_argument, NULL, OPTION_PERFETTO },
	{ "html", required_argument, NULL, OPTION_HTML },
	{ "scenario", required_argument, NULL, OPTION_SCENARIO },
	{ "clients", required_argument, NULL, OPTION_CLIENTS },
	{ "commands", required_argument, NULL, OPTION_COMMANDS },
	{ "calls", required_argument, NULL, OPTION_CALLS },
	{ "rpcs", required_argument, NULL, OPTION_RPCS },
	{ "no-foreign", no_argument, NULL, OPTION_NO_FOREIGN },
	{ "json", no_argument, NULL, OPTION_JSON },
	CLI_COMMON_OPTIONS,
};

/* What was asked for, and what is made of it. */
struct tracing {
	const char *path;
	uint64_t threads;
	uint64_t stuck; /* seconds */
	bool conform;
	struct cli_policy policy;
	const char *perfetto;
	const char *html;
	const char *scenario;
	struct trace_load_bounds bounds;
	struct trace_scenario written_scenario;
	bool json;
	bool quiet; /* an export goes to standard output */
	bool terminal;
	bool written; /* a line of progress stands there */
	time_t shown;
	struct trace *trace;
	struct trace_stats *stats;
	struct trace_perfetto *exported;
	struct trace_page *page;
	struct trace_load *load;
	struct trace_conform *compared;
	int status; /* of reading */
};

/* Too large for a stack. */
struct tracing_parts {
	struct trace trace;
	struct trace_stats stats;
	struct trace_perfetto exported;
	struct trace_page page;
	struct trace_load load;
	struct trace_conform compared;
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

/* @out: where the export goes, or NULL. */
static int cli_trace_read(struct tracing *tracing, FILE *out)
{
	struct teeq_error error = { 0 };
	enum teeq_status status;

	tracing->trace->calls.threads = (unsigned int)tracing->threads;
	status = trace_start(tracing->trace, &error);
	if (status != TEEQ_OK)
		return cli_failed(tracing->path, status, &error);
	trace_stats_start(tracing->stats, &tracing->trace->calls);
	if (out)
		trace_perfetto_start(tracing->exported, out, &tracing->trace->calls,
				     tracing->stats);
	if (tracing->html)
		trace_page_start(tracing->page, &tracing->trace->calls);
	if (tracing->scenario)
		trace_load_start(tracing->load, &tracing->trace->calls);
	if (tracing->conform)
		status = trace_conform_start(tracing->compared, tracing->trace);
	if (status != TEEQ_OK)
		return cli_failed(tracing->path, status, &error);
	status = trace_read(tracing->trace, tracing->path, cli_trace_progress, tracing, &error);
	if (tracing->written)
		fputs("\r\033[K", stderr);
	if (status != TEEQ_OK)
		return cli_failed(tracing->path, status, &error);
	trace_stats_finish(tracing->stats, tracing->trace->last);
	if (tracing->conform)
		trace_conform_finish(tracing->compared);
	if (out)
		trace_perfetto_finish(tracing->exported, tracing->trace);
	return CLI_OK;
}

/* What could not be compared is an error, so that nobody takes it for a comparison. */
static int cli_trace_comparable(const struct tracing *tracing)
{
	const char *name = cli_input_name(tracing->path);

	if (tracing->trace->calls.calls == 0)
		return cli_error("%s: holds no call that could be compared", name);
	if (!tracing->compared->policy)
		return cli_error("%s: does not say which Linux was recorded: name its policy, "
				 "--policy mainline from Linux 6.8 on, --policy untracked before",
				 name);
	if (tracing->trace->calls.threads == 0)
		return cli_error("%s: does not say how many threads there are: --threads N", name);
	return CLI_OK;
}

static void cli_trace_print_compared(const struct tracing *tracing)
{
	const struct trace_conform *compared = tracing->compared;

	printf("Policy %s: %" PRIu64 " step%s compared, %" PRIu64 " not allowed, %" PRIu64
	       " not compared (behind lost events).\n",
	       compared->policy->name, compared->steps, plural(compared->steps),
	       tracing->trace->calls.complaints_of[TRACE_COMPLAINT_MODEL], compared->not_compared);
}

/* For cli_output_replace(): the export is written while the recording is read. */
static int cli_trace_export(FILE *out, const void *argument)
{
	struct tracing *tracing = *(struct tracing *const *)argument;

	tracing->status = cli_trace_read(tracing, out);
	return tracing->status == CLI_OK ? CLI_OK : CLI_LIMIT;
}

static int cli_trace_read_all(struct tracing *tracing)
{
	int status;

	if (!tracing->perfetto)
		return cli_trace_read(tracing, NULL);
	status = cli_output_write(tracing->perfetto, cli_trace_export, &tracing);
	return status == CLI_LIMIT ? tracing->status : status;
}

static int cli_trace_write_load(FILE *out, const void *argument)
{
	struct tracing *tracing = *(struct tracing *const *)argument;

	if (trace_scenario_write(out, tracing->load, tracing->trace, &tracing->written_scenario))
		return CLI_OK;
	cli_error("%s: holds no call from its beginning to its end, so there is no scenario",
		  cli_input_name(tracing->path));
	return CLI_LIMIT;
}

static int cli_trace_scenario(struct tracing *tracing)
{
	const struct trace_scenario *what = &tracing->written_scenario;

	if (cli_output_write(tracing->scenario, cli_trace_write_load, &tracing) != CLI_OK)
		return CLI_BAD;
	if (!tracing->json && !tracing->quiet)
		printf("%s: %" PRIu64 " task%s as %" PRIu64
		       " client%s, %u kind%s of calls; left out %" PRIu64 " task%s, %" PRIu64
		       " call%s\n",
		       tracing->scenario, what->tasks, plural(what->tasks), what->clients,
		       plural(what->clients), what->commands, plural(what->commands),
		       what->left_tasks, plural(what->left_tasks), what->left_calls,
		       plural(what->left_calls));
	return CLI_OK;
}

static int cli_trace_html(const struct tracing *tracing)
{
	const struct trace_page_source source = {
		.page = tracing->page,
		.trace = tracing->trace,
		.stats = tracing->stats,
		.path = cli_input_name(tracing->path),
		.patience = tracing->stuck * 1000000000,
	};

	return cli_output_replace(tracing->html, trace_page_write, &source);
}

static int cli_trace_report(struct tracing *tracing)
{
	static const int statuses[] = {
		[TRACE_VERDICT_FINE] = CLI_OK,
		[TRACE_VERDICT_FOUND] = CLI_FOUND,
		[TRACE_VERDICT_LOST] = CLI_LIMIT,
	};
	const char *name = cli_input_name(tracing->path);
	uint64_t patience = tracing->stuck * 1000000000;

	if (tracing->conform && cli_trace_comparable(tracing) != CLI_OK)
		return CLI_BAD;
	if (tracing->json) {
		int status = cli_trace_json(name, tracing->trace, tracing->stats, patience);

		if (status != CLI_OK)
			return status;
	} else if (!tracing->quiet) {
		pager_start();
		trace_print_report(stdout, name, tracing->trace, tracing->stats, patience);
	}
	if (tracing->conform && !tracing->json && !tracing->quiet)
		cli_trace_print_compared(tracing);
	if (tracing->html && cli_trace_html(tracing) != CLI_OK)
		return CLI_BAD;
	if (tracing->scenario && cli_trace_scenario(tracing) != CLI_OK)
		return CLI_BAD;
	return statuses[trace_judge(tracing->trace, patience)];
}

static int cli_trace_run(struct tracing *tracing)
{
	struct tracing_parts *parts;
	int status;

	tracing->terminal = isatty(STDERR_FILENO) == 1;
	parts = calloc(1, sizeof(*parts));
	if (!parts)
		return cli_error("%s: out of memory", tracing->path);
	tracing->trace = &parts->trace;
	tracing->stats = &parts->stats;
	tracing->exported = &parts->exported;
	tracing->page = &parts->page;
	tracing->load = &parts->load;
	tracing->compared = &parts->compared;
	tracing->compared->policy = tracing->policy.policy;
	tracing->load->bounds = tracing->bounds;
	status = cli_trace_read_all(tracing);
	if (status == CLI_OK)
		status = cli_trace_report(tracing);
	trace_free(tracing->trace);
	trace_conform_free(tracing->compared);
	free(parts);
	return status;
}

static bool cli_trace_option(struct tracing *tracing, const char *command, int option)
{
	switch (option) {
	case OPTION_THREADS:
		return cli_number(command, "--threads", optarg, 1, FIELD_THREADS_MAX,
				  &tracing->threads);
	case OPTION_STUCK:
		return cli_number(command, "--stuck", optarg, 0, 1000000, &tracing->stuck);
	case OPTION_CONFORM:
		tracing->conform = true;
		return true;
	case OPTION_POLICY:
		return cli_policy_load(optarg, &tracing->policy) == CLI_OK;
	case OPTION_PERFETTO:
		tracing->perfetto = optarg;
		return true;
	case OPTION_SCENARIO:
		tracing->scenario = optarg;
		return true;
	case OPTION_HTML:
		tracing->html = optarg;
		return true;
	case OPTION_CLIENTS:
		return cli_number(command, "--clients", optarg, 1, 64, &tracing->bounds.clients);
	case OPTION_COMMANDS:
		return cli_number(command, "--commands", optarg, 1, TRACE_LOAD_KINDS,
				  &tracing->bounds.commands);
	case OPTION_CALLS:
		return cli_number(command, "--calls", optarg, 1, 1000, &tracing->bounds.calls);
	case OPTION_RPCS:
		return cli_number(command, "--rpcs", optarg, 1, TRACE_LOAD_STEPS,
				  &tracing->bounds.steps);
	case OPTION_NO_FOREIGN:
		tracing->bounds.foreign = false;
		return true;
	default:
		tracing->json = true;
		return true;
	}
}

int cli_trace(int argc, char **argv)
{
	struct tracing tracing = {
		.stuck = 1,
		.bounds = { .clients = 4, .commands = 2, .calls = 1, .steps = 6, .foreign = true },
	};
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
	if (cli_trace_outputs(argv[0], tracing.path, tracing.perfetto, tracing.html,
			      tracing.scenario) != CLI_OK)
		return CLI_BAD;
	if (tracing.policy.policy && !tracing.conform)
		return cli_usage(argv[0], "--policy is for --conform");
	tracing.quiet = cli_output_is_stdout(tracing.perfetto) ||
			cli_output_is_stdout(tracing.scenario);
	if (tracing.quiet && tracing.json)
		return cli_usage(argv[0], "both --json and an export go to standard output");
	return cli_trace_run(&tracing);
}
