/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread runtime: what clients see, and what whoever watches them sees. How often threads race
 * is up to the machine; what is asserted here holds however they do.
 */

#include "unit/rt_actors.h"
#include "teeq/abi.h"

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

static void a_call_is_told_action_by_action(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 2, 1);
	struct action_text seen = { .text = "" };
	struct actor actor = { .session = 0 };
	struct teeq_rt_stats stats;
	struct teeq_rt *rt;

	options.on_action = tell;
	options.argument = &seen;
	rt = open_rt(&options);
	begin(rt, &actor, 0, play_nested);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	join(&actor, 1);
	assert_int_equal(actor.status, TEEQ_OK);
	assert_string_equal(seen.text,
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
	assert_int_equal(result, -TEEQ_ABI_EINVAL); /* closed */
	assert_int_equal(teeq_rt_session_close(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, -TEEQ_ABI_EINVAL);
	assert_int_equal(teeq_rt_session_release(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, -TEEQ_ABI_EINVAL); /* nothing reserved */
	assert_int_equal(teeq_rt_session_open(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, 0);
	assert_int_equal(teeq_rt_session_open(client, 1, &result), TEEQ_OK);
	assert_int_equal(result, -TEEQ_ABI_EINVAL); /* open already */
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

	assert_int_equal(teeq_rt_session_answer(rt, 0), -TEEQ_ABI_EINVAL);
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
			     "  a is not blocked: its own code has not come back, or waits for a processor\n");
	atomic_store(&flag, 1);
	assert_int_equal(teeq_rt_watch(rt, 0), TEEQ_RT_FINISHED);
	join(&actor, 1);
	teeq_rt_close(rt);
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
#define assert_refused(...) FROM(assert_refused(__VA_ARGS__))

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_told_action_by_action),
		cmocka_unit_test(sessions_open_reserve_and_close),
		cmocka_unit_test(a_call_inside_the_only_thread_hangs),
		cmocka_unit_test(two_locks_crosswise_hang),
		cmocka_unit_test(another_client_gets_it_going),
		cmocka_unit_test(a_client_that_does_not_come_back_stalls),
		cmocka_unit_test(misuse_changes_nothing),
		cmocka_unit_test(options_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
