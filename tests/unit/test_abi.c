/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers are repeated here by hand, so that a slip of a finger has to be made twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"

#include "teeq/abi.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct number {
	uint32_t constant;
	uint32_t number;
	const char *name;
};

static const struct number functions[] = {
	{ TEEQ_SMC_CALL_RETURN_FROM_RPC, 0x32000003, "RETURN_FROM_RPC" },
	{ TEEQ_SMC_CALL_WITH_ARG, 0x32000004, "CALL_WITH_ARG" },
	{ TEEQ_SMC_CALL_WITH_RPC_ARG, 0x32000012, "CALL_WITH_RPC_ARG" },
	{ TEEQ_SMC_CALL_WITH_REGD_ARG, 0x32000013, "CALL_WITH_REGD_ARG" },
	{ TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, 0x32000014, "CALL_SYSTEM_WITH_REGD_ARG" },
	{ TEEQ_SMC_GET_OS_UUID, 0xB2000000, "GET_OS_UUID" },
	{ TEEQ_SMC_GET_OS_REVISION, 0xB2000001, "GET_OS_REVISION" },
	{ TEEQ_SMC_GET_SHM_CONFIG, 0xB2000007, "GET_SHM_CONFIG" },
	{ TEEQ_SMC_EXCHANGE_CAPABILITIES, 0xB2000009, "EXCHANGE_CAPABILITIES" },
	{ TEEQ_SMC_DISABLE_SHM_CACHE, 0xB200000A, "DISABLE_SHM_CACHE" },
	{ TEEQ_SMC_ENABLE_SHM_CACHE, 0xB200000B, "ENABLE_SHM_CACHE" },
	{ TEEQ_SMC_GET_THREAD_COUNT, 0xB200000F, "GET_THREAD_COUNT" },
	{ TEEQ_SMC_ENABLE_ASYNC_NOTIF, 0xB2000010, "ENABLE_ASYNC_NOTIF" },
	{ TEEQ_SMC_GET_ASYNC_NOTIF_VALUE, 0xB2000011, "GET_ASYNC_NOTIF_VALUE" },
	{ TEEQ_SMC_RESERVE_SYS_THREAD, 0xB2000015, "RESERVE_SYS_THREAD" },
	{ TEEQ_SMC_UNRESERVE_SYS_THREAD, 0xB2000016, "UNRESERVE_SYS_THREAD" },
	{ TEEQ_SMC_CALLS_COUNT, 0xBF00FF00, "CALLS_COUNT" },
	{ TEEQ_SMC_CALLS_UID, 0xBF00FF01, "CALLS_UID" },
	{ TEEQ_SMC_CALLS_REVISION, 0xBF00FF03, "CALLS_REVISION" },
};

static const struct number returns[] = {
	{ TEEQ_SMC_RETURN_OK, 0x0, "OK" },
	{ TEEQ_SMC_RETURN_ETHREAD_LIMIT, 0x1, "ETHREAD_LIMIT" },
	{ TEEQ_SMC_RETURN_EBUSY, 0x2, "EBUSY" },
	{ TEEQ_SMC_RETURN_ERESUME, 0x3, "ERESUME" },
	{ TEEQ_SMC_RETURN_EBADADDR, 0x4, "EBADADDR" },
	{ TEEQ_SMC_RETURN_EBADCMD, 0x5, "EBADCMD" },
	{ TEEQ_SMC_RETURN_ENOMEM, 0x6, "ENOMEM" },
	{ TEEQ_SMC_RETURN_ENOTAVAIL, 0x7, "ENOTAVAIL" },
	{ TEEQ_SMC_RETURN_UNKNOWN_FUNCTION, 0xFFFFFFFF, "UNKNOWN_FUNCTION" },
};

static const struct number rpcs[] = {
	{ TEEQ_SMC_RPC_ALLOC, 0, "ALLOC" },
	{ TEEQ_SMC_RPC_FREE, 2, "FREE" },
	{ TEEQ_SMC_RPC_FOREIGN_INTR, 4, "FOREIGN_INTR" },
	{ TEEQ_SMC_RPC_CMD, 5, "CMD" },
};

static const struct number commands[] = {
	{ TEEQ_RPC_CMD_GET_TIME, 3, "GET_TIME" },
	{ TEEQ_RPC_CMD_NOTIFICATION, 4, "NOTIFICATION" },
	{ TEEQ_RPC_CMD_SUSPEND, 5, "SUSPEND" },
	{ TEEQ_RPC_CMD_SHM_ALLOC, 6, "SHM_ALLOC" },
	{ TEEQ_RPC_CMD_SHM_FREE, 7, "SHM_FREE" },
	{ TEEQ_RPC_CMD_I2C_TRANSFER, 21, "I2C_TRANSFER" },
	{ TEEQ_RPC_CMD_RPMB_PROBE_RESET, 22, "RPMB_PROBE_RESET" },
	{ TEEQ_RPC_CMD_RPMB_PROBE_NEXT, 23, "RPMB_PROBE_NEXT" },
	{ TEEQ_RPC_CMD_RPMB_FRAMES, 24, "RPMB_FRAMES" },
};

static const struct number notifications[] = {
	{ TEEQ_RPC_NOTIFICATION_WAIT, 0, "WAIT" },
	{ TEEQ_RPC_NOTIFICATION_SEND, 1, "SEND" },
};

static const struct number capabilities[] = {
	{ TEEQ_SMC_CAP_RESERVED_SHM, 0, "RESERVED_SHM" },
	{ TEEQ_SMC_CAP_UNREGISTERED_SHM, 1, "UNREGISTERED_SHM" },
	{ TEEQ_SMC_CAP_DYNAMIC_SHM, 2, "DYNAMIC_SHM" },
	{ TEEQ_SMC_CAP_VIRTUALIZATION, 3, "VIRTUALIZATION" },
	{ TEEQ_SMC_CAP_MEMREF_NULL, 4, "MEMREF_NULL" },
	{ TEEQ_SMC_CAP_ASYNC_NOTIF, 5, "ASYNC_NOTIF" },
	{ TEEQ_SMC_CAP_RPC_ARG, 6, "RPC_ARG" },
	{ TEEQ_SMC_CAP_SYSTEM_THREAD, 7, "SYSTEM_THREAD" },
};

/* Every number of @list has its name, and no other number up to @limit has one. */
static void check_names(const struct number *list, size_t count, uint32_t limit,
			const char *(*name)(uint32_t value))
{
	size_t named_count = 0;
	size_t small_count = 0;

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(list[i].constant, list[i].number);
		assert_non_null(name(list[i].number));
		assert_string_equal(name(list[i].number), list[i].name);
		small_count += list[i].number <= limit;
	}
	for (uint32_t value = 0; value <= limit; value++)
		named_count += name(value) != NULL;
	assert_int_equal(named_count, small_count);
	assert_null(name(0x80000000));
	assert_null(name(0xFFFFFFFE));
}
#define check_names(...) FROM(check_names(__VA_ARGS__))

static const char *capability_name(uint32_t bit)
{
	return teeq_smc_capability_name(bit);
}

static void test_numbers_and_names(void **state)
{
	(void)state;
	check_names(functions, LENGTH(functions), 0x10000, teeq_smc_function_name);
	check_names(returns, LENGTH(returns), 0x10000, teeq_smc_return_name);
	check_names(rpcs, LENGTH(rpcs), 0x10000, teeq_smc_rpc_name);
	check_names(commands, LENGTH(commands), 0x10000, teeq_rpc_command_name);
	check_names(notifications, LENGTH(notifications), 0x10000, teeq_rpc_notification_name);
	check_names(capabilities, LENGTH(capabilities), 0x10000, capability_name);
}

static void test_only_the_listed_functions_have_names(void **state)
{
	static const uint32_t owners[] = { 0x32000000, 0xB2000000, 0xBF000000, 0x3F000000,
					   0x72000000, 0xF2000000, 0xB2010000 };
	size_t named_count = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(owners); i++) {
		for (uint32_t number = 0; number <= 0xFFFF; number++)
			named_count += teeq_smc_function_name(owners[i] | number) != NULL;
	}
	assert_int_equal(named_count, LENGTH(functions));
}

static void test_function_ids_are_constants(void **state)
{
	static const uint32_t id = TEEQ_SMC_STD(19);

	(void)state;
	assert_int_equal(_Generic(TEEQ_SMC_FAST(9), uint32_t: 1, default: 0), 1);
	switch (id) {
	case TEEQ_SMC_CALL_WITH_ARG:
	case TEEQ_SMC_EXCHANGE_CAPABILITIES:
		fail();
		break;
	case TEEQ_SMC_CALL_WITH_REGD_ARG:
		break;
	default:
		fail();
	}
	assert_int_equal(TEEQ_SMCCC_ID(TEEQ_SMCCC_FAST, TEEQ_SMCCC_SMC64, 4, 0x123), 0xC4000123);
	assert_int_equal(TEEQ_SMCCC_ID(TEEQ_SMCCC_STD, TEEQ_SMCCC_SMC32, 0, 0), 0);
	assert_int_equal(TEEQ_SMCCC_ID(3, 2, 64, 0x10001), 0x80000001);
	assert_int_equal(TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_SYSTEM_THREAD), 0x80);
	assert_int_equal(TEEQ_SMC_CAP_BIT(31), 0x80000000);
}

static void test_rpc_predicate(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(returns); i++)
		assert_false(teeq_smc_is_rpc(returns[i].number));
	for (uint32_t func = 0; func < 0xFFFF; func++) {
		assert_true(teeq_smc_is_rpc(0xFFFF0000 | func));
		assert_int_equal(teeq_smc_rpc_func(0xFFFF0000 | func), func);
		assert_null(teeq_smc_return_name(0xFFFF0000 | func));
	}
	assert_false(teeq_smc_is_rpc(0xFFFFFFFF));
	assert_false(teeq_smc_is_rpc(0xFFFE0005));
	assert_false(teeq_smc_is_rpc(0x7FFF0005));
	assert_false(teeq_smc_is_rpc(0x0000FFFF));
	assert_int_equal(TEEQ_SMC_RPC_VALUE(TEEQ_SMC_RPC_ALLOC), 0xFFFF0000);
	assert_int_equal(TEEQ_SMC_RPC_VALUE(TEEQ_SMC_RPC_CMD), 0xFFFF0005);
}

/* clang-format off */
static const struct {
	struct teeq_smc_regs call;
	const char *text;
} calls[] = {
	{ { { 0x32000013, 0, 0x102 } }, "CALL_WITH_REGD_ARG cookie=0x102 offset=0" },
	{ { { 0x32000013, 0xFFFFFF80, 0x37575A0, 0x180 } },
	  "CALL_WITH_REGD_ARG cookie=0xffffff80037575a0 offset=384" },
	{ { { 0x32000014, 1, 2, 3 } }, "CALL_SYSTEM_WITH_REGD_ARG cookie=0x100000002 offset=3" },
	{ { { 0x32000004, 0, 0x437B0000, 1 } }, "CALL_WITH_ARG address=0x437b0000" },
	{ { { 0x32000012, 8, 0x43799000 } }, "CALL_WITH_RPC_ARG address=0x843799000" },
	{ { { 0x32000003, 7, 8, 3, 9 } }, "RETURN_FROM_RPC thread=3" },
	{ { { 0xB2000000, 1, 1, 1 } }, "GET_OS_UUID" },
	{ { { 0xB2000001, 1, 1, 1 } }, "GET_OS_REVISION" },
	{ { { 0xB2000007, 1, 1, 1 } }, "GET_SHM_CONFIG" },
	{ { { 0xB2000009, 1 } }, "EXCHANGE_CAPABILITIES normal=0x1" },
	{ { { 0xB200000A, 1, 1, 1 } }, "DISABLE_SHM_CACHE" },
	{ { { 0xB200000B, 1, 1, 1 } }, "ENABLE_SHM_CACHE" },
	{ { { 0xB200000F, 1, 1, 1 } }, "GET_THREAD_COUNT" },
	{ { { 0xB2000010, 1, 1, 1 } }, "ENABLE_ASYNC_NOTIF" },
	{ { { 0xB2000011, 1, 1, 1 } }, "GET_ASYNC_NOTIF_VALUE" },
	{ { { 0xB2000015, 1, 1, 1 } }, "RESERVE_SYS_THREAD" },
	{ { { 0xB2000016, 1, 1, 1 } }, "UNRESERVE_SYS_THREAD" },
	{ { { 0xBF00FF01, 1, 1, 1 } }, "CALLS_UID" },
	{ { { 0xB2000063 } }, "fast call 0xb2000063 (function 99)" },
	{ { { 0x32000063 } }, "standard call 0x32000063 (function 99)" },
	{ { { 0x72000004 } }, "standard call 0x72000004 (64-bit, function 4)" },
	{ { { 0xB200FF01 } }, "fast call 0xb200ff01 (function 65281)" },
	{ { { 0x84000000 } },
	  "fast call 0x84000000 (owner 4: standard secure service, function 0)" },
	{ { { 0xC4000001 } },
	  "fast call 0xc4000001 (64-bit, owner 4: standard secure service, function 1)" },
	{ { { 0x80000000 } },
	  "fast call 0x80000000 (owner 0: Arm architecture service, function 0)" },
	{ { { 0x86000002 } },
	  "fast call 0x86000002 (owner 6: vendor hypervisor service, function 2)" },
	{ { { 0x07000002 } }, "standard call 0x07000002 (owner 7: reserved, function 2)" },
	{ { { 0xAF000000 } }, "fast call 0xaf000000 (owner 47: reserved, function 0)" },
	{ { { 0xB0000000 } }, "fast call 0xb0000000 (owner 48: trusted application, function 0)" },
	{ { { 0xB1000000 } }, "fast call 0xb1000000 (owner 49: trusted application, function 0)" },
	{ { { 0xBF000000 } }, "fast call 0xbf000000 (owner 63: trusted OS, function 0)" },
	/* The upper halves of the registers are no part of the call. */
	{ { { 0xABC0000032000003, 0, 0, 0x8000000001 } }, "RETURN_FROM_RPC thread=1" },
	{ { { 0x32000013, 0xF00000001, 0xF00000002, 0xF00000003 } },
	  "CALL_WITH_REGD_ARG cookie=0x100000002 offset=3" },
};
/* clang-format on */

static void test_calls_in_words(void **state)
{
	char text[TEEQ_SMC_TEXT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(calls); i++) {
		size_t length = teeq_smc_decode_call(&calls[i].call, text, sizeof(text));

		assert_string_equal(text, calls[i].text);
		assert_int_equal(length, strlen(calls[i].text));
	}
}

/* clang-format off */
static const struct {
	uint64_t call_a0;
	struct teeq_smc_regs ret;
	const char *text;
} answers[] = {
	{ 0x32000013, { { 0x0, 1, 2, 3 } }, "OK" },
	{ 0x32000003, { { 0x0, 1, 2, 3 } }, "OK" },
	{ 0x32000013, { { 0x1, 1, 0x8000000100, 2 } }, "ETHREAD_LIMIT" },
	{ 0x32000003, { { 0x3, 1, 2, 3 } }, "ERESUME" },
	{ 0x32000004, { { 0x4 } }, "EBADADDR" },
	{ 0x32000013, { { 0xFFFFFFFF, 1, 2, 3 } }, "UNKNOWN_FUNCTION" },
	{ 0x32000013, { { 0xFFFF0005, 0xFFFFFF80, 0x37CC3C0, 3 } }, "RPC CMD thread=3" },
	{ 0x32000003, { { 0xFFFF0004, 0, 0, 1 } }, "RPC FOREIGN_INTR thread=1" },
	{ 0x32000004, { { 0xFFFF0000, 0x200, 9, 0 } }, "RPC ALLOC thread=0 size=512" },
	{ 0x32000003, { { 0xFFFF0002, 0xFFFFFF80, 0xC871E0, 2 } },
	  "RPC FREE thread=2 cookie=0xffffff8000c871e0" },
	{ 0x32000003, { { 0xFFFF0007, 0, 0, 2 } }, "RPC function 7 thread=2" },
	{ 0, { { 0xFFFF0005, 0, 0, 2 } }, "RPC CMD thread=2" },
	{ 0x32000013, { { 0x8 } }, "return 0x8" },
	{ 0xB200000F, { { 0, 4, 5, 6 } }, "OK count=4" },
	{ 0x1B200000F, { { 0, 4, 5, 6 } }, "OK count=4" },
	{ 0xB200000F, { { 0xFFFFFFFF, 4 } }, "UNKNOWN_FUNCTION" },
	{ 0xB2000015, { { 1, 4 } }, "ETHREAD_LIMIT" },
	{ 0xB2000009, { { 0, 0, 1, 2 } }, "OK capabilities=none" },
	{ 0xB2000009, { { 0, 0x14, 1, 2 } }, "OK capabilities=DYNAMIC_SHM|MEMREF_NULL" },
	{ 0xB2000009, { { 0, 0xFF, 127, 0x104 } },
	  "OK capabilities=RESERVED_SHM|UNREGISTERED_SHM|DYNAMIC_SHM|VIRTUALIZATION|MEMREF_NULL|"
	  "ASYNC_NOTIF|RPC_ARG|SYSTEM_THREAD notification_max=127 rpc_parameters=4" },
	{ 0xB2000009, { { 0, 0x80000101 } }, "OK capabilities=RESERVED_SHM|bit8|bit31" },
	{ 0xB2000009, { { 7, 0xFF } }, "ENOTAVAIL" },
	{ 0xB2000007, { { 0, 0x42000000, 0x200000, 1 } },
	  "OK address=0x42000000 size=2097152 cached=1" },
	{ 0xB2000007, { { 7, 1, 2, 3 } }, "ENOTAVAIL" },
	{ 0xB200000A, { { 0, 1, 2 } }, "OK cookie=0x100000002" },
	{ 0xB200000A, { { 2, 1, 2 } }, "EBUSY" },
	{ 0xB200000A, { { 7, 1, 2 } }, "ENOTAVAIL" },
	{ 0xB200000B, { { 0, 1, 2 } }, "OK" },
	{ 0xB2000011, { { 0, 64, 3 } }, "OK value=64 pending" },
	{ 0xB2000011, { { 0, 0, 1 } }, "OK value=0" },
	{ 0xB2000011, { { 0, 64, 0 } }, "OK no value" },
	{ 0xBF00FF00, { { 27 } }, "count=27" },
	{ 0xBF00FF01, { { 0x384FB3E0, 0xE7F811E3, 0xAF630002, 0xA5D5C51B } },
	  "uuid=384fb3e0-e7f8-11e3-af63-0002a5d5c51b" },
	{ 0xBF00FF01, { { 0xFFFFFFFF } }, "UNKNOWN_FUNCTION" },
	{ 0xBF00FF03, { { 2, 0 } }, "revision=2.0" },
	{ 0xB2000000, { { 0, 0, 1, 2 } }, "uuid=00000000-0000-0000-0000-000100000002" },
	{ 0xB2000001, { { 4, 9, 0xC2B0684F } }, "revision=4.9 build=0xc2b0684f" },
	{ 0xB2000001, { { 3, 1, 0 } }, "revision=3.1" },
	/* A fast call is never suspended: this is no thread's number. */
	{ 0xB200000F, { { 0xFFFF0005, 0, 0, 3 } }, "return 0xffff0005" },
};
/* clang-format on */

static void test_returns_in_words(void **state)
{
	char text[TEEQ_SMC_TEXT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < LENGTH(answers); i++) {
		size_t length = teeq_smc_decode_return(answers[i].call_a0, &answers[i].ret, text,
						       sizeof(text));

		assert_string_equal(text, answers[i].text);
		assert_int_equal(length, strlen(answers[i].text));
	}
}

/* Decode @regs as a call, or as the return to @call_a0 when @is_return. */
static size_t decode(bool is_return, uint64_t call_a0, const struct teeq_smc_regs *regs, char *text,
		     size_t size)
{
	if (is_return)
		return teeq_smc_decode_return(call_a0, regs, text, size);
	return teeq_smc_decode_call(regs, text, size);
}

/* A text of @size bytes is the beginning of @full, and no byte behind it is touched. */
static void check_cut(bool is_return, uint64_t call_a0, const struct teeq_smc_regs *regs,
		      const char *full, size_t size)
{
	size_t length = strlen(full);
	size_t kept = length < size ? length : size - 1;
	char *text = malloc(size + 1);

	assert_non_null(text);
	memset(text, '#', size + 1);
	assert_int_equal(decode(is_return, call_a0, regs, text, size), length);
	if (size > 0) {
		assert_memory_equal(text, full, kept);
		assert_int_equal(text[kept], '\0');
	}
	assert_int_equal(text[size], '#');
	free(text);
}
#define check_cut(...) FROM(check_cut(__VA_ARGS__))

static void test_text_is_cut_at_every_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(calls); i++) {
		assert_int_equal(teeq_smc_decode_call(&calls[i].call, NULL, 0),
				 strlen(calls[i].text));
		for (size_t size = 0; size <= strlen(calls[i].text) + 1; size++)
			check_cut(false, 0, &calls[i].call, calls[i].text, size);
	}
	for (size_t i = 0; i < LENGTH(answers); i++) {
		assert_int_equal(
			teeq_smc_decode_return(answers[i].call_a0, &answers[i].ret, NULL, 0),
			strlen(answers[i].text));
		for (size_t size = 0; size <= strlen(answers[i].text) + 1; size++)
			check_cut(true, answers[i].call_a0, &answers[i].ret, answers[i].text, size);
	}
}

/* xorshift64, for registers that are the same on every machine. */
static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Half of the time an id that means something: noise alone would seldom get past a0. */
static uint64_t random_id(uint64_t *seed)
{
	uint64_t pick = random_next(seed);

	return pick & 1 ? functions[(pick >> 8) % LENGTH(functions)].number : random_next(seed);
}

static uint64_t random_status(uint64_t *seed)
{
	uint64_t pick = random_next(seed);

	switch (pick & 3) {
	case 0:
		return 0;
	case 1:
		return 0xFFFF0000 | (pick >> 8 & 7);
	case 2:
		return returns[(pick >> 8) % LENGTH(returns)].number;
	default:
		return random_next(seed);
	}
}

static void check_random(bool is_return, uint64_t call_a0, const struct teeq_smc_regs *regs,
			 size_t size)
{
	char full[TEEQ_SMC_TEXT_MAX + 1];
	size_t length = decode(is_return, call_a0, regs, full, sizeof(full));

	assert_in_range(length, 1, TEEQ_SMC_TEXT_MAX);
	assert_int_equal(strlen(full), length);
	for (size_t i = 0; i < length; i++)
		assert_true(full[i] >= ' ' && full[i] <= '~');
	check_cut(is_return, call_a0, regs, full, size);
}
#define check_random(...) FROM(check_random(__VA_ARGS__))

static void test_any_registers_can_be_decoded(void **state)
{
	uint64_t seed = 0x7EE9;

	(void)state;
	for (unsigned int i = 0; i < 100000; i++) {
		uint64_t call_a0 = random_id(&seed);
		struct teeq_smc_regs regs;

		for (size_t j = 0; j < LENGTH(regs.a); j++)
			regs.a[j] = random_next(&seed);
		regs.a[0] = call_a0;
		check_random(false, 0, &regs, (size_t)(random_next(&seed) % 200));
		regs.a[0] = random_status(&seed);
		check_random(true, call_a0, &regs, (size_t)(random_next(&seed) % 200));
	}
}

static void test_the_longest_text_fits(void **state)
{
	struct teeq_smc_regs regs;

	(void)state;
	memset(&regs, 0xFF, sizeof(regs));
	regs.a[0] = 0;
	assert_in_range(teeq_smc_decode_return(TEEQ_SMC_EXCHANGE_CAPABILITIES, &regs, NULL, 0), 1,
			TEEQ_SMC_TEXT_MAX);
}

/* Linux 6.12's FF-A driver: what is in which word of a direct message. */
static void test_ffa_messages(void **state)
{
	struct teeq_smc_regs regs = { .a = { TEEQ_SMC_CALL_WITH_REGD_ARG, 0x12, 0x34, 0x56 } };

	teeq_ffa_from_call(&regs, &regs);
	assert_int_equal(regs.a[0], 0x8400006F);
	assert_int_equal(regs.a[3], 0x80000000);
	assert_int_equal(regs.a[4], 0x34);
	assert_int_equal(regs.a[5], 0x12);
	assert_int_equal(regs.a[6], 0x56);
	assert_string_equal(teeq_ffa_message_name(&regs), "FFA_CALL_WITH_ARG");

	regs = (struct teeq_smc_regs){ .a = { TEEQ_SMC_CALL_RETURN_FROM_RPC, 0, 0, 3 } };
	teeq_ffa_from_call(&regs, &regs);
	assert_int_equal(regs.a[3], 0x80000001);
	assert_int_equal(regs.a[4], 0);
	assert_int_equal(regs.a[7], 3);
	assert_string_equal(teeq_ffa_message_name(&regs), "FFA_RESUME");
	regs.a[3] = 5;
	assert_null(teeq_ffa_message_name(&regs));
}

static void test_ffa_answers(void **state)
{
	static const struct {
		uint32_t a0;
		uint32_t w3, w4, w7;
		const char *name;
	} rows[] = {
		{ TEEQ_SMC_RETURN_OK, 0, 0, 0, "DONE" },
		{ 0xFFFF0005, 0, 1, 2, "RPC_CMD" },
		{ 0xFFFF0004, 0, 2, 2, "INTERRUPT" },
		{ TEEQ_SMC_RETURN_ETHREAD_LIMIT, 0xFFFF000D, 0, 0, "BUSY" },
		{ TEEQ_SMC_RETURN_ERESUME, 0xFFFF0006, 0, 0, "BAD_PARAMETERS" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct teeq_smc_regs regs = { .a = { rows[i].a0, 0, 0, 2 } };

		teeq_ffa_from_return(&regs, &regs);
		assert_true(teeq_ffa_is_message(&regs));
		assert_int_equal(regs.a[0], 0x84000070);
		assert_int_equal(regs.a[3], rows[i].w3);
		assert_int_equal(regs.a[4], rows[i].w4);
		assert_int_equal(regs.a[7], rows[i].w7);
		assert_string_equal(teeq_ffa_message_name(&regs), rows[i].name);
		regs.a[0] = TEEQ_SMC_GET_THREAD_COUNT;
		assert_false(teeq_ffa_is_message(&regs));
		assert_null(teeq_ffa_message_name(&regs));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_and_names),
		cmocka_unit_test(test_only_the_listed_functions_have_names),
		cmocka_unit_test(test_function_ids_are_constants),
		cmocka_unit_test(test_rpc_predicate),
		cmocka_unit_test(test_calls_in_words),
		cmocka_unit_test(test_returns_in_words),
		cmocka_unit_test(test_text_is_cut_at_every_size),
		cmocka_unit_test(test_any_registers_can_be_decoded),
		cmocka_unit_test(test_the_longest_text_fits),
		cmocka_unit_test(test_ffa_messages),
		cmocka_unit_test(test_ffa_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
