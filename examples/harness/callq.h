/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CALLQ_H
#define CALLQ_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

/*
 * Callers of a secure world that has @total threads. @free counts those that no caller has; one of
 * them is kept back for system calls while @system_sessions is not zero.
 */
struct call_queue {
	struct mutex mutex; /* protects everything here, and the callers' entries */
	struct list_head callers;
	int total;
	int free;
	unsigned int system_sessions;
};

/* In the queue from callq_enter() to callq_leave(), also while the caller is in the secure world. */
struct caller {
	struct list_head list;
	struct completion woken;
	bool system;
	bool wants;      /* a wake: only the repaired queue looks at these two */
	bool has_thread;
};

void callq_init(struct call_queue *cq, int total);
int callq_reserve(struct call_queue *cq);
void callq_unreserve(struct call_queue *cq);
void callq_enter(struct call_queue *cq, struct caller *w, bool system);
/* Sleep until woken; also by a caller that the secure world had no thread for. */
void callq_wait(struct call_queue *cq, struct caller *w);
/* The secure world took the call: it asks for something, so that the caller waits for no thread. */
void callq_started(struct call_queue *cq, struct caller *w);
void callq_leave(struct call_queue *cq, struct caller *w);

#endif
