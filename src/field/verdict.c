/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "field/verdict_tally.h"

/* --------------------------------------- the verdicts ------------------------------------------- */

static void supplicant_silent(const struct picture *picture, const struct tally *tally,
			      struct verdict *verdict)
{
	if (verdict->looping) {
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_SILENT, VERDICT_LIKELY,
			"tee-supplicant does not answer, and a caller with a signal pending spins in the wait "
			"for it");
		note(&verdict->why,
		     "a processor was found in the wait for tee-supplicant, which sleeps unless a signal "
		     "is pending");
	} else if (picture->supplicant == SUPPLICANT_UNSEEN) {
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_SILENT, VERDICT_LIKELY,
			"tee-supplicant does not answer: it is gone, frozen or was never started, and %zu "
			"call%s for it",
			tally->supplicant, tally->supplicant == 1 ? " waits" : "s wait");
		note(&verdict->why,
		     "no task of tee-supplicant is in the log, which does not have all "
		     "tasks");
	} else if (tally->serving_stuck > 0) {
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_SILENT, VERDICT_LIKELY,
			"tee-supplicant does not answer, since it is stuck itself, and %zu call%s for it",
			tally->supplicant, tally->supplicant == 1 ? " waits" : "s wait");
	} else {
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_SILENT, VERDICT_LIKELY,
			"tee-supplicant is there and does not answer, and %zu call%s for it",
			tally->supplicant, tally->supplicant == 1 ? " waits" : "s wait");
		if (picture->supplicant_idle == picture->supplicant_count)
			note(&verdict->why,
			     "all of its threads wait for a request, so it has not got this one, or "
			     "has answered another");
	}
	verdict_why_so_long(picture, tally, verdict);
}

static void exhaustion(const struct picture *picture, const struct tally *tally,
		       struct verdict *verdict, const char *what)
{
	bool told = picture->threads_told && picture->held == picture->threads;

	verdict_conclude(verdict, VERDICT_EXHAUSTION,
			 told && tally->outside == 0 ? VERDICT_CERTAIN : VERDICT_LIKELY,
			 "exhaustion: %s %zu thread%s %s held, %s", told ? "all" : "as many as",
			 picture->held, picture->held == 1 ? "" : "s",
			 picture->held == 1 ? "is" : "are", what);
	if (told)
		note(&verdict->why, "the secure world has %u thread%s", picture->threads,
		     picture->threads == 1 ? "" : "s");
	verdict_why_so_long(picture, tally, verdict);
}

static bool conclude_supplicant(const struct picture *picture, const struct tally *tally,
				struct verdict *verdict)
{
	const char *waits = tally->supplicant == 1 ? " waits" : "s wait";

	if (tally->supplicant == 0)
		return false;
	switch (picture->supplicant) {
	case SUPPLICANT_STOPPED:
	case SUPPLICANT_FROZEN:
		verdict_conclude(verdict, VERDICT_SUPPLICANT_FROZEN, VERDICT_CERTAIN,
				 "tee-supplicant is %s, and %zu call%s for it",
				 picture->supplicant == SUPPLICANT_FROZEN ?
					 "frozen, as for suspend" :
					 "stopped by a signal or a debugger",
				 tally->supplicant, waits);
		note(&verdict->why, "all %zu of its threads are seen to be stopped",
		     picture->supplicant_count);
		break;
	case SUPPLICANT_ABSENT:
		verdict_conclude(verdict, VERDICT_SUPPLICANT_ABSENT, VERDICT_CERTAIN,
				 "tee-supplicant does not run, and %zu call%s for it",
				 tally->supplicant, waits);
		note(&verdict->why, "the log has all tasks, and none of them is tee-supplicant");
		break;
	case SUPPLICANT_GONE:
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_GONE,
			picture->all_seen || picture->supplicant_count > 0 ? VERDICT_CERTAIN :
									     VERDICT_LIKELY,
			"tee-supplicant is gone, and %zu call%s for it", tally->supplicant, waits);
		note(&verdict->why,
		     picture->supplicant_count > 0 ?
			     "it is seen to be ending" :
		     picture->supplicant_ended ?
			     "the log tells of its end" :
			     "it was there before, and is not in the last dump of all tasks");
		break;
	default:
		if (tally->serving_thread > 0 && verdict_judge_free(picture, tally, verdict))
			return true;
		if (tally->serving_thread > 0) {
			exhaustion(picture, tally, verdict,
				   "and tee-supplicant, for which they wait, needs one itself");
			return true;
		}
		supplicant_silent(picture, tally, verdict);
		return true;
	}
	if (tally->thread > 0)
		note(&verdict->why, "%zu thread%s held, and %zu call%s for one", picture->held,
		     picture->held == 1 ? " is" : "s are", tally->thread,
		     tally->thread == 1 ? " waits" : "s wait");
	return true;
}

static bool judge_circle(const struct picture *picture, const struct tally *tally,
			 struct verdict *verdict)
{
	bool certain;
	size_t person = tally_lock_circle(picture, &certain);

	if (person == PICTURE_NOBODY || !picture->persons[person].stuck)
		return false;
	verdict_conclude(verdict, VERDICT_CYCLE, certain ? VERDICT_CERTAIN : VERDICT_LIKELY,
			 "a cycle: tasks wait for each other's locks, %s among them",
			 picture_name(picture, person));
	verdict_why_so_long(picture, tally, verdict);
	return true;
}

static void on_notifications(const struct picture *picture, const struct tally *tally,
			     struct verdict *verdict)
{
	verdict->secure_lock = true;
	if (tally->on_notification > 1)
		verdict_conclude(
			verdict, VERDICT_CYCLE, VERDICT_LIKELY,
			"a cycle in the secure world: all %zu calls that hold threads wait for notifications "
			"that the others would send",
			tally->on_notification);
	else
		verdict_conclude(
			verdict, VERDICT_LOST_WAKEUP, VERDICT_LIKELY,
			"a lost wake-up: a call waits for a notification, and no other call is there that could "
			"send it");
	note(&verdict->why,
	     "a lock of the secure world is handed on by a notification, and a device's "
	     "interrupt comes as one; which it is, stacks do not show");
	verdict_why_so_long(picture, tally, verdict);
}

static bool judge_threads(const struct picture *picture, const struct tally *tally,
			  struct verdict *verdict)
{
	if (tally->thread + tally->idle == 0)
		return false;
	if (verdict_judge_free(picture, tally, verdict))
		return true;
	if (tally_holder_reaches_thread(picture)) {
		exhaustion(
			picture, tally, verdict,
			verdict->argument_cache ?
				"and what they wait for cannot get memory for its argument before one is "
				"free" :
				"and what they wait for needs one itself");
		return true;
	}
	return false;
}

/* Calls did not get a thread for long, and not all who may hold one are in the log. */
static bool judge_unseen(const struct picture *picture, const struct tally *tally,
			 struct verdict *verdict)
{
	if (tally->thread == 0 || tally->evident == 0 || picture->all_seen || picture->threads_told)
		return false;
	verdict_conclude(
		verdict, VERDICT_EXHAUSTION, VERDICT_LIKELY,
		"exhaustion: %zu call%s for a thread%s, and the log may not show all who hold "
		"them",
		tally->thread, tally->thread == 1 ? " waits" : "s wait", verdict_seconds(picture));
	note(&verdict->why,
	     "the log does not have all tasks: who sleeps killably is no hung task, and who "
	     "sleeps interruptibly not blocked, as most that wait for tee-supplicant");
	note(&verdict->why, "if nobody holds a thread, a wake-up was lost instead");
	return true;
}

/* Holders wait for something that is none of the driver's, or for each other in the secure world. */
static bool judge_holders(const struct picture *picture, const struct tally *tally,
			  struct verdict *verdict)
{
	if (tally->holders == 0 || tally->holders_stuck == 0)
		return false;
	if (tally->on_notification == tally->holders) {
		on_notifications(picture, tally, verdict);
		return true;
	}
	if (tally->thread > 0 && tally->outside > 0 && tally->evident > 0) {
		exhaustion(picture, tally, verdict,
			   "and what they wait for does not come, which is outside of the driver");
		return true;
	}
	return false;
}

static void cannot_tell(const struct picture *picture, const struct tally *tally,
			struct verdict *verdict)
{
	if (tally->stalled > 0) {
		verdict_conclude(
			verdict, VERDICT_CANNOT_TELL, VERDICT_OPEN,
			"cannot tell: a processor does not come back, and its stack does not show from "
			"where");
		note(&verdict->why,
		     "it may be in the secure world or in firmware, of which the kernel "
		     "knows nothing");
		return;
	}
	if (picture->waiting + picture->held == 0) {
		verdict_conclude(
			verdict, VERDICT_CANNOT_TELL, VERDICT_OPEN,
			"cannot tell: %zu task%s in the driver, and where %s none of the frames says "
			"that are known",
			tally->clients, tally->clients == 1 ? " is" : "s are",
			tally->clients == 1 ? "it waits" : "they wait");
		note(&verdict->why, "names of a vendor's can be added (--frames)");
		return;
	}
	verdict_conclude(
		verdict, VERDICT_CANNOT_TELL, VERDICT_OPEN,
		"cannot tell: %zu call%s for a thread and %zu thread%s held, as in a hang and as in a busy "
		"system",
		picture->waiting, picture->waiting == 1 ? " waits" : "s wait", picture->held,
		picture->held == 1 ? " is" : "s are");
	if (tally->evident > 0)
		note(&verdict->why, "somebody did not move%s, but for what is not to be seen",
		     verdict_seconds(picture));
	else if (picture->snapshot_count < 2)
		note(&verdict->why,
		     "one dump cannot tell the two apart: whoever waits may be about to go on");
	else
		note(&verdict->why,
		     "the dumps are too near to each other, or show different tasks");
	if (tally->in_world > 0)
		note(&verdict->why, "%zu call%s in the secure world, and may come back",
		     tally->in_world, tally->in_world == 1 ? " executes" : "s execute");
}

static void busy(const struct picture *picture, const struct tally *tally, struct verdict *verdict)
{
	verdict_conclude(verdict, VERDICT_BUSY,
			 tally->holders_moved > 0 ? VERDICT_CERTAIN : VERDICT_LIKELY,
			 "busy but not stuck: %zu call%s for a thread, and calls come and go",
			 picture->waiting, picture->waiting == 1 ? " waits" : "s wait");
	note(&verdict->why, "between two dumps %zu task%s moved on", picture->moved_count,
	     picture->moved_count == 1 ? "" : "s");
	if (tally->stuck > 0)
		note(&verdict->why, "%zu did not, which is no more than bad luck while others do",
		     tally->stuck);
}

/* Others move on while somebody sleeps for longer than any of their calls takes. */
static bool judge_passed_over(const struct picture *picture, const struct tally *tally,
			      struct verdict *verdict)
{
	if (picture->moved_count == 0 ||
	    (tally->holders > 0 && tally->holders_stuck == tally->holders))
		return false;
	if (tally->thread > 0 && tally->evident > 0 && picture->seconds_max >= 60) {
		verdict_conclude(
			verdict, VERDICT_LOST_WAKEUP, VERDICT_LIKELY,
			"a lost wake-up, or somebody is passed over for ever: %zu call%s for a thread%s while "
			"others come and go",
			tally->thread, tally->thread == 1 ? " sleeps" : "s sleep",
			verdict_seconds(picture));
		note(&verdict->why, "between two dumps %zu task%s moved on", picture->moved_count,
		     picture->moved_count == 1 ? "" : "s");
		return true;
	}
	if (tally->supplicant > 0 && tally->evident == tally->stuck && tally->evident > 0)
		return false;
	busy(picture, tally, verdict);
	return true;
}

static void nothing(const struct picture *picture, const struct tally *tally,
		    struct verdict *verdict)
{
	size_t hung = 0, seen = 0;

	for (size_t i = 0; i < picture->log->stack_count; i++)
		seen += picture->log->stacks[i].seen_count;
	if (seen == 0 && tally->stalled == 0) {
		verdict_conclude(verdict, VERDICT_CANNOT_TELL, VERDICT_OPEN,
				 "cannot tell: there is no stack of a task in it");
		return;
	}
	if (tally->stalled > 0) {
		cannot_tell(picture, tally, verdict);
		return;
	}
	for (size_t i = 0; i < picture->log->stack_count; i++)
		hung += picture->log->stacks[i].seconds > 0;
	verdict_conclude(verdict, VERDICT_NOTHING,
			 picture->all_seen ? VERDICT_CERTAIN : VERDICT_LIKELY,
			 "nothing is stuck here: no task is seen in a call to the secure world");
	if (hung > 0)
		note(&verdict->why, "tasks hang, but not in the driver");
	if (!picture->all_seen)
		note(&verdict->why, "the log does not have all tasks");
}

void verdict_of(const struct picture *picture, struct verdict *verdict)
{
	struct tally tally = tally_up(picture);

	memset(verdict, 0, sizeof(*verdict));
	tally_shapes(picture, verdict);
	if (picture->tangled_count > 0)
		note(&verdict->why,
		     "stacks of several processors were printed into each other: %zu of them may "
		     "have lines of another",
		     picture->tangled_count);
	if (!picture->related)
		nothing(picture, &tally, verdict);
	else if (tally.stuck == 0 && picture->moved_count > 0)
		busy(picture, &tally, verdict);
	else if (tally.stuck == 0)
		cannot_tell(picture, &tally, verdict);
	else if (!judge_circle(picture, &tally, verdict) &&
		 !judge_passed_over(picture, &tally, verdict) &&
		 !conclude_supplicant(picture, &tally, verdict) &&
		 !judge_threads(picture, &tally, verdict) &&
		 !judge_unseen(picture, &tally, verdict) &&
		 !judge_holders(picture, &tally, verdict))
		cannot_tell(picture, &tally, verdict);
	verdict_advise(picture, verdict);
}
