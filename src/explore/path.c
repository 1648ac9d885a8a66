/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/search.h"

#include <stdlib.h>
#include <string.h>

/*
 * A way through canonical states, told in terms of the real tasks: walk it once more and keep track
 * of which real task is which task of the canonical state.
 */
static enum teeq_status add_chain(struct teeq_schedule *schedule, const uint8_t *chain,
				  unsigned int count, const uint8_t *real)
{
	enum teeq_status status = TEEQ_OK;

	for (unsigned int i = 0; i < count && status == TEEQ_OK; i++)
		status = teeq_schedule_add(schedule, real[chain[i]]);
	return status;
}

static enum teeq_status walk(struct expander *expander, const struct teeq_world *from,
			     const uint8_t *choices, size_t count, struct teeq_schedule *schedule)
{
	const struct teeq_model *m = expander->canon.m;
	struct teeq_world *at = teeq_world_new(m);
	uint8_t real[TEEQ_TASK_MAX], order[TEEQ_TASK_MAX], next[TEEQ_TASK_MAX];
	enum teeq_status status = at ? TEEQ_OK : TEEQ_ENOMEM;
	uint8_t chain[EXPAND_CHAIN_MAX];

	if (at)
		canon_apply(&expander->canon, at, from, real);
	for (size_t i = 0; i < count && status == TEEQ_OK; i++) {
		unsigned int moves = expander_move(expander, at, choices[i], chain, order);

		status = add_chain(schedule, chain, moves, real);
		for (unsigned int j = 0; j < m->task_count; j++)
			next[j] = real[order[j]];
		memcpy(real, next, m->task_count);
		memcpy(at, expander->form, m->layout.size);
	}
	teeq_world_free(at);
	return status;
}

enum teeq_status search_schedule(struct search *search, state_id id,
				 struct teeq_schedule *schedule)
{
	size_t count = 0;
	enum teeq_status status;
	uint8_t *choices;

	for (state_id at = id; store_state(&search->store, at)->parent != STATE_NONE;
	     at = store_state(&search->store, at)->parent)
		count++;
	choices = malloc(count + 1);
	if (!choices)
		return TEEQ_ENOMEM;
	for (size_t i = count; i-- > 0; id = store_state(&search->store, id)->parent)
		choices[i] = store_state(&search->store, id)->task;
	status = walk(&search->workers[0].expander, search->from, choices, count, schedule);
	free(choices);
	if (status != TEEQ_OK)
		teeq_schedule_free(schedule);
	return status;
}
