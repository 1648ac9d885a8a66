/* SPDX-License-Identifier: BSD-2-Clause */
#define _XOPEN_SOURCE 700 /* sigaltstack() */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

/*
 * A policy from a shared object is somebody's code, and may not return: no budget is looked at
 * then, and no signal. So its functions are called by way of those below, which note where each
 * thread is, and a thread of its own looks whether that changes. The same notes tell whose fault a
 * crash is, and that a policy made the list longer or shorter, which everybody else relies on.
 */

#define LOOKS_A_SECOND 5
#define CRASH_STACK 65536

/* Where one thread is. Never freed: the thread that looks may be looking. */
struct place {
	_Atomic(const char *) function; /* NULL: in none */
	atomic_uint policy;
	atomic_ulong count; /* calls so far */
	unsigned long seen; /* the looking thread's: the count at the last look ... */
	unsigned int looks; /* ... and how often it has been the same */
	uint16_t waiter_count; /* of the queue, when the function was called */
	struct place *next;
	unsigned char stack[CRASH_STACK]; /* for a crash: the policy's may be used up */
};

static const struct teeq_policy *originals[CLI_POLICY_MAX];
static struct teeq_policy guarded[CLI_POLICY_MAX];
static unsigned int guarded_count;
static _Atomic(struct place *) places;
static _Thread_local struct place *mine;
static atomic_uint patience = CLI_POLICY_SECONDS;

void cli_guard_patience(uint64_t seconds)
{
	if (seconds < atomic_load(&patience))
		atomic_store(&patience, (unsigned int)seconds);
}

/* ------------------------------------------ calling ------------------------------------------- */

static struct place *add_place(void)
{
	struct place *place = calloc(1, sizeof(*place));
	stack_t stack;

	if (!place)
		return NULL;
	/* A sanitizer brings a stack of its own, and takes it for that when the thread ends. */
	if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
		stack = (stack_t){ .ss_sp = place->stack, .ss_size = CRASH_STACK };
		sigaltstack(&stack, NULL);
	}
	place->next = atomic_load(&places);
	while (!atomic_compare_exchange_weak(&places, &place->next, place))
		;
	return place;
}

static void cli_guard_enter(unsigned int policy, const char *function, const struct teeq_callq *q)
{
	if (!mine)
		mine = add_place();
	if (!mine) /* then nobody looks */
		return;
	mine->waiter_count = q->waiter_count;
	atomic_store_explicit(&mine->policy, policy, memory_order_relaxed);
	atomic_fetch_add_explicit(&mine->count, 1, memory_order_relaxed);
	atomic_store_explicit(&mine->function, function, memory_order_release);
}

static void cli_guard_leave(const struct teeq_callq *q)
{
	if (!mine)
		return;
	if (q->waiter_count != mine->waiter_count) {
		cli_flush();
		cli_error("policy %s changed waiter_count from %u to %u in %s(): the list is not "
			  "its own, and nothing is claimed",
			  originals[atomic_load(&mine->policy)]->name, mine->waiter_count,
			  q->waiter_count, atomic_load(&mine->function));
		_exit(CLI_BAD);
	}
	atomic_store_explicit(&mine->function, NULL, memory_order_release);
}

/* A policy's functions get nothing that says which policy they are of: a set for each. */
#define GUARD(n)                                                                 \
	static bool admit_##n(struct teeq_callq *q, struct teeq_waiter *w)       \
	{                                                                        \
		bool answer;                                                     \
                                                                                 \
		cli_guard_enter(n, "admit", q);                                  \
		answer = originals[n]->admit(q, w);                              \
		cli_guard_leave(q);                                              \
		return answer;                                                   \
	}                                                                        \
	static bool recheck_##n(struct teeq_callq *q, struct teeq_waiter *w)     \
	{                                                                        \
		bool answer;                                                     \
                                                                                 \
		cli_guard_enter(n, "recheck", q);                                \
		answer = originals[n]->recheck(q, w);                            \
		cli_guard_leave(q);                                              \
		return answer;                                                   \
	}                                                                        \
	static void wake_one_##n(struct teeq_callq *q)                           \
	{                                                                        \
		cli_guard_enter(n, "wake_one", q);                               \
		originals[n]->wake_one(q);                                       \
		cli_guard_leave(q);                                              \
	}                                                                        \
	static void leave_##n(struct teeq_callq *q, const struct teeq_waiter *w) \
	{                                                                        \
		cli_guard_enter(n, "leave", q);                                  \
		originals[n]->leave(q, w);                                       \
		cli_guard_leave(q);                                              \
	}                                                                        \
	static int reserve_##n(struct teeq_callq *q)                             \
	{                                                                        \
		int answer;                                                      \
                                                                                 \
		cli_guard_enter(n, "reserve", q);                                \
		answer = originals[n]->reserve(q);                               \
		cli_guard_leave(q);                                              \
		return answer;                                                   \
	}                                                                        \
	static void unreserve_##n(struct teeq_callq *q)                          \
	{                                                                        \
		cli_guard_enter(n, "unreserve", q);                              \
		originals[n]->unreserve(q);                                      \
		cli_guard_leave(q);                                              \
	}                                                                        \
	static void queued_##n(struct teeq_callq *q, struct teeq_waiter *w)      \
	{                                                                        \
		cli_guard_enter(n, "queued", q);                                 \
		originals[n]->queued(q, w);                                      \
		cli_guard_leave(q);                                              \
	}                                                                        \
	static void started_##n(struct teeq_callq *q, struct teeq_waiter *w)     \
	{                                                                        \
		cli_guard_enter(n, "started", q);                                \
		originals[n]->started(q, w);                                     \
		cli_guard_leave(q);                                              \
	}                                                                        \
	static unsigned int set_aside_##n(const struct teeq_callq *q)            \
	{                                                                        \
		unsigned int answer;                                             \
                                                                                 \
		cli_guard_enter(n, "set_aside", q);                              \
		answer = originals[n]->set_aside(q);                             \
		cli_guard_leave(q);                                              \
		return answer;                                                   \
	}

#define GUARDED(n)                                                                        \
	{ .admit = admit_##n, .recheck = recheck_##n, .wake_one = wake_one_##n,           \
	  .leave = leave_##n, .reserve = reserve_##n, .unreserve = unreserve_##n,         \
	  .set_aside = set_aside_##n, .queued = queued_##n, .started = started_##n }

GUARD(0) GUARD(1) GUARD(2) GUARD(3) GUARD(4) GUARD(5) GUARD(6) GUARD(7)

static const struct teeq_policy guards[] = {
	GUARDED(0), GUARDED(1), GUARDED(2), GUARDED(3), GUARDED(4), GUARDED(5), GUARDED(6),
	GUARDED(7),
};
_Static_assert(sizeof(guards) / sizeof(guards[0]) == CLI_POLICY_MAX, "a set for each policy");

/* ------------------------------------------ looking ------------------------------------------- */

static void cli_guard_look_at(struct place *place)
{
	const char *function = atomic_load_explicit(&place->function, memory_order_acquire);
	unsigned long count = atomic_load_explicit(&place->count, memory_order_relaxed);
	unsigned int policy = atomic_load_explicit(&place->policy, memory_order_relaxed);
	unsigned int seconds = cli_interrupted() ? 1 : atomic_load(&patience);

	if (!function || count != place->seen) {
		place->seen = count;
		place->looks = 0;
		return;
	}
	/* Looks are counted, not time: whoever was stopped meanwhile is not late. */
	if (++place->looks < seconds * LOOKS_A_SECOND)
		return;
	cli_flush();
	cli_error("policy %s did not return from %s() for %u s: nothing is claimed",
		  originals[policy]->name, function, place->looks / LOOKS_A_SECOND);
	_exit(CLI_LIMIT);
}

static void *cli_guard_look(void *argument)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / LOOKS_A_SECOND };

	(void)argument;
	for (;;) {
		nanosleep(&pause, NULL);
		for (struct place *place = atomic_load(&places); place; place = place->next)
			cli_guard_look_at(place);
	}
	return NULL;
}

/* ------------------------------------------ crashing ------------------------------------------ */

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
static const char *const crash_names[] = { "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT" };
static struct sigaction before[sizeof(crashes) / sizeof(crashes[0])];

static void say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(CLI_BAD);
}

/* Behind a fault that is not a policy's comes the same once more, as if nobody had asked. */
static void crashed(int number)
{
	const char *function = mine ? atomic_load(&mine->function) : NULL;
	size_t i = 0;

	while (crashes[i] != number)
		i++;
	if (!function) {
		sigaction(number, &before[i], NULL);
		return;
	}
	say("teeq: policy ");
	say(originals[atomic_load(&mine->policy)]->name);
	say(" crashed in ");
	say(function);
	say("(), by ");
	say(crash_names[i]);
	say(": nothing is claimed\n");
	_exit(CLI_BAD);
}

static void watch_crashes(void)
{
	struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_ONSTACK };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigaction(crashes[i], &action, &before[i]);
}

static bool start_looking(void)
{
	static bool started;
	pthread_attr_t attributes;
	pthread_t thread;

	if (started)
		return true;
	if (pthread_attr_init(&attributes) != 0)
		return false;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	started = pthread_create(&thread, &attributes, cli_guard_look, NULL) == 0;
	pthread_attr_destroy(&attributes);
	watch_crashes();
	return started;
}

const struct teeq_policy *cli_guard(const struct teeq_policy *policy)
{
	struct teeq_policy *by = &guarded[guarded_count];
	const struct teeq_policy *guard = &guards[guarded_count];

	for (unsigned int i = 0; i < guarded_count; i++)
		if (originals[i] == policy)
			return &guarded[i];
	if (guarded_count == CLI_POLICY_MAX || !start_looking())
		return NULL;
	originals[guarded_count++] = policy;
	*by = *policy;
	/* What a policy does not have, it does not have here either. */
	by->admit = policy->admit ? guard->admit : NULL;
	by->recheck = policy->recheck ? guard->recheck : NULL;
	by->wake_one = policy->wake_one ? guard->wake_one : NULL;
	by->leave = policy->leave ? guard->leave : NULL;
	by->reserve = policy->reserve ? guard->reserve : NULL;
	by->unreserve = policy->unreserve ? guard->unreserve : NULL;
	by->set_aside = policy->set_aside ? guard->set_aside : NULL;
	by->queued = policy->queued ? guard->queued : NULL;
	by->started = policy->started ? guard->started : NULL;
	return by;
}
