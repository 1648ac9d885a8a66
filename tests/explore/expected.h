/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_EXPECTED_H
#define TESTS_EXPLORE_EXPECTED_H

#include "sentences.h"

/* What a report has to say of one task, made of what the witness saw. */
#define EXPECTED_MAX 2048

/* Which of the ways of sleeping in the call queue is claimed: the policy decides it, not the trace. */
enum claim {
	CLAIM_THREAD,
	CLAIM_WAKE,
	CLAIM_IDLE,
	CLAIM_CPU,
};

/*
 * @only: of one holder alone, as a line of the cycle is; NOBODY: all. @context: of the lines of the cycle
 * about a thread: which. @level: of those about a wake: of which call. @unsure: what was asked about goes beyond what the witness follows.
 */
struct expected {
	struct sentences *counts;
	const struct witness *w;
	const struct teeq_world *world; /* for the threads that are set aside, a count, alone */
	unsigned int task;
	enum claim claim;
	int only;
	int context;
	int level;
	bool unsure;
	size_t length;
	char text[EXPECTED_MAX];
};

/* The whole reason, without the task's name: "waits for lock emmc, which app.0 holds". */
void expected_reason(struct expected *e);
/* What precedes it: "app.0 (killed), in its nested call write, ". */
void expected_waiter(struct expected *e);
/* "nested call write" */
void expected_call(struct expected *e, unsigned int task, unsigned int level);

/* Without whom it does not get on: @count of @tasks, one bit each, have to before; none: nobody would. */
struct expected_need {
	uint64_t tasks;
	unsigned int count;
};
struct expected_need expected_need(struct expected *e);
/* "app.0 needs app.1 or app.2" */
void expected_say_need(struct expected *e, const struct expected_need *need);

/* "Finished: a. Killed: b. Not finished: c, d.", of the clients */
void expected_clients(struct expected *e);

void expected_say(struct expected *e, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool expected_is_full(const struct witness *w, unsigned int guest);
bool expected_is_frozen(const struct witness *w, unsigned int task);
/* Whether the wake went to this call, which does not sleep. */
bool expected_absorbed(const struct witness_level *level);

#endif
