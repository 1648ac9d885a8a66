/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread runtime: notifications, who waits for them, and a run that is given up. */
#include "unit/rt_actors.h"
#include "teeq/abi.h"

static const char *const notifications[] = { "ready" };

/* A call that waits once for each of the actor's RPCs, for whatever its session number says. */
static enum teeq_rt_stop wait_for_key(void *argument, unsigned int *number)
{
	struct actor *actor = argument;

	*number = actor->session;
	return actor->rpcs_left-- > 0 ? TEEQ_RT_STOP_WAIT : TEEQ_RT_STOP_END;
}

static void play_wait(struct actor *actor)
{
	const struct teeq_rt_command command = { .secure = wait_for_key, .argument = actor };
	int result = 0;

	actor->status = teeq_rt_invoke(actor->client, TEEQ_RT_NONE, &command, &result);
	if (actor->flag)
		atomic_store(actor->flag, result);
}

static void play_notify(struct actor *actor)
{
	actor->status = teeq_rt_notify(actor->client, 0);
	assert_int_equal(teeq_rt_notify(actor->client, 1), TEEQ_EINPUT);
}

static struct teeq_rt_options options_with_key(struct action_text *seen)
{
	struct teeq_rt_options options = options_of("mainline", 3, 3);

	options.notifications = notifications;
	options.notification_count = 1;
	options.on_action = tell;
	options.argument = seen;
	return options;
}

/* What was sent before is remembered, once; the next wait lasts until the next one is sent. */
static void a_notification_is_remembered(void **state)
{
	struct action_text seen = { .text = "" };
	struct teeq_rt_options options = options_with_key(&seen);
	struct actor actors[3] = { { .session = 0, .rpcs_left = 2 } };
	struct teeq_rt *rt = open_rt(&options);
	struct teeq_rt_wait wait;

	begin(rt, &actors[1], 1, play_notify);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	begin(rt, &actors[0], 0, play_wait);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
	teeq_rt_wait_of(rt, 0, &wait);
	assert_int_equal(wait.kind, TEEQ_RT_WAIT_KEY);
	assert_int_equal(wait.object, 0);
	assert_explained(rt, "No call waits for a thread: the clients wait for each other.\n"
			     "\nWhy nothing moves:\n"
			     "  a, in its call, waits for notification ready\n");
	begin(rt, &actors[2], 2, play_notify);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	join(actors, 3);
	assert_int_equal(actors[0].status, TEEQ_OK);
	assert_string_equal(seen.text,
			    "0:notif-send/ok 0:enter/admitted 0:smc/taken 0:secure/rpc "
			    "0:notif-wait/ok 0:smc/resumed 0:secure/rpc 0:notif-wait/must-wait "
			    "0:notif-send/ok 0:notif-wake/ok 0:smc/resumed 0:secure/exit "
			    "0:leave/ok");
	teeq_rt_close(rt);
}

/* A key is waited for by one; nor is there one of that number. The keys of threads come behind. */
static void what_cannot_be_waited_for_fails(void **state)
{
	static const unsigned int keys[] = { 0, 4 };

	for (size_t i = 0; i < LENGTH(keys); i++) {
		struct action_text seen = { .text = "" };
		struct teeq_rt_options options = options_with_key(&seen);
		struct actor actors[2] = { { .session = 0, .rpcs_left = 1 },
					   { .session = keys[i], .rpcs_left = 1 } };
		struct teeq_rt *rt = open_rt(&options);
		atomic_int result = 0;

		actors[1].flag = &result;
		begin(rt, &actors[0], 0, play_wait);
		assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
		begin(rt, &actors[1], 1, play_wait);
		assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_STUCK);
		assert_int_equal(atomic_load(&result), -TEEQ_ABI_EIO);
		teeq_rt_stop(rt);
		join(actors, 2);
		assert_int_equal(actors[0].status, TEEQ_ELIMIT);
		assert_int_equal(actors[1].status, TEEQ_OK);
		assert_non_null(strstr(seen.text, "0:leave/failed"));
		teeq_rt_close(rt);
	}
}

static bool after_ten(void *argument)
{
	return ++*(unsigned int *)argument > 10;
}

static void play_for_ever(struct actor *actor)
{
	do
		actor->status = teeq_rt_start(actor->client);
	while (actor->status == TEEQ_OK);
}

static void a_run_is_given_up(void **state)
{
	struct teeq_rt_options options = options_of("mainline", 2, 1);
	struct actor actors[1] = { { .session = 0 } };
	struct teeq_rt_stats stats;
	unsigned int asked = 0;
	struct teeq_rt *rt;

	options.gives_up = after_ten;
	options.argument = &asked;
	rt = open_rt(&options);
	begin(rt, &actors[0], 0, play_for_ever);
	assert_int_equal(teeq_rt_watch(rt, STALL_MS), TEEQ_RT_FINISHED);
	join(actors, 1);
	assert_int_equal(actors[0].status, TEEQ_ELIMIT);
	teeq_rt_stats(rt, &stats);
	assert_int_equal(stats.actions, 10);
	teeq_rt_close(rt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notification_is_remembered),
		cmocka_unit_test(what_cannot_be_waited_for_fails),
		cmocka_unit_test(a_run_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
