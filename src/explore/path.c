/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct state search_record(const struct search *search, uint64_t name)
{
	enum { FINGERPRINT, PARENT, TASK };
	state_id id = name;
	struct state record;
	uint64_t told[3] = { 0 };

	if (!search->store.apart)
		return *store_state(&search->store, id);
	if (exchange_is_ours(&search->exchange, name) && store_find(&search->store, name, &id)) {
		record = *store_state(&search->store, id);
		told[FINGERPRINT] = record.fingerprint;
		told[PARENT] = record.parent;
		told[TASK] = record.task;
	}
	exchange_fold(&search->exchange, TEEQ_PEERS_SUM, told, 3);
	CHECK(told[FINGERPRINT] == name, "a state that was reached is nobody's");
	return (struct state){ .fingerprint = name, .parent = told[PARENT],
			       .task = (uint8_t)told[TASK] };
}

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

/* The choices on the way to @name, to be given to free(); NULL: no memory. */
static uint8_t *choices_to(const struct search *search, uint64_t name, size_t *count)
{
	struct state end;
	uint8_t *choices;

	if (search->bits)
		return bit_state_way(search->bits, name, count);
	end = search_record(search, name);
	*count = 0;
	for (struct state at = end; at.parent != STATE_NONE; at = search_record(search, at.parent))
		(*count)++;
	choices = malloc(*count + 1);
	/* Without memory, too: others may have some, and ask with us. */
	for (size_t i = *count; i-- > 0; end = search_record(search, end.parent))
		if (choices)
			choices[i] = end.task;
	return choices;
}

/*
 * Make the choices, from the start on: @at is then where they lead, and @schedule, where it is not
 * NULL, the same in terms of the real tasks. A checkpoint may hold choices that cannot be made.
 */
static enum teeq_status walk(struct search *search, const uint8_t *choices, size_t count,
			     struct teeq_world *at, struct teeq_schedule *schedule)
{
	struct expander *expander = &search->workers[0].expander;
	uint8_t real[TEEQ_TASK_MAX], order[TEEQ_TASK_MAX], next[TEEQ_TASK_MAX];
	const struct teeq_model *m = search->m;
	enum teeq_status status = TEEQ_OK;
	uint8_t chain[EXPAND_CHAIN_MAX];

	expander_start(expander, at, search->from, real);
	for (size_t i = 0; i < count && status == TEEQ_OK; i++) {
		enum teeq_verdict verdict;
		unsigned int moves;
		struct choices possible;
		uint64_t enabled;

		if (search_ends(search, at, &verdict, &enabled))
			return TEEQ_EMISMATCH;
		possible = expander_choices(expander, at, enabled);
		if (!choices_have(&possible, choices[i]))
			return TEEQ_EMISMATCH;
		moves = expander_move(expander, at, choices[i], expander->form, chain, order);
		if (schedule)
			status = add_chain(schedule, chain, moves, real);
		for (unsigned int j = 0; j < m->task_count; j++)
			next[j] = real[order[j]];
		memcpy(real, next, m->task_count);
		memcpy(at, expander->form, expander->size);
	}
	return status;
}

/* Of a search to bits @name is the verdict of an end. */
static uint64_t path_fingerprint(const struct search *search, uint64_t name)
{
	return search->bits ? search->workers[0].endings[name].fingerprint :
			      search_record(search, name).fingerprint;
}

/* The way to @name; @schedule may be NULL, and @at where there was no memory for it. */
static enum teeq_status path_walk_to(struct search *search, uint64_t name, struct teeq_world *at,
				     struct teeq_schedule *schedule)
{
	struct expander *expander = &search->workers[0].expander;
	size_t count;
	uint64_t fingerprint = path_fingerprint(search, name);
	uint8_t *choices = choices_to(search, name, &count);
	enum teeq_status status;

	status = choices && at ? walk(search, choices, count, at, schedule) : TEEQ_ENOMEM;
	free(choices);
	if (status == TEEQ_OK && expander_fingerprint(expander, at) != fingerprint)
		return TEEQ_EMISMATCH;
	return status;
}

enum teeq_status search_schedule(struct search *search, uint64_t name,
				 struct teeq_schedule *schedule)
{
	struct teeq_world *at = expander_state_new(&search->workers[0].expander);
	enum teeq_status status = path_walk_to(search, name, at, schedule);

	teeq_world_free(at);
	if (status != TEEQ_OK)
		teeq_schedule_free(schedule);
	return status;
}

enum teeq_status search_world(struct search *search, state_id id, struct teeq_world *world)
{
	return path_walk_to(search, id, world, NULL);
}
