/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/compare.h>

#include "cli/budget.h"
#include "cli/json_value.h"

static const char help[] =
	"usage: teeq compare [OPTION]... FILE...\n"
	"\n"
	"Set policies side by side, by exhaustive search: how the nearest failure of each scenario\n"
	"ends, and after how many steps; for how many actions in a row somebody can sleep beside a\n"
	"thread that it could have; and how many threads would be enough. With --client also the most\n"
	"actions that others can make in a row while a task of that client cannot move.\n"
	"\n"
	"  --policy P        a name that 'teeq policies' lists, or the path of a shared object that\n"
	"                    holds one; may be given several times (default: all that are built in)\n"
#ifdef TEEQ_DRIVERS
	"  --driver FILE.so  a driver's own code beside them, of 'teeq driver build': its steps are others\n"
	"                    than a policy's, and how long somebody sleeps, and how many threads would be\n"
	"                    enough, is not asked; may be given several times\n"
#endif
	"  --client NAME     measure how long this client can be kept waiting\n" BUDGET_HELP
	"  --json            each row as one JSON object\n"
	"  --set KEY=VALUE   as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN      auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager        do not page what is longer than the screen\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"exit status: 0 everything was decided, 2 bad usage or input, 3 a budget or an interruption\n"
	"ended a search: what it was for is then told as '?'\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
#ifdef TEEQ_DRIVERS
	{ "driver", required_argument, NULL, 'x' },
#endif
	{ "client", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, 'j' },
	BUDGET_OPTIONS,
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

struct comparing {
	struct teeq_compare_options options;
	struct cli_policies policies;
	struct cli_drivers drivers;
	bool json;
	bool limited;
};

/* ------------------------------------------- rows --------------------------------------------- */

#define NUMBER_SIZE 24

/* A number that may not be there. */
static const char *number_text(char text[NUMBER_SIZE], enum teeq_known sure, uint64_t number,
			       const char *without_end)
{
	static const char *const words[] = { [TEEQ_NOT_ASKED] = "-", [TEEQ_NOT_KNOWN] = "?" };

	if (sure == TEEQ_NO_END)
		return without_end;
	if (sure != TEEQ_KNOWN)
		return words[sure];
	snprintf(text, NUMBER_SIZE, "%" PRIu64, number);
	return text;
}

static void compare_print_row(const struct comparing *comparing, const struct cli_case *c,
			      const struct teeq_comparison *found)
{
	const struct teeq_trial *trial = &found->trial;
	char steps[NUMBER_SIZE] = "-", stretch[NUMBER_SIZE], waits[NUMBER_SIZE], needs[NUMBER_SIZE];

	if (trial->ruling == TEEQ_STILL_FAILS)
		snprintf(steps, sizeof(steps), "%zu", trial->steps);
	if (!found->possible) {
		printf("%-10s  not possible\n", c->policy.policy->name);
		return;
	}
	printf("%-10s  %-11s  %8s  %8s  %7s", c->policy.policy->name,
	       trial->ruling == TEEQ_UNDECIDED ? "?" : teeq_verdict_name(trial->verdict), steps,
	       number_text(stretch, found->stretch_known, found->stretch, "for ever"),
	       number_text(needs, found->needs_known, found->needs, ">16"));
	if (comparing->options.client)
		printf("  %8s", number_text(waits, found->waits_known, found->waits, "for ever"));
	putchar('\n');
}

static json_t *number_json(enum teeq_known sure, uint64_t number)
{
	static const char *const words[] = {
		[TEEQ_NO_END] = "no end",
		[TEEQ_NOT_KNOWN] = "not known",
	};

	if (sure == TEEQ_KNOWN)
		return cli_json_number(number);
	return sure == TEEQ_NOT_ASKED ? json_null() : json_string(words[sure]);
}

static int compare_print_json(const struct comparing *comparing, const struct cli_case *c,
			      const struct teeq_comparison *found)
{
	const struct teeq_trial *trial = &found->trial;
	bool fails = trial->ruling == TEEQ_STILL_FAILS;
	char *replay = fails ? cli_replay_command(c, found->schedule) : NULL;
	json_t *object = json_pack(
		"{s:o,s:s,s:o,s:b,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "file",
		cli_json_text(cli_input_name(c->path)), "policy", c->policy.policy->name, "client",
		cli_json_text(comparing->options.client), "possible", found->possible, "ruling",
		found->possible ? teeq_ruling_name(trial->ruling) : "not possible", "verdict",
		trial->ruling == TEEQ_UNDECIDED || !found->possible ?
			json_null() :
			json_string(teeq_verdict_name(trial->verdict)),
		"steps", fails ? cli_json_number(trial->steps) : json_null(), "stranded",
		number_json(found->stretch_known, found->stretch), "threads",
		number_json(found->needs_known, found->needs), "waits",
		number_json(found->waits_known, found->waits), "replay", cli_json_text(replay));

	free(replay);
	return cli_json_put(object);
}

/* Of the file, before the first of its rows. */
static void print_head(const struct comparing *comparing, const struct cli_case *c)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(c->file);

	printf("%s: scenario %s, %" PRIu32 " thread%s\n", cli_input_name(c->path), scenario->name,
	       scenario->thread_count, scenario->thread_count == 1 ? "" : "s");
	printf("policy      verdict      shortest  stranded  threads%s\n",
	       comparing->options.client ? "     waits" : "");
}

/* ----------------------------------------- searching ------------------------------------------ */

/* The policy of that place. */
static int compare_one(struct comparing *comparing, struct cli_case *c, size_t place)
{
	const struct cli_policy *policy = &comparing->policies.list[place];
	struct teeq_comparison found;
	struct teeq_error error = { 0 };
	struct cli_watch watch;
	enum teeq_status status;
	int result = CLI_OK;

	c->policy = *policy;
	comparing->options.search.keep_going = cli_watch_keep_going;
	comparing->options.search.argument = &watch;
	cli_flush();
	cli_watch_start(&watch, false);
	status = teeq_compare(teeq_scenario_tables(c->file), policy->policy, &comparing->options,
			      &found, &error);
	cli_watch_end(&watch);
	if (status != TEEQ_OK && status != TEEQ_ELIMIT)
		return cli_failed(c->path, status, &error);
	comparing->limited |= status == TEEQ_ELIMIT;
	if (!comparing->json && place == 0)
		print_head(comparing, c);
	if (comparing->json)
		result = compare_print_json(comparing, c, &found);
	else
		compare_print_row(comparing, c, &found);
	teeq_comparison_free(&found);
	return result == CLI_OK && cli_interrupted() ? CLI_LIMIT : result;
}

static int compare_file(struct comparing *comparing, const char *path)
{
	struct cli_case c;
	int status = cli_case_load(&c, path);

	for (size_t i = 0; i < comparing->policies.count && status == CLI_OK; i++)
		status = compare_one(comparing, &c, i);
#ifdef TEEQ_DRIVERS
	if (status == CLI_OK)
		status = cli_drivers_compare(&comparing->drivers, &c, &comparing->options.search,
					     comparing->json, &comparing->limited);
#endif
	cli_case_free(&c);
	return status;
}

/* -------------------------------------- command line ------------------------------------------ */

static bool compare_read_option(struct comparing *comparing, int option)
{
	if (budget_has(option))
		return budget_read("compare", option, optarg, &comparing->options.search);
	if (option == 'p')
		return cli_policies_add(&comparing->policies, "compare", optarg);
#ifdef TEEQ_DRIVERS
	if (option == 'x')
		return cli_drivers_add(&comparing->drivers, "compare", optarg);
#endif
	if (option == 'c')
		comparing->options.client = optarg;
	else
		comparing->json = true;
	return true;
}

static int compare_perform(struct comparing *comparing, const struct cli_options *options)
{
	int status = CLI_OK;

	if (options->operand_count == 0)
		return cli_usage("compare", "no scenario file is named");
	cli_policies_settle(&comparing->policies);
	/* The table of one file is short, and who waits for it wants to see how far it is. */
	if (options->operand_count > 1)
		pager_start();
	for (int i = 0; i < options->operand_count && status == CLI_OK; i++) {
		if (i > 0 && !comparing->json)
			putchar('\n');
		status = compare_file(comparing, options->operands[i]);
	}
	return status == CLI_OK && comparing->limited ? CLI_LIMIT : status;
}

int cli_compare(int argc, char **argv)
{
	struct comparing comparing = { .options.threads = true };
	struct cli_options options;
	int option, status = CLI_OK;

	budget_start(&comparing.options.search);
	cli_options_start(&options, argc, argv, known, help);
	while (status == CLI_OK && (option = cli_next_option(&options)) > 0)
		if (!compare_read_option(&comparing, option))
			status = CLI_BAD;
	if (status == CLI_OK)
		status = option < 0 ? options.status : compare_perform(&comparing, &options);
#ifdef TEEQ_DRIVERS
	cli_drivers_free(&comparing.drivers);
#endif
	return status;
}
