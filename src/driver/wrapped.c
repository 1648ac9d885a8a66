/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What code under test that runs in threads calls in a
 * function's place: the way in, the function, the way out.
 */
#define _GNU_SOURCE
#include "harness/doors.h"

#include <stdlib.h>
#include <unistd.h>

enum { LINGER_ONE_IN = 4, LINGER_MICROSECONDS = 20 };

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
 * A door of each function: its arguments are kept, whatever they are, the lock is taken, and the
 * function called so that it returns through the door. Its first instructions have the function's
 * address.
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
