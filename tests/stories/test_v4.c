/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface of the fourth posting, at the level of registers and return values: what the secure
 * world answers, and what the driver makes of it.
 */
#include "stories/yaml_story.h"

#include "core/thread_pool.h"

/* ----------------------------------- what the secure world answers ---------------------------- */

enum { THREADS = 3 };

static struct pool *new_pool(enum teeq_secure_side side)
{
	struct pool *pool = calloc(1, pool_size(THREADS));

	assert_non_null(pool);
	pool_init(pool, THREADS, side, 0);
	return pool;
}
#define new_pool(...) FROM(new_pool(__VA_ARGS__))

static struct teeq_smc_regs ask(struct pool *pool, uint32_t function)
{
	struct teeq_smc_regs call = { .a = { function } }, ret;

	assert_int_equal(pool_smc(pool, &call, &ret), TEEQ_NO_CONTEXT);
	return ret;
}
#define ask(...) FROM(ask(__VA_ARGS__))

static void test_function_numbers(void **state)
{
	assert_int_equal(TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, 0x32000014);
	assert_int_equal(TEEQ_SMC_RESERVE_SYS_THREAD, 0xb2000015);
	assert_int_equal(TEEQ_SMC_UNRESERVE_SYS_THREAD, 0xb2000016);
}

static void test_the_capability_is_bit_7(void **state)
{
	struct pool *v4 = new_pool(TEEQ_SECURE_COUNTED), *plain = new_pool(TEEQ_SECURE_PLAIN);
	struct teeq_smc_regs ret = ask(v4, TEEQ_SMC_EXCHANGE_CAPABILITIES);

	assert_int_equal(ret.a[0], TEEQ_SMC_RETURN_OK);
	assert_int_equal(ret.a[1] & 0x80, 0x80);
	ret = ask(plain, TEEQ_SMC_EXCHANGE_CAPABILITIES);
	assert_int_equal(ret.a[0], TEEQ_SMC_RETURN_OK);
	assert_int_equal(ret.a[1] & 0xc0, 0x40);
	plain->lacks_rpc_arg = 1;
	assert_int_equal(ask(plain, TEEQ_SMC_EXCHANGE_CAPABILITIES).a[1] & 0x40, 0);
	assert_int_not_equal(ask(plain, TEEQ_SMC_CALL_WITH_REGD_ARG).a[0], TEEQ_SMC_RETURN_OK);
	free(v4);
	free(plain);
}

/* OK while one thread is left for all; ETHREAD_LIMIT then; UNKNOWN_FUNCTION where there is no such. */
static void test_every_answer_of_the_fast_calls(void **state)
{
	struct pool *v4 = new_pool(TEEQ_SECURE_COUNTED), *plain = new_pool(TEEQ_SECURE_PLAIN);

	for (int i = 1; i < THREADS; i++)
		assert_int_equal(ask(v4, TEEQ_SMC_RESERVE_SYS_THREAD).a[0], TEEQ_SMC_RETURN_OK);
	assert_int_equal(ask(v4, TEEQ_SMC_RESERVE_SYS_THREAD).a[0], TEEQ_SMC_RETURN_ETHREAD_LIMIT);
	assert_int_equal(v4->reserved_count, THREADS - 1);
	assert_int_equal(ask(v4, TEEQ_SMC_UNRESERVE_SYS_THREAD).a[0], TEEQ_SMC_RETURN_OK);
	assert_int_equal(v4->reserved_count, THREADS - 2);
	assert_int_equal(ask(plain, TEEQ_SMC_RESERVE_SYS_THREAD).a[0],
			 TEEQ_SMC_RETURN_UNKNOWN_FUNCTION);
	assert_int_equal(ask(plain, TEEQ_SMC_UNRESERVE_SYS_THREAD).a[0],
			 TEEQ_SMC_RETURN_UNKNOWN_FUNCTION);
	free(v4);
	free(plain);
}

/* --------------------------------- what the driver makes of it -------------------------------- */

/* Two requests succeed; the third would leave nothing for others. */
static const char requests[] =
	"secure: {threads: 3}\n"
	"contexts: [agent, other]\n"
	"sessions: {s: {context: agent}, t: {context: agent}, u: {context: other}}\n"
	"clients:\n"
	"  app:\n"
	"    do: [reserve: s, reserve: s, reserve: s, release: t, release: s, release: s]\n";

static void test_request_and_release(void **state)
{
	struct story s = yaml_story(requests, "v4");

	story_play(&s, "app:reserve/ok=none");
	story_smc(&s, TEEQ_SMC_RESERVE_SYS_THREAD, TEEQ_SMC_RETURN_OK);
	story_play(&s, "app:reserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 2);
	story_play(&s, "app:reserve/refused=EINVAL");
	story_smc(&s, TEEQ_SMC_RESERVE_SYS_THREAD, TEEQ_SMC_RETURN_ETHREAD_LIMIT);
	/* The count is the context's, whichever of its sessions is named. */
	story_play(&s, "app:unreserve/ok");
	story_smc(&s, TEEQ_SMC_UNRESERVE_SYS_THREAD, TEEQ_SMC_RETURN_OK);
	story_play(&s, "app:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	/* What is not held cannot be given back: the secure world is not even asked. */
	story_play(&s, "app:unreserve/refused=EINVAL");
	assert_false(s.event.has_call);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* The capability is not there, or the back end has no such operations: no fast call is made. */
static void test_without_the_operations(void **state)
{
	char yaml[512];
	struct story s;

	snprintf(yaml, sizeof(yaml), "abi: ffa\n%s", requests);
	s = yaml_story(yaml, "v4");
	story_play(&s, "app:reserve/refused=EINVAL");
	assert_false(s.event.has_call);
	story_play(&s, "app:reserve/refused=EINVAL app:reserve/refused=EINVAL "
		       "app:unreserve/refused=EINVAL");
	assert_false(s.event.has_call);
	story_play(&s, "app:unreserve/refused=EINVAL app:unreserve/refused=EINVAL");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* ------------------------------------- one warning, and a loop -------------------------------- */

static const char failing[] =
	"secure: {threads: 3}\n"
	"contexts: [agent]\n"
	"sessions: {s: {context: agent}}\n"
	"clients: {app: {context: agent, do: [reserve: s, release: s, release: s, release: s]}}\n"
	"faults: {broken: {kind: unreserve-fails, times: 2}}\n";

/* A release that fails keeps its count, and warns the first time only. */
static void test_a_warning_is_given_once(void **state)
{
	struct story s = yaml_story(failing, "v4");

	story_play(&s, "app:reserve/ok broken:fault app:unreserve/failed=EINVAL");
	story_smc(&s, TEEQ_SMC_UNRESERVE_SYS_THREAD, TEEQ_SMC_RETURN_UNKNOWN_FUNCTION);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "broken:fault app:unreserve/refused=EINVAL");
	story_smc(&s, TEEQ_SMC_UNRESERVE_SYS_THREAD, TEEQ_SMC_RETURN_UNKNOWN_FUNCTION);
	story_play(&s, "app:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

#define RELEASING(times) \
	"secure: {threads: 3}\n" \
	"contexts: [agent]\n" \
	"sessions: {s: {context: agent}}\n" \
	"clients: {app: {context: agent, do: [reserve: s, reserve: s, close-context: agent]}}\n" \
	"faults: {broken: {kind: unreserve-fails, times: " times "}}\n"

/* Closing the context releases until nothing is held; a call that failed is made again. */
static void test_the_loop_at_close(void **state)
{
	struct story s = yaml_story(RELEASING("2"), "v4");

	story_play(&s, "app:reserve/ok app:reserve/ok app:unreserve/ok broken:fault "
		       "app:unreserve/failed broken:fault app:unreserve/refused app:unreserve/ok "
		       "app:enter/admitted@normal app:smc app:secure app:leave");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_over(&s, TEEQ_VERDICT_DONE);
	yaml_ends(RELEASING("2"), "v4", TEEQ_VERDICT_DONE);
}

/* If it never succeeds, the loop never ends: close() of the device does not return. */
static void test_the_loop_that_never_ends(void **state)
{
	struct story s = yaml_story(RELEASING("always"), "v4");

	story_play(&s, "app:reserve app:reserve");
	for (int i = 0; i < 100; i++)
		story_play(&s, "broken:fault app:unreserve=EINVAL");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 2);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	yaml_ends(RELEASING("always"), "v4", TEEQ_VERDICT_LIVELOCK);
}

/* ----------------------------------- two releases at a count of one --------------------------- */

static const char twice[] =
	"secure: {threads: 3}\n"
	"contexts: [agent]\n"
	"sessions: {s: {context: agent}}\n"
	"clients:\n"
	"  owner: {do: [reserve: s, release: s]}\n"
	"  other: {do: [release: s]}\n"
	"  user: {stage: 2, do: [reserve: s, call: {session: s}, close-context: agent]}\n";

/* One after the other: the second finds nothing to give back. */
static void test_the_second_release_is_stopped(void **state)
{
	struct story s = yaml_story(twice, "v4");

	story_play(&s, "owner:reserve/ok");
	story_smc(&s, TEEQ_SMC_RESERVE_SYS_THREAD, TEEQ_SMC_RETURN_OK);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_play(&s, "owner:count/ok owner:unreserve/ok");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_play(&s, "owner:count/ok other:unreserve/refused=EINVAL "
		       "user:reserve/ok user:count user:enter@system user:smc user:secure user:leave "
		       "user:unreserve/ok user:count user:enter@normal user:smc user:secure user:leave");
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* While the count of what was reserved is on its way, a release still finds none. */
static void test_a_release_before_the_count(void **state)
{
	struct story s = yaml_story(twice, "v4");

	story_play(&s, "owner:reserve/ok other:unreserve/refused=EINVAL owner:count");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_end(&s);
}

/* Both look at the count before either changes it: it wraps, and one more reservation unwraps it. */
static void test_two_releases_at_once(void **state)
{
	struct story s = yaml_story(twice, "v4");

	story_play(&s, "owner:reserve owner:count owner:unreserve/ok other:unreserve/ok");
	story_smc(&s, TEEQ_SMC_UNRESERVE_SYS_THREAD, TEEQ_SMC_RETURN_OK);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	story_play(&s, "owner:count other:count user:reserve/ok user:count");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	/* The thread stays set aside, and nobody knows of it. */
	story_play(&s, "user:enter@normal user:smc user:secure user:leave "
		       "user:enter@normal user:smc user:secure user:leave");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_over(&s, TEEQ_VERDICT_DONE);
}

static const char closed[] =
	"secure: {threads: 3}\n"
	"contexts: [agent]\n"
	"sessions: {s: {context: agent}}\n"
	"clients:\n"
	"  owner: {do: [reserve: s, release: s]}\n"
	"  other: {do: [release: s]}\n"
	"  closer: {stage: 2, do: [call: {session: s}, close-context: agent]}\n";

/* With a count that wrapped each call is a system call, and close() of the device does not return. */
static void test_a_count_that_wrapped(void **state)
{
	struct story s = yaml_story(closed, "v4");

	story_play(&s, "owner:reserve owner:count owner:unreserve other:unreserve other:count "
		       "owner:count closer:enter@system closer:smc closer:secure closer:leave");
	for (int i = 0; i < 100; i++)
		story_play(&s, "closer:unreserve/ok closer:count/ok");
	story_end(&s);
	yaml_ends(closed, "v4", TEEQ_VERDICT_LIVELOCK);
	yaml_ends(closed, "mainline", TEEQ_VERDICT_DONE);
}

/* -------------------------------------- the function of a call -------------------------------- */

static const char kinds[] =
	"secure: {threads: 3}\n"
	"contexts: [agent]\n"
	"sessions: {s: {context: agent}, t: {context: agent}, u: {}}\n"
	"clients:\n"
	"  app: {do: [call: {session: s}, reserve: s, call: {session: s}, open: t, close: t,\n"
	"             call: {session: u}, release: t, call: {session: s}]}\n";

/* One call from entry to exit, and the number it goes in with. */
static void one_call(struct story *s, const char *enter, uint32_t function, unsigned int context)
{
	story_play(s, enter);
	story_play(s, "app:smc/taken");
	assert_int_equal(s->event.call.a[0], function);
	assert_int_equal(s->event.context, context);
	story_play(s, "app:secure/exit app:leave");
}
#define one_call(...) FROM(one_call(__VA_ARGS__))

/* Function 20, and the topmost thread, for all calls of the context while it holds a reservation. */
static void test_the_function_of_a_call(void **state)
{
	struct story s = yaml_story(kinds, "v4");

	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_play(&s, "app:reserve/ok");
	one_call(&s, "app:enter@system", TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, 2);
	one_call(&s, "app:enter@system", TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, 2); /* open */
	one_call(&s, "app:enter@system", TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, 2); /* close */
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_play(&s, "app:unreserve/ok");
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

/* A session that the file does not name is of the context as well, for who works in it. */
static void test_a_session_without_a_name(void **state)
{
	static const char yaml[] =
		"secure: {threads: 3}\n"
		"contexts: [agent]\n"
		"sessions: {s: {context: agent}}\n"
		"commands: {quick: []}\n"
		"clients:\n"
		"  app: {context: agent, do: [call: {command: quick}, reserve: s,\n"
		"             call: {command: quick}]}\n"
		"  other: {do: [call: {command: quick}]}\n";
	struct story s = yaml_story(yaml, "v4");

	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_play(&s, "app:reserve/ok");
	one_call(&s, "app:enter@system", TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, 2);
	story_play(&s, "other:enter@normal other:smc other:secure other:leave");
	story_over(&s, TEEQ_VERDICT_DONE);

	s = yaml_story(yaml, "mainline");
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_play(&s, "app:reserve/ok");
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_end(&s);
}

/* Only for arguments in registered memory there is a number that says so; others get what is left. */
static void test_unregistered_arguments(void **state)
{
	static const char yaml[] =
		"secure: {threads: 2, rpc-arg: false}\n"
		"contexts: [agent]\n"
		"sessions: {s: {context: agent}}\n"
		"events: [on]\n"
		"commands: {waits: [rpc: on]}\n"
		"services: {on: {do: [await: on]}}\n"
		"clients:\n"
		"  app: {do: [call: {command: waits}]}\n"
		"  scmi: {stage: 2, do: [reserve: s, call: {session: s}, signal: on]}\n";
	struct story s = yaml_story(yaml, "v4");

	story_play(&s, "app:enter app:smc/taken");
	assert_int_equal(s.event.call.a[0], TEEQ_SMC_CALL_WITH_ARG);
	story_play(&s, "app:secure/rpc scmi:reserve/ok scmi:enter@normal scmi:smc/thread-limit");
	story_smc(&s, TEEQ_SMC_CALL_WITH_ARG, TEEQ_SMC_RETURN_ETHREAD_LIMIT);
	/* There is a thread, set aside for calls that nobody can make. */
	assert_int_equal(teeq_world_reserved(s.model, s.world), 1);
	story_over(&s, TEEQ_VERDICT_DEADLOCK);
	/* Mainline does not care: the kind of a call is the driver's own affair. */
	yaml_ends(yaml, "mainline", TEEQ_VERDICT_DONE);
}

/* Mainline has no such function: what is a system call there only the driver knows. */
static void test_mainline_has_one_function(void **state)
{
	struct story s = yaml_story(kinds, "mainline");

	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_play(&s, "app:reserve/ok");
	one_call(&s, "app:enter@system", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	one_call(&s, "app:enter@normal", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_play(&s, "app:unreserve/refused=EINVAL"); /* t is none */
	one_call(&s, "app:enter@system", TEEQ_SMC_CALL_WITH_REGD_ARG, 0);
	story_over(&s, TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_function_numbers),
		cmocka_unit_test(test_the_capability_is_bit_7),
		cmocka_unit_test(test_every_answer_of_the_fast_calls),
		cmocka_unit_test(test_request_and_release),
		cmocka_unit_test(test_without_the_operations),
		cmocka_unit_test(test_a_warning_is_given_once),
		cmocka_unit_test(test_the_loop_at_close),
		cmocka_unit_test(test_the_loop_that_never_ends),
		cmocka_unit_test(test_the_second_release_is_stopped),
		cmocka_unit_test(test_a_release_before_the_count),
		cmocka_unit_test(test_two_releases_at_once),
		cmocka_unit_test(test_a_count_that_wrapped),
		cmocka_unit_test(test_the_function_of_a_call),
		cmocka_unit_test(test_a_session_without_a_name),
		cmocka_unit_test(test_unregistered_arguments),
		cmocka_unit_test(test_mainline_has_one_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
