/* SPDX-License-Identifier: BSD-2-Clause */
#include "field/verdict_tally.h"

#define USUAL_THREADS 2

/*
 * Threads that are free, as far as anybody knows: of those that the user or the log tells of; of as
 * many as were seen to be held at once before; and OP-TEE has two unless it was built otherwise.
 */
static size_t free_threads(const struct picture *picture)
{
	size_t threads = picture->threads;

	if (!picture->threads_told) {
		threads = picture->held_max;
		if (threads < USUAL_THREADS && picture->held > 0)
			threads = USUAL_THREADS;
	}
	return threads > picture->held ? threads - picture->held : 0;
}

static void why_lost(const struct picture *picture, size_t free, struct verdict *verdict)
{
	if (!picture->threads_told && free > 0)
		note(&verdict->why,
		     picture->held_max > picture->held ?
			     "%zu threads were held at once before, so there are at least so many" :
			     "OP-TEE has %zu threads at least, unless it was built for fewer",
		     picture->held + free);
	if (free == 1 && picture->log->version >= FRAMES_VERSION_COUNTS)
		note(&verdict->why,
		     "since Linux 6.8 one thread may be kept back for system sessions, which would be none "
		     "that is free for these");
	if (!picture->all_seen)
		note(&verdict->why,
		     "the log does not have all tasks: a call that executes, or that sleeps interruptibly, "
		     "may hold a thread unseen");
}

static void conclude_lost_wakeup(const struct picture *picture, const struct tally *tally,
				 struct verdict *verdict)
{
	size_t free = free_threads(picture);
	bool kept = free == 1 && picture->log->version >= FRAMES_VERSION_COUNTS;
	bool sure = picture->all_seen && (picture->threads_told || picture->held == 0) && !kept &&
		    picture->running_unknown == 0;

	if (free > 0)
		verdict_conclude(
			verdict, VERDICT_LOST_WAKEUP, sure ? VERDICT_CERTAIN : VERDICT_LIKELY,
			"a lost wake-up: %zu of %s%zu threads %s free, and %zu call%s for one",
			free, picture->threads_told ? "" : "at least ", picture->held + free,
			free == 1 ? "is" : "are", tally->thread,
			tally->thread == 1 ? " sleeps" : "s sleep");
	else
		verdict_conclude(
			verdict, VERDICT_LOST_WAKEUP, sure ? VERDICT_CERTAIN : VERDICT_LIKELY,
			"a lost wake-up: nobody is seen to hold a thread, and %zu call%s for one",
			tally->thread, tally->thread == 1 ? " sleeps" : "s sleep");
	verdict_why_so_long(picture, tally, verdict);
	why_lost(picture, free, verdict);
}

bool verdict_judge_free(const struct picture *picture, const struct tally *tally,
			struct verdict *verdict)
{
	/*
	 * Whoever waits interruptibly is in no list of
	 * blocked tasks, and killably in none of hung ones.
	 */
	if (!picture->threads_told && !picture->all_seen)
		return false;
	if (tally->thread == 0 || tally->evident == 0 ||
	    (tally->holders > 0 && free_threads(picture) == 0))
		return false;
	conclude_lost_wakeup(picture, tally, verdict);
	return true;
}
