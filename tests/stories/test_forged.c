/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a normal world can make up. A forged SMC is issued in the middle of a story, by somebody whom
 * the model does not know, and the story goes on.
 */

#include "stories/secure_story.h"

#include "model/world.h"
#include "teeq/abi.h"

enum {
	RESUME = 0x32000003,
	CALL = 0x32000013,
	OK = 0,
	ETHREAD_LIMIT = 1,
	ERESUME = 3,
	EBADCMD = 5,
	ENOTAVAIL = 7,
};
#define UNKNOWN_FUNCTION 0xffffffff

/* The SMC with these a0, a1 and a3; returns a0. */
static uint64_t forge(struct story *s, uint64_t a0, uint64_t a1, uint64_t a3)
{
	const struct teeq_smc_regs call = { .a = { a0, a1, 0xdead, a3, 0xdead, 0xdead, 0xdead, 7 } };
	struct teeq_smc_regs ret;

	pool_smc(world_pool(s->model, s->world, 0), &call, &ret);
	return ret.a[0];
}

/* The same, and nothing may have changed by it. */
static uint64_t forge_in_vain(struct story *s, uint64_t a0, uint64_t a1, uint64_t a3)
{
	struct teeq_world *before = teeq_world_new(s->model);
	uint64_t answer;

	teeq_world_copy(s->model, before, s->world);
	answer = forge(s, a0, a1, a3);
	assert_memory_equal(before, s->world, teeq_world_size(s->model));
	teeq_world_free(before);
	return answer;
}
#define forge_in_vain(...) FROM(forge_in_vain(__VA_ARGS__))

/* a is in an RPC, b runs, and one thread is free. */
static const char *const three_states = "secure: {threads: 3}\n"
					"events: [go]\n"
					"commands: {ask: [{rpc: wait}], run: [{work: 1}]}\n"
					"services: {wait: {do: [{await: go}]}}\n"
					"clients:\n"
					"  a: {do: [{call: {command: ask}}]}\n"
					"  b: {do: [{call: {command: run}}, {signal: go}]}\n";

static struct story begin(const char *policy)
{
	struct story s = yaml_story(three_states, policy);

	story_play(&s, CALLS("a") "a:secure/rpc " CALLS("b"));
	assert_string_equal(story_contexts(&s), "SAF");
	return s;
}
#define begin(...) FROM(begin(__VA_ARGS__))

/* ------------------------------------------ resumes ------------------------------------------- */

static void test_a_resume_of_what_is_not_suspended(void **state)
{
	static const uint32_t numbers[] = { 1, 2, 3, 15, 16, 255, 256, 0x80000000, UINT32_MAX };
	struct story s = begin("mainline");

	for (size_t i = 0; i < LENGTH(numbers); i++)
		assert_int_equal(forge_in_vain(&s, RESUME, 0, numbers[i]), ERESUME);
	/* A new call is no resume, whatever it says in a3, and a fast one neither. */
	assert_int_equal(forge_in_vain(&s, 0xb2000003, 0, 0), UNKNOWN_FUNCTION);
	story_play(&s, "b:secure/working " LEAVES("b") "a:await " RESUMES("a") LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/*
 * Somebody else's thread is resumed like one's own: the secure world has only its number to go by. The
 * owner's resume comes too late, its call ends with an error, and the thread runs for nobody.
 */
static void test_a_resume_of_somebody_elses_thread(void **state)
{
	struct story s = begin("mainline");

	assert_int_equal(forge(&s, RESUME, 0, 0), OK);
	assert_string_equal(story_contexts(&s), "AAF");
	assert_int_equal(forge_in_vain(&s, RESUME, 0, 0), ERESUME);
	story_play(&s, "b:secure/working " LEAVES("b") "a:await");
	assert_int_equal(teeq_world_step(s.model, s.world, story_task(&s, "a"), &s.event), TEEQ_OK);
	assert_int_equal(s.event.outcome, TEEQ_OUTCOME_REFUSED);
	assert_int_equal(s.event.ret.a[0], ERESUME);
	assert_string_equal(story_contexts(&s), "AFF");
	assert_string_equal(teeq_world_check(s.model, s.world), "a thread context in use has no owner");
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_VIOLATION);
	assert_int_equal(teeq_world_step(s.model, s.world, story_task(&s, "a"), &s.event), TEEQ_OK);
	assert_int_equal(s.event.action, TEEQ_ACTION_LEAVE);
	story_end(&s);
}

/* The upper half of a register is nothing that the 32-bit convention carries. */
static void test_only_the_lower_half_of_a_register_counts(void **state)
{
	struct story s = begin("mainline");

	assert_int_equal(forge_in_vain(&s, UINT64_C(0xdead00000000) | RESUME, 0, 2), ERESUME);
	assert_int_equal(forge(&s, RESUME, 0, UINT64_C(0xdead00000000)), OK);
	assert_string_equal(story_contexts(&s), "AAF");
	story_end(&s);
}

/* A call that nobody accounts for takes a thread, and the driver's count does not know. */
static void test_a_call_that_the_queue_does_not_know(void **state)
{
	static const char *const yaml = "secure: {threads: 1}\n"
					"clients: {a: {do: [{call: {}}]}}\n";
	struct story s = yaml_story(yaml, "mainline");

	assert_int_equal(forge(&s, CALL, 0, 0), OK);
	assert_string_equal(story_contexts(&s), "A");
	assert_string_equal(teeq_world_check(s.model, s.world), "a thread context in use has no owner");
	assert_int_equal(teeq_world_step(s.model, s.world, 0, &s.event), TEEQ_OK);
	assert_int_equal(s.event.outcome, TEEQ_OUTCOME_ADMITTED);
	assert_int_equal(teeq_world_step(s.model, s.world, 0, &s.event), TEEQ_OK);
	assert_int_equal(s.event.outcome, TEEQ_OUTCOME_THREAD_LIMIT);
	assert_string_equal(story_enabled(&s), ""); /* and nobody will ever wake it */
	story_end(&s);
}

/* ----------------------------------- functions and parameters --------------------------------- */

/* Every fast call there is, but those that change something: it may come at any time. */
static void test_no_fast_call_disturbs_a_call(void **state)
{
	struct story s = begin("mainline");

	for (uint32_t function = 0; function <= 0xffff; function++) {
		uint64_t answer = forge_in_vain(&s, 0xb2000000 | function, 0, 0);

		switch (function) {
		case 0: /* who are you */
			assert_int_equal(answer, 0x486178e0);
			break;
		case 9: /* EXCHANGE_CAPABILITIES, GET_THREAD_COUNT */
		case 15:
			assert_int_equal(answer, OK);
			break;
		case 10: /* DISABLE_SHM_CACHE, ENABLE_SHM_CACHE: EBUSY */
		case 11:
			assert_int_equal(answer, 2);
			break;
		default:
			assert_int_equal(answer, UNKNOWN_FUNCTION);
		}
	}
	assert_int_equal(forge_in_vain(&s, 0xbf00ff01, 0, 0), 0x384fb3e0);
	assert_int_equal(forge_in_vain(&s, 0xbf00ff03, 0, 0), 2);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* An unknown standard call is refused by the thread that it takes, and without one not even so. */
static void test_unknown_standard_calls(void **state)
{
	static const uint32_t ids[] = { 0x32000000, 0x32000005, 0x32000014, 0x3200ffff, 0x3f000013,
					0x72000013 };
	static const uint32_t others[] = { 0x00000013, 0x04000013, 0x31000013, 0x71000003 };
	struct story s = begin("mainline");

	for (size_t i = 0; i < LENGTH(ids); i++)
		assert_int_equal(forge_in_vain(&s, ids[i], 0, 0), EBADCMD);
	for (size_t i = 0; i < LENGTH(others); i++) /* these never reach OP-TEE */
		assert_int_equal(forge_in_vain(&s, others[i], 0, 0), UNKNOWN_FUNCTION);
	forge(&s, CALL, 0, 0);
	assert_string_equal(story_contexts(&s), "SAA");
	for (size_t i = 0; i < LENGTH(ids); i++)
		assert_int_equal(forge_in_vain(&s, ids[i], 0, 0), ETHREAD_LIMIT);
	story_end(&s);
}

static void test_bad_parameters(void **state)
{
	struct story s = begin("mainline");

	assert_int_equal(forge_in_vain(&s, 0xb2000009, 1, 0), OK);
	assert_int_equal(forge_in_vain(&s, 0xb2000009, 2, 0), ENOTAVAIL);
	assert_int_equal(forge_in_vain(&s, 0xb2000009, UINT64_MAX, 0), ENOTAVAIL);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* What user space can make up are sessions: the driver does not let them pass. */
static void test_sessions_that_are_not_ones_own(void **state)
{
	static const char *const yaml = "secure: {threads: 1}\n"
					"contexts: [mine, yours]\n"
					"sessions: {late: {}, s: {context: yours}}\n"
					"clients:\n"
					"  a:\n"
					"    context: mine\n"
					"    do: [{call: {session: late}}, {call: {session: s}}, "
					"{close: s}, {reserve: s}, {release: s}, {open: late}]\n";
	struct story s = yaml_story(yaml, "mainline");

	story_play(&s, "a:enter/refused");
	assert_int_equal(s.event.result, -TEEQ_ABI_EINVAL);
	story_play(&s, "a:enter/refused a:enter/refused a:reserve/refused a:unreserve/refused");
	assert_int_equal(s.event.result, -TEEQ_ABI_EINVAL);
	assert_string_equal(story_contexts(&s), "F");
	story_play(&s, CALLS("a") LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* ------------------------------------ a storm of reservations --------------------------------- */

#define STORM                                                                        \
	"sessions: {s: {}}\n"                                                        \
	"barriers: {both: 2}\n"                                                      \
	"commands: {meet: [{rpc: meet}]}\n"                                          \
	"services: {meet: {do: [{barrier: both}]}}\n"                                \
	"clients:\n"                                                                 \
	"  storm: {do: [{repeat: {times: 300, do: [{reserve: s}]}}]}\n"

/* However many are asked for, one thread is left to normal calls. */
static void test_a_storm_of_reservations(void **state)
{
	static const char *const yaml =
		"secure: {threads: 4}\n" STORM "  a: {stage: 2, do: [{call: {}}]}\n";
	struct story s = yaml_story(yaml, "v4");

	story_play(&s, "storm:reserve/ok storm:reserve/ok storm:reserve/ok storm:reserve/refused");
	assert_int_equal(s.event.ret.a[0], ETHREAD_LIMIT);
	for (int i = 4; i < 300; i++)
		story_play(&s, "storm:reserve/refused");
	assert_int_equal(teeq_world_reserved(s.model, s.world), 3);
	story_play(&s, CALLS("a"));
	assert_string_equal(story_contexts(&s), "AFFF");
	story_play(&s, LEAVES("a"));
	assert_int_equal(story_verdict(&s), TEEQ_VERDICT_DONE);
	/* Nor do more come back than went. */
	for (int i = 0; i < 300; i++)
		assert_int_equal(forge(&s, 0xb2000016, 0, 0), OK);
	assert_int_equal(teeq_world_reserved(s.model, s.world), 0);
	assert_string_equal(teeq_world_check(s.model, s.world),
			    "threads are set aside for nobody, or for more than hold them");
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "v4"), TEEQ_VERDICT_DONE);
}

/* One more or one less than sessions hold, in either world. */
static void test_a_reservation_that_nobody_holds(void **state)
{
	struct story s = yaml_story(three_states, "v4");

	assert_int_equal(forge(&s, 0xb2000015, 0, 0), OK);
	assert_non_null(teeq_world_check(s.model, s.world));
	assert_int_equal(forge(&s, 0xb2000016, 0, 0), OK);
	assert_null(teeq_world_check(s.model, s.world));
	story_end(&s);
	s = yaml_story(three_states, "mainline");
	world_callq(s.model, s.world, 0)->system_session_count = 1;
	assert_string_equal(teeq_world_check(s.model, s.world),
			    "a system session is counted that is none, or one is not");
	story_end(&s);
}

/* One thread for all normal calls is too few for two that need each other; counted once, it is not. */
static void test_a_storm_takes_the_threads_of_others(void **state)
{
	static const char *const yaml = "secure: {threads: 4}\n" STORM
					"  a: {count: 2, stage: 2, do: [{call: {command: meet}}]}\n";
	struct story s = yaml_story(yaml, "mainline");

	for (int i = 0; i < 300; i++)
		story_play(&s, "storm:reserve/ok");
	assert_int_equal(s.event.system_session_count, 1);
	assert_int_equal(story_finish(&s), TEEQ_VERDICT_DONE);
	story_end(&s);
	assert_int_equal(yaml_explore(yaml, "v4"), TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(yaml_explore(yaml, "mainline"), TEEQ_VERDICT_DONE);
	assert_int_equal(yaml_explore(yaml, "untracked"), TEEQ_VERDICT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_resume_of_what_is_not_suspended),
		cmocka_unit_test(test_a_resume_of_somebody_elses_thread),
		cmocka_unit_test(test_only_the_lower_half_of_a_register_counts),
		cmocka_unit_test(test_a_call_that_the_queue_does_not_know),
		cmocka_unit_test(test_no_fast_call_disturbs_a_call),
		cmocka_unit_test(test_unknown_standard_calls),
		cmocka_unit_test(test_bad_parameters),
		cmocka_unit_test(test_sessions_that_are_not_ones_own),
		cmocka_unit_test(test_a_storm_of_reservations),
		cmocka_unit_test(test_a_reservation_that_nobody_holds),
		cmocka_unit_test(test_a_storm_takes_the_threads_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
