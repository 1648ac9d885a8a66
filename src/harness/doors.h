/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_DOORS_H
#define HARNESS_DOORS_H

#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>

#include "base/prng.h"
#include "harness/harness.h"

/*
 * In a run on threads the code under test comes in to the harness by a door, which takes a lock,
 * and leaves by it. ThreadSanitizer sees neither that lock nor what is done under it, but only what
 * is said with doors_release() and doors_acquire(): what the kernel's functions promise.
 *
 * @free   the tasks go on as they like
 */
struct doors {
	struct teeq_harness *h;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool free;
	char *anchor;
};

/* Deeper than callbacks of the kernel are nested. */
enum { DOORS_RETURN_MAX = 64 };

/* A thread: it is in by @depth doors, and has to return to the places in @returns. */
struct doors_thread {
	struct doors *doors;
	struct harness_task *task;
	unsigned int depth;
	unsigned int return_count;
	void *returns[DOORS_RETURN_MAX];
	jmp_buf end;
	struct prng prng;
};
extern _Thread_local struct doors_thread doors_here;

/* This thread is one of @doors' from now on; NULL: of none. @task: that it runs, or NULL. */
void doors_enter_thread(struct doors *doors, struct harness_task *task, uint64_t seed);
char *doors_anchor(void);

/* Around a call of the code under test, by whoever is in: others may come in meanwhile. */
void doors_go_out(void);
void doors_come_in(void);
/* By whoever is in by one door. */
void doors_wait(struct doors *doors);
void doors_tell(struct doors *doors);

/* What ThreadSanitizer is to know; nothing where it is not there. */
void doors_release(const volatile void *object);
void doors_acquire(const volatile void *object);

/*
 * From what a thread has of a static of the harness's to what the thread has that runs the tasks.
 */
extern _Thread_local ptrdiff_t doors_offset;

#endif
