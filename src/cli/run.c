/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "cli/exports.h"
#include "cli/many.h"

static const char help[] =
	"usage: teeq run [OPTION]... FILE\n"
	"\n"
	"Run the scenario of FILE until every task has finished or none can move.\n"
	"\n"
	"  --policy P      the call queue's policy: a name that 'teeq policies' lists (default\n"
	"                  mainline), or the path of a shared object that holds one\n"
	"  --driver SO     a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                  it has options of its own: 'teeq run --driver SO --help'\n"
	"  --strategy S    who moves next: round-robin (default), random (default with --seed or\n"
	"                  --runs), or pct: random priorities, changed at a few steps\n"
	"  --seed N        seed of strategies random and pct (default 1)\n"
	"  --depth D       pct: one more than the changes, 1 to 17 (default 3)\n"
	"  --length K      pct: steps of a run, 1 to 65535 (default: those of a round-robin run)\n"
	"  --runs N        run N times with seeds counting up, and print how they ended\n"
	"  --workers N     of --runs: threads, 1 to 64 (default 1); the output does not depend on it\n"
	"  --shard K/N     of --runs: make the K-th of N parts of them, for teeq merge; with --json\n"
	"  --schedule S    make the choices of schedule S, or of the file in @FILE, as teeq replay\n"
	"  --steps N       stop after N steps, 1 to 100000000 (default 1000000)\n"
	"  --trace KIND    text: one line for each step, a column for each task, and after it the\n"
	"                  queue's free credits, system sessions and callers in its list;\n"
	"                  json: one JSON object for each step, and then one for the result;\n"
	"                  none (default)\n"
	"  --json          the result as one JSON object\n"
	"  --check         run twice and compare\n"
	EXPORT_HELP
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 every task finished, 1 a deadlock or a violation, 2 bad usage or input,\n"
	"3 the steps ran out, or you interrupted --runs\n";

#define PCT_DEPTH_DEFAULT 3
#define PCT_LENGTH_MAX	  65535

enum {
	SEED = 1,
	RUNS = 2,
	STRATEGY = 4,
	STEPS = 8,
	DEPTH = 16,
	LENGTH = 32,
	WORKERS = 64
};

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },   { "strategy", required_argument, NULL, 's' },
	{ "seed", required_argument, NULL, 'd' },     { "runs", required_argument, NULL, 'r' },
	{ "schedule", required_argument, NULL, 'S' }, { "steps", required_argument, NULL, 'n' },
	{ "trace", required_argument, NULL, 't' },    { "json", no_argument, NULL, 'j' },
	{ "check", no_argument, NULL, 'c' },	      { "depth", required_argument, NULL, 'D' },
	{ "length", required_argument, NULL, 'k' },
	{ "workers", required_argument, NULL, 'w' },
	{ "shard", required_argument, NULL, SHARD_OPTION },
	EXPORT_OPTIONS,
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

/* The command line, read. @given: which options of the enum above were there. */
struct command_line {
	struct cli_request request;
	struct exports exports;
	struct teeq_strategy pct; /* with its settings */
	const char *policy;
	const char *schedule;
	struct shard shard;
	unsigned int given;
};

static bool read_strategy(struct command_line *line, const char *text)
{
	line->given |= STRATEGY;
	line->request.strategy = teeq_strategy_find(text);
	if (line->request.strategy)
		return true;
	cli_usage("run", "--strategy: '%s' is not round-robin, random or pct", text);
	return false;
}

static bool read_depth(struct command_line *line, const char *text)
{
	uint64_t depth = 0;

	line->given |= DEPTH;
	if (!cli_number("run", "--depth", text, 1, TEEQ_PCT_DEPTH_MAX, &depth))
		return false;
	line->request.pct.depth = (unsigned int)depth;
	return true;
}

static bool cli_run_read_number(struct command_line *line, int option, const char *text)
{
	if (option == 'd') {
		line->given |= SEED;
		return cli_number("run", "--seed", text, 0, UINT64_MAX, &line->request.seed);
	}
	if (option == 'D')
		return read_depth(line, text);
	if (option == 'k') {
		line->given |= LENGTH;
		return cli_number("run", "--length", text, 1, PCT_LENGTH_MAX,
				  &line->request.pct.step_count);
	}
	if (option == 'r') {
		line->given |= RUNS;
		return cli_number("run", "--runs", text, 1, UINT64_MAX, &line->request.run_count);
	}
	if (option == 'w') {
		uint64_t workers = 0;

		line->given |= WORKERS;
		if (!cli_number("run", "--workers", text, 1, TEEQ_RUN_WORKER_MAX, &workers))
			return false;
		line->request.workers = (unsigned int)workers;
		return true;
	}
	line->given |= STEPS;
	return cli_number("run", "--steps", text, 1, TEEQ_SCHEDULE_MAX, &line->request.step_max);
}

static bool cli_run_read_option(struct command_line *line, int option)
{
	if (exports_has(option)) {
		exports_read(&line->exports, option, optarg);
		return true;
	}
	switch (option) {
	case 'p':
		line->policy = optarg;
		return true;
	case 's':
		return read_strategy(line, optarg);
	case 'S':
		line->schedule = optarg;
		return true;
	case 't':
		return cli_trace_parse("run", optarg, &line->request.trace);
	case 'j':
		line->request.json = true;
		return true;
	case 'c':
		line->request.check = true;
		return true;
	case SHARD_OPTION:
		return shard_read("run", optarg, &line->shard);
	default:
		return cli_run_read_number(line, option, optarg);
	}
}

/* What was left out, and what does not go together. */
static int cli_run_settle(struct command_line *line, const char *path)
{
	struct cli_request *request = &line->request;

	if (line->schedule && line->given)
		return cli_usage("run",
				 "--schedule already says every choice: it does not go "
				 "with --strategy, --seed, --runs, --workers, --steps, --depth or --length");
	if ((line->given & WORKERS) && !(line->given & RUNS))
		return cli_usage("run", "--workers: one run has one worker; it goes with --runs");
	if ((line->given & RUNS) && request->trace != CLI_TRACE_NONE)
		return cli_usage("run", "--trace shows one run: it does not go with --runs");
	if ((line->given & RUNS) && exports_any(&line->exports))
		return cli_usage("run", "a file shows one run: it does not go with --runs");
	if (line->shard.count > 0 && (!(line->given & RUNS) || request->check))
		return cli_usage("run", "--shard divides --runs, and --check compares all of them");
	if (shard_settle("run", &line->shard, request->json) != CLI_OK ||
	    exports_check(&line->exports, path) != CLI_OK)
		return CLI_BAD;
	request->shard = &line->shard;
	request->exports = &line->exports;
	if (!(line->given & SEED))
		request->seed = 1;
	if (request->run_count > 0 && request->run_count - 1 > UINT64_MAX - request->seed)
		return cli_usage("run", "--runs: seeds from %" PRIu64 " on end at %" PRIu64
				 ", before %" PRIu64 " runs", request->seed, UINT64_MAX,
				 request->run_count);
	if (!request->strategy)
		request->strategy = line->given & (SEED | RUNS) ? &teeq_strategy_random :
								  &teeq_strategy_round_robin;
	if ((line->given & (DEPTH | LENGTH)) && request->strategy != &teeq_strategy_pct)
		return cli_usage("run", "--depth and --length are settings of --strategy pct");
	return cli_output_settle("run", request);
}

/* Its settings need the model: how long a run is, unless that was said. */
static int settle_pct(struct command_line *line, const struct cli_case *c)
{
	const struct cli_request round_robin = { .c = c, .strategy = &teeq_strategy_round_robin };
	struct cli_request *request = &line->request;
	struct teeq_result result = { 0 };

	if (request->strategy != &teeq_strategy_pct)
		return CLI_OK;
	if (!(line->given & DEPTH))
		request->pct.depth = PCT_DEPTH_DEFAULT;
	if (!(line->given & LENGTH)) {
		if (cli_perform(&round_robin, false, NULL, &result) != CLI_OK)
			return CLI_BAD;
		request->pct.step_count = result.steps > 0 ? result.steps : 1;
		if (request->pct.step_count > PCT_LENGTH_MAX)
			request->pct.step_count = PCT_LENGTH_MAX;
	}
	line->pct = teeq_strategy_pct;
	line->pct.argument = &request->pct;
	request->strategy = &line->pct;
	return CLI_OK;
}

static int run_file(struct command_line *line, const char *path)
{
	struct cli_policy policy;
	struct cli_case c;
	int status = cli_case_load(&c, path);

	line->request.c = &c;
	if (status != CLI_OK) {
		cli_case_free(&c);
		return status;
	}
	if (line->schedule) {
		status = cli_execute_schedule(&line->request, &c, "run", line->policy,
					      line->schedule);
	} else {
		status = cli_policy_load(line->policy ? line->policy : "mainline", &policy);
		if (status == CLI_OK)
			status = cli_case_build(&c, &policy);
		if (status == CLI_OK)
			status = settle_pct(line, &c);
		if (status == CLI_OK)
			status = line->given & RUNS ? cli_execute_many(&line->request) :
						      cli_execute(&line->request);
	}
	cli_case_free(&c);
	return status;
}

int cli_run(int argc, char **argv)
{
	struct command_line line = { 0 };
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!cli_run_read_option(&line, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, false))
		return CLI_BAD;
	if (cli_run_settle(&line, options.operands[0]) != CLI_OK)
		return CLI_BAD;
	return run_file(&line, options.operands[0]);
}
