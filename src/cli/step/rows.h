/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_STEP_ROWS_H
#define CLI_STEP_ROWS_H

#include "cli/step/session.h"

/*
 * The state as rows, a name and a text each: first the tasks, by their index, with what they would
 * do or wait for; then threads, queues, locks and whatever else a scenario has. Which rows there
 * are is a matter of the model alone.
 */
#define STEP_NAME_MAX (TEEQ_NAME_MAX + 32)
#define STEP_TEXT_MAX 1024

size_t step_row_count(const struct teeq_model *model);
/* "app.0", "thread 1", "queue", "lock emmc". @row is below step_row_count(). */
void step_row_name(const struct teeq_model *model, size_t row, char name[STEP_NAME_MAX]);
void step_row_text(const struct step *s, size_t row, char text[STEP_TEXT_MAX]);
/*
 * The words that the text of @row begins with: "free, active or suspended"; NULL where they are
 * other things than words. And whether one is among them, which may be NULL.
 */
const char *step_row_words(const struct teeq_model *model, size_t row);
bool step_row_has_word(const char *words, const char *word);
/* The row of that name, or of the object alone where no other has it; -1 where there is none. */
int step_row_find(const struct teeq_model *model, const char *name);

#endif
