/* SPDX-License-Identifier: BSD-2-Clause */
#include "flat_parts.h"

/* With v4 reservations are the TEE context's: the first session of it keeps the book. */
bool flat_keeps_marks(const struct flat *f, unsigned int session)
{
	return f->books.side == TEEQ_SECURE_COUNTED && flat_session_context(session) != FLAT_NONE;
}

uint8_t *flat_marks_of(struct flat *f, unsigned int session)
{
	bool home = flat_keeps_marks(f, session) && session == 1;

	return &f->marks[home ? 0 : session];
}

static bool fast_call(struct flat *f, uint32_t function)
{
	struct teeq_smc_regs call = { .a = { function } };
	struct teeq_smc_regs ret;

	pool_smc(flat_pool(f), &call, &ret);
	return ret.a[0] == TEEQ_SMC_RETURN_OK;
}

void flat_reserve(struct flat *f, unsigned int session)
{
	const struct teeq_policy *policy = f->policy;
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;
	uint8_t *marks = flat_marks_of(f, session);
	bool expected = rules_reserves(f->rules, &f->books);
	bool granted;

	if ((!f->open[session] && !counted) ||
	    (policy->secure != TEEQ_SECURE_PLAIN && f->books.side == TEEQ_SECURE_PLAIN) ||
	    (*marks > 0 && policy->remark != TEEQ_REMARK_COUNTS) || *marks == UINT8_MAX)
		return;
	granted = counted ? fast_call(f, TEEQ_SMC_RESERVE_SYS_THREAD) :
			    callq_reserve(flat_queue(f), policy) == 0;
	if (granted != expected)
		flat_fail(f, "a reservation was granted or refused against the rules");
	*marks = (uint8_t)(*marks + granted);
	f->books.registered = (uint16_t)(f->books.registered + granted);
	f->books.reserved = (uint16_t)(f->books.reserved + (granted && counted));
}

void flat_unreserve(struct flat *f, uint8_t *marks)
{
	bool counted = f->books.side == TEEQ_SECURE_COUNTED;

	if (*marks == 0)
		return;
	if (!counted)
		callq_unreserve(flat_queue(f), f->policy);
	else if (!fast_call(f, TEEQ_SMC_UNRESERVE_SYS_THREAD))
		flat_fail(f, "the secure world did not take a reservation back");
	(*marks)--;
	f->books.registered--;
	f->books.reserved = (uint16_t)(f->books.reserved - counted);
	rules_session_ends(f->rules, &f->books);
}
