/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the normal world's code blocks on outside of the queue: mutexes, events, barriers. All under
 * one mutex, which nobody holds for longer than it takes to look.
 */
#include "rt/rt.h"

#include <time.h>

bool rt_block_on(struct teeq_rt_client *client, enum teeq_rt_wait_kind kind, unsigned int object)
{
	struct teeq_rt *rt = client->rt;

	client->kind = kind;
	client->object = object;
	client->ticket = rt->tickets++;
	rt_block(rt);
	while (client->kind != TEEQ_RT_RUNS && !rt_is_stopped(rt))
		pthread_cond_wait(&client->woken, &rt->outside);
	if (client->kind != TEEQ_RT_RUNS)
		rt_wake(client);
	client->kind = TEEQ_RT_RUNS;
	return !rt_is_stopped(rt);
}

void rt_unblock(struct teeq_rt_client *client)
{
	client->kind = TEEQ_RT_RUNS;
	rt_wake(client);
}

static bool blocks_on(const struct teeq_rt_client *client, enum teeq_rt_wait_kind kind,
		      unsigned int object)
{
	return client->kind == kind && client->object == object;
}

static void let_all_go(struct teeq_rt *rt, enum teeq_rt_wait_kind kind, unsigned int object)
{
	for (size_t i = 0; i < rt->options.client_count; i++)
		if (blocks_on(&rt->clients[i], kind, object))
			rt_unblock(&rt->clients[i]);
}

void rt_unblock_first(struct teeq_rt *rt, enum teeq_rt_wait_kind kind, unsigned int object)
{
	struct teeq_rt_client *first = NULL;

	for (size_t i = 0; i < rt->options.client_count; i++) {
		struct teeq_rt_client *client = &rt->clients[i];

		if (blocks_on(client, kind, object) &&
		    (!first || client->ticket < first->ticket))
			first = client;
	}
	if (first)
		rt_unblock(first);
}

void rt_tell_outside(struct teeq_rt_client *client, enum teeq_action kind, unsigned int level,
		     unsigned int object)
{
	struct teeq_rt_action action = { .action = kind, .level = level, .object = object };

	rt_tell(client, &action);
}

bool rt_pass_outside(struct teeq_rt_client *client, enum teeq_action kind, unsigned int level,
		     unsigned int object)
{
	if (!rt_enter(client, &client->rt->outside))
		return false;
	rt_tell_outside(client, kind, level, object);
	pthread_mutex_unlock(&client->rt->outside);
	return true;
}

static void tell(struct teeq_rt_client *client, enum teeq_action kind, unsigned int object)
{
	rt_tell_outside(client, kind, client->depth, object);
}

enum teeq_status rt_leave_outside(struct teeq_rt_client *client, bool through)
{
	pthread_mutex_unlock(&client->rt->outside);
	return through ? TEEQ_OK : TEEQ_ELIMIT;
}

enum teeq_status teeq_rt_lock(struct teeq_rt_client *client, unsigned int lock)
{
	if (!client)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (lock >= rt->options.lock_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	while (through && rt->lock_owners[lock] >= 0)
		through = rt_block_on(client, TEEQ_RT_WAIT_LOCK, lock);
	if (through) {
		rt->lock_owners[lock] = (int16_t)client->index;
		tell(client, TEEQ_ACTION_LOCK, lock);
	}
	return rt_leave_outside(client, through);
}

enum teeq_status teeq_rt_unlock(struct teeq_rt_client *client, unsigned int lock)
{
	if (!client)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;
	bool held;

	if (lock >= rt->options.lock_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	held = rt->lock_owners[lock] == (int16_t)client->index;
	if (held) {
		rt->lock_owners[lock] = -1;
		rt_unblock_first(rt, TEEQ_RT_WAIT_LOCK, lock);
	}
	pthread_mutex_unlock(&rt->outside);
	return held ? TEEQ_OK : TEEQ_EINPUT;
}

enum teeq_status teeq_rt_await(struct teeq_rt_client *client, unsigned int event)
{
	if (!client)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (event >= rt->options.event_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	while (through && !rt->signalled[event])
		through = rt_block_on(client, TEEQ_RT_WAIT_EVENT, event);
	if (through)
		tell(client, TEEQ_ACTION_AWAIT, event);
	return rt_leave_outside(client, through);
}

enum teeq_status teeq_rt_signal(struct teeq_rt_client *client, unsigned int event)
{
	if (!client)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;

	if (event >= rt->options.event_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	rt->signalled[event] = true;
	let_all_go(rt, TEEQ_RT_WAIT_EVENT, event);
	return rt_leave_outside(client, true);
}

enum teeq_status teeq_rt_barrier(struct teeq_rt_client *client, unsigned int barrier)
{
	if (!client)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (barrier >= rt->options.barrier_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	if (++rt->arrived[barrier] < rt->options.barriers[barrier].count) {
		through = rt_block_on(client, TEEQ_RT_WAIT_BARRIER, barrier);
	} else {
		rt->arrived[barrier] = 0;
		let_all_go(rt, TEEQ_RT_WAIT_BARRIER, barrier);
	}
	if (through)
		tell(client, TEEQ_ACTION_BARRIER, barrier);
	return rt_leave_outside(client, through);
}

enum teeq_status teeq_rt_start(struct teeq_rt_client *client)
{
	if (!client)
		return TEEQ_EINPUT;
	return rt_pass_outside(client, TEEQ_ACTION_START, client->depth, TEEQ_RT_NONE) ?
		       TEEQ_OK :
		       TEEQ_ELIMIT;
}

void rt_nap(unsigned int microseconds)
{
	const struct timespec time = { .tv_sec = (time_t)(microseconds / 1000000),
				       .tv_nsec = (long)(microseconds % 1000000) * 1000 };

	nanosleep(&time, NULL);
}

bool rt_nap_in(struct teeq_rt_client *client, unsigned int microseconds)
{
	const struct timespec due = rt_in_us(microseconds);
	struct teeq_rt *rt = client->rt;
	int late = 0;

	if (!rt_enter(client, &rt->pool_lock))
		return false;
	while (late == 0 && !rt_is_stopped(rt))
		late = pthread_cond_timedwait(&client->woken, &rt->pool_lock, &due);
	pthread_mutex_unlock(&rt->pool_lock);
	return !rt_is_stopped(rt);
}

enum teeq_status teeq_rt_sleep(struct teeq_rt_client *client, unsigned int microseconds)
{
	if (!client)
		return TEEQ_EINPUT;
	if (microseconds >= 1000000)
		return TEEQ_EINPUT;
	rt_nap(microseconds);
	return rt_pass_outside(client, TEEQ_ACTION_SLEEP, client->depth, TEEQ_RT_NONE) ?
		       TEEQ_OK :
		       TEEQ_ELIMIT;
}
