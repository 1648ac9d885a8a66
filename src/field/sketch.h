/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_SKETCH_H
#define FIELD_SKETCH_H

#include <stdio.h>

#include "field/verdict.h"

/*
 * A scenario of what a picture shows: for each task a client that makes its calls, and what they
 * wait for. Searching it says whether that state can be reached at all.
 */

struct sketch {
	const struct picture *picture;
	const struct verdict *verdict;
	bool unseen; /* with callers that the log does not show, and may have been there */
};

/* The scenario file, with comments on what was left out. */
void sketch_write(const struct sketch *sketch, FILE *out);
/* Whether there is anything to be said in a scenario. */
bool sketch_possible(const struct picture *picture);
/* Whether callers that are not shown may be why it hangs. */
bool sketch_may_have_unseen(const struct sketch *sketch);
/* Whether it has inner calls, which may be made in a system session. */
bool sketch_has_inner(const struct picture *picture);
/* The policy of the log's kernel; where that is not known, of today's. */
const char *sketch_policy(const struct picture *picture);
/* Threads of the secure world in it. */
unsigned int sketch_threads(const struct picture *picture, const struct verdict *verdict);

#endif
