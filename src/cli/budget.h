/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_BUDGET_H
#define CLI_BUDGET_H

#include "cli/cli.h"

/*
 * The options of commands that make many searches: how large each may be, and by how many threads.
 */
enum {
	BUDGET_STATES = 0x6b00,
	BUDGET_MEMORY,
	BUDGET_SECONDS,
	BUDGET_WORKERS
};
#define BUDGET_OPTIONS                                              \
	{ "max-states", required_argument, NULL, BUDGET_STATES },   \
	{ "max-memory", required_argument, NULL, BUDGET_MEMORY },   \
	{ "max-seconds", required_argument, NULL, BUDGET_SECONDS }, \
	{ "workers", required_argument, NULL, BUDGET_WORKERS }
#define BUDGET_HELP                                                                         \
	"  --max-states N    states of each search at most (default 2000000)\n"             \
	"  --max-memory SIZE memory of each search at most: 512M, 4G (default 1G)\n"        \
	"  --max-seconds S   seconds of each search at most (default: any number)\n"        \
	"  --workers N       threads, 1 to 64 (default 1); the result does not depend on it\n"

/* What it is without any of them. */
void budget_start(struct teeq_explore_options *search);
static inline bool budget_has(int option)
{
	return option >= BUDGET_STATES && option <= BUDGET_WORKERS;
}
/* The value of one; false after a message. */
bool budget_read(const char *command, int option, const char *text,
		 struct teeq_explore_options *search);

#endif
