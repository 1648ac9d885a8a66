/* SPDX-License-Identifier: BSD-2-Clause */
/* Who can still move, sections, and the end of a run. */
#include "rt/rt.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

/* Once in so many pauses the thread gives the processor away for a while, not only for a moment. */
enum {
	PAUSES_A_NAP = 8,
	NAP_NS_MAX = 50000,
};

static void pause_now_and_then(struct teeq_rt_client *client)
{
	struct timespec nap = { 0 };

	if (prng_below(&client->prng, 100) >= client->rt->options.pause_percent)
		return;
	if (prng_below(&client->prng, PAUSES_A_NAP) > 0) {
		sched_yield();
		return;
	}
	nap.tv_nsec = (long)prng_below(&client->prng, NAP_NS_MAX);
	nanosleep(&nap, NULL);
}

bool rt_enter(struct teeq_rt_client *client, pthread_mutex_t *lock)
{
	struct teeq_rt *rt = client->rt;

	if (rt->options.gives_up && !rt_is_stopped(rt) &&
	    rt->options.gives_up(rt->options.argument))
		teeq_rt_stop(rt);
	if (rt->options.pause_percent > 0)
		pause_now_and_then(client);
	pthread_mutex_lock(lock);
	if (!rt_is_stopped(rt))
		return true;
	pthread_mutex_unlock(lock);
	return false;
}

/*
 * The number is taken while the action's lock is held. So it orders the actions of one lock as the
 * lock does, those of one thread as the thread does, and the whole as one that could have been.
 */
void rt_tell(struct teeq_rt_client *client, struct teeq_rt_action *action)
{
	struct teeq_rt *rt = client->rt;

	action->order = atomic_fetch_add_explicit(&rt->order, 1, memory_order_relaxed);
	action->client = client->index;
	if (rt->options.on_action)
		rt->options.on_action(rt->options.argument, action);
}

static void notify(struct teeq_rt *rt)
{
	pthread_mutex_lock(&rt->watch_lock);
	pthread_cond_signal(&rt->changed);
	pthread_mutex_unlock(&rt->watch_lock);
}

void rt_block(struct teeq_rt *rt)
{
	if (atomic_fetch_sub(&rt->running, 1) == 1)
		notify(rt);
}

void rt_wake(struct teeq_rt_client *client)
{
	atomic_fetch_add(&client->rt->running, 1);
	pthread_cond_signal(&client->woken);
}

struct teeq_rt_client *teeq_rt_begin(struct teeq_rt *rt, unsigned int index)
{
	if (!rt)
		return NULL;

	struct teeq_rt_client *client = NULL;

	if (index >= rt->options.client_count)
		return NULL;
	pthread_mutex_lock(&rt->watch_lock);
	if (!rt->clients[index].begun) {
		client = &rt->clients[index];
		client->begun = true;
		atomic_fetch_add(&rt->running, 1);
	}
	pthread_mutex_unlock(&rt->watch_lock);
	return client;
}

void teeq_rt_end(struct teeq_rt_client *client)
{
	if (!client)
		return;

	struct teeq_rt *rt = client->rt;

	pthread_mutex_lock(&rt->watch_lock);
	client->ended = true;
	atomic_fetch_sub(&rt->running, 1);
	pthread_cond_signal(&rt->changed);
	pthread_mutex_unlock(&rt->watch_lock);
}

struct timespec rt_in_us(uint64_t microseconds)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += (time_t)(microseconds / 1000000);
	time.tv_nsec += (long)(microseconds % 1000000) * 1000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

/*
 * Nobody can move any more. A thread of tee-supplicant or of an interrupt that waits for anything but
 * work is as stuck as a client.
 */
static enum teeq_rt_end look_at_rest(struct teeq_rt *rt)
{
	bool stuck = false;

	rt_hold(rt);
	pthread_mutex_lock(&rt->watch_lock);
	for (size_t i = 0; i < rt->options.client_count; i++) {
		const struct teeq_rt_client *client = &rt->clients[i];
		struct teeq_rt_wait wait;

		rt_look(client, &wait);
		stuck |= client->begun && !client->ended && wait.kind != TEEQ_RT_WAIT_REQUEST;
	}
	pthread_mutex_unlock(&rt->watch_lock);
	rt_let_go(rt);
	return stuck ? TEEQ_RT_STUCK : TEEQ_RT_FINISHED;
}

enum teeq_rt_end teeq_rt_watch(struct teeq_rt *rt, unsigned int stall_ms)
{
	if (!rt)
		return (enum teeq_rt_end)0;

	uint64_t seen = atomic_load(&rt->order);
	struct timespec due = rt_in_us(stall_ms * UINT64_C(1000));
	bool stalled = false;
	int late = 0;

	pthread_mutex_lock(&rt->watch_lock);
	while (atomic_load(&rt->running) > 0) {
		stalled = late == ETIMEDOUT && atomic_load(&rt->order) == seen;
		if (stalled)
			break;
		if (late == ETIMEDOUT) {
			seen = atomic_load(&rt->order);
			due = rt_in_us(stall_ms * UINT64_C(1000));
		}
		late = stall_ms > 0 ? pthread_cond_timedwait(&rt->changed, &rt->watch_lock, &due) :
				      pthread_cond_wait(&rt->changed, &rt->watch_lock);
	}
	pthread_mutex_unlock(&rt->watch_lock);
	return stalled ? TEEQ_RT_STALLED : look_at_rest(rt);
}

/* Whoever waits looks at the flag under one of these locks, so nobody misses the signal. */
static void wake_all(struct teeq_rt *rt, pthread_mutex_t *lock)
{
	pthread_mutex_lock(lock);
	for (size_t i = 0; i < rt->options.client_count; i++)
		pthread_cond_signal(&rt->clients[i].woken);
	pthread_mutex_unlock(lock);
}

void teeq_rt_stop(struct teeq_rt *rt)
{
	if (!rt)
		return;

	atomic_store(&rt->stopped, true);
	wake_all(rt, &rt->queue_lock);
	wake_all(rt, &rt->notif_lock);
	wake_all(rt, &rt->outside);
	/* Whoever is in a section now finishes it before this returns. */
	wake_all(rt, &rt->pool_lock);
}
