/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_FIBER_H
#define HARNESS_FIBER_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/sanitizer.h"

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(FIBER_UCONTEXT)
#define FIBER_UCONTEXT
#endif
#if defined(__x86_64__) && !defined(FIBER_UCONTEXT)
#define FIBER_JUMPS
#endif

/*
 * A stack of its own for a function that can be left in the middle and entered again. There are two
 * sides: the host, which calls fiber_enter(), and the fiber, which calls fiber_leave(). Below the
 * stack lies a guard that nobody may touch.
 *
 * @entry       runs on the fiber; must end in fiber_exit()
 * @lowest      how far down the stack reached where the fiber left
 * @context     where the fiber goes on: a stack pointer; or both sides' ucontexts
 * @host        where the host goes on: its stack, place and frame
 * @fake, ...   what AddressSanitizer and ThreadSanitizer want to be told
 */
struct fiber {
	void *context;
	void *host[3];
	char *map; /* the guard, then the stack */
	size_t map_bytes;
	char *stack;
	size_t stack_bytes;
	char *lowest;
	void (*entry)(struct fiber *fiber);
	void *fake;
	void *host_fake;
	const void *host_stack;
	size_t host_stack_bytes;
	void *tsan;
	void *host_tsan;
};

/* Where code in assembly has them. */
#define FIBER_CONTEXT 0
#define FIBER_HOST 8

/* A zeroed @fiber gets its stack; false: no memory. fiber_destroy() takes a zeroed one, too. */
bool fiber_create(struct fiber *fiber, size_t stack_bytes);
void fiber_destroy(struct fiber *fiber);

/* Make the next fiber_enter() call @entry. Whatever was on the stack before is gone. */
void fiber_start(struct fiber *fiber, void (*entry)(struct fiber *fiber));
/*
 * To the other side. What the host does between two steps is one function, which on x86-64 goes in
 * and comes back by jumps: so the processor's guesses where calls return to stay those of the
 * fiber, and hold where the same fiber is entered again.
 */
void harness_fiber_leave(struct fiber *fiber) __attribute__((visibility("hidden")));
#ifndef FIBER_JUMPS
void harness_fiber_enter(struct fiber *fiber) __attribute__((visibility("hidden")));
#else
void harness_fiber_resume(void) __attribute__((visibility("hidden")));

/* What else of the processor's registers a compiler may keep something in. */
#ifdef __AVX512F__
#define FIBER_CLOBBERS                                                                             \
	, "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",         \
		"xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3",   \
		"k4", "k5", "k6", "k7"
#else
#define FIBER_CLOBBERS
#endif

__attribute__((always_inline)) static inline void fiber_jump(struct fiber *fiber)
{
	__asm__ volatile("movq %%rsp, %c[stack](%%rdi)\n\t"
			 "leaq 1f(%%rip), %%rax\n\t"
			 "movq %%rax, %c[place](%%rdi)\n\t"
			 "movq %%rbp, %c[frame](%%rdi)\n\t"
			 "movq %c[fiber](%%rdi), %%rsp\n\t"
			 "jmp harness_fiber_resume\n"
			 "1:\n\t"
			 "movq %c[frame](%%rdi), %%rbp"
			 : "+D"(fiber)
			 : [stack] "i"(offsetof(struct fiber, host[0])),
			   [place] "i"(offsetof(struct fiber, host[1])),
			   [frame] "i"(offsetof(struct fiber, host[2])),
			   [fiber] "i"(offsetof(struct fiber, context))
			 : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "r12",
			   "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
			   "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
			   "xmm14", "xmm15" FIBER_CLOBBERS, "memory", "cc");
}
#endif

/* Run the fiber until it leaves or exits. By the host. */
__attribute__((always_inline)) static inline void fiber_enter(struct fiber *fiber)
{
	fiber->host_tsan = tsan_current();
	asan_switch(&fiber->host_fake, fiber->stack, fiber->stack_bytes);
	tsan_switch(fiber->tsan);
#ifndef FIBER_JUMPS
	harness_fiber_enter(fiber);
#else
	fiber_jump(fiber);
#endif
	asan_switched(fiber->host_fake, NULL, NULL);
}

/* Go back to the host until it enters again. By the fiber. */
static inline void fiber_leave(struct fiber *fiber)
{
	char *here = __builtin_frame_address(0);

	if (here < fiber->lowest)
		fiber->lowest = here;
	asan_switch(&fiber->fake, fiber->host_stack, fiber->host_stack_bytes);
	tsan_switch(fiber->host_tsan);
	harness_fiber_leave(fiber);
	asan_switched(fiber->fake, &fiber->host_stack, &fiber->host_stack_bytes);
}

/* Go back to the host for good, also from the middle of whatever the fiber did. */
_Noreturn void fiber_exit(struct fiber *fiber);
/*
 * Whether a stack and where it goes on can be copied: not where something else keeps books of it.
 */
bool fiber_can_be_copied(void);
/* Zero what lies below where the fiber left, as far as it was used. Only there can it be copied. */
void fiber_clean(struct fiber *fiber);
/* The same of all that lies there. */
void fiber_clean_all(struct fiber *fiber);
/* As fiber_wipe(), always the same bytes, up to where the fiber is then said to go on. */
void fiber_wipe_evenly(struct fiber *fiber);
/* Overwrite what the stack held: whoever still looks there finds it gone. After the exit. */
void fiber_wipe(struct fiber *fiber);

/*
 * Watch over what this thread does, in its fibers and beside them; NULL: no longer. Both functions
 * are called in a signal handler, on a stack of its own, and say themselves what there is to say.
 *
 * @recover    after an access to @address that is not allowed: leaves for good what did it, or
 *             returns true where it is allowed from now on, and false where it can do neither
 * @tell       after such an access that was not recovered from. The program ends then, unless
 *             somebody else handles the signal
 * @report     when a sanitizer has reported something; @fatal: the program ends
 * @is_stuck   after each second of processor time; true: end the program
 */
struct fiber_watch {
	bool (*recover)(const void *argument, const void *address);
	void (*tell)(const void *argument, const void *address);
	bool (*is_stuck)(const void *argument);
	void (*report)(const void *argument, bool fatal);
	const void *argument;
};
enum { FIBER_EXIT_FAULT = 1, FIBER_EXIT_STUCK = 3 };
void fiber_watch(const struct fiber_watch *watch);
/* As above, where nobody can have set handlers since it was called last. */
void fiber_watch_again(const struct fiber_watch *watch);
/* As fiber_watch(), and no seconds are counted, nor is a sanitizer asked. */
void fiber_watch_faults(const struct fiber_watch *watch);
/* No more seconds are counted until the next fiber_watch(). */
void fiber_watch_end(void);

#endif
