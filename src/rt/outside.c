/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the normal world's code blocks on outside of the queue: mutexes, events, barriers. All under
 * one mutex, which nobody holds for longer than it takes to look.
 */
#include "rt/rt.h"

/* Block until somebody lets go; false: stopped. */
static bool block(struct teeq_rt_client *client, enum teeq_rt_wait_kind kind, unsigned int object)
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

static void let_go(struct teeq_rt_client *client)
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
			let_go(&rt->clients[i]);
}

static void let_first_go(struct teeq_rt *rt, unsigned int lock)
{
	struct teeq_rt_client *first = NULL;

	for (size_t i = 0; i < rt->options.client_count; i++) {
		struct teeq_rt_client *client = &rt->clients[i];

		if (blocks_on(client, TEEQ_RT_WAIT_LOCK, lock) &&
		    (!first || client->ticket < first->ticket))
			first = client;
	}
	if (first)
		let_go(first);
}

static void tell(struct teeq_rt_client *client, enum teeq_action kind, unsigned int object)
{
	struct teeq_rt_action action = { .action = kind, .level = client->depth, .object = object };

	rt_tell(client, &action);
}

/* Leave the section: what the caller returns follows from whether it went through. */
static enum teeq_status leave(struct teeq_rt_client *client, bool through)
{
	pthread_mutex_unlock(&client->rt->outside);
	return through ? TEEQ_OK : TEEQ_ELIMIT;
}

enum teeq_status teeq_rt_lock(struct teeq_rt_client *client, unsigned int lock)
{
	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (lock >= rt->options.lock_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	while (through && rt->lock_owners[lock] >= 0)
		through = block(client, TEEQ_RT_WAIT_LOCK, lock);
	if (through) {
		rt->lock_owners[lock] = (int16_t)client->index;
		tell(client, TEEQ_ACTION_LOCK, lock);
	}
	return leave(client, through);
}

enum teeq_status teeq_rt_unlock(struct teeq_rt_client *client, unsigned int lock)
{
	struct teeq_rt *rt = client->rt;
	bool held;

	if (lock >= rt->options.lock_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	held = rt->lock_owners[lock] == (int16_t)client->index;
	if (held) {
		rt->lock_owners[lock] = -1;
		let_first_go(rt, lock);
	}
	pthread_mutex_unlock(&rt->outside);
	return held ? TEEQ_OK : TEEQ_EINPUT;
}

enum teeq_status teeq_rt_await(struct teeq_rt_client *client, unsigned int event)
{
	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (event >= rt->options.event_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	while (through && !rt->signalled[event])
		through = block(client, TEEQ_RT_WAIT_EVENT, event);
	if (through)
		tell(client, TEEQ_ACTION_AWAIT, event);
	return leave(client, through);
}

enum teeq_status teeq_rt_signal(struct teeq_rt_client *client, unsigned int event)
{
	struct teeq_rt *rt = client->rt;

	if (event >= rt->options.event_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	rt->signalled[event] = true;
	let_all_go(rt, TEEQ_RT_WAIT_EVENT, event);
	return leave(client, true);
}

enum teeq_status teeq_rt_barrier(struct teeq_rt_client *client, unsigned int barrier)
{
	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (barrier >= rt->options.barrier_count)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	if (++rt->arrived[barrier] < rt->options.barriers[barrier].count) {
		through = block(client, TEEQ_RT_WAIT_BARRIER, barrier);
	} else {
		rt->arrived[barrier] = 0;
		let_all_go(rt, TEEQ_RT_WAIT_BARRIER, barrier);
	}
	if (through)
		tell(client, TEEQ_ACTION_BARRIER, barrier);
	return leave(client, through);
}

enum teeq_status teeq_rt_start(struct teeq_rt_client *client)
{
	if (!rt_enter(client, &client->rt->outside))
		return TEEQ_ELIMIT;
	tell(client, TEEQ_ACTION_START, TEEQ_RT_NONE);
	return leave(client, true);
}
