/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_RT_H
#define TEEQ_RT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "teeq/abi.h"
#include "teeq/action.h"
#include "teeq/api.h"
#include "teeq/limits.h"
#include "teeq/policy.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The same protocol with real threads. A runtime is one call queue under a mutex, one pool of
 * secure threads under a lock of its own, and what the code of a driver blocks on outside of both:
 * locks, events, barriers, tee-supplicant, notifications. A client is one pthread. Between two actions
 * (teeq/action.h) it holds no lock, exactly as in the two kernels.
 *
 * Whoever opens a runtime begins its clients, starts a pthread for each, and calls teeq_rt_watch():
 *
 *	teeq_rt_open(&options, &rt, &error);
 *	for (i = 0; i < count; i++)
 *		pthread_create(&thread[i], NULL, body, teeq_rt_begin(rt, i));
 *	if (teeq_rt_watch(rt, 10000) != TEEQ_RT_FINISHED) {
 *		teeq_rt_explain(rt, stderr);
 *		teeq_rt_stop(rt);
 *	}
 *	for (i = 0; i < count; i++)
 *		pthread_join(thread[i], NULL);
 *	teeq_rt_close(rt);
 *
 * where body() makes its calls and ends with teeq_rt_end(). Threads of tee-supplicant have no end
 * before teeq_rt_stop(): where there are some, it comes before the joins in any case. Clients, locks,
 * events, barriers, sessions and notifications are numbered from 0, in the order of the options.
 */
struct teeq_rt;
struct teeq_rt_client;

struct teeq_rt_barrier_spec {
	const char *name;
	unsigned int count; /* 1..TEEQ_TASK_MAX clients must arrive */
};

/* @open: when the runtime begins. @system: asks to be a system session then, which opens it too. */
struct teeq_rt_session_spec {
	const char *name;
	bool open;
	bool system;
};

/*
 * One action, told in the section in which it happened.
 *
 * @order          0, 1, 2, ... over all clients: the order in which the locks were taken
 * @client, @level who: the client, and how many calls it has in progress around this one
 * @result         of a refusal by the driver: -TEEQ_ABI_E*; otherwise 0
 * @object         of lock, await, barrier, reserve and unreserve: which; of rpc, request, reply and
 *                 receive: the RPC; of what is done about a notification: which; otherwise
 *                 TEEQ_RT_NONE
 * @q              after an action on the queue: the queue. A waiter's id is client << 4 | level
 * @contexts       after an action on the pool: enum of teeq/world.h for each secure thread, that is
 *                 0 free, 1 active, 2 suspended; otherwise NULL
 * @owners         then: for each secure thread the client whose call holds it, or -1
 */
struct teeq_rt_action {
	uint64_t order;
	enum teeq_action action;
	enum teeq_outcome outcome;
	unsigned int client;
	unsigned int level;
	int result;
	unsigned int object;
	const struct teeq_callq *q;
	const uint8_t *contexts;
	const int16_t *owners;
};
#define TEEQ_RT_NONE 0xffffu

/*
 * @policy               any policy; must outlive the runtime
 * @thread_count         1..TEEQ_CONTEXT_MAX threads of the secure world
 * @lost_count           0..thread_count of them are suspended for ever from the beginning
 * @static_system_count  0..thread_count, policy v1 only: threads set aside
 * @ffa                  the driver learns no thread count, as over FF-A: nothing is tracked
 * @lacks_rpc_arg        the secure world takes no message arguments in registered memory
 * @clients              their names, 1..TEEQ_TASK_MAX
 * @supplicant_count     the last of them, 0..client_count - 1, are threads of tee-supplicant or of
 *                       interrupts: a run is finished when they have nothing to do
 * @no_supplicant        for each client whether its requests fail at once with -ECOMM, because it does not
 *                       wait for a tee-supplicant that is not running; NULL: nobody's do
 * @locks .. @sessions   names and what belongs to them, up to the limits of teeq/limits.h; there may be
 *                       TEEQ_DEVICE_MAX more locks, those of devices
 * @notifications        names, up to TEEQ_NOTIFICATION_MAX. Behind them each secure thread has a key of
 *                       its own, by which it is told that it may go on: number @notification_count plus
 *                       the thread's
 * @pause_percent        0..100: how often a client lets others go first between two actions, so
 *                       that races show on few processors too; drawn from @seed, for each client
 *                       apart
 * @on_action            called for every action, or NULL. Runs on the client's thread under the
 *                       lock of the action, so two clients may be in it at once, with different
 *                       actions; it must not block or call the runtime. What it is given dies with
 *                       the call
 * @gives_up             asked on the client's thread before every action, without any lock: whether the
 *                       run is to end as if by teeq_rt_stop(). NULL: never. Same @argument
 *
 * The tables are the caller's and must outlive the runtime. What is all zero is a legal choice for
 * everything but @policy, @thread_count and @clients.
 */
struct teeq_rt_options {
	const struct teeq_policy *policy;
	unsigned int thread_count;
	unsigned int lost_count;
	unsigned int static_system_count;
	bool ffa;
	bool lacks_rpc_arg;
	const bool *no_supplicant;
	const char *const *clients;
	size_t client_count;
	size_t supplicant_count;
	const char *const *locks;
	size_t lock_count;
	const char *const *events;
	size_t event_count;
	const struct teeq_rt_barrier_spec *barriers;
	size_t barrier_count;
	const struct teeq_rt_session_spec *sessions;
	size_t session_count;
	const char *const *notifications;
	size_t notification_count;
	unsigned int pause_percent;
	uint64_t seed;
	void (*on_action)(void *argument, const struct teeq_rt_action *action);
	bool (*gives_up)(void *argument);
	void *argument;
};

/*
 * Open a runtime; on success *@rt is the caller's. TEEQ_EINPUT: an option is out of range, @error
 * says which. TEEQ_ENOMEM. No thread is started. teeq_rt_close() frees it, once the
 * threads of all its clients were joined; NULL is fine.
 */
TEEQ_API enum teeq_status teeq_rt_open(const struct teeq_rt_options *options, struct teeq_rt **rt,
				       struct teeq_error *error);
TEEQ_API void teeq_rt_close(struct teeq_rt *rt);

/* What @session was answered when it asked to be a system session: 0 or a negative errno. */
TEEQ_API int teeq_rt_session_answer(const struct teeq_rt *rt, unsigned int session);

/* ------------------------------------- the opener's side -------------------------------------- */

/*
 * From now on client @index is one that can move. Called before its thread is created, by whoever
 * watches; at most once for each. NULL: there is no such client, or it has begun before.
 */
TEEQ_API struct teeq_rt_client *teeq_rt_begin(struct teeq_rt *rt, unsigned int index);

enum teeq_rt_end {
	TEEQ_RT_FINISHED, /* every client that began has ended; threads of tee-supplicant have nothing
			     to do */
	TEEQ_RT_STUCK,    /* some have not, and everybody is blocked */
	TEEQ_RT_STALLED,  /* no action for the time given, but some client is not blocked: its own
			     code does not come back, or the machine is very busy */
};

/*
 * Wait for one of these. Being stuck is not guessed from the time: clients that are blocked are
 * counted, so it is found at once and only if it is true. It lasts until the caller begins more
 * clients, or stops. @stall_ms: milliseconds without any action, 0: for ever. One thread at a time.
 */
TEEQ_API enum teeq_rt_end teeq_rt_watch(struct teeq_rt *rt, unsigned int stall_ms);

/*
 * End the run: nothing happens any more to the queue, the pool and the rest, and every function of
 * the clients' side returns TEEQ_ELIMIT, those that are blocked included. Callable from any thread,
 * more than once.
 */
TEEQ_API void teeq_rt_stop(struct teeq_rt *rt);

enum teeq_rt_wait_kind {
	TEEQ_RT_RUNS,         /* does not wait, or has not begun, or has ended */
	TEEQ_RT_WAIT_LOCK,    /* @object, which @holder holds */
	TEEQ_RT_WAIT_EVENT,   /* @object */
	TEEQ_RT_WAIT_BARRIER, /* @object, where @arrived have arrived */
	TEEQ_RT_WAIT_REPLY,   /* to RPC @object, which thread @holder of tee-supplicant serves */
	TEEQ_RT_WAIT_REQUEST, /* a thread of tee-supplicant, or of an interrupt, that has nothing to do */
	TEEQ_RT_WAIT_KEY,     /* notification @object, or behind those the key of a secure thread */
	TEEQ_RT_WAIT_THREAD,  /* in the queue, for a secure thread or a credit for one */
	TEEQ_RT_WAIT_WAKE,    /* in the queue, beside a thread that it would be admitted to: the
				 wake for it is lost. @holder's call at @holder_level has its
				 completion done although it does not sleep, where there is one */
};

/* What a client waits for. @level: calls in progress. @holder: a client, or -1. */
struct teeq_rt_wait {
	enum teeq_rt_wait_kind kind;
	unsigned int level;
	unsigned int object;
	unsigned int arrived;
	int holder;
	unsigned int holder_level;
};

/*
 * Look at the runtime: what client @index waits for; and whether anybody waits for a wake only. May
 * be called from any thread at any time, also while clients run; two calls then see two moments.
 */
TEEQ_API void teeq_rt_wait_of(struct teeq_rt *rt, unsigned int index, struct teeq_rt_wait *wait);
TEEQ_API bool teeq_rt_lost_wakeup(struct teeq_rt *rt);
/*
 * Print, in the words of the model's reports, what sort of hang it is and who waits for what; and
 * who is not blocked, if anybody is not.
 * Before teeq_rt_stop(): after it nobody waits any more.
 */
TEEQ_API void teeq_rt_explain(struct teeq_rt *rt, FILE *out);

/*
 * @calls     standard calls that came to their end
 * @waits     how often one of them slept in the call queue
 * @wait_ns   nanoseconds of all those waits together, and of the longest; monotonic clock
 * @actions   of all kinds
 */
struct teeq_rt_stats {
	uint64_t calls;
	uint64_t waits;
	uint64_t wait_ns;
	uint64_t wait_ns_max;
	uint64_t actions;
};
/* The sums over all clients; as teeq_rt_wait_of(). */
TEEQ_API void teeq_rt_stats(struct teeq_rt *rt, struct teeq_rt_stats *stats);

/* ------------------------------------- the clients' side -------------------------------------- */

/*
 * Each of these is called by the client's own thread only, and blocks. They return TEEQ_OK;
 * TEEQ_EINPUT for a misuse (no such lock, an unlock by somebody else, a ninth call in progress),
 * which changes nothing; TEEQ_ELIMIT once the runtime was stopped: the client is to come to its
 * end. What the driver answers goes to *@result (may be NULL): 0 or a negative errno.
 */

/* The client has come to its end; the handle is gone. */
TEEQ_API void teeq_rt_end(struct teeq_rt_client *client);

/* Where the secure world's part of a call stops, and what @number is then about. */
enum teeq_rt_stop {
	TEEQ_RT_STOP_END,
	TEEQ_RT_STOP_RPC,       /* asks for RPC @number, a number of the caller's choice */
	TEEQ_RT_STOP_KNOWN_RPC, /* ... of a kind that the driver knows: TEEQ_ACTION_RPC comes first */
	TEEQ_RT_STOP_REQUEST,   /* asks for RPC @number, which goes to tee-supplicant */
	TEEQ_RT_STOP_SUSPEND,   /* asks to sleep in the normal world, for @number microseconds */
	TEEQ_RT_STOP_WORK,      /* runs on, for @number microseconds */
	TEEQ_RT_STOP_INTERRUPT, /* a non-secure interrupt arrived: suspended, and resumed at once */
	TEEQ_RT_STOP_WAIT,      /* asks to wait for notification @number, sent before or not; fails where
				   somebody else waits for it, or there is none such */
	TEEQ_RT_STOP_SEND,      /* asks to send notification @number; likewise, where there is none such */
};

/*
 * What a call is about.
 *
 * @secure   the secure world's part, run on the caller's thread, up to where it stops. Must not
 *           block. NULL: it ends at once
 * @serve    serve RPC @rpc, on the same thread while the secure thread is suspended. May block and
 *           may invoke again, TEEQ_CALL_DEPTH_MAX calls deep in all. NULL: nothing to do
 */
struct teeq_rt_command {
	enum teeq_rt_stop (*secure)(void *argument, unsigned int *number);
	void (*serve)(struct teeq_rt_client *client, unsigned int rpc, void *argument);
	void *argument;
};

/*
 * One standard call in session @session, or in one of the client's own, which is never a system
 * session: TEEQ_RT_NONE. -EINVAL: the session is closed. -EIO: an RPC of it failed; what @secure asks
 * for behind that is done all the same. @command may be NULL: an empty one.
 */
TEEQ_API enum teeq_status teeq_rt_invoke(struct teeq_rt_client *client, unsigned int session,
					 const struct teeq_rt_command *command, int *result);

/*
 * Open a session by a call, which is a normal one; close it by a call, and count out what it had
 * reserved. -EINVAL: it is open, or closed, already.
 */
TEEQ_API enum teeq_status teeq_rt_session_open(struct teeq_rt_client *client, unsigned int session,
					       int *result);
TEEQ_API enum teeq_status teeq_rt_session_close(struct teeq_rt_client *client, unsigned int session,
						int *result);
/* Make it a system session by the policy's rules; take one reservation back. */
TEEQ_API enum teeq_status teeq_rt_session_reserve(struct teeq_rt_client *client,
						  unsigned int session, int *result);
TEEQ_API enum teeq_status teeq_rt_session_release(struct teeq_rt_client *client,
						  unsigned int session, int *result);

/*
 * A mutex of the normal world, not recursive. It is the runtime's, not a pthread_mutex_t, so that a
 * hang can name its holder and a stopped run can leave it. The longest waiter is woken first, but
 * whoever comes first gets it.
 */
TEEQ_API enum teeq_status teeq_rt_lock(struct teeq_rt_client *client, unsigned int lock);
TEEQ_API enum teeq_status teeq_rt_unlock(struct teeq_rt_client *client, unsigned int lock);
/* Send a notification: to who waits for it, or to be remembered. */
TEEQ_API enum teeq_status teeq_rt_notify(struct teeq_rt_client *client, unsigned int notification);
/* An event stays signalled. A barrier is as new when its count has arrived. */
TEEQ_API enum teeq_status teeq_rt_await(struct teeq_rt_client *client, unsigned int event);
TEEQ_API enum teeq_status teeq_rt_signal(struct teeq_rt_client *client, unsigned int event);
TEEQ_API enum teeq_status teeq_rt_barrier(struct teeq_rt_client *client, unsigned int barrier);

/* An action that does nothing but have its place in the order (TEEQ_ACTION_START). */
TEEQ_API enum teeq_status teeq_rt_start(struct teeq_rt_client *client);
/* Sleep for @microseconds, monotonic clock, below a second. Who sleeps is not blocked. */
TEEQ_API enum teeq_status teeq_rt_sleep(struct teeq_rt_client *client, unsigned int microseconds);

/*
 * For threads of tee-supplicant, and TEEQ_EINPUT for others: wait for the next request, whose RPC goes
 * to *@rpc; and answer it. Between the two the thread may do whatever a client may.
 */
TEEQ_API enum teeq_status teeq_rt_receive(struct teeq_rt_client *client, unsigned int *rpc);
TEEQ_API enum teeq_status teeq_rt_answer(struct teeq_rt_client *client);

#ifdef __cplusplus
}
#endif
#endif
