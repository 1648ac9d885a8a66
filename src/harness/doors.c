/* SPDX-License-Identifier: BSD-2-Clause */
/* How code under test that runs in threads gets in and out of the harness. */
#include "harness/doors.h"

/* What ThreadSanitizer's runtime has for that; not there, nothing is to be told. */
extern void AnnotateIgnoreReadsBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreReadsEnd(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreWritesBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreWritesEnd(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreSyncBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreSyncEnd(const char *file, int line) __attribute__((weak));
extern void __tsan_acquire(void *object) __attribute__((weak));
extern void __tsan_release(void *object) __attribute__((weak));

_Thread_local struct doors_thread doors_here;
_Thread_local ptrdiff_t doors_offset;
static _Thread_local char anchor;

char *doors_anchor(void)
{
	return &anchor;
}

void doors_enter_thread(struct doors *doors, struct harness_task *task, uint64_t seed)
{
	doors_here = (struct doors_thread){ .doors = doors, .task = task };
	doors_offset = doors ? doors->anchor - &anchor : 0;
	if (task)
		prng_seed(&doors_here.prng, seed, (uint64_t)(task - doors->h->tasks));
}

/* ------------------------------------------- the lock ----------------------------------------- */

static void ignore_sync(bool begin)
{
	if (begin && AnnotateIgnoreSyncBegin)
		AnnotateIgnoreSyncBegin(__FILE__, __LINE__);
	if (!begin && AnnotateIgnoreSyncEnd)
		AnnotateIgnoreSyncEnd(__FILE__, __LINE__);
}

static void ignore_accesses(bool begin)
{
	if (!AnnotateIgnoreReadsBegin || !AnnotateIgnoreReadsEnd || !AnnotateIgnoreWritesBegin ||
	    !AnnotateIgnoreWritesEnd)
		return;
	if (begin) {
		AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
		AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
	} else {
		AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
		AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
	}
}

static void door_take(struct doors *d)
{
	ignore_accesses(true);
	ignore_sync(true);
	pthread_mutex_lock(&d->lock);
	ignore_sync(false);
	if (doors_here.task)
		d->h->running = doors_here.task;
}

static void door_give(struct doors *d)
{
	ignore_sync(true);
	pthread_mutex_unlock(&d->lock);
	ignore_sync(false);
	ignore_accesses(false);
}

void doors_wait(struct doors *d)
{
	ignore_sync(true);
	pthread_cond_wait(&d->changed, &d->lock);
	ignore_sync(false);
}

void doors_tell(struct doors *d)
{
	ignore_sync(true);
	pthread_cond_broadcast(&d->changed);
	ignore_sync(false);
}

void doors_release(const volatile void *object)
{
	if (__tsan_release)
		__tsan_release((void *)(uintptr_t)object);
}

void doors_acquire(const volatile void *object)
{
	if (__tsan_acquire)
		__tsan_acquire((void *)(uintptr_t)object);
}

/* ------------------------------------------- doors -------------------------------------------- */

void doors_come_in(void)
{
	if (doors_here.doors && doors_here.depth++ == 0)
		door_take(doors_here.doors);
}

void doors_go_out(void)
{
	if (doors_here.doors && --doors_here.depth == 0)
		door_give(doors_here.doors);
}
