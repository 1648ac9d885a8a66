/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_FORMS_H
#define TESTS_EXPLORE_FORMS_H

#include "story.h"

#include "explore/canon.h"

/* Whether two worlds have the same canonical form. */
static inline bool same_form(const struct canon *canon, const struct teeq_world *a,
		      const struct teeq_world *b)
{
	struct teeq_world *forms[2] = { teeq_world_new(canon->m), teeq_world_new(canon->m) };
	uint8_t order[TEEQ_TASK_MAX];
	bool same;

	canon_apply(canon, forms[0], a, order);
	canon_apply(canon, forms[1], b, order);
	same = memcmp(forms[0], forms[1], teeq_world_size(canon->m)) == 0;
	teeq_world_free(forms[0]);
	teeq_world_free(forms[1]);
	return same;
}

#endif
