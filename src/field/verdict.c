/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "field/plural.h"
#include "field/verdict_tally.h"

#define PASSED_OVER_SECONDS 60 /* so long no call takes, and none waits for its turn */

/* --------------------------------------- the verdicts ----------------------------------------- */

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

/*
 * Somebody has to send it, and may hold a thread
 * unseen: then none is free, and no wake-up was lost.
 */
static void sender_unseen(const struct picture *picture, struct verdict *verdict)
{
	verdict->secure_lock = true;
	verdict_conclude(
		verdict, VERDICT_CANNOT_TELL, VERDICT_OPEN,
		"cannot tell: a call that holds a thread waits for a notification%s, and the log may not "
		"show the call that is to send it",
		verdict_seconds(picture));
	note(&verdict->why,
	     "the log does not have all tasks: who waits for tee-supplicant is missing there, as a "
	     "rule, and may have the lock that this one waits for");
}

static void outside(const struct picture *picture, const struct tally *tally,
		    struct verdict *verdict)
{
	verdict_conclude(
		verdict, VERDICT_OUTSIDE, VERDICT_LIKELY,
		"stuck outside of the driver: %zu call%s thread%s for what does not come%s",
		tally->outside_stuck, tally->outside_stuck == 1 ? " that holds a" : "s that hold",
		tally->outside_stuck == 1 ? " waits" : "s wait",
		tally->thread > 0 ? ", and others wait for a thread" : "");
	verdict_why_so_long(picture, tally, verdict);
}

/* What those wait for who hold threads, where it is no thread: others only wait for them. */
static bool judge_holders(const struct picture *picture, const struct tally *tally,
			  struct verdict *verdict)
{
	if (tally->holders_stuck == 0 || tally_holder_reaches_thread(picture))
		return false;
	if (tally->outside_stuck > 0)
		outside(picture, tally, verdict);
	else if (tally->on_notification < tally->holders)
		return false;
	else if (tally->on_notification == 1 && !picture->all_seen)
		sender_unseen(picture, verdict);
	else
		on_notifications(picture, tally, verdict);
	return true;
}

/*
 * Where it is known that a thread is free, a call that
 * sleeps for one was not woken, whoever else is stuck.
 */
static bool judge_free_for_certain(const struct picture *picture, const struct tally *tally,
				   struct verdict *verdict)
{
	return picture->threads_told && picture->all_seen &&
	       verdict_judge_free(picture, tally, verdict);
}

static bool judge_threads(const struct picture *picture, const struct tally *tally,
			  struct verdict *verdict)
{
	if (tally->thread + tally->idle == 0)
		return false;
	if (verdict_judge_free(picture, tally, verdict))
		return true;
	if (tally_holder_reaches_thread(picture)) {
		verdict_exhaustion(
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
	if (tally->thread == 0 || tally->evident == 0 || picture->all_seen)
		return false;
	if (verdict_supplicant_known(picture, verdict, VERDICT_LIKELY, tally->thread,
				     tally->thread == 1 ? "waits for a thread" :
							  "wait for a thread")) {
		note(&verdict->why,
		     "the log does not show who holds the threads: likely calls that "
		     "wait for tee-supplicant");
		return true;
	}
	if (tally->on_supplicant > 0) {
		verdict_supplicant_silent(picture, tally, tally->on_supplicant, verdict);
		return true;
	}
	if (picture->threads_told)
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
	     plural(picture->moved_count));
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
	if (tally->thread > 0 && tally->evident > 0 &&
	    picture->seconds_max >= PASSED_OVER_SECONDS) {
		verdict_conclude(
			verdict, VERDICT_LOST_WAKEUP, VERDICT_LIKELY,
			"a lost wake-up, or somebody is passed over for ever: %zu call%s for a thread%s while "
			"others come and go",
			tally->thread, tally->thread == 1 ? " sleeps" : "s sleep",
			verdict_seconds(picture));
		note(&verdict->why, "between two dumps %zu task%s moved on", picture->moved_count,
		     plural(picture->moved_count));
		return true;
	}
	if (tally->supplicant > 0 && tally->evident == tally->stuck && tally->evident > 0)
		return false;
	if (tally->outside_stuck > 0 && picture->seconds_max >= PASSED_OVER_SECONDS)
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
		 !verdict_judge_supplicant(picture, &tally, verdict) &&
		 !judge_free_for_certain(picture, &tally, verdict) &&
		 !judge_holders(picture, &tally, verdict) &&
		 !judge_threads(picture, &tally, verdict) &&
		 !judge_unseen(picture, &tally, verdict))
		cannot_tell(picture, &tally, verdict);
	verdict_advise(picture, verdict);
}
