/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include <pthread.h>
#include <stdatomic.h>

#include <teeq/diagnose.h>

#include "cli/shard.h"

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
 * @tried      it was looked at; nothing else is set otherwise, but
 * @kept       what an earlier sweep decided of it, or NULL
 * @why        NOT_POSSIBLE: what is wrong then
 * @schedule   STILL_FAILS: as text
 * @model      digest; 0 where it is NOT_POSSIBLE
 */
struct sweep_cell {
	bool tried;
	json_t *kept;
	uint64_t model;
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
	const char *html;   /* a file; NULL: none */
	const char *svg;    /* likewise */
	const char *resume; /* likewise */
	unsigned int workers;
	struct shard shard;
	json_t *work; /* what parts of it have in common */
	struct sweep_cell *cells; /* by policy, then by range, the last one fastest */
	size_t cell_count;
	atomic_size_t next;
	atomic_int failed; /* an exit status that ends it; 0: none */
	pthread_mutex_t lock; /* of what is below, and of messages */
	FILE *keep; /* what was decided is added to it at once; NULL: nothing is kept */
	struct cli_watch watch;
	size_t done;
	double started;
	double due; /* seconds on the monotonic clock, of the next word on how far it is */
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

/* Whether somebody looks at @cell here, with --shard. */
static inline bool sweep_has(const struct sweep *sweep, size_t cell)
{
	return shard_has(&sweep->shard, cell);
}

/* sweep_search.c: search them all. An exit status: CLI_OK, or CLI_BAD after a message. */
int sweep_run(struct sweep *sweep);

/* sweep_row.c: the command that shows how a cell fails, to be freed; NULL: no memory. */
char *sweep_replay(const struct sweep *sweep, size_t cell);
/* A cell as JSON; NULL: no memory. */
json_t *sweep_row(const struct sweep *sweep, size_t cell);
/* Read a row into a cell. False: it is none of that cell. */
bool sweep_take_row(struct sweep *sweep, size_t cell, const json_t *row);
/* Which cell a row of whatever sweep is of. False: of none here. */
bool sweep_find_row(const struct sweep *sweep, const json_t *row, size_t *cell);

/*
 * sweep_resume.c: read what was decided before, and open the file for what will be. CLI_OK, or
 * CLI_BAD after a message.
 */
int sweep_resume(struct sweep *sweep);

/* On stdout. CLI_OK, or CLI_BAD after a message. */
int sweep_print(const struct sweep *sweep);
/* "done", "deadlock", ..., "?" or "-". */
const char *sweep_word(const struct sweep_cell *cell);
/* "secure.threads" is told as "threads", "clients.app.count" as "app". */
void sweep_put_key(const char *key, FILE *out);
/* sweep_svg.c: --svg, for cli_output_replace(). */
int sweep_svg(FILE *out, const void *argument);
/* sweep_page.c: --html, for cli_output_replace(). */
int sweep_page(FILE *out, const void *sweep);

/* Print all, and say how it ends: an exit status. */
int sweep_conclude(const struct sweep *sweep);
void sweep_free(struct sweep *sweep);

#endif
