/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_WALK_H
#define HARNESS_WALK_H

#include "harness/state.h"

/* A step of the path from the setup to where the walk is, and what takes it back. */
struct walk_step {
	size_t undo_count;
	struct fingerprint print;
	uint64_t enabled;
	uint32_t preemptions;
	uint8_t task;
};

/*
 * A walk over states, forth and back. The harness's schedule is its path, and the step that broke.
 * Behind walk_again() and walk_back() the bytes are still those of a state before: the next step
 * puts them where it begins.
 *
 * @print         of the state it is in
 * @enabled       who can move there
 * @preemptions   how often the path left a task that could go on
 * @steps         all that were made, those to come back to a state as well
 */
struct walk {
	struct teeq_harness *h;
	struct race *race; /* the harness's, meanwhile */
	struct walk_step *path;
	size_t depth, capacity;
	struct undo_log log;
	struct fingerprint print;
	uint64_t enabled;
	uint32_t preemptions;
	uint64_t steps;
};

/* Behind the setup. False: that breaks, or there is no memory for it. */
bool walk_begin(struct walk *w, struct teeq_harness *h);
void walk_end(struct walk *w);
/*
 * @task makes a step. False: it broke, which h->violation tells, or h->no_memory; the walk stays
 * where it was.
 */
bool walk_forth(struct walk *w, unsigned int task);
/*
 * The same by what it changed when it was made from this state, and led to where @enabled can move;
 * without its print, which is the caller's to set. False: no memory.
 */
bool walk_again(struct walk *w, unsigned int task, const uint32_t *changes, size_t count,
		uint64_t enabled);
void walk_back(struct walk *w);
/* Whether leaving off with who moved last, for @task, is a preemption. */
bool walk_preempts(const struct walk *w, unsigned int task);
/*
 * Where nobody can move: how it ended, with the teardown, what is left, and what was written where
 * nothing may be written. @tells_kind: of a deadlock, whether it is a lost wake-up or a livelock,
 * which costs some steps. The walk stays where it is.
 */
enum teeq_verdict walk_judge(struct walk *w, bool tells_kind);
#endif
