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
		unsigned int moves = expander_move(expander, at, choices[i], expander->form, chain,
						   order);

		status = add_chain(schedule, chain, moves, real);
		for (unsigned int j = 0; j < m->task_count; j++)
			next[j] = real[order[j]];
		memcpy(real, next, m->task_count);
		memcpy(at, expander->form, m->layout.size);
	}
	teeq_world_free(at);
	return status;
}

/* The choices on the way to @id, to be given to free(); NULL: no memory. */
static uint8_t *choices_to(const struct search *search, state_id id, size_t *count)
{
	uint8_t *choices;

	*count = 0;
	for (state_id at = id; store_state(&search->store, at)->parent != STATE_NONE;
	     at = store_state(&search->store, at)->parent)
		(*count)++;
	choices = malloc(*count + 1);
	for (size_t i = *count; choices && i-- > 0; id = store_state(&search->store, id)->parent)
		choices[i] = store_state(&search->store, id)->task;
	return choices;
}

enum teeq_status search_schedule(struct search *search, state_id id,
				 struct teeq_schedule *schedule)
{
	enum teeq_status status = TEEQ_ENOMEM;
	size_t count;
	uint8_t *choices = choices_to(search, id, &count);

	if (choices)
		status = walk(&search->workers[0].expander, search->from, choices, count, schedule);
	free(choices);
	if (status != TEEQ_OK)
		teeq_schedule_free(schedule);
	return status;
}

enum teeq_status search_world(struct search *search, state_id id, struct teeq_world *world)
{
	struct expander *expander = &search->workers[0].expander;
	const struct teeq_model *m = search->m;
	uint8_t order[TEEQ_TASK_MAX];
	size_t count;
	uint8_t *choices = choices_to(search, id, &count);
	bool possible = true;

	if (!choices)
		return TEEQ_ENOMEM;
	canon_apply(&expander->canon, world, search->from, order);
	for (size_t i = 0; i < count && possible; i++) {
		uint64_t enabled = teeq_world_enabled(m, world);

		possible = expander_choices(expander, world, enabled) >> choices[i] & 1;
		if (!possible)
			break;
		expander_move(expander, world, choices[i], expander->form, NULL, order);
		memcpy(world, expander->form, m->layout.size);
	}
	free(choices);
	if (!possible ||
	    expander_fingerprint(expander, world) != store_state(&search->store, id)->fingerprint)
		return TEEQ_EMISMATCH;
	return TEEQ_OK;
}
