/* SPDX-License-Identifier: BSD-2-Clause */
#include "field/plural.h"
#include "field/verdict_tally.h"

void verdict_supplicant_silent(const struct picture *picture, const struct tally *tally,
			       size_t waiting, struct verdict *verdict)
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
			waiting, waiting == 1 ? " waits" : "s wait");
		note(&verdict->why,
		     "no task of tee-supplicant is in the log, which does not have all "
		     "tasks");
	} else if (tally->serving_stuck > 0) {
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_SILENT, VERDICT_LIKELY,
			"tee-supplicant does not answer, since it is stuck itself, and %zu call%s for it",
			waiting, waiting == 1 ? " waits" : "s wait");
	} else {
		verdict_conclude(
			verdict, VERDICT_SUPPLICANT_SILENT, VERDICT_LIKELY,
			"tee-supplicant is there and does not answer, and %zu call%s for it",
			waiting, waiting == 1 ? " waits" : "s wait");
		if (picture->supplicant_idle == picture->supplicant_count)
			note(&verdict->why,
			     "all of its threads wait for a request, so it has not got this one, or "
			     "has answered another");
	}
	verdict_why_so_long(picture, tally, verdict);
}

/* Why it is said that it has ended. */
static const char *why_gone(const struct picture *picture)
{
	if (picture->supplicant_count > 0)
		return "it is seen to be ending";
	return picture->supplicant_ended ?
		       "the log tells of its end" :
		       "it was there before, and is not in the last dump of all tasks";
}

bool verdict_supplicant_known(const struct picture *picture, struct verdict *verdict,
			      enum verdict_sure sure, size_t waiting, const char *wait)
{
	static const struct {
		enum verdict_kind kind;
		const char *text;
	} states[] = {
		[SUPPLICANT_ABSENT] = { VERDICT_SUPPLICANT_ABSENT, "does not run" },
		[SUPPLICANT_GONE] = { VERDICT_SUPPLICANT_GONE, "is gone" },
		[SUPPLICANT_STOPPED] = { VERDICT_SUPPLICANT_FROZEN,
					 "is stopped by a signal or a debugger" },
		[SUPPLICANT_FROZEN] = { VERDICT_SUPPLICANT_FROZEN, "is frozen, as for suspend" },
		[SUPPLICANT_ALIVE] = { VERDICT_KIND_COUNT, NULL },
	};

	if (!states[picture->supplicant].text)
		return false;
	verdict_conclude(verdict, states[picture->supplicant].kind, sure,
			 "tee-supplicant %s, and %zu call%s %s", states[picture->supplicant].text,
			 waiting, plural(waiting), wait);
	if (picture->supplicant == SUPPLICANT_ABSENT)
		note(&verdict->why, "the log has all tasks, and none of them is tee-supplicant");
	else if (picture->supplicant == SUPPLICANT_GONE)
		note(&verdict->why, "%s", why_gone(picture));
	else
		note(&verdict->why, "all %zu of its threads are seen to be stopped",
		     picture->supplicant_count);
	return true;
}

bool verdict_judge_supplicant(const struct picture *picture, const struct tally *tally,
			      struct verdict *verdict)
{
	bool ended = picture->supplicant == SUPPLICANT_GONE && !picture->all_seen &&
		     picture->supplicant_count == 0;

	if (tally->supplicant == 0)
		return false;
	if (!verdict_supplicant_known(picture, verdict, ended ? VERDICT_LIKELY : VERDICT_CERTAIN,
				      tally->supplicant,
				      tally->supplicant == 1 ? "waits for it" : "wait for it")) {
		if (tally->serving_thread == 0)
			verdict_supplicant_silent(picture, tally, tally->supplicant, verdict);
		else if (!verdict_judge_free(picture, tally, verdict))
			verdict_exhaustion(
				picture, tally, verdict,
				"and tee-supplicant, for which they wait, needs one itself");
	} else if (tally->thread > 0) {
		note(&verdict->why, "%zu thread%s held, and %zu call%s for one", picture->held,
		     picture->held == 1 ? " is" : "s are", tally->thread,
		     tally->thread == 1 ? " waits" : "s wait");
	}
	return true;
}
