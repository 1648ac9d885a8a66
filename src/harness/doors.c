/* SPDX-License-Identifier: BSD-2-Clause */
/* How code under test that runs in threads gets in and out of the harness. */
#define _GNU_SOURCE
#include "harness/doors.h"

#include <stdlib.h>
#include <unistd.h>

/* What ThreadSanitizer's runtime has for that; not there, nothing is to be told. */
extern void AnnotateIgnoreReadsBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreReadsEnd(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreWritesBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreWritesEnd(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreSyncBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreSyncEnd(const char *file, int line) __attribute__((weak));
extern void __tsan_acquire(void *object) __attribute__((weak));
extern void __tsan_release(void *object) __attribute__((weak));

enum { LINGER_ONE_IN = 4, LINGER_MICROSECONDS = 20 };

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

/* Out of all doors, whatever was called from where; and in again. */
void *doors_door_in(void *returns_to);
void *doors_door_out(void);

__attribute__((used)) void *doors_door_in(void *returns_to)
{
	if (doors_here.return_count == DOORS_RETURN_MAX)
		abort();
	doors_here.returns[doors_here.return_count++] = returns_to;
	doors_come_in();
	return NULL;
}

/* Now and then a thread lingers behind what it did, so that others come in between. */
__attribute__((used)) void *doors_door_out(void)
{
	bool lingers = doors_here.doors && doors_here.depth == 1 && doors_here.doors->free &&
		       prng_below(&doors_here.prng, LINGER_ONE_IN) == 0;

	doors_go_out();
	if (lingers)
		usleep(prng_below(&doors_here.prng, LINGER_MICROSECONDS));
	return doors_here.returns[--doors_here.return_count];
}

#ifdef __x86_64__
#include "teeq/harness/driver/doors.h"

/*
 * A door of each function: its arguments are kept, whatever they are, the lock is taken, and the function
 * called so that it returns through the door. Its first instructions have the function's address.
 */
/* clang-format off */
#define DOOR(name)                                   \
	__asm__(".text\n"                            \
		".globl __wrap_" #name "\n"          \
		".type __wrap_" #name ", @function\n" \
		"__wrap_" #name ":\n"                \
		"	leaq " #name "(%rip), %r11\n" \
		"	jmp doors_door\n"          \
		".size __wrap_" #name ", .-__wrap_" #name "\n");
__asm__(".text\n"
	".type doors_door, @function\n"
	"doors_door:\n"
	"	pushq %rdi\n"
	"	pushq %rsi\n"
	"	pushq %rdx\n"
	"	pushq %rcx\n"
	"	pushq %r8\n"
	"	pushq %r9\n"
	"	pushq %rax\n"
	"	pushq %r11\n"
	"	subq $8, %rsp\n"
	"	movq 72(%rsp), %rdi\n"
	"	call doors_door_in\n"
	"	addq $8, %rsp\n"
	"	popq %r11\n"
	"	popq %rax\n"
	"	popq %r9\n"
	"	popq %r8\n"
	"	popq %rcx\n"
	"	popq %rdx\n"
	"	popq %rsi\n"
	"	popq %rdi\n"
	"	leaq doors_door_back(%rip), %r10\n"
	"	movq %r10, (%rsp)\n"
	"	jmp *%r11\n"
	"doors_door_back:\n"
	"	subq $8, %rsp\n"
	"	pushq %rax\n"
	"	pushq %rdx\n"
	"	subq $8, %rsp\n"
	"	call doors_door_out\n"
	"	addq $8, %rsp\n"
	"	movq %rax, 16(%rsp)\n"
	"	popq %rdx\n"
	"	popq %rax\n"
	"	ret\n"
	".size doors_door, .-doors_door\n");
TEEQ_DOORS(DOOR)
/* clang-format on */
#endif
