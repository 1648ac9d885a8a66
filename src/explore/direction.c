/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/direction.h"

#include "explore/frontier.h"
#include "model/world.h"

_Static_assert(DIRECTION_MAX <= FRONTIER_SPAN, "each has a bucket");
_Static_assert(TEEQ_TASK_MAX + TEEQ_CONTEXT_MAX < DIRECTION_MAX, "what is counted are tasks and contexts");

/* Thread contexts that a call could take, of all pools. */
static uint32_t count_free(const struct teeq_model *m, const struct teeq_world *w)
{
	uint32_t count = 0;

	for (unsigned int i = 0; i < m->thread_count; i++) {
		struct teeq_context_view view;

		teeq_world_context(m, w, i, &view);
		count += view.state == TEEQ_CONTEXT_FREE;
	}
	return count;
}

/* Tasks that have begun and have something before them, and cannot move. */
static uint32_t count_waiting(const struct teeq_model *m, const struct teeq_world *w)
{
	uint64_t waiting = teeq_world_unfinished(m, w) & ~teeq_world_enabled(m, w);
	uint32_t count = 0;

	for (unsigned int i = 0; i < m->first_fault; i++)
		count += (waiting >> i & 1) && m->tasks[i].stage <= w->stage;
	return count;
}

uint32_t direction_of(const struct teeq_model *m, const struct teeq_world *w)
{
	return count_free(m, w) + m->first_fault - count_waiting(m, w);
}
