/* SPDX-License-Identifier: BSD-2-Clause */
/* A stack that runs over touches its guard page. One line says so before the process dies of it. */
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "harness/fiber.h"

enum {
	ALTERNATE_STACK_BYTES = 64 * 1024,
	LINE_BYTES = 512,
};

static _Thread_local struct fiber_watch watched;
static _Thread_local char alternate_stack[ALTERNATE_STACK_BYTES];
static struct sigaction previous_segv, previous_bus;

static void handle(int number, siginfo_t *info, void *context)
{
	char line[LINE_BYTES];

	(void)context;
	if (watched.covers && watched.covers(watched.argument, info->si_addr)) {
		size_t length = watched.describe(watched.argument, line, sizeof(line));

		if (write(STDERR_FILENO, line, length) < 0)
			_exit(2);
	}
	/* Going back repeats the access, and whoever had the signal before sees it. */
	sigaction(number, number == SIGSEGV ? &previous_segv : &previous_bus, NULL);
}

/* Whoever set handlers after us is asked last; a test framework may do so at any time. */
static void install(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction present;

	sigemptyset(&action.sa_mask);
	pthread_mutex_lock(&mutex);
	if (sigaction(SIGSEGV, NULL, &present) == 0 && present.sa_sigaction != handle) {
		sigaction(SIGSEGV, &action, &previous_segv);
		sigaction(SIGBUS, &action, &previous_bus);
	}
	pthread_mutex_unlock(&mutex);
}

void fiber_watch_stacks(const struct fiber_watch *watch)
{
	static _Thread_local bool has_stack;
	stack_t stack = { 0 };

	watched = watch ? *watch : (struct fiber_watch){ 0 };
	if (!watch)
		return;
	install();
	if (has_stack)
		return;
	has_stack = true;
	/* A sanitizer may have given this thread one already. */
	if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
		stack = (stack_t){ .ss_sp = alternate_stack, .ss_size = sizeof(alternate_stack) };
		sigaltstack(&stack, NULL);
	}
}
