/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_SHARD_H
#define CLI_SHARD_H

#include <jansson.h>

#include "cli/cli.h"

/*
 * The K-th of N parts of a command's work, --shard K/N: the one place that divides it. What comes
 * of a part is a head, a line of JSON for each piece of work, and an end; teeq merge joins them.
 */
struct shard {
	uint64_t number; /* from 1 */
	uint64_t count;	 /* 0: all of it is done here */
};

#define SHARD_OPTION 0x5a00
#define SHARD_COUNT_MAX 1000000
#define SHARD_HELP                                                                           \
	"  --shard K/N       do the K-th of N parts of the work, for teeq merge; with --json\n"

/* "K/N". False after a message. */
bool shard_read(const char *command, const char *text, struct shard *shard);
/*
 * Whether --shard goes with the rest: its result is JSON. CLI_OK, or CLI_BAD after a message.
 */
int shard_settle(const char *command, const struct shard *shard, bool json);

/* Pieces that differ in size are dealt out in turn: whether piece @index is in the part. */
bool shard_has(const struct shard *shard, uint64_t index);
/* How many of @total pieces are. */
uint64_t shard_size(const struct shard *shard, uint64_t total);
/* Pieces that are alike are cut into stretches: as many pieces, from *@first on. */
uint64_t shard_stretch(const struct shard *shard, uint64_t total, uint64_t *first);

/*
 * The lines around a part's own. @work is what parts must have in common, and is taken; @rows are
 * the lines between. @complete: nothing of the part was left out. @more (may be NULL) is taken.
 * CLI_OK, or CLI_BAD after a message. Both print nothing where all is done here.
 */
int shard_put_head(const struct shard *shard, const char *command, json_t *work);
int shard_put_end(const struct shard *shard, uint64_t rows, bool complete, json_t *more);

/* For @work: a file with the digest of what it says; the changes of --set; a policy; budgets. */
json_t *shard_input(const struct cli_case *c);
json_t *shard_changes(void);
json_t *shard_policies(const struct cli_policies *policies);
json_t *shard_budgets(const struct teeq_explore_options *search);

#endif
