/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"usage: teeq check [OPTION]... FILE...\n"
	"\n"
	"Compare what each scenario expects of each policy with every schedule. 'done' fails when\n"
	"one schedule ends otherwise; any other verdict holds when one schedule ends so. A lost\n"
	"wake-up is a deadlock, too. Where a search would be larger than its budget, random\n"
	"schedules are tried instead, which prove no 'done'; the row then says 'sampled'.\n"
	"\n"
	"  --policy P        only this policy's expectations; needed where P is a shared object\n"
	"  --max-states N    states of each search at most (default 2000000)\n"
	"  --max-memory SIZE memory of each search at most: 512M, 4G (default 1G)\n"
	"  --max-seconds S   seconds of each search at most (default: any number)\n"
	"  --sample          search nothing, try random schedules only\n"
	"  --runs N          schedules for each expectation that is sampled (default 20000), seeds\n"
	"                    1 to N\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"exit status: 0 every expectation was met, 1 one was not, 2 bad usage or input,\n"
	"3 the steps of a schedule ran out, or an interruption\n";

#define RUNS_DEFAULT   20000
#define STATES_DEFAULT 2000000
#define MEMORY_DEFAULT (UINT64_C(1) << 30)
#define SECONDS_MAX    1000000000

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "max-states", required_argument, NULL, 's' },
	{ "max-memory", required_argument, NULL, 'm' },
	{ "max-seconds", required_argument, NULL, 't' },
	{ "sample", no_argument, NULL, 'S' },
	{ "runs", required_argument, NULL, 'r' },
	CLI_COMMON_OPTIONS,
};

struct checker {
	struct budget budget;
	bool budget_given;
	struct cli_policy only; /* NULL inside: every policy */
	int path_width;
	uint64_t count; /* expectations looked at */
	uint64_t failed;
	uint64_t limited;
	uint64_t sampled;
	int status;
};

/* ----------------------------------------- printing ------------------------------------------- */

struct row {
	const char *path;
	const char *policy;
	const char *expected;
	const char *found;
	const char *decided;
	const char *states;
	const char *where;
	const char *word;
};

static void print_row(const struct checker *checker, const struct row *row)
{
	printf("%-*s  %-10s  %-11s  %-22s  %-9s  %8s  %10s%s%s\n", checker->path_width, row->path,
	       row->policy, row->expected, row->found, row->decided, row->states, row->where,
	       *row->word ? "  " : "", row->word);
}

/* What decided; else every verdict that was met. */
static void found_text(const struct finding *finding, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		int more;

		if (finding->seen ? finding->verdict != (enum teeq_verdict)v :
				    finding->count[v] == 0)
			continue;
		more = snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "",
				teeq_verdict_name((enum teeq_verdict)v));
		if (more < 0 || (size_t)more >= size - length)
			return;
		length += (size_t)more;
	}
}

static const char *judge(struct checker *checker, const struct finding *finding)
{
	checker->sampled += finding->decision == DECIDED_SAMPLED;
	if (finding->limited) {
		checker->limited++;
		return "limit";
	}
	checker->failed += !finding->good;
	return finding->good ? "ok" : "FAIL";
}

static void print_finding(const struct checker *checker, const struct cli_case *c,
			  const struct teeq_expect_spec *expect, const struct finding *finding,
			  const char *word)
{
	static const char *const decisions[] = {
		[DECIDED_EXHAUSTED] = "exhausted",
		[DECIDED_FOUND] = "found",
		[DECIDED_SAMPLED] = "sampled",
	};
	bool sampled = finding->decision == DECIDED_SAMPLED;
	char found[160];
	char states[32] = "-";
	char where[32] = "-";

	found_text(finding, found, sizeof(found));
	if (!sampled)
		snprintf(states, sizeof(states), "%" PRIu64, finding->states);
	if (finding->seen && sampled)
		snprintf(where, sizeof(where), "seed %" PRIu64, finding->seed);
	else if (finding->seen)
		snprintf(where, sizeof(where), "%zu steps", finding->schedule.count);
	print_row(checker,
		  &(struct row){ c->path, expect->policy, teeq_verdict_name(expect->verdict), found,
				 decisions[finding->decision], states, where, word });
}

/* How to see what decided against an expectation: the schedule, the run, or the whole search. */
static int print_hint(const struct checker *checker, const struct cli_case *c,
		      const struct finding *finding)
{
	struct cli_request request = { .c = c, .strategy = &teeq_strategy_random };
	char *command = NULL;

	if (finding->seen && finding->decision == DECIDED_FOUND) {
		char *schedule = teeq_schedule_print(c->model, &finding->schedule);

		if (schedule)
			command = cli_replay_command(c, schedule);
		free(schedule);
	} else if (finding->seen) {
		command = cli_run_command(&request, finding->seed);
	} else {
		command = cli_explore_command(c);
	}
	if (!command)
		return cli_failed(c->path, TEEQ_ENOMEM, NULL);
	printf("%-*s  see: %s\n", checker->path_width, "", command);
	free(command);
	return CLI_OK;
}

/* ----------------------------------------- checking ------------------------------------------- */

static int check_built(struct checker *checker, const struct cli_case *c,
		       const struct teeq_expect_spec *expect)
{
	struct finding finding;
	int status = check_decide(c, expect->verdict, &checker->budget, &finding);

	if (status == CLI_OK) {
		const char *word = judge(checker, &finding);

		checker->count++;
		print_finding(checker, c, expect, &finding, word);
		if (strcmp(word, "FAIL") == 0)
			status = print_hint(checker, c, &finding);
	}
	teeq_schedule_free(&finding.schedule);
	return status;
}

static int check_expectation(struct checker *checker, struct cli_case *c,
			     const struct teeq_expect_spec *expect)
{
	struct cli_policy policy = checker->only;

	if (!policy.policy)
		policy.policy = teeq_policy_find(expect->policy);
	if (!policy.policy)
		return cli_error("%s: expect.%s: no such policy is built in; a shared object can "
				 "be named with --policy",
				 c->path, expect->policy);
	if (strcmp(policy.policy->name, expect->policy) != 0)
		return CLI_OK;
	if (cli_case_build(c, &policy) != CLI_OK)
		return CLI_BAD;
	return check_built(checker, c, expect);
}

static void check_file(struct checker *checker, const char *path)
{
	const struct teeq_scenario *scenario;
	uint64_t before = checker->count;
	struct cli_case c;

	if (cli_case_load(&c, path) != CLI_OK) {
		checker->status = CLI_BAD;
		cli_case_free(&c);
		return;
	}
	scenario = teeq_scenario_tables(c.file);
	for (size_t i = 0; i < scenario->expect_count && checker->status != CLI_LIMIT; i++) {
		int status;

		/* What is on stderr should stand where it belongs. */
		fflush(stdout);
		status = check_expectation(checker, &c, &scenario->expects[i]);
		if (status != CLI_OK)
			checker->status = status;
	}
	if (checker->count == before && checker->status == CLI_OK)
		fprintf(stderr, "teeq: %s: no expectation to check%s%s\n", path,
			checker->only.policy ? " for policy " : "",
			checker->only.policy ? checker->only.policy->name : "");
	cli_case_free(&c);
}

/* What was done, and not more. */
static void print_sum(const struct checker *checker)
{
	printf("%" PRIu64 " expectation%s, %" PRIu64 " ok, %" PRIu64 " failed", checker->count,
	       checker->count == 1 ? "" : "s", checker->count - checker->failed - checker->limited,
	       checker->failed);
	if (checker->limited > 0)
		printf(", %" PRIu64 " undecided: the steps ran out", checker->limited);
	if (checker->sampled > 0)
		printf("; %" PRIu64 " sampled by at most %" PRIu64 " schedules each, which proves "
		       "no 'done'",
		       checker->sampled, checker->budget.run_count);
	if (checker->sampled == 0 && checker->count > 0)
		printf("; each was decided by exhaustive search");
	else if (checker->sampled < checker->count)
		printf("; the others were decided by exhaustive search");
	if (checker->status == CLI_LIMIT)
		printf("; interrupted");
	putchar('\n');
}

static int sum_up(const struct checker *checker)
{
	print_sum(checker);
	fflush(stdout);
	if (checker->status != CLI_OK)
		return checker->status;
	if (checker->count == 0)
		return cli_error("there was no expectation to check");
	if (checker->failed > 0)
		return CLI_FOUND;
	return checker->limited > 0 ? CLI_LIMIT : CLI_OK;
}

static int check_all(struct checker *checker, const struct cli_options *options)
{
	checker->path_width = (int)strlen("file");
	for (int i = 0; i < options->operand_count; i++) {
		int width = (int)strlen(options->operands[i]);

		checker->path_width = width > checker->path_width ? width : checker->path_width;
	}
	print_row(checker, &(struct row){ "file", "policy", "expected", "found", "decided",
					  "states", "by", "" });
	for (int i = 0; i < options->operand_count && checker->status != CLI_LIMIT; i++)
		check_file(checker, options->operands[i]);
	return sum_up(checker);
}

/* ---------------------------------------- command line ---------------------------------------- */

static bool read_option(struct checker *checker, int option)
{
	struct budget *budget = &checker->budget;
	uint64_t seconds = 0;

	checker->budget_given |= option == 's' || option == 'm' || option == 't';
	switch (option) {
	case 'p':
		return cli_policy_load(optarg, &checker->only) == CLI_OK;
	case 's':
		return cli_number("check", "--max-states", optarg, 1, UINT64_MAX,
				  &budget->max_states);
	case 'm':
		return cli_size("check", "--max-memory", optarg, &budget->max_memory);
	case 't':
		if (!cli_number("check", "--max-seconds", optarg, 1, SECONDS_MAX, &seconds))
			return false;
		budget->max_seconds = (double)seconds;
		return true;
	case 'S':
		budget->sample = true;
		return true;
	default:
		return cli_number("check", "--runs", optarg, 1, UINT64_MAX, &budget->run_count);
	}
}

int cli_check(int argc, char **argv)
{
	struct checker checker = {
		.budget = { .run_count = RUNS_DEFAULT,
			    .max_states = STATES_DEFAULT,
			    .max_memory = MEMORY_DEFAULT },
	};
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!read_option(&checker, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (checker.budget.sample && checker.budget_given)
		return cli_usage(argv[0], "--sample searches nothing: it does not go with "
					  "--max-states, --max-memory or --max-seconds");
	if (options.operand_count == 0)
		return cli_usage(argv[0], "no scenario file is named");
	return check_all(&checker, &options);
}
