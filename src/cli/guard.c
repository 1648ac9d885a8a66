/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

/*
 * A policy from a shared object is somebody's code, and may not return: no budget is looked at then,
 * and no signal. So its functions are called by way of those below, which note where each thread is,
 * and a thread of its own looks whether that changes.
 */

#define LOOKS_A_SECOND 5

/* Where one thread is. Never freed: the thread that looks may be looking. */
struct place {
	_Atomic(const char *) function; /* NULL: in none */
	atomic_uint policy;
	atomic_ulong count; /* calls so far */
	unsigned long seen; /* the looking thread's: the count at the last look ... */
	unsigned int looks; /* ... and how often it has been the same */
	struct place *next;
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

	if (!place)
		return NULL;
	place->next = atomic_load(&places);
	while (!atomic_compare_exchange_weak(&places, &place->next, place))
		;
	return place;
}

static void cli_guard_enter(unsigned int policy, const char *function)
{
	if (!mine)
		mine = add_place();
	if (!mine) /* then nobody looks */
		return;
	atomic_store_explicit(&mine->policy, policy, memory_order_relaxed);
	atomic_fetch_add_explicit(&mine->count, 1, memory_order_relaxed);
	atomic_store_explicit(&mine->function, function, memory_order_release);
}

static void cli_guard_leave(void)
{
	if (mine)
		atomic_store_explicit(&mine->function, NULL, memory_order_release);
}

/* A policy's functions get nothing that says which policy they are of: a set for each. */
#define GUARD(n)                                                                 \
	static bool admit_##n(struct teeq_callq *q, struct teeq_waiter *w)       \
	{                                                                        \
		bool answer;                                                     \
                                                                                 \
		cli_guard_enter(n, "admit");                                     \
		answer = originals[n]->admit(q, w);                              \
		cli_guard_leave();                                               \
		return answer;                                                   \
	}                                                                        \
	static bool recheck_##n(struct teeq_callq *q, struct teeq_waiter *w)     \
	{                                                                        \
		bool answer;                                                     \
                                                                                 \
		cli_guard_enter(n, "recheck");                                   \
		answer = originals[n]->recheck(q, w);                            \
		cli_guard_leave();                                               \
		return answer;                                                   \
	}                                                                        \
	static void wake_one_##n(struct teeq_callq *q)                           \
	{                                                                        \
		cli_guard_enter(n, "wake_one");                                  \
		originals[n]->wake_one(q);                                       \
		cli_guard_leave();                                               \
	}                                                                        \
	static void leave_##n(struct teeq_callq *q, const struct teeq_waiter *w) \
	{                                                                        \
		cli_guard_enter(n, "leave");                                     \
		originals[n]->leave(q, w);                                       \
		cli_guard_leave();                                               \
	}                                                                        \
	static int reserve_##n(struct teeq_callq *q)                             \
	{                                                                        \
		int answer;                                                      \
                                                                                 \
		cli_guard_enter(n, "reserve");                                   \
		answer = originals[n]->reserve(q);                               \
		cli_guard_leave();                                               \
		return answer;                                                   \
	}                                                                        \
	static void unreserve_##n(struct teeq_callq *q)                          \
	{                                                                        \
		cli_guard_enter(n, "unreserve");                                 \
		originals[n]->unreserve(q);                                      \
		cli_guard_leave();                                               \
	}                                                                        \
	static void queued_##n(struct teeq_callq *q, struct teeq_waiter *w)      \
	{                                                                        \
		cli_guard_enter(n, "queued");                                    \
		originals[n]->queued(q, w);                                      \
		cli_guard_leave();                                               \
	}                                                                        \
	static void started_##n(struct teeq_callq *q, struct teeq_waiter *w)     \
	{                                                                        \
		cli_guard_enter(n, "started");                                   \
		originals[n]->started(q, w);                                     \
		cli_guard_leave();                                               \
	}                                                                        \
	static unsigned int set_aside_##n(const struct teeq_callq *q)            \
	{                                                                        \
		unsigned int answer;                                             \
                                                                                 \
		cli_guard_enter(n, "set_aside");                                 \
		answer = originals[n]->set_aside(q);                             \
		cli_guard_leave();                                               \
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
	fflush(stdout);
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
