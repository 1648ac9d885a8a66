/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_VERDICT_TALLY_H
#define FIELD_VERDICT_TALLY_H

#include "field/verdict.h"

/* Who is stuck, by what it is about. */
struct tally {
	size_t stuck, thread, supplicant, idle;
	size_t clients; /* in the driver at all */
	size_t evident; /* of those that are stuck, who has not moved for long */
	size_t holders, holders_stuck, holders_moved;
	/*
	 * Of holders, by what they wait for in the end: who executes
	 * there, who waits for a notification, who for tee-supplicant.
	 */
	size_t in_world, on_notification, on_supplicant;
	/* Holders that wait for what has nothing to do with calls, or for such a one's lock. */
	size_t outside;
	size_t outside_stuck;
	size_t serving_thread; /* tee-supplicant's threads that wait for a thread themselves */
	size_t serving_stuck;
	size_t stalled;
};

struct tally tally_up(const struct picture *picture);
/* Shapes of hangs, by which advice is given. */
void tally_shapes(const struct picture *picture, struct verdict *verdict);
/*
 * Whether somebody who holds a thread and is stuck waits,
 * directly or not, for one who waits for a thread.
 */
bool tally_holder_reaches_thread(const struct picture *picture);
/* A person on a circle of locks of the kernel, and whether all of its edges are certain. */
size_t tally_lock_circle(const struct picture *picture, bool *certain);

/*
 * verdict_words.c: the verdict itself; " for 120 s
 * at least", until the next call; and why it is one.
 */
void verdict_conclude(struct verdict *verdict, enum verdict_kind kind, enum verdict_sure sure,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));
const char *verdict_seconds(const struct picture *picture);
void verdict_why_so_long(const struct picture *picture, const struct tally *tally,
			 struct verdict *verdict);
void verdict_exhaustion(const struct picture *picture, const struct tally *tally,
			struct verdict *verdict, const char *what);

/* verdict_supplicant.c: whether a call waits for tee-supplicant. */
bool verdict_judge_supplicant(const struct picture *picture, const struct tally *tally,
			      struct verdict *verdict);
/* It does not answer, @waiting calls wait for it, and why, as far as that is seen. */
void verdict_supplicant_silent(const struct picture *picture, const struct tally *tally,
			       size_t waiting, struct verdict *verdict);
/*
 * Where it cannot answer, and the log shows why: that, and
 * that @waiting calls "wait for it", or what @wait says.
 */
bool verdict_supplicant_known(const struct picture *picture, struct verdict *verdict,
			      enum verdict_sure sure, size_t waiting, const char *wait);

/*
 * verdict_lost.c: whether somebody sleeps for long while a thread is free, or while nobody has one.
 */
bool verdict_judge_free(const struct picture *picture, const struct tally *tally,
			struct verdict *verdict);

#endif
