/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_FIBER_H
#define HARNESS_FIBER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A stack of its own for a function that can be left in the middle and entered again. There are two
 * sides: the host, which calls fiber_enter(), and the fiber, which calls fiber_leave(). Below the
 * stack lies a page that nobody may touch.
 *
 * @entry       runs on the fiber; must end in fiber_exit()
 * @context     where the side that does not run goes on: stack pointers, or ucontexts
 * @fake, ...   what AddressSanitizer and ThreadSanitizer want to be told
 */
struct fiber {
	char *map; /* the guard page, then the stack */
	size_t map_bytes;
	char *stack;
	size_t stack_bytes;
	void (*entry)(struct fiber *fiber);
	void *context;
	void *host_context;
	void *fake;
	void *host_fake;
	const void *host_stack;
	size_t host_stack_bytes;
	void *tsan;
	void *host_tsan;
};

/* A zeroed @fiber gets its stack; false: no memory. fiber_destroy() takes a zeroed one, too. */
bool fiber_create(struct fiber *fiber, size_t stack_bytes);
void fiber_destroy(struct fiber *fiber);

/* Make the next fiber_enter() call @entry. Whatever was on the stack before is gone. */
void fiber_start(struct fiber *fiber, void (*entry)(struct fiber *fiber));
/* Run the fiber until it leaves or exits. By the host. */
void fiber_enter(struct fiber *fiber);
/* Go back to the host until it enters again. By the fiber. */
void fiber_leave(struct fiber *fiber);
/* Go back to the host for good, also from the middle of whatever the fiber did. */
_Noreturn void fiber_exit(struct fiber *fiber);

/*
 * Have this thread say in one line which stack ran over, @describe's, should that happen, before it
 * dies as it would have anyway. @describe writes into a small buffer and is called in a signal
 * handler, on a stack of its own. NULL: no longer.
 */
struct fiber_watch {
	bool (*covers)(const void *argument, const void *address);
	size_t (*describe)(const void *argument, char *text, size_t size);
	const void *argument;
};
void fiber_watch_stacks(const struct fiber_watch *watch);

#endif
