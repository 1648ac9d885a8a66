/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A normal world that issues SMCs with whatever in the registers, as far as it gets, against the
 * secure world's pool. What must come back, and what must have changed, is written down here once
 * more, plainly. The functions that name and decode registers get the same registers to read.
 *
 * An input is two bytes about the pool, then records: what to do, of which function or context, and
 * a value for the registers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/thread_pool.h"
#include "found.h"
#include "mutate.h"

enum { HEADER = 2, RECORD = 10, RECORDS_MAX = 200, CONTEXTS_MAX = 16 };

static const struct record_format format = { HEADER, RECORD, RECORDS_MAX };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the pool is to be like. */
struct shadow {
	unsigned int count;
	unsigned int reserved;
	unsigned int cached;
	enum teeq_secure_side side;
	bool lacks_rpc_arg;
	uint8_t state[CONTEXTS_MAX];
};

/* ------------------------------------- what is expected --------------------------------------- */

static unsigned int busy(const struct shadow *shadow)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < shadow->count; i++)
		count += shadow->state[i] != CONTEXT_FREE;
	return count;
}

static unsigned int lowest_free(const struct shadow *shadow, bool system)
{
	unsigned int border = shadow->count - shadow->reserved;

	for (unsigned int i = border; system && i < shadow->count; i++)
		if (shadow->state[i] == CONTEXT_FREE)
			return i;
	for (unsigned int i = 0; i < border; i++)
		if (shadow->state[i] == CONTEXT_FREE)
			return i;
	return TEEQ_NO_CONTEXT;
}

static unsigned int expect_call(const struct shadow *shadow, bool system,
				struct teeq_smc_regs *ret)
{
	unsigned int context = lowest_free(shadow, system);

	if (context == TEEQ_NO_CONTEXT)
		ret->a[0] = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	return context;
}

static unsigned int expect_resume(const struct shadow *shadow, uint32_t number,
				  struct teeq_smc_regs *ret)
{
	if (number < shadow->count && shadow->state[number] == CONTEXT_SUSPENDED)
		return number;
	ret->a[0] = TEEQ_SMC_RETURN_ERESUME;
	return TEEQ_NO_CONTEXT;
}

/*
 * A function that is not there. The owners 50 to 63 are trusted OSes: a standard call of theirs needs a
 * thread that finds out.
 */
static unsigned int expect_nothing(const struct shadow *shadow, uint32_t function,
				   struct teeq_smc_regs *ret)
{
	unsigned int owner = function >> 24 & 63;

	if (function >> 31 || owner < 50)
		ret->a[0] = UINT32_MAX;
	else if (lowest_free(shadow, false) == TEEQ_NO_CONTEXT)
		ret->a[0] = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	else
		ret->a[0] = TEEQ_SMC_RETURN_EBADCMD;
	return TEEQ_NO_CONTEXT;
}

/* A normal world that says of itself what OP-TEE does not know is told so. */
static void expect_capabilities(const struct shadow *shadow, uint64_t asked,
				struct teeq_smc_regs *ret)
{
	if (asked > 1)
		ret->a[0] = TEEQ_SMC_RETURN_ENOTAVAIL;
	else
		ret->a[1] = 0x14u | (shadow->lacks_rpc_arg ? 0 : 0x40u) |
			    (shadow->side == TEEQ_SECURE_COUNTED ? 0x80u : 0);
}

static void expect_reservation(struct shadow *shadow, bool more, struct teeq_smc_regs *ret)
{
	if (shadow->side != TEEQ_SECURE_COUNTED)
		ret->a[0] = TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
	else if (more && shadow->reserved + 1 >= shadow->count)
		ret->a[0] = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	else if (more)
		shadow->reserved++;
	else if (shadow->reserved > 0)
		shadow->reserved--;
}

static void expect_disable(struct shadow *shadow, struct teeq_smc_regs *ret)
{
	if (busy(shadow) > 0)
		ret->a[0] = TEEQ_SMC_RETURN_EBUSY;
	else if (shadow->cached == 0)
		ret->a[0] = TEEQ_SMC_RETURN_ENOTAVAIL;
	else
		ret->a[2] = shadow->cached--;
}

/* A standard call. Returns the context that runs. */
static unsigned int expect_standard(const struct shadow *shadow, const struct teeq_smc_regs *call,
				    struct teeq_smc_regs *ret)
{
	uint32_t function = (uint32_t)call->a[0];

	if (function == 0x32000003)
		return expect_resume(shadow, (uint32_t)call->a[3], ret);
	if (function == 0x32000004)
		return expect_call(shadow, false, ret);
	if ((function == 0x32000012 || function == 0x32000013) && !shadow->lacks_rpc_arg)
		return expect_call(shadow, false, ret);
	if (function == 0x32000014 && !shadow->lacks_rpc_arg && shadow->side != TEEQ_SECURE_PLAIN)
		return expect_call(shadow, true, ret);
	return expect_nothing(shadow, function, ret);
}

/* The context that runs, and @ret; OK is 0. */
static unsigned int expect(struct shadow *shadow, const struct teeq_smc_regs *call,
			   struct teeq_smc_regs *ret)
{
	memset(ret, 0, sizeof(*ret));
	switch (call->a[0] & UINT32_MAX) {
	case 0xb2000009:
		expect_capabilities(shadow, call->a[1], ret);
		break;
	case 0xb200000a:
		expect_disable(shadow, ret);
		break;
	case 0xb200000b:
		ret->a[0] = busy(shadow) > 0 ? TEEQ_SMC_RETURN_EBUSY : TEEQ_SMC_RETURN_OK;
		break;
	case 0xb200000f:
		ret->a[1] = shadow->count;
		break;
	case 0xb2000015:
	case 0xb2000016:
		expect_reservation(shadow, (call->a[0] & 1) != 0, ret);
		break;
	case 0xbf00ff01: /* 384fb3e0-e7f8-11e3-af63-0002a5d5c51b: the OP-TEE message protocol */
		*ret = (struct teeq_smc_regs){ { 0x384fb3e0, 0xe7f811e3, 0xaf630002, 0xa5d5c51b } };
		break;
	case 0xb2000000: /* 486178e0-e7f8-11e3-bc5e-0002a5d5c51b: OP-TEE itself */
		*ret = (struct teeq_smc_regs){ { 0x486178e0, 0xe7f811e3, 0xbc5e0002, 0xa5d5c51b } };
		break;
	case 0xbf00ff03:
		ret->a[0] = 2;
		break;
	default:
		return expect_standard(shadow, call, ret);
	}
	return TEEQ_NO_CONTEXT;
}

/* ------------------------------------------ decoding ------------------------------------------ */

/*
 * Whatever the registers hold, the text is one line, ends within its room, and is cut, not changed.
 */
static void check_text(const char *whole, size_t length, const char *cut, size_t cut_length,
		       size_t cut_size)
{
	if (length != strlen(whole) || cut_length != length)
		found("the length of a text is not what it says");
	if (strlen(cut) >= cut_size || strncmp(whole, cut, strlen(cut)) != 0)
		found("a text that is cut is another one");
	for (const char *c = whole; *c; c++)
		if (*c < ' ' || *c > '~')
			found("a text is not one line of plain characters");
}

static void decode(const struct teeq_smc_regs *call, const struct teeq_smc_regs *ret)
{
	char whole[1024], cut[24];
	struct teeq_smc_regs ffa;
	size_t length;

	length = teeq_smc_decode_call(call, whole, sizeof(whole));
	check_text(whole, length, cut, teeq_smc_decode_call(call, cut, sizeof(cut)), sizeof(cut));
	length = teeq_smc_decode_return(call->a[0], ret, whole, sizeof(whole));
	check_text(whole, length, cut,
		   teeq_smc_decode_return(call->a[0], ret, cut, sizeof(cut)), sizeof(cut));
	if (call->a[0] >> 31 & 1)
		return;
	teeq_ffa_from_call(call, &ffa);
	if (!teeq_ffa_is_message(&ffa))
		found("a call is no FF-A message");
	length = teeq_smc_decode_call(&ffa, whole, sizeof(whole));
	check_text(whole, length, cut, teeq_smc_decode_call(&ffa, cut, sizeof(cut)), sizeof(cut));
}

/* -------------------------------------------- steps ------------------------------------------- */

static uint64_t read_value(const uint8_t *bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < 8; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static void issue(struct pool *pool, struct shadow *shadow, const uint8_t *record)
{
	static const uint32_t functions[] = {
		0x32000003, 0x32000004, 0x32000012, 0x32000013, 0x32000014, 0xb2000007, 0xb2000009,
		0xb200000a, 0xb200000b, 0xb200000f, 0xb2000000, 0x32000005, 0xb2000015, 0xb2000016,
		0xbf00ff03, 0xbf00ff01,
	};
	uint64_t value = read_value(record + 2);
	struct teeq_smc_regs call = { .a = { functions[record[1] % 16] } }, ret, expected;
	unsigned int context, runs;

	if (record[0] & 0x40)
		call.a[0] = value;
	else
		call.a[record[1] >> 4 & 7] |= value;
	if (record[0] & 0x20)
		call.a[3] = record[9] & 31;
	context = expect(shadow, &call, &expected);
	runs = pool_smc(pool, &call, &ret);
	if (runs != context)
		found("another context runs than should, or none");
	if (runs == TEEQ_NO_CONTEXT && memcmp(&ret, &expected, sizeof(ret)) != 0)
		found("another answer than should be");
	if (runs != TEEQ_NO_CONTEXT)
		shadow->state[runs] = CONTEXT_ACTIVE;
	decode(&call, &ret);
}

/* The secure world's own moves: of contexts that are active. */
static void run_on(struct pool *pool, struct shadow *shadow, const uint8_t *record)
{
	static const enum teeq_smc_rpc functions[] = { TEEQ_SMC_RPC_ALLOC, TEEQ_SMC_RPC_FREE,
						       TEEQ_SMC_RPC_FOREIGN_INTR,
						       TEEQ_SMC_RPC_CMD };
	unsigned int context = record[1] % shadow->count;
	struct teeq_smc_regs ret;

	if (shadow->state[context] == CONTEXT_FREE && (record[0] & 0x18) == 0x18) {
		pool_lose(pool, context);
		shadow->state[context] = CONTEXT_SUSPENDED;
	} else if (shadow->state[context] != CONTEXT_ACTIVE) {
		return;
	} else if (record[0] & 0x10) {
		pool_finish(pool, context, &ret);
		shadow->state[context] = CONTEXT_FREE;
		if (ret.a[0] != TEEQ_SMC_RETURN_OK)
			found("a finished call is not answered OK");
	} else {
		pool_suspend(pool, context, functions[record[0] & 3], &ret);
		shadow->state[context] = CONTEXT_SUSPENDED;
		if (!teeq_smc_is_rpc((uint32_t)ret.a[0]) || ret.a[3] != context)
			found("an RPC does not name its context");
	}
}

static void compare(const struct pool *pool, const struct shadow *shadow)
{
	if (pool_check(pool))
		found(pool_check(pool));
	if (memcmp(pool->context, shadow->state, shadow->count) != 0)
		found("a context is in another state than should be");
	if (pool->reserved_count != shadow->reserved || pool->cached_count != shadow->cached)
		found("a counter is another than should be");
	for (unsigned int system = 0; system < 2; system++)
		if (pool_has_room(pool, system) != (lowest_free(shadow, system) != TEEQ_NO_CONTEXT))
			found("there is room, or none, against appearances");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(struct pool) unsigned char bytes[sizeof(struct pool) + CONTEXTS_MAX];
	struct pool *pool = (struct pool *)(void *)bytes;
	struct shadow shadow = { 0 };
	unsigned int fixed;

	if (size < HEADER)
		return 0;
	shadow.count = data[0] % CONTEXTS_MAX + 1;
	shadow.side = (enum teeq_secure_side)((data[0] >> 4) % 3);
	shadow.lacks_rpc_arg = (data[0] >> 4) / 3 & 1;
	shadow.cached = data[1] >> 5;
	fixed = (data[1] & 31u) % (shadow.count + 1);
	if (shadow.side == TEEQ_SECURE_STATIC)
		shadow.reserved = fixed;
	pool_init(pool, shadow.count, shadow.side, fixed);
	pool->lacks_rpc_arg = shadow.lacks_rpc_arg;
	pool->cached_count = (uint8_t)shadow.cached;
	for (size_t at = HEADER; at + RECORD <= size; at += RECORD) {
		if (data[at] & 0x80)
			run_on(pool, &shadow, data + at);
		else
			issue(pool, &shadow, data + at);
		compare(pool, &shadow);
	}
	return 0;
}
