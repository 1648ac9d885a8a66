/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/json_value.h"
#include "cli/output.h"
#include "cli/terminal.h"

static const char help[] =
	"usage: teeq new [OPTION]... NAME\n"
	"\n"
	"Write a commented scenario of that name to begin with: applications that call OP-TEE, whose\n"
	"calls may store something in the RPMB or in files, and a regulator that may be switched by a\n"
	"call, too. On a terminal, what no option says is asked for.\n"
	"\n"
	"  --threads N     threads of the secure world, 1 to 16 (default 2)\n"
	"  --apps N        applications, 1 to 16 (default 2)\n"
	"  --storage S     what their calls do: none, rpmb (served by the calling task), or files\n"
	"                  (served by tee-supplicant) (default rpmb)\n"
	"  --power W       who switches the storage's regulator: linux, or scmi: OP-TEE (default scmi)\n"
	"  --kernel        a driver in the kernel that makes a system call of its own, besides\n"
	"  --out FILE      where to write it (default: standard output)\n"
	"  --json          the text in one JSON object\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n";

enum {
	THREADS = 256,
	APPS,
	STORAGE,
	POWER,
	DRIVER
};

static const struct option known[] = {
	{ "threads", required_argument, NULL, THREADS },
	{ "apps", required_argument, NULL, APPS },
	{ "storage", required_argument, NULL, STORAGE },
	{ "power", required_argument, NULL, POWER },
	{ "kernel", no_argument, NULL, DRIVER },
	{ "out", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },
	CLI_COMMON_OPTIONS,
};

enum storage {
	STORAGE_NONE,
	STORAGE_RPMB,
	STORAGE_FILES
};

/* What a scenario is made of; 0, or -1 of a choice: not said. */
struct wish {
	const char *name;
	const char *out;
	uint64_t threads;
	uint64_t apps;
	int storage;
	int scmi;
	int driver;
	bool json;
};

/* ------------------------------------------- words -------------------------------------------- */

static const char *const storages[] = { "none", "rpmb", "files", NULL };
static const char *const powers[] = { "linux", "scmi", NULL };
static const char *const answers[] = { "no", "yes", NULL };

static int word_index(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	return -1;
}

static bool read_word(int *choice, const char *option, const char *const *words, const char *text)
{
	*choice = word_index(words, text);
	if (*choice >= 0)
		return true;
	return cli_usage("new", "%s: '%s' is not %s%s%s%s%s", option, text, words[0],
			 words[2] ? ", " : " or ", words[1], words[2] ? " or " : "",
			 words[2] ? words[2] : "") == CLI_OK;
}

/* ----------------------------------------- questions ------------------------------------------ */

#define LINE_SIZE 64

/* The answer to a question, without the end of the line; empty: the default will do. */
static bool ask_line(const char *question, const char *standard, char line[LINE_SIZE])
{
	fprintf(stderr, "%s [%s] ", question, standard);
	fflush(stderr);
	if (!fgets(line, LINE_SIZE, stdin))
		return false;
	line[strcspn(line, "\n")] = '\0';
	if (!*line)
		snprintf(line, LINE_SIZE, "%s", standard);
	return true;
}

static bool ask_number(uint64_t *number, const char *question, const char *option)
{
	char line[LINE_SIZE];

	while (*number == 0) {
		if (!ask_line(question, "2", line))
			return false;
		cli_number("new", option, line, 1, TEEQ_CONTEXT_MAX, number);
	}
	return true;
}

static bool ask_word(int *choice, const char *question, const char *const *words, int standard)
{
	char line[LINE_SIZE];

	while (*choice < 0) {
		if (!ask_line(question, words[standard], line))
			return false;
		*choice = word_index(words, line);
	}
	return true;
}

static bool ask_rest(struct wish *wish)
{
	return ask_number(&wish->threads, "How many threads has OP-TEE (CFG_NUM_THREADS)?",
			  "--threads") &&
	       ask_number(&wish->apps, "How many applications call it at once?", "--apps") &&
	       ask_word(&wish->storage, "What do their calls store: none, rpmb or files?", storages,
			STORAGE_RPMB) &&
	       (wish->storage == STORAGE_NONE ||
		ask_word(&wish->scmi, "Who switches the storage's regulator: linux or scmi?",
			 powers, 1)) &&
	       ask_word(&wish->driver, "Does a driver in the kernel call it, too: no or yes?",
			answers, 0);
}

static void fill_defaults(struct wish *wish)
{
	wish->threads = wish->threads ? wish->threads : 2;
	wish->apps = wish->apps ? wish->apps : 2;
	wish->storage = wish->storage >= 0 ? wish->storage : STORAGE_RPMB;
	wish->scmi = wish->scmi >= 0 ? wish->scmi : 1;
	wish->driver = wish->driver >= 0 ? wish->driver : 0;
	if (wish->storage == STORAGE_NONE)
		wish->scmi = 0;
}

/* ----------------------------------------- writing -------------------------------------------- */

static void new_secure(const struct wish *wish, FILE *out)
{
	fprintf(out,
		"teeq: 1\n"
		"name: %s\n"
		"\n"
		"# How many calls can be in the secure world at once: CFG_NUM_THREADS of OP-TEE. A call\n"
		"# keeps its thread until it returns, also while Linux serves a request of it (an RPC).\n"
		"secure:\n"
		"  threads: %" PRIu64 "\n",
		wish->name, wish->threads);
	if (wish->storage != STORAGE_NONE)
		fputs("\n# Mutexes of Linux.\nlocks: [emmc]\n", out);
	if (wish->scmi || wish->driver)
		fprintf(out,
			"\n# Sessions of drivers. Linux 6.8 and later keeps a thread back for system sessions.\n"
			"sessions:\n%s%s",
			wish->scmi ? "  scmi: {system: true}\n" : "",
			wish->driver ? "  driver: {system: true}\n" : "");
}

static void new_commands(const struct wish *wish, FILE *out)
{
	fputs("\n# What a call does in the secure world, step by step.\ncommands:\n", out);
	if (wish->storage == STORAGE_NONE)
		fputs("  compute: []\n", out);
	else
		fprintf(out, "  store:\n    - rpc: %s            # Linux is asked to do it\n",
			storages[wish->storage]);
	if (wish->scmi)
		fputs("  regulator-on: []\n", out);
	if (wish->driver)
		fputs("  read-clock: []\n", out);
}

static void new_services(const struct wish *wish, FILE *out)
{
	if (wish->storage == STORAGE_NONE)
		return;
	fprintf(out,
		"\n# Who serves such a request, and how.\nservices:\n"
		"  %s:\n    by: %s\n    do:\n"
		"      - lock: emmc\n%s      - unlock: emmc\n",
		storages[wish->storage], wish->storage == STORAGE_FILES ? "supplicant" : "caller",
		wish->scmi ?
			"      # The eMMC must be powered, and OP-TEE switches that: one more call.\n"
			"      - call: {session: scmi, command: regulator-on}\n" :
			"");
	if (wish->storage == STORAGE_FILES)
		fputs("\nsupplicant:\n  threads: 1\n", out);
}

static int put_scenario_text(FILE *out, const void *argument)
{
	const struct wish *wish = argument;

	new_secure(wish, out);
	new_commands(wish, out);
	new_services(wish, out);
	fprintf(out,
		"\n# Who calls, and how many there are of it.\nclients:\n"
		"  app:\n    count: %" PRIu64 "\n    do:\n      - call: {command: %s}\n",
		wish->apps, wish->storage == STORAGE_NONE ? "compute" : "store");
	if (wish->driver)
		fputs("  driver:\n    do:\n      - call: {session: driver, command: read-clock}\n",
		      out);
	fputs("\n# What to ask next:\n"
	      "#   teeq explore FILE                        does any schedule hang?\n"
	      "#   teeq minimum FILE                        how many threads are enough?\n"
	      "#   teeq compare FILE                        what do other kernels do?\n",
	      out);
	return CLI_OK;
}

static int new_json(const struct wish *wish)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int status;

	if (!out)
		return cli_failed(wish->name, TEEQ_ENOMEM, NULL);
	put_scenario_text(out, wish);
	fclose(out);
	status = cli_json_put(
		json_pack("{s:s,s:o}", "scenario", wish->name, "text", cli_json_text(text)));
	free(text);
	return status;
}

/* -------------------------------------- command line ------------------------------------------ */

static bool new_read_option(struct wish *wish, int option)
{
	switch (option) {
	case THREADS:
		return cli_number("new", "--threads", optarg, 1, TEEQ_CONTEXT_MAX, &wish->threads);
	case APPS:
		return cli_number("new", "--apps", optarg, 1, 16, &wish->apps);
	case STORAGE:
		return read_word(&wish->storage, "--storage", storages, optarg);
	case POWER:
		return read_word(&wish->scmi, "--power", powers, optarg);
	case DRIVER:
		wish->driver = 1;
		return true;
	case 'o':
		wish->out = optarg;
		return true;
	default:
		wish->json = true;
		return true;
	}
}

/* As scenario files want it; the loader would say no more than this. */
static bool is_a_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return length > 0 && length <= TEEQ_NAME_MAX && text[length] == '\0' && text[0] >= 'a' &&
	       text[0] <= 'z';
}

int cli_new(int argc, char **argv)
{
	struct wish wish = { .storage = -1, .scmi = -1, .driver = -1 };
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0)
		if (!new_read_option(&wish, option))
			return CLI_BAD;
	if (option < 0)
		return options.status;
	if (options.operand_count != 1)
		return cli_usage(argv[0], "one NAME is needed, not %d arguments",
				 options.operand_count);
	wish.name = options.operands[0];
	if (!is_a_name(wish.name))
		return cli_usage(argv[0],
				 "'%s' is not a name: [a-z][a-z0-9-]*, at most %d characters",
				 wish.name, TEEQ_NAME_MAX);
	if (wish.out && cli_output_check(wish.out, "-") != CLI_OK)
		return CLI_BAD;
	if (isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !ask_rest(&wish))
		return cli_error("no answer");
	fill_defaults(&wish);
	if (wish.json)
		return new_json(&wish);
	terminal_leave();
	return wish.out ? cli_output_replace(wish.out, put_scenario_text, &wish) :
			  put_scenario_text(stdout, &wish);
}
