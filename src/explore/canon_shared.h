/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_CANON_SHARED_H
#define EXPLORE_CANON_SHARED_H

#include "explore/canon.h"

/* The slots of all guests' queues, and of each task's calls in them, by level. */
struct queued {
	struct slots slots[TEEQ_GUEST_MAX];
	uint64_t spent;                /* several who have nothing left to do but to leave it */
	uint64_t tasks;                /* whose outermost call is in a queue */
	uint16_t place[TEEQ_TASK_MAX]; /* in the list, of that call */
	uint16_t of[TEEQ_TASK_MAX][TEEQ_CALL_DEPTH_MAX + 1];
};

/* canon_compare.c */

void canon_find_slots(const struct canon *canon, const struct teeq_world *w, struct queued *queued);

/*
 * A total order of bundles of one class, up to those that really are interchangeable. @name: what
 * is known of the new numbers of tasks.
 */
int canon_compare_bundles(const struct canon *canon, const struct teeq_world *w,
			  const struct queued *queued, unsigned int a, unsigned int b,
			  const uint8_t *name);

/* canon_tasks.c */

/* Which of @w is each in @order. Returns whether anybody changed places. */
bool canon_sort_tasks(const struct canon *canon, const struct teeq_world *w,
		      const struct queued *queued, uint8_t *order);
void canon_rename_tasks(const struct canon *canon, struct teeq_world *to,
			const struct teeq_world *from, const uint8_t *order);
/*
 * What threads of the secure world run for tasks that
 * changed places, once contexts have their numbers.
 */
void canon_rename_threads(const struct canon *canon, struct teeq_world *to, const uint8_t *order);

/* canon_spent.c */

/* None of either of @apart is like one that is not. */
void spent_init(struct spent *spent, const struct teeq_model *m, bool on,
		const uint64_t apart[2]);
/* Who is spent, where those are several. */
uint64_t canon_find_spent(const struct canon *canon, const struct teeq_world *w);
/* Let those change places once more, in @w, whose tasks are named by @order. */
void canon_share_spent(const struct canon *canon, struct teeq_world *w,
		       const struct queued *queued, uint8_t *order);

/* canon_contexts.c */

/* Number the contexts of @to anew; @from has the old numbers. */
void canon_rename_contexts(const struct canon *canon, struct teeq_world *to,
			   const struct teeq_world *from);

#endif
