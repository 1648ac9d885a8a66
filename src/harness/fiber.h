/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_FIBER_H
#define HARNESS_FIBER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A stack of its own for a function that can be left in the middle and entered again. There are two
 * sides: the host, which calls fiber_enter(), and the fiber, which calls fiber_leave(). Below the
 * stack lies a guard that nobody may touch.
 *
 * @entry       runs on the fiber; must end in fiber_exit()
 * @lowest      how far down the stack reached where the fiber left
 * @context     where the side that does not run goes on: stack pointers, or ucontexts
 * @fake, ...   what AddressSanitizer and ThreadSanitizer want to be told
 */
struct fiber {
	char *map; /* the guard, then the stack */
	size_t map_bytes;
	char *stack;
	size_t stack_bytes;
	char *lowest;
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
 *             returns where it cannot
 * @tell       after such an access that was not recovered from. The program ends then, unless
 *             somebody else handles the signal
 * @report     when a sanitizer has reported something; @fatal: the program ends
 * @is_stuck   after each second of processor time; true: end the program
 */
struct fiber_watch {
	void (*recover)(const void *argument, const void *address);
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
