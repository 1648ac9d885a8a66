/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_SANITIZER_H
#define HARNESS_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Both sanitizers follow one stack a thread unless they are told that it changes. The code under
 * test may be instrumented where this library is not, so it is the program that decides: what it
 * does not bring along is NULL here. (Not from their headers, which would want it.)
 */
#define SANITIZER __attribute__((weak, visibility("default")))
void __sanitizer_start_switch_fiber(void **fake, const void *stack, size_t bytes) SANITIZER;
void __sanitizer_finish_switch_fiber(void *fake, const void **stack, size_t *bytes) SANITIZER;
void __asan_unpoison_memory_region(const volatile void *memory, size_t bytes) SANITIZER;
void *__tsan_create_fiber(unsigned int flags) SANITIZER;
void *__tsan_get_current_fiber(void) SANITIZER;
void __tsan_switch_to_fiber(void *fiber, unsigned int flags) SANITIZER;
void __tsan_destroy_fiber(void *fiber) SANITIZER;
void __sanitizer_set_death_callback(void (*callback)(void)) SANITIZER;
#undef SANITIZER

static inline bool asan_is_there(void)
{
	return __asan_unpoison_memory_region != NULL;
}

static inline bool tsan_is_there(void)
{
	return __tsan_create_fiber != NULL;
}

/* The stack is about to change to @stack; *@fake keeps what this one needs, NULL: it is over. */
static inline void asan_switch(void **fake, const void *stack, size_t bytes)
{
	if (__sanitizer_start_switch_fiber)
		__sanitizer_start_switch_fiber(fake, stack, bytes);
}

/* It has changed; where it came from is stored. */
static inline void asan_switched(void *fake, const void **stack, size_t *bytes)
{
	if (__sanitizer_finish_switch_fiber)
		__sanitizer_finish_switch_fiber(fake, stack, bytes);
}

static inline void asan_forget(const void *memory, size_t bytes)
{
	if (__asan_unpoison_memory_region)
		__asan_unpoison_memory_region(memory, bytes);
}

static inline void *tsan_create(void)
{
	return __tsan_create_fiber ? __tsan_create_fiber(0) : NULL;
}

static inline void *tsan_current(void)
{
	return __tsan_get_current_fiber ? __tsan_get_current_fiber() : NULL;
}

static inline void tsan_switch(void *fiber)
{
	if (__tsan_switch_to_fiber)
		__tsan_switch_to_fiber(fiber, 0);
}

static inline void tsan_destroy(void *fiber)
{
	if (__tsan_destroy_fiber && fiber)
		__tsan_destroy_fiber(fiber);
}

#endif
