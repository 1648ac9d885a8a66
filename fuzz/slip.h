/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_SLIP_H
#define FUZZ_SLIP_H

#include "generate.h"

/*
 * A slip of the pen in tables that were right: one field of one entry of one table gets another value.
 * All four numbers may be anything; what is out of range means something else.
 */
struct slip {
	unsigned int table;
	unsigned int entry;
	unsigned int field;
	unsigned int value;
};

void make_slip(struct generated *g, const struct slip *slip);

#endif
