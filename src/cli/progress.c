/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/terminal.h"

#define SECONDS_BETWEEN_LINES 1.0

/* One and the same interruption: timeout(1) sends its signal to the process and to its group. */
#define INTERRUPTION_NS 500000000

/* Read by the threads of a stress round, too. */
static atomic_int interrupted;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "a signal handler sets it");
static struct timespec interrupted_at;
static const int signals[] = { SIGINT, SIGTERM };
#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))
static struct sigaction previous[SIGNAL_COUNT];

static void interrupt(int number)
{
	struct timespec now;
	int64_t since;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!atomic_load(&interrupted)) {
		interrupted_at = now;
		atomic_store(&interrupted, 1);
		return;
	}
	since = (int64_t)(now.tv_sec - interrupted_at.tv_sec) * 1000000000 + now.tv_nsec -
		interrupted_at.tv_nsec;
	if (since > INTERRUPTION_NS) {
		/* Whoever interrupts again does not want to wait for a clean end. */
		signal(number, SIG_DFL);
		raise(number);
	}
}

bool cli_interrupted(void)
{
	return atomic_load(&interrupted) != 0;
}

void cli_watch_start(struct cli_watch *watch, bool asked)
{
	struct sigaction action = { .sa_handler = interrupt };

	*watch = (struct cli_watch){ .terminal = isatty(STDERR_FILENO) == 1 };
	watch->shown = asked || watch->terminal;
	watch->due = SECONDS_BETWEEN_LINES;
	atomic_store(&interrupted, 0);
	sigemptyset(&action.sa_mask);
	/* No two handlers at once. */
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaddset(&action.sa_mask, signals[i]);
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

/* Where lines are kept, as before; on a terminal one line, with a bar where that says something. */
static void show(struct cli_watch *watch, const struct teeq_progress *progress)
{
	char memory[CLI_BYTES_TEXT], text[ESTIMATE_TEXT];

	if (watch->terminal && !watch->astray) {
		estimate_line(text, progress, estimate_rest(&watch->estimate, progress),
			      terminal_width_of(STDERR_FILENO));
		fprintf(stderr, "\r%s\033[K", text);
	} else {
		cli_bytes_text(memory, progress->memory_bytes);
		fprintf(stderr,
			"%s%" PRIu64 " states, %.0f/s, frontier %" PRIu64 ", depth %" PRIu64 ", %s%s",
			watch->terminal ? "\r" : "", progress->states,
			progress->seconds > 0 ? (double)progress->states / progress->seconds : 0.0,
			progress->frontier, progress->depth, memory,
			watch->terminal ? "\033[K" : "\n");
	}
	fflush(stderr);
	watch->written = true;
}

bool cli_watch_keep_going(void *argument, const struct teeq_progress *progress)
{
	struct cli_watch *watch = argument;

	/* One watch may see several searches, each with a clock of its own. */
	if (progress->seconds + SECONDS_BETWEEN_LINES < watch->due)
		watch->due = progress->seconds + SECONDS_BETWEEN_LINES;
	if (watch->shown && progress->seconds >= watch->due) {
		show(watch, progress);
		watch->due = progress->seconds + SECONDS_BETWEEN_LINES;
	}
	return !cli_interrupted();
}
