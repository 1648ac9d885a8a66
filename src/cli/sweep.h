/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include <pthread.h>
#include <stdatomic.h>

#include <teeq/diagnose.h>

#include "cli/cli.h"

#define SWEEP_RANGE_MAX	 8
#define SWEEP_CELL_MAX	 100000
#define SWEEP_NUMBER_MAX 100000
#define SWEEP_KEY_SIZE	 (TEEQ_NAME_MAX + 32)

/* What is tried: each number of it. */
struct sweep_range {
	char key[SWEEP_KEY_SIZE]; /* as of --set */
	uint32_t from;
	uint32_t to;
};

/*
 * What came of one policy and one number of each range.
 *
 * @tried      it was looked at; nothing else is set otherwise
 * @why        NOT_POSSIBLE: what is wrong then
 * @schedule   STILL_FAILS: as text
 */
struct sweep_cell {
	bool tried;
	struct teeq_trial trial;
	char *why;
	char *schedule;
};

enum sweep_form {
	SWEEP_TEXT,
	SWEEP_CSV,
	SWEEP_JSON
};

struct sweep {
	const char *path;
	const char *client;
	struct teeq_explore_options search;
	struct cli_policies policies;
	struct sweep_range ranges[SWEEP_RANGE_MAX];
	size_t range_count;
	enum sweep_form form;
	unsigned int workers;
	struct sweep_cell *cells; /* by policy, then by range, the last one fastest */
	size_t cell_count;
	atomic_size_t next;
	atomic_int failed; /* an enum teeq_status that ends it */
	pthread_mutex_t lock;
	struct teeq_error error; /* under @lock, of the first that failed */
};

static inline size_t sweep_length(const struct sweep_range *range)
{
	return (size_t)(range->to - range->from) + 1;
}
/* The policy of @cell, and the number of each range. */
const struct cli_policy *sweep_place(const struct sweep *sweep, size_t cell,
				     uint32_t numbers[SWEEP_RANGE_MAX]);
/* As --set would have it; @texts holds the numbers. Returns how many there are. */
#define SWEEP_CHANGE_MAX (CLI_SET_MAX + SWEEP_RANGE_MAX)
size_t sweep_changes(const struct sweep *sweep, const uint32_t numbers[SWEEP_RANGE_MAX],
		     char texts[SWEEP_RANGE_MAX][16],
		     struct teeq_scenario_change changes[SWEEP_CHANGE_MAX]);

/* On stdout. CLI_OK, or CLI_BAD after a message. */
int sweep_print(const struct sweep *sweep);

#endif
