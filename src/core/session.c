/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/session.h"

#include "base/check.h"
#include "teeq/abi.h"
#include "teeq/limits.h"

_Static_assert(TEEQ_SESSION_RESERVATION_MAX <= UINT8_MAX, "session.reservations has 8 bits");

bool session_refuses(const struct session *session, enum session_use use)
{
	return use == SESSION_OPEN ? session->open : !session->open;
}

bool session_is_system(const struct session *session, enum session_use use,
		       const struct teeq_policy *policy)
{
	return session->reservations > 0 &&
	       (use != SESSION_OPEN || policy->secure == TEEQ_SECURE_COUNTED);
}

uint8_t session_shut(struct session *session)
{
	uint8_t reservations = session->reservations;

	CHECK(session->open, "a session is shut that is not open");
	*session = (struct session){ 0 };
	return reservations;
}

bool session_asks_pool(const struct call_place *place)
{
	return place->pool->side == TEEQ_SECURE_COUNTED;
}

/* A fast call of the v4 interface; what it answered is what the driver looks at. */
static bool session_fast_call(const struct call_place *place, uint32_t function,
			      struct session_fast *fast)
{
	struct teeq_smc_regs call = { .a = { function } };
	struct teeq_smc_regs ret = { .a = { fast ? fast->refusal : 0 } };

	if (!fast || !fast->refusal)
		pool_smc(place->pool, &call, &ret);
	if (fast) {
		fast->made = true;
		fast->call = call;
		fast->ret = ret;
	}
	return ret.a[0] == TEEQ_SMC_RETURN_OK;
}

bool session_may_ask(const struct session *session, uint8_t reservations,
		     const struct call_place *place, int *result)
{
	const struct teeq_policy *policy = place->policy;
	bool asks_pool = session_asks_pool(place);

	*result = -TEEQ_ABI_EINVAL;
	/* v4 reserves for the TEE context, which is there before and behind its sessions. */
	if (!session->open && !asks_pool)
		return false;
	/* Over FF-A there is no interface to set threads aside. */
	if (policy->secure != TEEQ_SECURE_PLAIN && place->pool->side == TEEQ_SECURE_PLAIN)
		return false;
	if (reservations > 0 && policy->reserve_again == TEEQ_RESERVE_AGAIN_FAILS)
		return false;
	if (reservations > 0 && policy->reserve_again == TEEQ_RESERVE_AGAIN_ANSWERS_OK) {
		*result = 0;
		return false;
	}
	return reservations < TEEQ_SESSION_RESERVATION_MAX;
}

int session_reserve(const struct session *session, uint8_t *reservations,
		    const struct call_place *place, struct session_fast *fast)
{
	int result;

	if (!session_may_ask(session, *reservations, place, &result))
		return result;
	if (session_asks_pool(place))
		result = session_fast_call(place, TEEQ_SMC_RESERVE_SYS_THREAD, fast) ?
				 0 :
				 -TEEQ_ABI_EINVAL;
	else if (fast && fast->refusal)
		result = -TEEQ_ABI_EINVAL;
	else
		result = callq_reserve(place->q, place->policy);
	if (result == 0)
		(*reservations)++;
	return result;
}

int session_unreserve(uint8_t *reservations, const struct call_place *place,
		      struct session_fast *fast)
{
	if (*reservations == 0)
		return -TEEQ_ABI_EINVAL;
	INVARIANT(session_asks_pool(place) || place->policy->reserve,
		  "policy %s gives back what it never gives", place->policy->name);
	if (!session_asks_pool(place))
		callq_unreserve(place->q, place->policy);
	else if (!session_fast_call(place, TEEQ_SMC_UNRESERVE_SYS_THREAD, fast))
		return -TEEQ_ABI_EIO;
	(*reservations)--;
	return 0;
}

void session_count(uint8_t *reservations, bool in)
{
	if (*reservations == SESSION_RESERVATIONS_ENDLESS)
		return;
	*reservations = (uint8_t)(in ? *reservations + 1 : *reservations - 1);
}
