/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/verdict.h"

#define FINDINGS "docs/findings.md#"
#define REPORTS	 "docs/field-reports.md#"

/* ------------------------------------------ matches ------------------------------------------- */

static void match(struct verdict *verdict, const char *title, const char *page,
		  const char *scenario)
{
	if (verdict->match_count < VERDICT_MATCHES_MAX)
		verdict->matches[verdict->match_count++] = (struct verdict_match){
			.title = title,
			.page = page,
			.scenario = scenario,
		};
}

static bool is(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

static void match_exhaustion(const struct picture *picture, struct verdict *verdict)
{
	bool reserves = picture->log->version >= FRAMES_VERSION_COUNTS && !picture->ffa;

	if (verdict->argument_cache)
		match(verdict, "The argument cache", FINDINGS "the-argument-cache",
		      "argument-cache-small");
	if (verdict->memory)
		match(verdict, "A system call with a buffer",
		      FINDINGS "a-system-call-with-a-buffer", "system-buffer");
	if (is(verdict->service, "hwrng") || is(verdict->service, "tpm"))
		match(verdict, "Exhaustion: every thread waits for one more call",
		      FINDINGS "exhaustion-every-thread-waits-for-one-more-call", "hwrng");
	else
		match(verdict, "Exhaustion: every thread waits for one more call",
		      FINDINGS "exhaustion-every-thread-waits-for-one-more-call", "rpmb-scmi");
	if (picture->ffa)
		match(verdict, "Nothing to keep back", FINDINGS "nothing-to-keep-back",
		      "ffa-untracked");
	else if (reserves && verdict->nested)
		match(verdict, "What one reserved thread cannot cover",
		      FINDINGS "what-one-reserved-thread-cannot-cover", "nested-system");
	if (verdict->bottom_half)
		match(verdict, "The bottom half", FINDINGS "the-bottom-half", "bottom-half");
}

static void match_lost_wakeup(const struct picture *picture, struct verdict *verdict)
{
	if (verdict->secure_lock) {
		match(verdict, "A wake before the sleep", REPORTS "a-wake-before-the-sleep",
		      "field-2761-wake-before-sleep");
		return;
	}
	if (picture->log->version == 0 || picture->log->version >= FRAMES_VERSION_COUNTS) {
		match(verdict, "The absorbed wake", FINDINGS "the-absorbed-wake",
		      "nested-system-small");
		match(verdict, "The coalesced wake", FINDINGS "the-coalesced-wake",
		      "coalesced-wake");
	}
	if (picture->log->version < FRAMES_VERSION_COUNTS)
		match(verdict, "And lost wake-ups besides", FINDINGS "and-lost-wake-ups-besides",
		      "unrelated-holder");
	match(verdict, "A waiter that is never served", REPORTS "a-waiter-that-is-never-served",
	      "field-4438-watchdog");
	if (picture->held == 0)
		match(verdict, "A crash kernel without threads",
		      REPORTS "a-crash-kernel-without-threads", "field-adf752af454e-crash-kernel");
}

/*
 * The kernel has the wait for tee-supplicant that a
 * kill ends: a stack shows it, or the version says so.
 */
static bool can_kill(const struct picture *picture)
{
	if (picture->log->version >= FRAMES_VERSION(6, 14))
		return true;
	for (size_t i = 0; i < picture->person_count; i++) {
		const struct activity *activity = &picture->persons[i].activity;

		if (activity->wait == ACTIVITY_SUPPLICANT && activity->how &&
		    strcmp(activity->how, "killable") == 0)
			return true;
	}
	return false;
}

static void match_supplicant(const struct picture *picture, struct verdict *verdict)
{
	if (verdict->looping) {
		match(verdict, "No answer, and a signal", REPORTS "no-answer-and-a-signal",
		      "field-2005-no-answer");
		match(verdict, "A stop that meets the wait", REPORTS "a-stop-that-meets-the-wait",
		      "field-7042-interruptible-wait");
	}
	if (verdict->shutdown)
		match(verdict, "Shutdown without a supplicant",
		      REPORTS "shutdown-without-a-supplicant", "field-5221-shutdown");
	if (picture->supplicant == SUPPLICANT_FROZEN || picture->freeze_failed) {
		match(verdict, "The supplicant frozen first", REPORTS "the-supplicant-frozen-first",
		      "field-4581-frozen-first");
		match(verdict, "Three tasks and one freezer", REPORTS "three-tasks-and-one-freezer",
		      "field-freeze-three");
	}
	if (verdict->kind == VERDICT_SUPPLICANT_ABSENT || picture->supplicant == SUPPLICANT_UNSEEN)
		match(verdict, "No supplicant, and no way out",
		      REPORTS "no-supplicant-and-no-way-out", "field-922-no-supplicant");
	if (verdict->kind == VERDICT_SUPPLICANT_GONE)
		match(verdict, "An answer that nobody takes", REPORTS "an-answer-that-nobody-takes",
		      "field-7893-coredump");
	if (verdict->kind == VERDICT_SUPPLICANT_GONE)
		match(verdict, "Memory of a dead tee-supplicant",
		      FINDINGS "memory-of-a-dead-tee-supplicant", "supp-shm");
	if (verdict->kind != VERDICT_SUPPLICANT_ABSENT && !can_kill(picture))
		match(verdict, "A client that cannot be killed",
		      REPORTS "a-client-that-cannot-be-killed", "field-70b0d6b0a199-unkillable");
}

static void add_matches(const struct picture *picture, struct verdict *verdict)
{
	switch (verdict->kind) {
	case VERDICT_EXHAUSTION:
		match_exhaustion(picture, verdict);
		break;
	case VERDICT_LOST_WAKEUP:
		match_lost_wakeup(picture, verdict);
		break;
	case VERDICT_CYCLE:
		if (verdict->secure_lock) {
			match(verdict, "Two locks in both orders",
			      REPORTS "two-locks-in-both-orders", "field-2737-mempool");
			match(verdict, "Two applications that call each other",
			      REPORTS "two-applications-that-call-each-other",
			      "field-480-lock-order");
		}
		break;
	case VERDICT_CANNOT_TELL:
		if (verdict->stalled)
			match(verdict, "A cross call into the secure world",
			      REPORTS "a-cross-call-into-the-secure-world",
			      "field-6893-cross-call");
		break;
	case VERDICT_OUTSIDE:
	case VERDICT_BUSY:
	case VERDICT_NOTHING:
		break;
	default:
		match_supplicant(picture, verdict);
		break;
	}
}

/* ------------------------------------ what would settle it ------------------------------------ */

static size_t count_waits(const struct picture *picture, enum activity_wait wait)
{
	size_t count = 0;

	for (size_t i = 0; i < picture->person_count; i++)
		count += picture->persons[i].activity.wait == wait;
	return count;
}

static size_t unknown_owners(const struct picture *picture)
{
	size_t count = 0;

	for (size_t i = 0; i < picture->edge_count; i++)
		count += picture->edges[i].kind == EDGE_LOCK &&
			 (picture->edges[i].to == PICTURE_NOBODY || !picture->edges[i].certain);
	return count;
}

static void add_settle(const struct picture *picture, struct verdict *verdict)
{
	struct notes *settle = &verdict->settle;
	bool hang = verdict_is_hang(verdict->kind);

	if (verdict->kind == VERDICT_CANNOT_TELL || (hang && picture->seconds_max == 0))
		note(settle,
		     "echo w > /proc/sysrq-trigger; sleep 10; echo w > /proc/sysrq-trigger; dmesg"
		     "    # who has not moved in between is stuck");
	if (!picture->all_seen && verdict->kind != VERDICT_BUSY)
		note(settle,
		     "echo t > /proc/sysrq-trigger; dmesg    # all tasks, those that execute and "
		     "tee-supplicant among them");
	if ((hang || verdict->kind == VERDICT_CANNOT_TELL) && !picture->threads_told &&
	    picture->held + picture->waiting > 0)
		note(settle,
		     "teeq diagnose --threads N    # N is CFG_NUM_THREADS of the OP-TEE that runs "
		     "there");
	if (hang && picture->supplicant == SUPPLICANT_UNSEEN &&
	    count_waits(picture, ACTIVITY_SUPPLICANT) > 0)
		note(settle,
		     "cat /proc/$(pidof tee-supplicant)/status    # is it there, and is its state T "
		     "or D?");
	if (unknown_owners(picture) > 0)
		note(settle,
		     "echo d > /proc/sysrq-trigger; dmesg    # who has which lock, in a kernel with "
		     "CONFIG_LOCKDEP; since Linux 6.16 CONFIG_DETECT_HUNG_TASK_BLOCKER says it, too");
	if (hang && count_waits(picture, ACTIVITY_NOTIFICATION) > 0)
		note(settle,
		     "CFG_TEE_CORE_LOG_LEVEL=4 in OP-TEE    # it tells which thread sleeps on which "
		     "of its locks; stacks do not, the key is an argument");
	if (verdict->kind == VERDICT_LOST_WAKEUP || verdict->stalled)
		note(settle,
		     "echo 1 > /sys/kernel/tracing/events/optee/enable before it happens, and cat "
		     "/sys/kernel/tracing/trace behind    # then teeq trace says who was woken when");
}

/* --------------------------------------- what cures it ---------------------------------------- */

static void cure_exhaustion(const struct picture *picture, struct verdict *verdict)
{
	struct notes *cures = &verdict->cures;
	bool before = picture->log->version && picture->log->version < FRAMES_VERSION_COUNTS;

	if (picture->held > 0)
		note(cures,
		     "more threads: CFG_NUM_THREADS=%zu lets one more call in; it must be more than "
		     "there can be calls at once that hold one and wait",
		     (picture->held > picture->threads ? picture->held : picture->threads) + 1);
	else
		note(cures,
		     "more threads than now (CFG_NUM_THREADS): more than there can be calls at once "
		     "that hold one and wait");
	if (verdict->by_supplicant)
		note(cures,
		     "a tee-supplicant that makes no calls of its own while it serves a request: its "
		     "open must not need what it is to serve");
	if (verdict->nested && !verdict->by_supplicant) {
		note(cures, "a system session for the inner call: one thread is kept back for it%s",
		     before ? " (Linux 6.8 and later; this is older)" : "");
		if (picture->ffa)
			note(cures, "over FF-A nothing is kept back: there only threads help");
	}
	if (verdict->memory)
		note(cures,
		     "memory that is registered once, when a client is set up: registering is a call "
		     "of its own, and a normal one always");
	if (verdict->argument_cache)
		note(cures,
		     "fewer than eleven calls at once; else arguments in private memory, see " FINDINGS
		     "the-argument-cache");
}

static void cure_supplicant(const struct picture *picture, struct verdict *verdict)
{
	struct notes *cures = &verdict->cures;

	switch (verdict->kind) {
	case VERDICT_SUPPLICANT_ABSENT:
		note(cures, "start tee-supplicant before whoever makes calls");
		break;
	case VERDICT_SUPPLICANT_GONE:
		note(cures,
		     "let init start tee-supplicant again when it ends; its device is free only "
		     "when the clients that it served are ended, too");
		break;
	case VERDICT_SUPPLICANT_FROZEN:
		if (picture->supplicant == SUPPLICANT_FROZEN)
			note(cures,
			     "freeze tee-supplicant last: clients first, and it answers them meanwhile");
		else
			note(cures, "kill -CONT $(pidof tee-supplicant), and see who stops it");
		break;
	default:
		note(cures,
		     "see why tee-supplicant does not answer: restart it; its requests fail "
		     "when its device is let go of. If a new one cannot open it, end the stuck clients first");
		break;
	}
	if (can_kill(picture))
		note(cures,
		     "kill the client that is stuck: its wait for tee-supplicant can be killed "
		     "here, and its thread comes free");
	else
		note(cures,
		     "Linux 6.14, or a stable release since March 2025: the wait for tee-supplicant "
		     "can be killed, so a client that is stuck can be ended and its thread comes free");
	if (picture->log->version < FRAMES_VERSION(6, 12))
		note(cures,
		     "in Linux 6.12 and later RPMB frames are routed by the kernel, and need no "
		     "tee-supplicant");
}

static void add_cures(const struct picture *picture, struct verdict *verdict)
{
	struct notes *cures = &verdict->cures;

	switch (verdict->kind) {
	case VERDICT_EXHAUSTION:
		cure_exhaustion(picture, verdict);
		break;
	case VERDICT_LOST_WAKEUP:
		if (verdict->secure_lock) {
			note(cures, "an OP-TEE without that fault: see whose notification it was");
			break;
		}
		note(cures,
		     "for now: any call that leaves wakes somebody, so one more call may set it free");
		note(cures,
		     "a queue that wakes only who sleeps, as policy repaired does: see " FINDINGS
		     "the-absorbed-wake");
		note(cures,
		     "one thread more makes it rarer; a system session helps whoever is called in one");
		break;
	case VERDICT_CYCLE:
		note(cures,
		     verdict->secure_lock ?
			     "one order of locks in the secure world; one application that is not "
			     "called back" :
			     "one order of locks: let go of one before a call is made that needs the "
			     "other");
		break;
	case VERDICT_OUTSIDE:
		note(cures,
		     "what they wait for: the device that does not answer and its driver, or whoever has "
		     "the lock; more threads only let more calls come to wait for it");
		break;
	case VERDICT_BUSY:
		note(cures,
		     "nothing to cure; more threads (CFG_NUM_THREADS) let more calls in at once");
		break;
	case VERDICT_NOTHING:
	case VERDICT_CANNOT_TELL:
		break;
	default:
		cure_supplicant(picture, verdict);
		break;
	}
}

void verdict_advise(const struct picture *picture, struct verdict *verdict)
{
	add_matches(picture, verdict);
	add_settle(picture, verdict);
	add_cures(picture, verdict);
}
