/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the host's stack to a fiber's and back on arm64; a part of fiber.c. What a called function
 * must preserve goes to the stack that is left, and comes back from the other one. The registers
 * that hold arguments are cleared, those of vectors as well: a function with variable arguments
 * keeps all of them on its stack, unused as they are, and the same steps are to leave the same
 * bytes there. The floating-point control word stays as it is: nobody sets it.
 */
#ifndef HARNESS_FIBER_ARM64_H
#define HARNESS_FIBER_ARM64_H

#include <stdint.h>

#include "harness/fiber.h"

/* clang-format off */
#define FUNCTION(name)                   \
	".globl " #name "\n"             \
	".hidden " #name "\n"            \
	".type " #name ", %function\n"   \
	#name ":\n"
#define END(name) ".size " #name ", .-" #name "\n"
/* The stack pointer goes to @from, and comes from @to, both in the fiber that x0 points to. */
#define LEAVE(from, to)                          \
	"	sub sp, sp, #160\n"              \
	"	stp x19, x20, [sp]\n"            \
	"	stp x21, x22, [sp, #16]\n"       \
	"	stp x23, x24, [sp, #32]\n"       \
	"	stp x25, x26, [sp, #48]\n"       \
	"	stp x27, x28, [sp, #64]\n"       \
	"	stp x29, x30, [sp, #80]\n"       \
	"	stp d8, d9, [sp, #96]\n"         \
	"	stp d10, d11, [sp, #112]\n"      \
	"	stp d12, d13, [sp, #128]\n"      \
	"	stp d14, d15, [sp, #144]\n"      \
	"	mov x1, sp\n"                    \
	"	str x1, [x0, #" NUMBER(from) "]\n" \
	"	ldr x1, [x0, #" NUMBER(to) "]\n" \
	"	mov sp, x1\n"

__asm__(".text\n"
	FUNCTION(harness_fiber_enter)
	LEAVE(FIBER_HOST, FIBER_CONTEXT)
	"	b harness_fiber_arrive\n"
	END(harness_fiber_enter)
	FUNCTION(harness_fiber_leave)
	LEAVE(FIBER_CONTEXT, FIBER_HOST)
	"	b harness_fiber_arrive\n"
	END(harness_fiber_leave)
	FUNCTION(harness_fiber_arrive)
	"	ldp x19, x20, [sp]\n"
	"	ldp x21, x22, [sp, #16]\n"
	"	ldp x23, x24, [sp, #32]\n"
	"	ldp x25, x26, [sp, #48]\n"
	"	ldp x27, x28, [sp, #64]\n"
	"	ldp x29, x30, [sp, #80]\n"
	"	ldp d8, d9, [sp, #96]\n"
	"	ldp d10, d11, [sp, #112]\n"
	"	ldp d12, d13, [sp, #128]\n"
	"	ldp d14, d15, [sp, #144]\n"
	"	add sp, sp, #160\n"
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17\n"
	"	mov x\\n, xzr\n"
	".endr\n"
	".irp n, 0, 1, 2, 3, 4, 5, 6, 7\n"
	"	movi v\\n\\().2d, #0\n"
	".endr\n"
	"	ret\n"
	END(harness_fiber_arrive)
	/* The first frame of a fiber: where whoever walks the stack must stop. */
	FUNCTION(harness_fiber_thunk)
	"	.cfi_startproc\n"
	"	.cfi_undefined x30\n"
	"	mov x0, x19\n"
	"	blr x20\n"
	"	brk #1\n"
	"	.cfi_endproc\n"
	END(harness_fiber_thunk));
/* clang-format on */

/* As harness_fiber_leave() leaves it, from the lowest address. */
struct frame {
	struct fiber *fiber;                /* x19 */
	void (*entry)(struct fiber *fiber); /* x20 */
	uint64_t x21_to_x28[8], x29;
	void (*thunk)(void); /* x30 */
	uint64_t d8_to_d15[8];
};

_Static_assert(sizeof(struct frame) == 160, "the stack pointer is always 16-byte aligned");

#endif
