/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_SKETCH_PLAN_H
#define FIELD_SKETCH_PLAN_H

#include "field/sketch.h"

/* Inside of what makes a scenario of a log: who is in it. */

#define SKETCH_CLIENTS_MAX 12 /* sorts of tasks */
#define SKETCH_THREADS_MAX 16 /* that a scenario may have */

/* What a task is doing, of which a scenario has a command and a service. */
enum part {
	PART_QUICK, /* a call that is about to begin, or executes */
	PART_ASK, /* in an RPC for tee-supplicant */
	PART_OUTER, /* in an RPC that needs a call, or the lock of one that does */
	PART_OUTSIDE, /* in an RPC that waits for what is not shown */
	PART_KEY, /* waits for a notification that nobody there sends */
	PART_FIRST, /* has one lock of the secure world, and waits for the other */
	PART_SECOND,
	PART_CACHE, /* registers a page of arguments, with their lock held */
	PART_IDLE, /* shutdown: until no thread is in use */
	PART_LOCKS, /* has a lock of the kernel, and waits for the next one's */
	PART_COUNT
};

struct client {
	char name[64];
	enum part part;
	unsigned int count;
};

struct plan {
	struct client clients[SKETCH_CLIENTS_MAX];
	size_t client_count, task_count, left_out;
	bool used[PART_COUNT];
	bool secure_lock; /* somebody waits for a lock of the secure world that others there have */
	bool lock; /* an RPC's service takes a lock of the kernel */
	bool passing; /* callers that come and go, and between whom a wake is lost */
};

struct plan plan_of(const struct sketch *sketch);
/* "quick": as a command of that part is called. */
const char *plan_part_name(enum part part);
/* How many clients play it. */
size_t plan_count(const struct plan *plan, enum part part);

#endif
