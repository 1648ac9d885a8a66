/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions in the world: what is reserved, opened and closed, under each kind of policy. */
#include "story.h"
#include "unit/small_tables.h"

static int reservations(const struct story *s)
{
	return teeq_world_callq(s->model, s->world)->system_session_count;
}

/* ------------------------------------------ sessions ------------------------------------------ */

static const struct teeq_session_spec dormant[] = { { .name = "tpm" } };

/* A client that does @steps with the session "tpm", which is not a system session yet. */
static struct story alone(const struct teeq_step *steps, size_t count, unsigned int threads,
			  const char *policy)
{
	const struct teeq_client_spec client = { .name = "a", .steps = steps, .step_count = count };
	const struct teeq_scenario scenario = {
		.name = "alone", .thread_count = threads, .static_system_count = 1,
		.sessions = dormant, .session_count = 1, .clients = &client, .client_count = 1,
	};

	return story_begin(&scenario, policy);
}
#define alone(...) FROM(alone(__VA_ARGS__))

static const struct teeq_step reserve_twice[] = {
	TEEQ_RESERVE("tpm"), TEEQ_RESERVE("tpm"), TEEQ_CALL(NULL, "tpm"), TEEQ_RELEASE("tpm"),
	TEEQ_RELEASE("tpm"), TEEQ_CALL(NULL, "tpm"),
};

static void assert_refused(const struct story *s)
{
	assert_int_equal(s->event.outcome, TEEQ_OUTCOME_REFUSED);
	assert_int_equal(s->event.result, -22);
}
#define assert_refused(...) FROM(assert_refused(__VA_ARGS__))

/* A second mark answers 0 and is not counted; the second release finds nothing. */
static void test_reserving_under_mainline(void **state)
{
	struct story s = alone(reserve_twice, LENGTH(reserve_twice), 2, "mainline");

	story_play(&s, "a:reserve/ok");
	assert_int_equal(s.event.result, 0);
	assert_int_equal(s.event.system_session_count, 1);
	assert_false(s.event.has_call);
	story_play(&s, "a:reserve/ok");
	assert_int_equal(s.event.system_session_count, 1);
	story_play(&s, "a:enter/admitted");
	assert_true(s.event.system);
	story_play(&s, "a:smc");
	assert_int_equal(s.event.call.a[0], 0x32000013);
	story_play(&s, "a:secure a:leave a:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	story_play(&s, "a:unreserve/refused");
	assert_refused(&s);
	story_play(&s, "a:enter");
	assert_false(s.event.system);
	story_end(&s);
	/* One thread is not enough. */
	s = alone(reserve_twice, LENGTH(reserve_twice), 1, "mainline");
	story_play(&s, "a:reserve/refused");
	assert_refused(&s);
	story_end(&s);
}

/* Each mark is a fast call; two of three threads may go. */
static void test_reserving_under_v4(void **state)
{
	struct story s = alone(reserve_twice, LENGTH(reserve_twice), 3, "v4");

	story_play(&s, "a:reserve/ok");
	assert_true(s.event.has_call);
	assert_true(s.event.has_ret);
	assert_int_equal(s.event.call.a[0], 0xb2000015);
	assert_int_equal(s.event.ret.a[0], 0);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "a:reserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 2);
	assert_int_equal(reservations(&s), 0);
	story_play(&s, "a:enter a:smc");
	assert_int_equal(s.event.call.a[0], 0x32000014);
	/* The threads set aside are at the top: 1 and 2. */
	assert_int_equal(s.event.context, 1);
	story_play(&s, "a:secure a:leave a:unreserve/ok");
	assert_int_equal(s.event.call.a[0], 0xb2000016);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "a:unreserve/ok a:enter a:smc");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	assert_int_equal(s.event.call.a[0], 0x32000013);
	story_end(&s);
	/* ETHREAD_LIMIT becomes -EINVAL. */
	s = alone(reserve_twice, LENGTH(reserve_twice), 2, "v4");
	story_play(&s, "a:reserve/ok a:reserve/refused");
	assert_refused(&s);
	assert_int_equal(s.event.ret.a[0], 1);
	story_end(&s);
}

static void test_reserving_under_v7(void **state)
{
	struct story s = alone(reserve_twice, LENGTH(reserve_twice), 4, "v7");

	story_play(&s, "a:reserve/ok");
	assert_int_equal(s.event.free_count, 3);
	/* Marking a marked session fails, although there is room. */
	story_play(&s, "a:reserve/refused");
	assert_refused(&s);
	assert_int_equal(s.event.free_count, 3);
	story_play(&s, "a:enter/admitted");
	assert_true(s.event.system);
	assert_int_equal(s.event.free_count, 3);
	story_play(&s, "a:smc a:secure a:leave a:unreserve/ok");
	assert_int_equal(s.event.free_count, 4);
	story_play(&s, "a:unreserve/refused");
	assert_refused(&s);
	story_end(&s);
}

static void test_reserving_under_untracked(void **state)
{
	struct story s = alone(reserve_twice, LENGTH(reserve_twice), 4, "untracked");

	story_play(&s, "a:reserve/refused");
	assert_refused(&s);
	assert_int_equal(s.event.object, 0);
	story_play(&s, "a:reserve/refused a:enter");
	assert_false(s.event.system);
	story_play(&s, "a:smc a:secure a:leave a:unreserve/refused");
	assert_refused(&s);
	story_end(&s);
}

/* v1 sets its threads aside when it is built; being a system session is all there is to it. */
static void test_reserving_under_v1(void **state)
{
	struct story s = alone(reserve_twice, LENGTH(reserve_twice), 2, "v1");

	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "a:reserve/ok a:reserve/ok a:enter a:smc");
	assert_int_equal(s.event.call.a[0], 0x32000014);
	assert_int_equal(s.event.context, 1);
	story_play(&s, "a:secure a:leave a:unreserve/ok a:unreserve/refused a:enter a:smc");
	assert_int_equal(s.event.context, 0);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_end(&s);
}

static void test_opening_and_closing(void **state)
{
	static const struct teeq_step steps[] = {
		TEEQ_CALL(NULL, "tpm"), TEEQ_RESERVE("tpm"), TEEQ_CLOSE("tpm"), TEEQ_OPEN("tpm"),
		TEEQ_OPEN("tpm"), TEEQ_RESERVE("tpm"), TEEQ_CALL(NULL, "tpm"), TEEQ_CLOSE("tpm"),
		TEEQ_CALL(NULL, "tpm"),
	};
	struct story s = alone(steps, LENGTH(steps), 2, "mainline");

	/* A session that a step opens is closed when the run begins. */
	story_play(&s, "a:enter/refused");
	assert_refused(&s);
	assert_int_equal(s.event.object, 0);
	assert_int_equal(s.event.waiter_count, 0);
	story_play(&s, "a:reserve/refused");
	assert_refused(&s);
	story_play(&s, "a:enter/refused");
	assert_refused(&s);
	story_play(&s, "a:enter/admitted");
	assert_false(s.event.system);
	story_play(&s, "a:smc a:secure a:leave");
	/* Open already. */
	story_play(&s, "a:enter/refused");
	assert_refused(&s);
	story_play(&s, "a:reserve/ok a:enter/admitted");
	assert_true(s.event.system);
	story_play(&s, "a:smc a:secure a:leave");
	/* The close call is made as a system call, and only then the session is counted out. */
	story_play(&s, "a:enter/admitted");
	assert_true(s.event.system);
	story_play(&s, "a:smc a:secure a:leave");
	assert_int_equal(s.event.system_session_count, 1);
	story_play(&s, "a:unreserve/ok");
	assert_int_equal(s.event.system_session_count, 0);
	story_play(&s, "a:enter/refused");
	assert_refused(&s);
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* v4 reserves for the TEE context, which is there before the session: all its calls are system calls. */
static void test_reserving_before_opening_under_v4(void **state)
{
	static const struct teeq_step steps[] = { TEEQ_RESERVE("tpm"), TEEQ_OPEN("tpm"),
						  TEEQ_CALL(NULL, "tpm") };
	struct story s = alone(steps, LENGTH(steps), 2, "v4");

	story_play(&s, "a:reserve/ok a:enter/admitted a:smc/taken");
	assert_int_equal(s.event.call.a[0], 0x32000014);
	story_play(&s, "a:secure/exit a:leave a:enter/admitted a:smc/taken");
	assert_int_equal(s.event.call.a[0], 0x32000014);
	story_end(&s);
	s = alone(steps, LENGTH(steps), 2, "mainline");
	story_play(&s, "a:reserve/refused a:enter/admitted a:smc/taken");
	assert_int_equal(s.event.call.a[0], 0x32000013);
	story_end(&s);
}

/* v4 returns each reservation that the closed session held, one fast call after the other. */
static void test_closing_under_v4(void **state)
{
	static const struct teeq_step steps[] = { TEEQ_RESERVE("tpm"), TEEQ_RESERVE("tpm"),
						  TEEQ_CLOSE("tpm"), TEEQ_CALL(NULL, NULL) };
	struct story s = alone(steps, LENGTH(steps), 4, "v4");

	story_play(&s, "a:reserve a:reserve a:enter a:smc a:secure a:leave a:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "a:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_play(&s, "a:enter");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* A session that nobody marked is closed by a normal call, and there is nothing to count out. */
static void test_closing_an_ordinary_session(void **state)
{
	static const struct teeq_step steps[] = { TEEQ_CLOSE("tpm"), TEEQ_CLOSE("tpm") };
	struct story s = alone(steps, LENGTH(steps), 2, "mainline");

	story_play(&s, "a:enter/admitted");
	assert_false(s.event.system);
	story_play(&s, "a:smc a:secure a:leave a:enter/refused");
	assert_refused(&s);
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* Closing the last system session lets one normal caller have the thread kept back. */
static void test_closing_wakes_one(void **state)
{
	static const struct teeq_session_spec sessions[] = { { .name = "tpm", .system = true } };
	static const struct teeq_step wait_rpc[] = { TEEQ_RPC("wait") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "wait", .steps = wait_rpc, .step_count = 1 }
	};
	static const struct teeq_step await[] = { TEEQ_AWAIT("go") };
	static const struct teeq_service_spec services[] = {
		{ .name = "wait", .by = TEEQ_SERVED_BY_CALLER, .steps = await, .step_count = 1 },
	};
	static const struct teeq_step hold[] = { TEEQ_CALL("wait", NULL) };
	static const struct teeq_step normal[] = { TEEQ_CALL(NULL, NULL), TEEQ_SIGNAL("go") };
	static const struct teeq_step close[] = { TEEQ_CLOSE("tpm") };
	static const struct teeq_client_spec clients[] = { CLIENT("n", 1, normal),
							   CLIENT("holder", 1, hold),
							   CLIENT("c", 1, close) };
	const struct teeq_scenario scenario = {
		.name = "close", .thread_count = 2, .events = go, .event_count = 1,
		.sessions = sessions, .session_count = 1, .commands = commands,
		.command_count = 1, .services = services, .service_count = 1,
		.clients = clients, .client_count = 3,
	};
	struct story s = story_begin(&scenario, "mainline");

	story_play(&s, "holder:enter/admitted holder:smc holder:secure/rpc n:enter/must-wait "
		       "c:enter/admitted c:smc c:secure c:leave");
	/* holder, at the head, executes: it absorbs the wake of the exit. */
	assert_string_equal(story_woken(&s), "holder");
	story_play(&s, "c:unreserve");
	assert_string_equal(story_woken(&s), "n");
	assert_string_equal(story_waiters(&s), "holder* n*");
	story_play(&s, "n:wait n:requeue n:recheck/admitted");
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserving_under_mainline),
		cmocka_unit_test(test_reserving_under_v4),
		cmocka_unit_test(test_reserving_under_v7),
		cmocka_unit_test(test_reserving_under_untracked),
		cmocka_unit_test(test_reserving_under_v1),
		cmocka_unit_test(test_opening_and_closing),
		cmocka_unit_test(test_closing_under_v4),
		cmocka_unit_test(test_reserving_before_opening_under_v4),
		cmocka_unit_test(test_closing_an_ordinary_session),
		cmocka_unit_test(test_closing_wakes_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
