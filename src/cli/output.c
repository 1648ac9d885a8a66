/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/output.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the last name of @path begins. */
static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* What is before it, to be freed; NULL: no memory. */
static char *folder_of(const char *path)
{
	size_t length = (size_t)(last_name(path) - path);

	return length > 0 ? strndup(path, length) : strdup("./");
}

/* Files are made beside their place. */
static int check_folder(const char *path)
{
	char *folder = folder_of(path);
	int status = CLI_OK;

	if (!folder)
		return cli_error("%s: out of memory", path);
	if (access(folder, W_OK | X_OK) != 0)
		status = cli_error("%s: %s", path, strerror(errno));
	free(folder);
	return status;
}

static bool is_one_file(const char *path, const char *other)
{
	struct stat a;
	struct stat b;

	return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

bool cli_output_is_same(const char *path, const char *other)
{
	char *folder, *beside;
	bool same;

	if (!path || !other)
		return false;
	if (strcmp(path, other) == 0 || is_one_file(path, other))
		return true;
	if (strcmp(last_name(path), last_name(other)) != 0)
		return false;
	folder = folder_of(path);
	beside = folder_of(other);
	same = folder && beside && is_one_file(folder, beside);
	free(folder);
	free(beside);
	return same;
}

int cli_output_apart(const char *path, const char *other)
{
	if (!cli_output_is_same(path, other))
		return CLI_OK;
	return cli_error("%s: is named for two kinds of output", path);
}

int cli_output_check(const char *path, const char *input)
{
	struct stat out;
	struct stat in;

	if (path[0] == '\0')
		return cli_error("'': no file has an empty name");
	if (cli_output_is_stdout(path))
		return cli_error("-: is written to a file, not to standard output");
	if (check_folder(path) != CLI_OK)
		return CLI_BAD;
	/* A link would be replaced, not what it points to: /dev/stdout, at worst. */
	if (lstat(path, &out) != 0)
		return errno == ENOENT ? CLI_OK : cli_error("%s: %s", path, strerror(errno));
	if (!S_ISREG(out.st_mode))
		return cli_error("%s: not a plain file, so it is not written over", path);
	if (strcmp(input, "-") == 0)
		return fstat(STDIN_FILENO, &in) == 0 && in.st_dev == out.st_dev &&
				       in.st_ino == out.st_ino ?
			       cli_error("%s: is what is read from standard input", path) :
			       CLI_OK;
	if (is_one_file(path, input))
		return cli_error("%s: is the same file as %s, which is not written over", path,
				 input);
	return CLI_OK;
}

/* As a file that the user makes: what mkstemp() leaves out is put back. */
static void set_mode(int descriptor)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(descriptor, 0666 & ~mask) != 0)
		errno = 0; /* its owner can read it anyway */
}

/* ----------------------------- what a signal is not to leave behind --------------------------- */

static const int output_signals[] = { SIGHUP, SIGINT, SIGTERM };
#define OUTPUT_SIGNALS (sizeof(output_signals) / sizeof(output_signals[0]))
static struct sigaction output_previous[OUTPUT_SIGNALS];
static const char *output_temporary;

/* What is half written goes, and then the signal does what it would have done. */
static void output_end(int number)
{
	unlink(output_temporary);
	for (size_t i = 0; i < OUTPUT_SIGNALS; i++)
		if (output_signals[i] == number)
			sigaction(number, &output_previous[i], NULL);
	raise(number);
}

/* Who listens to a signal already ends in good order. */
static void output_guard(const char *temporary)
{
	const struct sigaction action = { .sa_handler = output_end };

	output_temporary = temporary;
	for (size_t i = 0; i < OUTPUT_SIGNALS; i++) {
		sigaction(output_signals[i], NULL, &output_previous[i]);
		if (output_previous[i].sa_handler == SIG_DFL)
			sigaction(output_signals[i], &action, NULL);
	}
}

static void output_release(void)
{
	for (size_t i = 0; i < OUTPUT_SIGNALS; i++)
		sigaction(output_signals[i], &output_previous[i], NULL);
}

static int output_fill(const char *path, const char *temporary, int descriptor,
		       int (*write)(FILE *out, const void *argument), const void *argument)
{
	FILE *out = fdopen(descriptor, "w");
	bool failed;
	int status;

	if (!out) {
		close(descriptor);
		return cli_error("%s: %s", path, strerror(errno));
	}
	set_mode(descriptor);
	errno = 0;
	status = write(out, argument);
	failed = ferror(out) != 0;
	failed |= fclose(out) != 0;
	if (status == CLI_LIMIT)
		return status;
	if (failed)
		return cli_error("%s: could not be written: %s", path,
				 errno ? strerror(errno) : "write error");
	if (status != CLI_OK)
		return cli_error("%s: out of memory", path);
	if (rename(temporary, path) != 0)
		return cli_error("%s: %s", path, strerror(errno));
	return CLI_OK;
}

int cli_output_replace(const char *path, int (*write)(FILE *out, const void *argument),
		       const void *argument)
{
	static const char ending[] = ".XXXXXX";
	size_t length = strlen(path);
	char *temporary = malloc(length + sizeof(ending));
	int descriptor;
	int status;

	if (!temporary)
		return cli_error("%s: out of memory", path);
	memcpy(temporary, path, length);
	memcpy(temporary + length, ending, sizeof(ending));
	descriptor = mkstemp(temporary);
	if (descriptor < 0) {
		free(temporary);
		return cli_error("%s: %s", path, strerror(errno));
	}
	output_guard(temporary);
	status = output_fill(path, temporary, descriptor, write, argument);
	if (status != CLI_OK)
		unlink(temporary);
	output_release();
	free(temporary);
	return status;
}

bool cli_output_is_stdout(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

int cli_output_write(const char *path, int (*write)(FILE *out, const void *argument),
		     const void *argument)
{
	int status;

	if (!cli_output_is_stdout(path))
		return cli_output_replace(path, write, argument);
	status = write(stdout, argument);
	if (status == CLI_OK || status == CLI_LIMIT)
		return status;
	return cli_error("<stdout>: out of memory");
}

void cli_put_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text >= ' ' && *text < 0x7f ? *text : '?', out);
		}
	}
}
