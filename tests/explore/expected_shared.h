/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_EXPECTED_SHARED_H
#define TESTS_EXPLORE_EXPECTED_SHARED_H

#include "expected.h"

/* What the files that know what is expected share. */

/* Who would do something, and how; and whether anybody but the waiter would. */
struct doers {
	unsigned int task[TEEQ_TASK_MAX];
	enum teeq_may how[TEEQ_TASK_MAX];
	size_t count;
	bool others;
};

const char *expected_name(const struct expected *e, unsigned int task);
unsigned int expected_task_count(const struct expected *e);
/* Whether a task can do anything about what @e's waits for: what is a driver's, only those of its guest. */
bool expected_reaches(const struct expected *e, unsigned int task, enum teeq_effect effect,
		      unsigned int object);
static inline bool expected_is_server(const struct expected *e, unsigned int task)
{
	return teeq_model_task_kind(e->w->model, task) == TEEQ_TASK_SUPPLICANT;
}
bool expected_is_neighbour(const struct expected *e, unsigned int task);
/* " in guest g1", of somebody in another one than the waiter's. */
void expected_say_guest(struct expected *e, unsigned int task);
void expected_count(struct expected *e, enum sentence sentence);
void expected_whose_call(struct expected *e, unsigned int task, unsigned int level);
struct doers expected_doers(struct expected *e, enum teeq_effect effect, unsigned int object);
void expected_say_doers(struct expected *e, const struct doers *doers);
void expected_may(struct expected *e, enum teeq_effect effect, unsigned int object,
		  const char *would, enum sentence nobody);

/* expected_waits.c: who waits for a key, and who sleeps in the call queue. */
void expected_key(struct expected *e, const struct witness_level *level);
void expected_asleep(struct expected *e);

/* What a task does whose script is not followed may concern what has no event of its own. */
bool expected_somebody_is_beyond(const struct expected *e);

/* expected_cpu.c: who has no CPU, and who polls. */
void expected_cpu(struct expected *e);
/* Who is in its way there, one bit each. */
uint64_t expected_runners(struct expected *e);
void expected_poll(struct expected *e, unsigned int event);

#endif
