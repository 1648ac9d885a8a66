/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_SANITIZER_H
#define HARNESS_SANITIZER_H

#include <stddef.h>

/*
 * Both sanitizers follow one stack a thread unless they are told that it changes. Nothing of this is
 * left where the compiler does not instrument.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HARNESS_ASAN
#endif
#if __has_feature(thread_sanitizer)
#define HARNESS_TSAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define HARNESS_ASAN
#endif
#ifdef __SANITIZE_THREAD__
#define HARNESS_TSAN
#endif

#ifdef HARNESS_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef HARNESS_TSAN
#include <sanitizer/tsan_interface.h>
#endif

/* The stack is about to change to @stack; *@fake keeps what this one needs, NULL: it is over. */
static inline void asan_switch(void **fake, const void *stack, size_t bytes)
{
#ifdef HARNESS_ASAN
	__sanitizer_start_switch_fiber(fake, stack, bytes);
#else
	(void)fake;
	(void)stack;
	(void)bytes;
#endif
}

/* It has changed; where it came from is stored. */
static inline void asan_switched(void *fake, const void **stack, size_t *bytes)
{
#ifdef HARNESS_ASAN
	__sanitizer_finish_switch_fiber(fake, stack, bytes);
#else
	(void)fake;
	(void)stack;
	(void)bytes;
#endif
}

static inline void asan_forget(const void *memory, size_t bytes)
{
#ifdef HARNESS_ASAN
	__asan_unpoison_memory_region(memory, bytes);
#else
	(void)memory;
	(void)bytes;
#endif
}

static inline void *tsan_create(void)
{
#ifdef HARNESS_TSAN
	return __tsan_create_fiber(0);
#else
	return NULL;
#endif
}

static inline void *tsan_current(void)
{
#ifdef HARNESS_TSAN
	return __tsan_get_current_fiber();
#else
	return NULL;
#endif
}

static inline void tsan_switch(void *fiber)
{
#ifdef HARNESS_TSAN
	__tsan_switch_to_fiber(fiber, 0);
#else
	(void)fiber;
#endif
}

static inline void tsan_destroy(void *fiber)
{
#ifdef HARNESS_TSAN
	if (fiber)
		__tsan_destroy_fiber(fiber);
#else
	(void)fiber;
#endif
}

#endif
