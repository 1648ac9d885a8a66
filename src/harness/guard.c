/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the code under test cannot be stopped from doing: touching what is not there, as the page
 * below its stack, and never coming to a point. The first is a signal anyway; for the second this
 * thread's processor time is looked at now and then. Either is told, and ends the program.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/fiber.h"
#include "harness/sanitizer.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { ALTERNATE_STACK_BYTES = 64 * 1024 };

enum { FAULT_COUNT = 2 };
static const int faults[FAULT_COUNT] = { SIGSEGV, SIGBUS };

static _Thread_local struct fiber_watch watched;
static _Thread_local char alternate_stack[ALTERNATE_STACK_BYTES];
static _Thread_local bool has_timer;
static _Thread_local timer_t timer;
static struct sigaction previous[FAULT_COUNT];

static void handle_fault(int number, siginfo_t *info, void *context)
{
	int i = number == faults[1];

	(void)context;
	/*
	 * The signal is not blocked meanwhile, so whoever leaves from here leaves nothing behind.
	 */
	if (watched.recover && watched.recover(watched.argument, info->si_addr))
		return;
	if (watched.tell)
		watched.tell(watched.argument, info->si_addr);
	if (watched.tell && previous[i].sa_handler == SIG_DFL)
		_exit(FIBER_EXIT_FAULT);
	/* Going back repeats the access, and whoever had the signal before sees it: a sanitizer. */
	sigaction(number, &previous[i], NULL);
}

static void handle_tick(int number)
{
	(void)number;
	if (watched.is_stuck && watched.is_stuck(watched.argument))
		_exit(FIBER_EXIT_STUCK);
}

/* Whoever set handlers after us is asked last; a test framework may do so at any time. */
static void install(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct sigaction fault = { .sa_sigaction = handle_fault,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	struct sigaction present;

	sigemptyset(&fault.sa_mask);
	pthread_mutex_lock(&mutex);
	for (int i = 0; i < FAULT_COUNT; i++)
		if (sigaction(faults[i], NULL, &present) == 0 &&
		    present.sa_sigaction != handle_fault)
			sigaction(faults[i], &fault, &previous[i]);
	pthread_mutex_unlock(&mutex);
}

/* A signal comes on the stack that is in use, and that may be all but full. */
static void provide_stack(void)
{
	stack_t stack = { 0 };

	/* A sanitizer may have given this thread one already. */
	if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE))
		return;
	stack = (stack_t){ .ss_sp = alternate_stack, .ss_size = sizeof(alternate_stack) };
	sigaltstack(&stack, NULL);
}

/* It goes on between runs: to stop and to start it would cost as much as a short run. */
static void start_timer(void)
{
	struct sigaction tick = { .sa_handler = handle_tick, .sa_flags = SA_ONSTACK | SA_RESTART };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGVTALRM };
	const struct itimerspec second = { { 1, 0 }, { 1, 0 } };

	sigemptyset(&tick.sa_mask);
	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	has_timer = sigaction(SIGVTALRM, &tick, NULL) == 0 &&
		    timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0;
	if (has_timer)
		timer_settime(timer, 0, &second, NULL);
}

/* ---------------------------------------- sanitizers ------------------------------------------ */

static void handle_death(void)
{
	if (watched.report)
		watched.report(watched.argument, true);
}

/*
 * What the sanitizers call behind a report, fatal or not: their own ones do nothing. A report may
 * be followed by the death, which then has nothing more to say.
 */
#define ON_REPORT __attribute__((visibility("default")))
void __asan_on_error(void) ON_REPORT;
void __ubsan_on_report(void) ON_REPORT;
void __tsan_on_report(void *report) ON_REPORT;

static void handle_report(void)
{
	if (watched.report)
		watched.report(watched.argument, false);
}

void __asan_on_error(void)
{
	handle_report();
}

void __ubsan_on_report(void)
{
	handle_report();
}

void __tsan_on_report(void *report)
{
	(void)report;
	handle_report();
}

static void watch_sanitizers(void)
{
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(handle_death);
}

void fiber_watch(const struct fiber_watch *watch)
{
	watched = watch ? *watch : (struct fiber_watch){ 0 };
	if (!watch)
		return;
	install();
	if (has_timer)
		return;
	provide_stack();
	watch_sanitizers();
	start_timer();
}

void fiber_watch_again(const struct fiber_watch *watch)
{
	watched = *watch;
}

void fiber_watch_faults(const struct fiber_watch *watch)
{
	watched = *watch;
	install();
	provide_stack();
}

void fiber_watch_end(void)
{
	if (has_timer)
		timer_delete(timer);
	has_timer = false;
}
