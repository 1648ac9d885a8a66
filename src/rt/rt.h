/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RT_RT_H
#define RT_RT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/prng.h"
#include "core/call.h"
#include "core/callq.h"
#include "core/notif.h"
#include "core/pool.h"
#include "core/requests.h"
#include "core/session.h"
#include "teeq/rt.h"

/* Where the secure world's part of a call stopped. */
struct rt_stop {
	enum teeq_rt_stop why;
	unsigned int number;
	unsigned int timeout_us; /* TEEQ_RT_STOP_WAIT: 0: none */
	bool failed;             /* on the way: the call's leave tells it */
};

/*
 * A call that says more of itself than teeq_rt_invoke() can.
 *
 * @session    which it names, or TEEQ_RT_NONE: the driver refuses it by @use, or because it is @foreign
 * @kind_of    whose marks say whether it is a system call, or TEEQ_RT_NONE; @of_context: as opening is
 * @keeps      a close leaves the marks alone
 * @function   0, or the fast call that it is instead, the driver's loop included
 * @raises     @secure may send or raise notifications: under the lock of the keys too
 * @secure     instead of the command's: run under the pool's lock in context @context
 * @fail       the RPC that it stopped at failed; likewise. NULL: it need not know
 */
struct rt_errand {
	enum session_use use;
	unsigned int session;
	unsigned int kind_of;
	bool foreign;
	bool of_context;
	bool unregistered; /* its argument lies in private memory: it registers some itself */
	bool keeps;
	bool raises;
	uint32_t function;
	void (*secure)(void *argument, unsigned int context, struct rt_stop *stop);
	void (*fail)(void *argument, unsigned int context);
};

/*
 * One call in progress. The thread's own; but the core changes @call only in sections under the
 * queue's mutex or the pool's lock, so who holds both may look.
 */
struct frame {
	const struct rt_errand *errand;
	struct call call;
	struct call_place place;
};

/*
 * @depth    calls in progress: frames[depth - 1] is the innermost. Under the queue's mutex; a
 *           thread of tee-supplicant that serves a request counts it as one, under the outside mutex
 * @asleep   blocked until the innermost call's completion is done. Under the queue's mutex
 * @kind, @object, @ticket  blocked outside; TEEQ_RT_RUNS: not. Under the outside mutex
 * @works_for  of a thread of tee-supplicant: the client whose request it serves, or NULL. Likewise
 * @key        blocked until this notification's key is sent, plus 1. Under the lock of the keys
 * @idle       of an interrupt's thread: blocked with nothing to do. Likewise
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
	unsigned int key;
	bool idle;
	pthread_cond_t woken;
	struct prng prng;
	struct teeq_rt_stats stats;
	struct frame frames[TEEQ_CALL_DEPTH_MAX];
};

/*
 * Locks are taken in this order: queue, pool, notif, outside, watch. Only somebody who looks at the whole,
 * or a v4 session that reserves in the secure world, takes more than one.
 *
 * @queue_lock   @q, @sessions
 * @pool_lock    @pool, @owners
 * @notif_lock   @keys, and who is idle
 * @outside      @lock_owners, @signalled, @arrived, @tickets, @requests
 * @watch_lock   who has begun and ended, and what goes with @changed
 * @running      clients that are not blocked. Whoever wakes one counts it, and is itself counted
 *               while doing so, so that 0 means that nobody is left who could wake anybody
 * @order        actions so far; taken in the section of the action
 * @stopped      set once, read in every section
 */
enum {
	RT_LOCK_MAX = TEEQ_LOCK_MAX + TEEQ_DEVICE_MAX,
	RT_KEY_MAX = TEEQ_NOTIFICATION_MAX + TEEQ_CONTEXT_MAX,
};

struct teeq_rt {
	struct teeq_rt_options options;
	pthread_mutex_t queue_lock;
	pthread_mutex_t pool_lock;
	pthread_mutex_t notif_lock;
	pthread_mutex_t outside;
	pthread_mutex_t watch_lock;
	pthread_cond_t changed;
	struct teeq_callq *q;
	struct teeq_callq *scratch;
	struct pool *pool;
	int16_t owners[TEEQ_CONTEXT_MAX];
	struct session *sessions;
	struct session own_sessions[TEEQ_SESSION_MAX];
	int answers[TEEQ_SESSION_MAX];
	struct key keys[RT_KEY_MAX];
	int16_t lock_owners[RT_LOCK_MAX];
	bool signalled[TEEQ_EVENT_MAX];
	unsigned int arrived[TEEQ_BARRIER_MAX];
	uint64_t tickets;
	struct requests *requests;
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
/* The point in time, on the monotonic clock, when so much of it has passed. */
struct timespec rt_in_us(uint64_t microseconds);
/* Let time pass. */
void rt_nap(unsigned int microseconds);
/* Let time pass in an RPC. */
bool rt_nap_in(struct teeq_rt_client *client, unsigned int microseconds);
/* Have tee-supplicant serve RPC @rpc of the innermost call; false: stopped. *@failed: it will not. */
bool rt_request(struct teeq_rt_client *client, unsigned int rpc, bool *failed);

/* RPCs NOTIFICATION_WAIT and _SEND of the innermost call; false: stopped. *@failed: somebody waits. */
bool rt_notif_wait(struct teeq_rt_client *client, const struct rt_stop *stop, bool *failed);
bool rt_notif_send(struct teeq_rt_client *client, unsigned int key, unsigned int level);
/* Under the lock of the keys: send @key; wait with nothing to do, false: stopped; end that. */
void rt_send_key(struct teeq_rt *rt, unsigned int key);
bool rt_idle(struct teeq_rt_client *client);
void rt_end_idle(struct teeq_rt_client *client);

/* One standard call, or what @errand makes of it. As teeq_rt_invoke(). */
enum teeq_status rt_call(struct teeq_rt_client *client, const struct rt_errand *errand,
			 const struct teeq_rt_command *command, int *result);

/* One action on the queue; false: the runtime was stopped. @frame is the innermost call. */
bool rt_queue_enter(struct teeq_rt_client *client, const struct rt_errand *errand, uint8_t *marks,
		    int *result);
bool rt_queue_step(struct teeq_rt_client *client, struct frame *frame);
bool rt_queue_leave(struct teeq_rt_client *client, int *result);
/* @marks: whose; NULL: the driver refuses, for the session is another TEE context's. */
bool rt_queue_reserve(struct teeq_rt_client *client, unsigned int session, uint8_t *marks,
		      int *result);
bool rt_queue_unreserve(struct teeq_rt_client *client, unsigned int session, uint8_t *marks,
			int *result);

/* Hold everything still to look at it: all locks but that of whoever watches. */
void rt_hold(struct teeq_rt *rt);
void rt_let_go(struct teeq_rt *rt);
/* What @client waits for; everything is held. */
void rt_look(const struct teeq_rt_client *client, struct teeq_rt_wait *wait);

#endif
