/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define SECONDS_BETWEEN_LINES 1.0

static volatile sig_atomic_t interrupted;
static const int signals[] = { SIGINT, SIGTERM };
#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))
static struct sigaction previous[SIGNAL_COUNT];

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

bool cli_interrupted(void)
{
	return interrupted != 0;
}

void cli_watch_start(struct cli_watch *watch, bool asked)
{
	/* Once: whoever interrupts again does not want to wait for a clean end. */
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };

	*watch = (struct cli_watch){ .terminal = isatty(STDERR_FILENO) == 1 };
	watch->shown = asked || watch->terminal;
	watch->due = SECONDS_BETWEEN_LINES;
	interrupted = 0;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		sigaction(signals[i], NULL, &previous[i]);
		/* What was ignored from outside (nohup) stays so. */
		if (previous[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void cli_watch_end(struct cli_watch *watch)
{
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(signals[i], &previous[i], NULL);
	if (watch->written && watch->terminal)
		fputs("\r\033[K", stderr);
	watch->written = false;
}

void cli_bytes_text(char text[CLI_BYTES_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KB", "MB", "GB" };
	double amount = (double)bytes;
	size_t unit = 0;

	for (; amount >= 1024 && unit < 3; unit++)
		amount /= 1024;
	snprintf(text, CLI_BYTES_TEXT, "%.*f %s", unit > 0, amount, units[unit]);
}

static void show(struct cli_watch *watch, const struct teeq_progress *progress)
{
	char memory[CLI_BYTES_TEXT];

	cli_bytes_text(memory, progress->memory_bytes);
	fprintf(stderr,
		"%s%" PRIu64 " states, %.0f/s, frontier %" PRIu64 ", depth %" PRIu64 ", %s%s",
		watch->terminal ? "\r" : "", progress->states,
		progress->seconds > 0 ? (double)progress->states / progress->seconds : 0.0,
		progress->frontier, progress->depth, memory, watch->terminal ? "\033[K" : "\n");
	fflush(stderr);
	watch->written = true;
}

bool cli_watch_keep_going(void *argument, const struct teeq_progress *progress)
{
	struct cli_watch *watch = argument;

	if (watch->shown && progress->seconds >= watch->due) {
		show(watch, progress);
		watch->due = progress->seconds + SECONDS_BETWEEN_LINES;
	}
	return !cli_interrupted();
}
