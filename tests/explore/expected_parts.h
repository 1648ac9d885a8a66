/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_EXPECTED_PARTS_H
#define TESTS_EXPLORE_EXPECTED_PARTS_H

#include "expected.h"

/* What the two halves of what is expected share. */

/* Who would do something, and how; and whether anybody but the waiter would. */
struct doers {
	unsigned int task[TEEQ_TASK_MAX];
	enum teeq_may how[TEEQ_TASK_MAX];
	size_t count;
	bool others;
};

const char *expected_name(const struct expected *e, unsigned int task);
unsigned int expected_task_count(const struct expected *e);
void expected_count(struct expected *e, enum sentence sentence);
void expected_whose_call(struct expected *e, unsigned int task, unsigned int level);
struct doers expected_doers(struct expected *e, enum teeq_deed deed, unsigned int object);
void expected_say_doers(struct expected *e, const struct doers *doers);
void expected_may(struct expected *e, enum teeq_deed deed, unsigned int object, const char *would,
		  enum sentence nobody);

/* expected_waits.c: who waits for a key, and who sleeps in the call queue. */
void expected_key(struct expected *e, const struct witness_level *level);
void expected_asleep(struct expected *e);

#endif
