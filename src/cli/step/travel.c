/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/travel.h"

#include <string.h>

/* -------------------------------------------- running ----------------------------------------- */

static void travel_note(const struct step *s, struct condition *stops, size_t count, bool *held)
{
	for (size_t i = 0; i < count; i++) {
		condition_note(&stops[i], s);
		held[i] = !stops[i].momentary && condition_holds(&stops[i], s);
	}
}

static int travel_hit(const struct step *s, const struct condition *stops, size_t count,
		      const bool *held)
{
	for (size_t i = 0; i < count; i++)
		if (!held[i] && condition_holds(&stops[i], s))
			return (int)i;
	return -1;
}

/* Who moves next; -1: nobody can, or the schedule ends and nothing goes on from there. */
static int travel_pick(const struct step *s, const struct teeq_strategy *strategy,
		       struct teeq_strategy_state *state)
{
	uint64_t enabled = step_enabled(s);

	if (s->at < s->choices.count)
		return s->choices.tasks[s->at];
	if (!strategy || !enabled)
		return -1;
	return strategy->pick(strategy, state, s->c.model, s->c.world, enabled);
}

enum step_moved travel_run(struct step *s, const struct teeq_strategy *strategy, uint64_t seed,
			   struct condition *stops, size_t stop_count, int *hit)
{
	struct teeq_strategy_state state = { { 0 } };
	enum step_moved moved = STEP_MOVED;
	bool held[TRAVEL_STOPS];
	int task;

	*hit = -1;
	if (strategy)
		strategy->start(strategy, s->c.model, &state, seed);
	while (*hit < 0 && (task = travel_pick(s, strategy, &state)) >= 0) {
		travel_note(s, stops, stop_count, held);
		moved = step_move(s, (unsigned int)task);
		if (moved != STEP_MOVED)
			return moved;
		*hit = travel_hit(s, stops, stop_count, held);
	}
	return moved;
}

/* --------------------------------------- changes of a row ------------------------------------- */

bool travel_to_change(struct step *s, size_t row)
{
	char before[STEP_TEXT_MAX], now[STEP_TEXT_MAX];
	size_t start = s->at;

	step_row_text(s, row, before);
	while (s->at < s->choices.count) {
		step_go(s, s->at + 1);
		step_row_text(s, row, now);
		if (strcmp(before, now) != 0)
			return true;
	}
	step_go(s, start);
	return false;
}

bool travel_back_to_change(struct step *s, size_t row)
{
	size_t start = s->at, found = start;

	step_go(s, 0);
	while (travel_to_change(s, row) && s->at < start)
		found = s->at;
	step_go(s, found);
	return found < start;
}
