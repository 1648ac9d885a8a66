/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A driver wants to find the kernel in the program that loads it, and may crash it: both speak for
 * a process of its own, which is the command's.
 */
#include "teeq/test.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asserts/tell.h"

extern char **environ;

#define NUMBER_SIZE 24

/* The command line, with room for the numbers in it: three options at most. */
struct line {
	char *words[4 + 2 * 3 + 2 + 1];
	size_t count;
	char numbers[3][NUMBER_SIZE];
	size_t number_count;
};

/* The words are only read, whatever the type that posix_spawn() wants. */
static void line_add(struct line *line, const char *word)
{
	line->words[line->count++] = (char *)(uintptr_t)word;
}

static void line_add_number(struct line *line, const char *option, uint64_t number)
{
	char *text = line->numbers[line->number_count++];

	snprintf(text, NUMBER_SIZE, "%" PRIu64, number);
	line_add(line, option);
	line_add(line, text);
}

static void line_make(struct line *line, const char *object, const char *path,
		      const struct teeq_test_budget *budget)
{
	bool has_command = budget && budget->command;

	line_add(line, has_command ? budget->command : "teeq");
	line_add(line, "explore");
	line_add(line, "--driver");
	line_add(line, object);
	if (budget && budget->max_states)
		line_add_number(line, "--max-states", budget->max_states);
	if (budget && budget->max_memory_bytes)
		line_add_number(line, "--max-memory", budget->max_memory_bytes);
	/* The command counts whole seconds; less than one is one. */
	if (budget && budget->max_seconds > 0)
		line_add_number(line, "--max-seconds",
				budget->max_seconds < 1 ? 1 : (uint64_t)budget->max_seconds);
	line_add(line, "--");
	line_add(line, path);
}

/* Both streams of the command go to @descriptor. 0, or an errno. */
static int spawn(const struct line *line, int descriptor, pid_t *process)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, descriptor, STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, descriptor, STDERR_FILENO);
	if (!error)
		error = posix_spawnp(process, line->words[0], &actions, NULL, line->words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* What the command said, behind the outcome's word. */
static enum teeq_test_outcome tell_said(struct asked *asked, enum teeq_test_outcome outcome,
					FILE *said)
{
	char bytes[4096];
	size_t size;

	tell_head(asked, outcome);
	fputc('\n', asked->out);
	rewind(said);
	while ((size = fread(bytes, 1, sizeof(bytes), said)) > 0)
		fwrite(bytes, 1, size, asked->out);
	return outcome;
}

static enum teeq_test_outcome ask_command(struct asked *asked, const struct line *line, FILE *said)
{
	enum teeq_test_outcome outcome = TEEQ_TEST_BAD;
	pid_t process = 0, waited;
	int status = 0;
	int error = spawn(line, fileno(said), &process);

	if (error) {
		tell_head(asked, outcome);
		fprintf(asked->out, "%s does not start: %s\n", line->words[0], strerror(error));
		return outcome;
	}
	do
		waited = waitpid(process, &status, 0);
	while (waited < 0 && errno == EINTR);
	/* Else it crashed, or was no teeq, or the program does not want to know of its children. */
	if (waited == process && WIFEXITED(status) && WEXITSTATUS(status) <= (int)TEEQ_TEST_LIMIT)
		outcome = (enum teeq_test_outcome)WEXITSTATUS(status);
	return outcome == TEEQ_TEST_HOLDS ? outcome : tell_said(asked, outcome, said);
}

struct teeq_test_answer teeq_test_driver_never_hangs(const char *object, const char *path,
						     const struct teeq_test_budget *budget)
{
	enum teeq_test_outcome outcome = TEEQ_TEST_BAD;
	struct line line = { .count = 0 };
	struct asked asked;
	FILE *said;

	if (!tell_start(&asked, teeq_test_file(path)))
		return (struct teeq_test_answer){ TEEQ_TEST_BAD, NULL };
	said = object && path ? tmpfile() : NULL;
	if (said) {
		line_make(&line, object, path, budget);
		outcome = ask_command(&asked, &line, said);
		fclose(said);
	} else {
		tell_head(&asked, outcome);
		fputs(object && path ? "no file for what the command says\n" :
				       "one of these is NULL: object, path\n",
		      asked.out);
	}
	return tell_answer(&asked, outcome);
}
