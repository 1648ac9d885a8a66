/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/step/lines.h"
#include "cli/step/screen.h"

static const char help[] =
	"usage: teeq step [OPTION]... FILE [SCHEDULE]\n"
	"\n"
	"Step through a run of FILE, forth and back: see the state, what each task would do next and\n"
	"who can move; choose who does. With SCHEDULE (as 'teeq replay' takes it, or @FILE) its steps\n"
	"lie ahead. On a terminal it takes the whole screen, and '?' says which keys there are;\n"
	"elsewhere, with --plain, or on a terminal that can only scroll, commands are lines.\n"
	"\n"
	"  --policy P      the call-queue policy: a name that 'teeq policies' lists (default mainline,\n"
	"                  or the schedule's), or the path of a shared object that holds one\n"
	"  --script FILE   take commands from FILE, '-' for standard input, and print what they say\n"
	"  --plain         commands as lines, whatever the terminal can do\n"
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"commands:\n" COMMAND_HELP "\n"
	"exit status: 0, 1 an 'expect' of a script does not hold, or the schedule does not fit, 2 bad\n"
	"usage, input or command\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "script", required_argument, NULL, 's' },
	{ "plain", no_argument, NULL, 'l' },
	CLI_SET_OPTION,
	CLI_COMMON_OPTIONS,
};

static int step_converse(struct stepper *stepper, const char *script, bool plain)
{
	if (!script)
		cli_color_end(); /* prompts are no lines, and the screen is drawn otherwise */
	if (script)
		return lines_script(stepper, script);
	if (!plain && screen_possible())
		return screen_run(stepper);
	return lines_converse(stepper);
}

int cli_step(int argc, char **argv)
{
	/* Large, and one is enough. */
	static struct stepper stepper;
	struct cli_options options;
	const char *policy = NULL, *script = NULL;
	bool plain = false;
	int option, status;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'p')
			policy = optarg;
		else if (option == 's')
			script = optarg;
		else
			plain = true;
	}
	if (option < 0)
		return options.status;
	if (options.operand_count != 2 && !cli_takes_one_file(&options, false))
		return CLI_BAD;
	if (strcmp(options.operands[0], "-") == 0 && (!script || strcmp(script, "-") == 0))
		return cli_usage("step", "FILE is standard input, so that commands have to come "
				 "from the file of a --script");
	stepper.script = script ? script : "-";
	status = step_open(&stepper.s, options.operands[0], policy,
			   options.operand_count == 2 ? options.operands[1] : NULL);
	if (status == CLI_OK)
		status = step_converse(&stepper, script, plain);
	step_close(&stepper.s);
	return status;
}
