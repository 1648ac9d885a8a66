/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/exports.h"

static const char help[] =
	"usage: teeq replay [OPTION]... FILE SCHEDULE\n"
	"\n"
	"Make the choices of SCHEDULE in the scenario of FILE: the same steps, the same result.\n"
	"SCHEDULE is what teeq printed, 'teeq:1:POLICY:MODEL TASK...', or @FILE with such a text in\n"
	"it; there, lines that begin with '#' are comments. It stops at the first step that does not\n"
	"fit, and says which tasks could have moved.\n"
	"\n"
	"  --policy P      must agree with the schedule; needed when P is a shared object\n"
	"  --driver SO     a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                  it has options of its own: 'teeq replay --driver SO --help'\n"
	"  --trace KIND    text: one line for each step, a column for each task, and after it the\n"
	"                  queue's free credits, system sessions and callers in its list;\n"
	"                  json: one JSON object for each step, and then one for the result;\n"
	"                  none (default)\n"
	"  --json          the result as one JSON object\n"
	"  --check         replay twice and compare\n"
	EXPORT_HELP
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "trace", required_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'j' },
	{ "check", no_argument, NULL, 'c' },
	EXPORT_OPTIONS, CLI_SET_OPTION, CLI_COMMON_OPTIONS,
};

/* The policy that the schedule was made under, which --policy may only confirm. */
static int replay_choose_policy(const char *command, const char *named, const char *text,
				struct cli_policy *policy)
{
	struct teeq_error error = { 0 };
	char name[TEEQ_NAME_MAX + 1];
	enum teeq_status status = teeq_schedule_policy(text, name, sizeof(name), &error);

	if (status != TEEQ_OK)
		return cli_failed("schedule", status, &error);
	if (!named && !teeq_policy_find(name))
		return cli_usage(command,
				 "the schedule's policy, %s, is not built in: name its "
				 "shared object with --policy",
				 name);
	if (cli_policy_load(named ? named : name, policy) != CLI_OK)
		return CLI_BAD;
	if (strcmp(policy->policy->name, name) != 0)
		return cli_usage(command, "the schedule was made under policy %s, --policy is %s",
				 name, policy->policy->name);
	return CLI_OK;
}

int cli_case_schedule(struct cli_case *c, const char *command, const char *policy,
		      const char *argument, struct teeq_schedule *schedule)
{
	char *text = cli_schedule_text(argument);
	struct teeq_error error = { 0 };
	struct cli_policy chosen;
	enum teeq_status parsed;
	int status = CLI_BAD;

	if (text && replay_choose_policy(command, policy, text, &chosen) == CLI_OK &&
	    cli_case_build(c, &chosen) == CLI_OK) {
		parsed = teeq_schedule_parse(c->model, text, schedule, &error);
		status = parsed == TEEQ_OK ? CLI_OK : cli_failed("schedule", parsed, &error);
	}
	free(text);
	return status;
}

int cli_execute_schedule(struct cli_request *request, struct cli_case *c, const char *command,
			 const char *policy, const char *argument)
{
	struct teeq_schedule schedule = { 0 };
	int status = cli_case_schedule(c, command, policy, argument, &schedule);

	if (status == CLI_OK) {
		request->c = c;
		request->strategy = NULL;
		request->schedule = &schedule;
		status = cli_execute(request);
		request->schedule = NULL;
	}
	teeq_schedule_free(&schedule);
	return status;
}

int cli_replay(int argc, char **argv)
{
	struct exports exports = { { NULL } };
	struct cli_request request = { .exports = &exports };
	struct cli_options options;
	struct cli_case c;
	const char *policy = NULL;
	int option;
	int status;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'p')
			policy = optarg;
		else if (option == 'j')
			request.json = true;
		else if (option == 'c')
			request.check = true;
		else if (exports_has(option))
			exports_read(&exports, option, optarg);
		else if (!cli_trace_parse(argv[0], optarg, &request.trace))
			return CLI_BAD;
	}
	if (option < 0)
		return options.status;
	if (!cli_takes_one_file(&options, true))
		return CLI_BAD;
	if (cli_output_settle(argv[0], &request) != CLI_OK ||
	    exports_check(&exports, options.operands[0]) != CLI_OK)
		return CLI_BAD;
	status = cli_case_load(&c, options.operands[0]);
	if (status == CLI_OK)
		status = cli_execute_schedule(&request, &c, argv[0], policy, options.operands[1]);
	cli_case_free(&c);
	return status;
}
