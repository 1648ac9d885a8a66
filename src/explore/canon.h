/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_CANON_H
#define EXPLORE_CANON_H

#include <stdbool.h>
#include <stdint.h>

#include "explore/alike.h"
#include "explore/order.h"
#include "model/world.h"
#include "teeq/explore.h"

/*
 * @tail  where each task's last call is, behind which there is nothing; CODE_NONE: elsewhere
 * @like  the first task that is like it when both have nothing left to do but to leave the queue
 */
struct spent {
	bool any;
	uint16_t tail[TEEQ_TASK_MAX];
	uint8_t like[TEEQ_TASK_MAX];
};

/*
 * The canonical form: one representative of all states that differ only by a renaming of tasks that
 * do the same, of what only they use, and of thread contexts, and by an order of the waiters that
 * no wake can tell. docs/explorer.md proves that they behave alike.
 */
struct canon {
	const struct teeq_model *m;
	bool tasks;    /* some do the same, and may be renamed */
	bool contexts; /* contexts may be renamed */
	bool uncounted; /* where no thread is tracked, the free count says nothing */
	struct order order;
	uint64_t in_pool[TEEQ_GUEST_MAX]; /* tasks whose calls take contexts of each pool */
	struct alike alike;
	struct spent spent;
};

/*
 * Where nothing is tracked, the free count says how often
 * somebody left, and nobody looks at it: that is forgotten.
 */
void canon_forget_counts(const struct teeq_model *m, struct teeq_world *w);

/* Returns false where there is no memory; canon_free() in any case. */
bool canon_init(struct canon *canon, const struct teeq_model *m,
		const struct teeq_explore_options *options);

void canon_free(struct canon *canon);

/*
 * Write the canonical form of @from to @to, another world of the same model. @order[i] becomes the
 * task of @from that is task i of @to.
 */
void canon_apply(const struct canon *canon, struct teeq_world *to, const struct teeq_world *from,
		 uint8_t order[TEEQ_TASK_MAX]);

#endif
