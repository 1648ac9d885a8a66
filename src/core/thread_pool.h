/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CORE_THREAD_POOL_H
#define CORE_THREAD_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/abi.h"
#include "teeq/limits.h"
#include "teeq/policy.h"

/*
 * The secure world's thread contexts: OP-TEE 4's threads[] of struct thread_ctx
 * (core/arch/arm/kernel/thread.c). Each function is one section under thread_global_lock. Only
 * registers go in and out: the pool knows neither callers nor sessions.
 */

/* thread_ctx.state: THREAD_STATE_FREE, _ACTIVE, _SUSPENDED. */
enum context_state {
	CONTEXT_FREE,
	CONTEXT_ACTIVE,
	CONTEXT_SUSPENDED,
};

/*
 * @context_count    CFG_NUM_THREADS
 * @reserved_count   threads at the top of the array that only system calls may take: fixed (v1) or
 *                   counted by RESERVE and UNRESERVE (v4)
 * @side             enum teeq_secure_side: which of these interfaces there is
 * @cached_count     objects in the shared-memory cache, to be handed back when it is disabled
 * @lacks_rpc_arg    it takes no message arguments in registered memory: old, or configured so
 * @context          enum context_state of each
 */
struct pool {
	uint8_t context_count;
	uint8_t reserved_count;
	uint8_t side;
	uint8_t cached_count;
	uint8_t lacks_rpc_arg;
	uint8_t context[];
};

/* Bytes of a pool of so many contexts. */
size_t pool_size(size_t context_count);
/* All contexts are free, @static_count of them for system calls only (v1). */
void pool_init(struct pool *pool, unsigned int context_count, enum teeq_secure_side side,
	       unsigned int static_count);
/*
 * Suspend context @context, which must be free, for ever: as if a call had taken it whose caller
 * died in an RPC. OP-TEE has no such function; faults and tests do.
 */
void pool_lose(struct pool *pool, unsigned int context);
/* The first context from @from on that is free, or TEEQ_NO_CONTEXT: none before @end is. */
unsigned int pool_first_free(const struct pool *pool, unsigned int from, unsigned int end);

/*
 * The SMC: thread_handle_std_smc, which takes a context (thread_alloc_and_run) or goes back to one
 * (thread_resume_from_rpc), and thread_handle_fast_smc, which asks tee_entry_fast. Returns the
 * context that runs now, or TEEQ_NO_CONTEXT when @ret holds the answer at once: of a refused
 * standard call, or of any fast call.
 */
unsigned int pool_smc(struct pool *pool, const struct teeq_smc_regs *call,
		      struct teeq_smc_regs *ret);
/*
 * thread_rpc and thread_state_suspend: the thread in @context asks for RPC @func and is suspended;
 * @ret is what the SMC returns.
 */
void pool_suspend(struct pool *pool, unsigned int context, enum teeq_smc_rpc func,
		  struct teeq_smc_regs *ret);
/*
 * thread_state_free: the thread in @context has finished, which frees it; @ret is what the SMC
 * returns.
 */
void pool_finish(struct pool *pool, unsigned int context, struct teeq_smc_regs *ret);

/* Whether a new call would get a context now. */
bool pool_has_room(const struct pool *pool, bool system);
/*
 * Whether every context is free: thread_enable_prealloc_rpc_cache and
 * thread_disable_prealloc_rpc_cache touch the shared-memory cache only then.
 */
bool pool_is_idle(const struct pool *pool);
/* The first invariant that does not hold, or NULL. */
const char *pool_check(const struct pool *pool);

#endif
