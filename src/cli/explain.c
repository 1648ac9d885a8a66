/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
	"usage: teeq explain [OPTION]... FILE SCHEDULE\n"
	"\n"
	"Say of a schedule that fails: how it ends and who waits for whom; of a livelock, the loop at\n"
	"its end, who never gets on meanwhile, and what leads out of it; the step of no return,\n"
	"after which nothing could have helped, and who could have moved there instead; and what\n"
	"becomes of it when one thing in the configuration is changed. SCHEDULE is as for teeq\n"
	"replay. 'Ruled out' is said only where every schedule was tried, and holds for as many clients\n"
	"as there are: it is tried again with one more of each client that is stuck (of three at most),\n"
	"and, with --whole, in the scenario that FILE was made from.\n"
	"\n"
	"  --policy P      must agree with the schedule; needed when P is a shared object\n"
	"  --driver SO     a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                  it has options of its own: 'teeq explain --driver SO --help'\n"
	"  --client NAME   of this client alone: why it does not finish, whatever becomes of the others\n"
	"  --max-states N  states of each search at most (default 2000000); beyond, it says\n"
	"                  'undecided'\n"
	"  --whole FILE    the scenario that teeq shrink made FILE from: what helps in the smaller one\n"
	"                  is tried there, too\n"
	"  --json          the result as one JSON object\n"
	EXPORT_HELP
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 explained, 1 the schedule does not fit, 2 bad usage or input, or a schedule\n"
	"that does not fail, 3 something is left undecided\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "client", required_argument, NULL, 'c' },
	{ "max-states", required_argument, NULL, 's' },
	{ "whole", required_argument, NULL, 'w' },
	{ "json", no_argument, NULL, 'j' },
	EXPORT_OPTIONS, CLI_SET_OPTION, CLI_COMMON_OPTIONS,
};

/* Whether all who are asked about have come to their ends. */
static bool client_is_done(const struct explanation *e)
{
	return e->client && !(teeq_world_unfinished(e->c.model, e->c.world) & e->must_finish);
}

static int cli_explain_replay(struct explanation *e)
{
	struct cli_request request = { .c = &e->c, .schedule = &e->schedule,
				       .must_finish = e->must_finish };
	int status = cli_perform(&request, false, NULL, &e->end);
	struct teeq_loop loop = { .length = 0 };
	char *text;

	if (status == CLI_OK && e->end.verdict == TEEQ_VERDICT_LIMIT)
		status = cli_case_loop(&e->c, &e->schedule, &loop);
	if (status != CLI_OK)
		return status;
	/*
	 * A replay that ends within its loop is cut short, for all it knows. That it
	 * loops makes it a livelock, of those who do not come to their end in it.
	 */
	if (loop.length > 0)
		e->end.verdict = client_is_done(e) ? TEEQ_VERDICT_DONE : TEEQ_VERDICT_LIVELOCK;
	if (!(TEEQ_GOAL_FAILURES >> e->end.verdict & 1))
		return cli_error("%s: the schedule ends in %s%s%s after %" PRIu64 " steps: there is "
				 "no failure to explain",
				 cli_input_name(e->c.path), teeq_verdict_name(e->end.verdict),
				 e->client ? " of client " : "", e->client ? e->client : "",
				 e->end.steps);
	text = teeq_schedule_print(e->c.model, &e->schedule);
	if (text)
		e->replay = cli_replay_command(&e->c, text);
	free(text);
	return e->replay ? CLI_OK : cli_failed(e->c.path, TEEQ_ENOMEM, NULL);
}

static int cli_explain_diagnose(struct explanation *e)
{
	const struct teeq_scenario *whole = e->whole.file ? teeq_scenario_tables(e->whole.file) :
							    NULL;
	struct teeq_error error = { 0 };
	struct cli_watch watch;
	struct teeq_explore_options search = {
		.max_states = e->max_states,
		.max_memory_bytes = TEEQ_DIAGNOSE_BYTES,
		.must_finish = e->must_finish,
		.keep_going = cli_watch_keep_going,
		.argument = &watch,
	};
	enum teeq_status status;

	cli_watch_start(&watch, false);
	status = teeq_diagnose(teeq_scenario_tables(e->c.file), e->c.policy.policy, &e->schedule,
			       whole, &search, &e->diagnosis, &error);
	cli_watch_end(&watch);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return cli_failed(e->c.path, status, &error);
	return e->diagnosis.stopped ? CLI_LIMIT : CLI_OK;
}

/* Something undecided is told by the exit status, too. */
static int cli_explain_conclude(const struct explanation *e)
{
	const struct export_run run = { .c = &e->c, .schedule = &e->schedule, .replay = e->replay,
					.end = &e->end, .must_finish = e->must_finish,
					.diagnosis = &e->diagnosis };
	int status;

	pager_start();
	status = e->json ? explain_print_json(e) : explain_print_text(e);

	if (status == CLI_OK)
		status = exports_write(&e->exports, &run);
	return status == CLI_OK && e->diagnosis.undecided ? CLI_LIMIT : status;
}

static int explain_file(struct explanation *e, char **operands, const char *policy,
			const char *whole)
{
	int status = cli_case_load(&e->c, operands[0]);

	if (status == CLI_OK && whole)
		status = cli_case_load(&e->whole, whole);

	if (status == CLI_OK)
		status = cli_case_schedule(&e->c, "explain", policy, operands[1], &e->schedule);
	if (status == CLI_OK && e->client)
		status = cli_case_client(&e->c, "explain", e->client, &e->must_finish);
	if (status == CLI_OK)
		status = cli_explain_replay(e);
	if (status == CLI_OK)
		status = cli_explain_diagnose(e);
	if (status == CLI_LIMIT)
		cli_error("interrupted");
	if (status == CLI_OK)
		status = cli_explain_conclude(e);
	teeq_diagnosis_free(&e->diagnosis);
	free(e->replay);
	teeq_schedule_free(&e->schedule);
	cli_case_free(&e->whole);
	cli_case_free(&e->c);
	return status;
}

int cli_explain(int argc, char **argv)
{
	struct explanation e = { .max_states = TEEQ_DIAGNOSE_STATES };
	struct cli_options options;
	const char *policy = NULL, *whole = NULL;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'p')
			policy = optarg;
		else if (option == 'w')
			whole = optarg;
		else if (option == 'c')
			e.client = optarg;
		else if (option == 'j')
			e.json = true;
		else if (exports_has(option))
			exports_read(&e.exports, option, optarg);
		else if (!cli_number(argv[0], "--max-states", optarg, 1, UINT64_MAX, &e.max_states))
			return CLI_BAD;
	}
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, true))
		return CLI_BAD;
	if (exports_check(&e.exports, options.operands[0]) != CLI_OK)
		return CLI_BAD;
	return explain_file(&e, options.operands, policy, whole);
}
