/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_BIT_STATE_H
#define EXPLORE_BIT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "explore/store.h"
#include "teeq/explore.h"

struct search;
struct worker;

/*
 * The states seen, as bits alone: a fingerprint chooses a line of the table, and BIT_STATE_HASHES
 * bits there. Where all of them are set the state is taken for one that was seen, though others may
 * have set them.
 *
 * @full     the sum over all lines of f^BIT_STATE_HASHES, where f is the share of its bits that is
 *           set: of the new states that come to it, as many are taken so, by random fingerprints
 * @missed   how many new ones were taken so, on average, before the last that was not
 */
struct bit_table {
	uint64_t *words;
	uint64_t line_count;
	uint64_t set; /* bits */
	double full;
	double missed;
};

#define BIT_STATE_HASHES 7
#define BIT_LINE_BITS 512 /* what a processor fetches at once */

/* @bytes are cut to whole lines, of which there must be one. */
bool bit_table_init(struct bit_table *table, uint64_t bytes);
void bit_table_free(struct bit_table *table);
void bit_table_prefetch(const struct bit_table *table, uint64_t fingerprint);
/* Whether it is new; it is not any more then. */
bool bit_table_add(struct bit_table *table, uint64_t fingerprint);

/*
 * A search depth first that keeps the states seen as bits, and so no way to any of them: only the
 * one to the state that is being expanded, and those to the nearest ends that it met.
 */
struct bit_state;

struct bit_state *bit_state_new(uint64_t bytes);
void bit_state_free(struct bit_state *bits);
/* Begin with a state of that fingerprint, and what it is to be called in the frontier. */
state_id bit_state_start(struct bit_state *bits, uint64_t fingerprint);
/* Expand the state that came last to the frontier. */
void bit_state_expand_next(struct worker *worker);
/* The moves to the end in that verdict, to be given to free(); NULL: no memory. */
uint8_t *bit_state_way(const struct bit_state *bits, state_id end, size_t *count);
/* How full the table is, and what it missed. */
void bit_state_tell(const struct bit_state *bits, struct teeq_explore_result *result);

#endif
