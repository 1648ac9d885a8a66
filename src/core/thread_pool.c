/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/thread_pool.h"

#include <string.h>

#include "base/check.h"
#include "teeq/limits.h"

_Static_assert(TEEQ_CONTEXT_MAX < TEEQ_NO_CONTEXT, "a context's number and none have 8 bits");

#define BIT(n) (1u << (n))

static const uint8_t context_next[] = {
	[CONTEXT_FREE] = BIT(CONTEXT_ACTIVE),
	[CONTEXT_ACTIVE] = BIT(CONTEXT_SUSPENDED) | BIT(CONTEXT_FREE),
	[CONTEXT_SUSPENDED] = BIT(CONTEXT_ACTIVE),
};

static void pool_set_state(struct pool *pool, unsigned int context, enum context_state state)
{
	CHECK(context < pool->context_count, "context %u of %u", context, pool->context_count);
	CHECK(context_next[pool->context[context]] & BIT(state), "context %u: %u -> %u", context,
	      pool->context[context], (unsigned int)state);
	pool->context[context] = (uint8_t)state;
	INVARIANT(!pool_check(pool), "%s", pool_check(pool));
}

size_t pool_size(size_t context_count)
{
	return sizeof(struct pool) + context_count;
}

void pool_init(struct pool *pool, unsigned int context_count, enum teeq_secure_side side,
	       unsigned int static_count)
{
	CHECK(context_count <= TEEQ_CONTEXT_MAX, "a pool of %u", context_count);
	CHECK(static_count <= context_count, "%u of %u set aside", static_count, context_count);
	memset(pool, 0, pool_size(context_count));
	pool->context_count = (uint8_t)context_count;
	pool->side = (uint8_t)side;
	if (side == TEEQ_SECURE_STATIC)
		pool->reserved_count = (uint8_t)static_count;
}

void pool_lose(struct pool *pool, unsigned int context)
{
	pool_set_state(pool, context, CONTEXT_ACTIVE);
	pool_set_state(pool, context, CONTEXT_SUSPENDED);
}

unsigned int pool_first_free(const struct pool *pool, unsigned int from, unsigned int end)
{
	for (unsigned int i = from; i < end; i++)
		if (pool->context[i] == CONTEXT_FREE)
			return i;
	return TEEQ_NO_CONTEXT;
}

/* The context a new call would take. A system call searches the threads set aside first. */
static unsigned int find_free(const struct pool *pool, bool system)
{
	unsigned int shared_end = pool->context_count - (unsigned int)pool->reserved_count;
	unsigned int context = TEEQ_NO_CONTEXT;

	if (system)
		context = pool_first_free(pool, shared_end, pool->context_count);
	if (context == TEEQ_NO_CONTEXT)
		context = pool_first_free(pool, 0, shared_end);
	return context;
}

bool pool_has_room(const struct pool *pool, bool system)
{
	return find_free(pool, system) != TEEQ_NO_CONTEXT;
}

static unsigned int start_call(struct pool *pool, bool system, struct teeq_smc_regs *ret)
{
	unsigned int context = find_free(pool, system);

	if (context == TEEQ_NO_CONTEXT)
		ret->a[0] = TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	else
		pool_set_state(pool, context, CONTEXT_ACTIVE);
	return context;
}

/*
 * a3 of the resume is the number that the RPC returned, or whatever the normal world made up. Whose
 * context it is cannot be told.
 */
static unsigned int resume_call(struct pool *pool, uint32_t number, struct teeq_smc_regs *ret)
{
	if (number >= pool->context_count || pool->context[number] != CONTEXT_SUSPENDED) {
		ret->a[0] = TEEQ_SMC_RETURN_ERESUME;
		return TEEQ_NO_CONTEXT;
	}
	pool_set_state(pool, number, CONTEXT_ACTIVE);
	return number;
}

/*
 * Only a thread can find out that there is no such standard call. So where none is free the answer
 * is ETHREAD_LIMIT, and EBADCMD otherwise.
 */
static void refuse_call(const struct pool *pool, struct teeq_smc_regs *ret)
{
	ret->a[0] = pool_has_room(pool, false) ? TEEQ_SMC_RETURN_EBADCMD :
						 TEEQ_SMC_RETURN_ETHREAD_LIMIT;
}

static uint32_t reserve_thread(struct pool *pool)
{
	if (pool->side != TEEQ_SECURE_COUNTED)
		return TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
	if (pool->context_count - pool->reserved_count <= 1)
		return TEEQ_SMC_RETURN_ETHREAD_LIMIT;
	pool->reserved_count++;
	return TEEQ_SMC_RETURN_OK;
}

static uint32_t unreserve_thread(struct pool *pool)
{
	if (pool->side != TEEQ_SECURE_COUNTED)
		return TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
	if (pool->reserved_count > 0)
		pool->reserved_count--;
	return TEEQ_SMC_RETURN_OK;
}

/*
 * The only thing that the normal world may say of itself is that it has one CPU, which is not used
 * here. More than that is refused.
 */
static void exchange_capabilities(const struct pool *pool, uint64_t normal_world,
				  struct teeq_smc_regs *ret)
{
	uint32_t bits = TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_DYNAMIC_SHM) |
			TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_MEMREF_NULL);

	if (!pool->lacks_rpc_arg)
		bits |= TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_RPC_ARG);
	if (pool->side == TEEQ_SECURE_COUNTED)
		bits |= TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_SYSTEM_THREAD);
	if (normal_world & ~UINT64_C(1)) {
		ret->a[0] = TEEQ_SMC_RETURN_ENOTAVAIL;
		return;
	}
	ret->a[0] = TEEQ_SMC_RETURN_OK;
	ret->a[1] = bits;
}

bool pool_is_idle(const struct pool *pool)
{
	for (unsigned int i = 0; i < pool->context_count; i++)
		if (pool->context[i] != CONTEXT_FREE)
			return false;
	return true;
}

/* One object a call, until there is none left; its cookie stands for itself. */
static void disable_cache(struct pool *pool, struct teeq_smc_regs *ret)
{
	if (!pool_is_idle(pool)) {
		ret->a[0] = TEEQ_SMC_RETURN_EBUSY;
	} else if (pool->cached_count == 0) {
		ret->a[0] = TEEQ_SMC_RETURN_ENOTAVAIL;
	} else {
		ret->a[0] = TEEQ_SMC_RETURN_OK;
		ret->a[2] = pool->cached_count--;
	}
}

/* Who answers; these have no status. Returns whether @function asks that. */
static bool identify(uint32_t function, struct teeq_smc_regs *ret)
{
	switch (function) {
	case TEEQ_SMC_CALLS_UID:
		*ret = (struct teeq_smc_regs){ .a = { 0x384fb3e0, 0xe7f811e3, 0xaf630002,
						      0xa5d5c51b } };
		return true;
	case TEEQ_SMC_GET_OS_UUID:
		*ret = (struct teeq_smc_regs){ .a = { 0x486178e0, 0xe7f811e3, 0xbc5e0002,
						      0xa5d5c51b } };
		return true;
	case TEEQ_SMC_CALLS_REVISION:
		*ret = (struct teeq_smc_regs){ .a = { 2, 0 } };
		return true;
	default:
		return false;
	}
}

/* A fast call runs with interrupts masked to its end and never touches a context. */
static void pool_fast_call(struct pool *pool, const struct teeq_smc_regs *call,
			   struct teeq_smc_regs *ret)
{
	switch ((uint32_t)call->a[0]) {
	case TEEQ_SMC_RESERVE_SYS_THREAD:
		ret->a[0] = reserve_thread(pool);
		break;
	case TEEQ_SMC_UNRESERVE_SYS_THREAD:
		ret->a[0] = unreserve_thread(pool);
		break;
	case TEEQ_SMC_GET_THREAD_COUNT:
		ret->a[0] = TEEQ_SMC_RETURN_OK;
		ret->a[1] = pool->context_count;
		break;
	case TEEQ_SMC_EXCHANGE_CAPABILITIES:
		exchange_capabilities(pool, call->a[1], ret);
		break;
	case TEEQ_SMC_ENABLE_SHM_CACHE:
		ret->a[0] = pool_is_idle(pool) ? TEEQ_SMC_RETURN_OK : TEEQ_SMC_RETURN_EBUSY;
		break;
	case TEEQ_SMC_DISABLE_SHM_CACHE:
		disable_cache(pool, ret);
		break;
	default:
		if (!identify((uint32_t)call->a[0], ret))
			ret->a[0] = TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
		break;
	}
}

/* The monitor hands on to OP-TEE what is for a trusted OS; the others it does not know. */
static bool is_standard_call(uint32_t id)
{
	unsigned int owner = id >> 24 & 0x3f;

	return id >> 31 == TEEQ_SMCCC_STD && owner >= TEEQ_SMCCC_OWNER_TRUSTED_OS &&
	       owner <= TEEQ_SMCCC_OWNER_TRUSTED_OS_END;
}

unsigned int pool_smc(struct pool *pool, const struct teeq_smc_regs *call,
		      struct teeq_smc_regs *ret)
{
	INVARIANT(call != ret, "registers that go in are still read when others come out");
	*ret = (struct teeq_smc_regs){ 0 };
	/* Arguments have 32 bits; what a caller left in the upper half does not count. */
	switch ((uint32_t)call->a[0]) {
	case TEEQ_SMC_CALL_WITH_ARG:
		return start_call(pool, false, ret);
	case TEEQ_SMC_CALL_WITH_RPC_ARG:
	case TEEQ_SMC_CALL_WITH_REGD_ARG:
		if (pool->lacks_rpc_arg)
			break;
		return start_call(pool, false, ret);
	case TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG:
		if (pool->lacks_rpc_arg || pool->side == TEEQ_SECURE_PLAIN)
			break;
		return start_call(pool, true, ret);
	case TEEQ_SMC_CALL_RETURN_FROM_RPC:
		return resume_call(pool, (uint32_t)call->a[3], ret);
	default:
		break;
	}
	if (is_standard_call((uint32_t)call->a[0]))
		refuse_call(pool, ret);
	else
		pool_fast_call(pool, call, ret);
	return TEEQ_NO_CONTEXT;
}

void pool_suspend(struct pool *pool, unsigned int context, enum teeq_smc_rpc func,
		  struct teeq_smc_regs *ret)
{
	INVARIANT((unsigned int)func <= UINT16_MAX, "RPC function 0x%x has more than 16 bits",
		  (unsigned int)func);
	pool_set_state(pool, context, CONTEXT_SUSPENDED);
	*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RPC_VALUE(func), 0, 0, context } };
}

void pool_finish(struct pool *pool, unsigned int context, struct teeq_smc_regs *ret)
{
	pool_set_state(pool, context, CONTEXT_FREE);
	*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_OK } };
}

const char *pool_check(const struct pool *pool)
{
	unsigned int most = pool->side == TEEQ_SECURE_STATIC ? pool->context_count :
							       pool->context_count - 1u;

	return pool->reserved_count > most ? "more threads are set aside than may be" : NULL;
}
