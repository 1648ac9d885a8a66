/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at a runtime: who waits for what. */
#include "rt/rt.h"

void rt_hold(struct teeq_rt *rt)
{
	pthread_mutex_lock(&rt->queue_lock);
	pthread_mutex_lock(&rt->pool_lock);
	pthread_mutex_lock(&rt->notif_lock);
	pthread_mutex_lock(&rt->outside);
}

void rt_let_go(struct teeq_rt *rt)
{
	pthread_mutex_unlock(&rt->outside);
	pthread_mutex_unlock(&rt->notif_lock);
	pthread_mutex_unlock(&rt->pool_lock);
	pthread_mutex_unlock(&rt->queue_lock);
}

static bool sleeps(const struct teeq_rt_client *client, unsigned int level)
{
	return client->depth == level + 1 && call_sleeps(&client->frames[level].call);
}

/* The first caller whose completion is done although it does not sleep: it took the wake. */
static void find_absorber(const struct teeq_rt *rt, struct teeq_rt_wait *wait)
{
	for (unsigned int i = 0; i < rt->q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &rt->q->waiters[i];
		unsigned int index = rt_id_client(waiter->id);
		unsigned int level = rt_id_level(waiter->id);

		if (!(waiter->flags & TEEQ_WAITER_DONE) || sleeps(&rt->clients[index], level))
			continue;
		wait->holder = (int)index;
		wait->holder_level = level;
		return;
	}
}

static void look_outside(const struct teeq_rt_client *client, struct teeq_rt_wait *wait)
{
	const struct teeq_rt *rt = client->rt;

	wait->kind = client->kind;
	wait->object = client->object;
	if (client->kind == TEEQ_RT_WAIT_LOCK)
		wait->holder = rt->lock_owners[client->object];
	if (client->kind == TEEQ_RT_WAIT_BARRIER)
		wait->arrived = rt->arrived[client->object];
	for (size_t i = 0; client->kind == TEEQ_RT_WAIT_REPLY && i < rt->options.client_count; i++)
		if (rt->clients[i].works_for == client)
			wait->holder = (int)i;
}

static bool sleeps_in_vain(const struct teeq_rt *rt, const struct frame *frame)
{
	return frame->errand->function != 0 ?
		       call_fast_sleeps_in_vain(&frame->call, &frame->place, rt->scratch) :
		       call_sleeps_in_vain(&frame->call, &frame->place, rt->scratch);
}

void rt_look(const struct teeq_rt_client *client, struct teeq_rt_wait *wait)
{
	const struct teeq_rt *rt = client->rt;
	const struct frame *frame = client->depth > 0 ? &client->frames[client->depth - 1] : NULL;

	*wait = (struct teeq_rt_wait){ .level = client->depth,
				       .object = TEEQ_RT_NONE,
				       .holder = -1 };
	if (client->kind != TEEQ_RT_RUNS) {
		look_outside(client, wait);
	} else if (client->key > 0) {
		wait->kind = TEEQ_RT_WAIT_KEY;
		wait->object = client->key - 1;
	} else if (client->idle) {
		wait->kind = TEEQ_RT_WAIT_REQUEST;
	} else if (client->asleep && sleeps_in_vain(rt, frame)) {
		wait->kind = TEEQ_RT_WAIT_WAKE;
		find_absorber(rt, wait);
	} else if (client->asleep) {
		wait->kind = TEEQ_RT_WAIT_THREAD;
	}
}

void teeq_rt_wait_of(struct teeq_rt *rt, unsigned int index, struct teeq_rt_wait *wait)
{
	if (!rt || !wait)
		return;

	*wait = (struct teeq_rt_wait){ .object = TEEQ_RT_NONE, .holder = -1 };
	if (index >= rt->options.client_count)
		return;
	rt_hold(rt);
	rt_look(&rt->clients[index], wait);
	rt_let_go(rt);
}

bool teeq_rt_lost_wakeup(struct teeq_rt *rt)
{
	if (!rt)
		return false;

	bool lost = false;

	rt_hold(rt);
	for (size_t i = 0; i < rt->options.client_count; i++) {
		struct teeq_rt_wait wait;

		rt_look(&rt->clients[i], &wait);
		lost |= wait.kind == TEEQ_RT_WAIT_WAKE;
	}
	rt_let_go(rt);
	return lost;
}

void teeq_rt_stats(struct teeq_rt *rt, struct teeq_rt_stats *stats)
{
	if (!rt || !stats)
		return;

	*stats = (struct teeq_rt_stats){ .actions = atomic_load(&rt->order) };
	pthread_mutex_lock(&rt->queue_lock);
	for (size_t i = 0; i < rt->options.client_count; i++) {
		const struct teeq_rt_stats *one = &rt->clients[i].stats;

		stats->calls += one->calls;
		stats->waits += one->waits;
		stats->wait_ns += one->wait_ns;
		if (one->wait_ns_max > stats->wait_ns_max)
			stats->wait_ns_max = one->wait_ns_max;
	}
	pthread_mutex_unlock(&rt->queue_lock);
}
