/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread runtime: where a secure thread stops and what becomes of it then, and many clients at
 * once. What is asserted here holds however the threads race.
 */
#include "unit/rt_actors.h"

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
	struct action_text seen = { .text = "" };
	struct actor actors[2] = { { .session = 0 } };
	struct teeq_rt *rt;

	options.supplicant_count = 1;
	options.on_action = tell;
	options.argument = &seen;
	rt = open_rt(&options);
	begin(rt, &actors[0], 0, play_every_stop);
	begin(rt, &actors[1], 1, play_supplicant);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	teeq_rt_stop(rt);
	join(actors, 2);
	assert_int_equal(actors[0].status, TEEQ_OK);
	assert_int_equal(actors[1].rpcs_left, 1);
	assert_string_equal(seen.text,
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
		cmocka_unit_test(a_thread_stops_in_every_way),
		cmocka_unit_test(a_request_that_nobody_answers_hangs),
		cmocka_unit_test(nobody_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
