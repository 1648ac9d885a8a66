/* SPDX-License-Identifier: BSD-2-Clause */
#include "rt/rt.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static enum teeq_status refuse(struct teeq_error *error, const char *key, size_t found, size_t min,
			       size_t max)
{
	return error_set(error, TEEQ_EINPUT, key, "found %zu, expected %zu..%zu", found, min, max);
}

/* Everything that can be waited for has a name, for whoever wants to know who waits for what. */
static enum teeq_status check_tables(const struct teeq_rt_options *options,
				     struct teeq_error *error)
{
	const struct {
		const char *key;
		const void *table;
		size_t count;
	} tables[] = {
		{ "clients", options->clients, options->client_count },
		{ "locks", options->locks, options->lock_count },
		{ "events", options->events, options->event_count },
		{ "barriers", options->barriers, options->barrier_count },
		{ "sessions", options->sessions, options->session_count },
		{ "notifications", options->notifications, options->notification_count },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i].count > 0 && !tables[i].table)
			return error_set(error, TEEQ_EINPUT, tables[i].key,
					 "found no table, expected one of %zu", tables[i].count);
	for (size_t i = 0; i < options->barrier_count; i++)
		if (options->barriers[i].count < 1 || options->barriers[i].count > TEEQ_TASK_MAX)
			return refuse(error, "barriers", options->barriers[i].count, 1,
				      TEEQ_TASK_MAX);
	return TEEQ_OK;
}

static enum teeq_status check_options(const struct teeq_rt_options *options,
				      struct teeq_error *error)
{
	const struct {
		const char *key;
		size_t found;
		size_t min;
		size_t max;
	} ranges[] = {
		{ "thread_count", options->thread_count, 1, TEEQ_CONTEXT_MAX },
		{ "lost_count", options->lost_count, 0, options->thread_count },
		{ "static_system_count", options->static_system_count, 0, options->thread_count },
		{ "client_count", options->client_count, 1, TEEQ_TASK_MAX },
		{ "supplicant_count", options->supplicant_count, 0,
		  options->client_count ? options->client_count - 1 : 0 },
		{ "lock_count", options->lock_count, 0, RT_LOCK_MAX },
		{ "event_count", options->event_count, 0, TEEQ_EVENT_MAX },
		{ "barrier_count", options->barrier_count, 0, TEEQ_BARRIER_MAX },
		{ "session_count", options->session_count, 0, TEEQ_SESSION_MAX },
		{ "notification_count", options->notification_count, 0, TEEQ_NOTIFICATION_MAX },
		{ "pause_percent", options->pause_percent, 0, 100 },
	};

	if (!options->policy)
		return error_set(error, TEEQ_EINPUT, "policy", "found none, expected one");
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (ranges[i].found < ranges[i].min || ranges[i].found > ranges[i].max)
			return refuse(error, ranges[i].key, ranges[i].found, ranges[i].min,
				      ranges[i].max);
	return check_tables(options, error);
}

/* What the driver learns of the secure world when it is probed. */
static unsigned int probe_thread_count(struct teeq_rt *rt)
{
	struct teeq_smc_regs call = { .a = { TEEQ_SMC_GET_THREAD_COUNT } };
	struct teeq_smc_regs ret;

	if (rt->options.ffa)
		return 0;
	pool_smc(rt->pool, &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK ? (unsigned int)ret.a[1] : 0;
}

static void init_sessions(struct teeq_rt *rt)
{
	const struct call_place place = { .q = rt->q,
					  .pool = rt->pool,
					  .policy = rt->options.policy };

	for (size_t i = 0; i < rt->options.session_count; i++) {
		const struct teeq_rt_session_spec *spec = &rt->options.sessions[i];

		rt->sessions[i].open = spec->open || spec->system;
		if (spec->system)
			rt->answers[i] = session_reserve(&rt->sessions[i], &rt->sessions[i].marks,
							 &place, NULL);
	}
}

static void init_worlds(struct teeq_rt *rt)
{
	const struct teeq_rt_options *options = &rt->options;

	pool_init(rt->pool, options->thread_count,
		  options->ffa ? TEEQ_SECURE_PLAIN : options->policy->secure,
		  options->static_system_count);
	rt->pool->lacks_rpc_arg = options->lacks_rpc_arg;
	rt->pool->cached_count = (uint8_t)options->thread_count;
	for (unsigned int i = 0; i < options->lost_count; i++)
		pool_lose(rt->pool, i);
	callq_init(rt->q, probe_thread_count(rt));
	for (size_t i = 0; i < TEEQ_CONTEXT_MAX; i++)
		rt->owners[i] = -1;
	for (size_t i = 0; i < RT_LOCK_MAX; i++)
		rt->lock_owners[i] = -1;
	init_sessions(rt);
}

static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static void init_client(struct teeq_rt *rt, unsigned int index)
{
	struct teeq_rt_client *client = &rt->clients[index];

	client->rt = rt;
	client->index = index;
	init_condition(&client->woken);
	prng_seed(&client->prng, rt->options.seed, index);
	for (unsigned int level = 0; level < TEEQ_CALL_DEPTH_MAX; level++) {
		struct frame *frame = &client->frames[level];

		frame->call = CALL_NONE;
		frame->place = (struct call_place){
			.q = rt->q,
			.pool = rt->pool,
			.policy = rt->options.policy,
			.id = rt_id(index, level),
			.cookie = rt_id(index, level) + 1u,
			.unregistered = rt->options.lacks_rpc_arg,
		};
	}
}

static void init_locks(struct teeq_rt *rt)
{
	pthread_mutex_init(&rt->queue_lock, NULL);
	pthread_mutex_init(&rt->pool_lock, NULL);
	pthread_mutex_init(&rt->notif_lock, NULL);
	pthread_mutex_init(&rt->outside, NULL);
	pthread_mutex_init(&rt->watch_lock, NULL);
	init_condition(&rt->changed);
}

static struct teeq_rt *allocate(const struct teeq_rt_options *options)
{
	size_t client_count = options->client_count;
	size_t queue_size = callq_size(client_count * TEEQ_CALL_DEPTH_MAX);
	struct teeq_rt *rt = calloc(1, sizeof(*rt) + client_count * sizeof(rt->clients[0]));

	if (!rt)
		return NULL;
	rt->q = calloc(1, queue_size);
	rt->scratch = calloc(1, queue_size);
	rt->pool = calloc(1, pool_size(options->thread_count));
	rt->requests = calloc(1, sizeof(*rt->requests) + client_count);
	if (rt->q && rt->scratch && rt->pool && rt->requests)
		return rt;
	free(rt->q);
	free(rt->scratch);
	free(rt->pool);
	free(rt->requests);
	free(rt);
	return NULL;
}

enum teeq_status teeq_rt_open(const struct teeq_rt_options *options, struct teeq_rt **rt,
			      struct teeq_error *error)
{
	enum teeq_status status;
	struct teeq_rt *made;

	if (!options || !rt)
		return error_null(error, options ? "rt" : "options");
	status = check_options(options, error);
	if (status != TEEQ_OK)
		return status;
	made = allocate(options);
	if (!made)
		return error_nomem(error);
	made->options = *options;
	made->sessions = made->own_sessions;
	atomic_init(&made->running, 0);
	atomic_init(&made->order, 0);
	atomic_init(&made->stopped, false);
	init_locks(made);
	init_worlds(made);
	for (unsigned int i = 0; i < options->client_count; i++)
		init_client(made, i);
	*rt = made;
	return TEEQ_OK;
}

void teeq_rt_close(struct teeq_rt *rt)
{
	if (!rt)
		return;
	for (size_t i = 0; i < rt->options.client_count; i++)
		pthread_cond_destroy(&rt->clients[i].woken);
	pthread_cond_destroy(&rt->changed);
	pthread_mutex_destroy(&rt->watch_lock);
	pthread_mutex_destroy(&rt->outside);
	pthread_mutex_destroy(&rt->notif_lock);
	pthread_mutex_destroy(&rt->pool_lock);
	pthread_mutex_destroy(&rt->queue_lock);
	free(rt->q);
	free(rt->scratch);
	free(rt->pool);
	free(rt->requests);
	free(rt);
}

int teeq_rt_session_answer(const struct teeq_rt *rt, unsigned int session)
{
	if (!rt)
		return -1;
	return session < rt->options.session_count ? rt->answers[session] : 0;
}
