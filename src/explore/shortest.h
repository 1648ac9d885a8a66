/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_SHORTEST_H
#define EXPLORE_SHORTEST_H

#include "explore/search.h"

/*
 * What the reduction puts first delays no end at which nothing moves, since all of it has happened
 * there; but an invariant that breaks ends a way at once, whatever others have still to do. So
 * where one may break, what is nearer than @result's counterexample is searched again, without the
 * reduction, and a violation met there takes its place. Sets @result->shortest. TEEQ_OK;
 * TEEQ_ENOMEM and the like, as teeq_explore().
 */
enum teeq_status shortest_settle(const struct teeq_model *m,
				 const struct teeq_explore_options *options,
				 struct teeq_explore_result *result, struct teeq_error *error);

/*
 * Whether some run of @m may end in a violation. False only where none can: every unlock is of what
 * the same script has locked on whatever way it came there, and devices likewise.
 */
bool shortest_may_break(const struct teeq_model *m);

#endif
