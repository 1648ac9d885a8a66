/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

/* No signal comes in a browser, and emscripten has none of it. */
int sigaltstack(const stack_t *restrict new, stack_t *restrict old)
{
	(void)new;
	(void)old;
	return 0;
}

/* The subcommands that there are in a browser; each call of main() is in an instance of its own. */
static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "run", cli_run },	    { "replay", cli_replay },	{ "explore", cli_explore },
	{ "step", cli_step },	    { "shrink", cli_shrink },	{ "explain", cli_explain },
	{ "check", cli_check },	    { "minimum", cli_minimum }, { "compare", cli_compare },
	{ "sweep", cli_sweep },	    { "lint", cli_lint },	{ "policies", cli_policies },
	{ "show", cli_show },
};

int main(int argc, char **argv)
{
	int status = CLI_BAD;
	size_t i = 0;

	while (argc > 1 && i < sizeof(commands) / sizeof(commands[0]) &&
	       strcmp(argv[1], commands[i].name) != 0)
		i++;
	if (argc > 1 && i < sizeof(commands) / sizeof(commands[0]))
		status = commands[i].run(argc - 1, argv + 1);
	else
		cli_error("there is no such command in a browser");
	fflush(stdout);
	return status;
}
