/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_ALIKE_H
#define EXPLORE_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/world.h"

/*
 * Which tasks do the same, whichever client they are of: their code is equal up to names, and so is
 * what only they use. A bundle is one such task, or a few that are tied together by what only they
 * use, like who waits for a notification and who sends it; bundles of one class may change places.
 * docs/explorer.md.
 */
#define BUNDLE_TASKS   4
#define BUNDLE_OBJECTS 8

/* Of the kinds of objects that tasks may have for themselves. */
struct own_object {
	uint8_t kind; /* enum op_object: a session, a lock, an event, a key, or a device */
	uint8_t number;
};

/*
 * @first   the bundle that stands for the class
 * @role    where its code stands that does what that at the index does; NULL: that itself
 * @image   the other way
 */
struct bundle {
	uint8_t first;
	uint8_t width;
	uint8_t tasks[BUNDLE_TASKS];
	uint8_t object_count;
	struct own_object objects[BUNDLE_OBJECTS];
	uint16_t *role;
	uint16_t *image;
};

struct alike {
	const struct teeq_model *m;
	uint64_t apart[2]; /* tasks that are told apart from all others */
	unsigned int count;
	struct bundle bundles[TEEQ_TASK_MAX]; /* those of a class need not be neighbours */
	uint8_t of[TEEQ_TASK_MAX];            /* bundle of each task */
	uint64_t crossers;                    /* tasks that may be like those of other clients */
	bool any;                             /* some class has several */
};

/*
 * @across: also tasks of different clients; but none of either of @apart is like one that is not.
 * Returns false where there is no memory.
 */
bool alike_init(struct alike *alike, const struct teeq_model *m, bool across,
		const uint64_t apart[2]);
void alike_free(struct alike *alike);

static inline uint16_t bundle_role(const struct bundle *bundle, uint16_t pc)
{
	return bundle->role && pc != CODE_NONE ? bundle->role[pc] : pc;
}

/* Where @to stands when it does what @from does at @pc. */
static inline uint16_t bundle_pc(const struct bundle *to, const struct bundle *from, uint16_t pc)
{
	uint16_t role = bundle_role(from, pc);

	return to->image && role != CODE_NONE ? to->image[role] : role;
}

/* The key of @to that is what @key is of @from. */
uint8_t bundle_key(const struct bundle *to, const struct bundle *from, uint8_t key);

#endif
