/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_MISTAKE_H
#define FUZZ_MISTAKE_H

#include "generate.h"

/*
 * A mistake in tables that were right: one field of one entry of one table gets another value.
 * All four numbers may be anything; what is out of range means something else.
 */
struct mistake {
	unsigned int table;
	unsigned int entry;
	unsigned int field;
	unsigned int value;
};

void make_mistake(struct generated *g, const struct mistake *mistake);

#endif
