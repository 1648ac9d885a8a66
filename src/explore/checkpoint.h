/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_CHECKPOINT_H
#define EXPLORE_CHECKPOINT_H

#include <stdio.h>

#include "explore/search.h"

/*
 * A checkpoint: what a search had found when a budget ended it. States are numbered in the order in
 * which they are written; the file is for the machine that wrote it, and ends with a hash of all
 * that precedes it. What is read is not trusted: every number is checked before it is used, and the
 * states that are still to be looked at are not stored but made again, by the moves that led there;
 * so are the ends, which must be what they are called.
 */
#define CHECKPOINT_MAGIC "teeq checkpoint2"

struct head {
	char magic[16];
	uint64_t digest;
	uint64_t world_size;
	uint64_t flags; /* the options that decide what is found */
	uint64_t start; /* hash of the state it began in */
	uint64_t depth;
	uint64_t deepest;
	uint64_t state_count;
	uint64_t entry_count;
	uint64_t actions;
	uint64_t stranded_count;
	uint64_t admission_wakes;
	uint64_t milliseconds;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t ending[TEEQ_VERDICT_COUNT]; /* number of a state, or STATE_NONE */
};

struct saved_state {
	uint64_t fingerprint;
	uint64_t parent; /* number, or STATE_NONE */
	uint32_t depth;
	uint8_t task;
	uint8_t expanded;
	uint8_t zero[2];
};

/* A file with a rolling hash of what went through it. */
struct stream {
	FILE *file;
	uint64_t hash;
	bool failed;
};

/* The options that decide what is found, as the head has them. */
uint64_t checkpoint_flags(const struct search *search);
/* A word on where the search starts, and whom it asks about. */
uint64_t checkpoint_start(const struct search *search);

#endif
