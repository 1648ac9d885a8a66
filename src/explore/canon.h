/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_CANON_H
#define EXPLORE_CANON_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"

/*
 * The canonical form: one representative of all states that differ only by a renaming of tasks of
 * the same client and of thread contexts. docs/explorer.md proves that they behave alike.
 */
struct canon {
	const struct teeq_model *m;
	bool tasks;    /* some client has several tasks, and they may be renamed */
	bool contexts; /* contexts may be renamed */
	bool uncounted; /* where no thread is tracked, the free count says nothing */
	uint8_t firsts[TEEQ_TASK_MAX]; /* of each task: the first of its client */
	uint64_t supplicants; /* the tasks that are threads of tee-supplicant */
	uint64_t in_pool[TEEQ_GUEST_MAX]; /* those whose calls take the threads of each pool */
};

void canon_init(struct canon *canon, const struct teeq_model *m, bool symmetry);

/*
 * Write the canonical form of @from to @to, another world of the same model. @order[i] becomes the
 * task of @from that is task i of @to.
 */
void canon_apply(const struct canon *canon, struct teeq_world *to, const struct teeq_world *from,
		 uint8_t order[TEEQ_TASK_MAX]);

#endif
