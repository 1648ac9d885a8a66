/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include "harness/harness.h"

/* ---- run.c: the parts of a run, in the order in which they come ---- */

/* What is said of a run, and what it may do. */
void run_begin_books(struct teeq_harness *h, const struct teeq_harness_run_options *options,
		     enum teeq_harness_points points);
/* Where it begins. */
void run_begin_state(struct teeq_harness *h);
/* The setup or the teardown: a task of its own, alone. */
void run_surroundings(struct teeq_harness *h, const char *name, void (*function)(void *));
uint64_t run_steps_at_most(const struct teeq_harness_run_options *options);
/* If all have returned: the teardown, and what is left. */
void run_finish(struct teeq_harness *h);
/*
 * A deadlock has a name of its own where a wake was lost, or where somebody goes round for ever.
 * Spoils the run.
 */
void run_name_deadlock(struct teeq_harness *h);
/* The verdict, and what there is to say of it. */
void run_decide(struct teeq_harness *h);

/*
 * Whoever is still in the middle of something is left
 * there, and all that is the run's is given back.
 */
void run_leave_rest(struct teeq_harness *h);

/* From the start, by the setup, where freed memory is closed. */
enum teeq_status harness_execute_all(struct teeq_harness *h,
				     const struct teeq_harness_run_options *options,
				     enum teeq_harness_points points, const struct chooser *chooser,
				     struct teeq_harness_result *result);

/* ---- step.c ---- */
/* Until nobody can move, something breaks, or so many steps are made. */
void run_tasks(struct teeq_harness *h, uint64_t step_max, const struct chooser *chooser);

/* ---- copy.c ---- */

/*
 * Run the setup for runs, or for a search, that begin with a copy of what it leaves. False: it
 * cannot be copied, or the setup breaks.
 */
bool harness_begin_for_copies(struct teeq_harness *h, enum teeq_harness_points points,
			      bool searches);
/*
 * A block that somebody wrote beside, or to when it was freed, is what breaks the run. @of_setup:
 * also of those that the setup left and nobody freed, which are many.
 */
void harness_look_for_damage(struct teeq_harness *h, bool of_setup);
/*
 * The choices of the last run from the start. If what broke does not break there, it is told as it
 * was.
 */
enum teeq_status harness_execute_again(struct teeq_harness *h,
				       const struct teeq_harness_run_options *options,
				       enum teeq_harness_points points,
				       struct teeq_harness_result *result);

#endif
