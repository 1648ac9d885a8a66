/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/minimum.h"

#include <stdio.h>
#include <string.h>

#include "cli/budget.h"

static const char help[] =
	"usage: teeq minimum [OPTION]... FILE\n"
	"\n"
	"Find the least threads, threads set aside (of policy v1), and system sessions with which no\n"
	"schedule of the scenario of FILE fails, each by itself, with all else as the file says. Every\n"
	"number below is told with a schedule that fails, and the least with how many states were\n"
	"visited to show it. It holds for this scenario: for these clients, in these numbers.\n"
	"\n"
	"  --policy P        the call queue's policy: a name that 'teeq policies' lists (default\n"
	"                    mainline), or the path of a shared object that holds one\n"
	"  --of WHAT         threads, aside or sessions; may be given several times (default: all\n"
	"                    that the scenario and the policy have)\n"
	"  --client NAME     it is enough that this client always finishes\n"
	"  --most N          try no more than N, 1 to 16 (default 16)\n"
	"  --all             go on behind the least, to see whether more fails again\n" BUDGET_HELP
	"  --json            each answer as one JSON object\n"
	"  --set KEY=VALUE   as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN      auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager        do not page what is longer than the screen\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"exit status: 0 each was found, 1 no number is enough for one of them, 2 bad usage or input,\n"
	"3 a budget or an interruption ended a search before it was decided; nothing is claimed then\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "of", required_argument, NULL, 'o' },
	{ "client", required_argument, NULL, 'c' },
	{ "most", required_argument, NULL, 'm' },
	{ "all", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	BUDGET_OPTIONS,
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

static const char *const words[] = {
	[TEEQ_MINIMUM_THREADS] = "threads",
	[TEEQ_MINIMUM_ASIDE] = "aside",
	[TEEQ_MINIMUM_SESSIONS] = "sessions",
};
#define WORD_COUNT (sizeof(words) / sizeof(words[0]))

/* ----------------------------------------- asking --------------------------------------------- */

/* Whether the scenario and the policy have it, where nothing in particular was asked for. */
static bool applies(const struct minimizing *m, enum teeq_minimum_of of)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(m->c.file);

	if (of == TEEQ_MINIMUM_SESSIONS)
		return scenario->session_count > 0 &&
		       scenario->session_count <= TEEQ_MINIMUM_SESSION_MAX;
	return scenario->thread_count > 0 &&
	       (of == TEEQ_MINIMUM_THREADS || m->c.policy.policy->secure == TEEQ_SECURE_STATIC);
}

static int ask_one(struct minimizing *m, enum teeq_minimum_of of)
{
	struct teeq_error error = { 0 };
	struct teeq_minimum minimum;
	struct cli_watch watch;
	enum teeq_status status;
	int result;

	m->options.search.keep_going = cli_watch_keep_going;
	m->options.search.argument = &watch;
	cli_flush();
	cli_watch_start(&watch, false);
	status = teeq_find_minimum(teeq_scenario_tables(m->c.file), m->c.policy.policy, of,
				   &m->options, &minimum, &error);
	cli_watch_end(&watch);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return cli_failed(m->c.path, status, &error);
	m->limited |= status == TEEQ_ELIMIT;
	m->lacking |= status == TEEQ_OK && !minimum.found;
	result = m->json ? minimum_print_json(m, of, &minimum) : minimum_print(m, of, &minimum);
	if (result == CLI_OK && minimum.stopped)
		result = CLI_LIMIT;
	teeq_minimum_free(&minimum);
	return result;
}

static int ask_each(struct minimizing *m)
{
	int status = CLI_OK;
	bool any = false;

	for (unsigned int of = 0; of < WORD_COUNT && status == CLI_OK; of++) {
		if (m->asked ? !(m->asked >> of & 1) : !applies(m, (enum teeq_minimum_of)of))
			continue;
		any = true;
		status = ask_one(m, (enum teeq_minimum_of)of);
	}
	if (!any)
		return cli_error("%s: there are no threads and no sessions to ask about",
				 cli_input_name(m->c.path));
	if (status != CLI_OK)
		return status;
	if (!m->json)
		minimum_print_scope(m);
	if (m->limited)
		return CLI_LIMIT;
	return m->lacking ? CLI_FOUND : CLI_OK;
}

static int minimum_file(struct minimizing *m, const char *path, const char *policy_name)
{
	struct cli_policy policy;
	uint64_t tasks;
	int status = cli_case_load(&m->c, path);

	if (status == CLI_OK)
		status = cli_policy_load(policy_name, &policy);
	if (status == CLI_OK)
		status = cli_case_build(&m->c, &policy);
	if (status == CLI_OK && m->options.client)
		status = cli_case_client(&m->c, "minimum", m->options.client, &tasks);
	if (status == CLI_OK)
		status = ask_each(m);
	cli_case_free(&m->c);
	return status;
}

/* -------------------------------------- command line ------------------------------------------ */

static bool read_of(struct minimizing *m, const char *text)
{
	for (unsigned int of = 0; of < WORD_COUNT; of++) {
		if (strcmp(text, words[of]) != 0)
			continue;
		m->asked |= UINT32_C(1) << of;
		return true;
	}
	cli_usage("minimum", "--of: '%s' is not threads, aside or sessions", text);
	return false;
}

static bool minimum_read_option(struct minimizing *m, const char **policy, int option)
{
	uint64_t number = 0;

	if (budget_has(option))
		return budget_read("minimum", option, optarg, &m->options.search);
	switch (option) {
	case 'p':
		*policy = optarg;
		return true;
	case 'o':
		return read_of(m, optarg);
	case 'c':
		m->options.client = optarg;
		return true;
	case 'm':
		if (!cli_number("minimum", "--most", optarg, 1, TEEQ_CONTEXT_MAX, &number))
			return false;
		m->options.most = (uint32_t)number;
		return true;
	case 'a':
		m->options.all = true;
		return true;
	default:
		m->json = true;
		return true;
	}
}

int cli_minimum(int argc, char **argv)
{
	struct minimizing m = { .asked = 0 };
	const char *policy = "mainline";
	struct cli_options options;
	int option;

	budget_start(&m.options.search);
	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!minimum_read_option(&m, &policy, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, false))
		return CLI_BAD;
	return minimum_file(&m, options.operands[0], policy);
}
