/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/pager.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool pager_refused;
static pid_t pager_process; /* 0: there is none */

void pager_refuse(void)
{
	pager_refused = true;
}

static bool pager_is_program(const char *file)
{
	struct stat found;

	return stat(file, &found) == 0 && S_ISREG(found.st_mode) && access(file, X_OK) == 0;
}

/* Whether a program of that name, which ends at a space, is there to be run. */
static bool pager_is_there(const char *command)
{
	size_t length = strcspn(command, " ");
	const char *path = getenv("PATH");
	char file[4096];

	if (memchr(command, '/', length))
		path = "";
	while (path) {
		size_t folder = strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s%s%.*s", (int)folder, path,
			     folder > 0 ? "/" : "", (int)length, command) < (int)sizeof(file) &&
		    pager_is_program(file))
			return true;
		path = path[folder] ? path + folder + 1 : NULL;
	}
	return false;
}

/* NULL: none is wanted, or it is not there. */
static const char *pager_command(void)
{
	const char *command = getenv("TEEQ_PAGER"), *terminal = getenv("TERM");

	if (!command)
		command = getenv("PAGER");
	if (!command)
		command = "less";
	if (!command[0] || strcmp(command, "cat") == 0 || !terminal ||
	    strcmp(terminal, "dumb") == 0)
		return NULL;
	return pager_is_there(command) ? command : NULL;
}

static void pager_become(const char *command, const int ends[2])
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	signal(SIGPIPE, SIG_DFL);
	/* What fits on the screen is no reason to stay, and colours go through. */
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* Whoever interrupts ends what prints; the reader has the terminal until it was left. */
static void pager_interrupted(int number)
{
	signal(number, SIG_IGN);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	waitpid(pager_process, NULL, 0);
	_exit(128 + number);
}

void pager_start(void)
{
	const char *command;
	int ends[2];

	if (pager_process || pager_refused || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return;
	command = pager_command();
	if (!command || pipe(ends) != 0)
		return;
	fflush(stdout);
	pager_process = fork();
	if (pager_process == 0)
		pager_become(command, ends);
	if (pager_process > 0) {
		dup2(ends[1], STDOUT_FILENO);
		/* Messages stand where they belong. */
		if (isatty(STDERR_FILENO))
			dup2(ends[1], STDERR_FILENO);
		signal(SIGINT, pager_interrupted);
		atexit(pager_end);
	} else {
		pager_process = 0;
	}
	close(ends[0]);
	close(ends[1]);
}

bool pager_is_used(void)
{
	return pager_process > 0;
}

void pager_end(void)
{
	if (!pager_process)
		return;
	signal(SIGINT, SIG_IGN);
	fflush(stdout);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	waitpid(pager_process, NULL, 0);
	pager_process = 0;
}
