/* SPDX-License-Identifier: BSD-2-Clause */
/* _DEFAULT_SOURCE: MAP_ANONYMOUS, which POSIX of 2008 does not have. */
#define _DEFAULT_SOURCE
#include "harness/fiber.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/compare.h"

/* What a stack is full of whose task has returned: as a pointer, it leads nowhere. */
#define WIPED 0x6b

static void fiber_begin(struct fiber *fiber);

#ifdef FIBER_UCONTEXT
/*
 * Portable, and slow: each switch sets the signal mask, by a system call. makecontext() hands on
 * int arguments only, so the fiber that begins stands in a variable.
 */
#include <ucontext.h>

struct contexts {
	ucontext_t fiber;
	ucontext_t host;
};

static _Thread_local struct fiber *starting;

static void begin_starting(void)
{
	fiber_begin(starting);
}

static bool context_create(struct fiber *fiber)
{
	fiber->context = calloc(1, sizeof(struct contexts));
	return fiber->context;
}

static void context_destroy(struct fiber *fiber)
{
	free(fiber->context);
}

static void context_start(struct fiber *fiber)
{
	struct contexts *contexts = fiber->context;

	getcontext(&contexts->fiber);
	contexts->fiber.uc_stack.ss_sp = fiber->stack;
	contexts->fiber.uc_stack.ss_size = fiber->stack_bytes;
	contexts->fiber.uc_link = NULL;
	makecontext(&contexts->fiber, begin_starting, 0);
}

void harness_fiber_enter(struct fiber *fiber)
{
	struct contexts *contexts = fiber->context;

	starting = fiber;
	swapcontext(&contexts->host, &contexts->fiber);
}

void harness_fiber_leave(struct fiber *fiber)
{
	struct contexts *contexts = fiber->context;

	swapcontext(&contexts->fiber, &contexts->host);
}

#else

void harness_fiber_thunk(void) __attribute__((visibility("hidden")));

_Static_assert(offsetof(struct fiber, context) == FIBER_CONTEXT &&
		       offsetof(struct fiber, host) == FIBER_HOST,
	       "where the code below has them");

#define TEXT_OF(number) #number
#define NUMBER(number) TEXT_OF(number)

#ifdef __aarch64__
#include "harness/fiber_arm64.h"
#else
/*
 * What a called function must preserve goes to the fiber's stack where it leaves, and comes back
 * from there. The other registers are cleared then: a function with variable arguments keeps them
 * on its stack, unused as they are, and the same steps are to leave the same bytes there. The
 * floating-point control words stay as they are: nobody sets them.
 */
/* clang-format off */
__asm__(".text\n"
	".globl harness_fiber_leave\n"
	".hidden harness_fiber_leave\n"
	".type harness_fiber_leave, @function\n"
	"harness_fiber_leave:\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	movq %rsp, " NUMBER(FIBER_CONTEXT) "(%rdi)\n"
	"	movq " NUMBER(FIBER_HOST) "(%rdi), %rsp\n"
	"	jmpq *8+" NUMBER(FIBER_HOST) "(%rdi)\n"
	".size harness_fiber_leave, .-harness_fiber_leave\n"
	".globl harness_fiber_resume\n"
	".hidden harness_fiber_resume\n"
	".type harness_fiber_resume, @function\n"
	"harness_fiber_resume:\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	xorl %eax, %eax\n"
	"	xorl %ecx, %ecx\n"
	"	xorl %edx, %edx\n"
	"	xorl %esi, %esi\n"
	"	xorl %edi, %edi\n"
	"	xorl %r8d, %r8d\n"
	"	xorl %r9d, %r9d\n"
	"	xorl %r10d, %r10d\n"
	"	xorl %r11d, %r11d\n"
	"	ret\n"
	".size harness_fiber_resume, .-harness_fiber_resume\n"
	/* The first frame of a fiber: where whoever walks the stack must stop. */
	".globl harness_fiber_thunk\n"
	".hidden harness_fiber_thunk\n"
	".type harness_fiber_thunk, @function\n"
	"harness_fiber_thunk:\n"
	"	.cfi_startproc\n"
	"	.cfi_undefined rip\n"
	"	movq %rbx, %rdi\n"
	"	callq *%r12\n"
	"	ud2\n"
	"	.cfi_endproc\n"
	".size harness_fiber_thunk, .-harness_fiber_thunk\n");
/* clang-format on */

/* As harness_fiber_leave() leaves it, from the lowest address. */
struct frame {
	uint64_t r15, r14, r13;
	void (*entry)(struct fiber *fiber); /* r12 */
	struct fiber *fiber;                /* rbx */
	uint64_t rbp;
	void (*thunk)(void); /* rip */
	uint64_t end[4];     /* the thunk wants a multiple of 16 */
};

_Static_assert(sizeof(struct frame) % 16 == 8 && offsetof(struct frame, end) % 16 == 8,
	       "the stack pointer is 16-byte aligned where a function is called");
#endif
#endif

#ifndef FIBER_UCONTEXT
static bool context_create(struct fiber *fiber)
{
	(void)fiber;
	return true;
}

static void context_destroy(struct fiber *fiber)
{
	(void)fiber;
}

static void context_start(struct fiber *fiber)
{
	struct frame *frame = (struct frame *)((uintptr_t)(fiber->stack + fiber->stack_bytes) -
					       sizeof(*frame));

	*frame = (struct frame){
		.entry = fiber_begin, .fiber = fiber, .thunk = harness_fiber_thunk,
	};
	fiber->context = frame;
}
#endif

static void fiber_begin(struct fiber *fiber)
{
	asan_switched(NULL, &fiber->host_stack, &fiber->host_stack_bytes);
	fiber->entry(fiber);
	abort();
}

/* A large frame could step over one page, onto what lies below. It costs no memory. */
#define GUARD_BYTES ((size_t)1 << 20)

bool fiber_create(struct fiber *fiber, size_t stack_bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	fiber->stack_bytes = (stack_bytes + page - 1) / page * page;
	fiber->map_bytes = fiber->stack_bytes + GUARD_BYTES;
	fiber->map = mmap(NULL, fiber->map_bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fiber->map == MAP_FAILED || mprotect(fiber->map, GUARD_BYTES, PROT_NONE) != 0 ||
	    !context_create(fiber)) {
		fiber_destroy(fiber);
		return false;
	}
	fiber->stack = fiber->map + GUARD_BYTES;
	return true;
}

void fiber_destroy(struct fiber *fiber)
{
	tsan_destroy(fiber->tsan);
	context_destroy(fiber);
	if (fiber->map && fiber->map != MAP_FAILED)
		munmap(fiber->map, fiber->map_bytes);
	*fiber = (struct fiber){ 0 };
}

void fiber_start(struct fiber *fiber, void (*entry)(struct fiber *fiber))
{
	fiber->entry = entry;
	fiber->lowest = fiber->stack + fiber->stack_bytes;
	/* Frames that were never returned from are still marked in the sanitizers' books. */
	asan_forget(fiber->stack, fiber->stack_bytes);
	tsan_destroy(fiber->tsan);
	fiber->tsan = tsan_create();
	context_start(fiber);
}

void fiber_wipe(struct fiber *fiber)
{
	size_t bytes = (size_t)(fiber->stack + fiber->stack_bytes - fiber->lowest);

	asan_forget(fiber->lowest, bytes);
	memset(fiber->lowest, WIPED, bytes);
}

bool fiber_can_be_copied(void)
{
#ifdef FIBER_UCONTEXT
	return false;
#else
	return !asan_is_there() && !tsan_is_there();
#endif
}

/* What one step leaves below has no gap as large as this. */
enum { WINDOW_BYTES = 4096 };

void fiber_clean(struct fiber *fiber)
{
	char *end = fiber->context;

	while (end > fiber->stack) {
		size_t left = (size_t)(end - fiber->stack);
		size_t size = left < WINDOW_BYTES ? left : WINDOW_BYTES;

		if (bytes_are_all(end - size, size, 0))
			return;
		end -= size;
		memset(end, 0, size);
	}
}

void fiber_clean_all(struct fiber *fiber)
{
	memset(fiber->stack, 0, (size_t)((char *)fiber->context - fiber->stack));
}

void fiber_wipe_evenly(struct fiber *fiber)
{
	size_t bytes = fiber->stack_bytes < WINDOW_BYTES ? fiber->stack_bytes : WINDOW_BYTES;
	char *from = fiber->stack + fiber->stack_bytes - bytes;

	memset(from, WIPED, bytes);
	fiber->context = from;
	fiber_clean(fiber);
}

_Noreturn void fiber_exit(struct fiber *fiber)
{
	/* Without a place to keep it, AddressSanitizer gives the fake stack back. */
	asan_switch(NULL, fiber->host_stack, fiber->host_stack_bytes);
	tsan_switch(fiber->host_tsan);
	harness_fiber_leave(fiber);
	abort();
}
