/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: keys that are sent and waited for, under a lock of their own as in the driver. */
#include "rt/rt.h"
#include "teeq/abi.h"

#include <time.h>

static void tell(struct teeq_rt_client *client, enum teeq_action kind, enum teeq_outcome outcome,
		 unsigned int level, unsigned int key, int result)
{
	struct teeq_rt_action action = { .action = kind,
					 .outcome = outcome,
					 .level = level,
					 .result = result,
					 .object = key };

	rt_tell(client, &action);
}

void rt_send_key(struct teeq_rt *rt, unsigned int key)
{
	unsigned int waiter = rt->keys[key].waiter;
	struct teeq_rt_client *client;

	notif_send(&rt->keys[key]);
	if (waiter == 0)
		return;
	client = &rt->clients[waiter - 1];
	if (client->key == 0) { /* it looks at the clock too, or does not sleep yet */
		pthread_cond_signal(&client->woken);
		return;
	}
	client->key = 0;
	rt_wake(client);
}

bool rt_notif_send(struct teeq_rt_client *client, unsigned int key, unsigned int level)
{
	if (!rt_enter(client, &client->rt->notif_lock))
		return false;
	rt_send_key(client->rt, key);
	tell(client, TEEQ_ACTION_NOTIF_SEND, TEEQ_OUTCOME_OK, level, key, 0);
	pthread_mutex_unlock(&client->rt->notif_lock);
	return true;
}

enum teeq_status teeq_rt_notify(struct teeq_rt_client *client, unsigned int notification)
{
	if (!client)
		return TEEQ_EINPUT;
	if (notification >= client->rt->options.notification_count)
		return TEEQ_EINPUT;
	return rt_notif_send(client, notification, client->depth) ? TEEQ_OK : TEEQ_ELIMIT;
}

/* ------------------------------------------ waits --------------------------------------------- */

/* Who looks at the clock is not blocked: it goes on by itself. */
static void sleep_for_a_time(struct teeq_rt_client *client, unsigned int key,
			     unsigned int timeout_us)
{
	struct teeq_rt *rt = client->rt;
	const struct timespec due = rt_in_us(timeout_us);
	int late = 0;

	while (late == 0 && !rt_is_stopped(rt) && !(rt->keys[key].flags & KEY_DONE))
		late = pthread_cond_timedwait(&client->woken, &rt->notif_lock, &due);
}

static void sleep_until_sent(struct teeq_rt_client *client, unsigned int key)
{
	struct teeq_rt *rt = client->rt;

	if (rt_is_stopped(rt) || (rt->keys[key].flags & KEY_DONE))
		return;
	client->key = key + 1;
	rt_block(rt);
	while (client->key != 0 && !rt_is_stopped(rt))
		pthread_cond_wait(&client->woken, &rt->notif_lock);
	if (client->key != 0)
		rt_wake(client);
	client->key = 0;
}

static void leave_list(struct teeq_rt_client *client, unsigned int key, bool late)
{
	notif_leave(&client->rt->keys[key]);
	tell(client, TEEQ_ACTION_NOTIF_WAKE, late ? TEEQ_OUTCOME_FAILED : TEEQ_OUTCOME_OK,
	     client->depth - 1, key, late ? -TEEQ_ABI_ETIMEDOUT : 0);
}

/* Sleep until the completion is done, or the time is over: that is seen, and told, first. */
static bool sleep_on_key(struct teeq_rt_client *client, const struct rt_stop *stop, bool *late)
{
	struct teeq_rt *rt = client->rt;

	if (!rt_enter(client, &rt->notif_lock))
		return false;
	if (stop->timeout_us > 0)
		sleep_for_a_time(client, stop->number, stop->timeout_us);
	else
		sleep_until_sent(client, stop->number);
	*late = !rt_is_stopped(rt) && !(rt->keys[stop->number].flags & KEY_DONE);
	if (*late)
		tell(client, TEEQ_ACTION_SLEEP, TEEQ_OUTCOME_OK, client->depth - 1, TEEQ_RT_NONE, 0);
	else if (!rt_is_stopped(rt))
		leave_list(client, stop->number, false);
	pthread_mutex_unlock(&rt->notif_lock);
	return !rt_is_stopped(rt);
}

/*
 * In the driver the completion has a lock of its own, and the list another: between the time that is
 * over and the list that is left a notification comes too late, and is lost.
 */
static bool wake_up(struct teeq_rt_client *client, const struct rt_stop *stop)
{
	pthread_mutex_t *lock = &client->rt->notif_lock;
	bool late;

	if (!sleep_on_key(client, stop, &late))
		return false;
	if (!late)
		return true;
	if (!rt_enter(client, lock))
		return false;
	leave_list(client, stop->number, true);
	pthread_mutex_unlock(lock);
	return true;
}

bool rt_notif_wait(struct teeq_rt_client *client, const struct rt_stop *stop, bool *failed)
{
	static const enum teeq_outcome outcomes[] = {
		[NOTIF_CAME] = TEEQ_OUTCOME_OK,
		[NOTIF_BUSY] = TEEQ_OUTCOME_FAILED,
		[NOTIF_WAITS] = TEEQ_OUTCOME_MUST_WAIT,
	};
	enum notif_wait answer;

	if (!rt_enter(client, &client->rt->notif_lock))
		return false;
	answer = notif_wait(&client->rt->keys[stop->number], client->index);
	*failed = answer == NOTIF_BUSY;
	tell(client, TEEQ_ACTION_NOTIF_WAIT, outcomes[answer], client->depth - 1, stop->number,
	     *failed ? -TEEQ_ABI_EBUSY : 0);
	pthread_mutex_unlock(&client->rt->notif_lock);
	return answer != NOTIF_WAITS || wake_up(client, stop);
}

/* --------------------------------------- nothing to do ---------------------------------------- */

bool rt_idle(struct teeq_rt_client *client)
{
	struct teeq_rt *rt = client->rt;

	client->idle = true;
	rt_block(rt);
	while (client->idle && !rt_is_stopped(rt))
		pthread_cond_wait(&client->woken, &rt->notif_lock);
	if (client->idle)
		rt_wake(client);
	client->idle = false;
	return !rt_is_stopped(rt);
}

void rt_end_idle(struct teeq_rt_client *client)
{
	if (!client->idle)
		return;
	client->idle = false;
	rt_wake(client);
}
