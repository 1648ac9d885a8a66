/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explore/expand.h"
#include "explore/search.h"
#include "teeq/explore.h"

/* All states, one after the other; the number of a state is its id in the store. */
struct gathering {
	const struct teeq_model *m;
	const struct teeq_explore_options *options;
	struct expander expander;
	struct store store;
	struct teeq_states *states;
	size_t state_capacity;
	size_t move_capacity;
	uint64_t state_max;
};

/* Room for one more of @size bytes each. */
static bool states_reserve(void **list, size_t count, size_t *capacity, size_t size)
{
	size_t more = *capacity ? 2 * *capacity : 64;
	void *grown;

	if (count < *capacity)
		return true;
	grown = realloc(*list, more * size);
	if (!grown)
		return false;
	*list = grown;
	*capacity = more;
	return true;
}

/* The number of @form. TEEQ_ELIMIT: there are too many. */
static enum teeq_status states_discover(struct gathering *g, const struct teeq_world *form,
					size_t *number)
{
	const struct state step = { .fingerprint = expander_fingerprint(&g->expander, form),
				    .parent = STATE_NONE };
	struct teeq_states *states = g->states;
	struct teeq_state *state;
	enum store_answer answer;
	state_id id;

	answer = store_add(&g->store, &step, form, &id);
	*number = (size_t)id;
	if (answer == STORE_NOMEM)
		return TEEQ_ENOMEM;
	if (answer != STORE_NEW)
		return TEEQ_OK;
	if (states->state_count >= g->state_max)
		return TEEQ_ELIMIT;
	if (!states_reserve((void **)&states->states, states->state_count, &g->state_capacity,
			    sizeof(*states->states)))
		return TEEQ_ENOMEM;
	state = &states->states[states->state_count];
	*state = (struct teeq_state){ .world = teeq_world_new(g->m), .distance = UINT64_MAX };
	if (!state->world)
		return TEEQ_ENOMEM;
	states->state_count++;
	teeq_world_copy(g->m, state->world, form);
	state->verdict = teeq_world_verdict_of(g->m, form, g->options->must_finish);
	return TEEQ_OK;
}

static enum teeq_status states_note_move(struct gathering *g, const struct teeq_move *move)
{
	struct teeq_states *states = g->states;

	if (!states_reserve((void **)&states->moves, states->move_count, &g->move_capacity,
			    sizeof(*states->moves)))
		return TEEQ_ENOMEM;
	states->moves[states->move_count++] = *move;
	return TEEQ_OK;
}

/* The states behind that of number @from. */
static enum teeq_status states_expand(struct gathering *g, size_t from)
{
	const struct teeq_world *world = g->states->states[from].world;
	enum teeq_status status = TEEQ_OK;
	uint8_t order[TEEQ_TASK_MAX];
	struct choices choices;

	if (g->states->states[from].verdict != TEEQ_VERDICT_LIMIT)
		return TEEQ_OK;
	choices = expander_choices(&g->expander, world, teeq_world_enabled(g->m, world));
	while (status == TEEQ_OK && choices_left(&choices)) {
		unsigned int choice = choices_take(&choices);
		struct teeq_move move = { .from = from, .task = move_task(choice) };

		move.actions =
			expander_move(&g->expander, world, choice, g->expander.form, NULL, order);
		status = states_discover(g, g->expander.form, &move.to);
		if (status == TEEQ_OK)
			status = states_note_move(g, &move);
	}
	return status;
}

static enum teeq_status states_gather(struct gathering *g)
{
	struct teeq_world *first = teeq_world_new(g->m), *form = g->expander.form;
	enum teeq_status status = first ? TEEQ_OK : TEEQ_ENOMEM;
	uint8_t order[TEEQ_TASK_MAX];
	size_t number;

	if (status == TEEQ_OK) {
		expander_start(&g->expander, form, g->options->from ? g->options->from : first,
			       order);
		status = states_discover(g, form, &number);
	}
	for (size_t i = 0; status == TEEQ_OK && i < g->states->state_count; i++)
		status = states_expand(g, i);
	teeq_world_free(first);
	return status;
}

/* ------------------------------------- the nearest failure ------------------------------------ */

/* Moves are not all of one action, so that what was met first need not be nearest. */
static void states_measure(struct teeq_states *states)
{
	bool closer = true;

	states->states[0].distance = 0;
	while (closer) {
		closer = false;
		for (size_t i = 0; i < states->move_count; i++) {
			const struct teeq_move *move = &states->moves[i];
			uint64_t distance = states->states[move->from].distance + move->actions;

			if (distance >= states->states[move->to].distance)
				continue;
			states->states[move->to].distance = distance;
			closer = true;
		}
	}
}

/* The nearest end that is a failure, the first of those that are as near; NULL: there is none. */
static struct teeq_state *states_nearest(const struct teeq_states *states)
{
	struct teeq_state *nearest = NULL;

	for (size_t i = 0; i < states->state_count; i++) {
		struct teeq_state *state = &states->states[i];

		if (TEEQ_GOAL_FAILURES >> state->verdict & 1 &&
		    (!nearest || state->distance < nearest->distance))
			nearest = state;
	}
	return nearest;
}

/* Back from it, by the first move that is on a shortest way. */
static void states_mark(struct teeq_states *states)
{
	struct teeq_state *at = states_nearest(states);

	if (at)
		at->nearest = true;
	while (at && at->distance > 0) {
		struct teeq_move *move = states->moves;

		while (&states->states[move->to] != at ||
		       states->states[move->from].distance + move->actions != at->distance)
			move++;
		move->nearest = true;
		at = &states->states[move->from];
		at->nearest = true;
	}
}

enum teeq_status teeq_states_new(const struct teeq_model *model,
				 const struct teeq_explore_options *options,
				 struct teeq_states *states, struct teeq_error *error)
{
	struct teeq_explore_options asked = { .search = TEEQ_SEARCH_BREADTH };
	struct gathering g = { .m = model, .options = &asked, .states = states };
	enum teeq_status status;

	if (!model || !options || !states)
		return error_null(error, "model, options, states");
	asked.no_symmetry = options->no_symmetry;
	asked.no_reduction = options->no_reduction;
	asked.without = options->without;
	asked.must_finish = options->must_finish;
	asked.from = options->from;
	*states = (struct teeq_states){ .state_count = 0 };
	g.state_max = options->max_states ? options->max_states : TEEQ_STATES_DEFAULT;
	status = search_check_options(model, &asked, error);
	if (status != TEEQ_OK)
		return status;
	if (expander_init(&g.expander, model, &asked) &&
	    store_init(&g.store, 1, g.expander.size, NULL))
		status = states_gather(&g);
	else
		status = TEEQ_ENOMEM;
	if (status == TEEQ_OK) {
		states_measure(states);
		states_mark(states);
	} else {
		teeq_states_free(states);
	}
	store_free(&g.store);
	expander_free(&g.expander);
	if (status == TEEQ_ENOMEM)
		error_nomem(error);
	return status == TEEQ_ELIMIT ?
		       error_set(error, status, "max_states", "there are more than %llu states",
				 (unsigned long long)g.state_max) :
		       status;
}

void teeq_states_free(struct teeq_states *states)
{
	if (!states)
		return;
	for (size_t i = 0; i < states->state_count; i++)
		teeq_world_free(states->states[i].world);
	free(states->states);
	free(states->moves);
	*states = (struct teeq_states){ .state_count = 0 };
}
