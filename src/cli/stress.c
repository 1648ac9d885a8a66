/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/stress.h"

static const char help[] =
	"usage: teeq stress [OPTION]... FILE\n"
	"\n"
	"Run the scenario of FILE on real threads, again and again: a pthread for each task, which\n"
	"takes the locks of each of its actions and sleeps while it cannot move. Every round is\n"
	"compared, action by action, with a run of the model. Stops at the first round that does not come to its end.\n"
	"\n"
	"  --policy P      the call queue's policy: a name that 'teeq policies' lists (default\n"
	"                  mainline), or the path of a shared object that holds one\n"
	"  --driver SO     a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                  it has options of its own: 'teeq stress --driver SO --help'\n"
	"  --seconds N     begin no round after N seconds, 1 to 86400 (default 5; with --rounds:\n"
	"                  no limit), and give up one that is not over after twice that time\n"
	"  --rounds N      run N rounds at most\n"
	"  --seed N        seed of the pauses that let other threads go first (default 1), one\n"
	"                  more for each round. The same seed does not give the same round again\n"
	"  --no-yield      no such pauses\n"
	"  --watchdog MS   give up a round in which nothing happens for MS milliseconds although\n"
	"                  some thread could move, 1 to 3600000 (default 10000). A hang is found\n"
	"                  at once, because blocked threads are counted\n"
	"  --record FILE   write the round that did not come to its end, or else the last, as a\n"
	"                  recording for teeq conform\n"
	"  --json          the result as one JSON object\n"
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 every round came to its end, 1 a deadlock or a violation, or threads and\n"
	"model differ, 2 bad usage or input, 3 a round was given up, or you interrupted\n";

#define SECONDS_DEFAULT	 5
#define WATCHDOG_DEFAULT 10000
#define PAUSE_PERCENT	 25

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "seconds", required_argument, NULL, 's' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "seed", required_argument, NULL, 'd' },
	{ "no-yield", no_argument, NULL, 'y' },
	{ "watchdog", required_argument, NULL, 'w' },
	{ "record", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },
	CLI_SET_OPTION, CLI_COMMON_OPTIONS,
};

struct command_line {
	const char *policy;
	const char *record;
	uint64_t seconds; /* 0: no limit */
	uint64_t rounds; /* 0: no limit */
	uint64_t seed;
	uint64_t watchdog_ms;
	bool no_yield;
	bool json;
};

static bool stress_read_option(struct command_line *line, int option)
{
	switch (option) {
	case 'p':
		line->policy = optarg;
		return true;
	case 'o':
		line->record = optarg;
		return true;
	case 'y':
		line->no_yield = true;
		return true;
	case 'j':
		line->json = true;
		return true;
	case 's':
		return cli_number("stress", "--seconds", optarg, 1, 86400, &line->seconds);
	case 'r':
		return cli_number("stress", "--rounds", optarg, 1, UINT64_MAX, &line->rounds);
	case 'd':
		return cli_number("stress", "--seed", optarg, 0, UINT64_MAX, &line->seed);
	default:
		return cli_number("stress", "--watchdog", optarg, 1, 3600000, &line->watchdog_ms);
	}
}

/* ----------------------------------------- rounds --------------------------------------------- */

static void add_up(struct stress_tally *tally, const struct stress_round *round)
{
	tally->rounds++;
	tally->nanoseconds += round->nanoseconds;
	tally->stats.calls += round->stats.calls;
	tally->stats.waits += round->stats.waits;
	tally->stats.wait_ns += round->stats.wait_ns;
	tally->stats.actions += round->stats.actions;
	if (round->stats.wait_ns_max > tally->stats.wait_ns_max)
		tally->stats.wait_ns_max = round->stats.wait_ns_max;
	if (round->match != TEEQ_OK)
		return;
	tally->compared_rounds++;
	tally->compared_actions += round->stats.actions;
}

/* Rounds until one does not come to its end. */
static int run_rounds(const struct command_line *line, struct stress_round *round,
		      struct stress_tally *tally)
{
	uint64_t start = stress_now_ns(), limit = line->seconds * 1000000000u;
	int status;

	round->give_up_ns = limit > 0 ? start + 2 * limit : 0;
	do {
		round->seed = line->seed + tally->rounds;
		status = stress_round_run(round);
		if (status != CLI_OK)
			return status;
		add_up(tally, round);
	} while (round->verdict == TEEQ_VERDICT_DONE && round->match != TEEQ_EMISMATCH &&
		 (line->rounds == 0 || tally->rounds < line->rounds) &&
		 (limit == 0 || stress_now_ns() - start < limit) && !cli_interrupted());
	return CLI_OK;
}

/* A recording is for comparing it with the model: where that was not possible, none is written. */
static int cli_stress_record(const struct command_line *line, const struct stress_round *round)
{
	if (round->match == TEEQ_ELIMIT)
		return cli_error("%s: not written: %s", line->record, round->error.text);
	return stress_record(round, line->record);
}

/* What the last round and the comparison say; a limit says nothing. */
static int stress_verdict_status(const struct stress_round *round)
{
	if (round->match == TEEQ_EMISMATCH)
		return CLI_FOUND;
	if (round->verdict == TEEQ_VERDICT_DONE && cli_interrupted())
		return CLI_LIMIT;
	return cli_verdict_status(round->verdict);
}

/* ------------------------------------------ main ---------------------------------------------- */

static int stress(const struct command_line *line, const struct cli_case *c)
{
	const struct stress_request request = { c, line->seed, line->no_yield, line->json };
	struct stress_round round = {
		.c = c,
		.pause_percent = line->no_yield ? 0 : PAUSE_PERCENT,
		.watchdog_ms = (unsigned int)line->watchdog_ms,
	};
	struct stress_tally tally = { .rounds = 0 };
	struct cli_watch watch;
	int status, recorded;

	cli_watch_start(&watch, false);
	if (!line->json)
		stress_print_head(&request);
	status = run_rounds(line, &round, &tally);
	cli_watch_end(&watch);
	if (status == CLI_OK) {
		status = line->json ? stress_print_json(&request, &round, &tally) :
				      stress_print_result(&round, &tally);
		status = status == CLI_OK ? stress_verdict_status(&round) : status;
		recorded = line->record ? cli_stress_record(line, &round) : CLI_OK;
		status = recorded != CLI_OK ? recorded : status;
	}
	stress_round_clear(&round);
	return status;
}

static int stress_file(const struct command_line *line, const char *path)
{
	struct cli_policy policy;
	struct cli_case c;
	int status = cli_case_load(&c, path);

	if (status == CLI_OK)
		status = cli_policy_load(line->policy ? line->policy : "mainline", &policy);
	if (status == CLI_OK)
		status = cli_case_build(&c, &policy);
	if (status == CLI_OK && line->record)
		status = cli_output_check(line->record, path);
	if (status == CLI_OK)
		status = stress(line, &c);
	cli_case_free(&c);
	return status;
}

int cli_stress(int argc, char **argv)
{
	struct command_line line = { .seed = 1, .watchdog_ms = WATCHDOG_DEFAULT };
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!stress_read_option(&line, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, false))
		return CLI_BAD;
	if (line.rounds > 0 && line.rounds - 1 > UINT64_MAX - line.seed)
		return cli_usage("stress", "--rounds: seeds from %" PRIu64 " on end at %" PRIu64
				 ", before %" PRIu64 " rounds", line.seed, UINT64_MAX, line.rounds);
	if (line.seconds == 0 && line.rounds == 0)
		line.seconds = SECONDS_DEFAULT;
	return stress_file(&line, options.operands[0]);
}
