/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secure world's threads, from the registers' side. States are written as one letter a context:
 * F free, A active, S suspended.
 */
#include "story.h"

#include "core/thread_pool.h"

union secure {
	struct pool pool;
	unsigned char bytes[sizeof(struct pool) + TEEQ_CONTEXT_MAX];
};

static void begin(union secure *secure, unsigned int threads, enum teeq_secure_side side,
		  unsigned int set_aside)
{
	memset(secure, 0, sizeof(*secure));
	pool_init(&secure->pool, threads, side, set_aside);
}

static const char *show(const union secure *secure)
{
	static char text[TEEQ_CONTEXT_MAX + 1];

	memset(text, 0, sizeof(text));
	for (unsigned int i = 0; i < secure->pool.context_count; i++)
		text[i] = "FAS"[secure->pool.context[i]];
	return text;
}

/* The SMC with a0 and a3; what came back in a0, a1, a3. */
static struct teeq_smc_regs ret;

static unsigned int smc(union secure *secure, uint64_t a0, uint64_t a3)
{
	const struct teeq_smc_regs call = { .a = { a0, 1, 2, a3, 4, 5, 6, 7 } };

	memset(&ret, 0xa5, sizeof(ret));
	return pool_smc(&secure->pool, &call, &ret);
}

static uint64_t fast(union secure *secure, uint64_t a0)
{
	assert_int_equal(smc(secure, a0, 0), TEEQ_NO_CONTEXT);
	return ret.a[0];
}
#define fast(...) FROM(fast(__VA_ARGS__))

enum {
	CALL = 0x32000013,
	SYSTEM_CALL = 0x32000014,
	RESUME = 0x32000003,
};

static void test_the_lowest_free_thread_is_taken(void **state)
{
	union secure secure;

	begin(&secure, 3, TEEQ_SECURE_PLAIN, 0);
	assert_int_equal(smc(&secure, CALL, 0), 0);
	assert_int_equal(smc(&secure, 0x32000004, 0), 1);
	assert_int_equal(smc(&secure, 0x32000012, 0), 2);
	assert_string_equal(show(&secure), "AAA");
	pool_finish(&secure.pool, 1, &ret);
	assert_int_equal(ret.a[0], 0);
	pool_finish(&secure.pool, 0, &ret);
	assert_string_equal(show(&secure), "FFA");
	assert_int_equal(smc(&secure, CALL, 0), 0);
	assert_int_equal(smc(&secure, CALL, 0), 1);
	assert_null(pool_check(&secure.pool));
}

static void test_no_thread_changes_nothing(void **state)
{
	union secure secure, before;

	begin(&secure, 1, TEEQ_SECURE_PLAIN, 0);
	assert_true(pool_has_room(&secure.pool, false));
	smc(&secure, CALL, 0);
	assert_false(pool_has_room(&secure.pool, false));
	before = secure;
	assert_int_equal(smc(&secure, CALL, 0), TEEQ_NO_CONTEXT);
	assert_int_equal(ret.a[0], 1);
	assert_memory_equal(&secure, &before, sizeof(secure));
}

static void test_an_rpc_suspends_and_a_resume_goes_on(void **state)
{
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_PLAIN, 0);
	smc(&secure, CALL, 0);
	smc(&secure, CALL, 0);
	pool_suspend(&secure.pool, 1, TEEQ_SMC_RPC_CMD, &ret);
	assert_int_equal(ret.a[0], 0xffff0005);
	assert_int_equal(ret.a[3], 1);
	assert_string_equal(show(&secure), "AS");
	assert_int_equal(smc(&secure, RESUME, 1), 1);
	assert_string_equal(show(&secure), "AA");
	pool_suspend(&secure.pool, 1, TEEQ_SMC_RPC_FOREIGN_INTR, &ret);
	assert_int_equal(ret.a[0], 0xffff0004);
	/* A suspended thread is not free. */
	assert_int_equal(smc(&secure, CALL, 0), TEEQ_NO_CONTEXT);
}

static void test_a_wrong_resume_is_refused(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 3, 4, 255, 256, 258, UINT64_C(1) << 32,
					    UINT64_MAX };
	union secure secure, before;

	begin(&secure, 4, TEEQ_SECURE_PLAIN, 0);
	/* 0 active, 1 free, 2 suspended, 3 free. */
	for (unsigned int i = 0; i < 3; i++)
		smc(&secure, CALL, 0);
	pool_suspend(&secure.pool, 2, TEEQ_SMC_RPC_CMD, &ret);
	pool_finish(&secure.pool, 1, &ret);
	assert_string_equal(show(&secure), "AFSF");
	/* What lies behind the last context is none, whatever it holds. */
	secure.bytes[pool_size(4)] = CONTEXT_SUSPENDED;
	before = secure;
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		assert_int_equal(smc(&secure, RESUME, numbers[i]), TEEQ_NO_CONTEXT);
		assert_int_equal(ret.a[0], 3);
		assert_memory_equal(&secure, &before, sizeof(secure));
	}
	/* A register of the 32-bit convention: its upper half is not looked at. */
	assert_int_equal(smc(&secure, RESUME, (UINT64_C(1) << 32) + 2), 2);
}

/* --------------------------------------- threads set aside ------------------------------------ */

static void test_search_order_with_threads_set_aside_at_build_time(void **state)
{
	union secure secure;

	begin(&secure, 4, TEEQ_SECURE_STATIC, 2);
	/* A system call searches [2,4) and then [0,2), a normal one [0,2) only. */
	assert_int_equal(smc(&secure, SYSTEM_CALL, 0), 2);
	assert_int_equal(smc(&secure, CALL, 0), 0);
	assert_int_equal(smc(&secure, SYSTEM_CALL, 0), 3);
	assert_int_equal(smc(&secure, SYSTEM_CALL, 0), 1);
	assert_int_equal(smc(&secure, SYSTEM_CALL, 0), TEEQ_NO_CONTEXT);
	assert_int_equal(ret.a[0], 1);
	pool_finish(&secure.pool, 2, &ret);
	assert_int_equal(smc(&secure, CALL, 0), TEEQ_NO_CONTEXT);
	assert_int_equal(ret.a[0], 1);
	assert_false(pool_has_room(&secure.pool, false));
	assert_true(pool_has_room(&secure.pool, true));
	assert_null(pool_check(&secure.pool));
}

static void test_all_or_none_set_aside_at_build_time(void **state)
{
	union secure all, none;

	begin(&all, 2, TEEQ_SECURE_STATIC, 2);
	begin(&none, 2, TEEQ_SECURE_STATIC, 0);
	assert_int_equal(smc(&all, CALL, 0), TEEQ_NO_CONTEXT);
	assert_int_equal(smc(&all, SYSTEM_CALL, 0), 0);
	assert_null(pool_check(&all.pool));
	assert_int_equal(smc(&none, SYSTEM_CALL, 0), 0);
	assert_int_equal(smc(&none, CALL, 0), 1);
}

static void test_search_order_with_threads_counted(void **state)
{
	union secure secure;

	begin(&secure, 3, TEEQ_SECURE_COUNTED, 0);
	assert_int_equal(fast(&secure, 0xb2000015), 0);
	assert_int_equal(smc(&secure, SYSTEM_CALL, 0), 2);
	assert_int_equal(smc(&secure, SYSTEM_CALL, 0), 0);
	assert_int_equal(smc(&secure, CALL, 0), 1);
	pool_finish(&secure.pool, 2, &ret);
	assert_int_equal(smc(&secure, CALL, 0), TEEQ_NO_CONTEXT);
	assert_int_equal(fast(&secure, 0xb2000016), 0);
	assert_int_equal(smc(&secure, CALL, 0), 2);
}

/* A reservation succeeds while N-R > 1, whatever is occupied. */
static void test_reserving_leaves_one(void **state)
{
	for (unsigned int threads = 1; threads <= 4; threads++) {
		union secure secure;

		begin(&secure, threads, TEEQ_SECURE_COUNTED, 0);
		for (unsigned int i = 0; i < threads; i++)
			smc(&secure, CALL, 0);
		for (unsigned int reserved = 0; reserved + 1 < threads; reserved++)
			assert_int_equal(fast(&secure, 0xb2000015), 0);
		assert_int_equal(fast(&secure, 0xb2000015), 1);
		assert_int_equal(secure.pool.reserved_count, threads - 1);
		assert_null(pool_check(&secure.pool));
	}
}

static void test_unreserving_below_zero_is_harmless(void **state)
{
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_COUNTED, 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(fast(&secure, 0xb2000016), 0);
	assert_int_equal(secure.pool.reserved_count, 0);
	assert_int_equal(fast(&secure, 0xb2000015), 0);
	assert_int_equal(fast(&secure, 0xb2000015), 1);
}

static void test_check_finds_too_many_set_aside(void **state)
{
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_COUNTED, 0);
	secure.pool.reserved_count = 2;
	assert_string_equal(pool_check(&secure.pool), "more threads are set aside than may be");
}

/* ------------------------------------------ fast calls ---------------------------------------- */

static void test_what_a_plain_secure_world_does_not_know(void **state)
{
	static const uint32_t functions[] = { 0xb2000015, 0xb2000016, 0xb2000063, 0x31000013, 0 };
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_PLAIN, 0);
	for (size_t i = 0; i < LENGTH(functions); i++)
		assert_int_equal(fast(&secure, functions[i]), 0xffffffff);
	/* A standard call wants a thread, whatever it asks for. */
	assert_int_equal(fast(&secure, SYSTEM_CALL), 5);
	assert_int_equal(fast(&secure, 0x32000063), 5);
	/* v1 knows the system call, but counts nothing. */
	begin(&secure, 2, TEEQ_SECURE_STATIC, 1);
	assert_int_equal(fast(&secure, 0xb2000015), 0xffffffff);
	assert_int_equal(fast(&secure, 0xb2000016), 0xffffffff);
	assert_int_equal(secure.pool.reserved_count, 1);
}

static void test_thread_count(void **state)
{
	for (unsigned int threads = 1; threads <= TEEQ_CONTEXT_MAX; threads++) {
		union secure secure;

		begin(&secure, threads, TEEQ_SECURE_PLAIN, 0);
		assert_int_equal(fast(&secure, 0xb200000f), 0);
		assert_int_equal(ret.a[1], threads);
	}
}

/* Dynamic shared memory (2), null references (4), RPC arguments (6), reservations (7). */
static void test_capabilities(void **state)
{
	union secure plain, fixed, counted;

	begin(&plain, 2, TEEQ_SECURE_PLAIN, 0);
	begin(&fixed, 2, TEEQ_SECURE_STATIC, 1);
	begin(&counted, 2, TEEQ_SECURE_COUNTED, 0);
	assert_int_equal(fast(&plain, 0xb2000009), 0);
	assert_int_equal(ret.a[1], 0x54);
	fast(&fixed, 0xb2000009);
	assert_int_equal(ret.a[1], 0x54);
	fast(&counted, 0xb2000009);
	assert_int_equal(ret.a[1], 0xd4);
}

static void test_fast_calls_touch_no_context(void **state)
{
	static const enum teeq_secure_side sides[] = { TEEQ_SECURE_PLAIN, TEEQ_SECURE_STATIC,
						       TEEQ_SECURE_COUNTED };

	for (size_t side = 0; side < LENGTH(sides); side++) {
		union secure secure, before;

		begin(&secure, 4, sides[side], 1);
		smc(&secure, CALL, 0);
		smc(&secure, CALL, 0);
		pool_suspend(&secure.pool, 1, TEEQ_SMC_RPC_CMD, &ret);
		before = secure;
		for (uint32_t function = 0; function < 64; function++) {
			/* Those two change the count, and only that. */
			fast(&secure, 0xb2000000 | function);
			secure.pool.reserved_count = before.pool.reserved_count;
			assert_memory_equal(&secure, &before, sizeof(secure));
		}
	}
}

/* The shared-memory cache may only be touched while no thread could be using it. */
static void test_the_cache_wants_every_thread_free(void **state)
{
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_PLAIN, 0);
	assert_int_equal(fast(&secure, 0xb200000b), 0); /* ENABLE_SHM_CACHE: OK */
	assert_int_equal(fast(&secure, 0xb200000a), 7); /* DISABLE_SHM_CACHE: ENOTAVAIL */
	smc(&secure, CALL, 0);
	assert_int_equal(fast(&secure, 0xb200000b), 2); /* EBUSY */
	assert_int_equal(fast(&secure, 0xb200000a), 2);
	pool_suspend(&secure.pool, 0, TEEQ_SMC_RPC_CMD, &ret);
	assert_int_equal(fast(&secure, 0xb200000b), 2);
}

/* ----------------------------------------- lost and bugs -------------------------------------- */

static void test_a_lost_thread_is_gone(void **state)
{
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_PLAIN, 0);
	pool_lose(&secure.pool, 0);
	assert_string_equal(show(&secure), "SF");
	assert_int_equal(smc(&secure, CALL, 0), 1);
	assert_int_equal(smc(&secure, CALL, 0), TEEQ_NO_CONTEXT);
	/* The secure world still tells the full number. */
	fast(&secure, 0xb200000f);
	assert_int_equal(ret.a[1], 2);
}

static void finish(void *argument)
{
	union secure *secure = argument;

	pool_finish(&secure->pool, 0, &ret);
}

static void suspend(void *argument)
{
	union secure *secure = argument;

	pool_suspend(&secure->pool, 0, TEEQ_SMC_RPC_CMD, &ret);
}

static void lose(void *argument)
{
	union secure *secure = argument;

	pool_lose(&secure->pool, 0);
}

static void finish_beyond(void *argument)
{
	union secure *secure = argument;

	pool_finish(&secure->pool, 2, &ret);
}

/* free 0, active 1, suspended 2: the legal edges are 0-1, 1-2, 1-0, 2-1. */
static void test_illegal_edges_abort(void **state)
{
	union secure secure;

	begin(&secure, 2, TEEQ_SECURE_PLAIN, 0);
	assert_aborts(finish, &secure, "context 0: 0 -> 0");
	assert_aborts(suspend, &secure, "context 0: 0 -> 2");
	assert_aborts(finish_beyond, &secure, "context 2 of 2");
	smc(&secure, CALL, 0);
	assert_aborts(lose, &secure, "context 0: 1 -> 1");
	pool_suspend(&secure.pool, 0, TEEQ_SMC_RPC_CMD, &ret);
	assert_aborts(finish, &secure, "context 0: 2 -> 0");
	assert_aborts(suspend, &secure, "context 0: 2 -> 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_lowest_free_thread_is_taken),
		cmocka_unit_test(test_no_thread_changes_nothing),
		cmocka_unit_test(test_an_rpc_suspends_and_a_resume_goes_on),
		cmocka_unit_test(test_a_wrong_resume_is_refused),
		cmocka_unit_test(test_search_order_with_threads_set_aside_at_build_time),
		cmocka_unit_test(test_all_or_none_set_aside_at_build_time),
		cmocka_unit_test(test_search_order_with_threads_counted),
		cmocka_unit_test(test_reserving_leaves_one),
		cmocka_unit_test(test_unreserving_below_zero_is_harmless),
		cmocka_unit_test(test_check_finds_too_many_set_aside),
		cmocka_unit_test(test_what_a_plain_secure_world_does_not_know),
		cmocka_unit_test(test_thread_count),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_fast_calls_touch_no_context),
		cmocka_unit_test(test_the_cache_wants_every_thread_free),
		cmocka_unit_test(test_a_lost_thread_is_gone),
		cmocka_unit_test(test_illegal_edges_abort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
