/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char help[] =
	"usage: teeq check [OPTION]... FILE...\n"
	"\n"
	"Compare what each scenario expects of each policy with random schedules. 'done' fails as\n"
	"soon as one schedule ends otherwise; any other verdict holds as soon as one schedule ends\n"
	"so. A lost wake-up is a deadlock, too. This samples schedules and proves nothing.\n"
	"\n"
	"  --runs N        schedules for each expectation at most (default 20000), seeds 1 to N\n"
	"  --policy P      only this policy's expectations; needed where P is a shared object\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 every expectation was met, 1 one was not, 2 bad usage or input,\n"
	"3 the steps of a schedule ran out\n";

#define RUNS_DEFAULT 20000

static const struct option known[] = {
	{ "runs", required_argument, NULL, 'r' },
	{ "policy", required_argument, NULL, 'p' },
	CLI_COMMON_OPTIONS,
};

struct checker {
	uint64_t run_count;
	struct cli_policy only; /* NULL inside: every policy */
	int path_width;
	uint64_t count; /* expectations looked at */
	uint64_t failed;
	uint64_t limited;
	int status;
};

static uint32_t bit(enum teeq_verdict verdict)
{
	return UINT32_C(1) << verdict;
}

/* The verdicts that decide: for `done` those that refute it, for another those that show it. */
static uint32_t deciding(enum teeq_verdict expected)
{
	uint32_t all = bit(TEEQ_VERDICT_COUNT) - 1;

	if (expected == TEEQ_VERDICT_DONE)
		return all & ~bit(TEEQ_VERDICT_DONE);
	if (expected == TEEQ_VERDICT_DEADLOCK)
		return bit(TEEQ_VERDICT_DEADLOCK) | bit(TEEQ_VERDICT_LOST_WAKEUP);
	return bit(expected);
}

/* The first seed of those that ended in a verdict of @mask; false: none did. */
static bool first_seed(const struct teeq_tally *tally, uint32_t mask, uint64_t *seed)
{
	bool found = false;

	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		if (!(mask & bit((enum teeq_verdict)v)) || tally->count[v] == 0)
			continue;
		if (!found || tally->first_seed[v] < *seed)
			*seed = tally->first_seed[v];
		found = true;
	}
	return found;
}

/* "deadlock 1, done 6". */
static void found_text(const struct teeq_tally *tally, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		int more;

		if (tally->count[v] == 0)
			continue;
		more = snprintf(text + length, size - length, "%s%s %" PRIu64,
				length > 0 ? ", " : "", teeq_verdict_name((enum teeq_verdict)v),
				tally->count[v]);
		if (more < 0 || (size_t)more >= size - length)
			return;
		length += (size_t)more;
	}
}

static void print_row(const struct checker *checker, const char *path, const char *policy,
		      const char *expected, const char *found, const char *seed, const char *word)
{
	printf("%-*s  %-10s  %-11s  %-26s  %10s%s%s\n", checker->path_width, path, policy, expected,
	       found, seed, *word ? "  " : "", word);
}

/* How to see the run that decided against an expectation. */
static int print_hint(const struct checker *checker, const struct cli_case *c, uint64_t seed)
{
	struct cli_request request = { .c = c, .strategy = &teeq_strategy_random };
	char *command = cli_run_command(&request, seed);

	if (!command)
		return cli_failed(c->path, TEEQ_ENOMEM, NULL);
	printf("%-*s  see: %s\n", checker->path_width, "", command);
	free(command);
	return CLI_OK;
}

static const char *judge(struct checker *checker, enum teeq_verdict expected,
			 const struct teeq_tally *tally)
{
	uint32_t bad = bit(TEEQ_VERDICT_VIOLATION) & ~bit(expected);
	bool decided = false;
	uint64_t seed;

	if (first_seed(tally, bad, &seed)) {
		checker->failed++;
		return "FAIL";
	}
	decided = first_seed(tally, deciding(expected), &seed);
	if (decided == (expected != TEEQ_VERDICT_DONE))
		return "ok";
	if (tally->count[TEEQ_VERDICT_LIMIT] > 0 &&
	    !first_seed(tally, deciding(expected) & ~bit(TEEQ_VERDICT_LIMIT), &seed)) {
		checker->limited++;
		return "limit";
	}
	checker->failed++;
	return "FAIL";
}

static int print_verdict(struct checker *checker, const struct cli_case *c,
			 const struct teeq_expect_spec *expect, const struct teeq_tally *tally)
{
	const char *word = judge(checker, expect->verdict, tally);
	uint32_t mask = deciding(expect->verdict) | bit(TEEQ_VERDICT_VIOLATION);
	uint64_t seed = 0;
	bool seen = first_seed(tally, mask, &seed);
	char number[32] = "-";
	char found[160];

	found_text(tally, found, sizeof(found));
	if (seen)
		snprintf(number, sizeof(number), "%" PRIu64, seed);
	print_row(checker, c->path, expect->policy, teeq_verdict_name(expect->verdict), found,
		  number, word);
	if (seen && strcmp(word, "ok") != 0)
		return print_hint(checker, c, seed);
	return CLI_OK;
}

static int check_expectation(struct checker *checker, struct cli_case *c,
			     const struct teeq_expect_spec *expect)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 1 };
	struct cli_policy policy = checker->only;
	struct teeq_tally tally = { 0 };
	enum teeq_status status;

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
	checker->count++;
	status = teeq_run_many(c->model, &options, checker->run_count,
			       deciding(expect->verdict) | bit(TEEQ_VERDICT_VIOLATION), &tally);
	if (status != TEEQ_OK)
		return cli_failed(c->path, status, NULL);
	return print_verdict(checker, c, expect, &tally);
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
	for (size_t i = 0; i < scenario->expect_count; i++) {
		/* What is on stderr should stand where it belongs. */
		fflush(stdout);
		if (check_expectation(checker, &c, &scenario->expects[i]) != CLI_OK)
			checker->status = CLI_BAD;
	}
	if (checker->count == before && checker->status == CLI_OK)
		fprintf(stderr, "teeq: %s: no expectation to check%s%s\n", path,
			checker->only.policy ? " for policy " : "",
			checker->only.policy ? checker->only.policy->name : "");
	cli_case_free(&c);
}

static int sum_up(const struct checker *checker)
{
	printf("%" PRIu64 " expectation%s, %" PRIu64 " ok, %" PRIu64 " failed", checker->count,
	       checker->count == 1 ? "" : "s", checker->count - checker->failed - checker->limited,
	       checker->failed);
	if (checker->limited > 0)
		printf(", %" PRIu64 " undecided: the steps ran out", checker->limited);
	printf("; sampled at most %" PRIu64 " schedules each, which proves no 'done'\n",
	       checker->run_count);
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
	print_row(checker, "file", "policy", "expected", "found", "seed", "");
	for (int i = 0; i < options->operand_count; i++)
		check_file(checker, options->operands[i]);
	return sum_up(checker);
}

int cli_check(int argc, char **argv)
{
	struct checker checker = { .run_count = RUNS_DEFAULT };
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'p') {
			if (cli_policy_load(optarg, &checker.only) != CLI_OK)
				return CLI_BAD;
		} else if (!cli_number(argv[0], "--runs", optarg, 1, UINT64_MAX,
				       &checker.run_count)) {
			return CLI_BAD;
		}
	}
	if (option < 0)
		return options.status;
	if (options.operand_count == 0)
		return cli_usage(argv[0], "no scenario file is named");
	return check_all(&checker, &options);
}
