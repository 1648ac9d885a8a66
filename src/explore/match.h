/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_MATCH_H
#define EXPLORE_MATCH_H

#include "explore/alike.h"

/*
 * Whether two bundles do the same: their code is walked at once, from where their tasks begin, into
 * the commands that they call and the services that these ask for.
 */
#define OWN_KINDS 5
#define OWN_MAX   64

struct match {
	const struct teeq_model *m;
	bool across;
	uint16_t *role;  /* of the second's code, by where it stands; CODE_NONE: not reached */
	uint16_t *image; /* of the first's */
	uint16_t *todo;  /* of the first's: reached, and not looked at */
	size_t todo_count;
	uint64_t own[2]; /* tasks of both */
	uint64_t users[OWN_KINDS][OWN_MAX];      /* tasks that name an object */
	uint8_t object_image[OWN_KINDS][OWN_MAX]; /* plus 1 */
	uint8_t object_role[OWN_KINDS][OWN_MAX];
};

/* Returns false where there is no memory. Where not @across, nothing is matched. */
bool match_init(struct match *match, const struct teeq_model *m, bool across);
void match_free(struct match *match);

/* Whether @b does what @a does: then @role, @image and the objects say how. */
bool match_bundles(struct match *match, const struct bundle *a, const struct bundle *b);

/*
 * After that: give both what only they use, pair by
 * pair; or the second what is for that of the first.
 */
void match_own_objects(const struct match *match, struct bundle *a, struct bundle *b);
void match_counterparts(const struct match *match, const struct bundle *a, struct bundle *b);

#endif
