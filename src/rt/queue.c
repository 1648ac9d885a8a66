/* SPDX-License-Identifier: BSD-2-Clause */
/* The sections under the queue's mutex, and sleeping there. */
#include "rt/rt.h"
#include "teeq/abi.h"

#include <time.h>

/*
 * Whoever sleeps and has its completion done can go on. A completion belongs to the innermost call
 * of a sleeping client; a call further out has one too, but nobody who sleeps for it.
 */
static void wake_sleepers(struct teeq_rt *rt)
{
	for (unsigned int i = 0; i < rt->q->waiter_count; i++) {
		const struct teeq_waiter *waiter = &rt->q->waiters[i];
		struct teeq_rt_client *client = &rt->clients[rt_id_client(waiter->id)];

		if (!(waiter->flags & TEEQ_WAITER_DONE) || !client->asleep ||
		    client->depth != rt_id_level(waiter->id) + 1)
			continue;
		client->asleep = false;
		rt_wake(client);
	}
}

/* The action is done: tell it, wake whom it woke, and leave the section. */
static void leave_section(struct teeq_rt_client *client, struct teeq_rt_action *action)
{
	action->q = client->rt->q;
	rt_tell(client, action);
	wake_sleepers(client->rt);
	pthread_mutex_unlock(&client->rt->queue_lock);
}

static uint64_t now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void count_wait(struct teeq_rt_stats *stats, uint64_t ns)
{
	stats->waits++;
	stats->wait_ns += ns;
	stats->wait_ns_max = ns > stats->wait_ns_max ? ns : stats->wait_ns_max;
}

/*
 * Sleep until the call's completion is done; false: stopped. The done flag lies in the queue's own
 * list, so the queue's mutex stands in for the lock inside of a completion. Between consuming it
 * and the requeue the mutex is free, which is the window that the kernel has.
 */
static bool sleep_until_done(struct teeq_rt_client *client, const struct frame *frame)
{
	struct teeq_rt *rt = client->rt;
	uint64_t since;

	if (callq_is_done(rt->q, frame->place.id))
		return true;
	since = now_ns();
	while (!rt_is_stopped(rt) && !callq_is_done(rt->q, frame->place.id)) {
		client->asleep = true;
		rt_block(rt);
		while (client->asleep && !rt_is_stopped(rt))
			pthread_cond_wait(&client->woken, &rt->queue_lock);
		if (client->asleep)
			rt_wake(client);
		client->asleep = false;
	}
	count_wait(&client->stats, now_ns() - since);
	return !rt_is_stopped(rt);
}

/* ----------------------------------------- the call ------------------------------------------- */

/* Where the secure world has to be told, it cannot be by a call in memory it does not know. */
static bool is_system(const struct teeq_rt *rt, const struct rt_errand *errand)
{
	const struct teeq_policy *policy = rt->options.policy;

	if (errand->kind_of == TEEQ_RT_NONE ||
	    (rt->options.lacks_rpc_arg && policy->secure != TEEQ_SECURE_PLAIN))
		return false;
	return session_is_system(&rt->sessions[errand->kind_of],
				 errand->of_context ? SESSION_OPEN : SESSION_CALL, policy);
}

bool rt_queue_enter(struct teeq_rt_client *client, const struct rt_errand *errand, uint8_t *marks,
		    int *result)
{
	struct teeq_rt *rt = client->rt;
	unsigned int session = errand->session;
	struct session *named = session == TEEQ_RT_NONE ? NULL : &rt->sessions[session];
	struct frame *frame = &client->frames[client->depth];
	struct teeq_rt_action action = { .action = TEEQ_ACTION_ENTER,
					 .level = client->depth,
					 .object = session };
	unsigned int kind;

	if (!rt_enter(client, &rt->queue_lock))
		return false;
	*result = named && (errand->foreign || session_refuses(named, errand->use)) ?
			  -TEEQ_ABI_EINVAL :
			  0;
	if (*result != 0) {
		action.outcome = TEEQ_OUTCOME_REFUSED;
		action.result = *result;
		leave_section(client, &action);
		return true;
	}
	kind = (is_system(rt, errand) ? CALL_SYSTEM : 0) | (errand->function != 0 ? CALL_ALL : 0);
	if (errand->use == SESSION_CLOSE && errand->keeps)
		named->open = 0;
	else if (errand->use == SESSION_CLOSE)
		*marks = session_shut(named);
	client->depth++;
	frame->errand = errand;
	call_begin(&frame->call);
	if (errand->unregistered)
		frame->call.flags |= CALL_PRIVATE;
	action.outcome = call_enter(&frame->call, &frame->place, kind) ? TEEQ_OUTCOME_ADMITTED :
									   TEEQ_OUTCOME_MUST_WAIT;
	leave_section(client, &action);
	return true;
}

bool rt_queue_step(struct teeq_rt_client *client, struct frame *frame)
{
	struct teeq_rt_action action = { .level = client->depth - 1, .object = TEEQ_RT_NONE };
	struct call *call = &frame->call;

	if (!rt_enter(client, &client->rt->queue_lock))
		return false;
	if (call_sleeps(call)) {
		if (!sleep_until_done(client, frame)) {
			pthread_mutex_unlock(&client->rt->queue_lock);
			return false;
		}
		call_wait(call, &frame->place);
		action.action = TEEQ_ACTION_WAIT;
	} else if (call->state == CALL_RECHECK) {
		action.action = TEEQ_ACTION_RECHECK;
		action.outcome = call_recheck(call, &frame->place) ? TEEQ_OUTCOME_ADMITTED :
								     TEEQ_OUTCOME_MUST_WAIT;
	} else if (call->state == CALL_STARTED) {
		call_started(call, &frame->place);
		action.action = TEEQ_ACTION_STARTED;
	} else {
		call_requeue(call, &frame->place);
		action.action = TEEQ_ACTION_REQUEUE;
	}
	leave_section(client, &action);
	return true;
}

bool rt_queue_leave(struct teeq_rt_client *client, int *result)
{
	struct teeq_rt *rt = client->rt;
	struct frame *frame = &client->frames[client->depth - 1];
	struct teeq_rt_action action = { .action = TEEQ_ACTION_LEAVE,
					 .level = client->depth - 1,
					 .object = TEEQ_RT_NONE };

	if (!rt_enter(client, &rt->queue_lock))
		return false;
	if (frame->call.flags & CALL_FAILED) {
		action.outcome = TEEQ_OUTCOME_FAILED;
		*result = -TEEQ_ABI_EIO;
	}
	call_leave(&frame->call, &frame->place);
	client->depth--;
	client->stats.calls++;
	if (frame->errand->use == SESSION_OPEN && *result == 0)
		rt->sessions[frame->errand->session].open = 1;
	leave_section(client, &action);
	return true;
}

/* --------------------------------------- system sessions -------------------------------------- */

/* The way to the secure world is under the pool's lock, where the policy has sessions go there. */
static bool enter_pool_too(struct teeq_rt *rt, const struct call_place *place)
{
	bool asks = session_asks_pool(place);

	if (asks)
		pthread_mutex_lock(&rt->pool_lock);
	return asks;
}

static void leave_session(struct teeq_rt_client *client, struct teeq_rt_action *action, bool pool,
			  int result)
{
	action->level = client->depth;
	action->outcome = result ? TEEQ_OUTCOME_REFUSED : TEEQ_OUTCOME_OK;
	action->result = result;
	/* Its number is taken under both locks. */
	action->q = client->rt->q;
	rt_tell(client, action);
	wake_sleepers(client->rt);
	if (pool)
		pthread_mutex_unlock(&client->rt->pool_lock);
	pthread_mutex_unlock(&client->rt->queue_lock);
}

/* Count a system session in or out. Without @marks there is nothing to count: refused. */
static bool count_session(struct teeq_rt_client *client, enum teeq_action what,
			  unsigned int session, uint8_t *marks, int *result)
{
	struct teeq_rt *rt = client->rt;
	const struct call_place *place = &client->frames[0].place;
	struct teeq_rt_action action = { .action = what, .object = session };
	bool pool;

	if (!rt_enter(client, &rt->queue_lock))
		return false;
	pool = enter_pool_too(rt, place);
	if (!marks)
		*result = -TEEQ_ABI_EINVAL;
	else if (what == TEEQ_ACTION_RESERVE)
		*result = session_reserve(&rt->sessions[session], marks, place, NULL);
	else
		*result = session_unreserve(marks, place, NULL);
	leave_session(client, &action, pool, *result);
	return true;
}

bool rt_queue_unreserve(struct teeq_rt_client *client, unsigned int session, uint8_t *marks,
			int *result)
{
	return count_session(client, TEEQ_ACTION_UNRESERVE, session, marks, result);
}

bool rt_queue_reserve(struct teeq_rt_client *client, unsigned int session, uint8_t *marks,
		      int *result)
{
	return count_session(client, TEEQ_ACTION_RESERVE, session, marks, result);
}

/* The same for a session's own marks; @result may be NULL. */
static enum teeq_status count_own(struct teeq_rt_client *client, enum teeq_action what,
				  unsigned int session, int *result)
{
	int answer = 0;

	if (session >= client->rt->options.session_count)
		return TEEQ_EINPUT;
	if (!count_session(client, what, session, &client->rt->sessions[session].marks, &answer))
		return TEEQ_ELIMIT;
	if (result)
		*result = answer;
	return TEEQ_OK;
}

enum teeq_status teeq_rt_session_reserve(struct teeq_rt_client *client, unsigned int session,
					 int *result)
{
	if (!client)
		return TEEQ_EINPUT;
	return count_own(client, TEEQ_ACTION_RESERVE, session, result);
}

enum teeq_status teeq_rt_session_release(struct teeq_rt_client *client, unsigned int session,
					 int *result)
{
	if (!client)
		return TEEQ_EINPUT;
	return count_own(client, TEEQ_ACTION_UNRESERVE, session, result);
}
