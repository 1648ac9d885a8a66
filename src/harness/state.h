/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_STATE_H
#define HARNESS_STATE_H

#include "harness/harness.h"

/*
 * The state of a run: all bytes that its tasks can change. They lie in areas, each of which has a
 * copy. A scan compares both: what differs goes into the copy, into the fingerprint, and, as it
 * was, into a log by which it is put back.
 */

/*
 * Of all bytes, as they differ from those of the capture: sums, so that only what changes is looked
 * at.
 */
struct fingerprint {
	uint64_t a, b;
};

enum {
	STATE_CHUNK = 64
};

/* Of a chunk, by the numbers of contents. */
struct change {
	uint32_t before, after;
};

struct undo_log {
	struct change *items;
	size_t count, capacity;
};

/* Whether runs of this harness can begin with a copy. */
bool state_is_possible(const struct teeq_harness *h);
/* The areas are as they will be copied from now on. False: no memory. */
bool state_capture(struct teeq_harness *h);
/* All is as it was captured, or as it was noted last. */
void state_restore(struct teeq_harness *h);
/* The copy is none of what a run may begin with. */
void state_forget(struct teeq_harness *h);
bool state_is_captured(const struct teeq_harness *h);
/* What changed since the last time goes into the log and the fingerprint. False: no memory. */
bool state_note(struct teeq_harness *h, struct undo_log *log, struct fingerprint *print);
/*
 * The state that there was when the log had @count changes, and that a step leads to by the
 * contents in @after: the log is as then, and the bytes are where state_settle() is called.
 * False: no memory.
 */
bool state_undo(struct teeq_harness *h, struct undo_log *log, size_t count);
bool state_redo(struct teeq_harness *h, struct undo_log *log, const uint32_t *after, size_t count);
void state_settle(struct teeq_harness *h);
/* What a step changed that began when the log had @first changes, for state_redo(). */
void state_changes(const struct undo_log *log, size_t first, uint32_t *after);
/* Bytes that it takes to know what chunks held. */
size_t state_memory(const struct teeq_harness *h);
void state_free(struct teeq_harness *h);
/* A writer to what was closed to writers so far; @address lies elsewhere: false. */
bool state_lets_in(struct teeq_harness *h, const void *address);

#endif
