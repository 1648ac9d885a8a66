/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RT_RT_H
#define RT_RT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/prng.h"
#include "core/call.h"
#include "core/callq.h"
#include "core/pool.h"
#include "core/requests.h"
#include "core/session.h"
#include "teeq/rt.h"

/*
 * One call in progress. The thread's own; but the core changes @call only in sections under the
 * queue's mutex or the pool's lock, so who holds both may look.
 */
struct frame {
	struct call call;
	struct call_place place;
};

/*
 * @depth    calls in progress: frames[depth - 1] is the innermost. Under the queue's mutex; a
 *           thread of tee-supplicant that serves a request counts it as one, under the outside mutex
 * @asleep   blocked until the innermost call's completion is done. Under the queue's mutex
 * @kind, @object, @ticket  blocked outside; TEEQ_RT_RUNS: not. Under the outside mutex
 * @works_for  of a thread of tee-supplicant: the client whose request it serves, or NULL. Likewise
 * @woken    for whichever of these it waits
 * @stats    under the queue's mutex
 */
struct teeq_rt_client {
	struct teeq_rt *rt;
	unsigned int index;
	bool begun; /* under the watch mutex, and so is @ended */
	bool ended;
	unsigned int depth;
	bool asleep;
	enum teeq_rt_wait_kind kind;
	unsigned int object;
	uint64_t ticket;
	struct teeq_rt_client *works_for;
	pthread_cond_t woken;
	struct prng prng;
	struct teeq_rt_stats stats;
	struct frame frames[TEEQ_CALL_DEPTH_MAX];
};

/*
 * Locks are taken in this order: queue, pool, outside, watch. Only somebody who looks at the whole,
 * or a v4 session that reserves in the secure world, takes more than one.
 *
 * @queue_lock   @q, @sessions
 * @pool_lock    @pool, @owners
 * @outside      @lock_owners, @signalled, @arrived, @tickets, @requests
 * @watch_lock   @present, and what goes with @changed
 * @present      clients that have begun and not ended, without those of tee-supplicant
 * @running      clients that are not blocked. Whoever wakes one counts it, and is itself counted
 *               while doing so, so that 0 means that nobody is left who could wake anybody
 * @order        actions so far; taken in the section of the action
 * @stopped      set once, read in every section
 */
struct teeq_rt {
	struct teeq_rt_options options;
	pthread_mutex_t queue_lock;
	pthread_mutex_t pool_lock;
	pthread_mutex_t outside;
	pthread_mutex_t watch_lock;
	pthread_cond_t changed;
	struct teeq_callq *q;
	struct teeq_callq *scratch;
	struct pool *pool;
	int16_t owners[TEEQ_CONTEXT_MAX];
	struct session sessions[TEEQ_SESSION_MAX];
	int answers[TEEQ_SESSION_MAX];
	int16_t lock_owners[TEEQ_LOCK_MAX];
	bool signalled[TEEQ_EVENT_MAX];
	unsigned int arrived[TEEQ_BARRIER_MAX];
	uint64_t tickets;
	struct requests *requests;
	unsigned int present;
	atomic_uint running;
	atomic_uint_fast64_t order;
	atomic_bool stopped;
	struct teeq_rt_client clients[];
};

/* A waiter's id in the queue, and whose it is. */
static inline uint16_t rt_id(unsigned int client, unsigned int level)
{
	return (uint16_t)(client << 4 | level);
}

static inline unsigned int rt_id_client(uint16_t id)
{
	return id >> 4;
}

static inline unsigned int rt_id_level(uint16_t id)
{
	return id & 15;
}

static inline bool rt_is_stopped(const struct teeq_rt *rt)
{
	return atomic_load_explicit(&rt->stopped, memory_order_relaxed);
}

/* Enter a section: after a pause, where they are wanted. False, and not entered: stopped. */
bool rt_enter(struct teeq_rt_client *client, pthread_mutex_t *lock);

/* Give the section's action its place, and tell it. What is not filled in: order and client. */
void rt_tell(struct teeq_rt_client *client, struct teeq_rt_action *action);

/* The caller is about to block, under the lock whose holder would wake it. */
void rt_block(struct teeq_rt *rt);
/* @client, which is blocked, can go on. */
void rt_wake(struct teeq_rt_client *client);

static inline bool rt_is_supplicant(const struct teeq_rt_client *client)
{
	const struct teeq_rt_options *options = &client->rt->options;

	return client->index >= options->client_count - options->supplicant_count;
}

/* Under the outside mutex: block until somebody lets go of whoever waits for that; false: stopped. */
bool rt_block_on(struct teeq_rt_client *client, enum teeq_rt_wait_kind kind, unsigned int object);
void rt_unblock(struct teeq_rt_client *client);
/* Of those who wait for it, the one that has waited longest. */
void rt_unblock_first(struct teeq_rt *rt, enum teeq_rt_wait_kind kind, unsigned int object);
/* Tell an action of the outside mutex; and leave it: TEEQ_OK, or TEEQ_ELIMIT. */
void rt_tell_outside(struct teeq_rt_client *client, enum teeq_action kind, unsigned int level,
		     unsigned int object);
enum teeq_status rt_leave_outside(struct teeq_rt_client *client, bool through);
/* The same as a section of its own; false: stopped. */
bool rt_pass_outside(struct teeq_rt_client *client, enum teeq_action kind, unsigned int level,
		     unsigned int object);
/* Let time pass. */
void rt_nap(unsigned int microseconds);
/* Have tee-supplicant serve RPC @rpc of the innermost call; false: stopped. */
bool rt_request(struct teeq_rt_client *client, unsigned int rpc);

/* One action on the queue; false: the runtime was stopped. @frame is the innermost call. */
bool rt_queue_enter(struct teeq_rt_client *client, unsigned int session, enum session_use use,
		    uint8_t *marks, int *result);
bool rt_queue_step(struct teeq_rt_client *client, struct frame *frame);
bool rt_queue_leave(struct teeq_rt_client *client, unsigned int session, enum session_use use);
bool rt_queue_unreserve(struct teeq_rt_client *client, unsigned int session, uint8_t *marks,
			int *result);

/* Hold everything still to look at it: the queue's mutex, the pool's lock, the outside mutex. */
void rt_hold(struct teeq_rt *rt);
void rt_let_go(struct teeq_rt *rt);
/* What @client waits for; everything is held. */
void rt_look(const struct teeq_rt_client *client, struct teeq_rt_wait *wait);

#endif
