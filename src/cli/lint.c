/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/budget.h"
#include "cli/json_value.h"
#include "cli/output.h"
#include "cli/sarif.h"

static const char help[] =
	"usage: teeq lint [OPTION]... FILE...\n"
	"\n"
	"Say what in a scenario is probably not meant: what every command warns of (things that are\n"
	"declared and never used, a lock that is kept, a fault that cannot strike), and, by search,\n"
	"clients that finish in no schedule, and system sessions that are refused.\n"
	"\n"
	"  --policy P        of the searches: a name that 'teeq policies' lists (default mainline), or\n"
	"                    the path of a shared object that holds one\n" BUDGET_HELP
	SARIF_HELP
	"  --json            one JSON object for each file\n"
	"  --set KEY=VALUE   as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN      auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager        do not page what is longer than the screen\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"exit status: 0 nothing, 1 something, 2 bad usage or input, 3 nothing, but a budget or an\n"
	"interruption ended a search\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "json", no_argument, NULL, 'j' },
	SARIF_OPTION_LINE,
	BUDGET_OPTIONS,
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

/* What is said of one file: lines, as the loader words its warnings. */
struct linting {
	struct teeq_explore_options search;
	struct cli_policy policy;
	bool json;
	json_t *lines;
	struct sarif sarif;
	size_t found; /* of all files */
	bool limited;
};

static void lint_add(struct linting *l, const struct cli_case *c, const char *line,
		     const struct teeq_scenario_remark *remark)
{
	char text[TEEQ_NAME_MAX + 512];
	const struct sarif_finding finding = { .rule = remark->kind,
					       .path = cli_input_name(c->path),
					       .line = remark->line, .key = remark->key,
					       .text = text };

	snprintf(text, sizeof(text), "%s: %s", remark->key, remark->text);
	sarif_add(&l->sarif, &finding);
	l->found++;
	json_array_append_new(l->lines, cli_json_text(line));
	if (!l->json)
		puts(line);
}

/* @place: the part of the file where @name is. */
static void lint_say(struct linting *l, const struct cli_case *c, const char *kind,
		     const char *place, const char *name, const char *text)
{
	struct teeq_scenario_remark remark = { .kind = kind, .text = text };
	char key[TEEQ_NAME_MAX + 16], line[1024];

	snprintf(key, sizeof(key), "%s.%s", place, name);
	remark.key = key;
	remark.line = teeq_scenario_line(c->file, key);
	snprintf(line, sizeof(line), "%s:%zu: warning: %s: %s", cli_input_name(c->path),
		 remark.line, key, text);
	lint_add(l, c, line, &remark);
}

/* ----------------------------------------- searching ------------------------------------------ */

static void lint_sessions(struct linting *l, const struct cli_case *c)
{
	const char *name;

	for (size_t i = 0; (name = teeq_model_session_name(c->model, i)); i++) {
		bool asked = false;
		int answer = teeq_model_session_answer(c->model, i, &asked);
		const char *error = teeq_errno_name(answer);
		char text[128];

		if (!asked || answer == 0)
			continue;
		snprintf(text, sizeof(text), "asks to be a system session, and %s refuses, %s",
			 c->policy.policy->name, error ? error : "with an error");
		lint_say(l, c, "session-refused", "sessions", name, text);
	}
}

/* Whether any schedule lets the client finish: a search for one. */
static int lint_client(struct linting *l, const struct cli_case *c, const char *name)
{
	struct teeq_explore_options options = l->search;
	struct teeq_explore_result result;
	struct teeq_error error = { 0 };
	struct cli_watch watch;
	enum teeq_status status;

	options.must_finish = teeq_model_tasks_of(c->model, name);
	options.goal = UINT32_C(1) << TEEQ_VERDICT_DONE;
	options.keep_going = cli_watch_keep_going;
	options.argument = &watch;
	cli_watch_start(&watch, false);
	status = teeq_explore(c->model, &options, &result, &error);
	cli_watch_end(&watch);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return cli_failed(c->path, status, &error);
	teeq_schedule_free(&result.schedule);
	if (result.count[TEEQ_VERDICT_DONE] > 0)
		return CLI_OK;
	if (result.exhausted)
		lint_say(l, c, "client-never-finishes", "clients", name, "finishes in no schedule");
	else
		cli_error("%s: clients.%s: whether it ever finishes was not decided (%s)",
			  cli_input_name(c->path), name,
			  cli_interrupted() ? "interrupted" : "raise --max-states or --max-memory");
	l->limited |= !result.exhausted;
	return cli_interrupted() ? CLI_LIMIT : CLI_OK;
}

static int lint_clients(struct linting *l, const struct cli_case *c)
{
	const char *name;
	int status = CLI_OK;

	for (size_t i = 0; status == CLI_OK && (name = teeq_model_client_name(c->model, i)); i++)
		status = lint_client(l, c, name);
	return status;
}

static int lint_loaded(struct linting *l, struct cli_case *c)
{
	struct teeq_scenario_remark remark;
	int status = cli_case_build(c, &l->policy);

	for (size_t i = 0; status == CLI_OK && teeq_scenario_remark_at(c->file, i, &remark); i++)
		lint_add(l, c, teeq_scenario_warning(c->file, i), &remark);
	if (status != CLI_OK)
		return status;
	lint_sessions(l, c);
	status = lint_clients(l, c);
	if (!l->json || status != CLI_OK)
		return status;
	return cli_json_put(json_pack("{s:o,s:s,s:O}", "file",
				      cli_json_text(cli_input_name(c->path)), "policy",
				      c->policy.policy->name, "warnings", l->lines));
}

static int lint_file(struct linting *l, const char *path)
{
	struct teeq_error error = { 0 };
	enum teeq_status read;
	struct cli_case c;
	int status;

	l->lines = json_array();
	read = cli_case_read(&c, path, &error);
	status = read == TEEQ_OK ? CLI_OK : cli_case_tell(&c, read, &error);
	if (status != CLI_OK)
		sarif_add_unreadable(&l->sarif, path, error.text);
	else
		status = lint_loaded(l, &c);
	json_decref(l->lines);
	cli_case_free(&c);
	return status;
}

int cli_lint(int argc, char **argv)
{
	struct linting l = { .found = 0 };
	const char *policy = "mainline";
	struct cli_options options;
	int option, status, written;

	budget_start(&l.search);
	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'p')
			policy = optarg;
		else if (option == 'j')
			l.json = true;
		else if (option == SARIF_OPTION)
			l.sarif.path = optarg;
		else if (!budget_read("lint", option, optarg, &l.search))
			return CLI_BAD;
	}
	if (option < 0)
		return options.status;
	if (options.operand_count == 0)
		return cli_usage(argv[0], "no scenario file is named");
	status = cli_policy_load(policy, &l.policy);
	for (int i = 0; l.sarif.path && i < options.operand_count && status == CLI_OK; i++)
		status = cli_output_check(l.sarif.path, options.operands[i]);
	if (status != CLI_OK)
		return status;
	for (int i = 0; i < options.operand_count && status != CLI_LIMIT; i++) {
		int one = lint_file(&l, options.operands[i]);

		status = one != CLI_OK ? one : status;
	}
	written = sarif_end(&l.sarif, status == CLI_OK && !l.limited);
	if (status != CLI_OK || written != CLI_OK)
		return status != CLI_OK ? status : written;
	if (l.found > 0)
		return CLI_FOUND;
	return l.limited ? CLI_LIMIT : CLI_OK;
}
