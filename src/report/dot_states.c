/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "report/dot.h"
#include "report/words.h"
#include "teeq/report.h"

/*
 * All states of a small model, as Graphviz reads it. The label of a state is its number and how it
 * ends, or what its queue counts; where the tasks stand is told where the mouse points at it. Moves
 * between the same two states are one edge.
 */

#define DOT_TEXT_MAX (TEEQ_TASK_MAX * 128)

static void dot_state_label(struct words *words, const struct teeq_model *model,
			    const struct teeq_states *states, size_t number)
{
	const struct teeq_state *state = &states->states[number];
	const struct teeq_callq *q = teeq_world_callq(model, state->world);

	words_add(words, "%zu\n", number);
	if (state->verdict != TEEQ_VERDICT_LIMIT) {
		words_add(words, "%s", teeq_verdict_name(state->verdict));
		return;
	}
	if (q->total_count > 0 && teeq_model_policy(model)->admit)
		words_add(words, "free %ld, ", (long)q->free_count);
	words_add(words, "list %u", (unsigned int)q->waiter_count);
}

static void dot_state_tip(struct words *words, const struct teeq_model *model,
			  const struct teeq_world *world)
{
	unsigned int count = (unsigned int)teeq_model_task_count(model);

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_task_view view;

		teeq_world_task(model, world, i, &view);
		words_add(words, "%s%s ", i > 0 ? "\n" : "",
			  words_name(teeq_model_task_name(model, i)));
		if (view.action == TEEQ_ACTION_NONE)
			words_add(words, "has finished");
		else
			words_add(words, "%s %s", view.enabled ? "can" : "stands at",
				  words_name(teeq_action_name(view.action)));
	}
}

/* Ends have a shape and a word besides the colour. */
static void dot_state(const struct teeq_model *model, const struct teeq_states *states,
		      size_t number, FILE *out)
{
	const struct teeq_state *state = &states->states[number];
	char text[DOT_TEXT_MAX];
	struct words words;

	fprintf(out, "\ts%zu [label=", number);
	words_start(&words, text, sizeof(text));
	dot_state_label(&words, model, states, number);
	dot_quoted(out, text);
	fputs(", tooltip=", out);
	words_start(&words, text, sizeof(text));
	dot_state_tip(&words, model, state->world);
	dot_quoted(out, text);
	if (state->verdict == TEEQ_VERDICT_DONE)
		fputs(", shape=doublecircle, color=darkgreen", out);
	else if (state->verdict != TEEQ_VERDICT_LIMIT)
		fputs(", shape=octagon, color=red, style=filled, fillcolor=mistyrose", out);
	fprintf(out, "%s];\n", state->nearest ? ", penwidth=3" : "");
}

/* ------------------------------------------- moves -------------------------------------------- */

/* @whole: with how it goes. */
static void dot_move_text(struct words *words, const struct teeq_model *model,
			  const struct teeq_world *from, const struct teeq_move *move, bool whole)
{
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_event event;
	char text[WORDS_MAX];

	if (!world)
		return;
	teeq_world_copy(model, world, from);
	if (teeq_world_step(model, world, move->task, &event) == TEEQ_OK) {
		teeq_event_text(model, &event, text, sizeof(text));
		words_add(words, "%s: %s", words_name(teeq_model_task_name(model, move->task)),
			  whole ? text :
				  words_name(teeq_action_name((enum teeq_action)event.action)));
		if (move->actions > 1)
			words_add(words, " (+%u)", move->actions - 1);
	}
	teeq_world_free(world);
}

/* The texts of the move @first and of those behind it between the same states, a line each. */
static void dot_move_texts(const struct teeq_model *model, const struct teeq_states *states,
			   size_t first, bool whole, FILE *out)
{
	const struct teeq_move *moves = states->moves;
	const struct teeq_world *from = states->states[moves[first].from].world;
	char text[DOT_TEXT_MAX];
	struct words words;

	words_start(&words, text, sizeof(text));
	for (size_t i = first; i < states->move_count && moves[i].from == moves[first].from; i++) {
		if (moves[i].to != moves[first].to)
			continue;
		words_add(&words, "%s", i > first ? "\n" : "");
		dot_move_text(&words, model, from, &moves[i], whole);
	}
	dot_quoted(out, text);
}

static bool dot_is_told(const struct teeq_states *states, size_t number)
{
	const struct teeq_move *moves = states->moves;

	for (size_t i = number; i > 0 && moves[i - 1].from == moves[number].from; i--)
		if (moves[i - 1].to == moves[number].to)
			return true;
	return false;
}

static bool dot_move_is_nearest(const struct teeq_states *states, size_t number)
{
	const struct teeq_move *moves = states->moves;
	bool nearest = false;

	for (size_t i = number; i < states->move_count && moves[i].from == moves[number].from; i++)
		nearest |= moves[i].to == moves[number].to && moves[i].nearest;
	return nearest;
}

enum teeq_status teeq_export_states(const struct teeq_model *model,
				    const struct teeq_states *states, FILE *out)
{
	if (!model || !states || !out)
		return TEEQ_EINPUT;
	fputs("digraph states {\n\tlabel=", out);
	dot_quoted(out, words_name(teeq_model_name(model)));
	fputs(";\n\tnode [shape=box, fontname=\"sans-serif\"];\n\tedge [fontname=\"sans-serif\"];\n",
	      out);
	for (size_t i = 0; i < states->state_count; i++)
		dot_state(model, states, i, out);
	for (size_t i = 0; i < states->move_count; i++) {
		if (dot_is_told(states, i))
			continue;
		fprintf(out, "\ts%zu -> s%zu [label=", states->moves[i].from, states->moves[i].to);
		dot_move_texts(model, states, i, false, out);
		fputs(", tooltip=", out);
		dot_move_texts(model, states, i, true, out);
		fprintf(out, "%s];\n",
			dot_move_is_nearest(states, i) ? ", penwidth=3, color=red" : "");
	}
	fputs("}\n", out);
	return TEEQ_OK;
}
