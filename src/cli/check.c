/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/budget.h"
#include "cli/json_value.h"
#include "cli/output.h"

static const char help[] =
	"usage: teeq check [OPTION]... FILE...\n"
	"\n"
	"Compare what each scenario expects of each policy with every schedule. 'done' fails when\n"
	"one schedule ends otherwise; any other verdict holds when one schedule ends so. A lost\n"
	"wake-up is a deadlock, too. Where a search would be larger than its budget, random\n"
	"schedules are tried instead; the row then says 'sampled', and 'undecided' unless one of them\n"
	"decides: that others do not end otherwise is no proof. What is expected of one client holds\n"
	"whatever becomes of the others.\n"
	"\n"
	"  --policy P        only this policy's expectations; may be given several times. A name that\n"
	"                    'teeq policies' lists, or the path of a shared object that holds one: it\n"
	"                    is needed where the scenarios expect something of such a policy\n"
	"  --driver SO       a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                    it has options of its own: 'teeq check --driver SO --help'\n"
	BUDGET_HELP
	"  --sample          search nothing, try random schedules only\n"
	"  --sampled-ok      take what random schedules suggest for an answer: 'done' where all of them\n"
	"                    are done, a failure where what is expected was not met\n"
	"  --runs N          schedules for each expectation that is sampled (default 20000), seeds\n"
	"                    1 to N\n"
	SHARD_HELP
	"  --junit OUT       a file of JUnit's XML, too: a test case for each expectation\n"
	SARIF_HELP
	"  --ktap            in the kernel's test anything protocol instead of a table\n"
	"  --json            each row as one JSON object, and then one for all\n"
	"  --set KEY=VALUE   as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN      auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager        do not page what is longer than the screen\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"exit status: 0 every expectation was met, 1 one was not, 2 bad usage or input, or a file\n"
	"without an expectation to check, 3 one is undecided, or an interruption\n";

#define RUNS_DEFAULT 20000

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	BUDGET_OPTIONS,
	{ "sample", no_argument, NULL, 'S' },
	{ "sampled-ok", no_argument, NULL, 'O' },
	{ "runs", required_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	{ "junit", required_argument, NULL, 'u' },
	SARIF_OPTION_LINE,
	{ "shard", required_argument, NULL, SHARD_OPTION },
	{ "ktap", no_argument, NULL, 'k' },
	CLI_SET_OPTION, CLI_COMMON_OPTIONS,
};

/* ----------------------------------------- checking ------------------------------------------- */

static const char *cli_check_judge(struct checker *checker, const struct teeq_decision *decision)
{
	checker->count++;
	checker->sampled += decision->by == TEEQ_DECIDED_SAMPLED;
	if (decision->limited) {
		checker->limited++;
		return "undecided";
	}
	if (decision->unproven && !checker->sampled_ok) {
		checker->unproven++;
		return "undecided";
	}
	checker->failed += !decision->good;
	return decision->good ? "ok" : "FAIL";
}

/* Of the expectation @number of @file, whose model is built. */
static void find_answer(const struct checker *checker, const struct check_file *file, size_t number,
			struct check_answer *answer)
{
	struct cli_watch watch;

	if (file->answers && file->answers[number].made) {
		*answer = file->answers[number];
		file->answers[number].decision.schedule = (struct teeq_schedule){ 0 };
		return;
	}
	if (checker->ahead && cli_interrupted()) {
		answer->decision.stopped = true;
		answer->status = TEEQ_ELIMIT;
		return;
	}
	cli_watch_start(&watch, false);
	check_decide(checker, file->c.model, &teeq_scenario_tables(file->c.file)->expects[number],
		     cli_watch_keep_going, &watch, answer);
	cli_watch_end(&watch);
}

/* CLI_OK, or after a message CLI_BAD; CLI_LIMIT when the user interrupted. */
static int check_built(struct checker *checker, const struct check_file *file, size_t number)
{
	const struct cli_case *c = &file->c;
	struct check_answer answer = { .made = false };
	int status = CLI_OK;

	find_answer(checker, file, number, &answer);
	if (answer.status != TEEQ_OK && answer.status != TEEQ_ELIMIT)
		return cli_failed(c->path, answer.status, &answer.error);
	if (answer.decision.stopped)
		status = CLI_LIMIT;
	if (status == CLI_OK) {
		struct check_row row = { c, &teeq_scenario_tables(c->file)->expects[number],
					 &answer.decision,
					 cli_check_judge(checker, &answer.decision) };

		status = check_print_row(checker, &row);
	}
	teeq_schedule_free(&answer.decision.schedule);
	return status;
}

static int check_expectation(struct checker *checker, struct check_file *file, size_t number)
{
	struct cli_case *c = &file->c;
	const struct teeq_expect_spec *expect = &teeq_scenario_tables(c->file)->expects[number];
	struct cli_policy policy;

	/* A slip of the pen checks nothing, and must not pass for a check. */
	if (!cli_policy_known(expect->policy)) {
		cli_case_unknown_policy(c, expect, "");
		return CLI_BAD;
	}
	if (!check_choose_policy(checker, expect->policy, &policy))
		return CLI_OK;
	if (cli_case_build(c, &policy) != CLI_OK)
		return CLI_BAD;
	return check_built(checker, file, number);
}

static void note_idle(struct checker *checker, const char *path)
{
	checker->idle_files++;
	fprintf(stderr, "teeq: %s: no expectation to check", cli_input_name(path));
	for (size_t i = 0; i < checker->only.count; i++)
		fprintf(stderr, "%s%s", i > 0 ? " or " : " for policy ",
			checker->only.list[i].policy->name);
	if (checker->only.count == 0)
		fputs(" ('expect: {mainline: done}' in the file would be one; teeq explore asks "
		      "without)",
		      stderr);
	fputc('\n', stderr);
}

static void check_file(struct checker *checker, struct check_file *file, const char *path)
{
	const struct teeq_scenario *scenario;

	if (checker->ahead)
		check_ahead_wait(checker->ahead, file);
	else
		check_read_file(checker, file, path);
	if (cli_case_tell(&file->c, file->status, &file->error) != CLI_OK) {
		checker->status = CLI_BAD;
		sarif_add_unreadable(&checker->sarif, path, file->error.text);
		return;
	}
	file->c.warned = true; /* an unknown policy is an error here */
	scenario = teeq_scenario_tables(file->c.file);
	for (size_t i = 0; i < scenario->expect_count && checker->status != CLI_LIMIT; i++) {
		int status;

		/* What is on stderr should stand where it belongs. */
		cli_flush();
		status = check_is_here(checker, file, i) ? check_expectation(checker, file, i) :
							   CLI_OK;
		if (status != CLI_OK)
			checker->status = status;
	}
	if (file->selected == 0 && checker->status == CLI_OK)
		note_idle(checker, path);
}

/* Behind the rows of a part: of what merge cannot see in them. */
static int put_part_end(const struct checker *checker)
{
	json_t *more = json_pack("{s:o,s:o}", "idle_files", cli_json_number(checker->idle_files),
				 "limited", cli_json_number(checker->limited));

	return shard_put_end(&checker->shard, checker->count, checker->status == CLI_OK, more);
}

int check_sum_up(struct checker *checker)
{
	int status = checker->shard.count > 0 ? put_part_end(checker) : check_print_sum(checker);
	int exported = check_export_end(checker);

	if (status == CLI_OK)
		status = exported;

	cli_flush();
	if (status != CLI_OK || checker->status != CLI_OK)
		return status != CLI_OK ? status : checker->status;
	if (checker->failed > 0)
		return CLI_FOUND;
	/* Alone or beside others: whoever names a file wants it checked. */
	if (checker->idle_files > 0)
		return CLI_BAD;
	return checker->limited + checker->unproven > 0 ? CLI_LIMIT : CLI_OK;
}

static void free_files(struct checker *checker)
{
	for (size_t i = 0; i < checker->file_count; i++) {
		struct check_file *file = &checker->files[i];

		for (size_t j = 0; file->answers && j < file->count; j++)
			teeq_schedule_free(&file->answers[j].decision.schedule);
		free(file->answers);
		cli_case_free(&file->c);
	}
	free(checker->files);
}

void check_measure_path(struct checker *checker, const char *path)
{
	int width = (int)strlen(path);

	if (width > checker->path_width)
		checker->path_width = width;
}

/* What all parts have in common. A file that cannot be read leaves no whole part. */
static int put_part_head(struct checker *checker, char *const *paths)
{
	json_t *inputs = json_array();

	for (size_t i = 0; i < checker->file_count; i++) {
		struct cli_case c = { 0 };
		struct teeq_error error;

		if (cli_case_read(&c, paths[i], &error) == TEEQ_OK)
			json_array_append_new(inputs, shard_input(&c));
		cli_case_free(&c);
	}
	return shard_put_head(
		&checker->shard, "check",
		json_pack("{s:o,s:o,s:o,s:b,s:b,s:o,s:o}", "inputs", inputs, "set",
			  shard_changes(), "policies", shard_policies(&checker->only), "sample",
			  checker->options.sample, "sampled_ok", checker->sampled_ok, "runs",
			  cli_json_number(checker->options.run_count), "budgets",
			  shard_budgets(&checker->options.search)));
}

static void check_files(struct checker *checker, char *const *paths)
{
	pager_start();
	check_print_head(checker);
	for (size_t i = 0; i < checker->file_count && checker->status != CLI_LIMIT; i++) {
		check_file(checker, &checker->files[i], paths[i]);
		cli_case_free(&checker->files[i].c);
	}
}

static int check_all(struct checker *checker, const struct cli_options *options)
{
	checker->file_count = (size_t)options->operand_count;
	checker->files = calloc(checker->file_count, sizeof(*checker->files));
	if (!checker->files)
		return cli_failed("check", TEEQ_ENOMEM, NULL);
	if (checker->shard.count > 0 && put_part_head(checker, options->operands) != CLI_OK) {
		free_files(checker);
		return CLI_BAD;
	}
	if (checker->file_count > 1 && checker->options.search.workers > 1) {
		checker->ahead = check_ahead_start(checker, options->operands);
		if (!checker->ahead) {
			free_files(checker);
			return CLI_BAD;
		}
	}
	for (size_t i = 0; i < checker->file_count; i++)
		check_measure_path(checker, options->operands[i]);
	check_files(checker, options->operands);
	if (checker->ahead)
		check_ahead_end(checker->ahead);
	free_files(checker);
	return check_sum_up(checker);
}

/* ---------------------------------------- command line ---------------------------------------- */

static bool cli_check_read_option(struct checker *checker, int option)
{
	if (budget_has(option)) {
		checker->budget_given |= option != BUDGET_WORKERS;
		return budget_read("check", option, optarg, &checker->options.search);
	}
	switch (option) {
	case 'p':
		return cli_policies_add(&checker->only, "check", optarg);
	case 'O':
		checker->sampled_ok = true;
		return true;
	case 'j':
		checker->json = true;
		return true;
	case 'k':
		checker->ktap = true;
		return true;
	case 'u':
		checker->junit = optarg;
		return true;
	case SARIF_OPTION:
		checker->sarif.path = optarg;
		return true;
	case 'S':
		checker->options.sample = true;
		return true;
	case SHARD_OPTION:
		return shard_read("check", optarg, &checker->shard);
	default:
		return cli_number("check", "--runs", optarg, 1, UINT64_MAX,
				  &checker->options.run_count);
	}
}

int cli_check(int argc, char **argv)
{
	struct checker checker = { .options.run_count = RUNS_DEFAULT,
				   .path_width = (int)strlen("file") };
	struct cli_options options;
	int option;

	budget_start(&checker.options.search);
	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!cli_check_read_option(&checker, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (checker.options.sample && checker.budget_given)
		return cli_usage(argv[0], "--sample searches nothing: it does not go with "
					  "--max-states, --max-memory or --max-seconds");
	if (options.operand_count == 0)
		return cli_usage(argv[0], "no scenario file is named");
	if (checker.ktap && checker.json)
		return cli_usage(argv[0], "--ktap and --json do not go together");
	if (checker.shard.count > 0 && (checker.junit || checker.sarif.path))
		return cli_usage(argv[0], "%s has all: it goes with teeq merge, not with --shard",
				 checker.junit ? "--junit" : "--sarif");
	if (shard_settle(argv[0], &checker.shard, checker.json) != CLI_OK)
		return CLI_BAD;
	for (int i = 0; checker.shard.count > 0 && i < options.operand_count; i++)
		if (strcmp(options.operands[i], "-") == 0)
			return cli_usage(argv[0], "standard input can be read only once: --shard "
						  "needs files");
	if (check_outputs_settle(checker.junit, checker.sarif.path, &options) != CLI_OK)
		return CLI_BAD;
	return check_all(&checker, &options);
}
