/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <teeq/status.h>

#include "cli/cli.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ "run", cli_run, "run a scenario once, or many times with different seeds" },
	{ "replay", cli_replay, "make the choices of a schedule again" },
	{ "explore", cli_explore, "visit every reachable state of a scenario" },
	{ "step", cli_step, "go through a run step by step, forth and back" },
	{ "shrink", cli_shrink, "make a failing schedule shorter and plainer" },
	{ "explain", cli_explain,
	  "say when a failing schedule was lost, and what would have helped" },
	{ "check", cli_check, "compare a scenario's expectations with every schedule" },
	{ "minimum", cli_minimum, "find how many threads and system sessions are enough" },
	{ "compare", cli_compare, "set policies side by side" },
	{ "sweep", cli_sweep, "try a range of threads, clients or other numbers" },
	{ "merge", cli_merge, "join the results of parts that --shard divided" },
	{ "conform", cli_conform, "compare recordings of a real driver with the model" },
	{ "stress", cli_stress, "run a scenario on real threads, and compare them with the model" },
	{ "trace", cli_trace, "say what a recording of the kernel's tracer shows of the calls" },
	{ "diagnose", cli_diagnose, "say from a board's kernel log what hangs there, and why" },
#ifdef TEEQ_DRIVERS
	{ "driver", cli_driver, "compile the OP-TEE driver of a kernel tree, to be run" },
#endif
	{ "new", cli_new, "write a commented scenario to begin with" },
	{ "lint", cli_lint, "say what in a scenario is probably not meant" },
	{ "policies", cli_policies, "list the call-queue policies" },
	{ "show", cli_show, "print a scenario as teeq understood it" },
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *out)
{
	fputs("usage: teeq COMMAND [OPTION]... [ARGUMENT]...\n"
	      "\n"
	      "Models how Linux's OP-TEE driver queues calls to the secure world, so that a deadlock\n"
	      "can be found, explained and replayed.\n"
	      "\n"
	      "commands:\n",
	      out);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
	fprintf(out, "  %-9s %s\n", "help", "this text; before a command's name: that command's");
	fputs("\n"
	      "options:\n"
	      "  --help     this text; after a command: that command's\n"
	      "  --version  the version\n"
	      "\n"
	      "exit status: 0 the run finished or the property holds; 1 a deadlock, violation or\n"
	      "mismatch was found; 2 usage or bad input; 3 a limit was reached, nothing is claimed\n",
	      out);
}

static int unknown_command(const char *name)
{
	struct cli_suggestion suggestion;

	cli_suggestion_start(&suggestion, name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		cli_suggestion_offer(&suggestion, commands[i].name);
	if (suggestion.nearest)
		return cli_error("unknown command '%s': did you mean %s? (try 'teeq --help')", name,
				 suggestion.nearest);
	fprintf(stderr, "teeq: unknown command '%s'; there are", name);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(stderr, "%s %s", i > 0 ? "," : "", commands[i].name);
	fputs(" (try 'teeq --help')\n", stderr);
	return CLI_BAD;
}

static int run_command(int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(argv[0], commands[i].name) != 0)
			continue;
#ifdef TEEQ_DRIVERS
		if (cli_has_driver(argc, argv))
			return cli_drive(argc, argv);
#endif
		return commands[i].run(argc, argv);
	}
	return unknown_command(argv[0]);
}

/* teeq help [COMMAND] */
static int help(int argc, char **argv)
{
	static char option[] = "--help";
	char *asked[] = { argv[argc - 1], option, NULL };

	if (argc > 2)
		return cli_error("help: one command at most, not %d (try 'teeq --help')", argc - 1);
	if (argc == 2 && strcmp(argv[1], "help") != 0 && argv[1][0] != '-')
		return run_command(2, asked);
	pager_start();
	print_help(stdout);
	return CLI_OK;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return CLI_BAD;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		pager_start();
		print_help(stdout);
		return CLI_OK;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		printf("teeq %s\n", teeq_version());
		return CLI_OK;
	}
	if (strcmp(argv[1], "help") == 0)
		return help(argc - 1, argv + 1);
	return run_command(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	/* A reader that went away is an output that could not be written, not a death by signal. */
	signal(SIGPIPE, SIG_IGN);
	return cli_end(dispatch(argc, argv));
}
