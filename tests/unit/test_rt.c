/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread runtime: what clients see, and what whoever watches them sees. How often threads race
 * is up to the machine; what is asserted here holds however they do.
 */
#include "story.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "teeq/rt.h"

enum { ACTION_MAX = 256, STALL_MS = 60000 };

static const char *const names[16] = { "a", "b", "c", "d", "e", "f", "g", "h",
				       "i", "j", "k", "l", "m", "n", "o", "p" };
static const char *const locks[] = { "emmc", "clock" };
static const char *const events[] = { "go" };
static const struct teeq_rt_barrier_spec barriers[] = { { "meet", 2 } };
static const struct teeq_rt_session_spec sessions[] = { { "scmi", true, true },
							{ "late", false, false } };

static struct teeq_rt_options options_of(const char *policy, unsigned int threads, size_t clients)
{
	return (struct teeq_rt_options){
		.policy = teeq_policy_find(policy), .thread_count = threads,
		.static_system_count = 1,
		.clients = names, .client_count = clients,
		.locks = locks, .lock_count = 2, .events = events, .event_count = 1,
		.barriers = barriers, .barrier_count = 1, .sessions = sessions, .session_count = 2,
		.pause_percent = 10, .seed = 1,
	};
}

/* ----------------------------------------- actors --------------------------------------------- */

struct actor {
	struct teeq_rt_client *client;
	void (*play)(struct actor *actor);
	pthread_t thread;
	unsigned int index;
	unsigned int session;
	unsigned int rpcs_left;
	enum teeq_status status; /* of its last step */
	atomic_int *flag;
};

static void *act(void *argument)
{
	struct actor *actor = argument;

	actor->play(actor);
	teeq_rt_end(actor->client);
	return NULL;
}

static void begin(struct teeq_rt *rt, struct actor *actor, unsigned int index,
		  void (*play)(struct actor *actor))
{
	actor->index = index;
	actor->play = play;
	actor->client = teeq_rt_begin(rt, index);
	assert_non_null(actor->client);
	assert_int_equal(pthread_create(&actor->thread, NULL, act, actor), 0);
}

static void join(struct actor *actors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pthread_join(actors[i].thread, NULL);
}

static struct teeq_rt *open_rt(const struct teeq_rt_options *options)
{
	struct teeq_error error = { .text = "" };
	struct teeq_rt *rt = NULL;

	if (teeq_rt_open(options, &rt, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return rt;
}

static void assert_explained(struct teeq_rt *rt, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	teeq_rt_explain(rt, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

/* One RPC, served by one call in the actor's session. */
static enum teeq_rt_stop one_rpc(void *argument, unsigned int *number)
{
	struct actor *actor = argument;

	*number = 7;
	if (actor->rpcs_left == 0)
		return TEEQ_RT_STOP_END;
	actor->rpcs_left--;
	return TEEQ_RT_STOP_RPC;
}

static void serve_by_call(struct teeq_rt_client *client, unsigned int rpc, void *argument)
{
	struct actor *actor = argument;

	assert_int_equal(rpc, 7);
	actor->status = teeq_rt_invoke(client, actor->session, NULL, NULL);
}

static void play_nested(struct actor *actor)
{
	const struct teeq_rt_command command = { one_rpc, serve_by_call, actor };
	enum teeq_status status;

	actor->rpcs_left = 1;
	status = teeq_rt_invoke(actor->client, TEEQ_RT_NONE, &command, NULL);
	actor->status = actor->status == TEEQ_OK ? status : actor->status;
}

/* -------------------------------------- what is told ------------------------------------------ */

struct told {
	char text[ACTION_MAX * 16];
	uint64_t next;
};

static void tell(void *argument, const struct teeq_rt_action *action)
{
	struct told *told = argument;
	size_t length = strlen(told->text);

	assert_int_equal(action->order, told->next++);
	snprintf(told->text + length, sizeof(told->text) - length, "%s%u:%s/%s",
		 length > 0 ? " " : "", action->level, teeq_action_name(action->action),
		 teeq_outcome_name(action->outcome));
}

static void a_call_is_told_action_by_action(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 2, 1);
	struct told told = { .text = "" };
	struct actor actor = { .session = 0 };
	struct teeq_rt_stats stats;
	struct teeq_rt *rt;

	options.on_action = tell;
	options.argument = &told;
	rt = open_rt(&options);
	begin(rt, &actor, 0, play_nested);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	join(&actor, 1);
	assert_int_equal(actor.status, TEEQ_OK);
	assert_string_equal(told.text,
			    "0:enter/admitted 0:smc/taken 0:secure/rpc "
			    "1:enter/admitted 1:smc/taken 1:secure/exit 1:leave/ok "
			    "0:smc/resumed 0:secure/exit 0:leave/ok");
	teeq_rt_stats(rt, &stats);
	assert_int_equal(stats.calls, 2);
	assert_int_equal(stats.actions, 10);
	assert_int_equal(stats.waits, 0);
	teeq_rt_close(rt);
}

/* ----------------------------------------- sessions ------------------------------------------- */

static void play_sessions(struct actor *actor)
{
	struct teeq_rt_client *client = actor->client;
	int result = 0;

	assert_int_equal(teeq_rt_invoke(client, 1, NULL, &result), TEEQ_OK);
	assert_int_equal(result, -EINVAL); /* closed */
	assert_int_equal(teeq_rt_session_close(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, -EINVAL);
	assert_int_equal(teeq_rt_session_release(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, -EINVAL); /* nothing reserved */
	assert_int_equal(teeq_rt_session_open(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, 0);
	assert_int_equal(teeq_rt_session_open(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, -EINVAL); /* open already */
	assert_int_equal(teeq_rt_session_reserve(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, 0);
	assert_int_equal(teeq_rt_invoke(client, 1, NULL, &result), TEEQ_OK);
	assert_int_equal(result, 0);
	assert_int_equal(teeq_rt_session_close(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, 0);
	assert_int_equal(teeq_rt_session_open(client, TEEQ_RT_NONE, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_invoke(client, 2, NULL, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_session_reserve(client, 2, NULL), TEEQ_EINPUT);
}

static void last_count(void *argument, const struct teeq_rt_action *action)
{
	if (action->q)
		*(unsigned int *)argument = action->q->system_session_count;
}

static void sessions_open_reserve_and_close(void **state)
{
	static const char *const policies[] = { "mainline", "v4" };

	for (size_t i = 0; i < 2; i++) {
		struct teeq_rt_options options = options_of(policies[i], 4, 1);
		struct actor actor = { .session = 0 };
		unsigned int registered = 99;
		struct teeq_rt *rt;

		options.on_action = last_count;
		options.argument = &registered;
		rt = open_rt(&options);
		assert_int_equal(teeq_rt_session_answer(rt, 0), 0);
		begin(rt, &actor, 0, play_sessions);
		assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
		join(&actor, 1);
		/* Only scmi is left; v4 counts in the secure world. */
		assert_int_equal(registered, i == 0);
		teeq_rt_close(rt);
	}
}

/* ------------------------------------------ hangs --------------------------------------------- */

static void a_call_inside_the_only_thread_hangs(void **state)
{
	struct teeq_rt_options options = options_of("untracked", 1, 1);
	struct actor actor = { .session = TEEQ_RT_NONE };
	struct teeq_rt *rt = open_rt(&options);
	struct teeq_rt_wait wait;

	assert_int_equal(teeq_rt_session_answer(rt, 0), -EINVAL);
	begin(rt, &actor, 0, play_nested);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
	assert_false(teeq_rt_lost_wakeup(rt));
	teeq_rt_wait_of(rt, 0, &wait);
	assert_int_equal(wait.kind, TEEQ_RT_WAIT_THREAD);
	assert_int_equal(wait.level, 2);
	assert_explained(rt, "Exhaustion: no thread is free.\n"
			     "\n"
			     "Why nothing moves:\n"
			     "  a, in its nested call, waits for a thread: thread 0 is held by its "
			     "own call, suspended in its RPC\n");
	teeq_rt_stop(rt);
	join(&actor, 1);
	assert_int_equal(actor.status, TEEQ_ELIMIT);
	teeq_rt_close(rt);
}

static void play_two_locks(struct actor *actor)
{
	unsigned int first = actor->index, second = 1 - actor->index;

	assert_int_equal(teeq_rt_lock(actor->client, first), TEEQ_OK);
	assert_int_equal(teeq_rt_barrier(actor->client, 0), TEEQ_OK);
	actor->status = teeq_rt_lock(actor->client, second);
}

static void two_locks_crosswise_hang(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 2, 2);
	struct actor actors[2] = { { .session = 0 }, { .session = 0 } };
	struct teeq_rt *rt = open_rt(&options);
	struct teeq_rt_wait wait;

	begin(rt, &actors[0], 0, play_two_locks);
	begin(rt, &actors[1], 1, play_two_locks);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
	teeq_rt_wait_of(rt, 1, &wait);
	assert_int_equal(wait.kind, TEEQ_RT_WAIT_LOCK);
	assert_int_equal(wait.holder, 0);
	assert_explained(rt, "No call waits for a thread: the clients wait for each other.\n"
			     "\n"
			     "Why nothing moves:\n"
			     "  a waits for lock clock, which b holds\n"
			     "  b waits for lock emmc, which a holds\n");
	teeq_rt_stop(rt);
	join(actors, 2);
	assert_int_equal(actors[0].status, TEEQ_ELIMIT);
	assert_int_equal(actors[1].status, TEEQ_ELIMIT);
	teeq_rt_close(rt);
}

static void play_await(struct actor *actor)
{
	actor->status = teeq_rt_await(actor->client, 0);
}

static void play_signal(struct actor *actor)
{
	actor->status = teeq_rt_signal(actor->client, 0);
}

/* Stuck is not for ever: whoever watches may begin somebody who helps. */
static void another_client_gets_it_going(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 2, 3);
	struct actor actors[3] = { { .session = 0 }, { .session = 0 }, { .session = 0 } };
	struct teeq_rt *rt = open_rt(&options);

	begin(rt, &actors[0], 0, play_await);
	begin(rt, &actors[1], 1, play_await);
	assert_null(teeq_rt_begin(rt, 1));
	assert_null(teeq_rt_begin(rt, 3));
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
	assert_explained(rt, "No call waits for a thread: the clients wait for each other.\n"
			     "\n"
			     "Why nothing moves:\n"
			     "  a waits for event go\n"
			     "  b waits for event go\n");
	begin(rt, &actors[2], 2, play_signal);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	join(actors, 3);
	assert_int_equal(actors[0].status, TEEQ_OK);
	teeq_rt_close(rt);
}

static void play_busy(struct actor *actor)
{
	while (atomic_load(actor->flag) == 0)
		;
}

/* Only a client's own code can hold the watchdog up to its time. */
static void a_client_that_does_not_come_back_stalls(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 2, 1);
	atomic_int flag = 0;
	struct actor actor = { .flag = &flag };
	struct teeq_rt *rt = open_rt(&options);

	begin(rt, &actor, 0, play_busy);
	assert_int_equal(teeq_rt_watch(rt, 1), TEEQ_RT_STALLED);
	assert_explained(rt, "No deadlock: somebody could still move.\n\nWhy nothing moves:\n"
			     "  a is not blocked: its own code has not come back\n");
	atomic_store(&flag, 1);
	assert_int_equal(teeq_rt_watch(rt, 0), TEEQ_RT_FINISHED);
	join(&actor, 1);
	teeq_rt_close(rt);
}

/* ------------------------------------ where threads stop -------------------------------------- */

/* A call that stops in each way there is, then ends. */
static enum teeq_rt_stop every_stop(void *argument, unsigned int *number)
{
	static const enum teeq_rt_stop stops[] = {
		TEEQ_RT_STOP_WORK,    TEEQ_RT_STOP_INTERRUPT, TEEQ_RT_STOP_SUSPEND,
		TEEQ_RT_STOP_KNOWN_RPC, TEEQ_RT_STOP_REQUEST, TEEQ_RT_STOP_END,
	};
	struct actor *actor = argument;

	*number = 5;
	return stops[LENGTH(stops) - actor->rpcs_left--];
}

static void serve_nothing(struct teeq_rt_client *client, unsigned int rpc, void *argument)
{
	assert_int_equal(rpc, 5);
}

static void play_every_stop(struct actor *actor)
{
	const struct teeq_rt_command command = { every_stop, serve_nothing, actor };

	actor->rpcs_left = 6;
	assert_int_equal(teeq_rt_sleep(actor->client, 1), TEEQ_OK);
	actor->status = teeq_rt_invoke(actor->client, TEEQ_RT_NONE, &command, NULL);
}

/* Calls from inside of a request stand one level up, as those of a service do. */
static void play_supplicant(struct actor *actor)
{
	unsigned int rpc = 0;

	assert_int_equal(teeq_rt_answer(actor->client), TEEQ_EINPUT); /* nobody has asked */
	while (teeq_rt_receive(actor->client, &rpc) == TEEQ_OK) {
		assert_int_equal(rpc, 5);
		assert_int_equal(teeq_rt_receive(actor->client, &rpc), TEEQ_EINPUT);
		assert_int_equal(teeq_rt_invoke(actor->client, TEEQ_RT_NONE, NULL, NULL), TEEQ_OK);
		assert_int_equal(teeq_rt_answer(actor->client), TEEQ_OK);
		actor->rpcs_left++;
	}
}

/* The supplicant's thread waits for the next request when the client has come to its end. */
static void a_thread_stops_in_every_way(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 3, 2);
	struct told told = { .text = "" };
	struct actor actors[2] = { { .session = 0 } };
	struct teeq_rt *rt;

	options.supplicant_count = 1;
	options.on_action = tell;
	options.argument = &told;
	rt = open_rt(&options);
	begin(rt, &actors[0], 0, play_every_stop);
	begin(rt, &actors[1], 1, play_supplicant);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	teeq_rt_stop(rt);
	join(actors, 2);
	assert_int_equal(actors[0].status, TEEQ_OK);
	assert_int_equal(actors[1].rpcs_left, 1);
	assert_string_equal(told.text,
			    "0:sleep/ok 0:enter/admitted 0:smc/taken 0:secure/working "
			    "0:secure/interrupted 0:smc/resumed 0:secure/rpc 0:sleep/ok "
			    "0:smc/resumed 0:secure/rpc 0:rpc/ok 0:smc/resumed 0:secure/rpc "
			    "0:request/ok 0:receive/ok 1:enter/admitted 1:smc/taken 1:secure/exit "
			    "1:leave/ok 0:answer/ok 0:reply/ok 0:smc/resumed 0:secure/exit "
			    "0:leave/ok");
	teeq_rt_close(rt);
}

static enum teeq_rt_stop one_request(void *argument, unsigned int *number)
{
	*number = 5;
	return TEEQ_RT_STOP_REQUEST;
}

static void play_request(struct actor *actor)
{
	const struct teeq_rt_command command = { .secure = one_request };

	actor->status = teeq_rt_invoke(actor->client, TEEQ_RT_NONE, &command, NULL);
}

static void play_locks_for_request(struct actor *actor)
{
	unsigned int rpc;

	if (teeq_rt_lock(actor->client, 0) == TEEQ_OK &&
	    teeq_rt_receive(actor->client, &rpc) == TEEQ_OK)
		actor->status = teeq_rt_lock(actor->client, 0);
}

/* Who has no supplicant to answer waits for ever; so does who has one that waits for itself. */
static void a_request_that_nobody_answers_hangs(void **state)
{
	for (unsigned int served = 0; served < 2; served++) {
		struct teeq_rt_options options = options_of("mainline", 2, 2);
		struct actor actors[2] = { { .session = 0 } };
		struct teeq_rt_wait wait;
		struct teeq_rt *rt;

		options.supplicant_count = 1;
		rt = open_rt(&options);
		begin(rt, &actors[0], 0, play_request);
		if (served)
			begin(rt, &actors[1], 1, play_locks_for_request);
		assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
		teeq_rt_wait_of(rt, 0, &wait);
		assert_int_equal(wait.kind, TEEQ_RT_WAIT_REPLY);
		assert_int_equal(wait.object, 5);
		assert_int_equal(wait.holder, served ? 1 : -1);
		assert_explained(rt, served ?
			"No call waits for a thread: the clients wait for each other.\n"
			"\nWhy nothing moves:\n"
			"  a, in its call, waits for the answer of b\n"
			"  b waits for lock emmc, which it holds itself\n" :
			"No call waits for a thread: the clients wait for each other.\n"
			"\nWhy nothing moves:\n"
			"  a, in its call, waits for tee-supplicant to take its request\n");
		teeq_rt_stop(rt);
		join(actors, served + 1);
		assert_int_equal(actors[0].status, TEEQ_ELIMIT);
		teeq_rt_close(rt);
	}
}

/* ------------------------------------------ misuse -------------------------------------------- */

static void serve_deeper(struct teeq_rt_client *client, unsigned int rpc, void *argument);

static enum teeq_rt_stop always_rpc(void *argument, unsigned int *number)
{
	struct actor *actor = argument;

	*number = 0;
	if (actor->rpcs_left == 0)
		return TEEQ_RT_STOP_END;
	actor->rpcs_left--;
	return TEEQ_RT_STOP_RPC;
}

static void serve_deeper(struct teeq_rt_client *client, unsigned int rpc, void *argument)
{
	const struct teeq_rt_command command = { always_rpc, serve_deeper, argument };
	struct actor *actor = argument;
	enum teeq_status status = teeq_rt_invoke(client, TEEQ_RT_NONE, &command, NULL);

	if (status != TEEQ_OK)
		actor->status = status;
}

static void play_misuse(struct actor *actor)
{
	struct teeq_rt_client *client = actor->client;
	unsigned int rpc;

	actor->rpcs_left = TEEQ_CALL_DEPTH_MAX;
	serve_deeper(client, 0, actor);
	assert_int_equal(teeq_rt_unlock(client, 0), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_unlock(client, 2), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_lock(client, 2), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_await(client, 1), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_signal(client, 1), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_barrier(client, 1), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_sleep(client, 1000000), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_receive(client, &rpc), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_answer(client), TEEQ_EINPUT);
	assert_int_equal(teeq_rt_start(client), TEEQ_OK);
}

static void misuse_changes_nothing(void **state)
{
	struct teeq_rt_options options = options_of("untracked", 16, 1);
	struct actor actor = { .session = 0 };
	struct teeq_rt *rt = open_rt(&options);
	struct teeq_rt_stats stats;

	begin(rt, &actor, 0, play_misuse);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	join(&actor, 1);
	assert_int_equal(actor.status, TEEQ_EINPUT); /* the ninth call */
	teeq_rt_stats(rt, &stats);
	assert_int_equal(stats.calls, TEEQ_CALL_DEPTH_MAX);
	teeq_rt_close(rt);
}

static void assert_refused(const struct teeq_rt_options *options, const char *key,
			   const char *text)
{
	struct teeq_error error = { .text = "" };
	struct teeq_rt *rt = NULL;

	assert_int_equal(teeq_rt_open(options, &rt, &error), TEEQ_EINPUT);
	assert_null(rt);
	assert_string_equal(error.key, key);
	assert_string_equal(error.text, text);
}

static void options_are_checked(void **state)
{
	static const struct teeq_rt_barrier_spec nobody = { "nobody", 0 };
	struct teeq_rt_options options = options_of("mainline", 0, 1);

	assert_refused(&options, "thread_count", "found 0, expected 1..16");
	options = options_of("mainline", 17, 1);
	assert_refused(&options, "thread_count", "found 17, expected 1..16");
	options = options_of("mainline", 2, 0);
	assert_refused(&options, "client_count", "found 0, expected 1..64");
	options = options_of("mainline", 2, 1);
	options.supplicant_count = 1; /* somebody must make the requests */
	assert_refused(&options, "supplicant_count", "found 1, expected 0..0");
	options = options_of("mainline", 2, 1);
	options.lost_count = 3;
	assert_refused(&options, "lost_count", "found 3, expected 0..2");
	options = options_of("mainline", 2, 1);
	options.pause_percent = 101;
	assert_refused(&options, "pause_percent", "found 101, expected 0..100");
	options = options_of("mainline", 2, 1);
	options.locks = NULL;
	assert_refused(&options, "locks", "found no table, expected one of 2");
	options = options_of("mainline", 2, 1);
	options.barriers = &nobody;
	assert_refused(&options, "barriers", "found 0, expected 1..64");
	options.policy = NULL;
	assert_refused(&options, "policy", "found none, expected one");
	teeq_rt_close(NULL);
}

/* ------------------------------------------- load --------------------------------------------- */

enum { CALLS_EACH = 40 };

static void play_calls(struct actor *actor)
{
	for (unsigned int i = 0; i < CALLS_EACH && actor->status == TEEQ_OK; i++)
		actor->status = teeq_rt_invoke(actor->client, actor->session, NULL, NULL);
}

/* Plain calls, some of a system session. Old policies have traps even there; repaired has none. */
static void nobody_is_left_behind(void **state)
{
	for (size_t i = 0; teeq_policy_at(i); i++) {
		for (unsigned int clients = 2; clients <= 16; clients *= 2) {
			struct teeq_rt_options options =
				options_of(teeq_policy_at(i)->name, 2, clients);
			struct actor actors[16] = { { .session = 0 } };
			struct teeq_rt *rt = open_rt(&options);
			struct teeq_rt_stats stats;
			enum teeq_rt_end end;

			for (unsigned int j = 0; j < clients; j++) {
				actors[j].session = j % 4 == 3 ? 0 : TEEQ_RT_NONE;
				begin(rt, &actors[j], j, play_calls);
			}
			end = teeq_rt_watch(rt, STALL_MS);
			assert_int_not_equal(end, TEEQ_RT_STALLED);
			if (strcmp(options.policy->name, "repaired") == 0)
				assert_int_equal(end, TEEQ_RT_FINISHED);
			teeq_rt_stop(rt);
			join(actors, clients);
			teeq_rt_stats(rt, &stats);
			if (end == TEEQ_RT_FINISHED)
				assert_int_equal(stats.calls, clients * CALLS_EACH);
			teeq_rt_close(rt);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_told_action_by_action),
		cmocka_unit_test(sessions_open_reserve_and_close),
		cmocka_unit_test(a_call_inside_the_only_thread_hangs),
		cmocka_unit_test(two_locks_crosswise_hang),
		cmocka_unit_test(another_client_gets_it_going),
		cmocka_unit_test(a_client_that_does_not_come_back_stalls),
		cmocka_unit_test(a_thread_stops_in_every_way),
		cmocka_unit_test(a_request_that_nobody_answers_hangs),
		cmocka_unit_test(misuse_changes_nothing),
		cmocka_unit_test(options_are_checked),
		cmocka_unit_test(nobody_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
