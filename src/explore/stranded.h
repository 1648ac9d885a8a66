/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_STRANDED_H
#define EXPLORE_STRANDED_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/expand.h"

/*
 * The states in which somebody is stranded, with their bytes, to measure afterwards how long that
 * can last.
 */
struct stranded {
	unsigned char *worlds;
	uint64_t *fingerprints;
	state_id *ids;
	size_t count;
	size_t capacity;
	size_t world_size;
};

/* False: no memory. */
bool stranded_add(struct stranded *stranded, const struct teeq_world *world, size_t world_size,
		  uint64_t fingerprint, state_id id);
bool stranded_join(struct stranded *to, const struct stranded *from);
void stranded_free(struct stranded *stranded);

/*
 * The most actions that can be performed, one after the other, from one of these states on until
 * nobody is stranded any more or nothing can move; UINT64_MAX: without end. False: no memory.
 */
bool stranded_stretch(const struct stranded *stranded, struct expander *expander,
		      uint64_t *stretch);

#endif
