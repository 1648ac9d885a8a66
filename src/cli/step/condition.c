/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/condition.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_OF_TERM 8

/* One term while it is read. */
struct reading {
	const struct teeq_model *model;
	struct condition_term *term;
	const char *words[WORDS_OF_TERM];
	int count;
	char *why;
};

__attribute__((format(printf, 2, 3))) static bool reading_wrong(struct reading *r,
								const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(r->why, CONDITION_TEXT, format, arguments);
	va_end(arguments);
	return false;
}

/* The place of @word among @count names; -1 where it is none of them. */
static int reading_find(const char *word, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(word, names[i]) == 0)
			return (int)i;
	return -1;
}

static bool reading_task(struct reading *r, const char *name)
{
	r->term->subject = teeq_model_task_find(r->model, name);
	return r->term->subject >= 0 || reading_wrong(r, "there is no task '%s'", name);
}

/* The row whose name the first @count words are. */
static bool reading_row(struct reading *r, int count)
{
	char name[CONDITION_TEXT] = "";
	size_t length = 0;

	for (int i = 0; i < count && length < sizeof(name); i++)
		length += (size_t)snprintf(name + length, sizeof(name) - length, "%s%s",
					   i > 0 ? " " : "", r->words[i]);
	r->term->subject = step_row_find(r->model, name);
	return r->term->subject >= 0 || reading_wrong(r, "there is no object '%s'", name);
}

/* ------------------------------- "free = 0": counters of the state ---------------------------- */

static const char *const counters[] = { "free", "waiters", "system", "threads", "step" };
#define COUNTERS (sizeof(counters) / sizeof(counters[0]))

static bool condition_is_counter(const struct reading *r)
{
	return r->count == 3 && strspn(r->words[1], "<>=!") == strlen(r->words[1]);
}

static bool condition_read_counter(struct reading *r)
{
	static const char *const compares[] = { "=", "!=", "<", "<=", ">", ">=" };
	size_t digits = strspn(r->words[2], "0123456789");

	r->term->subject = reading_find(r->words[0], counters, COUNTERS);
	if (r->term->subject < 0)
		return reading_wrong(r, "'%s' is not free, waiters, system, threads or step",
				     r->words[0]);
	if (reading_find(r->words[1], compares, sizeof(compares) / sizeof(*compares)) < 0)
		return reading_wrong(r, "'%s' is not =, !=, <, <=, > or >=", r->words[1]);
	if (digits == 0 || digits > 9 || r->words[2][digits])
		return reading_wrong(r, "'%s' is not a number from 0 to 999999999", r->words[2]);
	snprintf(r->term->compare, sizeof(r->term->compare), "%s", r->words[1]);
	r->term->number = strtoull(r->words[2], NULL, 10);
	return true;
}

static unsigned int condition_free_threads(const struct step *s)
{
	unsigned int count = (unsigned int)teeq_model_thread_count(s->c.model);
	struct teeq_context_view view;
	unsigned int found = 0;

	for (unsigned int i = 0; i < count; i++) {
		teeq_world_context(s->c.model, s->c.world, i, &view);
		found += view.state == TEEQ_CONTEXT_FREE;
	}
	return found;
}

static int64_t condition_counter(int counter, const struct step *s)
{
	const struct teeq_callq *q = teeq_world_callq(s->c.model, s->c.world);
	const int64_t values[] = { q->free_count, q->waiter_count, q->system_session_count,
				   condition_free_threads(s), (int64_t)s->at };

	return values[counter];
}

static bool condition_holds_counter(const struct condition_term *term, const struct step *s)
{
	int64_t value = condition_counter(term->subject, s), number = (int64_t)term->number;
	bool equal = value == number;

	switch (term->compare[0]) {
	case '<':
		return value < number || (term->compare[1] && equal);
	case '>':
		return value > number || (term->compare[1] && equal);
	case '!':
		return !equal;
	default:
		return equal;
	}
}

/* -------------------------------- "app.1 asleep": how a task stands --------------------------- */

enum task_state {
	TASK_ENABLED,
	TASK_ASLEEP,
	TASK_BLOCKED,
	TASK_STARTED,
	TASK_FINISHED,
	TASK_KILLED,
	TASK_FROZEN,
};
static const char *const task_states[] = { "enabled",  "asleep", "blocked", "started",
					   "finished", "killed", "frozen" };

static bool condition_is_state(const struct reading *r)
{
	return r->count == 2 && strcmp(r->words[0], "verdict") != 0;
}

static bool condition_read_state(struct reading *r)
{
	r->term->word =
		reading_find(r->words[1], task_states, sizeof(task_states) / sizeof(*task_states));
	if (r->term->word < 0)
		return reading_wrong(r, "'%s' is not enabled, asleep, blocked, started, finished, "
				     "killed, frozen or changes", r->words[1]);
	return reading_task(r, r->words[0]);
}

static bool condition_holds_state(const struct condition_term *term, const struct step *s)
{
	bool enabled = step_enabled(s) >> term->subject & 1;
	struct teeq_task_view view;

	teeq_world_task(s->c.model, s->c.world, (unsigned int)term->subject, &view);
	switch ((enum task_state)term->word) {
	case TASK_ENABLED:
		return enabled;
	case TASK_ASLEEP:
		return view.action == TEEQ_ACTION_WAIT && !enabled;
	case TASK_BLOCKED:
		return view.started && view.action != TEEQ_ACTION_NONE && !enabled;
	case TASK_STARTED:
		return view.started;
	case TASK_FINISHED:
		return view.action == TEEQ_ACTION_NONE && !view.killed;
	case TASK_KILLED:
		return view.killed;
	case TASK_FROZEN:
		return view.frozen;
	}
	return false;
}

/* -------------------------- "app.0 does smc thread-limit": the step before -------------------- */

static bool condition_is_does(const struct reading *r)
{
	return r->count >= 3 && strcmp(r->words[1], "does") == 0;
}

static bool condition_read_does(struct reading *r)
{
	r->term->subject = -1;
	r->term->outcome = -1;
	if (r->count > 4)
		return reading_wrong(r, "'%s' is too much: TASK does ACTION OUTCOME", r->words[4]);
	if (strcmp(r->words[0], "any") != 0 && !reading_task(r, r->words[0]))
		return false;
	for (r->term->word = 0; r->term->word < TEEQ_ACTION_COUNT; r->term->word++)
		if (strcmp(r->words[2], teeq_action_name((enum teeq_action)r->term->word)) == 0)
			break;
	if (r->term->word == TEEQ_ACTION_COUNT)
		return reading_wrong(r, "'%s' is no action", r->words[2]);
	if (r->count == 3)
		return true;
	for (int i = 0; i < TEEQ_OUTCOME_COUNT; i++)
		if (strcmp(r->words[3], teeq_outcome_name((enum teeq_outcome)i)) == 0)
			r->term->outcome = i;
	return r->term->outcome >= 0 || reading_wrong(r, "'%s' is no outcome", r->words[3]);
}

static bool condition_holds_does(const struct condition_term *term, const struct step *s)
{
	const struct teeq_event *event = s->at > 0 ? &s->events[s->at - 1] : NULL;

	return event && (term->subject < 0 || event->task == term->subject) &&
	       event->action == term->word &&
	       (term->outcome < 0 || event->outcome == term->outcome);
}

/* ------------------------- "lock emmc changes", "lock emmc is held": rows --------------------- */

static bool condition_is_change(const struct reading *r)
{
	return r->count >= 2 && strcmp(r->words[r->count - 1], "changes") == 0;
}

static bool condition_read_change(struct reading *r)
{
	return reading_row(r, r->count - 1);
}

/* Where "is" stands; 0: nowhere. */
static int place_of_is(const struct reading *r)
{
	for (int i = 1; i + 1 < r->count; i++)
		if (strcmp(r->words[i], "is") == 0)
			return i;
	return 0;
}

static bool condition_is_row(const struct reading *r)
{
	return place_of_is(r) > 0;
}

static bool condition_read_row(struct reading *r)
{
	int is = place_of_is(r);
	const char *words;
	size_t length = 0;

	if (!reading_row(r, is))
		return false;
	words = step_row_words(r->model, (size_t)r->term->subject);
	if (!step_row_has_word(words, r->words[is + 1]))
		return reading_wrong(r, "'%s' is not %s", r->words[is + 1],
				     words ? words : "asked for with 'is' here");
	for (int i = is + 1; i < r->count && length < CONDITION_TEXT; i++)
		length += (size_t)snprintf(r->term->value + length, CONDITION_TEXT - length,
					   "%s%s", i > is + 1 ? " " : "", r->words[i]);
	return true;
}

static bool condition_holds_row(const struct condition_term *term, const struct step *s)
{
	size_t length = strlen(term->value);
	char text[STEP_TEXT_MAX];

	step_row_text(s, (size_t)term->subject, text);
	return strncmp(text, term->value, length) == 0 && !isalnum((unsigned char)text[length]);
}

/* ------------------------------- "verdict deadlock": how it ends ------------------------------ */

static bool condition_is_verdict(const struct reading *r)
{
	return r->count == 2 && strcmp(r->words[0], "verdict") == 0;
}

static bool condition_read_verdict(struct reading *r)
{
	r->term->subject = teeq_verdict_find(r->words[1]);
	return r->term->subject >= 0 || reading_wrong(r, "'%s' is no verdict", r->words[1]);
}

static bool condition_holds_verdict(const struct condition_term *term, const struct step *s)
{
	return (int)step_verdict(s) == term->subject;
}

/* ------------------------------------------ terms --------------------------------------------- */

/* In the order in which they are tried. A change has no test here: it takes two states. */
static const struct {
	bool (*is)(const struct reading *r);
	bool (*read)(struct reading *r);
	bool (*holds)(const struct condition_term *term, const struct step *s);
	bool momentary;
} condition_kinds[] = {
	{ condition_is_does, condition_read_does, condition_holds_does, true },
	{ condition_is_change, condition_read_change, NULL, true },
	{ condition_is_row, condition_read_row, condition_holds_row, false },
	{ condition_is_counter, condition_read_counter, condition_holds_counter, false },
	{ condition_is_verdict, condition_read_verdict, condition_holds_verdict, false },
	{ condition_is_state, condition_read_state, condition_holds_state, false },
};
#define CONDITION_KINDS (sizeof(condition_kinds) / sizeof(condition_kinds[0]))

static bool condition_add_term(struct condition *condition, struct reading *r)
{
	struct condition_term *term = &condition->terms[condition->count];

	if (condition->count == CONDITION_TERMS)
		return reading_wrong(r, "more than %d terms", CONDITION_TERMS);
	memset(term, 0, sizeof(*term));
	r->term = term;
	if (r->count > 0 && strcmp(r->words[0], "not") == 0) {
		term->inverted = true;
		memmove(r->words, r->words + 1, (size_t)--r->count * sizeof(*r->words));
	}
	for (; term->kind < CONDITION_KINDS; term->kind++) {
		if (!condition_kinds[term->kind].is(r))
			continue;
		condition->count++;
		condition->momentary |= condition_kinds[term->kind].momentary;
		return condition_kinds[term->kind].read(r);
	}
	return reading_wrong(r, "'%s' is no condition: 'free = 0', 'app.0 asleep', 'any does smc', "
			     "'lock l is held', 'queue changes' are some", condition->text);
}

bool condition_parse(struct condition *condition, const struct teeq_model *model, const char *text,
		     char why[CONDITION_TEXT])
{
	struct reading r = { .model = model, .why = why };
	char copy[CONDITION_TEXT];
	char *rest = copy;
	const char *word;

	memset(condition, 0, sizeof(*condition));
	if (strlen(text) >= CONDITION_TEXT)
		return reading_wrong(&r, "longer than %d characters", CONDITION_TEXT - 1);
	memcpy(copy, text, strlen(text) + 1);
	memcpy(condition->text, copy, sizeof(copy));
	while ((word = strtok_r(rest, " \t", &rest))) {
		if (strcmp(word, "and") == 0) {
			if (!condition_add_term(condition, &r))
				return false;
			r.count = 0;
		} else if (r.count == WORDS_OF_TERM) {
			return reading_wrong(&r, "'%s' is too much", word);
		} else {
			r.words[r.count++] = word;
		}
	}
	return condition_add_term(condition, &r);
}

bool condition_has_change(const struct condition *condition)
{
	for (size_t i = 0; i < condition->count; i++)
		if (!condition_kinds[condition->terms[i].kind].holds)
			return true;
	return false;
}

void condition_note(struct condition *condition, const struct step *s)
{
	for (size_t i = 0; i < condition->count; i++)
		if (!condition_kinds[condition->terms[i].kind].holds)
			step_row_text(s, (size_t)condition->terms[i].subject,
				      condition->before[i]);
}

bool condition_holds(const struct condition *condition, const struct step *s)
{
	for (size_t i = 0; i < condition->count; i++) {
		const struct condition_term *term = &condition->terms[i];
		char now[STEP_TEXT_MAX];
		bool holds;

		if (condition_kinds[term->kind].holds) {
			holds = condition_kinds[term->kind].holds(term, s);
		} else {
			step_row_text(s, (size_t)term->subject, now);
			holds = strcmp(now, condition->before[i]) != 0;
		}
		if (holds == term->inverted)
			return false;
	}
	return true;
}
