/* SPDX-License-Identifier: BSD-2-Clause */
/* teeq driver: from a kernel tree to a driver that can be run. */
#include "cli/driver/build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <teeq/harness/driver/command.h>

#include "cli/cli.h"
#include "cli/json_value.h"

static const char help_text[] =
	"usage: teeq driver build TREE -o FILE.so [OPTION]...\n"
	"       teeq driver show FILE.so [--json]\n"
	"\n"
	"Compiles the TEE subsystem, the OP-TEE driver and the SCMI transport of a kernel tree, unchanged,\n"
	"into a shared object that the other commands run in place of a policy, with --driver. TREE is a\n"
	"whole tree, or as much of one as holds drivers/tee, drivers/misc/rpmb-core.c,\n"
	"drivers/firmware/arm_scmi and their headers in include.\n"
	"\n"
	"  -o, --output FILE.so  where to write it\n"
	"      --cc COMPILER     default: cc\n"
	"      --linux VERSION   of the kernel, where TREE has no Makefile that says it\n"
	"      --include DIR     headers that come before all others\n"
	"      --shims DIR       the kernel's headers of teeq, include/teeq/harness\n"
	"      --threads         for teeq stress: each task is a thread\n"
	"      --sanitize thread likewise, and ThreadSanitizer sees what the driver does; for a command that\n"
	"                        was built with it, too\n"
	"      --json            the stamp of FILE.so, which tells what it was made of, as a JSON object\n"
	"  -v, --verbose         print each command\n"
	"  -h, --help            this text\n"
	"\n"
	"exit status: 0 done; 2 the tree is not one, or does not compile\n";

static const struct option build_options[] = {
	{ "output", required_argument, NULL, 'o' },   { "cc", required_argument, NULL, 'c' },
	{ "linux", required_argument, NULL, 'l' },    { "include", required_argument, NULL, 'I' },
	{ "shims", required_argument, NULL, 's' },    { "threads", no_argument, NULL, 't' },
	{ "sanitize", required_argument, NULL, 'S' }, { "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },	      CLI_COMMON_OPTIONS
};
static const struct option show_options[] = { { "json", no_argument, NULL, 'j' },
					      CLI_COMMON_OPTIONS };

/* What it was made of is told by the object itself, which has to be found fit to be run. */
static int driver_show(const char *path, bool json)
{
	struct teeq_driver *driver = NULL;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_driver_new(path, &driver, &error);
	int result = CLI_OK;

	if (status != TEEQ_OK)
		return cli_failed(path, status, &error);
	if (json)
		result = cli_json_put(json_pack("{s:o,s:s}", "file", cli_json_text(path), "stamp",
						teeq_driver_stamp(driver)));
	else
		printf("%s: %s\n", path, teeq_driver_stamp(driver));
	teeq_driver_free(driver);
	return result;
}

static int driver_check_folder(const char *path)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return cli_error("%s: %s", path, strerror(errno));
	if (!S_ISDIR(found.st_mode))
		return cli_error("%s: is no folder", path);
	return access(path, R_OK | X_OK) == 0 ? CLI_OK : cli_error("%s: %s", path, strerror(errno));
}

/*
 * Before a minute's work: whether there will be a place for it. What was not there is not left
 * there.
 */
static int driver_check_output(const char *path)
{
	struct stat found;
	bool is_there = stat(path, &found) == 0;
	int file;

	if (is_there && !S_ISREG(found.st_mode))
		return cli_error("%s: is no file that could be written", path);
	file = open(path, O_WRONLY | O_CREAT, 0777);
	if (file < 0)
		return cli_error("%s: %s", path, strerror(errno));
	close(file);
	if (!is_there)
		unlink(path);
	return CLI_OK;
}

static int driver_check(const struct driver_build *b)
{
	int status = driver_check_folder(b->tree);

	if (status == CLI_OK && b->extra)
		status = driver_check_folder(b->extra);
	return status == CLI_OK ? driver_check_output(b->output) : status;
}

static int build(struct driver_build *b, const char *shims, const char *version)
{
	int status = driver_check(b);

#ifndef __x86_64__
	if (b->on_threads)
		return cli_error("driver build: drivers run on threads on x86-64 only");
#endif

	if (status == CLI_OK)
		status = driver_find_shims(b, shims);
	if (status == CLI_OK)
		status = driver_read_version(b, version);
	if (status == CLI_OK)
		status = driver_find_sources(b);
	if (status == CLI_OK)
		status = driver_make_stage(b);
	if (status == CLI_OK)
		status = driver_compile(b);
	driver_remove_stage(b);
	driver_free_sources(b);
	return status == CLI_OK ? driver_show(b->output, b->json) : status;
}

static int build_command(int argc, char **argv)
{
	struct driver_build b = { .compiler = "cc" };
	const char *shims = NULL, *version = NULL;
	struct cli_options options;
	int option;

	cli_options_start(&options, argc, argv, build_options, help_text);
	options.short_options = "-:hVo:v";
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'o')
			b.output = optarg;
		else if (option == 'c')
			b.compiler = optarg;
		else if (option == 'l')
			version = optarg;
		else if (option == 'I')
			b.extra = optarg;
		else if (option == 's')
			shims = optarg;
		else if (option == 't')
			b.on_threads = true;
		else if (option == 'S' && strcmp(optarg, "thread") == 0)
			b.on_threads = b.sanitizes = true;
		else if (option == 'S')
			return cli_usage("driver", "build: --sanitize: '%s' is not thread", optarg);
		else if (option == 'j')
			b.json = true;
		else
			b.verbose = true;
	}
	if (option < 0)
		return options.status;
	if (options.operand_count != 1)
		return cli_usage("driver", "build takes one tree, not %d", options.operand_count);
	if (!b.output)
		return cli_usage("driver", "build: say where to write it, with -o FILE.so");
	b.tree = options.operands[0];
	return build(&b, shims, version);
}

static int show_command(int argc, char **argv)
{
	struct cli_options options;
	bool json = false;
	int option;

	cli_options_start(&options, argc, argv, show_options, help_text);
	while ((option = cli_next_option(&options)) > 0)
		json = true;
	if (option < 0)
		return options.status;
	if (options.operand_count != 1)
		return cli_usage("driver", "show takes one shared object, not %d",
				 options.operand_count);
	return driver_show(options.operands[0], json);
}

int cli_driver(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "build") == 0) {
		argv[1] = argv[0];
		return build_command(argc - 1, argv + 1);
	}
	if (argc > 1 && strcmp(argv[1], "show") == 0) {
		argv[1] = argv[0];
		return show_command(argc - 1, argv + 1);
	}
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		fputs(help_text, stdout);
		return CLI_OK;
	}
	return cli_usage("driver", "expected 'build' or 'show'");
}
