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

/* What a chunk was before. */
struct undo {
	unsigned int area;
	uint32_t chunk;
	unsigned char bytes[STATE_CHUNK];
};

struct undo_log {
	struct undo *items;
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
/* Put back what the log has from @count on, which it then has no longer. */
void state_undo(struct teeq_harness *h, struct undo_log *log, size_t count);
/*
 * The chunks that the log has from @first on, as they are now, into @items, which has room for so
 * many; and a step made again by those, from where it was made: into the log. False: no memory.
 */
void state_changes(const struct teeq_harness *h, const struct undo_log *log, size_t first,
		   struct undo *items);
bool state_redo(struct teeq_harness *h, struct undo_log *log, const struct undo *items,
		size_t count);
void state_free(struct teeq_harness *h);
/* Bytes that a scan looks at, as it is now. */
size_t state_bytes(const struct teeq_harness *h);

#endif
