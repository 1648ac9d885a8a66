/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------ a script ------------------------------------------ */

/* The exit status that ends the script, or -1. */
static int lines_do(struct stepper *stepper, const char *path, size_t number, const char *line)
{
	size_t length = strcspn(line, "\r\n");
	size_t blank = strspn(line, " \t");

	if (blank >= length || line[blank] == '#')
		return -1;
	printf("> %.*s\n", (int)length, line);
	switch (command_do(stepper, line, stdout)) {
	case COMMAND_QUIT:
		return CLI_OK;
	case COMMAND_DONE:
		return -1;
	case COMMAND_UNMET:
		cli_flush();
		cli_error("%s:%zu: %s", cli_input_name(path), number, stepper->why);
		return CLI_FOUND;
	case COMMAND_WRONG:
		break;
	}
	cli_flush();
	return cli_error("%s:%zu: %s", cli_input_name(path), number, stepper->why);
}

static int lines_follow(struct stepper *stepper, const char *path, FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	int status = -1;

	for (size_t number = 1; status < 0 && getline(&line, &size, file) >= 0; number++)
		status = lines_do(stepper, path, number, line);
	free(line);
	if (status < 0 && ferror(file))
		return cli_error("%s: %s", cli_input_name(path), strerror(errno));
	return status < 0 ? CLI_OK : status;
}

int lines_script(struct stepper *stepper, const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int status;

	if (!file)
		return cli_error("%s: %s", path, strerror(errno));
	status = lines_follow(stepper, path, file);
	if (file != stdin)
		fclose(file);
	return status;
}

/* ---------------------------------------- a conversation -------------------------------------- */

int lines_converse(struct stepper *stepper)
{
	enum command_result result = command_do(stepper, "show", stdout);
	char *line = NULL;
	size_t size = 0;

	while (result != COMMAND_QUIT) {
		fputs("step> ", stdout);
		cli_flush();
		if (getline(&line, &size, stdin) < 0)
			break;
		result = command_do(stepper, line, stdout);
		if (result == COMMAND_WRONG || result == COMMAND_UNMET)
			puts(stepper->why);
	}
	free(line);
	if (result != COMMAND_QUIT)
		putchar('\n');
	return CLI_OK;
}
