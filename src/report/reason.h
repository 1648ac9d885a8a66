/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_REASON_H
#define REPORT_REASON_H

#include "report/graph.h"

/* More holders than this are not named in one sentence: the table of threads names them. */
#define REASON_NAMED_MAX 4

/* The edges of one waiter, and where they are said. */
struct reason {
	struct words *words;
	const struct teeq_model *model;
	const struct teeq_world *world;
	const struct teeq_wait_edge *edges;
	size_t count;
};

/* "app.1", "app.1 and app.2", "app.1, app.2 and itself". */
void reason_add_holders(const struct reason *reason);
/* "app.1's nested call write" or "its own call write", for each edge. */
void reason_add_holder_calls(const struct reason *reason);
/* " in guest domu", where the holder is not in the waiter's guest. */
void reason_add_guest(const struct reason *reason, const struct teeq_wait_edge *edge);
/* "thread 0 is held by app.1, thread 1 is lost" */
void reason_add_threads(const struct reason *reason);
/* What somebody may still do about it, as graph.h has it. */
struct reason_effect {
	enum teeq_effect effect;
	unsigned int object;
	const char *would; /* "start" */
};
/* "app.1, app.2 (through tee-supplicant) and itself", who may still have @effect. */
void reason_add_doers(const struct reason *reason, const struct reason_effect *effect);
/* "which app.1 would start"; or that only the waiter itself would, or that nobody is left. */
void reason_add_may(const struct reason *reason, const struct reason_effect *effect);
bool reason_is_own(const struct teeq_wait_edge *edge);
/* "app.0", or "?". */
const char *reason_task(const struct reason *reason, int task);

/* What the call in thread @number does: "suspended in its RPC". */
const char *reason_context_words(const struct reason *reason, unsigned int number);

/* edge_secure.c */
void reason_add_secure_lock(const struct reason *reason);
void reason_add_condition(const struct reason *reason);
void reason_add_notification(const struct reason *reason);
/* edge_supplicant.c */
void reason_add_supplicant(const struct reason *reason);
void reason_add_start(const struct reason *reason);

#endif
