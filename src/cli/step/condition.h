/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_CONDITION_H
#define CLI_STEP_CONDITION_H

#include "cli/step/rows.h"

/* What may be asked about the state, and the step that led to it; docs/step.md has the grammar. */
#define CONDITION_TERMS 8
#define CONDITION_TEXT  256

/*
 * @kind      which of the sorts of condition.c it is
 * @subject   a task, a row, a counter or a verdict, as the sort has it; -1: any task
 * @word      a state or an action
 * @outcome   of an action; -1: any
 * @compare, @number   of a counter
 * @value     what a row's text begins with
 */
struct condition_term {
	unsigned int kind;
	bool inverted;
	int subject;
	int word;
	int outcome;
	char compare[3];
	uint64_t number;
	char value[CONDITION_TEXT];
};

/*
 * Terms that must all hold.
 *
 * @momentary  one is about a step rather than a state: it holds anew at each such step
 * @before     of a row that changes: its text before the step
 */
struct condition {
	struct condition_term terms[CONDITION_TERMS];
	size_t count;
	bool momentary;
	char text[CONDITION_TEXT]; /* as it was written */
	char before[CONDITION_TERMS][STEP_TEXT_MAX];
};

/* False, with what is wrong in @why, where @text is no condition. */
bool condition_parse(struct condition *condition, const struct teeq_model *model, const char *text,
		     char why[CONDITION_TEXT]);
/* Whether it is about a change, which takes a state before. */
bool condition_has_change(const struct condition *condition);
/* Before a step: what a change is told from. */
void condition_note(struct condition *condition, const struct step *s);
bool condition_holds(const struct condition *condition, const struct step *s);

#endif
