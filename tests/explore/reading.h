/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_READING_H
#define TESTS_EXPLORE_READING_H

#include <string.h>

#include "needs_check.h"

/* One report being read, line by line. */
struct reading {
	struct sentences *out;
	const struct witness *w;
	const struct teeq_world *world;
	char *line;
	bool wrong;
	bool limit; /* others may still move */
	unsigned int why; /* the next task that a line is due for */
	unsigned int vain; /* who is said to sleep in vain */
	unsigned int guest; /* whose queue it is */
	int whose; /* threads are told of: a guest's own ones, or NOBODY's */
	unsigned int contexts; /* told so far */
	char *cycle[64];
	size_t cycle_count;
	struct needs_said told;
	bool told_clients;
};

static inline bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static inline unsigned int reading_task_count(const struct reading *r)
{
	return (unsigned int)teeq_model_task_count(r->w->model);
}

/* The line is wrong: what was seen instead. Only the first one counts. */
void reading_complain(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct expected reading_expect(struct reading *r, unsigned int task, const char *said);
/* The task that a line begins with; who makes the call in a thread context; or NOBODY. */
int reading_task_of(const struct reading *r, const char *line);
int reading_caller(const struct reading *r, unsigned int context, unsigned int *level);
/* Whether it does what no script that is followed says. */
bool reading_is_beyond(const struct reading *r, unsigned int task);

/* sentences_headline.c: why it ended so, and what is behind it. False: the line is no such sentence. */
bool reading_sort(struct reading *r);
bool reading_limit(struct reading *r, const char *rest);
bool reading_behind(struct reading *r, const char *rest);

/* sentences_tables.c: a line of the threads, of the call queue, and of the slots. */
void reading_context(struct reading *r);
void reading_waiter(struct reading *r);
void reading_slots(struct reading *r);
/* Where the line is the head of such a table: whose it is. */
void reading_find_queue(struct reading *r);
void reading_find_threads(struct reading *r);
void reading_whole_queue(struct reading *r, unsigned int told);

#endif
