/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explore/expand.h"
#include "explore/search.h"
#include "teeq/explore.h"

/*
 * All states, one after the other; the number of a state is its id in the store. @limit: the option
 * that ended it, where one has.
 */
struct gathering {
	const struct teeq_model *m;
	const struct teeq_explore_options *options; /* of each state */
	const struct teeq_explore_options *budgets;
	struct expander expander;
	struct store store;
	struct teeq_states *states;
	size_t state_capacity;
	size_t move_capacity;
	uint64_t state_max;
	double started;
	const char *limit;
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
	if (states->state_count >= g->state_max) {
		g->limit = "max_states";
		return TEEQ_ELIMIT;
	}
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

static uint64_t states_memory(const struct gathering *g)
{
	return store_memory(&g->store) + g->state_capacity * sizeof(*g->states->states) +
	       g->states->state_count * g->m->layout.size +
	       g->move_capacity * sizeof(*g->states->moves);
}

#define STATES_BETWEEN_LOOKS 64

/* As those of a search; @expanded are done. */
static bool states_over_budget(struct gathering *g, size_t expanded)
{
	const struct teeq_explore_options *budgets = g->budgets;
	const struct teeq_progress progress = {
		.states = g->states->state_count,
		.actions = counter_value(&g->expander.actions),
		.frontier = g->states->state_count - expanded,
		.memory_bytes = states_memory(g),
		.seconds = search_now() - g->started,
	};

	if (expanded % STATES_BETWEEN_LOOKS != 0)
		return false;
	if (budgets->max_memory_bytes && progress.memory_bytes >= budgets->max_memory_bytes)
		g->limit = "max_memory_bytes";
	else if (budgets->max_seconds > 0 && progress.seconds >= budgets->max_seconds)
		g->limit = "max_seconds";
	else if (budgets->keep_going && !budgets->keep_going(budgets->argument, &progress))
		g->limit = "keep_going";
	return g->limit != NULL;
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
		status = states_over_budget(g, i) ? TEEQ_ELIMIT : states_expand(g, i);
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

/* Back from it, by the first move that is on a shortest way. False: no memory. */
static bool states_mark(struct teeq_states *states)
{
	struct teeq_move **before = calloc(states->state_count, sizeof(*before));
	struct teeq_state *at = states_nearest(states);

	if (!before)
		return false;
	for (size_t i = states->move_count; i-- > 0;) {
		struct teeq_move *move = &states->moves[i];

		if (states->states[move->from].distance + move->actions ==
		    states->states[move->to].distance)
			before[move->to] = move;
	}
	if (at)
		at->nearest = true;
	while (at && at->distance > 0) {
		struct teeq_move *move = before[at - states->states];

		move->nearest = true;
		at = &states->states[move->from];
		at->nearest = true;
	}
	free(before);
	return true;
}

static enum teeq_status states_tell(const struct gathering *g, enum teeq_status status,
				    struct teeq_error *error)
{
	if (status == TEEQ_ENOMEM)
		return error_nomem(error);
	if (status != TEEQ_ELIMIT)
		return status;
	if (strcmp(g->limit, "max_states") == 0)
		return error_set(error, status, g->limit, "there are more than %llu states",
				 (unsigned long long)g->state_max);
	return error_set(error, status, g->limit, "%s after %zu states",
			 strcmp(g->limit, "max_seconds") == 0 ? "the time is used up" :
			 strcmp(g->limit, "keep_going") == 0  ? "interrupted" :
								"the memory is used up",
			 g->states->state_count);
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
	g.budgets = options;
	g.started = search_now();
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
		status = states_mark(states) ? TEEQ_OK : TEEQ_ENOMEM;
	}
	store_free(&g.store);
	expander_free(&g.expander);
	status = states_tell(&g, status, error);
	if (status != TEEQ_OK)
		teeq_states_free(states);
	return status;
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
