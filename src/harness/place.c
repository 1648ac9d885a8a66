/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an address of the code is in its source. That stands in the program's debug information,
 * which addr2line of the compiler's own tools reads; without either, the address has to do.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/harness.h"

enum { OUTPUT_BYTES = 4096, FRAME_COUNT = 8 };

/* What addr2line says of @offset in @file, as a text; empty where it cannot be asked. */
static void place_ask(const char *file, const char *offset, char *output, size_t size)
{
	int ends[2];
	size_t length = 0;
	ssize_t got;
	pid_t child;

	output[0] = '\0';
	if (pipe(ends) != 0)
		return;
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		close(STDERR_FILENO);
		execlp("addr2line", "addr2line", "-f", "-i", "-e", file, offset, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	while (child > 0 && (got = read(ends[0], output + length, size - 1 - length)) > 0)
		length += (size_t)got;
	output[length] = '\0';
	close(ends[0]);
	if (child > 0)
		waitpid(child, NULL, 0);
}

/* The kernel's own functions are macros and inline functions here: not the place that is meant. */
static bool is_ours(const char *file)
{
	return strstr(file, "teeq/harness/") != NULL;
}

enum answer { NO_ANSWER, ANSWER, ANSWER_OURS };

/* Pairs of lines, a function and a place, from the innermost inline function outwards. */
static enum answer read_answer(char *output, char *text, size_t size)
{
	char *line = strtok(output, "\n");
	char here[512];
	bool ours = false;
	size_t prefix = getcwd(here, sizeof(here)) ? strlen(here) : 0;

	for (int i = 0; line && i < FRAME_COUNT; i++) {
		const char *function = line;
		char *place = strtok(NULL, "\n");

		line = place ? strtok(NULL, "\n") : NULL;
		if (!place || strncmp(place, "??", 2) == 0)
			return NO_ANSWER;
		if (is_ours(place) && line)
			continue;
		ours = is_ours(place);
		place[strcspn(place, " ")] = '\0';
		if (prefix && strncmp(place, here, prefix) == 0 && place[prefix] == '/')
			place += prefix + 1;
		snprintf(text, size, "in %s() at %s", function, place);
		return ours ? ANSWER_OURS : ANSWER;
	}
	return NO_ANSWER;
}

static enum answer tell(const void *place, char *text, size_t size)
{
	/* It is where the access returns to. */
	uintptr_t at = (uintptr_t)place - 1;
	char output[OUTPUT_BYTES], offset[32];
	Dl_info info;
	enum answer answer;
	bool moved;

	if (!dladdr((const void *)at, &info) || !info.dli_fbase) {
		snprintf(text, size, "at 0x%" PRIxPTR, at);
		return NO_ANSWER;
	}
	moved = ((const ElfW(Ehdr) *)info.dli_fbase)->e_type != ET_EXEC;
	snprintf(offset, sizeof(offset), "0x%" PRIxPTR,
		 moved ? at - (uintptr_t)info.dli_fbase : at);
	place_ask(info.dli_fname, offset, output, sizeof(output));
	answer = read_answer(output, text, size);
	if (answer == NO_ANSWER)
		snprintf(text, size, "at %s of the program", offset);
	return answer;
}

void place_tell(const void *place, const void *const *callers, char *text, size_t size)
{
	enum answer answer = tell(place, text, size);
	char outer[300];

	for (int i = 0; i < CALLER_COUNT && callers[i] && answer == ANSWER_OURS; i++) {
		answer = tell(callers[i], outer, sizeof(outer));
		if (answer == ANSWER)
			snprintf(text, size, "%s", outer);
	}
}
