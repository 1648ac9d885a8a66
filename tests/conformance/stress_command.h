/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CONFORMANCE_STRESS_COMMAND_H
#define TESTS_CONFORMANCE_STRESS_COMMAND_H

#include "story.h"

/* `teeq stress`, and what it says: for tests of real threads against the model. */
enum { OUTPUT_MAX = 1 << 16 };

struct output {
	int status;
	char text[OUTPUT_MAX];
};

static inline void run_command(struct output *output, const char *arguments)
{
	char command[1024];
	size_t length;
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' %s 2>&1", TEEQ_COMMAND, arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	length = fread(output->text, 1, OUTPUT_MAX - 1, pipe);
	output->text[length] = '\0';
	/* Whatever is more than that is read, so that nobody writes into a closed pipe. */
	while (fgetc(pipe) != EOF)
		;
	output->status = pclose(pipe);
	assert_true(WIFEXITED(output->status));
	output->status = WEXITSTATUS(output->status);
}
#define run_command(...) FROM(run_command(__VA_ARGS__))

static inline void assert_says(const struct output *output, const char *text)
{
	if (!strstr(output->text, text))
		fail_msg("expected '%s' in:\n%s", text, output->text);
}
#define assert_says(...) FROM(assert_says(__VA_ARGS__))

/* Rounds of @path under @policy, all as in the model; returns the exit status, 0 or 1. */
static inline int stress(const char *path, const char *policy, unsigned int rounds, const char *more)
{
	static struct output output;
	char arguments[640];

	snprintf(arguments, sizeof(arguments), "stress '%s' --policy %s --rounds %u %s", path,
		 policy, rounds, more);
	run_command(&output, arguments);
	if (output.status > 1)
		fail_msg("%s: status %d:\n%s", arguments, output.status, output.text);
	assert_says(&output, "as in the model: ");
	if (strstr(output.text, "not compared"))
		fail_msg("%s:\n%s", arguments, output.text);
	return output.status;
}
#define stress(...) FROM(stress(__VA_ARGS__))

/* The same, and teeq conform accepts what was recorded of the last round. */
static inline int stress_and_conform(const char *path, const char *policy, unsigned int rounds)
{
	static struct output output;
	int status = stress(path, policy, rounds, "--record round.jsonl");

	run_command(&output, "conform round.jsonl");
	if (output.status != 0)
		fail_msg("%s under %s: %s", path, policy, output.text);
	assert_says(&output, "round.jsonl: 1 of 1 recordings match");
	remove("round.jsonl");
	return status;
}
#define stress_and_conform(...) FROM(stress_and_conform(__VA_ARGS__))

#endif
