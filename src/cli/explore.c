/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/budget.h"
#include "cli/explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/output.h"

static const char help[] =
	"usage: teeq explore [OPTION]... FILE\n"
	"\n"
	"Visit every state that the scenario of FILE can reach, in whatever order its tasks move,\n"
	"and look for one in which something is broken or nothing moves any more.\n"
	"\n"
	"  --policy P        the call queue's policy: a name that 'teeq policies' lists (default\n"
	"                    mainline), or the path of a shared object that holds one\n"
	"  --driver SO       a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                    it has options of its own: 'teeq explore --driver SO --help'\n"
	"  --client NAME     ask about this client alone: does it always finish, whatever becomes of\n"
	"                    the others? A state in which it has is no counterexample\n"
	"  --search S        breadth (default): the shortest counterexample; depth: the first met\n"
	"  --directed        towards states with few free threads and many who wait: the first\n"
	"                    counterexample met, often long before everything was visited\n"
	"  --preemptions N   at most N preemptions in a schedule, 0 to 255: first none, then one, and\n"
	"                    so on; the counterexample with the fewest. A preemption: a task that\n"
	"                    could go on does not\n"
	"  --all             go on behind the first counterexample and count them all; told is\n"
	"                    the nearest of the most severe verdict\n"
	"  --exact           compare whole states instead of 64-bit fingerprints\n"
	"  --bit-state SIZE  keep of each state a few bits, in a table of that size, so that many more\n"
	"                    find room, depth first: what is found is real, and where nothing is found\n"
	"                    nothing is claimed; --max-memory is then about the rest\n"
	"  --no-symmetry     tell like tasks, and the threads of the secure world, apart\n"
	"  --no-reduction    interleave also what no other task can see\n"
	"  --without LIST    do without parts of those two, separated by commas: surroundings, order, clients,\n"
	"                    waits, postponing, arguments, spent\n"
	"  --workers N       threads, 1 to 64 (default 1); the result does not depend on it\n"
	"  --max-states N    stop at N states\n"
	"  --max-memory SIZE stop when the search's tables have that size: 512M, 4G (default 2G)\n"
	"  --max-seconds S   stop after S seconds\n"
	"  --disk DIR        have the tables in a file in DIR, which may be larger than the memory,\n"
	"                    and is gone with the search; --max-memory is then about the rest\n"
	"  --checkpoint FILE where to write what was found when a budget or an interruption ends\n"
	"                    the search\n"
	"  --resume FILE     go on from there, with the same choices; budgets count what was done\n"
	"                    before\n"
	"  --progress        tell how far it is, once a second, also where stderr is no terminal\n"
	"  --trace KIND      the counterexample's steps: text, json or none, as of teeq run\n"
	"  --json            the result as one JSON object\n"
	EXPORT_HELP
	"                    (of the counterexample, where there is one)\n"
	"  --dot-states OUT  all states and moves, as a graph of Graphviz; of more than --max-states\n"
	"                    (here 1000 without it, 100000 at most) none is written\n"
	"  --set KEY=VALUE   as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN      auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager        do not page what is longer than the screen\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"What is printed on stdout is the same on every machine, unless a budget or an interruption\n"
	"ends the search; how long it took is told on stderr.\n"
	"\n"
	"exit status: 0 every state was visited and every schedule ends well, 1 a counterexample was\n"
	"found, 2 bad usage or input, 3 the search was ended, or bounded, before it found one\n";

enum {
	SEARCH = 256,
	CLIENT,
	DIRECTED,
	PREEMPTIONS,
	ALL,
	EXACT,
	BIT_STATE,
	NO_SYMMETRY,
	NO_REDUCTION,
	WITHOUT,
	CHECKPOINT,
	RESUME,
	PROGRESS,
	DISK,
	DOT_STATES,
};

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "search", required_argument, NULL, SEARCH },
	{ "client", required_argument, NULL, CLIENT },
	{ "directed", no_argument, NULL, DIRECTED },
	{ "preemptions", required_argument, NULL, PREEMPTIONS },
	{ "all", no_argument, NULL, ALL },
	{ "exact", no_argument, NULL, EXACT },
	{ "bit-state", required_argument, NULL, BIT_STATE },
	{ "no-symmetry", no_argument, NULL, NO_SYMMETRY },
	{ "no-reduction", no_argument, NULL, NO_REDUCTION },
	{ "without", required_argument, NULL, WITHOUT },
	BUDGET_OPTIONS,
	{ "checkpoint", required_argument, NULL, CHECKPOINT },
	{ "resume", required_argument, NULL, RESUME },
	{ "progress", no_argument, NULL, PROGRESS },
	{ "disk", required_argument, NULL, DISK },
	{ "trace", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	EXPORT_OPTIONS,
	{ "dot-states", required_argument, NULL, DOT_STATES },
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

/* -------------------------------------- command line ------------------------------------------ */

#define MEMORY_DEFAULT (UINT64_C(2) << 30) /* nobody wants a search to take the whole machine */

/* One order at a time: @option is the one that asks for @search. */
static bool choose_search(struct exploration *e, const char *option, enum teeq_search search)
{
	if (e->order && strcmp(e->order, option) != 0)
		return cli_usage("explore", "%s: not together with %s", option, e->order) == CLI_OK;
	e->order = option;
	e->options.search = search;
	return true;
}

static bool read_search(struct exploration *e, const char *text)
{
	if (strcmp(text, "breadth") != 0 && strcmp(text, "depth") != 0)
		return cli_usage("explore", "--search: '%s' is not breadth or depth", text) ==
		       CLI_OK;
	return choose_search(e, "--search",
			     text[0] == 'b' ? TEEQ_SEARCH_BREADTH : TEEQ_SEARCH_DEPTH);
}

/* Names of parts of the reductions, separated by commas. */
static bool read_without(struct exploration *e, const char *text)
{
	size_t length;

	for (; *text; text += length + (text[length] == ',')) {
		uint32_t bit = 1;

		length = strcspn(text, ",");
		while (explore_without_name(bit) &&
		       (strlen(explore_without_name(bit)) != length ||
			strncmp(explore_without_name(bit), text, length) != 0))
			bit <<= 1;
		if (!explore_without_name(bit))
			return cli_usage("explore", "--without: '%.*s' is none of surroundings, order, clients, waits, postponing, "
					 "arguments, spent",
					 (int)length, text) == CLI_OK;
		e->options.without |= bit;
	}
	return true;
}

static bool read_preemptions(struct exploration *e, const char *text)
{
	uint64_t number = 0;

	if (!cli_number("explore", "--preemptions", text, 0, TEEQ_PREEMPTIONS_MAX, &number))
		return false;
	e->options.preemptions_max = (unsigned int)number;
	return choose_search(e, "--preemptions", TEEQ_SEARCH_PREEMPTIONS);
}

static void read_flag(struct exploration *e, int option)
{
	struct teeq_explore_options *options = &e->options;

	options->all |= option == ALL;
	options->exact |= option == EXACT;
	options->no_symmetry |= option == NO_SYMMETRY;
	options->no_reduction |= option == NO_REDUCTION;
	e->progress |= option == PROGRESS;
	e->json |= option == 'j';
}

static bool cli_explore_read_option(struct exploration *e, const char **policy, int option)
{
	switch (option) {
	case 'p':
		*policy = optarg;
		return true;
	case 't':
		return cli_trace_parse("explore", optarg, &e->trace);
	case CLIENT:
		e->client = optarg;
		return true;
	case SEARCH:
		return read_search(e, optarg);
	case DIRECTED:
		return choose_search(e, "--directed", TEEQ_SEARCH_DIRECTED);
	case WITHOUT:
		return read_without(e, optarg);
	case CHECKPOINT:
		e->options.checkpoint_to = optarg;
		return true;
	case DOT_STATES:
		e->states_to = optarg;
		return true;
	case DISK:
		e->options.disk = optarg;
		return true;
	case RESUME:
		e->options.resume_from = optarg;
		return true;
	case PREEMPTIONS:
		return read_preemptions(e, optarg);
	case BIT_STATE:
		return cli_size("explore", "--bit-state", optarg, &e->options.bit_state_bytes);
	default:
		if (budget_has(option))
			return budget_read("explore", option, optarg, &e->options);
		if (exports_has(option))
			exports_read(&e->exports, option, optarg);
		else
			read_flag(e, option);
		return true;
	}
}

/* ----------------------------------------- searching ------------------------------------------ */

/* What is wrong with a checkpoint is wrong with that file. */
static const char *blamed(const struct exploration *e, enum teeq_status status,
			  const struct teeq_error *error)
{
	bool read = e->options.resume_from && status == TEEQ_EINPUT;

	return read && strcmp(error->key, "checkpoint") == 0 ? e->options.resume_from : e->c.path;
}

static bool is_first(const struct exploration *e)
{
	return !e->team || e->team->peers->rank == 0;
}

static int cli_explore_search(struct exploration *e)
{
	struct teeq_error error = { 0 };
	struct cli_watch watch;
	enum teeq_status status;
	bool failed;

	cli_watch_start(&watch, e->progress && is_first(e));
	watch.astray = e->options.search != TEEQ_SEARCH_BREADTH;
	e->options.keep_going = cli_watch_keep_going;
	e->options.argument = &watch;
	/* Whoever waits sees what for. */
	cli_flush();
	status = teeq_explore(e->c.model, &e->options, &e->result, &error);
	cli_watch_end(&watch);
	cli_flush();
	e->cut = status == TEEQ_ELIMIT;
	if (e->cut)
		e->unwritten = error;
	failed = status != TEEQ_OK && status != TEEQ_ELIMIT;
	/* All come to the same. */
	if (!is_first(e))
		return failed ? CLI_BAD : CLI_OK;
	if (failed)
		return cli_failed(blamed(e, status, &error), status, &error);
	explore_print_note(e);
	return CLI_OK;
}

/* Make the counterexample's choices again, for the report. */
static int cli_explore_replay(struct exploration *e)
{
	struct cli_request request = {
		.c = &e->c,
		.schedule = &e->result.schedule,
		.trace = e->trace,
	};

	if (e->result.verdict == TEEQ_VERDICT_DONE || e->result.verdict == TEEQ_VERDICT_LIMIT)
		return CLI_OK;
	e->found = true;
	e->schedule = teeq_schedule_print(e->c.model, &e->result.schedule);
	if (e->schedule)
		e->replay = cli_replay_command(&e->c, e->schedule);
	if (!e->replay)
		return cli_failed(e->c.path, TEEQ_ENOMEM, NULL);
	if (cli_perform(&request, false, NULL, &e->end) != CLI_OK)
		return CLI_BAD;
	/*
	 * A replay goes around the cycle once, and does
	 * not see that it could go on like that for ever.
	 */
	if (e->result.verdict == TEEQ_VERDICT_LIVELOCK)
		e->end.verdict = TEEQ_VERDICT_LIVELOCK;
	return CLI_OK;
}

static int explore_export(const struct exploration *e)
{
	const struct export_run run = {
		.c = &e->c,
		.schedule = &e->result.schedule,
		.replay = e->replay,
		.end = &e->end,
		.must_finish = e->options.must_finish,
	};

	return exports_write(&e->exports, &run);
}

static int cli_explore_conclude(struct exploration *e)
{
	int status = cli_explore_replay(e);

	if (status != CLI_OK)
		return CLI_BAD;
	pager_start();
	status = e->json ? explore_print_json(e) : explore_print_result(e);
	if (status == CLI_OK && e->found)
		status = explore_export(e);
	else if (status == CLI_OK)
		exports_none(&e->exports);
	if (status != CLI_OK)
		return status;
	/* What was found is told all the same; nobody should have to search for it again. */
	if (e->unwritten.text[0])
		return cli_failed(e->c.path, e->unwritten.status, &e->unwritten);
	if (e->states_to)
		status = explore_draw_states(e);
	if (status != CLI_OK)
		return status;
	if (e->found)
		return CLI_FOUND;
	return e->result.verdict == TEEQ_VERDICT_LIMIT ? CLI_LIMIT : CLI_OK;
}

static int explore_file(struct exploration *e, const char *path, const char *policy_name)
{
	struct cli_policy policy;
	int status = cli_case_load(&e->c, path);

	if (status == CLI_OK)
		status = cli_policy_load(policy_name, &policy);
	if (status == CLI_OK)
		status = cli_case_build(&e->c, &policy);
	if (status == CLI_OK && e->client)
		status = cli_case_client(&e->c, "explore", e->client, &e->options.must_finish);
	if (e->team)
		status = e->team->gather(status);
	if (status == CLI_OK && !e->json)
		explore_print_header(e);
	if (status == CLI_OK)
		status = cli_explore_search(e);
	if (status == CLI_OK && is_first(e))
		status = cli_explore_conclude(e);
	free(e->schedule);
	free(e->replay);
	teeq_schedule_free(&e->result.schedule);
	cli_case_free(&e->c);
	return status;
}

int cli_explore(int argc, char **argv)
{
	return cli_explore_team(argc, argv, NULL);
}

int cli_explore_team(int argc, char **argv, const struct cli_team *team)
{
	struct exploration e = {
		.team = team,
		.options = {
			.max_memory_bytes = MEMORY_DEFAULT,
			.peers = team ? team->peers : NULL,
		},
	};
	const char *policy = "mainline";
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!cli_explore_read_option(&e, &policy, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, false))
		return CLI_BAD;
	if (explore_settle(&e, options.operands[0]) != CLI_OK)
		return CLI_BAD;
	return explore_file(&e, options.operands[0], policy);
}
