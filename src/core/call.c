/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/call.h"

#include "base/check.h"

#define BIT(n) (1u << (n))

static const uint16_t call_next[CALL_STATE_COUNT] = {
	[CALL_IDLE] = BIT(CALL_ENTER) | BIT(CALL_GET_ARG),
	[CALL_GET_ARG] = BIT(CALL_ENTER),
	[CALL_FREE_ARG] = BIT(CALL_IDLE),
	[CALL_ENTER] = BIT(CALL_SMC) | BIT(CALL_WAIT_CREDIT),
	[CALL_WAIT_CREDIT] = BIT(CALL_REQUEUE_CREDIT),
	[CALL_REQUEUE_CREDIT] = BIT(CALL_RECHECK),
	[CALL_RECHECK] = BIT(CALL_SMC) | BIT(CALL_WAIT_CREDIT),
	[CALL_SMC] = BIT(CALL_SECURE) | BIT(CALL_WAIT_THREAD) | BIT(CALL_LEAVE),
	[CALL_WAIT_THREAD] = BIT(CALL_REQUEUE_THREAD),
	[CALL_REQUEUE_THREAD] = BIT(CALL_SMC),
	[CALL_SECURE] = BIT(CALL_STARTED) | BIT(CALL_RPC) | BIT(CALL_LEAVE),
	[CALL_STARTED] = BIT(CALL_RPC),
	[CALL_RPC] = BIT(CALL_RESUME),
	[CALL_RESUME] = BIT(CALL_SECURE) | BIT(CALL_LEAVE),
	[CALL_LEAVE] = BIT(CALL_IDLE) | BIT(CALL_GET_ARG) | BIT(CALL_ENTER) | BIT(CALL_FREE_ARG),
};

static void call_set_state(struct call *call, enum call_state state)
{
	CHECK(call_next[call->state] & BIT(state), "call: state %u -> %u", call->state,
	      (unsigned int)state);
	call->state = (uint8_t)state;
}

void call_begin(struct call *call)
{
	call_set_state(call, CALL_ENTER);
}

void call_begin_arg(struct call *call)
{
	call_set_state(call, CALL_GET_ARG);
}

void call_got_arg(struct call *call)
{
	call_set_state(call, CALL_ENTER);
}

bool call_enter(struct call *call, const struct call_place *place, unsigned int flags)
{
	bool admitted;

	CHECK(call->state == CALL_ENTER, "call: state %u -> %u", call->state, CALL_SMC);
	CHECK((flags & ~(unsigned int)(CALL_SYSTEM | CALL_ALL)) == 0, "a call of flags 0x%x",
	      flags);
	admitted = callq_enter(place->q, place->policy, place->id,
				    (flags & CALL_SYSTEM ? TEEQ_WAITER_SYSTEM : 0) |
					    (flags & CALL_ALL ? TEEQ_WAITER_ALL : 0));

	call->flags &= CALL_PRIVATE | CALL_PAGE | CALL_KIND;
	call->flags |= (uint8_t)flags;
	call_set_state(call, admitted ? CALL_SMC : CALL_WAIT_CREDIT);
	return admitted;
}

void call_wait(struct call *call, const struct call_place *place)
{
	CHECK(call_sleeps(call), "a call in state %u is woken", call->state);
	callq_consume(place->q, place->id);
	call_set_state(call,
		       call->state == CALL_WAIT_CREDIT ? CALL_REQUEUE_CREDIT : CALL_REQUEUE_THREAD);
}

void call_requeue(struct call *call, const struct call_place *place)
{
	CHECK(call->state == CALL_REQUEUE_CREDIT || call->state == CALL_REQUEUE_THREAD,
	      "a call in state %u goes to the tail", call->state);
	callq_requeue(place->q, place->policy, place->id);
	call_set_state(call, call->state == CALL_REQUEUE_CREDIT ? CALL_RECHECK : CALL_SMC);
}

bool call_recheck(struct call *call, const struct call_place *place)
{
	bool admitted;

	CHECK(call->state == CALL_RECHECK, "a call in state %u tests again", call->state);
	admitted = callq_recheck(place->q, place->policy, place->id);
	call_set_state(call, admitted ? CALL_SMC : CALL_WAIT_CREDIT);
	return admitted;
}

/*
 * Which function it is. Only one whose argument lies in registered memory can say that it is a
 * system call. A call that registers memory has its own argument in memory that is not (Linux 6.12,
 * optee_shm_register).
 */
static uint32_t call_function(const struct call *call, const struct call_place *place)
{
	if (place->unregistered)
		return TEEQ_SMC_CALL_WITH_ARG;
	if (call->flags & CALL_PRIVATE)
		return TEEQ_SMC_CALL_WITH_RPC_ARG;
	if ((call->flags & CALL_SYSTEM) && place->policy->secure != TEEQ_SECURE_PLAIN)
		return TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG;
	return TEEQ_SMC_CALL_WITH_REGD_ARG;
}

/* A new call: function, cookie of the message argument, its offset there. A resume: the context. */
static void call_registers(const struct call *call, const struct call_place *place,
			   struct teeq_smc_regs *regs)
{
	CHECK(call->state == CALL_SMC || call->state == CALL_RESUME, "an SMC in state %u",
	      call->state);
	if (call->state == CALL_RESUME)
		*regs = (struct teeq_smc_regs){
			.a = { TEEQ_SMC_CALL_RETURN_FROM_RPC, 0, 0,
				(uint64_t)call->context - place->first }
		};
	else
		*regs = (struct teeq_smc_regs){ .a = {
			call_function(call, place), place->cookie >> 32,
			place->cookie & UINT32_MAX,
		} };
}

/*
 * A new call that is refused waits for a thread. A
 * resume that is refused is an error, and ends the call.
 */
static bool take_answer(struct call *call, const struct call_place *place, unsigned int context,
			uint64_t answer)
{
	INVARIANT(context == TEEQ_NO_CONTEXT || context < place->pool->context_count,
		  "a call runs in context %u of %u", context, place->pool->context_count);
	call->context = (uint8_t)(context == TEEQ_NO_CONTEXT ? context : context + place->first);
	if (context != TEEQ_NO_CONTEXT)
		call_set_state(call, CALL_SECURE);
	else if (answer == TEEQ_SMC_RETURN_ETHREAD_LIMIT && call->state == CALL_SMC)
		call_set_state(call, CALL_WAIT_THREAD);
	else
		call_set_state(call, CALL_LEAVE);
	return context != TEEQ_NO_CONTEXT;
}

bool call_smc(struct call *call, const struct call_place *place, struct teeq_smc_regs *regs,
	      struct teeq_smc_regs *ret)
{
	unsigned int context;

	call_registers(call, place, regs);
	context = pool_smc(place->pool, regs, ret);
	return take_answer(call, place, context, ret->a[0]);
}

void call_smc_refused(struct call *call, const struct call_place *place, uint32_t answer,
		      struct teeq_smc_regs *regs, struct teeq_smc_regs *ret)
{
	call_registers(call, place, regs);
	*ret = (struct teeq_smc_regs){ .a = { answer } };
	take_answer(call, place, TEEQ_NO_CONTEXT, ret->a[0]);
}

bool call_fast(struct call *call, const struct call_place *place, uint32_t function,
	       struct teeq_smc_regs *regs, struct teeq_smc_regs *ret)
{
	CHECK(call->state == CALL_SMC, "a fast call in state %u", call->state);
	*regs = (struct teeq_smc_regs){ .a = { function } };
	pool_smc(place->pool, regs, ret);
	if (ret->a[0] == TEEQ_SMC_RETURN_EBUSY)
		call_set_state(call, CALL_WAIT_THREAD);
	else if (ret->a[0] == TEEQ_SMC_RETURN_OK && function == TEEQ_SMC_DISABLE_SHM_CACHE)
		return true;
	else
		call_set_state(call, CALL_LEAVE);
	return false;
}

void call_suspend(struct call *call, const struct call_place *place, enum teeq_smc_rpc func,
		  struct teeq_smc_regs *ret)
{
	CHECK(call->state == CALL_SECURE, "the secure world suspends a call in state %u",
	      call->state);
	INVARIANT(call->context >= place->first, "context %u is of another pool", call->context);
	pool_suspend(place->pool, call->context - (unsigned int)place->first, func, ret);
	call->context = (uint8_t)(ret->a[3] + place->first);
	call_set_state(call, place->policy->started && !(call->flags & CALL_NOTED) ? CALL_STARTED :
										    CALL_RPC);
}

void call_finish(struct call *call, const struct call_place *place, struct teeq_smc_regs *ret)
{
	CHECK(call->state == CALL_SECURE, "the secure world ends a call in state %u", call->state);
	INVARIANT(call->context >= place->first, "context %u is of another pool", call->context);
	pool_finish(place->pool, call->context - (unsigned int)place->first, ret);
	call->context = TEEQ_NO_CONTEXT;
	call_set_state(call, CALL_LEAVE);
}

void call_started(struct call *call, const struct call_place *place)
{
	CHECK(call->state == CALL_STARTED && !(call->flags & CALL_NOTED),
	      "a call in state %u is noted as started", call->state);
	callq_started(place->q, place->policy, place->id);
	call->flags |= CALL_NOTED;
	call_set_state(call, CALL_RPC);
}

void call_served(struct call *call)
{
	call_set_state(call, CALL_RESUME);
}

void call_leave(struct call *call, const struct call_place *place)
{
	CHECK(call->state == CALL_LEAVE, "a call in state %u leaves", call->state);
	callq_leave(place->q, place->policy, place->id);
	call_set_state(call, CALL_IDLE);
	*call = CALL_NONE;
}

void call_leave_for(struct call *call, const struct call_place *place, enum call_state next)
{
	CHECK(call->state == CALL_LEAVE, "a call in state %u leaves", call->state);
	callq_leave(place->q, place->policy, place->id);
	call_set_state(call, next);
	call->context = TEEQ_NO_CONTEXT;
	call->flags &= CALL_KIND | CALL_PRIVATE | CALL_PAGE;
}

bool call_sleeps_in_vain(const struct call *call, const struct call_place *place,
			 struct teeq_callq *scratch)
{
	INVARIANT(scratch != place->q, "a test that is tried needs a copy of the queue");
	if (!call_sleeps(call) || callq_is_done(place->q, place->id))
		return false;
	if (!pool_has_room(place->pool, call->flags & CALL_SYSTEM))
		return false;
	return call->state == CALL_WAIT_THREAD ||
	       callq_would_admit(place->q, place->policy, place->id, scratch);
}

bool call_fast_sleeps_in_vain(const struct call *call, const struct call_place *place,
			      struct teeq_callq *scratch)
{
	return pool_is_idle(place->pool) && call_sleeps_in_vain(call, place, scratch);
}
